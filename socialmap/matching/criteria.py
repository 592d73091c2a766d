"""The types of admission criteria.

Each rule stands on its own and is either an inclusion (the pupil must meet it) or an
exclusion ("niet voor"). A service that states no rule is open to all: an unknown is
not a no. Ages are whole years, both ends inclusive. Words of a vocabulary stand in a rule
by slug, municipalities by CBS code, once the rule is in the catalogue.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Kind(StrEnum):
    """Whether a rule lets in or keeps out."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class Rule(BaseModel):
    """What all rules share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = Kind.INCLUSION


class AgeBetween(Rule):
    """An age in years, from ``min`` up to and including ``max``; either may be open."""

    type: Literal["age"] = "age"
    min: int | None = Field(default=None, ge=0, le=120)
    max: int | None = Field(default=None, ge=0, le=120)

    @model_validator(mode="after")
    def is_a_range(self) -> "AgeBetween":
        if self.min is None and self.max is None:
            raise ValueError("een leeftijdseis heeft een ondergrens of een bovengrens nodig")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(
                f"de laagste leeftijd ({self.min}) is hoger dan de hoogste ({self.max})"
            )
        return self

    def covers(self, age: int) -> bool:
        """Whether somebody of this age falls inside the range."""
        return (self.min is None or age >= self.min) and (self.max is None or age <= self.max)


class LevelIn(Rule):
    """An education level from the vocabulary."""

    type: Literal["level"] = "level"
    levels: tuple[Word, ...] = Field(min_length=1)


class LivesIn(Rule):
    """The catchment area: where the pupil lives, goes to school, or either of the two.

    Help often goes by residence while schools are city-wide, so a rule says which counts.
    """

    type: Literal["municipality"] = "municipality"
    by: Literal["residence", "school", "either"] = "residence"
    municipalities: tuple[Word, ...] = Field(min_length=1)


class Enrolled(Rule):
    """Being enrolled at a school or course now."""

    type: Literal["enrolled"] = "enrolled"


class HasStartQualification(Rule):
    """Having a basic qualification: havo, vwo or mbo level 2 or higher."""

    type: Literal["start_qualification"] = "start_qualification"


class UnderCompulsoryEducation(Rule):
    """Falling under the Dutch duty to attend school or to obtain a basic qualification.

    Until when either lasts is law and a setting of the region, so no age stands here.
    """

    type: Literal["compulsory"] = "compulsory"
    duty: Literal["school", "qualification", "either"] = "either"


class NeedsPaper(Rule):
    """A formal paper that must be there before the start, and who gives it.

    As an exclusion: not for who has this paper. Without ``given_by`` the vocabulary tells
    who gives such a paper.
    """

    type: Literal["paper"] = "paper"
    paper: Word
    given_by: Word | None = None


class SpeaksLanguage(Rule):
    """Enough of a language, with its level of the European framework when that is stated."""

    type: Literal["language"] = "language"
    language: Word
    cefr: Literal["A1", "A2", "B1", "B2", "C1", "C2"] | None = None


class InSituation(Rule):
    """One of these situations, such as being homeless or pregnant."""

    type: Literal["situation"] = "situation"
    situations: tuple[Word, ...] = Field(min_length=1)


class ReferredBy(Rule):
    """Who may refer (or, as an exclusion, may not)."""

    type: Literal["referrer"] = "referrer"
    referrers: tuple[Word, ...] = Field(min_length=1)


class MayApplyAlone(Rule):
    """The pupil may apply without anybody else; as an exclusion: may not."""

    type: Literal["apply_alone"] = "apply_alone"


Criterion = Annotated[
    AgeBetween
    | LevelIn
    | LivesIn
    | Enrolled
    | HasStartQualification
    | UnderCompulsoryEducation
    | NeedsPaper
    | SpeaksLanguage
    | InSituation
    | ReferredBy
    | MayApplyAlone,
    Field(discriminator="type"),
]

_adapter: TypeAdapter[Criterion] = TypeAdapter(Criterion)


def read_criterion(value: dict[str, object]) -> Criterion:
    """A criterion from its plain form. Raises ``pydantic.ValidationError``."""
    return _adapter.validate_python(value)
