"""Where a place is and how far apart two points are, from the files that come with the software.

``postcodes.csv`` has one row for every postcode area, the four digits of a Dutch postcode, with its
place, municipality and point (degrees, WGS 84; GeoNames, CC BY 4.0). All areas of a place share one
point, so a distance is good to some kilometres: say "about" and round it with ``about``.

Nothing here asks the database. The files are read at the first question.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Literal, NamedTuple

from ..kit.slugs import slugify
from .queries import shipped_municipalities

POSTCODES = Path(__file__).with_name("postcodes.csv")

EARTH_RADIUS = 6371.0
"""Kilometres, the mean."""

POSTCODE = re.compile(r"\s*([0-9]{4})(?:[^0-9]*|\s*\(.+\))")
"""Four digits and no other: ``2312``, ``2312ab``, ``2312 AB Leiden``; or a label."""

SAINT = re.compile(r"\bst-")
ON_THE = re.compile(r"-(?:aan-den?|a-d|ad)-")

OTHER_NAMES = {
    "'s-Gravenhage": "Den Haag",
    "Den Bosch": "'s-Hertogenbosch",
    "Middelbeers": "Oost West en Middelbeers",
    "Spakenburg": "Bunschoten-Spakenburg",
}
"""Names that people use and the files lack, with the name that they have."""


@dataclass(frozen=True)
class Place:
    """A point with a name: of a postcode area (the four digits), a place or a municipality.

    ``within`` says where it is, when the name alone does not: the place of a postcode area, the
    municipality of a place that has a namesake.
    """

    name: str
    lat: float
    lon: float
    kind: Literal["postcode", "place", "municipality"]
    within: str = ""

    @property
    def label(self) -> str:
        """For people: ``2312 (Leiden)``, ``Rijnsburg``; ``find_place`` finds it again."""
        return f"{self.name} ({self.within})" if self.within else self.name


class Area(NamedTuple):
    """A row of ``postcodes.csv``."""

    pc4: str
    place: str
    municipality_code: str
    lat: float
    lon: float


def find_place(text: str) -> Place | None:
    """What somebody typed: a postcode, a municipality or a place; ``None`` when it is unknown.

    Of a full postcode only the four digits are used and kept. Of equal names a municipality wins,
    then the place with the most postcode areas.
    """
    if match := POSTCODE.fullmatch(text):
        area = areas().get(match[1])
        return Place(area.pc4, area.lat, area.lon, "postcode", area.place) if area else None
    return _named().get(_key(text))


def all_names() -> dict[str, Place]:
    """Every name of a municipality or place, without its label, with what it finds."""
    found: dict[str, Place] = {}
    for place in sorted(set(_named().values()), key=lambda place: place.kind):
        name = place.name.partition(" (")[0]
        found.setdefault(name, find_place(name) or place)
    return found | {other: _named()[_key(name)] for other, name in OTHER_NAMES.items()}


def suggest_place(text: str) -> str | None:
    """The name that was probably meant; ``find_place`` knows it."""
    key = _key(text)
    candidates = [name for name in _named() if name[0] == key[0]]
    close = get_close_matches(key, candidates, n=1, cutoff=0.8)
    return _named()[close[0]].label if close else None


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The distance between two points in degrees, over the earth as the crow flies."""
    north, east = radians(lat2 - lat1), radians(lon2 - lon1)
    haversine = sin(north / 2) ** 2
    haversine += cos(radians(lat1)) * cos(radians(lat2)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(haversine))


def about(km: float) -> int:
    """Whole kilometres and at least one: the points are no better than that."""
    return max(1, round(km))


@cache
def areas() -> dict[str, Area]:
    """Every postcode area by its four digits."""
    with POSTCODES.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return {
            pc4: Area(pc4, place, code, float(lat), float(lon))
            for pc4, place, code, lat, lon in lines
        }


@cache
def _named() -> dict[str, Place]:
    """The key of every name that finds a place; who comes first has the name."""
    key = cache(_key)  # many names come along more than once
    municipalities = [
        Place(row["name"], float(row["lat"]), float(row["lon"]), "municipality")
        for row in shipped_municipalities()
    ]
    places = _places(key)
    named: dict[str, Place] = {}
    for group in (municipalities, places):
        for place in group:
            named.setdefault(key(place.name), place)
        for place in group:
            named.setdefault(key(place.name.partition(" (")[0]), place)
    for place in places:
        named.setdefault(key(place.label), place)
    for other, name in OTHER_NAMES.items():
        named.setdefault(key(other), named[key(name)])
    return named


def _places(key: Callable[[str], str]) -> list[Place]:
    """The places that do not just bear the name of their own municipality, the largest first."""
    municipality = {row["code"]: row["name"] for row in shipped_municipalities()}
    sizes = Counter((area.place, area.municipality_code) for area in areas().values())
    points = {(area.place, area.municipality_code): area for area in areas().values()}
    villages = [
        points[village]
        for village, _ in sizes.most_common()
        if key(village[0]) != key(municipality[village[1]])
    ]
    names = Counter([*map(key, municipality.values()), *(key(area.place) for area in villages)])
    return [
        Place(
            area.place,
            area.lat,
            area.lon,
            "place",
            municipality[area.municipality_code] if names[key(area.place)] > 1 else "",
        )
        for area in villages
    ]


def _key(name: str) -> str:
    """The same for every spelling: accents, apostrophes, hyphens, ``St.`` and ``a/d``."""
    slug = SAINT.sub("sint-", slugify(name))
    return ON_THE.sub("-aan-", slug).replace("-", "")
