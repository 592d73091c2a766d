"""One generation of the index in memory: what is searched, filtered, counted and sorted by.

A snapshot never changes; a new generation is a new snapshot. It is made of a base, the
segment of the index with most services, which is read once; and of what was written
since, a few services that are read anew each time. So a changed service costs what it
weighs, and no request sees half of it. What depends on the day is worked out once a day.
"""

import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from heapq import nlargest
from threading import Lock
from typing import Any

import numpy as np
from whoosh.index import FileIndex
from whoosh.reading import IndexReader

from ..catalogue.intake import Start, earliest, is_open_all_year, starts_between
from ..kit.slugs import slugify
from ..matching.criteria import AgeBetween
from ..network.places import EARTH_RADIUS, Place
from . import columns, postings
from .columns import COST_OPTIONS, WAITING_OPTIONS, Ages, Columns, on_earth
from .entries import Entry
from .lexicon import Lexicon
from .postings import Numbers, Postings, Words
from .vocabulary import Vocabulary

__all__ = ["COST_OPTIONS", "START_OPTIONS", "WAITING_OPTIONS", "Snapshot"]

SOON = timedelta(days=14)
THIS_SEASON = timedelta(days=91)
START_OPTIONS = ("nu", "binnen-2-weken", "binnen-3-maanden", "niet-opgegeven")

ROOM = 1024
"""Numbers left free after the base, for what is written later: ``index.MOST_SINCE_BASE``."""

KEPT_ENTRIES = 2000
LATEST = 20
NEVER = np.iinfo(np.int32).max


def _kept(method: Callable[..., Any], most: int) -> Callable[..., Any]:
    """A method that keeps its last answers, but not its object.

    So a generation goes as soon as nobody uses it, without the garbage collector.
    """
    owner, function = weakref.ref(method.__self__), method.__func__  # type: ignore[attr-defined]
    return lru_cache(maxsize=most)(lambda *args: function(owner(), *args))


@dataclass(frozen=True, eq=False)
class Base:
    """The largest segment as it was read: its document numbers are the numbers of services."""

    segment_id: str
    count: int
    size: int
    words: Words
    columns: Columns
    vocabulary: Vocabulary
    """The stems."""
    written: Vocabulary
    """The whole words, but those of running text."""

    @classmethod
    def read(cls, reader: IndexReader, segment_id: str) -> "Base":
        count = reader.doc_count_all()
        size = count + ROOM
        numbers = {docnum: docnum for docnum in reader.all_doc_ids()}
        words = postings.read([(reader, numbers)])
        entries = ((n, Entry.from_json(reader.stored_fields(n)["entry"])) for n in numbers)
        facts, written = columns.read(entries, size), Vocabulary(_written([reader]))
        return cls(segment_id, count, size, words, facts, Vocabulary(words.place), written)


class TooMuchSince(Exception):
    """More was written since the base than there is room for: read a new base."""


Stored = tuple[IndexReader, int]
"""Where an entry is kept: a segment and the number of its document there."""


class _Places(dict[int, Stored]):
    """Where each entry is: those of the base under their own number, the others as told."""

    def __init__(self, readers: list[IndexReader], since: dict[int, Stored]) -> None:
        super().__init__(since)
        self._readers = readers

    def __missing__(self, number: int) -> Stored:
        return self._readers[0], number


