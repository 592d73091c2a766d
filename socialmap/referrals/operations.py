"""The deeds of a referral. ``advance()`` is the only writer of a state.

Each deed says who does it (``actor``) and takes the moment as an argument. None commits:
rows, event, mail and audit stand or fall together with the request.
"""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, delete, select

from ..accounts.models import User
from ..accounts.operations import note_access
from ..kit import outbox
from ..kit.calendars import months_after
from ..kit.clock import local_day
from ..kit.database import session
from ..kit.errors import Refused
from ..kit.outbox import OutboxMail
from ..kit.words import _
from ..network.calendar import working_days_after
from ..network.models import Organization, Region
from . import gaps, mails, own_questions
from .duties import DEFAULTS, duty_beginning, duty_of
from .models import Event, MeetingStatus, PrivateRecord, Referral
from .receivers import Receiver, receiver_of
from .states import BESIDE, CLOSED, OF_TEAM, Side, State, Step, may_take, next_state

FORM = "form"
FORM_VERSION = 2
"""Raised when the questions change, so that an old referral is read with its own questions."""


class NotThere(Refused):
    """The step does not exist in this state: somebody was first, or the page was old."""


def advance(
    referral: Referral, step: Step, *, side: Side, actor: User | None, now: datetime
) -> Event:
    """Take a step: set the state and append the event. Raises ``NotThere``."""
    state = State(referral.state)
    to = next_state(state, step, referral.state_before)
    if to is None or not may_take(state, step, side) or not referral.has_what_it_takes(step):
        raise NotThere(_("Deze stap kan nu niet meer. Kijk hoe het er nu voor staat."))
    referral.state = to
    if step == Step.ANSWER or to != state:
        referral.asked_at = referral.question_due = None  # whoever answers asks no more
    meeting = referral.planned
    if meeting and to in CLOSED:
        meeting.status = MeetingStatus.CALLED_OFF
        meeting.sequence += 1
        mails.meeting_called_off(referral, meeting)
    referral.edited_at = now
    event = Event(
        step=step, state=to, side=side, actor_id=actor.id if actor else None, at=now,
        referral_id=referral.id,
    )  # fmt: skip
    session().add(event)
    session().flush()
    session().refresh(referral, ["events"])
    return event


def conclude(referral: Referral, actor: User, deed: str) -> None:
    """What every deed ends with: the note of who did it, and the day of what is to be done next."""
    note_access(actor, deed, referral.reference)
    note_due(referral)


def note_due(referral: Referral) -> None:
    """Keep what there is to do and until when, so that lists and reminders find it."""
    is_beside = bool(referral.events) and referral.events[-1].step in BESIDE
    duty = duty_of(referral) if is_beside else duty_beginning(referral)
    referral.duty = duty.kind if duty else None
    referral.duty_owner = duty.owner if duty else None
    referral.due_on = duty.due if duty else None
    session().add(referral)


def start_draft(
    *, to: Receiver, organization: Organization, actor: User, start_key: str, now: datetime
) -> Referral:
    """A new draft, or the one that this key started already: a double click starts one."""
    found = session().exec(select(Referral).where(Referral.start_key == start_key)).first()
    if found is not None:
        return found
    return _new_referral(
        to=to, organization=organization, actor=actor, start_key=start_key, now=now
    )


def _new_referral(*, to: Receiver, organization, actor, start_key, now, **facts) -> Referral:
    referral = Referral(
        reference=_unused_reference(),
        start_key=start_key,
        service_id=to.service.id if to.service else None,
        team_id=to.team.id if to.team else None,
        organization_id=organization.id,
        region_id=organization.region_id,
        referrer_id=actor.id,
        created_at=now,
        edited_at=now,
        **facts,
    )
    session().add(referral)
    session().flush()
    session().refresh(referral)
    return referral


def _unused_reference() -> str:
    while True:
        number = f"{secrets.randbelow(900_000) + 100_000}"
        reference = f"{number[:3]}-{number[3:]}"
        if not session().exec(select(Referral.id).where(Referral.reference == reference)).first():
            return reference


def save_draft(
    referral: Referral, fields: dict[str, object], *, organization: Organization | None = None,
    wants_action: bool | None = None, now: datetime,
) -> None:  # fmt: skip
    """Keep what was filled in so far, right or not; what is ``None`` stays as it was."""
    if not referral.is_draft:
        raise NotThere(_("Deze aanmelding is al verstuurd en kan niet meer veranderen."))
    if organization is not None:
        referral.organization_id = organization.id
        referral.region_id = organization.region_id
    if wants_action is not None:
        referral.wants_action = wants_action
    referral.edited_at = now
    session().add(referral)
    write_private(referral, FORM, {**read_private(referral, FORM), **fields})


