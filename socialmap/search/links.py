"""The addresses of a question: every page that shows its results has one."""

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlencode

from flask import request, url_for

from .filters import Filters


def link_to(filters: Filters, endpoint: str = "search.results") -> str:
    """The address of a state of the list, or of another drawing of the same results."""
    return path_to(endpoint) + as_query(filters.to_args())


def path_to(endpoint: str) -> str:
    """The address of a page; worked out once, for a page with results holds many."""
    return _path(endpoint, request.script_root)


@lru_cache(maxsize=100)
def _path(endpoint: str, _root: str) -> str:
    return url_for(endpoint)


def as_query(args: list[tuple[str, str]]) -> str:
    """What stands after the path of an address; nothing when nothing is asked."""
    return f"?{urlencode(args)}" if args else ""


def page_addresses(first: str) -> Callable[[int], str]:
    """Makes the address of each page of a list from that of the first one."""
    begin = f"{first}{'&' if '?' in first else '?'}pagina="
    return lambda page: f"{begin}{page}" if page > 1 else first
