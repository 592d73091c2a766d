"""The validated form of a service, in which everything that enters the catalogue speaks.

The demo, an import, an editor's proposal and an export are ``ServiceDocument``s; only a
document that was checked is stored. Field names follow HSDS where it has the field. A
field that nobody stated is ``None`` or empty, and is shown as "niet opgegeven".
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field, StringConstraints, model_validator

from ..kit.calendars import WEEKDAYS
from ..matching.criteria import (
    AgeBetween,
    Criterion,
    Kind,
    LevelIn,
    LivesIn,
    MayApplyAlone,
    ReferredBy,
)
from .intake import IntakeMoment

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Signs that no keyboard writes and no database or spreadsheet wants."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE),
]
Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000, pattern=PRINTABLE),
]
Web = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://\S+$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
ServiceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Postcode = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[1-9]\d{3} ?[A-Z]{2}$")
]
Latitude = Annotated[float, Field(ge=50.0, le=54.0)]
Longitude = Annotated[float, Field(ge=3.0, le=8.0)]


class Part(BaseModel):
    """A part of a service document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(Part):
    """Whom to call, by role: people change, the desk stays. A deputy stands in in holidays."""

    role: Line
    phone: Line | None = None
    email: EmailStr | None = None
    hours: Line | None = None
    deputy: bool = False


class OpeningHours(Part):
    """When a walk-in desk is open on a weekday, in local time (HSDS ``schedule``)."""

    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    opens: ClockTime
    closes: ClockTime

    @model_validator(mode="after")
    def closes_later(self) -> "OpeningHours":
        if self.closes <= self.opens:
            raise ValueError(f"de sluitingstijd {self.closes} ligt niet na {self.opens}")
        return self


class Closure(Part):
    """Days, both included, on which a desk is closed."""

    first_day: date
    last_day: date
    reason: Line | None = None

    @model_validator(mode="after")
    def is_a_period(self) -> "Closure":
        if self.last_day < self.first_day:
            raise ValueError(f"de laatste dag {self.last_day} ligt voor {self.first_day}")
        return self


class Location(Part):
    """A place where the service is given (HSDS ``location``). Points are WGS 84 degrees."""

    name: Line | None = None
    address: Line | None = None
    postcode: Postcode | None = None
    municipality: Line | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    opening_hours: tuple[OpeningHours, ...] = ()
    closures: tuple[Closure, ...] = ()

    @model_validator(mode="after")
    def is_somewhere(self) -> "Location":
        if (self.lat is None) != (self.lon is None):
            raise ValueError("een punt heeft een breedte (lat) en een lengte (lon)")
        if not (self.address or self.municipality or self.lat):
            raise ValueError("een locatie heeft een adres, een gemeente of een punt nodig")
        return self

    @property
    def week(self) -> list[tuple[str, list[OpeningHours]]]:
        """The weekdays on which it is open, from Monday on, each with its hours."""
        in_order = sorted(self.opening_hours, key=lambda hours: hours.opens)
        days = [(day, [h for h in in_order if h.weekday == day]) for day in WEEKDAYS]
        return [(day, hours) for day, hours in days if hours]


class Duration(Part):
    """How long it takes: from ``least`` to ``most`` of a unit, or in words."""

    least: int | None = Field(default=None, ge=1)
    most: int | None = Field(default=None, ge=1)
    unit: Literal["day", "week", "month", "year", "meeting"] = "week"
    note: Line | None = None

    @model_validator(mode="after")
    def says_something(self) -> "Duration":
        if self.least is None and self.most is None and self.note is None:
            raise ValueError("de duur heeft een getal of een toelichting nodig")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"de kortste duur ({self.least}) is langer dan de langste")
        return self


class Intensity(Part):
    """How much of a week it takes, in parts of a day (a week has ten on working days)."""

    least: float | None = Field(default=None, gt=0, le=14)
    most: float | None = Field(default=None, gt=0, le=14)
    note: Line | None = None

    @model_validator(mode="after")
    def says_something(self) -> "Intensity":
        if self.least is None and self.most is None and self.note is None:
            raise ValueError("de intensiteit heeft een getal of een toelichting nodig")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"de laagste intensiteit ({self.least:g}) is meer dan de hoogste")
        return self


class Result(Part):
    """What a service says it led to: how many, of how many, over which period, told by whom."""

    statement: Line
    number: int = Field(ge=0)
    of: int | None = Field(default=None, ge=1)
    period: Line
    source: Line

    @model_validator(mode="after")
    def is_a_part(self) -> "Result":
        if self.of is not None and self.number > self.of:
            raise ValueError(f"{self.number} is meer dan het totaal van {self.of}")
        return self


