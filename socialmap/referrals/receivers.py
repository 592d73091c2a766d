"""Where a referral goes: to a service, or first to a team or desk of the region.

A team looks at a pupil with several problems before an offer is chosen, and passes on to the
service that fits; the desk takes what has no other receiver. Both answer as a provider does.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from ..accounts.models import Role, User
from ..accounts.queries import organizations_with, people_of
from ..catalogue.documents import Contact
from ..catalogue.models import Service
from ..catalogue.queries import (
    WhenToStart,
    can_refer_here,
    holiday_ahead,
    region_of,
    service_to_refer_to,
    when_to_start,
)
from ..kit.database import session
from ..network.calendar import SchoolHoliday
from ..network.models import Organization, ReceivesAs, Region
from .models import Referral

TEAM_ROLES = (Role.CARETEAM, Role.PROVIDER)
"""Who of a team or desk takes care of what comes in."""


@dataclass(frozen=True)
class Receiver:
    """A service with its provider, or a team: exactly one of both is there."""

    service: Service | None = None
    team: Organization | None = None

    @property
    def key(self) -> str:
        """What tells it from every other receiver."""
        return self.service.id if self.service else f"team-{self.organization.id}"

    @property
    def name(self) -> str:
        return self.service.name if self.service else self.organization.name

    @property
    def organization(self) -> Organization:
        if self.service:
            return self.service.organization
        assert self.team is not None
        return self.team

    @property
    def is_desk(self) -> bool:
        return self.team is not None and self.team.receives_as == ReceivesAs.DESK

    @property
    def roles(self) -> tuple[Role, ...]:
        """In which role people of the organization receive it."""
        return (Role.PROVIDER,) if self.service else TEAM_ROLES

    @property
    def people(self) -> list[User]:
        """Who receives it, with an open account, by name."""
        found = {
            person.id: person
            for role in self.roles
            for person in people_of(self.organization.id, role)
        }
        return sorted(found.values(), key=lambda person: person.name)

    @property
    def takes_referrals(self) -> bool:
        """Whether a referral by this site reaches somebody who answers here."""
        return can_refer_here(self.service) if self.service else takes_referrals(self.organization)

    @property
    def contact(self) -> Contact | None:
        return self.service.facts.contact if self.service else None

    @property
    def deputy(self) -> Contact | None:
        return self.service.facts.deputy if self.service else None

    @property
    def region(self) -> Region | None:
        return region_of(self.service) if self.service else self.organization.region

    def when(self, today: date) -> WhenToStart:
        """When a pupil can begin; a team can be asked on any day."""
        return when_to_start(self.service, today) if self.service else WhenToStart(True, [])

    def holiday(self, today: date) -> SchoolHoliday | None:
        return holiday_ahead(self.service, today) if self.service else None


def receiver_of(referral: Referral) -> Receiver:
    """Where a referral goes."""
    return Receiver(referral.service, referral.team)


def takes_referrals(organization: Organization) -> bool:
    """Whether a team or desk has somebody who answers here."""
    return organization.receives_as is not None and any(
        organization.id in organizations_with(role) for role in TEAM_ROLES
    )


def receives(user: User) -> bool:
    """Whether somebody takes care of what comes in, or once came in, anywhere."""
    if user.holds(Role.PROVIDER):
        return True
    sits_in = [m.organization for m in user.memberships if m.organization and m.role in TEAM_ROLES]
    if any(organization.receives_as for organization in sits_in):
        return True
    received = select(Referral.id).where(col(Referral.team_id).in_([one.id for one in sits_in]))
    return bool(sits_in) and session().exec(received.limit(1)).first() is not None


def teams_for(user: User) -> list[Organization]:
    """The teams and desks of the regions for which somebody refers, the desks last.

    Nobody refers to a team of which they receive what comes in themselves.
    """
    regions = {
        m.organization.region_id
        for m in user.memberships
        if m.organization and m.role in (Role.MENTOR, Role.CARETEAM)
    }
    found = session().exec(
        select(Organization)
        .where(col(Organization.region_id).in_(regions), col(Organization.receives_as).is_not(None))
        .order_by(col(Organization.receives_as).desc(), Organization.name)
    )
    own = user.organization_ids(*TEAM_ROLES)
    return [team for team in found if team.id not in own and takes_referrals(team)]


def receiver_named(name: str) -> Receiver | None:
    """The service or team of that name, whatever its capitals, that takes referrals here."""
    service = service_to_refer_to(name)
    if service is not None:
        return Receiver(service)
    teams = session().exec(
        select(Organization).where(
            func.lower(Organization.name) == name.strip().lower(),
            col(Organization.receives_as).is_not(None),
        )
    )
    return next((Receiver(team=team) for team in teams if takes_referrals(team)), None)
