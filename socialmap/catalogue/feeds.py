"""Intake moments as events of a calendar to which people subscribe. Pure.

An event keeps its uid as long as it is about the same start, so that a calendar which
knows it changes it. What was called off stays, as cancelled: a day that only goes missing
leaves everybody who wrote it down with a start that does not take place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from urllib.parse import urljoin, urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext

from ..kit.calendars import CalendarEvent, ChangedDay, Rule
from ..kit.clock import local_day
from ..kit.formats import long_date, plain_date
from .intake import Every, IntakeMoment, OnDates, Start

YEARS_BACK, YEARS_AHEAD = 1, 2
"""A calendar holds the whole years around the present one, so it changes by itself only at
the turn of the year."""


@dataclass(frozen=True)
class FeedService:
    """What a calendar tells of a service; no contact and nobody's name.

    ``sequence`` is the number of its version and ``edited_at``, with time zone, when that
    was made. ``ended_on`` is the first day without a start of a service that has ended.
    ``address`` is that of its page on this site, as ``/aanbod/...``.
    """

    id: str
    name: str
    organization: str
    address: str
    moments: tuple[IntakeMoment, ...]
    sequence: int
    edited_at: datetime
    ended_on: date | None = None
    holiday_region: str = "midden"
    categories: tuple[str, ...] = ()


def events_of(
    services: Iterable[FeedService], *, today: date, base_url: str
) -> list[CalendarEvent]:
    """The events of these services, in their order, from last year to two years ahead.

    Open all year gives none. A rule gives one event that comes back; without a first day
    of its own it begins on the day of the last edit.
    """
    first = date(today.year - YEARS_BACK, 1, 1)
    last = date(today.year + YEARS_AHEAD, 12, 31)
    feeds = (_Feed(service, first, last, base_url) for service in services)
    return [event for feed in feeds for event in feed.events()]


class _Feed:
    """The events of one service."""

    def __init__(self, service: FeedService, first: date, last: date, base_url: str) -> None:
        self.service, self.first, self.last = service, first, last
        self.host = urlsplit(base_url).netloc
        self.url = urljoin(base_url, service.address)

    def events(self) -> Iterator[CalendarEvent]:
        seen: dict[str, int] = {}
        for event in self._as_written():
            # Two groups that start on one day, or two rules alike, are told apart by number.
            number = seen[event.uid] = seen.get(event.uid, 0) + 1
            name = event.uid if number == 1 else f"{event.uid}-{number}"
            yield replace(event, uid=f"{name}@{self.host}")

    def _as_written(self) -> Iterator[CalendarEvent]:
        for moment in self.service.moments:
            if isinstance(moment, OnDates):
                yield from map(self._on_date, moment.starts(self.first))
            elif isinstance(moment, Every) and (event := self._every(moment)):
                yield event

    def _on_date(self, start: Start) -> CalendarEvent:
        """The event of one fixed date."""
        if self._is_after_end(start.day):
            start = start._replace(is_cancelled=True)
        return self._event(f"{self.service.id}-{start.day}", start, _deadline(start))

    def _every(self, rule: Every) -> CalendarEvent | None:
        """The event of a rule; ``None`` when it gives no day.

        It begins on a day that counts: RFC 5545 leaves open what a first day that is no
        day of the rule, or that is left out, does to the rest.
        """
        service, region = self.service, self.service.holiday_region
        days = list(rule.days(self._first_day(rule), self.last))
        counting = [day for day in days if not rule.skips(day, region)]
        if not counting:
            return None
        first = Start(counting[0], time=rule.time, is_cancelled=service.ended_on is not None)
        return replace(
            self._event(_uid_of_rule(service.id, rule), first, _deadline_of_rule(rule)),
            rule=Rule(
                every=rule.every,
                unit=rule.unit,
                weekday=rule.weekday,
                nth=rule.nth,
                months=rule.months,
                until=min(self.last, rule.until or self.last),
            ),
            left_out=tuple(d for d in days if d > first.day and rule.skips(d, region)),
            changed=() if service.ended_on else tuple(self._changed(rule, counting)),
        )

    def _changed(self, rule: Every, days: list[date]) -> Iterator[ChangedDay]:
        """Which of the days are called off or full."""
        for start in map(rule.start_on, days):
            if start.is_cancelled or start.is_full:
                yield ChangedDay(
                    day=start.day,
                    summary=self._summary(start),
                    description=self._description(start, _deadline(start)),
                    is_cancelled=start.is_cancelled,
                )

    def _first_day(self, rule: Every) -> date:
        """From when a rule is told. A service that ended has only its cancelled days left."""
        begins = rule.anchor or local_day(self.service.edited_at)
        return max(self.first, begins, self.service.ended_on or begins)

    def _is_after_end(self, day: date) -> bool:
        return self.service.ended_on is not None and day >= self.service.ended_on

    def _summary(self, start: Start) -> str:
        name = self.service.name
        if start.is_cancelled:
            return _("Gaat niet door: %(name)s", name=name)
        return _("Vol: %(name)s", name=name) if start.is_full else _("Start: %(name)s", name=name)

    def _description(self, start: Start, deadline: str) -> str:
        lines = [_("Aanbieder: %(organization)s.", organization=self.service.organization)]
        if self._is_after_end(start.day):
            lines.append(_("Dit aanbod is gestopt."))
        elif start.is_cancelled:
            lines.append(_("Deze start gaat niet door."))
        else:
            lines += [deadline, _places(start)]
        return "\n".join(line for line in lines if line)

    def _event(self, uid: str, start: Start, deadline: str) -> CalendarEvent:
        return CalendarEvent(
            uid=uid,
            sequence=self.service.sequence,
            stamp=self.service.edited_at,
            summary=self._summary(start),
            description=self._description(start, deadline),
            url=self.url,
            day=start.day,
            at=time.fromisoformat(start.time) if start.time else None,
            categories=self.service.categories,
            is_cancelled=start.is_cancelled,
        )


def _uid_of_rule(service_id: str, rule: Every) -> str:
    """Names a rule by what makes its days, so that a day called off does not make it another."""
    parts = [service_id, rule.unit, str(rule.every), rule.weekday]
    if rule.nth:
        parts.append(f"nth{rule.nth}")
    if rule.months:
        parts.append("months" + ".".join(map(str, rule.months)))
    if rule.anchor:
        parts.append(f"from{rule.anchor}")
    if rule.time:
        parts.append("at" + rule.time.replace(":", ""))
    return "-".join(parts)


def _deadline(start: Start) -> str:
    if start.deadline is None:
        return ""
    return _("Aanmelden tot en met %(day)s.", day=long_date(start.deadline))


def _deadline_of_rule(rule: Every) -> str:
    if rule.deadline_days is None:
        return ""
    if rule.deadline_days == 0:
        return _("Aanmelden tot en met de dag van de start.")
    return ngettext(
        "Aanmelden tot en met %(num)s dag voor de start.",
        "Aanmelden tot en met %(num)s dagen voor de start.",
        rule.deadline_days,
    )


def _places(start: Start) -> str:
    """How many places were free, and when that was told."""
    if start.places_free is None or start.places_on is None:
        return _("Vol.") if start.is_full else ""
    on = plain_date(start.places_on)
    if start.is_full:
        return _("Vol (doorgegeven op %(day)s).", day=on)
    return ngettext(
        "%(num)s plaats vrij (doorgegeven op %(day)s).",
        "%(num)s plaatsen vrij (doorgegeven op %(day)s).",
        start.places_free,
        day=on,
    )
