"""When somebody can start: intake moments, and the starts seen from a day. Pure.

A service may be open all year, start on fixed dates, or every so many weeks or months on
a weekday. A rule skips public holidays, and school holidays when it says so; a fixed date
holds always. A start can be called off or full: it is told, but nobody can begin then.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from heapq import merge
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from ..kit.calendars import returning_days
from ..network.calendar import in_school_holidays, is_public_holiday

HORIZON = timedelta(days=731)
"""How far ahead a rule is followed."""

CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _with_quotes(value: object) -> object:
    """YAML reads 10:30 without quotes as a number of minutes: say so, instead of guessing."""
    if isinstance(value, int):
        raise ValueError('schrijf een tijd tussen aanhalingstekens: "09:30"')
    return value


ClockTime = Annotated[str, Field(pattern=CLOCK_TIME), BeforeValidator(_with_quotes)]
"""A time in the Netherlands as ``09:30``."""


class Start(NamedTuple):
    """A day on which one can begin, and the last day to apply for it if there is one.

    A full start may get a place after all; a cancelled one does not take place.
    A tuple, for a catalogue makes them by the ten thousand.
    """

    day: date
    deadline: date | None = None
    time: str | None = None
    is_cancelled: bool = False
    is_full: bool = False
    places_free: int | None = None
    places_on: date | None = None

    def can_apply(self, today: date) -> bool:
        """Whether it takes place and its deadline has not passed."""
        in_time = self.deadline is None or self.deadline >= today
        return self.day >= today and in_time and not self.is_cancelled

    @property
    def order(self) -> tuple[date, str, bool, bool]:
        """Soonest first; of starts at once the one that is called off or full comes last."""
        return self.day, self.time or "", self.is_cancelled, self.is_full


class Moment(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AllYear(Moment):
    """One can begin at any time."""

    type: Literal["always"] = "always"


class FixedDate(Moment):
    """One day on which a group starts, and the last day to apply for it.

    ``places_free`` counts the free places as they were told on ``places_on``; 0 is full.
    """

    start: date
    deadline: date | None = None
    time: ClockTime | None = None
    places_free: int | None = Field(default=None, ge=0)
    places_on: date | None = None
    cancelled: bool = False

    @model_validator(mode="after")
    def fits_together(self) -> "FixedDate":
        if self.deadline and self.deadline > self.start:
            raise ValueError(f"de aanmelddatum {self.deadline} ligt na de start op {self.start}")
        if self.places_free is not None and self.places_on is None:
            raise ValueError("het aantal vrije plaatsen vraagt de dag waarop het is doorgegeven")
        return self


class OnDates(Moment):
    """Starts on fixed dates; ``deadline_days`` before each when a date names none of its own."""

    type: Literal["dates"] = "dates"
    dates: tuple[FixedDate, ...] = Field(min_length=1)
    deadline_days: int | None = Field(default=None, ge=0, le=366)

    def starts(self, first: date = date.min, last: date = date.max) -> list[Start]:
        """The starts in that time, in order."""
        found = [self._start(fixed) for fixed in self.dates if first <= fixed.start <= last]
        return sorted(found, key=lambda start: start.order)

    def _start(self, fixed: FixedDate) -> Start:
        return Start(
            day=fixed.start,
            deadline=fixed.deadline or _before(fixed.start, self.deadline_days),
            time=fixed.time,
            is_cancelled=fixed.cancelled,
            is_full=fixed.places_free == 0,
            places_free=fixed.places_free,
            places_on=fixed.places_on,
        )


class Every(Moment):
    """Starts every so many weeks or months on a weekday.

    ``anchor`` is a day on which the rule was in force, needed when it does not hold every
    single week or month; ``until`` is the last day it holds. ``cancelled`` and ``full``
    name days of the rule that are called off, and for which there is no place left.
    """

    type: Literal["every"] = "every"
    every: int = Field(default=1, ge=1, le=52)
    unit: Literal["week", "month"]
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    nth: Literal[1, 2, 3, 4, -1] | None = None
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    anchor: date | None = None
    until: date | None = None
    time: ClockTime | None = None
    deadline_days: int | None = Field(default=None, ge=0, le=366)
    cancelled: tuple[date, ...] = ()
    full: tuple[date, ...] = ()
    skip_school_holidays: bool = False

    @model_validator(mode="after")
    def is_determined(self) -> "Every":
        if self.every > 1 and self.anchor is None:
            raise ValueError("om de zoveel weken of maanden vraagt een eerste dag (anchor)")
        if self.unit == "month" and self.nth is None:
            raise ValueError("elke maand op een weekdag vraagt de hoeveelste (nth)")
        if self.anchor and self.until and self.until < self.anchor:
            raise ValueError(
                f"de laatste dag {self.until} (until) ligt voor de eerste dag {self.anchor}"
            )
        for day in (*self.cancelled, *self.full):
            if day not in self.days(day, day):
                raise ValueError(f"op {day} is er volgens deze regel geen start")
        return self

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days from ``first`` to ``last`` that the rule names, holidays too."""
        return returning_days(
            anchor=self.anchor or first.replace(day=1),
            start=first,
            every=self.every,
            unit=self.unit,
            weekday=self.weekday,
            nth=self.nth if self.unit == "month" else None,
            months=self.months,
            last=min(last, self.until or last),
        )

    def skips(self, day: date, holiday_region: str) -> bool:
        """Whether there is no start because the day is a holiday."""
        return is_public_holiday(day) or (
            self.skip_school_holidays and in_school_holidays(day, holiday_region)
        )

    def starts(self, first: date, last: date, holiday_region: str) -> Iterator[Start]:
        """The starts in that time, in order."""
        for day in self.days(first, last):
            if not self.skips(day, holiday_region):
                yield self.start_on(day)

    def start_on(self, day: date) -> Start:
        """What a day of the rule is told with."""
        return Start(
            day=day,
            deadline=_before(day, self.deadline_days),
            time=self.time,
            is_cancelled=day in self.cancelled,
            is_full=day in self.full,
        )


