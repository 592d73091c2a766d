"""Suggestions while typing: services, organizations, themes and places that begin so."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple

import numpy as np
from flask import url_for

from ..kit.slugs import slugify
from .analysis import words
from .snapshot import Snapshot

MOST = 10

LOOKED_AT = 100
"""So many names that fit several typed words are compared to find the best."""

LAST = "\U0010ffff"
"""A sign after every other, to find where the words that begin with some letters end."""


@dataclass(frozen=True)
class Suggestion:
    text: str
    kind: str
    url: str


class Name(NamedTuple):
    """Something that can be suggested, and by what its page is found."""

    text: str
    kind: str
    key: str | int


def suggest(snapshot: Snapshot, typed: str) -> list[Suggestion]:
    """At most ten things of which every typed word begins a word of the name.

    First those whose name begins so, the shorter before the longer.
    """
    wanted = words(typed)
    if not wanted:
        return []
    found = dict.fromkeys(names_of(snapshot).beginning(wanted))
    return [
        Suggestion(name.text, name.kind, _address(snapshot, name)) for name in list(found)[:MOST]
    ]


def prepare(snapshot: Snapshot) -> None:
    """Read the names of a generation beforehand."""
    names_of(snapshot)


def names_of(snapshot: Snapshot) -> "Names":
    """The names of a generation, read once."""
    if "names" not in snapshot.kept:
        snapshot.kept["names"] = Names(_read(snapshot))
    return snapshot.kept["names"]


class Names:
    """Many names, in the order in which they are suggested, found by the beginning of a word."""

    def __init__(self, names: Iterable[tuple[str, Name]]) -> None:
        """Each with the text by whose words it is found."""
        asked = sorted(names, key=lambda row: (len(row[1].text), row[1].text, row[0]))
        self._names = [name for _text, name in asked]
        self._found_by = [text for text, _name in asked]
        rows = sorted(
            (intern(word), place, number)
            for number, text in enumerate(self._found_by)
            for place, word in enumerate(words(text))
        )
        self._words = [word for word, _place, _number in rows]
        self._keys = np.array(
            # A first word before any other, then the order of the names.
            [number + (len(self._names) if place else 0) for _word, place, number in rows],
            np.int32,
        )

    def beginning(self, wanted: list[str]) -> list[Name]:
        """The names with a word that begins as each wanted one, best first, some too many."""
        ranges = [self._range(word) for word in wanted]
        keys = min(ranges, key=len)
        most = LOOKED_AT if len(ranges) > 1 else 4 * MOST
        if len(keys) > most:
            keys = np.partition(keys, most)[:most]
        numbers = [int(key) % len(self._names) for key in np.unique(keys)]
        if len(wanted) > 1:
            numbers = self._fitting(numbers, wanted)
        return [self._names[number] for number in numbers]

    def _fitting(self, numbers: list[int], wanted: list[str]) -> list[int]:
        """Those with all the wanted words, first those that begin with the first."""
        has = {number: words(self._found_by[number]) for number in numbers}
        fitting = [
            number
            for number in numbers
            if all(any(word.startswith(start) for word in has[number]) for start in wanted)
        ]
        return sorted(fitting, key=lambda number: not has[number][0].startswith(wanted[0]))

    def _range(self, word: str) -> np.ndarray:
        first = bisect_left(self._words, word)
        return self._keys[first : bisect_left(self._words, word + LAST, first)]


def _read(snapshot: Snapshot) -> Iterator[tuple[str, Name]]:
    """The services, organizations, places and themes of a generation, with what finds them."""
    for number, name in snapshot.called():
        yield name, Name(name, "service", number)
    for slug, name in snapshot.organizations.items():
        yield name, Name(name, "organization", slug)
    for place in snapshot.places:
        yield place, Name(place, "municipality", slugify(place))
    labels, theme_names = snapshot.lexicon.labels["thema"], snapshot.lexicon.theme_names
    for slug in snapshot.facets["thema"]:
        for text in sorted(theme_names.get(slug, ())):
            yield text, Name(labels[slug], "theme", slug)


def _address(snapshot: Snapshot, name: Name) -> str:
    match name.kind:
        case "service":
            slug = snapshot.slug_of(int(name.key), name.text)
            return url_for("catalogue.service", slug=slug)
        case "organization":
            return url_for("catalogue.organization", slug=name.key)
        case "theme":
            return url_for("search.results", thema=name.key)
    return url_for("search.results", gemeente=name.key)