class GoodPractice(Part):
    """A label of good practice: who gave it, when, and on what evidence."""

    label: Line
    given_by: Line
    given_on: date
    evidence: Line


class Link(Part):
    """A page elsewhere that does what this site does not, such as a bank of placements."""

    label: Line
    url: Web


class ServiceDocument(BaseModel):
    """One trajectory or support service, checked.

    ``age_min``, ``age_max`` (years, inclusive), ``levels``, ``referrers`` and
    ``apply_alone`` are the flat form's way to write the commonest criteria; they become
    ``criteria``, and ``flat_criteria()`` takes them apart again. Words of vocabularies may
    be given by slug or by label, municipalities by name or CBS code.
    """

    model_config = ConfigDict(extra="forbid")

    id: ServiceId
    name: Line
    organization: Line
    kind: Line | None = None
    summary: Prose | None = None
    description: Prose | None = None
    text_for_pupil: Prose | None = None
    goal: Literal["school", "work", "care", "orientation", "prevention", "day_activity"]
    themes: list[Line] = Field(default_factory=list)
    target_groups: list[Line] = Field(default_factory=list)
    levels: list[Line] = Field(default_factory=list)
    age_min: int | None = Field(default=None, ge=0, le=120)
    age_max: int | None = Field(default=None, ge=0, le=120)
    municipality: Line | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    locations: list[Location] = Field(default_factory=list)
    service_area: list[Line] = Field(default_factory=list)
    admission: Prose | None = None
    not_for: list[Line] = Field(default_factory=list)
    criteria: list[Criterion] = Field(default_factory=list)
    required_documents: list[Line] = Field(default_factory=list)
    referrers: list[Line] = Field(default_factory=list)
    apply_alone: bool | None = None
    intake: Prose | None = None
    intake_type: Line | None = None
    intake_forms: list[Line] = Field(default_factory=list)
    intake_moments: list[IntakeMoment] = Field(default_factory=list)
    method: Prose | None = None
    begin_terms: Prose | None = None
    end_terms: Prose | None = None
    duration: Duration | None = None
    intensity: Intensity | None = None
    contact_role: Line | None = None
    contacts: list[Contact] = Field(default_factory=list)
    holiday_cover: Literal["open", "deputy", "closed"] | None = None
    how_to_refer: Literal["here", "phone_or_mail", "own_form", "closed"] = "phone_or_mail"
    own_form_url: Web | None = None
    cost: Prose | None = None
    cost_amount: float | None = Field(default=None, ge=0, le=100_000)
    funded_until: date | None = None
    funded_by: Line | None = None
    places_free: int | None = Field(default=None, ge=0)
    places_total: int | None = Field(default=None, ge=1)
    places_on: date | None = None
    waiting_weeks: int | None = Field(default=None, ge=0, le=260)
    waiting_on: date | None = None
    results: list[Result] = Field(default_factory=list)
    good_practice: GoodPractice | None = None
    languages: list[Line] = Field(default_factory=list)
    accessibility: list[Line] = Field(default_factory=list)
    hub: ServiceId | None = None
    links: list[Link] = Field(default_factory=list)
    status: Literal["active", "ended"] = "active"
    ended_on: date | None = None
    verified_on: date | None = None
    verified_by: Line | None = None
    updated: date | None = None

    @model_validator(mode="after")
    def fits_together(self) -> "ServiceDocument":
        for is_wrong, words in self._what_clashes():
            if is_wrong:
                raise ValueError(words)
        self.criteria = [*self._folded(), *self.criteria]
        self.age_min = self.age_max = self.apply_alone = None
        self.levels, self.referrers = [], []
        return self

    def _what_clashes(self) -> list[tuple[bool, str]]:
        """What two fields say together that cannot be, and how to tell it."""
        free, total = self.places_free, self.places_total
        return [
            (
                self.how_to_refer == "own_form" and not self.own_form_url,
                "aanmelden met een eigen formulier vraagt het adres ervan (own_form_url)",
            ),
            (
                free is not None and self.places_on is None,
                "het aantal vrije plaatsen vraagt de dag waarop het is doorgegeven (places_on)",
            ),
            (
                free is not None and total is not None and free > total,
                "er zijn meer plaatsen vrij dan er plaatsen zijn",
            ),
            (
                self.waiting_weeks is not None and self.waiting_on is None,
                "de wachttijd vraagt de dag waarop die is doorgegeven (waiting_on)",
            ),
            (
                (self.verified_on is None) != (self.verified_by is None),
                "een controle heeft een dag en iemand die controleerde",
            ),
            (
                (self.lat is None) != (self.lon is None),
                "een punt heeft een breedte (lat) en een lengte (lon)",
            ),
            (
                self.holiday_cover == "deputy" and not any(c.deputy for c in self.contacts),
                "een waarnemer in de vakantie vraagt een contact met deputy: true",
            ),
            (self.hub == self.id, "een plek kan niet bij zichzelf horen (hub)"),
        ]

    def _folded(self) -> list[Criterion]:
        """The flat columns as rules. From 0 and up to 99 year is no rule."""
        found: list[Criterion] = []
        low = self.age_min or None
        high = self.age_max if self.age_max is not None and self.age_max < 99 else None
        if low is not None or high is not None:
            found.append(AgeBetween(min=low, max=high))
        if self.levels:
            found.append(LevelIn(levels=tuple(self.levels)))
        if self.referrers:
            found.append(ReferredBy(referrers=tuple(self.referrers)))
        if self.apply_alone is not None:
            kind = Kind.INCLUSION if self.apply_alone else Kind.EXCLUSION
            found.append(MayApplyAlone(kind=kind))
        return found

    # What pages and the index ask. ---------------------------------------------------

    @property
    def contact(self) -> Contact | None:
        """Whom to call on an ordinary day."""
        return next((c for c in self.contacts if not c.deputy), None)

    @property
    def deputy(self) -> Contact | None:
        """Whom to call in holidays."""
        return next((c for c in self.contacts if c.deputy), None)

    @property
    def ages(self) -> list[AgeBetween]:
        return [c for c in self.criteria if isinstance(c, AgeBetween)]

    @property
    def admitted_levels(self) -> list[str]:
        """The education levels that are let in; empty when no rule says anything.

        Every rule must hold, so a second one narrows the first.
        """
        rules = [c for c in self.criteria if isinstance(c, LevelIn) and c.kind == Kind.INCLUSION]
        return [
            level
            for level in (rules[0].levels if rules else ())
            if all(level in rule.levels for rule in rules)
        ]

    @property
    def may_refer(self) -> list[str]:
        """Who may refer; empty when nobody said."""
        rules = [c for c in self.criteria if isinstance(c, ReferredBy) and c.kind == Kind.INCLUSION]
        return list(dict.fromkeys(name for rule in rules for name in rule.referrers))

    @property
    def pupil_may_apply(self) -> bool | None:
        """Whether the pupil may apply alone; ``None`` when nobody said."""
        for rule in self.criteria:
            if isinstance(rule, MayApplyAlone):
                return rule.kind == Kind.INCLUSION
        return True if {YOUNG_PEOPLE, EVERYBODY} & set(self.may_refer) else None

    @property
    def catchment(self) -> list[str]:
        """The municipalities whose pupils are let in; empty when no rule says anything."""
        rules = [c for c in self.criteria if isinstance(c, LivesIn) and c.kind == Kind.INCLUSION]
        return list(dict.fromkeys(code for rule in rules for code in rule.municipalities))


