"""The filters of ``/aanbod`` as they stand in an address: every state of the list is a link."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ..kit.slugs import slugify
from ..network.places import Place, find_place

CHOICES = (
    "doel", "thema", "doelgroep", "onderwijs", "gemeente", "regio", "aanbieder",
    "soort_aanbieder", "soort", "instroom", "kosten", "taal", "wachttijd", "zelf",
)  # fmt: skip
"""The filters of which several values may be chosen: either of the values will do."""

ORDERS = ("past-het-best", "start", "naam", "afstand")
DISTANCES = (5, 10, 20, 30, 50)
"""Kilometres that the page offers; the address takes any whole number."""
MOST_KILOMETRES = 400
LONGEST_QUESTION = 300
LONGEST_PLACE = 60
_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DUTCH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")


@dataclass(frozen=True)
class Filters:
    """A question and what was chosen beside it."""

    q: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    age: int | None = None
    near: str = ""
    """What was typed as the place to search around: a postcode, a municipality, a village."""
    within: int | None = None
    """How far from there at most, in kilometres as the crow flies."""
    order: str = ""
    page: int = 1
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_args(cls, args: MultiDict) -> "Filters":
        """Read an address. What cannot be read is told in ``errors`` and left out."""
        errors: dict[str, str] = {}
        chosen = {}
        for name in filter(args.__contains__, CHOICES):
            values = [slugify(v) for v in args.getlist(name) if v.strip()]
            if name == "instroom":
                values = _starts(values, errors)
            if values:
                chosen[name] = tuple(dict.fromkeys(values))
        order = args.get("sorteer", "")
        if order and order not in ORDERS:
            errors["sorteer"] = _("Deze volgorde kennen we niet.")
            order = ""
        near = _line(args.get("bij", ""))[:LONGEST_PLACE]
        if near and find_place(near) is None:
            errors["bij"] = _("Deze postcode of plaats kennen we niet.")
        return cls(
            q=_line(args.get("q", ""))[:LONGEST_QUESTION],
            chosen=chosen,
            age=_whole_number(args, "leeftijd", 0, 120, errors),
            near=near,
            within=_whole_number(args, "binnen", 1, MOST_KILOMETRES, errors),
            order=order,
            page=_whole_number(args, "pagina", 1, 10_000, errors) or 1,
            errors=errors,
        )

    def to_args(self) -> list[tuple[str, str]]:
        """The address of this state, without what is not chosen."""
        args = [("q", self.q)] if self.q else []
        args += [(name, value) for name, values in self.chosen.items() for value in values]
        if self.age is not None:
            args.append(("leeftijd", str(self.age)))
        if self.near:
            args.append(("bij", self.near))
        if self.within is not None:
            args.append(("binnen", str(self.within)))
        if self.order:
            args.append(("sorteer", self.order))
        if self.page > 1:
            args.append(("pagina", str(self.page)))
        return args

    @property
    def day_asked(self) -> str:
        """The day before which a pupil must be able to begin, as in an address; else ``""``."""
        return next(filter(start_day, self.chosen.get("instroom", ())), "")

    def without(self, name: str, value: str | None = None) -> "Filters":
        """The same state with one choice less, back on the first page."""
        if name == "leeftijd":
            return replace(self, age=None, page=1)
        if name == "q":
            return replace(self, q="", page=1)
        if name == "bij":
            return replace(self, near="", within=None, page=1)
        left = tuple(v for v in self.chosen.get(name, ()) if v != value)
        chosen = {n: v for n, v in self.chosen.items() if n != name}
        if left:
            chosen[name] = left
        return replace(self, chosen=chosen, page=1)

    @property
    def with_nothing_chosen(self) -> "Filters":
        """The question alone, in the same order."""
        return Filters(q=self.q, order=self.order)

    def at_page(self, page: int) -> "Filters":
        return self if page == self.page else replace(self, page=page)

    @cached_property
    def place(self) -> Place | None:
        """The place to search around; ``None`` when none was asked or nobody knows it."""
        return find_place(self.near) if self.near else None

    @property
    def how_many(self) -> int:
        """How many things were chosen beside the question."""
        values = sum(map(len, self.chosen.values()))
        return values + (self.age is not None) + (self.place is not None)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen) or self.age is not None or self.limits_distance

    @property
    def limits_distance(self) -> bool:
        return self.place is not None and self.within is not None


def _line(text: str) -> str:
    """What was typed, on one line and without what no keyboard gives."""
    return _GAP.sub(" ", text).strip()


def _whole_number(
    args: MultiDict, name: str, low: int, high: int, errors: dict[str, str]
) -> int | None:
    value = args.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
        errors[name] = _no_number(name)
        return None
    return int(value)


def _no_number(name: str) -> str:
    match name:
        case "leeftijd":
            return _("Vul de leeftijd in jaren in.")
        case "binnen":
            return _("Vul het aantal kilometers in.")
        case _:
            return _("Deze pagina is er niet.")


def _starts(values: list[str], errors: dict[str, str]) -> list[str]:
    """The moments asked for; a day may be written as 2027-02-01 or 1-2-2027."""
    found = []
    for value in values:
        if written := _DUTCH_DAY.fullmatch(value):
            day, month, year = (int(part) for part in written.groups())
            value = f"{year:04}-{month:02}-{day:02}"
        if value[:1].isdigit() and start_day(value) is None:
            errors["instroom"] = _("Vul de dag in als 1-2-2027.")
        else:
            found.append(value)
    return found


def start_day(value: str) -> date | None:
    """The day before which a pupil must be able to begin, when the value is one."""
    if not _ISO_DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
