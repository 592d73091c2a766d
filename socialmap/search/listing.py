"""What the list and the map both show of their results: filters, page numbers, ways to look."""

from dataclasses import replace
from functools import lru_cache, partial

from flask import request
from markupsafe import Markup, escape

from ..kit.drawing import SLOT, parts
from ..kit.language import language
from ..network.places import suggest_place
from ..network.queries import municipality_names
from .facets import near_pages, panels, unknown_places
from .filters import Filters
from .links import as_query, link_to, page_addresses
from .results import PAGE_SIZE, Results


def listing(found: Results, endpoint: str = "search.results") -> dict[str, object]:
    """The values that ``components/filters.html`` and a page with results ask for.

    ``endpoint`` is the page itself, which also shows the other states of the question.
    """
    filters = found.filters
    pages = max(1, -(-found.total // PAGE_SIZE))
    to_state = partial(link_to, endpoint=endpoint)
    return {
        "found": found,
        "filters": filters,
        "panels": panels(found),
        "unknown_places": (
            unknown_places(filters, municipality_names()) if "gemeente" in filters.chosen else []
        ),
        "pages": pages,
        "near_pages": near_pages(min(filters.page, pages), pages),
        "page_size": PAGE_SIZE,
        "page_address": page_addresses(to_state(filters.at_page(1))),
        "link_to": to_state,
        "place_meant": suggest_place(filters.near) if "bij" in filters.errors else None,
        "near_again": lambda name: to_state(replace(filters, near=name, page=1)),
    }


def draw_ways(filters: Filters) -> Markup:
    """The first page of the same results as a list, on the map and in the agenda."""
    query = escape(as_query(filters.at_page(1).to_args()))
    return query.join(_ways(request.endpoint, language(), request.script_root))


@lru_cache(maxsize=100)
def _ways(here: str | None, _locale: str, _root: str) -> list[Markup]:
    """The three ways, with a place left open for the question in each address."""
    cut = parts("components/filters.html", "ways", here, SLOT)
    return [Markup(piece) for piece in cut]  # noqa: S704 - a template drew it
