"""The types of admission criteria.

Each rule stands on its own and is either an inclusion (the pupil must meet it) or an
exclusion ("niet voor"). A service that states no rule is open to all: an unknown is
not a no. Ages are whole years, both ends inclusive.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator


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
    """An education level from the vocabulary, by slug."""

    type: Literal["level"] = "level"
    levels: tuple[str, ...] = Field(min_length=1)


class LivesIn(Rule):
    """A municipality of residence, by CBS code."""

    type: Literal["municipality"] = "municipality"
    municipalities: tuple[str, ...] = Field(min_length=1)


Criterion = Annotated[AgeBetween | LevelIn | LivesIn, Field(discriminator="type")]

_adapter: TypeAdapter[Criterion] = TypeAdapter(Criterion)


def read_criterion(value: dict[str, object]) -> Criterion:
    """A criterion from its plain form. Raises ``pydantic.ValidationError``."""
    return _adapter.validate_python(value)
