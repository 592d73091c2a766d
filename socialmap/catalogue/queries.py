"""Looking up services and what a page about them shows."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from ..accounts.models import Role
from ..accounts.queries import organizations_with
from ..kit.database import session
from ..network.calendar import SchoolHoliday, current_or_next_holiday
from ..network.models import Organization, Region
from . import intake
from .models import OldSlug, Service


def service_by_slug(slug: str) -> Service | None:
    return session().exec(select(Service).where(Service.slug == slug)).first()


def service_by_id(service_id: str) -> Service | None:
    return session().get(Service, service_id)


def moved_to(slug: str) -> Service | None:
    """The service that had this address before."""
    old = session().get(OldSlug, slug)
    return session().get(Service, old.service_id) if old else None


def services() -> list[Service]:
    return list(session().exec(select(Service).order_by(Service.name)).unique())


def services_of(organization: Organization) -> list[Service]:
    """What an organization offers now."""
    return list(
        session()
        .exec(
            select(Service)
            .where(Service.organization_id == organization.id, Service.status == "active")
            .order_by(Service.name)
        )
        .unique()
    )


def providers() -> list[tuple[Organization, int]]:
    """The organizations that offer something, with how much."""
    return list(
        session().exec(
            select(Organization, func.count(col(Service.id)))
            .join(Service)
            .where(Service.status == "active")
            .group_by(col(Organization.id))
            .order_by(Organization.name)
        )
    )


def region_of(service: Service) -> Region | None:
    """The region that a service belongs to: where it stands, else that of its organization."""
    place = service.municipality
    if place and place.region:
        return place.region
    return service.organization.region


def serves(service: Service) -> list[str]:
    """CBS codes of the municipalities whose pupils a service takes.

    Who must live where is a rule of the service; without such a rule we take the region
    in which it stands as its service area.
    """
    if codes := service.residence_codes:
        return codes
    region = region_of(service)
    return [place.code for place in region.municipalities] if region else []


def can_refer_here(service: Service) -> bool:
    """Whether a referral by this site reaches somebody who answers here."""
    return (
        service.status == "active"
        and service.how_to_refer == "here"
        and service.organization_id in organizations_with(Role.PROVIDER)
    )


@dataclass(frozen=True)
class WhenToStart:
    """The answer to "when can a pupil begin?"."""

    all_year: bool
    starts: list[intake.Start]

    @property
    def next(self) -> intake.Start | None:
        return self.starts[0] if self.starts else None

    @property
    def is_known(self) -> bool:
        return self.all_year or bool(self.starts)


def when_to_start(service: Service, today: date) -> WhenToStart:
    moments = service.intake_moments
    return WhenToStart(
        all_year=intake.is_open_all_year(moments), starts=intake.coming_starts(moments, today)
    )


def is_in(holiday: SchoolHoliday | None, today: date) -> bool:
    """Whether the holiday has begun: then the deputy answers."""
    return holiday is not None and holiday.first_day <= today


def holiday_ahead(service: Service, today: date) -> SchoolHoliday | None:
    """The school holiday of now or soon, in which the deputy answers."""
    region = region_of(service)
    return current_or_next_holiday(region.holiday_region, today) if region else None
