"""Which services hold a word, and how well it describes them: Whoosh's postings as arrays.

How well is BM25's share of one word without its rarity: from 0 to 2.2, kept as a byte. A
word that many services hold is kept as a row with a byte for each service, any other as
the numbers of its services. Sets of services are whole numbers: service n is bit n.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from whoosh.reading import IndexReader

Numbers = np.ndarray
"""Numbers of services in order: whole numbers, of 32 bits where they are kept."""

K1, B = 1.2, 0.3
USUAL_LENGTH = 160.0
"""The summed weights of the words of an ordinary service. A fixed number, so that the share
of a word in one service does not change when another service does."""

STEP = (K1 + 1) / 255
"""What one step of a byte is worth."""

FREQUENT = 8
"""A word of at least one in so many services is kept as a row."""

SEARCHED = 16
"""Of so many times more numbers it is quicker to look some up than to lay them out in a row."""


def bits(numbers: Numbers, size: int) -> int:
    """The set of these services, all below ``size``."""
    row = np.zeros(size, bool)
    row[numbers] = True
    return bits_of_row(row)


def bits_of_row(row: np.ndarray) -> int:
    """The set of the services whose place in the row is not zero."""
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")


def numbers(members: int, size: int) -> Numbers:
    """The services of a set, in order."""
    row = np.frombuffer(members.to_bytes(size // 8 + 1, "little"), np.uint8)
    return np.unpackbits(row, bitorder="little").view(bool).nonzero()[0]


def row(members: int, size: int) -> np.ndarray:
    """A set as a row: for each service whether it is in it."""
    packed_row = np.frombuffer(members.to_bytes(size // 8 + 1, "little"), np.uint8)
    return np.unpackbits(packed_row, count=size, bitorder="little").astype(bool)


def among(members: int, asked: Numbers, size: int) -> np.ndarray:
    """For each of the services asked about whether it is in a set."""
    packed_row = np.frombuffer(members.to_bytes(size // 8 + 1, "little"), np.uint8)
    return (packed_row.take(asked >> 3) >> (asked & 7).astype(np.uint8)) & np.uint8(1)


class Stack:
    """Sets that are counted together: the columns of a table of 64-bit words.

    Alike ones are counted once: the municipalities of a region have much the same services.
    """

    def __init__(self, sets: Iterable[int], size: int) -> None:
        places: dict[int, int] = {}
        self._place = np.array([places.setdefault(one, len(places)) for one in sets], np.intp)
        length = size // 64 + 1
        rows = [np.frombuffer(one.to_bytes(length * 8, "little"), np.uint64) for one in places]
        self._table = np.ascontiguousarray(np.array(rows, np.uint64).reshape(-1, length).T)

    def counts(self, members: int) -> np.ndarray:
        """How many of these services are in each set."""
        asked = np.frombuffer(members.to_bytes(len(self._table) * 8, "little"), np.uint64)
        some = asked.nonzero()[0]  # most questions find few services
        shared = self._table.take(some, axis=0)
        shared &= asked.take(some)[:, None]
        return np.bitwise_count(shared).sum(axis=0, dtype=np.int32).take(self._place)


@dataclass(frozen=True, eq=False)
class Few:
    """The postings of a word that few services hold."""

    ids: Numbers
    shares: np.ndarray
    size: int

    @property
    def count(self) -> int:
        return len(self.ids)

    @cached_property
    def bits(self) -> int:
        return bits(self.ids, self.size)

    def at(self, members: Numbers) -> np.ndarray:
        """The shares of these services, 0 where the word is not."""
        if len(members) * SEARCHED < len(self.ids):
            places = self.ids.searchsorted(members.astype(np.int32))
            found = self.shares.take(places, mode="clip")
            found *= self.ids.take(places, mode="clip") == members
            return found
        row = np.zeros(self.size, np.uint8)
        row[self.ids] = self.shares
        return row[members]


@dataclass(frozen=True, eq=False)
class Many:
    """The postings of a word that many services hold."""

    row: np.ndarray
    count: int

    @cached_property
    def bits(self) -> int:
        return bits_of_row(self.row)

    def at(self, members: Numbers) -> np.ndarray:
        return self.row[members]


@dataclass(frozen=True, eq=False)
class Either:
    """Several postings of one thing, put together only for the services that are asked about."""

    alternatives: tuple[tuple["Postings", float], ...]

    @cached_property
    def bits(self) -> int:
        found = 0
        for held, _weight in self.alternatives:
            found |= held.bits
        return found

    @cached_property
    def count(self) -> int:
        return self.bits.bit_count()

    def at(self, members: Numbers) -> np.ndarray:
        shares = (_times(held.at(members), weight) for held, weight in self.alternatives)
        return reduce(_either, shares)


@dataclass(frozen=True, eq=False)
class AllOf:
    """The services that hold every part; the share is that of the part that says least."""

    parts: tuple["Postings", ...]

    @cached_property
    def bits(self) -> int:
        found = self.parts[0].bits
        for part in self.parts[1:]:
            found &= part.bits
        return found

    @cached_property
    def count(self) -> int:
        return self.bits.bit_count()

    def at(self, members: Numbers) -> np.ndarray:
        return np.minimum.reduce([part.at(members) for part in self.parts])


Postings = Few | Many | Either | AllOf


def _times(shares: np.ndarray, weight: float) -> np.ndarray:
    """Bytes times a weight from 0 to 1; what was more than nothing stays so."""
    if weight == 1:
        return shares
    part = (shares * np.uint16(max(1, round(weight * 256))) + np.uint16(255)) >> np.uint16(8)
    return part.astype(np.uint8)


def _either(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two shares together: more than each, and never more than a whole (as of two chances)."""
    neither = (np.uint16(255) - one) * (np.uint16(255) - other)
    return (np.uint16(255) - neither // np.uint16(255)).astype(np.uint8)


def size_in_bytes(held: Postings | None, size: int) -> int:
    """About how much memory it takes to keep this, its set of services included."""
    if isinstance(held, Few):
        own = held.ids.nbytes + held.shares.nbytes if held.ids.base is None else 0
    else:
        own = held.row.nbytes if isinstance(held, Many) else 0
    return own + (size // 8 if held else 0)


def packed(ids: Numbers, shares: np.ndarray, size: int) -> Few | Many:
    """Postings in the form that suits how many there are."""
    if len(ids) * FREQUENT < size:
        return Few(ids, shares, size)
    row = np.zeros(size, np.uint8)
    row[ids] = shares
    return Many(row, len(ids))


def of_row(row: np.ndarray) -> Few | Many:
    """Postings from a row with a byte for each service."""
    count = int(np.count_nonzero(row))
    if count * FREQUENT >= len(row):
        return Many(row, count)
    ids = np.flatnonzero(row).astype(np.int32)
    return Few(ids, row[ids], len(row))


def settled(alternatives: Iterable[tuple[Postings, float]], size: int) -> Few | Many:
    """What the alternatives, each times its weight, say of every service, worked out once.

    Who holds two words for one thing fits better than who holds one of them.
    """
    row = np.zeros(size, np.uint8)
    for held, weight in alternatives:
        if isinstance(held, Many):
            row = _either(row, _times(held.row, weight))
            continue
        ids = held.ids if isinstance(held, Few) else numbers(held.bits, size)
        row[ids] = _either(row[ids], _times(held.at(ids), weight))
    return of_row(row)


@dataclass(frozen=True, eq=False)
class Words:
    """The words of some services: all postings in two long arrays, and where each word's begin."""

    place: dict[str, int]
    starts: np.ndarray
    ids: Numbers
    shares: np.ndarray

    def of(self, word: str) -> tuple[Numbers, np.ndarray] | None:
        place = self.place.get(word)
        if place is None:
            return None
        part = slice(self.starts[place], self.starts[place + 1])
        return self.ids[part], self.shares[part]


def read(readers: Iterable[tuple[IndexReader, dict[int, int]]]) -> Words:
    """The postings of the field ``text``, under the numbers that each reader's documents have."""
    rows: dict[str, list[tuple[Numbers, np.ndarray]]] = {}
    for reader, number_of in readers:
        table = np.full(reader.doc_count_all() + 1, -1, np.int32)
        for docnum, number in number_of.items():
            table[docnum] = number
        for word in reader.lexicon("text"):
            ids, weights = _blocks(reader.postings("text", word))
            renumbered = table[ids]
            kept = renumbered >= 0
            if kept.any():
                rows.setdefault(word.decode(), []).append((renumbered[kept], weights[kept]))
    return _in_one(rows)


def _in_one(rows: dict[str, list[tuple[Numbers, np.ndarray]]]) -> Words:
    parts = [part for word in rows for part in rows[word]]
    counts = [sum(len(ids) for ids, _weights in rows[word]) for word in rows]
    ids, shares = np.zeros(sum(counts), np.int32), np.zeros(sum(counts), np.uint8)
    lengths = _lengths(parts)
    start = 0
    for some, weights in parts:
        end = start + len(some)
        ids[start:end] = some
        shares[start:end] = _shares(weights, lengths[some])
        start = end
    places = {word: place for place, word in enumerate(rows)}
    return Words(places, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), ids, shares)


def _lengths(parts: list[tuple[Numbers, np.ndarray]]) -> np.ndarray:
    """For each service the summed weights of its words."""
    size = max((int(ids[-1]) + 1 for ids, _weights in parts), default=0)
    lengths = np.zeros(size, np.float32)
    for ids, weights in parts:
        lengths[ids] += weights
    return lengths


def _shares(weights: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """BM25's share of a word in each of its services, in steps of a byte and at least one."""
    norm = K1 * (1 - B + B * lengths / USUAL_LENGTH)
    shares = weights * (K1 + 1) / (weights + norm)
    return np.clip(np.rint(shares / STEP), 1, 255).astype(np.uint8)


def _blocks(matcher) -> tuple[Numbers, np.ndarray]:
    """All numbers and weights of one word.

    Whoosh gives them one by one, at a microsecond each. It keeps them in blocks, which are
    taken as a whole here: the only place that knows how.
    """
    while hasattr(matcher, "child"):
        # What hides the deleted ones, and went ahead to the first that is not. Here they
        # are told by having no number.
        matcher = matcher.child
        matcher.reset()
    if not hasattr(matcher, "_read_ids"):
        return (
            np.fromiter(matcher._ids, np.int32),
            np.fromiter(matcher._weights, np.float16),
        )
    ids, weights = [], []
    while not matcher._atend:
        matcher._read_ids()
        matcher._read_weights()
        ids.append(np.asarray(matcher._ids, np.int32))
        weights.append(np.asarray(matcher._weights, np.float16))
        matcher._next_block()
    return np.concatenate(ids), np.concatenate(weights)
