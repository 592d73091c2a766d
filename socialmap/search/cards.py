"""A service as a list draws it: the entry, its goal, and when one can begin seen from today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import NamedTuple

from flask import url_for
from flask_babel import LazyString
from markupsafe import Markup, escape

from ..catalogue import wording
from ..catalogue.intake import coming_starts, is_open_all_year
from ..catalogue.queries import WhenToStart
from ..kit.drawing import SLOT, drawn, joined, parts
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

TEMPLATE = "components/card.html"
SLOTS = 10
NAME, SUMMARY, AWAY = 3, 7, 17
"""Which pieces of a card differ from question to question."""


class DrawnCard(NamedTuple):
    """A card of the results in pieces, most of them shared with other cards."""

    pieces: tuple[str, ...]
    name: Text
    summary: Text


MOST_DRAWN = 20_000
"""Of so many services a process keeps the card; one weighs some two kilobytes."""


def draw_cards(hits: Sequence[Hit], today: date) -> Markup:
    """Hits as cards, with the words that were asked for marked, and how far away each is."""
    if not hits:
        return Markup()
    found = _drawn_cards(hits[0].snapshot.entries, [hit.number for hit in hits], today)
    return joined(chain.from_iterable(map(_filled, found, hits)))


def _filled(card: DrawnCard, hit: Hit) -> list[str]:
    pieces, mark = list(card.pieces), hit.marker.mark
    pieces[NAME], pieces[SUMMARY] = mark(card.name), mark(card.summary)
    if hit.distance:
        pieces[AWAY] = drawn(TEMPLATE, "away", hit.distance)
    return pieces


def _drawn_cards(entries: Entries, numbers: list[int], today: date) -> list[DrawnCard]:
    """The cards of one generation: kept ones, and the others drawn and kept."""
    kept = _kept(entries, today, language())
    found = {number: kept.get(number) for number in numbers}
    missing = [number for number, known in found.items() if known is None]
    for number, entry in zip(missing, entries.read_together(missing), strict=True):
        found[number] = kept[number] = _drawn_card(card(entry, today), today)
    return [known for known in found.values() if known is not None]


def _kept(entries: Entries, today: date, locale: str) -> dict[int, DrawnCard]:
    """The cards that were drawn today in a language; those of another day go."""
    if (today, locale) not in entries.kept:
        for day, language_of_it in list(entries.kept):
            if day != today:
                entries.kept.pop((day, language_of_it), None)
    kept = entries.kept.setdefault((today, locale), {})
    if len(kept) > MOST_DRAWN:
        kept.clear()
    return kept


def _drawn_card(card: Card, today: date) -> DrawnCard:
    entry, start = card.entry, card.when.next
    intake = None if card.when.all_year or start else entry.intake
    is_closed = entry.how_to_refer == "closed"
    said = (
        url_for("catalogue.service", slug=entry.slug),
        "",
        escape(entry.organization),
        "",
        drawn(TEMPLATE, "for_whom", entry.age_text, entry.level_text),
        drawn(TEMPLATE, "begins", card.when.all_year, start, intake, today),
        drawn(TEMPLATE, "free_places", is_closed, entry.places_free, card.places_on),
        drawn(TEMPLATE, "where", entry.place, entry.region_name),
        "",
        drawn(TEMPLATE, "more", entry.cost, card.ends_soon(today), entry.is_incomplete),
    )
    between = zip(_shell(card.goal, bool(entry.summary), language()), (*said, ""), strict=True)
    pieces = tuple(chain.from_iterable(between))
    return DrawnCard(pieces, Text(entry.name), Text(entry.summary))


@cache
def _shell(goal: str, has_summary: bool, _locale: str) -> tuple[str, ...]:
    """What the cards of a goal have in common, with a place open for each thing that differs."""
    slots = [SLOT] * SLOTS
    if not has_summary:
        slots[SUMMARY // 2] = Markup()
    cut = parts(TEMPLATE, "service_card", goal, str(wording.GOALS[goal]), *slots)
    return cut if has_summary else (*cut[: SUMMARY // 2], "", *cut[SUMMARY // 2 :])
