"""Who may refer, read, answer, or only see the facts of a referral."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from ..accounts.models import Role, User
from ..accounts.permissions import rule
from ..catalogue.models import Service
from ..catalogue.queries import region_of
from ..kit import clock
from ..kit.outbox import OutboxMail
from .gaps import Gap
from .mails import regions_of
from .models import LookAlong, Referral
from .receivers import receiver_of
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
    MANAGE_TEAMS = "referrals.manage-teams"
    """Which teams and desks of the region take referrals."""
    LIST_QUESTIONS = "referrals.list-questions"
    SEE_QUESTIONS = "referrals.see-questions"
    """What the receiver of a service asks in the form itself; the thing is a ``Service``."""
    EDIT_QUESTIONS = "referrals.edit-questions"
    SEE_GAPS = "referrals.see-gaps"
    """What people say they miss, and where it was full."""
    MIND_GAP = "referrals.mind-gap"
    """Deal with one thing that is missed, or throw it away; the thing is a ``Gap``."""
    SEE_UNDELIVERED = "referrals.see-undelivered"
    """The list of mail that did not arrive."""
    ALLOW_LOOKING = "referrals.allow-looking"
    """Say who looks along in the list of one's school."""
    STOP_LOOKING = "referrals.stop-looking"
    MEND_MAIL = "referrals.mend-mail"
    """See one of these mails, send it again or drop it."""
    SEE_SUMMER = "referrals.see-summer"
    """The summer list; for a coordinator its numbers."""
    FOLLOW_SUMMER = "referrals.follow-summer"
    """Know who the pupil of a row of it is, and note calls; or say who stands in for whom."""


LOOKERS = (Role.MENTOR, Role.CARETEAM)
"""Who of an organization looks along in the list of a school that lets it."""


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
    to = receiver_of(referral)
    receives = user.organization_ids(*to.roles)
    if not referral.is_elsewhere and to.organization.id in receives:
        sides.add(Side.RECEIVER)
    if referral.region_id in user.region_ids(Role.COORDINATOR):
        sides.add(Side.TEAM)
    if Side.REFERRER not in sides and looks_of(user, referral):
        sides.add(Side.LOOKER)
    return sides


def looks_of(user: User, referral: Referral) -> list[LookAlong]:
    """By what the school lets somebody look along now."""
    mine = user.organization_ids(*LOOKERS)
    # Who has no such role is not looked for in the database.
    looks = referral.looks if mine else []
    return [look for look in looks if look.organization_id in mine and look.is_on(clock.today())]


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
    """The referring side; the receiving side once it said that it opened the referral; who looks
    along when the school says so.

    A referral that was taken back is no business of anybody but the school any more, and one
    that was noted only never was.
    """
    sides = sides_of(user, referral)
    if Side.REFERRER in sides:
        return not referral.is_draft or user.id == referral.referrer_id
    if referral.is_draft or referral.state == State.CANCELLED:
        return False
    if Side.RECEIVER in sides and any(e.step == Step.OPEN for e in referral.events):
        return True
    if Side.LOOKER not in sides or referral.is_elsewhere:
        return False
    return any(look.reads(referral) for look in looks_of(user, referral))


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
    if Side.LOOKER in sides and not may_read(user, referral):
        sides.remove(Side.LOOKER)
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
        Step.OPEN, Step.ACKNOWLEDGE, Step.ACCEPT, Step.HOLD, Step.REJECT, Step.NO_SHOW,
        Step.START, Step.COMPLETE, Step.STOP, Step.CHECK,
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


@rule(Permission.MANAGE_TEAMS)
def may_manage_teams(user: User, _thing: object) -> bool:
    return user.holds(Role.COORDINATOR)


@rule(Permission.LIST_QUESTIONS)
def may_list_questions(user: User, _thing: object) -> bool:
    return user.holds(Role.PROVIDER) or user.holds(Role.COORDINATOR)


@rule(Permission.EDIT_QUESTIONS)
def may_edit_questions(user: User, service: Service) -> bool:
    """What is asked for a service is up to the intake contacts of its own organization."""
    return service.organization_id in user.organization_ids(Role.PROVIDER)


@rule(Permission.SEE_QUESTIONS)
def may_see_questions(user: User, service: Service) -> bool:
    """Also the coordinator of the region, who watches that no more is asked than is needed."""
    region = region_of(service)
    watches = region is not None and region.id in user.region_ids(Role.COORDINATOR)
    return watches or may_edit_questions(user, service)


@rule(Permission.SEE_GAPS)
def may_see_gaps(user: User, _thing: object) -> bool:
    return user.holds(Role.COORDINATOR)


@rule(Permission.MIND_GAP)
def may_mind_gap(user: User, gap: Gap) -> bool:
    return gap.organization.region_id in user.region_ids(Role.COORDINATOR)


class Owned(Protocol):
    """Something on the summer list of a school that is somebody's to look after."""

    @property
    def organization_id(self) -> int: ...

    @property
    def owner_id(self) -> int: ...


@rule(Permission.SEE_SUMMER)
def may_see_summer(user: User, _thing: object) -> bool:
    return any(user.holds(role) for role in (Role.MENTOR, Role.CARETEAM, Role.COORDINATOR))


@rule(Permission.FOLLOW_SUMMER)
def may_follow_summer(user: User, thing: Owned) -> bool:
    """A mentor what is their own, the care team what is of their school, and nobody else."""
    if thing.organization_id in user.organization_ids(Role.CARETEAM):
        return True
    is_of_mine = thing.organization_id in user.organization_ids(Role.MENTOR)
    return is_of_mine and thing.owner_id == user.id


@rule(Permission.ALLOW_LOOKING)
def may_allow_looking(user: User, _thing: object) -> bool:
    return user.holds(Role.CARETEAM)


@rule(Permission.STOP_LOOKING)
def may_stop_looking(user: User, look: LookAlong) -> bool:
    return look.school_id in user.organization_ids(Role.CARETEAM)


@rule(Permission.SEE_UNDELIVERED)
def may_see_undelivered(user: User, _thing: object) -> bool:
    return user.holds(Role.ADMIN) or user.holds(Role.COORDINATOR)


@rule(Permission.MEND_MAIL)
def may_mend_mail(user: User, mail: OutboxMail) -> bool:
    """An admin every mail, for none says a word about a pupil; a coordinator the own region's."""
    if user.holds(Role.ADMIN):
        return True
    return bool(user.region_ids(Role.COORDINATOR) & regions_of(mail))
