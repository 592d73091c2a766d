"""Who is told that something is due: each once, and each the one who can act.

A duty that is past its day is told first to who has it, then to the school, then to the
coordinator of the region; what was told is remembered, so that nobody is nagged. In a school
holiday the deputy is told instead, for opening and answering go on then: of a school, whose
mentors are away, that is its own mailbox and its care team. A referral that stays unopened is
told to the deputy at once, for nobody may be reading the mailbox.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from ..accounts.models import Role
from ..accounts.queries import people_of_region
from ..kit.clock import local_day
from ..kit.database import session, transaction
from ..kit.outbox import Recipient
from ..network.calendar import in_school_holidays, is_working_day, working_days_after
from . import mails
from .duties import DEFAULTS, Duty, Kind, duty_of
from .models import Referral, Reminder
from .states import Side

Recipients = list[tuple[Recipient, str]]

OWNER, SCHOOL, COORDINATOR = "owner", "school", "coordinator"


def rounds_of(duty: Duty) -> tuple[str, ...]:
    """Who is told in turn; the school is told once, also when it has the duty itself.

    Nobody waits for a receiver to take note of what asks no answer: the others are not told.
    """
    if duty.kind == Kind.TAKE_NOTE:
        return (OWNER,)
    return (OWNER, SCHOOL, COORDINATOR) if duty.owner == Side.RECEIVER else (OWNER, COORDINATOR)


@dataclass(frozen=True)
class Due:
    """Something to tell now."""

    duty: Duty
    round: str


def due_now(referral: Referral, duty: Duty, told: list[Reminder], today: date) -> Due | None:
    """What is to be told today about a duty, given what was told before; at most one a day.

    Each round waits the region's number of working days after the one before.
    """
    if any(local_day(reminder.at) == today for reminder in told):
        return None
    told = [reminder for reminder in told if not reminder.is_by_hand]
    rounds = rounds_of(duty)
    if len(told) >= len(rounds) or not duty.is_late(today) or not is_working_day(today):
        return None
    if told:
        wait = (referral.region or DEFAULTS).overdue_days
        if today < working_days_after(local_day(told[-1].at), wait):
            return None
    return Due(duty, rounds[len(told)])


def remind_due(*, now: datetime) -> int:
    """Tell everybody who is to be told today, about each referral in a transaction of its own.

    Returns how many duties were told about. Of two workers that remind at once the second
    finds the reminder of the first, and its mails go with it.
    """
    with transaction() as db:
        late = db.exec(
            select(Referral.id)
            .where(col(Referral.due_on) < local_day(now))
            .order_by(col(Referral.id))
        ).all()
    return sum(_remind(number, now) for number in late)


def _remind(number: int, now: datetime) -> bool:
    """Whether somebody was told about what is late of this referral."""
    today = local_day(now)
    try:
        with transaction() as db:
            referral = db.get_one(Referral, number)
            duty = duty_of(referral)
            due = due_now(referral, duty, _told(referral, duty), today) if duty else None
            if due is not None:
                _tell(referral, due, now)
            return due is not None
    except IntegrityError:
        return False
    except Exception:
        # One that cannot be told about must not keep all those after it from being told.
        current_app.logger.exception("reminding about referral number %s failed", number)
        return False


def _told(referral: Referral, duty: Duty) -> list[Reminder]:
    return [r for r in referral.reminders if r.kind == duty.kind and r.since == duty.since]


def _tell(referral: Referral, due: Due, now: datetime) -> None:
    duty = due.duty
    session().add(
        Reminder(referral_id=referral.id, kind=duty.kind, since=duty.since, round=due.round, at=now)
    )
    session().flush()
    session().refresh(referral, ["reminders"])
    match due.round:
        case "owner":
            mails.reminded(referral, duty, owners_of(referral, duty, local_day(now)))
        case "school":
            mails.overdue(referral, duty)
        case _:
            mails.escalated(referral, duty, coordinators_of(referral))


def owners_of(referral: Referral, duty: Duty, today: date) -> Recipients:
    """The people who have the duty, or who stand in for them."""
    if duty.owner == Side.REFERRER:
        school = referral.organization.region or DEFAULTS
        is_closed = in_school_holidays(today, school.holiday_region)
        return (is_closed and mails.stand_ins_of_school(referral)) or mails.school_of(referral)
    deputy = mails.deputy_of(referral)
    holiday_region = (referral.region or DEFAULTS).holiday_region
    if deputy and in_school_holidays(today, holiday_region):
        return deputy
    return mails.receivers_of(referral) + (deputy if duty.kind == Kind.OPEN else [])


def coordinators_of(referral: Referral) -> Recipients:
    """The coordinators of the region; the school itself where there is none."""
    people = people_of_region(referral.region_id, Role.COORDINATOR) if referral.region_id else []
    return [(Recipient("user", str(p.id)), p.name) for p in people] or mails.school_of(referral)
