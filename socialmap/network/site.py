"""What every page says of the whole site: whose it is, whom to call at once, that it is a demo."""

import time
from dataclasses import dataclass

from sqlalchemy import Engine, event
from sqlmodel import select

from ..kit import database
from .models import Region
from .urgent import NATIONAL, UrgentNumbers, urgent_numbers

KEPT = 2.0
"""Seconds for which a process keeps what it read: so long a change elsewhere may stay unseen."""


@dataclass(frozen=True)
class OnlyRegion:
    """The region of a site that has just one, as every page names it."""

    name: str
    desk: str
    desk_phone: str | None
    desk_email: str | None


@dataclass(frozen=True)
class Site:
    region: OnlyRegion | None = None
    """``None`` when there are more regions or none."""
    urgent: UrgentNumbers = NATIONAL
    has_demo: bool = False
    """Whether the invented regions of the demo are there."""


_kept: tuple[Engine, float, Site] | None = None


def the_site() -> Site:
    """Read at most every few seconds, for every page asks for it."""
    global _kept
    kept, engine, now = _kept, database.engine(), time.monotonic()
    if kept and kept[0] is engine and now - kept[1] < KEPT:
        return kept[2]
    found = _read()
    _kept = engine, now, found
    return found


def _read() -> Site:
    has_demo = select(Region.id).where(Region.is_demo).exists()
    # Apart from the request, which may yet take back what it changed.
    with database.own_session() as apart:
        rows = apart.exec(select(Region, has_demo).limit(2)).all()
        demo = bool(rows and rows[0][1])
        if len(rows) != 1:
            return Site(has_demo=demo)
        region = rows[0][0]
        named = OnlyRegion(region.name, region.desk, region.desk_phone, region.desk_email)
        return Site(named, urgent_numbers(region), demo)


def _forget(*_of_the_change: object) -> None:
    global _kept
    _kept = None


for change in ("after_insert", "after_update", "after_delete"):
    event.listen(Region, change, _forget)
