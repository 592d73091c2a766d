"""From a question to ``Results``: what was found, in which order, with which counts.

The list, the API and the command line are drawings of the same ``Results``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
from flask_babel import gettext as _
from whoosh.reading import ReaderClosed

from ..catalogue import wording
from ..kit.formats import plain_date
from ..kit.language import language
from ..network.places import Place, about
from .entries import Entry
from .filters import CHOICES, Filters, start_day
from .index import SearchIndex
from .marking import Marker
from .postings import Numbers, Stack, among, bits_of_row
from .ranking import found_by, scores
from .snapshot import COST_OPTIONS, START_OPTIONS, WAITING_OPTIONS, Snapshot
from .telling import Understanding, replace_word, told
from .understand import Understood, understand

PAGE_SIZE = 20

LITTLE = 3
"""So few results or fewer, and what somebody looks for may be missing."""

NAME_BITS = 21
"""So many bits of a whole number tell the place of a service in the order of names."""

FAR = FARTHEST = MOST_POINTS = 2**20 - 1
"""The last day, the greatest distance (in steps of ten metres) and the highest score that
still make a difference in an order."""

POINTS = 10_000
"""Steps of a score that make a difference."""

BY_THE_PLACE = 1.0
"""How much better something fits for standing in the place that the words name."""

SERVED = 0.6
"""What it counts for to serve that place, beside 1 for standing there."""

HERE, A_RIDE = 3.0, 12.0
"""Kilometres: so near is in the place itself; and over so many it counts a good half less."""


@dataclass(slots=True)
class Hit:
    """A service that was found, and how well it fits the words (0 when nothing was typed)."""

    number: int
    id: str
    score: float
    snapshot: Snapshot
    marker: Marker
    distance: int | None = None
    """About so many kilometres from the place asked for, as the crow flies."""

    @property
    def entry(self) -> Entry:
        """All that is shown of it."""
        return self.snapshot.entries[self.number]


@dataclass(slots=True)
class Option:
    """One value of a filter: how many results it gives beside the other filters."""

    value: str
    label: str
    count: int
    is_chosen: bool


_Kept = tuple[list[tuple[str, str]], dict[Any, Any]]
"""The values of a filter with their labels, and what is kept with them."""


@dataclass(eq=False)
class Facet:
    """A filter with its values and counts; an option is only made of those that are looked at.

    Not frozen, for a search makes fourteen of them and that takes twice as long.
    """

    name: str
    values: Sequence[tuple[str, str]]
    """Each value with its label, in the order in which they are shown."""
    counts: np.ndarray
    asked: tuple[str, ...] = ()
    """The values that were chosen."""
    only_found: bool = False
    """Whether a value without results is not shown, unless it was chosen."""
    kept: dict[Any, Any] = field(default_factory=dict)
    """What others make of these values and keep with them."""

    def option(self, place: int) -> Option:
        value, label = self.values[place]
        return Option(value, label, int(self.counts[place]), value in self.asked)

    @cached_property
    def chosen_places(self) -> list[int]:
        if not self.asked:
            return []
        return [n for n, (value, _label) in enumerate(self.values) if value in self.asked]

    @cached_property
    def places(self) -> np.ndarray:
        """Where the values stand that are shown."""
        if not self.only_found:
            return np.arange(len(self.values))
        found = self.counts.nonzero()[0]
        return np.union1d(found, self.chosen_places).astype(np.intp) if self.asked else found

    @cached_property
    def options(self) -> list[Option]:
        return [self.option(place) for place in self.places.tolist()]

    @cached_property
    def chosen(self) -> list[Option]:
        return [self.option(place) for place in self.chosen_places]


@dataclass(frozen=True)
class Relaxation:
    """What there would be without one of the choices, for who found nothing."""

    name: str
    value: str | None
    label: str
    count: int
    filters: Filters


@dataclass
class Results:
    """The answer to a question."""

    filters: Filters
    total: int
    hits: list[Hit]
    facets: dict[str, Facet]
    relaxations: list[Relaxation] = field(default_factory=list)
    meant: Understood = field(default_factory=Understood)

    @property
    def is_little(self) -> bool:
        """Whether so little was found that something may be missing."""
        return self.total <= LITTLE

    @cached_property
    def did_you_mean(self) -> str | None:
        """The question with each word that nobody knows as it was taken, when one was."""
        question = self.filters.q
        for typed, meant in self.meant.corrections:
            question = replace_word(question, typed, meant)
        return question if question != self.filters.q else None

    @cached_property
    def understood(self) -> Understanding:
        """What a page tells of how the words were understood."""
        return told(self.meant, self.filters)


def search(
    index: SearchIndex, filters: Filters, *, today: date, limit: int = PAGE_SIZE,
    offset: int | None = None, facets: Sequence[str] = CHOICES,
) -> Results:  # fmt: skip
    """Answer a question. ``limit`` hits from ``offset`` on, else those of the page asked for.

    ``facets`` are the filters whose values are counted. Raises ``NotReady`` when this node
    has no index yet.
    """
    start = (filters.page - 1) * limit if offset is None else offset
    try:
        return _Search(index.snapshot(), filters, today).results(limit, start, facets)
    except (OSError, ReaderClosed):
        # The writer removed a segment under our reader: one fresh look settles it.
        index.forget()
        return _Search(index.snapshot(), filters, today).results(limit, start, facets)


def search_in(
    snapshot: Snapshot, filters: Filters, *, today: date, limit: int, facets: Sequence[str]
) -> Results:
    """Answer a question from one generation."""
    return _Search(snapshot, filters, today).results(limit, 0, facets)


@dataclass(frozen=True)
class Members:
    """Everything that a question finds in a generation, as numbers in their order."""

    snapshot: Snapshot
    numbers: list[int]
    understood: Understanding

    @property
    def total(self) -> int:
        return len(self.numbers)


def members(index: SearchIndex, filters: Filters, *, today: date) -> Members:
    """Everything a question finds, for the map and the agenda."""
    found = _Search(index.snapshot(), filters, today)
    numbers = found.first(found.members_without(None), None).tolist()
    return Members(found.snapshot, numbers, told(found.understood, filters))


def count(index: SearchIndex, filters: Filters, *, today: date) -> int:
    """How many services a question finds, and nothing more."""
    return _Search(index.snapshot(), filters, today).members_without(None).bit_count()


class _Search:
    """One question against one snapshot."""

    def __init__(self, snapshot: Snapshot, filters: Filters, today: date) -> None:
        self.snapshot, self.filters, self.today = snapshot, filters, today
        self.understood = understand(filters.q, snapshot, snapshot.lexicon)
        self.age, self.chosen_values = self._with_clues()
        self._scored: tuple[Numbers, np.ndarray] | None = None
        self._last: tuple[int, Numbers] | None = None
        self.found_by_words = (
            found_by(self.understood.concepts, snapshot.everything)
            if self.understood.says_something
            else snapshot.everything
        )
        names = (*self.chosen_values, "leeftijd", "bij")
        self.chosen = {name: self._members(name) for name in names}

    def _with_clues(self) -> tuple[int | None, dict[str, tuple[str, ...]]]:
        """The age and the values of filters: as chosen, else as the words say."""
        age, chosen = self.filters.age, dict(self.filters.chosen)
        for clue in self.understood.clues:
            if clue.name == "leeftijd":
                age = int(clue.values[0]) if age is None else age
            elif clue.name not in self.filters.chosen:
                chosen[clue.name] = (*chosen.get(clue.name, ()), *clue.values)
        return age, chosen

    def results(self, limit: int, start: int, facets: Sequence[str]) -> Results:
        members = self.members_without(None)
        total = members.bit_count()
        hits = self._hits(self.first(members, start + limit)[start:])
        return Results(
            filters=self.filters,
            total=total,
            hits=hits,
            facets=self._facets(facets),
            relaxations=[] if total else self._relaxations(),
            meant=self.understood,
        )

    def _hits(self, numbers: Numbers) -> list[Hit]:
        scores = [0.0] * len(numbers)
        if self._scored is not None and len(numbers):
            scored, found = self._scored
            scores = found.take(scored.searchsorted(numbers)).tolist()
        snapshot, marker = self.snapshot, Marker(self.understood.stems)
        distance_of = self._distance_of if self.filters.place else _no_distance
        return [
            Hit(number, service_id, round(score, 4), snapshot, marker, distance_of(number))
            for number, service_id, score in zip(
                numbers.tolist(), snapshot.ids_of(numbers), scores, strict=True
            )
        ]

    def _distance_of(self, number: int) -> int | None:
        away = float(self.distances[number])
        return about(away) if isfinite(away) else None

    @cached_property
    def distances(self) -> np.ndarray:
        """Kilometres from the place asked for, by number; infinite where no point is known."""
        assert self.filters.place is not None
        return self.snapshot.distances(self.filters.place)

    def _members(self, name: str) -> int:
        """The services that one filter lets through."""
        snapshot = self.snapshot
        if name == "leeftijd":
            return snapshot.everything if self.age is None else snapshot.admits(self.age)
        if name == "bij":
            return self._near()
        sets = self._sets(name)
        members = snapshot.open_to_every_level if name == "onderwijs" else 0
        for value in self.chosen_values[name]:
            members |= sets.get(value, 0)
        return members

    def _near(self) -> int:
        """The services within the distance asked for; one without a point is not near."""
        if not self.filters.limits_distance:
            return self.snapshot.everything
        return bits_of_row(self.distances <= (self.filters.within or 0))

    def _sets(self, name: str) -> dict[str, int]:
        if name == "aanbieder":
            return {value: self.snapshot.having(name, value) for value in self.chosen_values[name]}
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

    def _facets(self, names: Sequence[str]) -> dict[str, Facet]:
        """The values of filters with counts that hold beside all the other filters.

        Those in which nothing is chosen have the same services beside them, and are counted
        in one go.
        """
        stacked = tuple(name for name in names if name != "aanbieder")
        counted = self._counted(stacked, self.members_without(None))
        return {
            name: counted[name]
            if name in counted and name not in self.chosen_values
            else self._facet(name)
            for name in names
        }

    def _counted(self, names: tuple[str, ...], members: int) -> dict[str, Facet]:
        shown, stack = self._shown(names)
        counted, end, found = stack.counts(members), 0, {}
        for name, (values, kept) in shown.items():
            begin, end = end, end + len(values)
            found[name] = Facet(name, values, counted[begin:end], kept=kept)
        return found

    def _shown(self, names: tuple[str, ...]) -> tuple[dict[str, _Kept], Stack]:
        """The values of filters that are shown with their names, and who has each; kept a day."""
        kept, key = self.snapshot.kept, ("facets", names, language())
        if key not in kept or kept[key][0] != self.today:
            shown: dict[str, _Kept] = {}
            rows: list[int] = []
            for name in names:
                sets = self._sets_shown(name)
                values = [row for row in self._labels(name).items() if row[0] in sets]
                shown[name] = values, {}
                rows += [sets[value] for value, _label in values]
            kept[key] = self.today, shown, Stack(rows, self.snapshot.size)
        return kept[key][1:]

    def _sets_shown(self, name: str) -> dict[str, int]:
        """Who has each value that is shown; who lets every level in has them all."""
        sets = self._sets(name)
        if name in _SHOWN_WHOLE:
            sets = dict.fromkeys(self._labels(name), 0) | sets
        every = self.snapshot.open_to_every_level if name == "onderwijs" else 0
        return {value: members | every for value, members in sets.items()}

    def _facet(self, name: str) -> Facet:
        beside, chosen = self.members_without(name), self.filters.chosen.get(name, ())
        if name == "aanbieder":
            return self._organizations(beside, chosen)
        facet = self._counted((name,), beside)[name]
        if not chosen:
            return facet
        known = {value for value, _label in facet.values}
        unknown, sets = [value for value in chosen if value not in known], self._sets(name)
        if not unknown:
            return replace(facet, asked=chosen)
        return Facet(
            name,
            [*facet.values, *((value, self._label(name, value)) for value in unknown)],
            _more(facet.counts, [(beside & sets.get(value, 0)).bit_count() for value in unknown]),
            chosen,
        )

    def _label(self, name: str, value: str) -> str:
        return self._labels(name).get(value) or _unknown(value)

    def _organizations(self, beside: int, chosen: tuple[str, ...]) -> Facet:
        """The organizations that have something here; there may be thousands that have not."""
        values, counted = self.snapshot.organizations_among(self._numbers(beside))
        known = self.snapshot.organizations if chosen else {}
        unknown = [value for value in chosen if value not in known]
        kept = self.snapshot.kept.setdefault(("organizations", language()), {})
        return Facet(
            "aanbieder",
            [*values, *((value, value) for value in unknown)] if unknown else values,
            _more(counted, [0] * len(unknown)),
            chosen,
            only_found=True,
            kept={} if unknown else kept,
        )

    def _labels(self, name: str) -> dict[str, str]:
        """The values of a filter with their names, in the order in which they are shown."""
        if name in self.snapshot.lexicon.labels:
            return self.snapshot.lexicon.labels[name]
        match name:
            case "doel":
                return {wording.GOAL_SLUGS[g]: str(label) for g, label in wording.GOALS.items()}
            case "regio":
                return dict(sorted(self.snapshot.regions.items(), key=lambda row: row[1]))
            case "instroom":
                return dict(zip(START_OPTIONS, wording.start_options(), strict=True))
            case "kosten":
                return dict(zip(COST_OPTIONS, wording.cost_options(), strict=True))
            case "wachttijd":
                return dict(zip(WAITING_OPTIONS, wording.waiting_options(), strict=True))
            case _:
                return {"ja": wording.alone()}

    def first(self, members: int, count: int | None) -> Numbers:
        """The first numbers of a set in the order asked for; all of them without a count."""
        keys = self._keys(self._numbers(members))
        if count is not None and count < len(keys):
            keys.partition(count)
            keys = keys[:count]
        keys.sort()
        return self.snapshot.in_order_of_name.take(keys & (1 << NAME_BITS) - 1)

    def _numbers(self, members: int) -> Numbers:
        """The services of a set; the last one asked for is most often asked for again."""
        if self._last is None or self._last[0] != members:
            self._last = members, self.snapshot.numbers(members)
        return self._last[1]

    def _keys(self, numbers: Numbers) -> np.ndarray:
        """A whole number for each service, no two alike: the lowest comes first.

        Its last bits are the place of the service in the order of names.
        """
        order = self.filters.order or self._usual_order()
        if order == "naam":
            return self.snapshot.by_name.take(numbers)
        keys = np.full(len(numbers), MOST_POINTS, np.int64)
        if self.understood.concepts:
            keys -= np.rint(self._scores(numbers) * np.float32(POINTS)).astype(np.int64)
        match order:
            case "start":
                days = self.snapshot.first_days(self.today)[numbers].astype(np.int64)
                keys += np.minimum(days, FAR) << 20
            case "afstand":
                keys = self._away(numbers)
        keys <<= NAME_BITS
        keys += self.snapshot.by_name.take(numbers)
        return keys

    def _away(self, numbers: Numbers) -> np.ndarray:
        """Steps of ten metres from the place asked for."""
        if not self.filters.place:
            return np.zeros(len(numbers), np.int64)
        return np.minimum(self.distances[numbers] * 100, FARTHEST).astype(np.int64)

    def _scores(self, numbers: Numbers) -> np.ndarray:
        """How well each fits the words, and lies by the place that they name."""
        found = scores(self.understood.concepts, numbers)
        place = self.understood.place
        if place is not None:
            found *= 1 + BY_THE_PLACE * self._closeness(place, numbers)
        self._scored = numbers, found
        return found

    def _closeness(self, place: Place, numbers: Numbers) -> np.ndarray:
        """From 1 for what stands in a place down to 0 for what is far; what serves it is near."""
        away = self.snapshot.away(place, numbers)
        close = np.exp(-np.maximum(away - HERE, 0) / A_RIDE)
        slug = self.snapshot.lexicon.municipalities.get(place.name)
        if slug:
            serves = among(self.snapshot.having("gemeente", slug), numbers, self.snapshot.size)
            close = np.maximum(close, np.float32(SERVED) * serves)
        return close

    def _usual_order(self) -> str:
        if self.understood.concepts:
            return "past-het-best"
        return "afstand" if self.filters.place else "naam"

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


def _no_distance(number: int) -> None:
    """The distance of a service when no place was asked for."""


_SHOWN_WHOLE = ("doel", "onderwijs", "instroom", "kosten", "wachttijd")
"""Filters whose values are always all shown, with 0 where there is nothing."""


def _more(counted: np.ndarray, others: list[int]) -> np.ndarray:
    return np.concatenate((counted, np.array(others, counted.dtype)))


def _unknown(value: str) -> str:
    """What stands for a value without a name: a day says that it is one."""
    day = start_day(value)
    return _("vóór %(day)s", day=plain_date(day)) if day else value
