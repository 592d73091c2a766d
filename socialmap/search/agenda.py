"""The agenda: every start in a month of what a question finds, and the same as a calendar feed."""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from ..catalogue import wording
from ..catalogue.intake import Start
from .entries import Entry
from .snapshot import Snapshot

MONTHS_AHEAD = 24
"""So far one can leaf through the agenda."""


@dataclass(frozen=True)
class Month:
    """A month of the agenda, known by its first day."""

    first: date

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @property
    def value(self) -> str:
        """As it stands in an address: ``2026-12``."""
        return f"{self.first:%Y-%m}"

    def next(self) -> "Month":
        return Month(self.last + timedelta(days=1))

    def before(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))


@dataclass(frozen=True)
class Row:
    """A start and the service that has it."""

    start: Start
    entry: Entry

    @property
    def goal(self) -> str:
        return wording.GOAL_OF_SLUG[self.entry.goal]


def month_asked(value: str, today: date) -> Month | None:
    """The month of an address; this month when none is asked, ``None`` for one out of reach."""
    present = Month(today.replace(day=1))
    if not value:
        return present
    try:
        asked = Month(date.fromisoformat(f"{value}-01"))
    except ValueError:
        return None
    months = (asked.first.year - today.year) * 12 + asked.first.month - today.month
    return asked if 0 <= months <= MONTHS_AHEAD else None


def starts_in(snapshot: Snapshot, numbers: Collection[int], month: Month, today: date) -> list[Row]:
    """The starts in a month of these entries, from today on, soonest first.

    Cancelled and full ones are among them. What the month holds is worked out once.
    """
    first, wanted = max(month.first, today), frozenset(numbers)
    return [
        Row(start, snapshot.entries[number])
        for start, number in snapshot.starts_in(month.first, month.last)
        if number in wanted and start.day >= first
    ]


def prepare(snapshot: Snapshot, today: date) -> None:
    """Work out this month and the next, which are asked for most."""
    month = Month(today.replace(day=1))
    for one in (month, month.next()):
        snapshot.starts_in(one.first, one.last)


def by_day(rows: Iterable[Row]) -> list[tuple[date, list[Row]]]:
    """Rows in order, under their day."""
    return [(day, list(found)) for day, found in groupby(rows, key=lambda row: row.start.day)]
