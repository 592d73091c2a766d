"""The only module that asks what day it is. Rules and operations take the day as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")

_fixed_day: date | None = None


def fix(day: date | None) -> None:
    """Believe that it is this day (``SOCIALMAP_TODAY``); ``None`` means the real one."""
    global _fixed_day
    _fixed_day = day


def is_fixed() -> bool:
    return _fixed_day is not None


def now() -> datetime:
    """The moment, with time zone, in UTC."""
    moment = datetime.now(UTC)
    if _fixed_day is None:
        return moment
    local = moment.astimezone(ZONE).replace(
        year=_fixed_day.year, month=_fixed_day.month, day=_fixed_day.day
    )
    return local.astimezone(UTC)


def today() -> date:
    """The day in the Netherlands."""
    return _fixed_day or local_day(now())


def local_day(moment: datetime) -> date:
    """The Dutch calendar day on which a moment falls."""
    return moment.astimezone(ZONE).date()
