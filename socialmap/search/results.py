"""From a question to ``Results``: what was found, in which order, with which counts.

The list, the API and the command line are drawings of the same ``Results``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from flask_babel import gettext as _
from whoosh.reading import ReaderClosed

from ..catalogue import vocabularies, wording
from ..kit.formats import plain_date
from ..network.places import about
from ..network.queries import municipality_names, organization_names, regions
from .analysis import stems, words
from .entries import Entry
from .filters import CHOICES, Filters, start_day
from .index import SearchIndex
from .snapshot import COST_OPTIONS, START_OPTIONS, WAITING_OPTIONS, Snapshot

PAGE_SIZE = 20
FAR = date.max
FARTHEST = 40_000.0


@dataclass(frozen=True)
class Hit:
    """A service that was found, and how well it fits the words (0 when nothing was typed)."""

    entry: Entry
    score: float
    distance: int | None = None
    """About so many kilometres from the place asked for, as the crow flies."""


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


def members(index: SearchIndex, filters: Filters, *, today: date) -> tuple[Snapshot, list[int]]:
    """Everything a question finds, for the map and the agenda: a generation, numbers in order."""
    found = _Search(index.snapshot(), filters, today)
    return found.snapshot, found.in_order(found.members_without(None))


def count(index: SearchIndex, filters: Filters, *, today: date) -> int:
    """How many services a question finds, and nothing more."""
    return _Search(index.snapshot(), filters, today).members_without(None).bit_count()


class _Search:
    """One question against one snapshot."""

    def __init__(self, snapshot: Snapshot, filters: Filters, today: date) -> None:
        self.snapshot, self.filters, self.today = snapshot, filters, today
        self.scores = self._score()
        self.found_by_words = (
            snapshot.everything if self.scores is None else snapshot.having(self.scores)
        )
        names = (*filters.chosen, "leeftijd", "bij")
        self.chosen = {name: self._members(name) for name in names}

    def results(self, limit: int, start: int) -> Results:
        members = self.members_without(None)
        total = members.bit_count()
        hits = [self._hit(number) for number in self.in_order(members)[start : start + limit]]
        return Results(
            filters=self.filters,
            total=total,
            hits=hits,
            facets={name: self._facet(name) for name in CHOICES},
            did_you_mean=None if total else self._did_you_mean(),
            relaxations=[] if total else self._relaxations(),
        )

    def _hit(self, number: int) -> Hit:
        score = round(self.scores[number], 4) if self.scores else 0.0
        away = self.distances.get(number)
        return Hit(self.snapshot.entries[number], score, None if away is None else about(away))

    @cached_property
    def distances(self) -> dict[int, float]:
        """Kilometres from the place asked for, by entry number; empty when none was asked."""
        place = self.filters.place
        return self.snapshot.distances(place) if place else {}

    def _score(self) -> dict[int, float] | None:
        """Entry number -> score of all that hold any of the words; ``None`` without words."""
        if not words(self.filters.q):
            return None
        scores: dict[int, float] = {}
        for word in sorted(set(stems(self.filters.q))):
            for number, score in self.snapshot.having_word(word).items():
                scores[number] = scores.get(number, 0.0) + score
        return scores

    def _members(self, name: str) -> int:
        """The entries that one filter lets through."""
        snapshot = self.snapshot
        if name == "leeftijd":
            age = self.filters.age
            return snapshot.everything if age is None else snapshot.admits(age)
        if name == "bij":
            return self._near()
        sets = self._sets(name)
        members = snapshot.open_to_every_level if name == "onderwijs" else 0
        for value in self.filters.chosen[name]:
            members |= sets.get(value, 0)
        return members

    def _near(self) -> int:
        """The entries within the distance asked for; one without a point is not near."""
        if not self.filters.limits_distance:
            return self.snapshot.everything
        within = self.filters.within or 0
        return self.snapshot.having(n for n, away in self.distances.items() if away <= within)

    def _sets(self, name: str) -> dict[str, int]:
        if name != "instroom":
            return self.snapshot.facets[name]
        days = {value: start_day(value) for value in self.filters.chosen.get(name, ())}
        return self.snapshot.starts(self.today) | {
            value: self.snapshot.starting_before(day, self.today)
            for value, day in days.items()
            if day
        }

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
        known = {**labels, **{value: _unknown(value) for value in chosen if value not in labels}}
        options = [
            Option(
                value, label, (beside & (sets.get(value, 0) | extra)).bit_count(), value in chosen
            )
            for value, label in known.items()
            if value in sets or value in chosen or name in _SHOWN_WHOLE
        ]
        return Facet(name, options)

    def in_order(self, members: int) -> list[int]:
        """The entry numbers of a set, in the order asked for."""
        scores, names, distances = self.scores or {}, self.snapshot.by_name, self.distances
        keys: dict[str, Callable[[int], tuple]] = {
            "past-het-best": lambda n: (-scores.get(n, 0.0), distances.get(n, 0.0), names[n]),
            "start": lambda n: (days[n] or FAR, -scores.get(n, 0.0), names[n]),
            "naam": lambda n: (names[n],),
            "afstand": lambda n: (distances.get(n, FARTHEST), names[n]),
        }
        order = self.filters.order or self._usual_order()
        days = self.snapshot.first_days(self.today) if order == "start" else []
        return sorted(self.snapshot.entries_in(members), key=keys[order])

    def _usual_order(self) -> str:
        if self.scores:
            return "past-het-best"
        return "afstand" if self.filters.place else "naam"

    def _did_you_mean(self) -> str | None:
        """The question with each unknown word as the catalogue spells it, if that finds any."""
        reader = self.snapshot.searcher.reader()
        corrector = reader.corrector("words")
        better, changed = [], False
        for word in words(self.filters.q):
            if len(word) > 3 and ("words", word.encode()) not in reader:
                found = corrector.suggest(word, limit=1, maxdist=2, prefix=1)
                word, changed = (found[0], True) if found else (word, changed)
            better.append(word)
        if not changed:
            return None
        question = " ".join(better)
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
        if self.filters.limits_distance:
            choices.append(("bij", None, f"{self.filters.within} km"))
        if self.filters.q and self.filters.is_narrowed:
            choices.append(("q", None, self.filters.q))
        found = []
        for name, value, label in choices:
            fewer = self.filters.without(name, value)
            count = _Search(self.snapshot, fewer, self.today).members_without(None).bit_count()
            if count:
                found.append(Relaxation(name, value, label, count, fewer))
        return sorted(found, key=lambda r: -r.count)


_SHOWN_WHOLE = ("doel", "onderwijs", "instroom", "kosten", "wachttijd")
"""Filters whose values are always all shown, with 0 where there is nothing."""


def _unknown(value: str) -> str:
    """What stands for a value without a name: a day says that it is one."""
    day = start_day(value)
    return _("vóór %(day)s", day=plain_date(day)) if day else value


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
        case "soort":
            return vocabularies.labels("service_kinds")
        case "taal":
            return vocabularies.labels("languages")
        case "instroom":
            return dict(zip(START_OPTIONS, wording.start_options(), strict=True))
        case "kosten":
            return dict(zip(COST_OPTIONS, wording.cost_options(), strict=True))
        case "wachttijd":
            return dict(zip(WAITING_OPTIONS, wording.waiting_options(), strict=True))
        case _:
            return {"ja": wording.alone()}
