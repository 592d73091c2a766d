"""Suggestions while typing: services, organizations, themes and places that begin so."""

from dataclasses import dataclass

from flask import url_for

from ..catalogue import vocabularies
from .analysis import plain_words
from .snapshot import Snapshot

MOST = 10


@dataclass(frozen=True)
class Suggestion:
    text: str
    kind: str
    url: str


def suggest(snapshot: Snapshot, typed: str) -> list[Suggestion]:
    """At most ten things of which every typed word begins a word of the name."""
    wanted = _words(typed)
    if not wanted:
        return []
    found = [s for s in _candidates(snapshot) if _fits(wanted, _words(s.text))]
    found.sort(key=lambda s: (not _words(s.text)[0].startswith(wanted[0]), len(s.text), s.text))
    return found[:MOST]


def _words(text: str) -> list[str]:
    return [token.text for token in plain_words()(text)]


def _fits(wanted: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(start) for word in words) for start in wanted)


def _candidates(snapshot: Snapshot) -> list[Suggestion]:
    themes = vocabularies.labels("themes")
    rows = {
        Suggestion(themes[slug], "theme", url_for("search.results", thema=slug))
        for slug in snapshot.facets["thema"]
        if slug in themes
    }
    for entry in snapshot.entries:
        rows.add(Suggestion(entry.name, "service", url_for("catalogue.service", slug=entry.slug)))
        rows.add(
            Suggestion(
                entry.organization,
                "organization",
                url_for("catalogue.organization", slug=entry.organization_slug),
            )
        )
        if entry.place:
            rows.add(
                Suggestion(
                    entry.place, "municipality", url_for("search.results", gemeente=entry.place)
                )
            )
    return list(rows)