class Snapshot:
    """The services of one generation."""

    def __init__(self, readers: list[IndexReader], base: Base, lexicon: Lexicon) -> None:
        """``readers``: of the base first, then of the segments written since."""
        self.base, self.lexicon, self._readers = base, lexicon, readers
        self.size = base.size
        since = [(reader, docnum) for reader in readers[1:] for docnum in reader.all_doc_ids()]
        if len(since) > ROOM:
            raise TooMuchSince
        self._since: dict[int, Stored] = dict(enumerate(since, base.count))
        self._words_since = self._read_words_since()
        self.everything = self._alive()
        self.entries = Entries(_Places(readers, self._since), self.everything, self.size)
        # Whoever still reads an entry keeps the files open; nobody else closes them.
        weakref.finalize(self.entries, _close, readers)
        new = columns.read(((n, self.entries[n]) for n in self._since), self.size)
        self._columns = columns.together(base.columns, new) if since else base.columns
        self.vocabulary_since = Vocabulary(
            word for word in self._words_since.place if word not in base.vocabulary
        )
        self.written_since = Vocabulary(
            word for word in _written(readers[1:]) if word not in base.written
        )
        self.kept: dict[Any, Any] = {}
        """What others work out once for this generation."""
        self._days: dict[date, np.ndarray] = {}
        self.admits = _kept(self._admits, 128)
        self.distances = _kept(self._distances, 32)
        self.starts = _kept(self._starts, 2)
        self.starts_in = _kept(self._starts_in, 4)

    @classmethod
    def read(
        cls, index: FileIndex, lexicon: Lexicon, before: "Snapshot | None" = None
    ) -> "Snapshot":
        """The generation that an index holds now; ``before`` saves reading its base again."""
        whole = index.reader()
        readers = [reader for reader, _offset in whole.leaf_readers()]
        readers.sort(key=lambda reader: -reader.doc_count_all())
        segment = readers[0].segment() if readers else None
        if segment is None:
            return cls([], Base("", 0, ROOM, *_nothing()), lexicon)
        segment_id = segment.segment_id()
        if before is not None and before.base.segment_id == segment_id:
            return cls(readers, before.base, lexicon)
        return cls(readers, Base.read(readers[0], segment_id), lexicon)

    def understood_by(self, lexicon: Lexicon) -> "Snapshot":
        """The same services with another meaning of words, to try that out."""
        other = copy(self)
        other.lexicon, other.kept = lexicon, {}
        return other

    def _read_words_since(self) -> Words:
        numbers: dict[int, dict[int, int]] = {}
        for number, (reader, docnum) in self._since.items():
            numbers.setdefault(id(reader), {})[docnum] = number
        return postings.read(
            (reader, numbers[id(reader)]) for reader in self._readers[1:] if id(reader) in numbers
        )

    def _alive(self) -> int:
        base = np.zeros(self.size, bool)
        if self._readers:
            base[np.fromiter(self._readers[0].all_doc_ids(), np.int32)] = True
        base[list(self._since)] = True
        return postings.bits_of_row(base)

    def close(self) -> None:
        """Let go of the files."""
        _close(self._readers)

    # Words --------------------------------------------------------------------------

    def postings(self, word: str) -> Postings | None:
        """The services that hold a stem; ``None`` when there are none."""
        parts = [part for part in (self.base.words.of(word), self._words_since.of(word)) if part]
        if not parts:
            return None
        if len(parts) == 1:
            ids, shares = parts[0]
        else:
            ids, shares = (np.concatenate(column) for column in zip(*parts, strict=True))
        return postings.packed(ids, shares, self.size)

    def having(self, filter_name: str, value: str) -> int:
        """The services that have this value of a filter."""
        if filter_name == "aanbieder":
            return self._of_organization(value)
        return self.facets[filter_name].get(value, 0)

    def _of_organization(self, slug: str) -> int:
        known = self._columns.organizations.get(slug)
        if known is None:
            return 0
        return postings.bits_of_row(self._columns.organization_of == known[1])

    def organizations_among(self, numbers: Numbers) -> tuple[list[tuple[str, str]], np.ndarray]:
        """Slug and name of every organization, by name; and how many of these services each has."""
        values, order = self._organizations_by_name
        having = self._columns.organization_of.take(numbers)
        return values, np.bincount(having, minlength=len(order)).take(order)

    @cached_property
    def _organizations_by_name(self) -> tuple[list[tuple[str, str]], np.ndarray]:
        rows = sorted(self._columns.organizations.items(), key=lambda row: row[1][0])
        numbers = [number for _slug, (_name, number) in rows]
        return [(slug, name) for slug, (name, _number) in rows], np.array(numbers, np.intp)

    def number_of(self, service_id: str) -> int | None:
        """The number of a service by its id."""
        if service_id in self._numbers_since:
            return self._numbers_since[service_id]
        if not self._readers or ("id", service_id.encode()) not in self._readers[0]:
            return None
        number = self._readers[0].first_id("id", service_id)
        return number if self.alive_row[number] else None

    @cached_property
    def _numbers_since(self) -> dict[str, int]:
        return {self.entries[number].id: number for number in self._since}

    def ids_of(self, numbers: Numbers) -> list[str]:
        """The ids of the services with some numbers."""
        ids, places = self._columns.ids, self._columns.numbers.searchsorted(numbers)
        return [ids[place] for place in places.tolist()]

    def called(self) -> list[tuple[int, str]]:
        """Number and name of every service."""
        alive, numbers = self.alive_row, self._columns.numbers.tolist()
        rows = zip(numbers, self._columns.names, strict=True)
        return [(number, name) for number, name in rows if alive[number]]

    def slug_of(self, number: int, name: str) -> str:
        return self._columns.odd_slugs.get(number) or slugify(name)

    @property
    def places(self) -> list[str]:
        """The names of the places where something is."""
        return self._columns.places

    @cached_property
    def organizations(self) -> dict[str, str]:
        """Slug and name of every organization that offers something."""
        return dict(self._organizations_by_name[0])

    @property
    def regions(self) -> dict[str, str]:
        """Slug and name of the regions in which something is offered."""
        return self._columns.regions

    # Filters ------------------------------------------------------------------------

    @property
    def facets(self) -> dict[str, dict[str, int]]:
        """Filter name -> value -> the services that have it; some of them may be gone."""
        return self._columns.sets

    @property
    def open_to_every_level(self) -> int:
        """The services without a rule about levels: such a rule unknown is not a no."""
        return self._columns.any_level

    def _admits(self, age: int) -> int:
        """The services that keep nobody of this age out."""
        members = 0
        for said, having in self._columns.ages.items():
            if _admits(said, age):
                members |= having
        return members

    def numbers(self, members: int) -> Numbers:
        """The services of a set, in order of their number."""
        return postings.numbers(members, self.size)

    def set_of(self, numbers: Sequence[int]) -> int:
        return postings.bits(np.asarray(numbers, np.int32), self.size)

    @cached_property
    def by_name(self) -> np.ndarray:
        """The place of each service in the order of names."""
        places, in_order = np.zeros(self.size, np.int64), self.in_order_of_name
        places[in_order] = np.arange(len(in_order))
        return places

    @cached_property
    def in_order_of_name(self) -> np.ndarray:
        """The numbers of the services in the order of their names."""
        return self._columns.numbers[self._columns.by_name]

    @cached_property
    def latest(self) -> list[Entry]:
        """The services that changed last."""
        facts, alive = self._columns, self.alive_row[self._columns.numbers]
        days = np.where(alive, facts.edited, 0)
        least = np.sort(days)[-LATEST:][:1]
        found = [place for place in np.flatnonzero(alive & (days >= least)).tolist()]
        best = nlargest(LATEST, found, key=lambda place: (days[place], facts.ids[place]))
        return [self.entries[facts.numbers[place]] for place in best]

    @cached_property
    def alive_row(self) -> np.ndarray:
        """For each number whether there is a service."""
        row = np.zeros(self.size, bool)
        row[self.numbers(self.everything)] = True
        return row

    # Distance -----------------------------------------------------------------------

    def _distances(self, place: Place) -> np.ndarray:
        """For each service the kilometres from a place to its nearest point; else infinite."""
        return self.away(place, np.arange(self.size, dtype=np.int32))

    def away(self, place: Place, numbers: Numbers) -> np.ndarray:
        """For each of these services the kilometres from a place to its nearest point.

        Infinite for one without a point.
        """
        facts = self._columns
        found = _kilometres(place, facts.point.take(numbers, axis=0))
        if len(facts.further_of) and len(numbers):
            at = np.searchsorted(numbers, facts.further_of)
            asked = numbers.take(at, mode="clip") == facts.further_of
            np.minimum.at(found, at[asked], _kilometres(place, facts.further[asked]))
        return found

    # Days ---------------------------------------------------------------------------

    def first_days(self, today: date) -> np.ndarray:
        """For each service the first day on which somebody could begin, as ordinal number.

        ``NEVER`` when no day is known.
        """
        if today not in self._days:
            days = np.full(self.size, NEVER, np.int32)
            for region, moments, numbers in self._columns.moments.values():
                first = earliest(moments, today, holiday_region=region)
                if first is not None:
                    days[numbers] = first.toordinal()
            days[~self.alive_row] = NEVER
            self._days = {today: days}
        return self._days[today]

    def soonest(self, today: date, count: int) -> list[int]:
        """The services that begin on a day, soonest first; what is open all year is none."""
        days = self.first_days(today).astype(np.int64)
        days[self.numbers(self.open_all_year)] = NEVER
        order = np.argsort((days << 32) + self.by_name, kind="stable")[:count]
        return [int(number) for number in order if days[number] != NEVER]

    def _starts(self, today: date) -> dict[str, int]:
        """When one can begin, seen from today: value -> services."""
        days, now = self.first_days(today), today.toordinal()
        return {
            "nu": self.open_all_year,
            "binnen-2-weken": postings.bits_of_row(days <= now + SOON.days),
            "binnen-3-maanden": postings.bits_of_row(days <= now + THIS_SEASON.days),
            "niet-opgegeven": postings.bits_of_row((days == NEVER) & self.alive_row),
        }

    def _starts_in(self, first: date, last: date) -> list[tuple[Start, int]]:
        """Every start in a time with the number of its service, soonest first."""
        alive, names = self.alive_row, self.by_name
        rows = [
            (start, int(number))
            for region, moments, numbers in self._columns.moments.values()
            for start in starts_between(moments, first, last, holiday_region=region)
            for number in numbers
            if alive[number]
        ]
        return sorted(rows, key=lambda row: (*row[0].order, names[row[1]]))

    @cached_property
    def open_all_year(self) -> int:
        """The services where one can begin at any time."""
        row = np.zeros(self.size, bool)
        for _region, moments, numbers in self._columns.moments.values():
            row[numbers] = is_open_all_year(moments)
        return postings.bits_of_row(row & self.alive_row)

    def starting_before(self, day: date, today: date) -> int:
        """The services where somebody could begin before a day."""
        return postings.bits_of_row(self.first_days(today) < day.toordinal())

    def warm(self, today: date) -> None:
        """Work out beforehand what the first visitor of a generation would wait for."""
        _ = self.by_name, self.latest
        self.starts(today)
        for part in (self.base.vocabulary, self.base.written):
            part.prepare()
        self.lexicon.prepare()


