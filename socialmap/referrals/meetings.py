"""The handover meeting: planned, moved, called off, held or missed, and what was agreed.

A handover is warm only when pupil, sending and receiving side were there; the receiving
side confirms what the sending side wrote down (the warm handover of Zuid-Holland Noord).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from ..accounts.models import User
from ..kit.clock import local_day
from ..kit.database import session
from ..kit.words import _
from ..network.calendar import working_days_after
from . import mails
from .duties import DEFAULTS
from .models import Meeting, MeetingStatus, Referral
from .operations import NotThere, advance, conclude, private_name, read_private, write_private
from .states import Side, Step

PRESENT = PUPIL, PARENT, SENDER, RECEIVER = "pupil", "parent", "sender", "receiver"
NEEDED_FOR_WARM = frozenset((PUPIL, SENDER, RECEIVER))


def is_warm(present: Collection[str]) -> bool:
    """Whether who was there makes the handover a warm one; a parent is welcome, not needed."""
    return set(present) >= NEEDED_FOR_WARM


def plan(
    referral: Referral, *, actor: User, side: Side, starts_at: datetime, minutes: int, form: str,
    where: str, now: datetime,
) -> None:  # fmt: skip
    """Agree on a meeting, or move the one that stands: both sides get it for their calendars.

    Raises ``NotThere`` for a second click, when it stands so already.
    """
    moved = referral.planned
    if (
        moved
        and (moved.starts_at, moved.minutes, moved.form) == (starts_at, minutes, form)
        and (
            referral.events[-1].step == Step.PLAN
            and read_private(referral, private_name(referral.events[-1])).get("where") == where
        )
    ):
        raise NotThere(_("Dit gesprek staat al zo gepland."))
    event = advance(referral, Step.PLAN, side=side, actor=actor, now=now)
    meeting = moved or Meeting(
        referral_id=referral.id, uid=uuid4().hex, starts_at=starts_at, minutes=minutes, form=form
    )
    if moved:
        meeting.sequence += 1
    meeting.starts_at, meeting.minutes, meeting.form = starts_at, minutes, form
    _keep(meeting, referral)
    words = {"where": where, "starts_at": starts_at.isoformat(), "form": form, "minutes": minutes}
    write_private(referral, private_name(event), {**words, "moved": bool(moved)})
    conclude(referral, actor, "plan meeting")
    mails.meeting_planned(referral, meeting, is_moved=bool(moved))


def _keep(meeting: Meeting, referral: Referral) -> None:
    session().add(meeting)
    session().flush()
    session().refresh(referral, ["meetings"])


def call_off(referral: Referral, *, actor: User, side: Side, reason: str, now: datetime) -> None:
    """The meeting does not go on, and a new one must be agreed on."""
    event = advance(referral, Step.CALL_OFF, side=side, actor=actor, now=now)
    meeting = _end(referral, MeetingStatus.CALLED_OFF, now)
    write_private(referral, private_name(event), {"note": reason})
    conclude(referral, actor, "call off meeting")
    mails.meeting_called_off(referral, meeting)


def no_show(
    referral: Referral, *, actor: User, who_calls: str, call_by: date, now: datetime
) -> None:
    """The pupil did not come: who calls, and by when."""
    event = advance(referral, Step.NO_SHOW, side=Side.RECEIVER, actor=actor, now=now)
    _end(referral, MeetingStatus.MISSED, now)
    write_private(
        referral, private_name(event), {"follow_up": who_calls, "by": call_by.isoformat()}
    )
    conclude(referral, actor, "note no-show")
    mails.no_show(referral)


def _end(referral: Referral, status: MeetingStatus, now: datetime) -> Meeting:
    """A meeting that was not held; the time to plan another runs from today."""
    meeting = referral.planned
    assert meeting is not None  # the step is refused without one
    meeting.status = status
    meeting.sequence += 1
    terms = referral.region or DEFAULTS
    referral.meeting_due = working_days_after(local_day(now), terms.meeting_days)
    _keep(meeting, referral)
    return meeting


@dataclass(frozen=True)
class Record:
    """What is written down of a meeting.

    ``present`` names who was there: ``pupil``, ``parent`` (or a trusted person), ``sender``,
    ``receiver``. ``contact`` is whom the pupil can go to; ``next_on`` the day of the next step.
    """

    held_on: date
    form: str
    present: tuple[str, ...]
    agreed: str
    next_step: str
    next_on: date
    contact: str
    has_support_agreements: bool
    calls_old_mentor: bool


def record(referral: Referral, *, actor: User, side: Side, written: Record, now: datetime) -> None:
    """Write down that the meeting was held, who was there and what was agreed.

    What the receiving side writes is confirmed at once; what the sending side writes waits
    for the receiver to confirm it.
    """
    meeting = referral.planned
    event = advance(referral, Step.RECORD, side=side, actor=actor, now=now)
    assert meeting is not None  # the step is refused without one
    meeting.status = MeetingStatus.HELD
    meeting.held_on, meeting.form = written.held_on, written.form
    meeting.is_warm = is_warm(written.present)
    # Of a referral that was noted only, nobody at the receiver can confirm anything here.
    is_confirmed = side == Side.RECEIVER or referral.is_elsewhere
    meeting.confirmed_at = now if is_confirmed else None
    terms = referral.region or DEFAULTS
    referral.start_due = working_days_after(written.held_on, terms.start_days)
    _keep(meeting, referral)
    write_private(
        referral,
        private_name(event),
        {
            "held_on": written.held_on.isoformat(),
            "form": written.form,
            "present": list(written.present),
            "agreed": written.agreed,
            "next_step": written.next_step,
            "next_on": written.next_on.isoformat(),
            "whom": written.contact,
            "support": written.has_support_agreements,
            "old_mentor": written.calls_old_mentor,
        },
    )
    conclude(referral, actor, "record meeting")
    if is_confirmed:
        mails.meeting_confirmed(referral, meeting)
    else:
        mails.meeting_to_confirm(referral, meeting)


def confirm(referral: Referral, *, actor: User, now: datetime) -> None:
    """The receiving side says that the meeting was as the sending side wrote it down."""
    meeting = referral.held
    advance(referral, Step.CONFIRM, side=Side.RECEIVER, actor=actor, now=now)
    assert meeting is not None  # the step is refused without one
    meeting.confirmed_at = now
    _keep(meeting, referral)
    conclude(referral, actor, "confirm meeting")
    mails.meeting_confirmed(referral, meeting)
