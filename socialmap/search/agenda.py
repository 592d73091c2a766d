"""The agenda: every start in a month of what a question finds, and the same as a calendar feed."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from ..catalogue import intake, wording
from ..catalogue.intake import Start, starts_between
from .entries import Entry

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


def starts_in(entries: Iterable[Entry], month: Month, today: date) -> list[Row]:
    """The starts of a month from today on, cancelled and full ones too, soonest first."""
    first = max(month.first, today)
    rows = [
        Row(start, entry)
        for entry in entries
        for start in starts_between(
            entry.moments, first, month.last, holiday_region=entry.holiday_region
        )
    ]
    return sorted(rows, key=lambda row: (*row.start.order, row.entry.name))


def by_day(rows: Iterable[Row]) -> list[tuple[date, list[Row]]]:
    """Rows in order, under their day."""
    return [(day, list(found)) for day, found in groupby(rows, key=lambda row: row.start.day)]


def open_all_year(entries: Iterable[Entry]) -> int:
    """How many need no agenda: one can begin there at any time."""
    return sum(intake.is_open_all_year(entry.moments) for entry in entries)
