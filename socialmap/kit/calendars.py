"""The only door to dateutil: days that come back by a rule (RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Literal

from dateutil import rrule
from dateutil.relativedelta import relativedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Unit = Literal["week", "month"]

_DAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months on, or the last day of a month that is shorter."""
    return moment + relativedelta(months=months)


def returning_days(
    *,
    anchor: date,
    start: date,
    every: int,
    unit: Unit,
    weekday: str,
    nth: int | None = None,
    months: Sequence[int] = (),
) -> Iterator[date]:
    """The days from ``start`` on of a rule that was first in force on ``anchor``, without end.

    ``nth`` is which such weekday of the month (-1 is the last); ``months`` limits the
    rule to those months (1 to 12).
    """
    day = _DAYS[WEEKDAYS.index(weekday)]
    rule = rrule.rrule(
        rrule.WEEKLY if unit == "week" else rrule.MONTHLY,
        dtstart=datetime.combine(anchor, time()),
        interval=every,
        byweekday=day(nth) if unit == "month" and nth else day,
        bymonth=tuple(months) or None,
    )
    for moment in rule.xafter(datetime.combine(start, time()), inc=True):
        yield moment.date()
