"""What a coordinator does by hand for a referral that is stuck. Facts and dates, never the pupil.

No state changes here: somebody is reminded, the team is called in, or a note is kept that only
coordinators read. Another person is put on it as the sides do that themselves (``conversation``).
"""

from datetime import datetime

from ..accounts.models import Role, User
from ..accounts.queries import people_of_region
from ..kit.clock import local_day
from ..kit.database import session
from ..kit.errors import Refused
from ..kit.outbox import Recipient
from ..kit.words import _
from ..network.calendar import working_days_after
from . import mails
from .duties import duty_of
from .models import BY_HAND, Referral, Reminder
from .operations import NotThere, advance, conclude, private_name, write_private
from .reminders import OWNER, Recipients, owners_of
from .states import Side, Step

REMIND_DAYS = 2
"""Working days before the same person may be reminded by hand."""

TEAM_DAYS = 5
"""Working days before the team may be called in again."""


def may_remind(referral: Referral, now: datetime) -> bool:
    """Whether who has the duty was not reminded of it shortly before."""
    duty = duty_of(referral)
    if duty is None:
        return False
    told = [
        reminder.at
        for reminder in referral.reminders
        if (reminder.kind, reminder.since) == (duty.kind, duty.since)
        and (reminder.round == OWNER or reminder.is_by_hand)
    ]
    return not told or working_days_after(local_day(max(told)), REMIND_DAYS) <= local_day(now)


def remind_now(referral: Referral, *, actor: User, now: datetime) -> None:
    """Remind who has the duty, late or not. Raises ``Refused`` when that was done just before."""
    duty = duty_of(referral)
    if duty is None:
        raise NotThere(_("Er is nu niets te doen."))
    if not may_remind(referral, now):
        raise Refused(_("Er is kort geleden al herinnerd. Bel liever even."))
    owners = owners_of(referral, duty, local_day(now))
    if not owners:
        raise Refused(_("Van wie aan zet is, kennen we geen mailadres. Bel zelf even."))
    advance(referral, Step.REMIND, side=Side.TEAM, actor=actor, now=now)
    before = sum(reminder.is_by_hand for reminder in referral.reminders)
    session().add(
        Reminder(
            referral_id=referral.id, kind=duty.kind, since=duty.since, at=now,
            round=f"{BY_HAND}-{before + 1}" if before else BY_HAND,
        )
    )  # fmt: skip
    session().flush()
    session().refresh(referral, ["reminders"])
    conclude(referral, actor, "remind by hand")
    mails.reminded_by_hand(referral, duty, owners)


def note(referral: Referral, *, actor: User, text: str, now: datetime) -> None:
    """Keep a note that only coordinators of the region read."""
    event = advance(referral, Step.NOTE, side=Side.TEAM, actor=actor, now=now)
    write_private(referral, private_name(event), {"note": text})
    conclude(referral, actor, "note on referral")


def may_call_team(referral: Referral, now: datetime) -> bool:
    """Whether the team was not called in shortly before."""
    called = [event.at for event in referral.events if event.step == Step.CALL_TEAM]
    return not called or working_days_after(local_day(called[-1]), TEAM_DAYS) <= local_day(now)


def team_of(referral: Referral, *, but: User) -> Recipients:
    """The other coordinators of the region, and its desk."""
    region = referral.region
    if region is None:
        return []
    people = [p for p in people_of_region(region.id, Role.COORDINATOR) if p.id != but.id]
    desk = [(Recipient("desk", str(region.id)), region.desk)] if region.desk_email else []
    return [(Recipient("user", str(p.id)), p.name) for p in people] + desk


def call_team(referral: Referral, *, actor: User, now: datetime) -> None:
    """Ask the team of the region to look along.

    Raises ``Refused`` when that was done shortly before, or when there is nobody to ask.
    """
    if not may_call_team(referral, now):
        raise Refused(_("Het team is er kort geleden al bij geroepen."))
    team = team_of(referral, but=actor)
    if not team:
        raise Refused(_("Er is niemand om te mailen. Vul bij Regio het mailadres in."))
    advance(referral, Step.CALL_TEAM, side=Side.TEAM, actor=actor, now=now)
    conclude(referral, actor, "call in the team")
    duty = duty_of(referral)
    assert duty is not None  # the step is refused without one
    mails.team_called(referral, duty, team, by=actor.name)
