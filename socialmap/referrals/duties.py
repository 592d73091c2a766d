"""What is to be done for a referral now, by whom, and until when.

There is one duty at a time, and one side that has it: pages, lists and reminders ask here.
A duty is known by the event from which it runs, so that what was said about it once is not
said again, and is said anew when the duty begins anew.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from ..kit.calendars import months_later
from ..kit.clock import local_day
from ..network.calendar import is_working_day, working_days_after
from ..network.models import Region
from .models import Referral
from .states import BESIDE, Side, State, Step

# What a region without settings of its own would have.
DEFAULTS = Region(slug="", name="")


class Kind(StrEnum):
    """What is to be done."""

    SEND = "send"
    OPEN = "open"
    HEAR = "hear"
    """To hear how it went with a pupil who was referred outside this site."""
    ANSWER = "answer"
    TAKE_NOTE = "take_note"
    """To take note of what asks no answer, or to take it up after all."""
    QUESTION = "question"
    HOLD = "hold"
    MEETING = "meeting"
    RECORD = "record"
    CONFIRM = "confirm"
    START = "start"
    CHECK = "check"
    """To ask how it goes, one week, three and six months after the first day."""
    COMPLETE = "complete"
    FOLLOW_UP = "follow_up"
    """To see that the pupil lands somewhere after it ended here."""


@dataclass(frozen=True)
class Duty:
    """One thing to do; ``since`` is the id of the event from which it runs."""

    kind: Kind
    owner: Side
    due: date | None
    since: int

    def is_late(self, today: date) -> bool:
        return self.due is not None and today > self.due


CHECK_MONTHS = (0, 3, 6)
"""Aftercare: after one week, then after so many months (B70)."""


def check_days(started_on: date) -> list[date]:
    """The days on which somebody asks how it goes, each moved to a working day."""
    days = [started_on + timedelta(days=7)]
    days += [months_later(started_on, months) for months in CHECK_MONTHS[1:]]
    return [_working_day_from(day) for day in days]


AHEAD = timedelta(days=7)
"""So long before its day it can be told how it goes."""


def is_near(due: date, today: date) -> bool:
    """Whether it is not too early to tell how it goes."""
    return today >= due - AHEAD


def _working_day_from(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


FROM_TERMS = (Kind.RECORD, Kind.CONFIRM, Kind.FOLLOW_UP)
"""Duties whose day is kept nowhere but with the duty itself."""


def duty_of(referral: Referral) -> Duty | None:
    """The one thing to do now; ``None`` when there is nothing left.

    It keeps the day that it began with, also when the region sets other terms meanwhile.
    """
    duty = duty_beginning(referral)
    if duty is not None and duty.kind in FROM_TERMS and duty.kind == referral.duty:
        return replace(duty, due=referral.due_on)
    return duty


def duty_beginning(referral: Referral) -> Duty | None:
    """The duty as it begins at this moment, with the terms that the region has now."""
    kind, owner, due = _now(referral)
    if kind is None:
        return None
    since = max((e.id for e in referral.events if e.step not in BESIDE), default=0)
    return Duty(kind, owner, due, since)


R, V = Side.REFERRER, Side.RECEIVER
_Now = tuple[Kind | None, Side, date | None]


def _now(referral: Referral) -> _Now:
    kind, owner, due = _of_state(referral)
    # Outside this site nobody of the receiver looks here: who referred keeps it up to date.
    if referral.is_elsewhere and owner == V:
        return kind, R, due
    return kind, owner, due


def _of_state(referral: Referral) -> _Now:
    match State(referral.state):
        case State.DRAFT:
            return Kind.SEND, R, None
        case State.REQUESTED if referral.is_elsewhere:
            return Kind.HEAR, R, referral.answer_due
        case State.REQUESTED:
            return Kind.OPEN, V, referral.open_due
        case State.RECEIVED if referral.is_asked:
            return Kind.QUESTION, R, referral.question_due
        case State.RECEIVED:
            kind = Kind.ANSWER if referral.wants_action else Kind.TAKE_NOTE
            return kind, V, referral.answer_due
        case State.ON_HOLD:
            return Kind.HOLD, V, referral.hold_until
        case State.ACCEPTED:
            return Kind.MEETING, V, referral.meeting_due
        case State.READY:
            return _around_meeting(referral)
        case State.IN_PROGRESS | State.COMPLETED:
            return _aftercare(referral)
        case State.REJECTED | State.FAILED | State.CANCELLED:
            return _follow_up(referral)
    return None, R, None


def _around_meeting(referral: Referral) -> _Now:
    terms, held = referral.region or DEFAULTS, referral.held
    if referral.planned is not None:
        return Kind.RECORD, V, working_days_after(referral.planned.day, terms.open_days)
    if held is not None and held.confirmed_at is None:
        recorded = next(e for e in reversed(referral.events) if e.step == Step.RECORD)
        return Kind.CONFIRM, V, working_days_after(local_day(recorded.at), terms.answer_days)
    return Kind.START, V, referral.start_due


def _aftercare(referral: Referral) -> _Now:
    done = sum(event.step == Step.CHECK for event in referral.events)
    if referral.erased_at is not None:
        return None, V, None
    if referral.started_on is not None and done < len(CHECK_MONTHS):
        noted_on = max(local_day(e.at) for e in referral.events if e.step == Step.START)
        # Nobody is late with a day that had passed before the start was noted.
        soon = working_days_after(noted_on, (referral.region or DEFAULTS).open_days)
        return Kind.CHECK, V, max(check_days(referral.started_on)[done], soon)
    if referral.state == State.IN_PROGRESS:
        return Kind.COMPLETE, V, None
    return None, V, None


def _follow_up(referral: Referral) -> _Now:
    ending = next(event for event in reversed(referral.events) if event.step not in BESIDE)
    is_done = ending.step in (Step.FOLLOW_UP, Step.LAPSE)
    # When everything about the pupil has been erased, nobody can follow up any more.
    if is_done or referral.erased_at is not None:
        return None, R, None
    terms = referral.region or DEFAULTS
    return Kind.FOLLOW_UP, R, working_days_after(local_day(ending.at), terms.meeting_days)
