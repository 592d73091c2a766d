"""From a question to ``Results``: what was found, in which order, with which counts.

The list, the API and the command line are drawings of the same ``Results``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from whoosh.query import Or, Prefix, Term
from whoosh.reading import ReaderClosed

from ..catalogue import vocabularies, wording
from ..catalogue.intake import earliest
from ..network.queries import municipality_names, organization_names, regions
from .analysis import BOOSTS, dutch, plain_words
from .entries import Entry
from .filters import CHOICES, Filters
from .index import SearchIndex
from .snapshot import START_OPTIONS, Snapshot

PAGE_SIZE = 20
SHORTEST_BEGINNING = 4
"""Letters from which on an unknown word is taken as the beginning of a known one."""
FAR = date.max


@dataclass(frozen=True)
class Hit:
    """A service that was found, and how well it fits the words (0 when nothing was typed)."""

    entry: Entry
    score: float


@dataclass(frozen=True)
class Option:
    """One value of a filter: how many results it gives beside the other filters."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A filter with its values and counts."""

    name: str
    options: list[Option]

    @property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.is_chosen]


@dataclass(frozen=True)
class Relaxation:
    """What there would be without one of the choices, for who found nothing."""

    name: str
    value: str | None
    label: str
    count: int
    filters: Filters


@dataclass(frozen=True)
class Results:
    """The answer to a question."""

    filters: Filters
    total: int
    hits: list[Hit]
    facets: dict[str, Facet]
    did_you_mean: str | None = None
    relaxations: list[Relaxation] = field(default_factory=list)
    understood: dict[str, object] = field(default_factory=dict)


def search(
    index: SearchIndex, filters: Filters, *, today: date, limit: int = PAGE_SIZE,
    offset: int | None = None,
) -> Results:  # fmt: skip
    """Answer a question. ``limit`` hits from ``offset`` on, else those of the page asked for.

    Raises ``NotReady`` when this node has no index yet.
    """
    start = (filters.page - 1) * limit if offset is None else offset
    try:
        return _Search(index.snapshot(), filters, today).results(limit, start)
    except (OSError, ReaderClosed):
        # The writer removed a segment under our reader: one fresh look settles it.
        index.forget()
        return _Search(index.snapshot(), filters, today).results(limit, start)


def count(index: SearchIndex, filters: Filters, *, today: date) -> int:
    """How many services a question finds, and nothing more."""
    return _Search(index.snapshot(), filters, today).members_without(None).bit_count()


