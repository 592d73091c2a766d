"""Who is away for some days, and the colleague who stands in until it ends by itself."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlmodel import col, delete, or_, select

from ..kit.database import session
from ..kit.errors import Refused
from ..kit.words import _
from .models import Absence, Membership, Role, User

LONGEST_AHEAD = timedelta(days=365)

REFERRING = (Role.MENTOR, Role.CARETEAM)


def colleagues_of(user: User) -> list[User]:
    """Who may stand in: the active people who do the same work in the same place."""
    does_the_same = or_(
        col(Membership.organization_id).in_(user.organization_ids(*REFERRING))
        & col(Membership.role).in_(REFERRING),
        col(Membership.organization_id).in_(user.organization_ids(Role.PROVIDER))
        & (Membership.role == Role.PROVIDER),
        col(Membership.region_id).in_(user.region_ids(Role.COORDINATOR))
        & (Membership.role == Role.COORDINATOR),
    )
    found = session().exec(
        select(User)
        .where(
            col(User.id).in_(select(Membership.user_id).where(does_the_same)),
            User.id != user.id,
            col(User.disabled_at).is_(None),
        )
        .order_by(User.name)
    )
    return list(found)


def fits_last_day(first_day: date, last_day: date, today: date) -> date:
    """The last day away, when it can be; else ``Refused``."""
    if last_day < first_day:
        raise Refused(_("De laatste dag kan niet vóór de eerste dag liggen."))
    if last_day < today:
        raise Refused(_("Deze dag is al voorbij."))
    if last_day > today + LONGEST_AHEAD:
        raise Refused(_("Kies een dag binnen een jaar."))
    return last_day


def say_away(
    user: User, *, first_day: date, last_day: date, deputy: User | None, today: date
) -> Absence:
    """Be away on these days; what was said before about another time falls away."""
    fits_last_day(first_day, last_day, today)
    if deputy is not None and deputy.id not in {person.id for person in colleagues_of(user)}:
        raise Refused(_("Kies een collega die hetzelfde werk doet."))
    absence = absence_of(user) or Absence(user_id=user.id, first_day=first_day, last_day=last_day)
    before = absence.deputy
    absence.first_day, absence.last_day = first_day, last_day
    absence.deputy_id = deputy.id if deputy else None
    session().add(absence)
    session().flush()
    session().refresh(absence, ["deputy"])
    _tell(before, absence.deputy)
    return absence


def be_back(user: User) -> None:
    """Be there again, before the last day or after it."""
    absence = absence_of(user)
    if absence is not None:
        deputy = absence.deputy
        session().delete(absence)
        session().flush()
        _tell(deputy)


def _tell(*deputies: User | None) -> None:
    """Whom somebody stands in for is asked again."""
    for deputy in filter(None, deputies):
        session().expire(deputy, ["covers"])


def clear_ended(today: date) -> None:
    """Forget who was away once they are back."""
    session().exec(delete(Absence).where(col(Absence.last_day) < today))


def absence_of(user: User) -> Absence | None:
    """What somebody said about being away: now, or some time to come."""
    return session().exec(select(Absence).where(Absence.user_id == user.id)).first()


def absences_of(user_ids: Iterable[int], today: date) -> list[Absence]:
    """Who of these people is away today."""
    found = session().exec(
        select(Absence)
        .where(
            col(Absence.user_id).in_(list(user_ids)),
            col(Absence.first_day) <= today,
            col(Absence.last_day) >= today,
        )
        .order_by(col(Absence.id))
    )
    return list(found)


def away_whom_covers(user: User, today: date) -> set[int]:
    """The people who are away today and for whom this person stands in."""
    return {absence.user_id for absence in user.covers if absence.is_on(today)}
