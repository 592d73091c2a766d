"""Who may refer, read, answer, or only see the facts of a referral."""

from collections.abc import Callable
from enum import StrEnum

from ..accounts.models import Role, User
from ..accounts.permissions import rule
from .models import Referral
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
    OPEN = "referrals.open"
    RECEIVE = "referrals.receive"
    """Stand on the receiving side of it, whatever its state."""
    ANSWER = "referrals.answer"
    HOLD = "referrals.hold"
    START = "referrals.start"
    COMPLETE = "referrals.complete"
    STOP = "referrals.stop"
    CANCEL = "referrals.cancel"


def sides_of(user: User, referral: Referral) -> set[Side]:
    """On which sides of a referral somebody stands; an admin stands on none."""
    sides = set()
    if user.id == referral.referrer_id or referral.organization_id in user.organization_ids(
        Role.CARETEAM
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


@rule(Permission.RECEIVE)
def may_receive(user: User, referral: Referral) -> bool:
    return not referral.is_draft and Side.RECEIVER in sides_of(user, referral)


_STEPS_OF_RECEIVER = {
    Permission.OPEN: Step.OPEN,
    Permission.ANSWER: Step.ACCEPT,
    Permission.HOLD: Step.HOLD,
    Permission.START: Step.START,
    Permission.COMPLETE: Step.COMPLETE,
    Permission.STOP: Step.STOP,
}


def _receiver_may(step: Step) -> Callable[[User, Referral], bool]:
    """Somebody of the receiving side, when the referral stands where the step begins."""
    return lambda user, referral: (
        Side.RECEIVER in sides_of(user, referral) and may_take(referral.state, step, Side.RECEIVER)
    )


for _permission, _step in _STEPS_OF_RECEIVER.items():
    rule(_permission)(_receiver_may(_step))


@rule(Permission.CANCEL)
def may_cancel(user: User, referral: Referral) -> bool:
    """The referring side, as long as something is still to be done."""
    return Side.REFERRER in sides_of(user, referral) and may_take(
        referral.state, Step.CANCEL, Side.REFERRER
    )
