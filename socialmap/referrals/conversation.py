"""What the two sides say to each other while a referral is open, and who speaks for them.

No state changes here: a question stops the term of the receiver until it is answered; the
rest is words, or another person. What is said is kept encrypted, and a mail only tells
that something was said.
"""

from datetime import datetime, timedelta

from ..accounts.models import Role, User
from ..accounts.queries import people_of
from ..kit.clock import local_day
from ..kit.errors import Refused
from ..kit.words import _
from ..network.calendar import is_working_day, working_days_after
from . import mails
from .duties import DEFAULTS
from .models import Event, Referral
from .operations import (
    FORM,
    NotThere,
    advance,
    conclude,
    private_name,
    read_private,
    write_private,
)
from .receivers import receiver_of
from .states import Side, Step

PROGRESS_DAYS = 5
"""Working days before the same question for progress may be put again."""


def ask(referral: Referral, *, actor: User, question: str, now: datetime) -> None:
    """The receiver needs to know more before it answers; its own term waits meanwhile."""
    event = advance(referral, Step.ASK, side=Side.RECEIVER, actor=actor, now=now)
    terms = referral.region or DEFAULTS
    referral.asked_at = now
    referral.question_due = working_days_after(local_day(now), terms.answer_days)
    _say(referral, event, question, actor)
    mails.asked(referral)


def answer(referral: Referral, *, actor: User, text: str, now: datetime) -> None:
    """The school answers; the receiver has as many working days left as when it asked."""
    asked_at = referral.asked_at
    event = advance(referral, Step.ANSWER, side=Side.REFERRER, actor=actor, now=now)
    if asked_at is not None and referral.answer_due is not None:
        terms = referral.region or DEFAULTS
        asked_on = local_day(asked_at)
        left = sum(
            is_working_day(asked_on + timedelta(days=days))
            for days in range(1, (referral.answer_due - asked_on).days + 1)
        )
        referral.answer_due = working_days_after(local_day(now), max(1, left))
        referral.meeting_due = working_days_after(referral.answer_due, terms.meeting_days)
    _say(referral, event, text, actor)
    mails.answered(referral)


def say(referral: Referral, *, actor: User, side: Side, text: str, now: datetime) -> None:
    """A message to the other side; a second click on the same one is refused."""
    last = referral.events[-1]
    if (last.step, last.side, last.actor_id) == (Step.MESSAGE, side, actor.id) and (
        read_private(referral, private_name(last)).get("note") == text
    ):
        raise NotThere(_("Dit bericht is al verstuurd."))
    event = advance(referral, Step.MESSAGE, side=side, actor=actor, now=now)
    _say(referral, event, text, actor)
    mails.said(referral, by=side)


def _say(referral: Referral, event: Event, text: str, actor: User) -> None:
    write_private(referral, private_name(event), {"note": text})
    conclude(referral, actor, f"{event.step} in referral")


def may_ask_progress(referral: Referral, now: datetime) -> bool:
    """Whether the last such question is long enough ago: nobody is nagged every day."""
    asked = [event.at for event in referral.events if event.step == Step.ASK_PROGRESS]
    return not asked or working_days_after(local_day(asked[-1]), PROGRESS_DAYS) <= local_day(now)


def ask_progress(referral: Referral, *, actor: User, now: datetime) -> None:
    """The school asks how it goes. Raises ``Refused`` when it did so shortly before."""
    if not may_ask_progress(referral, now):
        raise Refused(_("Je vroeg dit kort geleden al. Bel liever even."))
    advance(referral, Step.ASK_PROGRESS, side=Side.REFERRER, actor=actor, now=now)
    conclude(referral, actor, "ask progress of referral")
    mails.progress_asked(referral)


def supplement(
    referral: Referral, *, actor: User, reach: str, reach_details: str, note: str, now: datetime
) -> None:
    """The school puts right how the pupil can be reached, or adds what was forgotten."""
    event = advance(referral, Step.SUPPLEMENT, side=Side.REFERRER, actor=actor, now=now)
    content = read_private(referral, FORM)
    changed = {"reach": reach, "reach_details": reach_details}
    write_private(referral, FORM, {**content, **changed})
    _say(referral, event, note, actor)
    mails.supplemented(referral)


def colleagues_of(referral: Referral) -> list[User]:
    """Who of the referring organization may take the referral over."""
    people = {
        person.id: person
        for role in (Role.MENTOR, Role.CARETEAM)
        for person in people_of(referral.organization_id, role)
        if person.id != referral.referrer_id
    }
    return sorted(people.values(), key=lambda person: person.name)


def take_over(
    referral: Referral, *, actor: User, by: User, now: datetime, side: Side = Side.REFERRER
) -> None:
    """A colleague of the school goes on with it: mails go there, and the pupil is theirs.

    The coordinator may put another on it, when who referred has gone.
    """
    if by.id not in {person.id for person in colleagues_of(referral)}:
        raise Refused(_("Kies een collega van %(school)s.", school=referral.organization.name))
    event = advance(referral, Step.TAKE_OVER, side=side, actor=actor, now=now)
    referral.referrer_id = by.id
    referral.referrer = by
    write_private(referral, private_name(event), {"person": by.name})
    conclude(referral, actor, "hand over referral")
    mails.taken_over(referral)


def receivers_inside(referral: Referral) -> list[User]:
    """The intake contacts of the receiver that it can be passed on to."""
    people = receiver_of(referral).people
    return [person for person in people if person.id != referral.receiver_id]


def pass_on(
    referral: Referral, *, actor: User, to: User, now: datetime, side: Side = Side.RECEIVER
) -> None:
    """Somebody of the receiver takes care of it from here; only that person is written to.

    The coordinator may choose, when who took care of it has gone.
    """
    if to.id not in {person.id for person in receivers_inside(referral)}:
        raise Refused(_("Kies een collega die aanmeldingen van jullie behandelt."))
    event = advance(referral, Step.PASS_ON, side=side, actor=actor, now=now)
    referral.receiver_id = to.id
    referral.receiver = to
    write_private(referral, private_name(event), {"person": to.name})
    conclude(referral, actor, "pass on referral")
    mails.passed_on(referral, by=side)