def send(referral: Referral, *, actor: User, now: datetime) -> None:
    """Send a draft: to the receiver, with the confirmation to the school, in one transaction.

    Raises ``NotThere`` when it was sent already, ``Refused`` when the receiver no longer
    takes referrals here.
    """
    to = receiver_of(referral)
    if referral.is_draft and not to.takes_referrals:
        raise Refused(
            _("Bij %(name)s kun je nu niet via deze site aanmelden. Bel daar even.", name=to.name)
        )
    advance(referral, Step.SEND, side=Side.REFERRER, actor=actor, now=now)
    _begin_terms(referral, now)
    coming = to.when(local_day(now)).next
    referral.first_start = coming.day if coming else None
    content = own_questions.as_sent(referral.service_id, read_private(referral, FORM))
    write_private(referral, FORM, {**content, "version": FORM_VERSION})
    conclude(referral, actor, "send referral")
    mails.sent(referral)


def _begin_terms(referral: Referral, now: datetime) -> None:
    """Each term runs from the one before, as the region sets them."""
    terms = referral.region or DEFAULTS
    referral.sent_at = now
    referral.open_due = working_days_after(local_day(now), terms.open_days)
    referral.answer_due = working_days_after(referral.open_due, terms.answer_days)
    referral.meeting_due = working_days_after(referral.answer_due, terms.meeting_days)


def discard(referral: Referral, *, actor: User | None, now: datetime) -> None:
    """Throw a draft away, as if it had never been."""
    side = Side.REFERRER if actor else Side.WORKER
    advance(referral, Step.DISCARD, side=side, actor=actor, now=now)
    session().exec(delete(Event).where(col(Event.referral_id) == referral.id))
    erase_private(referral)
    session().expire(referral, ["events"])
    session().delete(referral)
    session().flush()


def note_elsewhere(
    *, to: Receiver, organization: Organization, actor: User, start_key: str,
    on: date, contact: str, note: str, now: datetime,
) -> Referral:  # fmt: skip
    """Note that a pupil was referred outside this site: when, and who was spoken to."""
    found = session().exec(select(Referral).where(Referral.start_key == start_key)).first()
    if found is not None:
        return found
    referral = _new_referral(
        to=to, organization=organization, actor=actor, start_key=start_key, now=now,
        is_elsewhere=True,
    )  # fmt: skip
    event = advance(referral, Step.SEND, side=Side.REFERRER, actor=actor, now=now)
    _begin_terms(referral, now)
    write_private(
        referral, private_name(event), {"on": on.isoformat(), "contact": contact, "note": note}
    )
    conclude(referral, actor, "note referral elsewhere")
    return referral


def open_referral(referral: Referral, *, actor: User, now: datetime) -> None:
    """The receiver says to have seen it; from here the time to answer runs."""
    advance(referral, Step.OPEN, side=Side.RECEIVER, actor=actor, now=now)
    terms = referral.region or DEFAULTS
    referral.answer_due = working_days_after(local_day(now), terms.answer_days)
    referral.meeting_due = working_days_after(referral.answer_due, terms.meeting_days)
    conclude(referral, actor, "open referral")
    mails.opened(referral)


def accept(referral: Referral, *, actor: User, contact: str, note: str, now: datetime) -> None:
    """The receiver takes the pupil in intake, and says whom the pupil can call."""
    event = advance(referral, Step.ACCEPT, side=Side.RECEIVER, actor=actor, now=now)
    terms = referral.region or DEFAULTS
    referral.meeting_due = working_days_after(local_day(now), terms.meeting_days)
    write_private(referral, private_name(event), {"contact": contact, "note": note})
    conclude(referral, actor, "accept referral")
    mails.accepted(referral)


def acknowledge(referral: Referral, *, actor: User, now: datetime) -> None:
    """The receiver takes note of a referral that asks no answer; nothing is left to do."""
    advance(referral, Step.ACKNOWLEDGE, side=Side.RECEIVER, actor=actor, now=now)
    conclude(referral, actor, "acknowledge referral")
    mails.acknowledged(referral)


