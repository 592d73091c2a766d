"""One generation of the index in memory: the entries in a row, and a bitset per filter value.

Entry number n is bit n of every set, so a filter is an AND and a count a popcount. A
snapshot never changes; a new generation is a new snapshot. What depends on the day is
worked out once a day for all entries.
"""

import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from whoosh.index import FileIndex
from whoosh.query import Or, Prefix, Term
from whoosh.searching import Searcher

from ..catalogue.intake import Start, earliest, is_open_all_year, starts_between
from ..network.places import Place, kilometres
from .analysis import BOOSTS
from .entries import Entry

SOON = timedelta(days=14)
THIS_SEASON = timedelta(days=91)

SHORTEST_BEGINNING = 4
"""Letters from which on an unknown word is taken as the beginning of a known one."""

START_OPTIONS = ("nu", "binnen-2-weken", "binnen-3-maanden", "niet-opgegeven")
COST_OPTIONS = ("gratis", "betaald", "niet-opgegeven")
WAITING_OPTIONS = ("geen", "tot-4-weken", "tot-12-weken", "niet-opgegeven")
_WEEKS = {"geen": 0, "tot-4-weken": 4, "tot-12-weken": 12}


def bits(numbers: Iterable[int], size: int) -> int:
    """The set of these entry numbers, all below ``size``."""
    row = bytearray(size // 8 + 1)
    for number in numbers:
        row[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(row, "little")


def _kept(method: Callable[..., Any], most: int) -> Callable[..., Any]:
    """A method that keeps its last answers, but not its object.

    So a generation goes as soon as nobody uses it, without the garbage collector.
    """
    owner, function = weakref.ref(method.__self__), method.__func__  # type: ignore[attr-defined]
    return lru_cache(maxsize=most)(lambda *args: function(owner(), *args))


class Snapshot:
    """The services of one generation."""

    def __init__(self, searcher: Searcher, entries: list[Entry], numbers: dict[int, int]) -> None:
        """``numbers`` tells which entry a document of Whoosh is."""
        self.searcher, self.entries, self._numbers = searcher, entries, numbers
        self.everything = (1 << len(self.entries)) - 1
        self._days: dict[date, list[date | None]] = {}
        self.admits = _kept(self._admits, 128)
        self.distances = _kept(self._distances, 32)
        self.starts = _kept(self._starts, 2)
        self.starts_in = _kept(self._starts_in, 4)
        # A common word takes Whoosh long and is asked often; its answer may be some megabytes.
        self.having_word = _kept(self._having_word, 32)

    @classmethod
    def read(cls, index: FileIndex) -> "Snapshot":
        """The generation that an index holds now."""
        searcher = index.searcher()
        entries: list[Entry] = []
        numbers: dict[int, int] = {}
        for docnum, fields in searcher.reader().iter_docs():
            numbers[docnum] = len(entries)
            entries.append(Entry.from_json(fields["entry"]))
        return cls(searcher, entries, numbers)

    def _having_word(self, word: str) -> dict[int, float]:
        """Entry number -> how well it fits one analysed word, of all that have it.

        A word that no service has is taken as the beginning of a longer one.
        """
        reader = self.searcher.reader()
        is_known = any((name, word.encode()) in reader for name in BOOSTS)
        kind = Term if is_known or len(word) < SHORTEST_BEGINNING else Prefix
        asked = Or([kind(name, word, boost) for name, boost in BOOSTS.items()])
        found = self.searcher.search(asked, limit=None)
        return {self._numbers[docnum]: score or 0.0 for docnum, score in found.items()}

    def entries_in(self, members: int) -> list[int]:
        """The entry numbers in a bitset, in order."""
        row = members.to_bytes(len(self.entries) // 8 + 1, "little")
        return [
            place * 8 + bit
            for place, byte in enumerate(row)
            if byte
            for bit in range(8)
            if byte >> bit & 1
        ]

    def having(self, numbers: Iterable[int]) -> int:
        """The set of these entry numbers."""
        return bits(numbers, len(self.entries))

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
        """Filter name -> value -> the entries that have it."""
        rows: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, entry in enumerate(self.entries):
            for name, values in _values(entry).items():
                for value in values:
                    rows[name][value].append(number)
        return {
            name: {value: self.having(numbers) for value, numbers in rows[name].items()}
            for name in FACETS
        }

    @cached_property
    def open_to_every_level(self) -> int:
        """The entries without a rule about levels: such a rule unknown is not a no."""
        return self.having(n for n, entry in enumerate(self.entries) if not entry.levels)

    @cached_property
    def by_name(self) -> list[int]:
        """The place of each entry in the order of names."""
        order = sorted(
            range(len(self.entries)),
            key=lambda n: (self.entries[n].name.casefold(), self.entries[n].id),
        )
        places = [0] * len(order)
        for place, number in enumerate(order):
            places[number] = place
        return places

    @cached_property
    def latest(self) -> list[Entry]:
        """The entries that changed last."""
        return sorted(self.entries, key=lambda e: (e.edited_on, e.id), reverse=True)[:20]

    def first_days(self, today: date) -> list[date | None]:
        """For each entry the first day on which somebody could begin, seen from today."""
        if today not in self._days:
            self._days = {
                today: [
                    earliest(entry.moments, today, holiday_region=entry.holiday_region)
                    for entry in self.entries
                ]
            }
        return self._days[today]

    def _starts(self, today: date) -> dict[str, int]:
        """When one can begin, seen from today: value -> entries."""
        rows: dict[str, list[int]] = {value: [] for value in START_OPTIONS}
        for number, first in enumerate(self.first_days(today)):
            if first is None:
                rows["niet-opgegeven"].append(number)
                continue
            if number in self.open_all_year:
                rows["nu"].append(number)
            if first <= today + SOON:
                rows["binnen-2-weken"].append(number)
            if first <= today + THIS_SEASON:
                rows["binnen-3-maanden"].append(number)
        return {value: self.having(numbers) for value, numbers in rows.items()}

    def _starts_in(self, first: date, last: date) -> list[tuple[Start, int]]:
        """Every start in a time with its entry number, soonest first."""
        rows = [
            (start, number)
            for number, entry in enumerate(self.entries)
            for start in starts_between(
                entry.moments, first, last, holiday_region=entry.holiday_region
            )
        ]
        names = self.by_name
        return sorted(rows, key=lambda row: (*row[0].order, names[row[1]]))

    @cached_property
    def open_all_year(self) -> frozenset[int]:
        """The entries where one can begin at any time."""
        return frozenset(
            n for n, entry in enumerate(self.entries) if is_open_all_year(entry.moments)
        )

    def starting_before(self, day: date, today: date) -> int:
        """The entries where somebody could begin before a day."""
        days = enumerate(self.first_days(today))
        return self.having(n for n, first in days if first is not None and first < day)

    def _admits(self, age: int) -> int:
        """The entries that keep nobody of this age out."""
        return self.having(n for n, entry in enumerate(self.entries) if entry.admits_age(age))

    def _distances(self, place: Place) -> dict[int, float]:
        """Entry number -> kilometres from a place to its nearest point, where it has one."""
        return {
            number: min(kilometres(place.lat, place.lon, p[0], p[1]) for p in entry.points)
            for number, entry in enumerate(self.entries)
            if entry.points
        }

    def warm(self, today: date) -> None:
        """Work out beforehand what the first visitor of a generation would wait for."""
        _ = self.facets, self.open_to_every_level, self.by_name, self.latest
        self.starts(today)


FACETS = (
    "doel", "thema", "doelgroep", "onderwijs", "gemeente", "regio", "aanbieder",
    "soort_aanbieder", "soort", "kosten", "taal", "wachttijd", "zelf",
)  # fmt: skip
"""The filters whose values do not depend on the day."""


def _values(entry: Entry) -> dict[str, list[str]]:
    """What an entry has under each filter."""
    return {
        "doel": [entry.goal],
        "thema": entry.themes,
        "doelgroep": entry.target_groups,
        "onderwijs": entry.levels,
        "gemeente": entry.serves,
        "regio": [entry.region] if entry.region else [],
        "aanbieder": [entry.organization_slug],
        "soort_aanbieder": [entry.organization_kind] if entry.organization_kind else [],
        "soort": [entry.kind] if entry.kind else [],
        "kosten": [_cost(entry.cost_amount)],
        "taal": entry.languages,
        "wachttijd": _waiting(entry.waiting_weeks),
        "zelf": ["ja"] if entry.may_apply_alone else [],
    }


def _cost(amount: float | None) -> str:
    if amount is None:
        return "niet-opgegeven"
    return "betaald" if amount else "gratis"


def _waiting(weeks: int | None) -> list[str]:
    if weeks is None:
        return ["niet-opgegeven"]
    return [value for value, most in _WEEKS.items() if weeks <= most]
