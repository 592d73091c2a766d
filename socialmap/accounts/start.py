"""Where somebody begins after logging in: the first page offered that they may see.

A room that has such a page offers it with the permission that opens it, so that this room
need not know what the others are about.
"""

from typing import Any

from .permissions import Permission, can

_offered: dict[str, str] = {}


def offer(endpoint: str, permission: str) -> None:
    """Let everybody with this permission begin at this page."""
    _offered[endpoint] = permission


def start_page(user: Any) -> str:
    """The endpoint at which this user begins; who may see nothing else, at the own account."""
    pages = {**_offered, "accounts.manage": Permission.MANAGE_ACCOUNTS}
    opened = (endpoint for endpoint, permission in pages.items() if can(user, permission))
    return next(opened, "accounts.account")
