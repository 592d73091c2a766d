"""The only door to dateutil and icalendar: days that come back by a rule, and files of events.

A file is made for whoever subscribes to it (RFC 5545 and 7986): the same events give the
same bytes, so it asks neither the day nor the hour.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal

from dateutil import rrule
from dateutil.relativedelta import relativedelta
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from .clock import ZONE

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Unit = Literal["week", "month"]

_DAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months on, or the last day of a month that is shorter."""
    return moment + relativedelta(months=months)


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a month that is shorter."""
    return day + relativedelta(months=months)


def returning_days(
    *,
    anchor: date,
    start: date,
    every: int,
    unit: Unit,
    weekday: str,
    nth: int | None = None,
    months: Sequence[int] = (),
    last: date | None = None,
) -> Iterator[date]:
    """The days from ``start`` to ``last`` of a rule that was first in force on ``anchor``.

    ``nth`` is which such weekday of the month (-1 is the last); ``months`` limits the
    rule to those months (1 to 12). Without ``last`` there is no end.
    """
    day = _DAYS[WEEKDAYS.index(weekday)]
    rule = rrule.rrule(
        rrule.WEEKLY if unit == "week" else rrule.MONTHLY,
        dtstart=datetime.combine(_turn_before(anchor, start, every, unit), time()),
        interval=every,
        byweekday=day(nth) if unit == "month" and nth else day,
        until=datetime.combine(last, time()) if last else None,
    )
    # Months are sifted here: for a rule that never meets its months dateutil would look for
    # a day until the year 9999, whatever the end is.
    for moment in rule.xafter(datetime.combine(start, time()), inc=True):
        if not months or moment.month in months:
            yield moment.date()


def _turn_before(anchor: date, start: date, every: int, unit: Unit) -> date:
    """The last day, at or before ``start``, from which the rule counts as it does from ``anchor``.

    dateutil takes every turn since the first day, which is slow for a rule of years ago.
    """
    if start <= anchor:
        return anchor
    if unit == "week":
        turns = (start - anchor).days // 7 // every
        return anchor + timedelta(weeks=turns * every)
    turns = ((start.year - anchor.year) * 12 + start.month - anchor.month) // every
    return anchor.replace(day=1) + relativedelta(months=turns * every) if turns else anchor


# Files ----------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """How an event comes back, as ``returning_days`` reads it, and the last day it may."""

    every: int
    unit: Unit
    weekday: str
    nth: int | None
    months: tuple[int, ...]
    until: date


@dataclass(frozen=True)
class ChangedDay:
    """One day of an event that comes back on which something else is said."""

    day: date
    summary: str
    description: str
    is_cancelled: bool = False


@dataclass(frozen=True)
class CalendarEvent:
    """Something on a day, all day or ``at`` a time in the Netherlands, once or by a rule.

    With a rule ``day`` is its first day and ``left_out`` are days of the rule on which
    nothing happens. ``sequence`` rises when the event changes; ``stamp`` is when it was
    last changed, with time zone. ``url`` is the whole address of its page.
    """

    uid: str
    sequence: int
    stamp: datetime
    summary: str
    description: str
    url: str
    day: date
    at: time | None = None
    categories: tuple[str, ...] = ()
    is_cancelled: bool = False
    rule: Rule | None = None
    left_out: tuple[date, ...] = ()
    changed: tuple[ChangedDay, ...] = ()


@dataclass(frozen=True)
class Invitation:
    """A meeting as it is put in somebody's own calendar (RFC 5546).

    ``starts_at`` has a time zone. The same ``uid`` with a higher ``sequence`` moves a
    meeting that stands there, and with ``is_cancelled`` takes it out.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    minutes: int
    summary: str
    description: str
    location: str
    url: str
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        return "CANCEL" if self.is_cancelled else "REQUEST"

    def as_json(self) -> dict[str, object]:
        """To keep; ``from_json`` makes it again."""
        return asdict(self) | {
            "stamp": self.stamp.isoformat(),
            "starts_at": self.starts_at.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Invitation":
        moments = {name: datetime.fromisoformat(kept[name]) for name in ("stamp", "starts_at")}
        return cls(**(kept | moments))


def invitation_file(invitation: Invitation, *, organizer: str, attendee: str) -> bytes:
    """An invitation from one address to another, as ``text/calendar``."""
    calendar = Calendar()
    calendar.add("prodid", "-//socialmap//NL")
    calendar.add("version", "2.0")
    calendar.add("method", invitation.method)
    calendar.add_component(_zone())
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamp.astimezone(UTC))
    start = invitation.starts_at.astimezone(ZONE)
    event.add("dtstart", start)
    # Over the hour that the clock skips a length is counted in real minutes.
    end = invitation.starts_at.astimezone(UTC) + timedelta(minutes=invitation.minutes)
    event.add("dtend", end.astimezone(ZONE))
    event.add("summary", invitation.summary)
    event.add("description", invitation.description)
    if invitation.location:
        event.add("location", invitation.location)
    event.add("url", invitation.url)
    event.add("status", "CANCELLED" if invitation.is_cancelled else "CONFIRMED")
    event.add("organizer", f"mailto:{organizer}")
    # Nobody reads an answer that a calendar sends by itself.
    event.add("attendee", f"mailto:{attendee}", parameters={"RSVP": "FALSE"})
    calendar.add_component(event)
    return calendar.to_ical()