def hold(
    referral: Referral, *, actor: User, reason: str, until: date, note: str, now: datetime
) -> None:
    """The receiver has no place yet: why, and the day on which it says more at the latest."""
    event = advance(referral, Step.HOLD, side=Side.RECEIVER, actor=actor, now=now)
    referral.hold_until = until
    _note_demand(referral, reason, now)
    write_private(referral, private_name(event), {"hold": reason, "note": note})
    conclude(referral, actor, "put referral on hold")
    mails.on_hold(referral)


def start(referral: Referral, *, actor: User, on: date, now: datetime) -> None:
    """The pupil has begun: being placed is this, and not the yes that came before."""
    advance(referral, Step.START, side=Side.RECEIVER, actor=actor, now=now)
    referral.started_on = on
    conclude(referral, actor, "note start")
    mails.started(referral)


def complete(
    referral: Referral, *, actor: User, outcome: str, follow_up: str, now: datetime
) -> None:
    """What was begun came to its end: how the pupil goes on, and who keeps in touch."""
    event = advance(referral, Step.COMPLETE, side=Side.RECEIVER, actor=actor, now=now)
    write_private(referral, private_name(event), {"outcome": outcome, "follow_up": follow_up})
    conclude(referral, actor, "complete referral")
    mails.completed(referral)


def stop(referral: Referral, *, actor: User, reason: str, follow_up: str, now: datetime) -> None:
    """It ends before its end: why, and who calls the pupil now."""
    event = advance(referral, Step.STOP, side=Side.RECEIVER, actor=actor, now=now)
    write_private(referral, private_name(event), {"stop": reason, "follow_up": follow_up})
    conclude(referral, actor, "stop referral")
    mails.stopped(referral)


def check(referral: Referral, *, actor: User, goes: str, note: str, now: datetime) -> None:
    """The receiver says how the pupil fares some time after the first day."""
    event = advance(referral, Step.CHECK, side=Side.RECEIVER, actor=actor, now=now)
    write_private(referral, private_name(event), {"goes": goes, "note": note})
    conclude(referral, actor, "check on referral")
    mails.checked(referral, is_well=goes == GOES_WELL)


GOES_WELL, OUT_OF_SIGHT = "well", "out_of_sight"


def follow_up(referral: Referral, *, actor: User, landed: str, note: str, now: datetime) -> None:
    """Where the pupil is after it ended here; with that nobody has to act any more.

    Raises ``Refused`` when a pupil who may be deregistered would be out of sight (no
    deregistration without handover, Amsterdam).
    """
    if landed == OUT_OF_SIGHT and read_private(referral, FORM).get("leaves_on"):
        raise Refused(
            _("Niemand wordt uitgeschreven zonder plek. Meld de leerling bij het Doorstroompunt.")
        )
    event = advance(referral, Step.FOLLOW_UP, side=Side.REFERRER, actor=actor, now=now)
    write_private(referral, private_name(event), {"landed": landed, "note": note})
    conclude(referral, actor, "follow up referral")


def cancel(referral: Referral, *, actor: User, reason: str, note: str, now: datetime) -> None:
    """The referring side takes the referral back, for itself or because the pupil or parent wants.

    From then on the receiver no longer reads what was written about the pupil.
    """
    step = Step.WITHDRAW if reason in WITHDRAWN else Step.CANCEL
    event = advance(referral, step, side=Side.REFERRER, actor=actor, now=now)
    write_private(referral, private_name(event), {"cancel": reason, "note": note})
    conclude(referral, actor, "cancel referral")
    if not referral.is_elsewhere:
        mails.cancelled(referral)


WITHDRAWN = ("pupil", "parent")
"""Reasons to take a referral back that are a wish of the pupil or the parent."""


def reject(referral: Referral, *, actor: User, reason: str, advice: str, now: datetime) -> None:
    """The receiver says no, with a reason from the list and an advice: a no never comes alone."""
    event = advance(referral, Step.REJECT, side=Side.RECEIVER, actor=actor, now=now)
    _note_demand(referral, reason, now)
    write_private(referral, private_name(event), {"reason": reason, "advice": advice})
    conclude(referral, actor, "reject referral")
    mails.rejected(referral)


FULL = ("full", "waiting_list")
"""Reasons to refuse or to hold that say that there is no place."""


def _note_demand(referral: Referral, reason: str, now: datetime) -> None:
    """Keep that there was no place, once for each referral: its words are erased some day."""
    if reason in FULL and not was_full_before(referral):
        gaps.note_full(referral.service_id, referral.region_id, day=local_day(now))


def was_full_before(referral: Referral) -> bool:
    """Whether it was put on hold for want of a place, and with that was counted already."""
    held = (event for event in referral.events if event.step == Step.HOLD)
    return any(read_private(referral, private_name(event)).get("hold") in FULL for event in held)


