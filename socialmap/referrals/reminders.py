"""Who is told that something is due: each once, and each the one who can act.

A duty that is past its day is told first to who has it, then to the school, then to the
coordinator of the region; what was told is remembered, so that nobody is nagged. In a school
holiday the deputy is told instead, for opening and answering go on then: of a school, whose
mentors are away, that is its own mailbox and its care team. A referral that stays unopened is
told to the deputy at once, for nobody may be reading the mailbox.
"""

from datetime import date, datetime

from flask import current_app
from sqlalchemy import and_, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from ..accounts.models import Role
from ..accounts.queries import people_of_region
from ..kit.clock import local_day
from ..kit.database import session, transaction
from ..kit.outbox import Recipient
from ..network.calendar import in_school_holidays, is_working_day, working_days_after
from ..network.models import Region
from . import mails
from .duties import BESIDE, DEFAULTS, Duty, Kind, duty_of
from .models import BY_HAND, Event, Referral, Reminder
from .states import Side

Recipients = list[tuple[Recipient, str]]

OWNER, SCHOOL, COORDINATOR = "owner", "school", "coordinator"


def rounds_of(kind: str | None, owner: str | None) -> tuple[str, ...]:
    """Who is told in turn; the school is told once, also when it has the duty itself.

    Nobody waits for a receiver to take note of what asks no answer: the others are not told.
    """
    if kind == Kind.TAKE_NOTE:
        return (OWNER,)
    return (OWNER, SCHOOL, COORDINATOR) if owner == Side.RECEIVER else (OWNER, COORDINATOR)


def round_today(
    kind: str | None, owner: str | None, *, told: int, told_on: date | None, wait: int, today: date
) -> str | None:
    """Who is to be told today about a duty that is late, of which so many rounds were told.

    Each round waits so many working days after the one before, so there is at most one a day.
    """
    rounds = rounds_of(kind, owner)
    if told >= len(rounds):
        return None
    if told_on is not None and today < working_days_after(told_on, wait):
        return None
    return rounds[told]


def remind_due(*, now: datetime) -> int:
    """Tell everybody who is to be told today, about each referral in a transaction of its own.

    Returns how many duties were told about. Of two workers that remind at once the second
    finds the reminder of the first, and its mails go with it.
    """
    today = local_day(now)
    if not is_working_day(today):
        return 0
    with transaction():
        found = _to_tell(today)
    return sum(_remind(number, now) for number in found)


def _to_tell(today: date) -> list[int]:
    """The referrals about which somebody is to be told today.

    One question to the database, however many are late: most were told about long ago, and
    the worker asks every hour.
    """
    is_late = col(Referral.due_on) < today
    began = (
        select(Event.referral_id, func.max(Event.id).label("since"))
        .join(Referral)
        .where(is_late, col(Event.step).not_in(BESIDE))
        .group_by(col(Event.referral_id))
        .subquery()
    )
    of_this_duty = and_(
        col(Reminder.referral_id) == col(Referral.id),
        col(Reminder.kind) == col(Referral.duty),
        col(Reminder.since) == began.c.since,
        col(Reminder.round).not_like(f"{BY_HAND}%"),
    )
    late = session().execute(
        select(  # type: ignore[call-overload]
            col(Referral.id), col(Referral.duty), col(Referral.duty_owner),
            col(Region.overdue_days), func.count(col(Reminder.id)), func.max(Reminder.at),
        )
        .outerjoin(Region, col(Referral.region_id) == Region.id)
        .outerjoin(began, began.c.referral_id == Referral.id)
        .outerjoin(Reminder, of_this_duty)
        .where(is_late)
        .group_by(
            col(Referral.id), col(Referral.duty), col(Referral.duty_owner),
            col(Region.overdue_days),
        )
        .order_by(col(Referral.id))
    )  # fmt: skip
    return [
        number
        for number, kind, owner, wait, told, told_at in late
        if round_today(
            kind, owner, told=told, told_on=told_at and local_day(told_at), today=today,
            wait=DEFAULTS.overdue_days if wait is None else wait,
        )
    ]  # fmt: skip


def _remind(number: int, now: datetime) -> bool:
    """Whether somebody was told about what is late of this referral."""
    today = local_day(now)
    try:
        with transaction() as db:
            referral = db.get_one(Referral, number)
            duty = duty_of(referral)
            round_ = _round_now(referral, duty, today) if duty else None
            if duty and round_:
                _tell(referral, duty, round_, now)
            return round_ is not None
    except IntegrityError:
        return False
    except Exception:
        # One that cannot be told about must not keep all those after it from being told.
        current_app.logger.exception("reminding about referral number %s failed", number)
        return False


def _round_now(referral: Referral, duty: Duty, today: date) -> str | None:
    """Who is to be told, as it stands now that the referral is ours."""
    if not duty.is_late(today):
        return None
    of_duty = [r for r in referral.reminders if r.kind == duty.kind and r.since == duty.since]
    if any(local_day(reminder.at) == today for reminder in of_duty):
        return None
    told = [reminder for reminder in of_duty if not reminder.is_by_hand]
    return round_today(
        duty.kind, duty.owner, told=len(told), told_on=local_day(told[-1].at) if told else None,
        wait=(referral.region or DEFAULTS).overdue_days, today=today,
    )  # fmt: skip


def _tell(referral: Referral, duty: Duty, round_: str, now: datetime) -> None:
    session().add(
        Reminder(referral_id=referral.id, kind=duty.kind, since=duty.since, round=round_, at=now)
    )
    session().flush()
    session().refresh(referral, ["reminders"])
    match round_:
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
