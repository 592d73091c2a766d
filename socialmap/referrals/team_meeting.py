"""What a team talks over: facts and dates of a referral, and not a word about the pupil."""

from dataclasses import dataclass
from datetime import date, datetime

from ..kit.clock import local_day
from .duties import CHECK_MONTHS, Duty, Kind, check_days, duty_of
from .models import Meeting, Referral, Reminder
from .states import OF_TEAM, OPEN, Side, State, Step


@dataclass(frozen=True)
class Taken:
    """A step that was taken: when and by which side."""

    step: Step
    side: Side
    at: datetime
    is_told: bool


@dataclass(frozen=True)
class Ahead:
    """A day that is to come, and what is to be done by then."""

    kind: Kind
    day: date


@dataclass(frozen=True)
class Brief:
    """A referral as a team meeting may know it."""

    referral: Referral
    duty: Duty | None
    is_late: bool
    age: int
    """How many days it takes already, or took until it was closed."""
    steps: list[Taken]
    reminders: list[Reminder]
    planned: Meeting | None
    asked_on: date | None
    """Since when a question of the receiver waits for its answer."""
    ahead: list[Ahead]


def brief_of(referral: Referral, today: date) -> Brief:
    duty = duty_of(referral)
    sent_on = local_day(referral.sent_at or referral.created_at)
    end = today if referral.state in OPEN else local_day(_last_of_the_line(referral))
    return Brief(
        referral=referral,
        duty=duty,
        is_late=duty is not None and duty.is_late(today),
        age=(end - sent_on).days,
        steps=[Taken(Step(e.step), Side(e.side), e.at, e.is_told) for e in referral.events],
        reminders=list(referral.reminders),
        planned=referral.planned,
        asked_on=local_day(referral.asked_at) if referral.asked_at else None,
        ahead=days_ahead(referral, duty),
    )


def _last_of_the_line(referral: Referral) -> datetime:
    """When one of the two sides did something last."""
    return max(event.at for event in referral.events if event.step not in OF_TEAM)


def days_ahead(referral: Referral, duty: Duty | None) -> list[Ahead]:
    """The days that are agreed on, of what is still to be done; what is due now comes first."""
    days = _terms(referral)
    if duty and duty.due:
        days[duty.kind] = duty.due
    found = [Ahead(kind, day) for kind, day in days.items() if day is not None]
    return sorted(found, key=lambda ahead: ahead.day)


_LINE = (State.REQUESTED, State.RECEIVED, State.ON_HOLD, State.ACCEPTED, State.READY)
"""The states before the first day, in order."""


def _terms(referral: Referral) -> dict[Kind, date | None]:
    """Of each thing that the state still leaves to do, the day until which there is time."""
    state = State(referral.state)
    if state in (State.IN_PROGRESS, State.COMPLETED):
        return _aftercare(referral)
    if state not in _LINE:
        return {}
    terms: dict[Kind, date | None] = {}
    if state in (State.REQUESTED, State.RECEIVED):
        terms[Kind.ANSWER] = referral.answer_due
    if state in (State.REQUESTED, State.RECEIVED, State.ACCEPTED):
        terms[Kind.MEETING] = referral.meeting_due
    if state in (State.ACCEPTED, State.READY):
        terms[Kind.START] = referral.start_due or referral.first_start
    return terms


def _aftercare(referral: Referral) -> dict[Kind, date | None]:
    done = referral.count_of(Step.CHECK)
    if referral.started_on is None or referral.erased_at or done >= len(CHECK_MONTHS):
        return {}
    return {Kind.CHECK: check_days(referral.started_on)[done]}
