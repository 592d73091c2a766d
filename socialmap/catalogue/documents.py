"""The validated form of a service, in which everything that enters the catalogue speaks.

The demo, an import, an editor's proposal and an export are ``ServiceDocument``s; only a
document that was checked becomes a row. Field names follow HSDS where it has the field.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field, StringConstraints, model_validator

from ..matching.criteria import AgeBetween, Criterion, LevelIn
from .intake import IntakeMoment

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
Web = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://\S+$")]


class Contact(BaseModel):
    """Whom to call, by role: people change, the desk stays. A deputy stands in in holidays."""

    model_config = ConfigDict(extra="forbid")

    role: Line
    phone: Line | None = None
    email: EmailStr | None = None
    hours: Line | None = None
    deputy: bool = False


class ServiceDocument(BaseModel):
    """One trajectory or support service, checked.

    ``age_min``, ``age_max`` (years, inclusive) and ``levels`` are the flat form's way to
    write the commonest criteria; they become ``criteria``. Themes, target groups, levels
    and referrers are words of the vocabularies, by slug or by label.
    """

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    name: Line
    organization: Line
    summary: Prose | None = None
    description: Prose | None = None
    goal: Literal["school", "work", "care", "orientation", "prevention", "day_activity"]
    themes: list[Line] = Field(default_factory=list)
    target_groups: list[Line] = Field(default_factory=list)
    levels: list[Line] = Field(default_factory=list)
    age_min: int | None = Field(default=None, ge=0, le=120)
    age_max: int | None = Field(default=None, ge=0, le=120)
    municipality: Line | None = None
    lat: float | None = Field(default=None, ge=50.0, le=54.0)
    lon: float | None = Field(default=None, ge=3.0, le=8.0)
    admission: Prose | None = None
    not_for: list[Line] = Field(default_factory=list)
    criteria: list[Criterion] = Field(default_factory=list)
    intake: Prose | None = None
    intake_type: Line | None = None
    intake_moments: list[IntakeMoment] = Field(default_factory=list)
    contact_role: Line | None = None
    contacts: list[Contact] = Field(default_factory=list)
    how_to_refer: Literal["here", "phone_or_mail", "own_form", "closed"] = "phone_or_mail"
    own_form_url: Web | None = None
    referrers: list[Line] = Field(default_factory=list)
    cost: Prose | None = None
    places_free: int | None = Field(default=None, ge=0)
    places_total: int | None = Field(default=None, ge=1)
    places_on: date | None = None
    status: Literal["active", "ended"] = "active"
    ended_on: date | None = None
    verified_on: date | None = None
    verified_by: Line | None = None
    updated: date | None = None

    @model_validator(mode="after")
    def fits_together(self) -> "ServiceDocument":
        if self.how_to_refer == "own_form" and not self.own_form_url:
            raise ValueError("aanmelden met een eigen formulier vraagt het adres ervan")
        if self.places_free is not None and self.places_on is None:
            raise ValueError("het aantal vrije plaatsen vraagt de dag waarop het is doorgegeven")
        if (
            self.places_free is not None
            and self.places_total is not None
            and self.places_free > self.places_total
        ):
            raise ValueError("er zijn meer plaatsen vrij dan er plaatsen zijn")
        if (self.verified_on is None) != (self.verified_by is None):
            raise ValueError("een controle heeft een dag en iemand die controleerde")
        self.criteria = [*self._flat_criteria(), *self.criteria]
        self.age_min = self.age_max = None
        self.levels = []
        return self

    def _flat_criteria(self) -> list[Criterion]:
        """The flat form's ages and levels as rules. From 0 and up to 99 year is no rule."""
        found: list[Criterion] = []
        low = self.age_min or None
        high = self.age_max if self.age_max is not None and self.age_max < 99 else None
        if low is not None or high is not None:
            found.append(AgeBetween(min=low, max=high))
        if self.levels:
            found.append(LevelIn(levels=tuple(self.levels)))
        return found
