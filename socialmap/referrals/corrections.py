"""What the receiver puts right of a step that another noted as told by telephone.

A step that ended the referral can be taken back with it, as long as nothing happened since: then
the referral stands where it stood before, with a meeting that was called off back in its place.
"""

from datetime import date, datetime

from ..accounts.models import User
from ..kit.clock import local_day
from ..kit.errors import Refused
from ..kit.words import _
from ..network.calendar import working_days_after
from . import gaps, mails
from .duties import DEFAULTS
from .models import Meeting, MeetingStatus, Referral
from .operations import (
    FULL,
    advance,
    conclude,
    private_name,
    read_private,
    was_full_before,
    write_private,
)
from .states import Side, State, Step

CORRECT_DAYS = 10
"""Working days in which the receiver can say that it was not so."""


def may_correct(referral: Referral, today: date) -> bool:
    """Whether something was noted as told that is not too long ago to put right."""
    told = referral.told
    return told is not None and working_days_after(local_day(told.at), CORRECT_DAYS) >= today


def correct(referral: Referral, *, actor: User, text: str, reopens: bool, now: datetime) -> None:
    """Say what was not right; ``reopens`` takes the step back that ended the referral with it.

    Raises ``Refused`` when it is too long ago.
    """
    if not may_correct(referral, local_day(now)):
        raise Refused(_("Dit kan niet meer. Schrijf een bericht, of bel de school."))
    if reopens:
        _uncount_full(referral)
    step = Step.REOPEN if reopens else Step.CORRECT
    event = advance(referral, step, side=Side.RECEIVER, actor=actor, now=now)
    meeting = _go_on(referral, local_day(now)) if reopens else None
    write_private(referral, private_name(event), {"note": text})
    conclude(referral, actor, "correct what was told")
    mails.corrected(referral, is_reopened=reopens)
    if meeting is not None:
        mails.meeting_planned(referral, meeting, is_moved=True)


def _go_on(referral: Referral, today: date) -> Meeting | None:
    """Nobody is late by what was not true: terms that ran out meanwhile get some days."""
    soon = working_days_after(today, (referral.region or DEFAULTS).open_days)
    for name in ("open_due", "answer_due", "meeting_due", "start_due", "hold_until"):
        due = getattr(referral, name)
        if due is not None and due < soon:
            setattr(referral, name, soon)
    _ask_again(referral, soon)
    last = referral.meetings[-1] if referral.meetings else None
    was_called_off = last is not None and last.status == MeetingStatus.CALLED_OFF
    if last is None or not was_called_off or referral.state != State.READY:
        return None
    last.status = MeetingStatus.PLANNED
    last.sequence += 1
    # Nobody is invited to a day that has passed; whether they met is to be written down.
    return last if last.day >= today else None


def _uncount_full(referral: Referral) -> None:
    """A "full" that nobody said is no demand; one that was said before stays counted."""
    told = referral.told
    words = read_private(referral, private_name(told)) if told else {}
    if told is not None and words.get("reason") in FULL and not was_full_before(referral):
        gaps.take_back_full(referral.service_id, referral.region_id, day=local_day(told.at))


def _ask_again(referral: Referral, soon: date) -> None:
    """A question that waited for the school when the referral ended waits again."""
    asking = (Step.ASK, Step.ANSWER)
    last = next((e for e in reversed(referral.events) if e.step in asking), None)
    if referral.state == State.RECEIVED and last is not None and last.step == Step.ASK:
        referral.asked_at, referral.question_due = last.at, soon
