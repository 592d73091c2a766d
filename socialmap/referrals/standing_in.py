"""Who acts for somebody who is away: the deputy, as long as it lasts and where the deputy works."""

from datetime import date

from ..accounts.absences import REFERRING, absences_of, away_whom_covers
from ..accounts.models import Absence, Role, User
from .models import Referral
from .receivers import receiver_of


def covers_referrer(user: User, referral: Referral, today: date) -> bool:
    """Whether somebody stands in today for who referred, and refers for the same organization."""
    refers_there = referral.organization_id in user.organization_ids(*REFERRING)
    return refers_there and referral.referrer_id in away_whom_covers(user, today)


def deputy_for(referral: Referral, user_id: int, today: date) -> Absence | None:
    """The absence of somebody with a deputy who may look at this referral, if it is so today."""
    absence = next(iter(absences_of([user_id], today)), None)
    deputy = absence.deputy if absence else None
    return absence if deputy and deputy.is_active and _works_on(deputy, referral) else None


def _works_on(deputy: User, referral: Referral) -> bool:
    to = receiver_of(referral)
    return (
        referral.organization_id in deputy.organization_ids(*REFERRING)
        or to.organization.id in deputy.organization_ids(*to.roles)
        or referral.region_id in deputy.region_ids(Role.COORDINATOR)
    )
