"""A service as a list draws it: the entry, its goal, and when one can begin seen from today."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import LazyString, get_locale
from markupsafe import Markup

from ..catalogue import wording
from ..catalogue.intake import coming_starts, is_open_all_year
from ..catalogue.queries import WhenToStart
from .entries import Entry
from .results import Hit
from .snapshot import Snapshot


@dataclass(frozen=True)
class Card:
    entry: Entry
    when: WhenToStart
    distance: int | None = None
    """About so many kilometres from the place asked for."""
    marked_name: Markup | None = None
    marked_summary: Markup | None = None
    drawn: Markup | None = None
    """What it says of the service whatever was asked, when that was drawn before."""

    @property
    def name(self) -> Markup | str:
        """Its name, with the words that were asked for marked when there are any."""
        return self.marked_name or self.entry.name

    @property
    def summary(self) -> Markup | str:
        return self.marked_summary or self.entry.summary

    @property
    def facts(self) -> Markup:
        """What it says of the service, drawn."""
        return self.drawn if self.drawn is not None else _drawn(self)

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

    def ends_soon(self, today: date) -> date | None:
        """The day until which there is money, when that is less than half a year away."""
        until = self.entry.funded_until
        last = date.fromisoformat(until) if until else None
        return last if last and (last - today).days <= wording.SOON_ENDING else None


def card(entry: Entry, today: date, distance: int | None = None) -> Card:
    moments = entry.moments
    starts = coming_starts(moments, today, count=1, holiday_region=entry.holiday_region)
    return Card(entry, WhenToStart(is_open_all_year(moments), starts), distance)


def coming_soon(snapshot: Snapshot, today: date, *, count: int) -> list[Card]:
    """The services that begin on a day, soonest first; what is open all year is none of them."""
    return [card(snapshot.entries[number], today) for number in snapshot.soonest(today, count)]


MOST_DRAWN = 20_000
"""Of so many services a process keeps what their card says."""


def card_of(hit: Hit, today: date) -> Card:
    """A hit as a card, with the words that were asked for marked."""
    made = replace(
        card(hit.entry, today, hit.distance),
        marked_name=hit.marked_name,
        marked_summary=hit.marked_summary,
    )
    if hit.distance is not None:
        return made  # how far away it is depends on the question
    kept, key = hit.entries.kept, (hit.number, today, str(get_locale()))
    if key not in kept:
        if len(kept) >= MOST_DRAWN:
            kept.clear()
        kept[key] = _drawn(made)
    return replace(made, drawn=kept[key])


def _drawn(card: Card) -> Markup:
    macros: Any = current_app.jinja_env.get_template("components/card.html").module
    return macros.facts(card)
