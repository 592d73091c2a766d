"""Looking along: a school lets an organization of its region see its list, until a day.

Who looks along sees facts and dates; what was written only where the school says so, and
then may write a message. Nothing else is theirs to do.
"""

from datetime import date, datetime

from sqlmodel import col, select

from ..accounts.models import Role, User
from ..accounts.operations import note_access
from ..kit.clock import local_day
from ..kit.database import session
from ..kit.errors import Refused
from ..kit.words import _
from ..network.models import Organization
from .models import LookAlong, Referral

KINDS = ("doorstroompunt", "leerplicht", "wijkteam", "jeugdteam")
"""Kinds of organizations that may be let in: those that look after young people of a region."""

_LAST_MONTH, _LAST_DAY = 7, 31


def longest_until(today: date) -> date:
    """The last day of the school year: longer nobody looks along without being asked again."""
    end = date(today.year, _LAST_MONTH, _LAST_DAY)
    return end if today <= end else date(today.year + 1, _LAST_MONTH, _LAST_DAY)


def allow(
    *, school: Organization, organization: Organization, may_read: bool, until: date,
    actor: User, now: datetime,
) -> LookAlong:  # fmt: skip
    """Let an organization look along. Raises ``Refused`` for one that may not, or does already."""
    today = local_day(now)
    if organization.id not in {one.id for one in who_may_be_let(school)}:
        raise Refused(_("Deze organisatie kan niet meekijken."))
    if not today <= until <= longest_until(today):
        raise Refused(_("Kies een dag in dit schooljaar."))
    if any(look.organization_id == organization.id for look in looks_on(school.id, today)):
        raise Refused(_("Deze organisatie kijkt al mee. Stop dat eerst."))
    look = LookAlong(
        school_id=school.id, organization_id=organization.id, may_read=may_read, until=until,
        allowed_by=actor.id, allowed_at=now,
    )  # fmt: skip
    session().add(look)
    session().flush()
    note_access(actor, "allow looking along", f"look-along {look.id}")
    return look


def stop(look: LookAlong, *, actor: User, now: datetime) -> None:
    """From now on nobody of the organization sees the list; a second click changes nothing."""
    if look.stopped_at is None:
        look.stopped_at = now
        session().add(look)
        note_access(actor, "stop looking along", f"look-along {look.id}")


def who_may_be_let(school: Organization) -> list[Organization]:
    """The organizations of a school's region that it may let look along."""
    query = (
        select(Organization)
        .where(
            Organization.region_id == school.region_id,
            col(Organization.region_id).is_not(None),
            col(Organization.kind).in_(KINDS),
            Organization.id != school.id,
        )
        .order_by(Organization.name)
    )
    return list(session().exec(query))


def schools_led_by(user: User) -> list[Organization]:
    """The schools for which somebody says who looks along."""
    ids = user.organization_ids(Role.CARETEAM)
    query = select(Organization).where(col(Organization.id).in_(ids)).order_by(Organization.name)
    return list(session().exec(query))


def looks_on(school_id: int, today: date) -> list[LookAlong]:
    """Who looks along in the list of a school now."""
    return [look for look in looks_of_school(school_id) if look.is_on(today)]


def looks_of_school(school_id: int) -> list[LookAlong]:
    """Who ever looked along in the list of a school, the last one first."""
    query = (
        select(LookAlong).where(LookAlong.school_id == school_id).order_by(col(LookAlong.id).desc())
    )
    return list(session().exec(query))


def looks_at(referral: Referral, today: date) -> list[LookAlong]:
    """Who looks along at a referral now."""
    return [look for look in referral.looks if look.is_on(today)]


def readers_of(referral: Referral, today: date) -> list[str]:
    """The names of those who will read it along with the receiver."""
    return [look.organization.name for look in looks_at(referral, today) if look.reads(referral)]


def look_by_id(look_id: int) -> LookAlong | None:
    return session().get(LookAlong, look_id)
