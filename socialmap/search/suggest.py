"""Suggestions while typing: services, organizations, themes and places that begin so."""

from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

from flask import url_for

from ..catalogue import vocabularies
from ..kit.slugs import slugify
from .analysis import words
from .snapshot import Snapshot

MOST = 10


@dataclass(frozen=True)
class Suggestion:
    text: str
    kind: str
    url: str


class Name(NamedTuple):
    """Something that can be suggested: its words, and by what its page is found."""

    words: tuple[str, ...]
    text: str
    kind: str
    key: str


def suggest(snapshot: Snapshot, typed: str) -> list[Suggestion]:
    """At most ten things of which every typed word begins a word of the name."""
    wanted = words(typed)
    if not wanted:
        return []
    labels = vocabularies.labels("themes")
    themes = [
        Name(tuple(words(labels[slug])), labels[slug], "theme", slug)
        for slug in snapshot.facets["thema"]
        if slug in labels
    ]
    found = [name for name in (*themes, *_names(snapshot)) if _fits(wanted, name.words)]
    found.sort(key=lambda n: (not n.words[0].startswith(wanted[0]), len(n.text), n.text))
    return [Suggestion(name.text, name.kind, _address(name)) for name in found[:MOST]]


def _fits(wanted: list[str], has: tuple[str, ...]) -> bool:
    return all(any(word.startswith(start) for word in has) for start in wanted)


def prepare(snapshot: Snapshot) -> None:
    """Read the names of a generation beforehand."""
    _names(snapshot)


_known: WeakKeyDictionary[Snapshot, list[Name]] = WeakKeyDictionary()


def _names(snapshot: Snapshot) -> list[Name]:
    """The services, organizations and places of a generation, each once; read once."""
    if snapshot not in _known:
        _known[snapshot] = _read_names(snapshot)
    return _known[snapshot]


def _read_names(snapshot: Snapshot) -> list[Name]:
    rows = {("service", e.slug): e.name for e in snapshot.entries}
    rows |= {("organization", e.organization_slug): e.organization for e in snapshot.entries}
    rows |= {("municipality", slugify(e.place)): e.place for e in snapshot.entries if e.place}
    found = [Name(tuple(words(text)), text, kind, key) for (kind, key), text in rows.items()]
    return [name for name in found if name.words]


def _address(name: Name) -> str:
    match name.kind:
        case "service":
            return url_for("catalogue.service", slug=name.key)
        case "organization":
            return url_for("catalogue.organization", slug=name.key)
        case "theme":
            return url_for("search.results", thema=name.key)
    return url_for("search.results", gemeente=name.key)
