"""When somebody can start: intake moments, and the next one seen from a day. Pure.

A service may be open all year, start on fixed dates, or every so many weeks or months on
a weekday. A start counts while its deadline has not passed. A rule that falls on a
public holiday skips that day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge
from itertools import islice, takewhile
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from ..kit.calendars import returning_days
from ..network.calendar import is_public_holiday

HORIZON = timedelta(days=731)
"""How far ahead a rule is followed."""


class Moment(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AllYear(Moment):
    """One can begin at any time."""

    type: Literal["always"] = "always"


class FixedDate(Moment):
    """One day on which a group starts, and the last day to apply for it."""

    start: date
    deadline: date | None = None

    @model_validator(mode="after")
    def deadline_is_not_later(self) -> "FixedDate":
        if self.deadline and self.deadline > self.start:
            raise ValueError(f"de aanmelddatum {self.deadline} ligt na de start op {self.start}")
        return self


class OnDates(Moment):
    """Starts on fixed dates; ``deadline_days`` before each when a date names none of its own."""

    type: Literal["dates"] = "dates"
    dates: tuple[FixedDate, ...] = Field(min_length=1)
    deadline_days: int | None = Field(default=None, ge=0)

    def starts(self, day: date) -> Iterator["Start"]:
        for fixed in sorted(self.dates, key=lambda fixed: fixed.start):
            yield Start(fixed.start, fixed.deadline or _before(fixed.start, self.deadline_days))


class Every(Moment):
    """Starts every so many weeks or months on a weekday.

    ``starts`` is a day on which the rule was in force, needed when it does not hold every
    single week or month.
    """

    type: Literal["every"] = "every"
    every: int = Field(default=1, ge=1, le=52)
    unit: Literal["week", "month"]
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    nth: Literal[1, 2, 3, 4, -1] | None = None
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    anchor: date | None = None
    deadline_days: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def is_determined(self) -> "Every":
        if self.every > 1 and self.anchor is None:
            raise ValueError("om de zoveel weken of maanden vraagt een eerste dag (anchor)")
        if self.unit == "month" and self.nth is None:
            raise ValueError("elke maand op een weekdag vraagt de hoeveelste (nth)")
        return self

    def starts(self, day: date) -> Iterator["Start"]:
        found = returning_days(
            anchor=self.anchor or day.replace(day=1),
            start=day,
            every=self.every,
            unit=self.unit,
            weekday=self.weekday,
            nth=self.nth if self.unit == "month" else None,
            months=self.months,
        )
        for start in takewhile(lambda start: start <= day + HORIZON, found):
            if not is_public_holiday(start):
                yield Start(start, _before(start, self.deadline_days))


IntakeMoment = Annotated[AllYear | OnDates | Every, Field(discriminator="type")]

_adapter: TypeAdapter[IntakeMoment] = TypeAdapter(IntakeMoment)


@dataclass(frozen=True, order=True)
class Start:
    """A day on which one can begin, and the last day to apply for it if there is one."""

    day: date
    deadline: date | None = None


def _before(start: date, days: int | None) -> date | None:
    return None if days is None else start - timedelta(days=days)


def read_moment(value: dict[str, object]) -> IntakeMoment:
    """An intake moment from its plain form. Raises ``pydantic.ValidationError``."""
    return _adapter.validate_python(value)


def is_open_all_year(moments: Iterable[IntakeMoment]) -> bool:
    return any(isinstance(moment, AllYear) for moment in moments)


def coming_starts(moments: Iterable[IntakeMoment], today: date, *, count: int = 3) -> list[Start]:
    """The next fixed starts for which one can still apply today, soonest first."""
    rows = [moment.starts(today) for moment in moments if not isinstance(moment, AllYear)]
    in_order = merge(*rows, key=lambda start: start.day)
    open_ones = (
        start
        for start in in_order
        if start.day >= today and (start.deadline is None or start.deadline >= today)
    )
    found: list[Start] = []
    for start in islice(open_ones, count * 8):
        if not found or found[-1].day != start.day:
            found.append(start)
        if len(found) == count:
            break
    return found


def earliest(moments: Iterable[IntakeMoment], today: date) -> date | None:
    """The first day on which somebody could begin; ``None`` when nobody stated one."""
    moments = list(moments)
    if is_open_all_year(moments):
        return today
    starts = coming_starts(moments, today, count=1)
    return starts[0].day if starts else None