class _Search:
    """One question against one snapshot."""

    def __init__(self, snapshot: Snapshot, filters: Filters, today: date) -> None:
        self.snapshot, self.filters, self.today = snapshot, filters, today
        self.scores = self._score()
        self.found_by_words = (
            snapshot.everything if self.scores is None else _bits(self.scores.keys())
        )
        self.chosen = {name: self._members(name) for name in (*filters.chosen, "leeftijd")}

    def results(self, limit: int, start: int) -> Results:
        members = self.members_without(None)
        order = self._in_order(members)
        total = members.bit_count()
        hits = [
            Hit(self.snapshot.entries[n], round(self.scores[n], 4) if self.scores else 0.0)
            for n in order[start : start + limit]
        ]
        return Results(
            filters=self.filters,
            total=total,
            hits=hits,
            facets={name: self._facet(name) for name in CHOICES},
            did_you_mean=None if total else self._did_you_mean(),
            relaxations=[] if total else self._relaxations(),
        )

    def _score(self) -> dict[int, float] | None:
        """Entry number -> score of all that hold any of the words; ``None`` without words."""
        if not any(plain_words()(self.filters.q)):
            return None
        words = {token.text for token in dutch()(self.filters.q)}
        found = self.snapshot.searcher.search(
            Or([part for word in sorted(words) for part in self._looked_for(word)]), limit=None
        )
        return {self.snapshot.number(docnum): score or 0.0 for docnum, score in found.items()}

    def _looked_for(self, word: str) -> list[Term | Prefix]:
        """A word in each field; one that no service has, as the beginning of a longer word."""
        reader = self.snapshot.searcher.reader()
        is_known = any((name, word.encode()) in reader for name in BOOSTS)
        if is_known or len(word) < SHORTEST_BEGINNING:
            return [Term(name, word, boost) for name, boost in BOOSTS.items()]
        return [Prefix(name, word, boost) for name, boost in BOOSTS.items()]

    def _members(self, name: str) -> int:
        """The entries that one filter lets through."""
        snapshot = self.snapshot
        if name == "leeftijd":
            age = self.filters.age
            return snapshot.everything if age is None else snapshot.admits(age)
        sets = self._sets(name)
        members = snapshot.open_to_every_level if name == "onderwijs" else 0
        for value in self.filters.chosen[name]:
            members |= sets.get(value, 0)
        return members

    def _sets(self, name: str) -> dict[str, int]:
        if name == "instroom":
            return self.snapshot.starts(self.today)
        return self.snapshot.facets[name]

    def members_without(self, left_out: str | None) -> int:
        """What all filters but one let through, of what the words found."""
        members = self.found_by_words
        for name, allowed in self.chosen.items():
            if name != left_out:
                members &= allowed
        return members

    def _facet(self, name: str) -> Facet:
        """The values of a filter with counts that hold beside all the other filters."""
        beside = self.members_without(name)
        sets, chosen = self._sets(name), self.filters.chosen.get(name, ())
        extra = self.snapshot.open_to_every_level if name == "onderwijs" else 0
        labels = _labels(name)
        known = {**labels, **{value: value for value in chosen if value not in labels}}
        options = [
            Option(
                value, label, (beside & (sets.get(value, 0) | extra)).bit_count(), value in chosen
            )
            for value, label in known.items()
            if value in sets or value in chosen or name in _SHOWN_WHOLE
        ]
        return Facet(name, options)

    def _in_order(self, members: int) -> list[int]:
        entries, scores = self.snapshot.entries, self.scores or {}
        numbers = list(self.snapshot.entries_in(members))
        order = self.filters.order or ("past-het-best" if self.scores else "naam")
        keys: dict[str, Callable[[int], tuple]] = {
            "past-het-best": lambda n: (-scores.get(n, 0.0), entries[n].name, entries[n].id),
            "start": lambda n: (
                earliest(entries[n].moments, self.today) or FAR,
                -scores.get(n, 0.0),
                entries[n].name,
            ),
            "naam": lambda n: (entries[n].name.casefold(), entries[n].id),
        }
        return sorted(numbers, key=keys[order])

    def _did_you_mean(self) -> str | None:
        """The question with each unknown word as the catalogue spells it, if that finds any."""
        reader = self.snapshot.searcher.reader()
        corrector = reader.corrector("words")
        words, changed = [], False
        for token in plain_words()(self.filters.q):
            word = token.text
            if (b := word.encode()) and len(word) > 3 and ("words", b) not in reader:
                better = corrector.suggest(word, limit=1, maxdist=2, prefix=1)
                if better:
                    word, changed = better[0], True
            words.append(word)
        if not changed:
            return None
        question = " ".join(words)
        again = _Search(self.snapshot, replace(self.filters, q=question), self.today)
        return question if again.members_without(None) else None

    def _relaxations(self) -> list[Relaxation]:
        """Each choice that, taken away, gives results; the one that gives most first."""
        choices: list[tuple[str, str | None, str]] = [
            (name, option.value, option.label)
            for name in self.filters.chosen
            for option in self._facet(name).chosen
        ]
        if self.filters.age is not None:
            choices.append(("leeftijd", None, f"{self.filters.age} jaar"))
        if self.filters.q and self.filters.is_narrowed:
            choices.append(("q", None, self.filters.q))
        found = []
        for name, value, label in choices:
            fewer = self.filters.without(name, value)
            count = _Search(self.snapshot, fewer, self.today).members_without(None).bit_count()
            if count:
                found.append(Relaxation(name, value, label, count, fewer))
        return sorted(found, key=lambda r: -r.count)


_SHOWN_WHOLE = ("doel", "onderwijs", "instroom")
"""Filters whose values are always all shown, with 0 where there is nothing."""


def _bits(numbers) -> int:
    members = 0
    for number in numbers:
        members |= 1 << number
    return members


def _labels(name: str) -> dict[str, str]:
    """The values of a filter with their names, in the order in which they are shown."""
    match name:
        case "doel":
            return {wording.GOAL_SLUGS[g]: str(label) for g, label in wording.GOALS.items()}
        case "thema":
            return vocabularies.labels("themes")
        case "doelgroep":
            return vocabularies.labels("target_groups")
        case "onderwijs":
            return vocabularies.labels("levels")
        case "soort_aanbieder":
            return vocabularies.labels("organization_kinds")
        case "gemeente":
            return municipality_names()
        case "regio":
            return {region.slug: region.name for region in regions()}
        case "aanbieder":
            return organization_names()
        case "instroom":
            return dict(zip(START_OPTIONS, wording.start_options(), strict=True))
        case _:
            return {"ja": wording.alone()}
