"""A service as a list draws it: the entry, its goal, and when one can begin seen from today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from flask_babel import LazyString
from markupsafe import Markup

from ..catalogue import wording
from ..catalogue.intake import coming_starts, is_open_all_year
from ..catalogue.queries import WhenToStart
from ..kit.drawing import SLOT, joined, parts
from ..kit.language import language
from .entries import Entry
from .marking import Text
from .results import Hit
from .snapshot import Entries, Snapshot


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

    def ends_soon(self, today: date) -> date | None:
        """The day until which there is money, when that is less than half a year away."""
        until = self.entry.funded_until
        last = date.fromisoformat(until) if until else None
        return last if last and (last - today).days <= wording.SOON_ENDING else None


def card(entry: Entry, today: date) -> Card:
    moments = entry.moments
    starts = coming_starts(moments, today, count=1, holiday_region=entry.holiday_region)
    return Card(entry, WhenToStart(is_open_all_year(moments), starts))


def coming_soon(snapshot: Snapshot, today: date, *, count: int) -> list[Card]:
    """The services that begin on a day, soonest first; what is open all year is none of them."""
    return [card(snapshot.entries[number], today) for number in snapshot.soonest(today, count)]


# Drawn -----------------------------------------------------------------------------


@dataclass(frozen=True)
class DrawnCard:
    """A card of the results, drawn: what differs from question to question is left open."""

    parts: tuple[str, ...]
    name: Text
    summary: Text


MOST_DRAWN = 20_000
"""Of so many services a process keeps the card; one weighs some two kilobytes."""


def draw_cards(hits: Sequence[Hit], today: date) -> list[Markup]:
    """Hits as cards, with the words that were asked for marked, and how far away each is."""
    if not hits:
        return []
    locale = language()
    drawn = _drawn_cards(hits[0].snapshot.entries, [hit.number for hit in hits], today, locale)
    return [_filled(card, hit, locale) for card, hit in zip(drawn, hits, strict=True)]


def _filled(drawn: DrawnCard, hit: Hit, locale: str) -> Markup:
    opening, begin, middle, end = drawn.parts
    away = _away(hit.distance, locale) if hit.distance else ""
    mark = hit.marker.mark
    return joined((opening, mark(drawn.name), begin, mark(drawn.summary), middle, away, end))


def _drawn_cards(entries: Entries, numbers: list[int], today: date, locale: str) -> list[DrawnCard]:
    """The cards of one generation: kept ones, and the others drawn and kept."""
    kept = entries.kept
    if len(kept) > MOST_DRAWN:
        kept.clear()
    found = {number: kept.get((number, today, locale)) for number in numbers}
    missing = [number for number, drawn in found.items() if drawn is None]
    for number, entry in zip(missing, entries.read_together(missing), strict=True):
        found[number] = kept[number, today, locale] = _drawn_card(card(entry, today))
    return [drawn for drawn in found.values() if drawn is not None]


def _drawn_card(card: Card) -> DrawnCard:
    summary = card.entry.summary
    cut = parts("components/card.html", "service_card", card, SLOT, SLOT if summary else "", SLOT)
    if not summary:
        cut = (*cut[:2], "", *cut[2:])
    return DrawnCard(cut, Text(card.entry.name), Text(summary))


@cache
def _away(kilometres: int, _locale: str) -> str:
    return "".join(parts("components/card.html", "away", kilometres))