def note_told(referral: Referral, *, told_by: str, told_on: date, actor: User) -> None:
    """The step just taken was not noted by the receiver, but by who was told it by telephone."""
    event = referral.events[-1]
    event.is_told = True
    words = read_private(referral, private_name(event))
    told = {"told_by": told_by, "told_on": told_on.isoformat()}
    write_private(referral, private_name(event), words | told)
    conclude(referral, actor, "note what was told")
    if not referral.is_elsewhere:
        mails.told(referral, told_by=actor.name)


def send_mail_again(mail: OutboxMail, *, actor: User, now: datetime) -> None:
    """Send a mail that did not arrive once more. Raises ``Refused`` when it cannot be."""
    outbox.again(mail, now=now)
    note_access(actor, "send mail again", f"mail {mail.id}")


def drop_mail(mail: OutboxMail, *, actor: User, now: datetime) -> None:
    """Give up on a mail that did not arrive. Raises ``Refused`` when somebody was first."""
    outbox.drop(mail, now=now)
    note_access(actor, "drop mail", f"mail {mail.id}")


def private_name(event: Event) -> str:
    """Under which name the words with an event are kept."""
    return f"event-{event.id}"


def read_private(referral: Referral, name: str) -> dict[str, object]:
    """What was written; empty when nothing was, or when it has been erased."""
    row = _private_row(referral, name)
    return dict(row.content) if row else {}


def write_private(referral: Referral, name: str, content: dict[str, object]) -> None:
    row = _private_row(referral, name) or PrivateRecord(
        referral_id=referral.id, name=name, content={}
    )
    row.content = content
    session().add(row)
    session().flush()


def _private_row(referral: Referral, name: str) -> PrivateRecord | None:
    return (
        session()
        .exec(
            select(PrivateRecord).where(
                PrivateRecord.referral_id == referral.id, PrivateRecord.name == name
            )
        )
        .first()
    )


def erase_private(referral: Referral) -> None:
    """Erase everything that was written about the pupil. Reference, steps and dates stay."""
    session().exec(delete(PrivateRecord).where(col(PrivateRecord.referral_id) == referral.id))


def discard_old_drafts(*, now: datetime) -> int:
    """Throw away the drafts that nobody touched for the region's number of days."""
    found = session().exec(select(Referral).where(Referral.state == State.DRAFT)).all()
    old = [
        draft
        for draft in found
        if draft.edited_at + timedelta(days=(draft.region or DEFAULTS).draft_days) < now
    ]
    for draft in old:
        discard(draft, actor=None, now=now)
    return len(old)


def erase_after_retention(*, now: datetime) -> int:
    """Erase what is known about pupils whose last step is longer ago than the region allows.

    A referral on which nobody acted for so long is closed as "niet in beeld"; not one whose
    pupil waits for a place, or for a meeting, until a day that is still to come.
    """
    has_private = select(PrivateRecord.referral_id)
    found = session().exec(
        select(Referral).where(
            Referral.state != State.DRAFT,
            col(Referral.id).in_(has_private),
            col(Referral.id).in_(_untouched_for_months(now)),
        )
    )
    expired = [r for r in found.unique() if _is_past_retention(r, now)]
    for referral in expired:
        if referral.state not in CLOSED:
            advance(referral, Step.LAPSE, side=Side.WORKER, actor=None, now=now)
        erase_private(referral)
        referral.erased_at = now
        note_due(referral)
    return len(expired)


def _untouched_for_months(now: datetime):
    """Of which referrals the last step is so long ago that one of the regions may not allow it."""
    allowed = session().exec(select(Region.retention_months).distinct())
    months = min([DEFAULTS.retention_months, *allowed])
    # No month is shorter than 28 days; whether it is really past, is looked at one by one.
    before = now - timedelta(days=28 * months)
    return (
        select(Event.referral_id)
        .where(col(Event.step).not_in(OF_TEAM))
        .group_by(col(Event.referral_id))
        .having(func.max(Event.at) < before)
    )


def _is_past_retention(referral: Referral, now: datetime) -> bool:
    waits_until = referral.hold_until if referral.state == State.ON_HOLD else None
    if referral.planned is not None:
        waits_until = referral.planned.day
    if waits_until is not None and waits_until >= local_day(now):
        return False
    last = max(event.at for event in referral.events if event.step not in OF_TEAM)
    months = (referral.region or DEFAULTS).retention_months
    return months_after(last, months) < now
