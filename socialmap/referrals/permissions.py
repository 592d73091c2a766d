"""Who may refer, read, answer, or only see the facts of a referral."""

from enum import StrEnum
from typing import NamedTuple

from ..accounts.models import Role, User
from ..accounts.permissions import rule
from ..kit import clock
from ..kit.outbox import OutboxMail
from .mails import regions_of
from .models import Referral
from .standing_in import covers_referrer
from .states import Side, State, Step, may_take


class Permission(StrEnum):
    """What this room guards."""

    REFER = "referrals.refer"
    LIST = "referrals.list"
    SEE = "referrals.see"
    """Facts and dates: no word about the pupil."""
    READ = "referrals.read"
    """What was written about the pupil."""
    EDIT_DRAFT = "referrals.edit-draft"
    TAKE_STEP = "referrals.take-step"
    """Take a step of the line now; the thing is a ``Chance``."""
    SEE_UNDELIVERED = "referrals.see-undelivered"
    """The list of mail that did not arrive."""
    MEND_MAIL = "referrals.mend-mail"
    """See one of these mails, send it again or drop it."""


class Chance(NamedTuple):
    """A referral and a step that somebody would take there."""

    referral: Referral
    step: Step


def sides_of(user: User, referral: Referral) -> set[Side]:
    """On which sides of a referral somebody stands; an admin stands on none.

    Who stands in for a referrer who is away today stands on that side meanwhile.
    """
    sides = set()
    if (
        user.id == referral.referrer_id
        or referral.organization_id in user.organization_ids(Role.CARETEAM)
        or covers_referrer(user, referral, clock.today())
    ):
        sides.add(Side.REFERRER)
    receives = user.organization_ids(Role.PROVIDER)
    if not referral.is_elsewhere and referral.service.organization_id in receives:
        sides.add(Side.RECEIVER)
    if referral.region_id in user.region_ids(Role.COORDINATOR):
        sides.add(Side.TEAM)
    return sides


@rule(Permission.REFER)
def may_refer(user: User, _thing: object) -> bool:
    return bool(user.organization_ids(Role.MENTOR, Role.CARETEAM))


@rule(Permission.LIST)
def may_list(user: User, _thing: object) -> bool:
    """Everybody with a role in referrals has a list; an admin has none."""
    return any(m.role != Role.ADMIN for m in user.memberships)


@rule(Permission.EDIT_DRAFT)
def may_edit_draft(user: User, referral: Referral) -> bool:
    """A draft belongs to who writes it, and to nobody else."""
    return referral.is_draft and user.id == referral.referrer_id


@rule(Permission.SEE)
def may_see(user: User, referral: Referral) -> bool:
    if referral.is_draft:
        return may_edit_draft(user, referral)
    return bool(sides_of(user, referral))


@rule(Permission.READ)
def may_read(user: User, referral: Referral) -> bool:
    """The referring side; the receiving side once it said that it opened the referral.

    A referral that was taken back is no business of the receiver any more.
    """
    sides = sides_of(user, referral)
    if Side.REFERRER in sides:
        return not referral.is_draft or user.id == referral.referrer_id
    return (
        Side.RECEIVER in sides
        and referral.state != State.CANCELLED
        and any(e.step == Step.OPEN for e in referral.events)
    )


@rule(Permission.TAKE_STEP)
def may_take_step(user: User, chance: Chance) -> bool:
    """Whether it is a step of a side that somebody stands on, and can be taken now."""
    return side_taking(user, *chance) is not None


def side_taking(
    user: User, referral: Referral, step: Step, only: Side | None = None
) -> Side | None:
    """For which side somebody would take a step now; ``None`` when it cannot be.

    ``only`` asks for one side of somebody who may stand on more.
    """
    is_of_another = referral.is_draft and not may_edit_draft(user, referral)
    if is_of_another or not referral.has_what_it_takes(step):
        return None
    sides = sides_of(user, referral)
    return next(
        (
            side
            for side in Side
            if side in sides
            and only in (None, side)
            and may_take(State(referral.state), step, side)
        ),
        None,
    )


TOLD_STEPS = frozenset(
    (
        Step.OPEN, Step.ACCEPT, Step.HOLD, Step.REJECT, Step.NO_SHOW, Step.START, Step.COMPLETE,
        Step.STOP, Step.CHECK,
    )
)  # fmt: skip
"""Steps of the receiver that may be noted by who was told them by telephone."""


def may_note_for_receiver(user: User, referral: Referral, step: Step) -> bool:
    """The referring side and the coordinator, for a step that the receiver could take now."""
    sides = sides_of(user, referral)
    return (
        step in TOLD_STEPS
        and Side.RECEIVER not in sides
        and bool(sides & {Side.REFERRER, Side.TEAM})
        and referral.has_what_it_takes(step)
        and may_take(State(referral.state), step, Side.RECEIVER)
    )


@rule(Permission.SEE_UNDELIVERED)
def may_see_undelivered(user: User, _thing: object) -> bool:
    return user.holds(Role.ADMIN) or user.holds(Role.COORDINATOR)


@rule(Permission.MEND_MAIL)
def may_mend_mail(user: User, mail: OutboxMail) -> bool:
    """An admin every mail, for none says a word about a pupil; a coordinator the own region's."""
    if user.holds(Role.ADMIN):
        return True
    return bool(user.region_ids(Role.COORDINATOR) & regions_of(mail))