YOUNG_PEOPLE = "jongere"
EVERYBODY = "iedereen"


def flat_criteria(document: ServiceDocument) -> tuple[dict[str, object], list[Criterion]]:
    """The flat columns that say the leading criteria, and the criteria that are left.

    The other way of what a document does with those columns: reading both back gives the
    same criteria in the same order.
    """
    columns: dict[str, object] = {}
    left = list(document.criteria)
    if left and isinstance(rule := left[0], AgeBetween) and _fits_columns(rule):
        columns |= {"age_min": rule.min, "age_max": rule.max}
        left.pop(0)
    for kind, column in ((LevelIn, "levels"), (ReferredBy, "referrers")):
        if left and isinstance(left[0], kind) and left[0].kind == Kind.INCLUSION:
            columns[column] = list(getattr(left.pop(0), column))
    if left and isinstance(rule := left[0], MayApplyAlone):
        columns["apply_alone"] = rule.kind == Kind.INCLUSION
        left.pop(0)
    return columns, left


def _fits_columns(rule: AgeBetween) -> bool:
    """Whether the columns would give this very rule back: 0 and 99 years mean no limit there."""
    is_plain = rule.kind == Kind.INCLUSION and rule.min != 0
    return is_plain and (rule.max is None or rule.max < 99)
