"""Working days and school holidays in the Netherlands. Pure: the day is always an argument."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import holidays

SCHOOL_HOLIDAYS = Path(__file__).with_name("school-holidays.csv")


@dataclass(frozen=True)
class SchoolHoliday:
    """A holiday of the schools of one holiday region; both days are free."""

    name: str
    first_day: date
    last_day: date


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))


def is_public_holiday(day: date) -> bool:
    """Whether it is a public holiday of the Netherlands."""
    return day in _public_holidays(day.year)


def is_working_day(day: date) -> bool:
    """Monday to Friday, but not a public holiday."""
    return day.weekday() < 5 and not is_public_holiday(day)


def working_days_after(day: date, count: int) -> date:
    """The last day of a term of ``count`` working days that begins after ``day``."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@cache
def school_holidays(holiday_region: str) -> tuple[SchoolHoliday, ...]:
    """The school holidays of ``noord``, ``midden`` or ``zuid`` that we know, in order."""
    with SCHOOL_HOLIDAYS.open(encoding="utf-8", newline="") as file:
        found = [
            SchoolHoliday(
                row["holiday"],
                date.fromisoformat(row["first_day"]),
                date.fromisoformat(row["last_day"]),
            )
            for row in csv.DictReader(file)
            if row["region"] == holiday_region
        ]
    return tuple(sorted(found, key=lambda holiday: holiday.first_day))


@cache
def _days_off(holiday_region: str) -> frozenset[date]:
    return frozenset(
        holiday.first_day + timedelta(days=days)
        for holiday in school_holidays(holiday_region)
        for days in range((holiday.last_day - holiday.first_day).days + 1)
    )


def in_school_holidays(day: date, holiday_region: str) -> bool:
    """Whether the schools of that region are closed, as far ahead as we know the dates."""
    return day in _days_off(holiday_region)


def current_or_next_holiday(
    holiday_region: str, day: date, *, within_days: int = 60
) -> SchoolHoliday | None:
    """The school holiday of this day, else the first that begins within so many days."""
    for holiday in school_holidays(holiday_region):
        if holiday.last_day >= day:
            near = holiday.first_day <= day + timedelta(days=within_days)
            return holiday if near else None
    return None