class Entries:
    """The entries of a generation, read from the index when they are asked for."""

    def __init__(self, stored: dict[int, Stored], everything: int, size: int) -> None:
        """``stored`` tells where each is."""
        self._stored, self._everything, self._size = stored, everything, size
        self._reading = Lock()
        self.kept: dict[Any, Any] = {}
        """What others make of the entries and keep with them."""
        self.read = _kept(self._read, KEPT_ENTRIES)

    def _read(self, number: int) -> Entry:
        return Entry.from_json(self._fields(number)["entry"])

    def _fields(self, number: int) -> dict[str, str]:
        reader, docnum = self._stored[number]
        with self._reading:  # Whoosh seeks and then reads: two threads must not do so at once
            return reader.stored_fields(docnum)

    def read_together(self, numbers: Sequence[int]) -> list[Entry]:
        """The services of some numbers: one wait for whoever else is reading, instead of many."""
        with self._reading:
            found = [
                reader.stored_fields(doc) for reader, doc in map(self._stored.__getitem__, numbers)
            ]
        return [Entry.from_json(fields["entry"]) for fields in found]

    def __getitem__(self, number: int) -> Entry:
        """The service of a number. Raises ``ReaderClosed`` or ``OSError`` when it is gone."""
        return self.read(int(number))

    def __len__(self) -> int:
        return self._everything.bit_count()

    def __iter__(self) -> Iterator[Entry]:
        return (self._read(int(n)) for n in postings.numbers(self._everything, self._size))


def _close(readers: list[IndexReader]) -> None:
    for reader in readers:
        if not getattr(reader, "is_closed", False):
            reader.close()


def _nothing() -> tuple[Words, Columns, Vocabulary, Vocabulary]:
    return postings.read([]), columns.read([], ROOM), Vocabulary([]), Vocabulary([])


def _written(readers: Iterable[IndexReader]) -> Iterator[str]:
    return (word.decode() for reader in readers for word in reader.lexicon("words"))


def _admits(said: Ages, age: int) -> bool:
    """Whether no rule about age keeps somebody of this age out."""
    let_in, kept_out = said
    return all(AgeBetween(min=low, max=high).covers(age) for low, high in let_in) and not any(
        AgeBetween(min=low, max=high).covers(age) for low, high in kept_out
    )


def _kilometres(place: Place, points: np.ndarray) -> np.ndarray:
    """From a place to each point ``on_earth``, in a straight line: 100 km is a metre less."""
    to_there = points - np.array(on_earth(place.lat, place.lon), np.float32)
    return np.sqrt(np.einsum("ij,ij->i", to_there, to_there)) * np.float32(EARTH_RADIUS)
