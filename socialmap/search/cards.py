"""A service as a list draws it: the entry, its goal, and when one can begin seen from today."""

from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString

from ..catalogue import wording
from ..catalogue.intake import coming_starts, is_open_all_year
from ..catalogue.queries import WhenToStart
from .entries import Entry


@dataclass(frozen=True)
class Card:
    entry: Entry
    when: WhenToStart

    @property
    def goal(self) -> str:
        return wording.GOAL_OF_SLUG[self.entry.goal]

    @property
    def goal_name(self) -> LazyString:
        return wording.GOALS[self.goal]

    @property
    def places_on(self) -> date | None:
        """The day on which the free places were told."""
        told = self.entry.places_on
        return date.fromisoformat(told) if told else None


def card(entry: Entry, today: date) -> Card:
    moments = entry.moments
    starts = coming_starts(moments, today, count=1)
    return Card(entry, WhenToStart(is_open_all_year(moments), starts))


def coming_soon(entries: list[Entry], today: date, *, count: int) -> list[Card]:
    """The services with a fixed start, soonest first."""
    cards = [card(entry, today) for entry in entries]
    dated = [(c.when.next.day, c.entry.name, c) for c in cards if c.when.next]
    return [c for _day, _name, c in sorted(dated, key=lambda d: d[:2])[:count]]