IntakeMoment = Annotated[AllYear | OnDates | Every, Field(discriminator="type")]

_adapter: TypeAdapter[IntakeMoment] = TypeAdapter(IntakeMoment)


def _before(start: date, days: int | None) -> date | None:
    return None if days is None else start - timedelta(days=days)


def read_moment(value: dict[str, object]) -> IntakeMoment:
    """An intake moment from its plain form. Raises ``pydantic.ValidationError``."""
    return _adapter.validate_python(value)


def is_open_all_year(moments: Iterable[IntakeMoment]) -> bool:
    return any(isinstance(moment, AllYear) for moment in moments)


def starts_between(
    moments: Iterable[IntakeMoment], first: date, last: date, *, holiday_region: str = "midden"
) -> list[Start]:
    """Every start from ``first`` to ``last``, cancelled and full ones too, soonest first."""
    found: set[Start] = set()
    for moment in moments:
        if isinstance(moment, Every):
            found.update(_starts_of(moment, first, last, holiday_region))
        elif isinstance(moment, OnDates):
            found.update(moment.starts(first, last))
    return sorted(found, key=lambda start: start.order)


def coming_starts(
    moments: Iterable[IntakeMoment],
    today: date,
    *,
    count: int = 3,
    holiday_region: str = "midden",
) -> list[Start]:
    """The next starts for which one can still apply today, full ones too, soonest first.

    Of starts at the same time only one counts, and rather one that is not full.
    """
    rows = [_from(moment, today, holiday_region) for moment in moments]
    found: list[Start] = []
    for start in merge(*rows, key=lambda start: start.order):
        is_other = not found or (found[-1].day, found[-1].time) != (start.day, start.time)
        if is_other and start.can_apply(today):
            found.append(start)
        if len(found) == count:
            break
    return found


def earliest(
    moments: Iterable[IntakeMoment], today: date, *, holiday_region: str = "midden"
) -> date | None:
    """The first day on which somebody could begin; ``None`` when there is none.

    A start that is called off or full is none, nor is one whose deadline has passed.
    """
    found: date | None = None
    for moment in moments:
        if isinstance(moment, AllYear):
            return today
        if isinstance(moment, Every):
            day = _first_of_rule(moment, today, holiday_region)
        else:
            day = _first_open(moment.starts(today), today)
        if day and (found is None or day < found):
            found = day
    return found


def _from(moment: IntakeMoment, today: date, holiday_region: str) -> Iterable[Start]:
    """The starts from today on, in order."""
    if isinstance(moment, Every):
        return moment.starts(today, today + HORIZON, holiday_region)
    return moment.starts(today) if isinstance(moment, OnDates) else ()


def _first_open(starts: Iterable[Start], today: date) -> date | None:
    return next((s.day for s in starts if s.can_apply(today) and not s.is_full), None)


# Thousands of services are asked at once, and many share a rule: what a rule says is kept.


@lru_cache(maxsize=65536)
def _first_of_rule(rule: Every, today: date, holiday_region: str) -> date | None:
    return _first_open(rule.starts(today, today + HORIZON, holiday_region), today)


@lru_cache(maxsize=8192)
def _starts_of(rule: Every, first: date, last: date, holiday_region: str) -> tuple[Start, ...]:
    return tuple(rule.starts(first, last, holiday_region))
