"""One generation of the index in memory: the entries in a row, and a bitset per filter value.

Entry number n is bit n of every set, so a filter is an AND and a count a popcount. A
snapshot never changes; a new generation is a new snapshot.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property, lru_cache

from whoosh.index import FileIndex

from ..catalogue.intake import earliest, is_open_all_year
from .entries import Entry

SOON = timedelta(days=14)
THIS_SEASON = timedelta(days=91)

START_OPTIONS = ("nu", "binnen-2-weken", "binnen-3-maanden", "niet-opgegeven")


class Snapshot:
    """The services of one generation."""

    def __init__(self, index: FileIndex) -> None:
        self.searcher = index.searcher()
        self.entries: list[Entry] = []
        self._numbers: dict[int, int] = {}
        for docnum, fields in self.searcher.reader().iter_docs():
            self._numbers[docnum] = len(self.entries)
            self.entries.append(Entry.from_json(fields["entry"]))
        self.everything = (1 << len(self.entries)) - 1
        self._starts: dict[date, dict[str, int]] = {}
        self.admits = lru_cache(maxsize=128)(self._admits)

    def number(self, docnum: int) -> int:
        """The entry number of a document of Whoosh."""
        return self._numbers[docnum]

    def entries_in(self, members: int) -> Iterable[int]:
        """The entry numbers in a bitset, in order."""
        while members:
            lowest = members & -members
            yield lowest.bit_length() - 1
            members ^= lowest

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
        """Filter name -> value -> the entries that have it."""
        sets: dict[str, dict[str, int]] = {
            name: {}
            for name in (
                "doel", "thema", "doelgroep", "onderwijs", "gemeente", "regio", "aanbieder",
                "soort_aanbieder", "zelf",
            )
        }  # fmt: skip
        for number, entry in enumerate(self.entries):
            values: dict[str, list[str]] = {
                "doel": [entry.goal],
                "thema": entry.themes,
                "doelgroep": entry.target_groups,
                "onderwijs": entry.levels,
                "gemeente": entry.serves,
                "regio": [entry.region] if entry.region else [],
                "aanbieder": [entry.organization_slug],
                "soort_aanbieder": [entry.organization_kind],
                "zelf": ["ja"] if entry.may_apply_alone else [],
            }
            for name, mine in values.items():
                for value in mine:
                    sets[name][value] = sets[name].get(value, 0) | 1 << number
        return sets

    @cached_property
    def open_to_every_level(self) -> int:
        """The entries without a rule about levels: such a rule unknown is not a no."""
        return sum(1 << n for n, entry in enumerate(self.entries) if not entry.levels)

    def starts(self, today: date) -> dict[str, int]:
        """When one can begin, seen from today: value -> entries."""
        if today not in self._starts:
            sets = dict.fromkeys(START_OPTIONS, 0)
            for number, entry in enumerate(self.entries):
                for value in _start_values(entry, today):
                    sets[value] |= 1 << number
            self._starts = {today: sets}
        return self._starts[today]

    def _admits(self, age: int) -> int:
        """The entries that keep nobody of this age out."""
        return sum(1 << n for n, entry in enumerate(self.entries) if entry.admits_age(age))


def _start_values(entry: Entry, today: date) -> list[str]:
    first = earliest(entry.moments, today)
    if first is None:
        return ["niet-opgegeven"]
    values = ["nu"] if is_open_all_year(entry.moments) else []
    if first <= today + SOON:
        values.append("binnen-2-weken")
    if first <= today + THIS_SEASON:
        values.append("binnen-3-maanden")
    return values
