"""What the list and the map both show of their results: filters, page numbers, ways to look."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import NamedTuple

from flask import request
from markupsafe import Markup, escape

from ..kit.drawing import SLOT, parts
from ..kit.language import language
from ..network.places import suggest_place
from ..network.queries import municipality_names
from .facets import Panel, UnknownPlace, near_pages, panels, unknown_places
from .filters import Filters
from .links import as_query, link_to, page_addresses
from .results import PAGE_SIZE, Results


class Listing(NamedTuple):
    """The values that the form of filters and a page with results ask for."""

    found: Results
    filters: Filters
    panels: list[Panel]
    unknown_places: list[UnknownPlace]
    pages: int
    near_pages: list[list[int]]
    """The page numbers worth a link, in rows without a gap."""
    link_to: Callable[[Filters], str]
    """Makes the address of the page in another state."""
    page_address: Callable[[int], str]
    asked_as: Callable[[str], str]
    """Makes the address of another question."""
    place_meant: str | None
    near_again: Callable[[str], str]
    """Makes the address of another place to search around."""
    page_size: int = PAGE_SIZE


def listing(found: Results, endpoint: str = "search.results") -> Listing:
    """What a page shows of its results; ``endpoint`` is that page, where the links lead."""
    filters = found.filters
    pages = max(1, -(-found.total // PAGE_SIZE))
    link_here = partial(link_to, endpoint=endpoint)
    return Listing(
        found=found,
        filters=filters,
        panels=panels(found),
        unknown_places=(
            unknown_places(filters, municipality_names()) if "gemeente" in filters.chosen else []
        ),
        pages=pages,
        near_pages=near_pages(min(filters.page, pages), pages),
        link_to=link_here,
        page_address=page_addresses(link_here(filters.at_page(1))),
        asked_as=lambda question: link_here(replace(filters, q=question, page=1)),
        place_meant=suggest_place(filters.near) if "bij" in filters.errors else None,
        near_again=lambda name: link_here(replace(filters, near=name, page=1)),
    )


def draw_ways(filters: Filters) -> Markup:
    """The first page of the same results as a list, on the map and in the agenda."""
    query = escape(as_query(filters.at_page(1).to_args()))
    return query.join(_ways(request.endpoint, language(), request.script_root))


@lru_cache(maxsize=100)
def _ways(here: str | None, _locale: str, _root: str) -> list[Markup]:
    """The three ways, with a place left open for the question in each address."""
    cut = parts("components/filters.html", "ways", here, SLOT)
    return [Markup(piece) for piece in cut]  # noqa: S704 - a template drew it
