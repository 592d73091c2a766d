"""The facts of many services, a column each: what is filtered, sorted and counted by.

Read once from the entries, so that these themselves can stay on disk until one is shown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, radians, sin
from typing import TypeVar

import numpy as np

from ..catalogue.intake import IntakeMoment, read_moment
from ..kit.slugs import slugify
from .entries import Entry
from .postings import bits

SETS = (
    "doel", "thema", "doelgroep", "onderwijs", "gemeente", "regio",
    "soort_aanbieder", "soort", "kosten", "taal", "wachttijd", "zelf",
)  # fmt: skip
"""The filters whose values do not depend on the day; ``aanbieder`` has a column of its own."""

COST_OPTIONS = ("gratis", "betaald", "niet-opgegeven")
WAITING_OPTIONS = ("geen", "tot-4-weken", "tot-12-weken", "niet-opgegeven")
_WEEKS = {"geen": 0, "tot-4-weken": 4, "tot-12-weken": 12}

Key = TypeVar("Key")
Range = tuple[int | None, int | None]
Ages = tuple[tuple[Range, ...], tuple[Range, ...]]
"""The ages that rules let in, and those that they keep out; from and up to."""


@dataclass
class Columns:
    """Of services that each have a number."""

    size: int
    """One more than the highest number that may come."""
    sets: dict[str, dict[str, int]]
    """Filter -> value -> the services that have it."""
    organizations: dict[str, tuple[str, int]]
    """Slug of each organization -> its name and number."""
    organization_of: np.ndarray
    """For each service the number of its organization; -1 where there is no service."""
    regions: dict[str, str]
    """Slug and name of each region."""
    any_level: int
    """The services without a rule about levels."""
    numbers: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """The numbers of the services, the lowest first, in the order of the next four."""
    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    edited: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """Day of the last edit, as ordinal number."""
    by_name: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """The places in the rows above, by name."""
    odd_slugs: dict[int, str] = field(default_factory=dict)
    """The slugs that are not simply made of the name."""
    places: list[str] = field(default_factory=list)
    """The names of the places where something is."""
    ages: dict[Ages, int] = field(default_factory=dict)
    """What the rules say about age -> the services that say so."""
    moments: dict[str, tuple[str, list[IntakeMoment], np.ndarray]] = field(default_factory=dict)
    """What is said about beginning -> holiday region, moments, and the services that say so."""
    point: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.float32))
    """For each service its first point ``on_earth``; infinitely far where there is none."""
    further: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.float32))
    """Every further point."""
    further_of: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """The numbers of the services that these are of, the lowest first."""


def on_earth(lat: float, lon: float) -> tuple[float, float, float]:
    """A point, given in degrees, as seen from the middle of the earth, which is one away."""
    north, east = radians(lat), radians(lon)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def read(entries: Iterable[tuple[int, Entry]], size: int) -> Columns:
    """The columns of these services by their number, all below ``size``."""
    sets: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in SETS}
    ages, moments = defaultdict(list), defaultdict(list)
    first: dict[str, Entry] = {}
    numbers, ids, names, edited, any_level = [], [], [], [], []
    places: set[str] = set()
    odd_slugs: dict[int, str] = {}
    point = np.full((size, 3), np.inf, np.float32)
    further: list[tuple[float, float, float]] = []
    further_of: list[int] = []
    organizations: dict[str, tuple[str, int]] = {}
    organization_of, regions = np.full(size, -1, np.int32), {}
    for number, entry in entries:
        for name, values in values_of(entry).items():
            for value in values:
                sets[name][value].append(number)
        if not entry.levels:
            any_level.append(number)
        if entry.region:
            regions[entry.region] = entry.region_name or entry.region
        mine = (entry.organization, len(organizations))
        organization_of[number] = organizations.setdefault(entry.organization_slug, mine)[1]
        numbers.append(number)
        ids.append(entry.id)
        names.append(entry.name)
        edited.append(entry.edited.toordinal())
        if entry.slug != slugify(entry.name):
            odd_slugs[number] = entry.slug
        if entry.place:
            places.add(entry.place)
        ages[_ranges(entry.ages_in), _ranges(entry.ages_out)].append(number)
        said = repr((entry.holiday_region, entry.moments_json))
        moments[said].append(number)
        first.setdefault(said, entry)
        for place, (lat, lon, _about) in enumerate(entry.points):
            if place:
                further.append(on_earth(lat, lon))
                further_of.append(number)
            else:
                point[number] = on_earth(lat, lon)
    return Columns(
        size=size,
        sets={
            name: {value: bits(np.array(rows), size) for value, rows in values.items()}
            for name, values in sets.items()
        },
        organizations=organizations,
        organization_of=organization_of,
        regions=regions,
        any_level=bits(np.array(any_level, np.int32), size),
        numbers=np.array(numbers, np.int32),
        ids=ids,
        names=names,
        edited=np.array(edited, np.int32),
        by_name=_by_name(names, ids),
        odd_slugs=odd_slugs,
        places=sorted(places),
        ages={said: bits(np.array(rows), size) for said, rows in ages.items()},
        moments={
            said: (
                first[said].holiday_region,
                [read_moment(value) for value in first[said].moments_json],
                np.array(rows, np.int32),
            )
            for said, rows in moments.items()
        },
        point=point,
        further=np.array(further, np.float32).reshape(-1, 3),
        further_of=np.array(further_of, np.int32),
    )


def together(one: Columns, other: Columns) -> Columns:
    """The columns of both, which have no number in common."""
    organizations, organization_of = _both(one, other)
    names, ids = one.names + other.names, one.ids + other.ids
    moments = dict(one.moments)
    for said, (region, found, numbers) in other.moments.items():
        before = moments[said][2] if said in moments else numbers[:0]
        moments[said] = (region, found, np.concatenate([before, numbers]))
    return Columns(
        size=max(one.size, other.size),
        sets={name: _either(one.sets[name], other.sets[name]) for name in SETS},
        organizations=organizations,
        organization_of=organization_of,
        regions=one.regions | other.regions,
        any_level=one.any_level | other.any_level,
        numbers=np.concatenate([one.numbers, other.numbers]),
        ids=ids,
        names=names,
        edited=np.concatenate([one.edited, other.edited]),
        by_name=_by_name(names, ids, one.by_name),
        odd_slugs=one.odd_slugs | other.odd_slugs,
        places=sorted({*one.places, *other.places}),
        ages=_either(one.ages, other.ages),
        moments=moments,
        point=np.where(np.isinf(other.point), one.point, other.point),
        further=np.concatenate([one.further, other.further]),
        further_of=np.concatenate([one.further_of, other.further_of]),
    )


def _by_name(names: list[str], ids: list[str], known: np.ndarray | None = None) -> np.ndarray:
    """The places in a row of names, in their order; the order of the first ones may be known."""
    first = [] if known is None else known.tolist()
    # What is in order already costs hardly anything to sort.
    order = sorted(
        [*first, *range(len(first), len(names))],
        key=lambda place: (names[place].casefold(), ids[place]),
    )
    return np.array(order, np.int32)


def _both(one: Columns, other: Columns) -> tuple[dict[str, tuple[str, int]], np.ndarray]:
    """The organizations of both; the names of the other are the newer ones."""
    organizations, of = dict(one.organizations), one.organization_of.copy()
    for slug, (name, number) in other.organizations.items():
        mine = organizations[slug][1] if slug in organizations else len(organizations)
        organizations[slug] = (name, mine)
        of[other.organization_of == number] = mine
    return organizations, of


def _either(one: dict[Key, int], other: dict[Key, int]) -> dict[Key, int]:
    found = dict(one)
    for value, members in other.items():
        found[value] = found.get(value, 0) | members
    return found


def values_of(entry: Entry) -> dict[str, list[str]]:
    """What an entry has under each filter."""
    return {
        "doel": [entry.goal],
        "thema": entry.themes,
        "doelgroep": entry.target_groups,
        "onderwijs": entry.levels,
        "gemeente": entry.serves,
        "regio": [entry.region] if entry.region else [],
        "soort_aanbieder": [entry.organization_kind] if entry.organization_kind else [],
        "soort": [entry.kind] if entry.kind else [],
        "kosten": [_cost(entry.cost_amount)],
        "taal": entry.languages,
        "wachttijd": _waiting(entry.waiting_weeks),
        "zelf": ["ja"] if entry.may_apply_alone else [],
    }


def _ranges(rules: list[list[int | None]]) -> tuple[Range, ...]:
    return tuple((low, high) for low, high in rules)


def _cost(amount: float | None) -> str:
    if amount is None:
        return "niet-opgegeven"
    return "betaald" if amount else "gratis"


def _waiting(weeks: int | None) -> list[str]:
    if weeks is None:
        return ["niet-opgegeven"]
    return [value for value, most in _WEEKS.items() if weeks <= most]
