"""Every step of the line as a deed with made-up words, for walks that nobody wrote out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from socialmap.accounts.models import User
from socialmap.kit.clock import local_day
from socialmap.referrals import (
    chains,
    conversation,
    coordination,
    corrections,
    meetings,
    operations,
)
from socialmap.referrals.models import Referral
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.states import Side, Step

from ..world import make_service

Deed = Callable[[Referral, User, Side, datetime], object]


def _record(referral: Referral, actor: User, side: Side, now: datetime) -> None:
    written = meetings.Record(
        held_on=local_day(now), form="school", present=("pupil", "sender", "receiver"),
        agreed="Elke dag", next_step="Eerste dag", next_on=local_day(now) + timedelta(days=7),
        contact="Noor", has_support_agreements=False, calls_old_mentor=False,
    )  # fmt: skip
    meetings.record(referral, actor=actor, side=side, written=written, now=now)


def _of_colleague(referral: Referral, actor: User, side: Side, now: datetime) -> None:
    by = (conversation.colleagues_of(referral) or [actor])[0]
    conversation.take_over(referral, actor=actor, by=by, side=side, now=now)


def _pass_on(referral: Referral, actor: User, side: Side, now: datetime) -> None:
    to = (conversation.receivers_inside(referral) or [actor])[0]
    conversation.pass_on(referral, actor=actor, to=to, side=side, now=now)


DEEDS: dict[Step, Deed] = {
    Step.SEND: lambda r, a, s, now: operations.send(r, actor=a, now=now),
    Step.OPEN: lambda r, a, s, now: operations.open_referral(r, actor=a, now=now),
    Step.ASK: lambda r, a, s, now: conversation.ask(r, actor=a, question="Hoe?", now=now),
    Step.ANSWER: lambda r, a, s, now: conversation.answer(r, actor=a, text="Zo.", now=now),
    Step.REJECT: lambda r, a, s, now: operations.reject(
        r, actor=a, reason="full", advice="Bel", now=now
    ),
    Step.ACCEPT: lambda r, a, s, now: operations.accept(
        r, actor=a, contact="Noor", note="", now=now
    ),
    Step.ACKNOWLEDGE: lambda r, a, s, now: operations.acknowledge(r, actor=a, now=now),
    Step.HOLD: lambda r, a, s, now: operations.hold(
        r, actor=a, reason="waiting_list", until=local_day(now) + timedelta(days=21), note="",
        now=now,
    ),
    Step.PLAN: lambda r, a, s, now: meetings.plan(
        r, actor=a, side=s, starts_at=now + timedelta(days=4), minutes=60, form="school",
        where="", now=now,
    ),
    Step.RECORD: _record,
    Step.CONFIRM: lambda r, a, s, now: meetings.confirm(r, actor=a, now=now),
    Step.NO_SHOW: lambda r, a, s, now: meetings.no_show(
        r, actor=a, who_calls="De mentor", call_by=local_day(now), now=now
    ),
    Step.CALL_OFF: lambda r, a, s, now: meetings.call_off(
        r, actor=a, side=s, reason="Ziek", now=now
    ),
    Step.START: lambda r, a, s, now: operations.start(r, actor=a, on=local_day(now), now=now),
    Step.COMPLETE: lambda r, a, s, now: operations.complete(
        r, actor=a, outcome="work", follow_up="De coach", now=now
    ),
    Step.STOP: lambda r, a, s, now: operations.stop(
        r, actor=a, reason="own_wish", follow_up="De mentor", now=now
    ),
    Step.CANCEL: lambda r, a, s, now: operations.cancel(
        r, actor=a, reason="not_needed", note="", now=now
    ),
    Step.WITHDRAW: lambda r, a, s, now: operations.cancel(
        r, actor=a, reason="pupil", note="", now=now
    ),
    Step.MESSAGE: lambda r, a, s, now: conversation.say(
        r, actor=a, side=s, text="Hoe is het?", now=now
    ),
    Step.ASK_PROGRESS: lambda r, a, s, now: conversation.ask_progress(r, actor=a, now=now),
    Step.SUPPLEMENT: lambda r, a, s, now: conversation.supplement(
        r, actor=a, reach="pupil", reach_details="06", note="Nieuw", now=now
    ),
    Step.TAKE_OVER: _of_colleague,
    Step.PASS_ON: _pass_on,
    Step.FORWARD: lambda r, a, s, now: chains.forward(
        r, actor=a, side=s, to=Receiver(make_service(organization="De Sluis")), advice="", now=now
    ),
    Step.REMIND: lambda r, a, s, now: coordination.remind_now(r, actor=a, now=now),
    Step.NOTE: lambda r, a, s, now: coordination.note(r, actor=a, text="Gebeld", now=now),
    Step.CALL_TEAM: lambda r, a, s, now: coordination.call_team(r, actor=a, now=now),
    Step.CORRECT: lambda r, a, s, now: corrections.correct(
        r, actor=a, text="Niet zo", reopens=False, now=now
    ),
    Step.REOPEN: lambda r, a, s, now: corrections.correct(
        r, actor=a, text="Niet zo", reopens=True, now=now
    ),
    Step.CHECK: lambda r, a, s, now: operations.check(r, actor=a, goes="well", note="", now=now),
    Step.FOLLOW_UP: lambda r, a, s, now: operations.follow_up(
        r, actor=a, landed="own_school", note="", now=now
    ),
}  # fmt: skip
"""By step; what a person does on the page of a referral."""
