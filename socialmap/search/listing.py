"""What the list and the map both show of their results: filters and page numbers."""

from collections.abc import Callable
from dataclasses import replace

from ..network.places import suggest_place
from ..network.queries import municipality_names
from .facets import near_pages, panels, unknown_places
from .filters import Filters
from .results import PAGE_SIZE, Results


def listing(found: Results, link_to: Callable[[Filters], str]) -> dict[str, object]:
    """The values that ``components/filters.html`` and a page with results ask for.

    ``link_to`` makes the address of the page in another state.
    """
    filters = found.filters
    pages = max(1, -(-found.total // PAGE_SIZE))
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
        "link_to": link_to,
        "place_meant": suggest_place(filters.near) if "bij" in filters.errors else None,
        "near_again": lambda name: link_to(replace(filters, near=name, page=1)),
    }