def calendar_file(name: str, events: Iterable[CalendarEvent]) -> bytes:
    """A calendar to subscribe to, as ``text/calendar``; ``name`` is what a reader calls it."""
    events = list(events)
    calendar = Calendar()
    calendar.add("prodid", "-//socialmap//NL")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    if any(event.at for event in events):
        calendar.add_component(_zone())
    for event in events:
        calendar.add_component(_first(event))
        for changed in event.changed:
            calendar.add_component(_other(event, changed))
    return calendar.to_ical()


@cache
def _zone() -> Timezone:
    """Dutch time since 1996, when Europe agreed on the two days on which the clock changes.

    Written out here, for what icalendar makes itself ends in 2038 and lets summer begin at
    three instead of two o'clock.
    """
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    for part, name, start, before, after in (
        (TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), 1, 2),
        (TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), 2, 1),
    ):
        part.add("tzname", name)
        part.add("dtstart", start)
        part.add("rrule", {"FREQ": "YEARLY", "BYMONTH": start.month, "BYDAY": "-1SU"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(part)
    return zone


def _first(event: CalendarEvent) -> Event:
    """The event itself, with its rule when it has one."""
    found = _common(event, event.day, event.summary, event.description, event.is_cancelled)
    if event.rule:
        found.add("rrule", _recurrence(event.rule, at=event.at))
    if event.left_out:
        found.add("exdate", [_when(day, event.at) for day in event.left_out])
    return found


def _other(event: CalendarEvent, changed: ChangedDay) -> Event:
    """What is said instead on one day of a rule."""
    cancelled = event.is_cancelled or changed.is_cancelled
    found = _common(event, changed.day, changed.summary, changed.description, cancelled)
    found.add("recurrence-id", _when(changed.day, event.at))
    return found


def _common(
    event: CalendarEvent, day: date, summary: str, description: str, is_cancelled: bool
) -> Event:
    found = Event()
    found.add("uid", event.uid)
    found.add("sequence", event.sequence)
    found.add("dtstamp", event.stamp.astimezone(UTC))
    found.add("last-modified", event.stamp.astimezone(UTC))
    found.add("dtstart", _when(day, event.at))
    found.add("summary", summary)
    found.add("description", description)
    found.add("url", event.url)
    found.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    # Who follows a calendar of others is not busy because of it.
    found.add("transp", "TRANSPARENT")
    if event.categories:
        found.add("categories", list(event.categories))
    return found


def _when(day: date, at: time | None) -> date:
    """A day, or a moment in the Netherlands."""
    return datetime.combine(day, at, tzinfo=ZONE) if at else day


def _recurrence(rule: Rule, *, at: time | None) -> dict[str, object]:
    """A rule in the words of RFC 5545; the end of a rule with a time is told in UTC."""
    code = str(_DAYS[WEEKDAYS.index(rule.weekday)])
    end = datetime.combine(rule.until, time.max.replace(microsecond=0), tzinfo=ZONE)
    found: dict[str, object] = {
        "FREQ": "WEEKLY" if rule.unit == "week" else "MONTHLY",
        "INTERVAL": rule.every,
        "BYDAY": f"{rule.nth}{code}" if rule.unit == "month" and rule.nth else code,
        "UNTIL": end.astimezone(UTC) if at else rule.until,
    }
    if rule.months:
        found["BYMONTH"] = list(rule.months)
    return found
