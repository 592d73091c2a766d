"""Looking up services and what a page about them shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import col, func, select

from ..accounts.models import Role
from ..accounts.queries import organizations_with
from ..kit import clock
from ..kit.database import session
from ..network.calendar import SchoolHoliday, current_or_next_holiday
from ..network.models import Organization, Region
from . import intake
from .feeds import FeedService
from .models import OldSlug, Service
from .vocabularies import labels


def service_by_slug(slug: str) -> Service | None:
    return session().exec(select(Service).where(Service.slug == slug)).first()


def service_by_id(service_id: str) -> Service | None:
    return session().get(Service, service_id)


def moved_to(slug: str) -> Service | None:
    """The service that had this address before."""
    old = session().get(OldSlug, slug)
    return session().get(Service, old.service_id) if old else None


def active_services(*, at_once: int = 500) -> Iterator[Service]:
    """Everything that is offered, a few at a time, so that a large catalogue fits in memory."""
    db = session()
    ids = db.exec(select(Service.id).where(Service.status == "active").order_by(Service.id)).all()
    for start in range(0, len(ids), at_once):
        query = select(Service).where(col(Service.id).in_(ids[start : start + at_once]))
        for service in db.exec(query).unique():
            yield service
            db.expunge(service)


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


def offers_of(organizations: list[Organization]) -> dict[int, int]:
    """How much each organization offers now, by its id."""
    query = (
        select(Service.organization_id, func.count(col(Service.id)))
        .where(Service.status == "active")
        .group_by(col(Service.organization_id))
    )
    wanted = {organization.id for organization in organizations}
    return {key: count for key, count in session().exec(query) if key in wanted}


def by_kind(
    organizations: list[Organization], names: dict[str, str]
) -> list[tuple[str | None, list[Organization]]]:
    """Organizations under the name of their kind, in the order of the vocabulary.

    Those of an unknown kind come last, under ``None``.
    """
    groups: dict[str | None, list[Organization]] = {slug: [] for slug in (*names, None)}
    for one in organizations:
        groups[one.kind if one.kind in names else None].append(one)
    return [(names.get(slug or ""), found) for slug, found in groups.items() if found]


def region_of(service: Service) -> Region | None:
    """The region that a service belongs to: where it stands, else that of its organization."""
    place = service.municipality
    if place and place.region:
        return place.region
    return service.organization.region


def serves(service: Service) -> list[str]:
    """CBS codes of the municipalities whose pupils a service takes.

    A rule about where the pupil lives or goes to school says it, else the service area that
    was stated; without either we take the region in which the service stands, and the
    municipality itself when that is in no region.
    """
    if codes := service.facts.catchment or service.facts.service_area:
        return codes
    if region := region_of(service):
        return [place.code for place in region.municipalities]
    return [service.municipality_code] if service.municipality_code else []


def can_refer_here(service: Service) -> bool:
    """Whether a referral by this site reaches somebody who answers here."""
    return (
        service.status == "active"
        and service.facts.how_to_refer == "here"
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


def service_to_refer_to(name: str) -> Service | None:
    """The service of that name, whatever its capitals, that takes referrals on this site."""
    found = session().exec(
        select(Service).where(
            func.lower(Service.name) == name.strip().lower(), Service.status == "active"
        )
    )
    return next((service for service in found.unique() if can_refer_here(service)), None)


def when_to_start(service: Service, today: date) -> WhenToStart:
    moments = service.facts.intake_moments
    return WhenToStart(
        all_year=intake.is_open_all_year(moments),
        starts=intake.coming_starts(moments, today, holiday_region=holiday_region_of(service)),
    )


def holiday_region_of(service: Service) -> str:
    """The school holidays that count for a service."""
    region = region_of(service)
    return region.holiday_region if region else DEFAULT_HOLIDAY_REGION


def feed_service(service: Service) -> FeedService:
    """What a calendar is told of a service."""
    facts, themes = service.facts, labels("themes")
    ended_on = facts.ended_on or service.edited_on if service.status == "ended" else None
    return FeedService(
        id=service.id,
        name=service.name,
        organization=service.organization.name,
        address=f"/aanbod/{service.slug}",
        moments=tuple(facts.intake_moments),
        sequence=service.version,
        edited_at=datetime.combine(service.edited_on, time(), clock.ZONE),
        ended_on=ended_on,
        holiday_region=holiday_region_of(service),
        categories=tuple(themes[slug] for slug in facts.themes if slug in themes),
    )


def services_by_id(ids: Iterable[str]) -> list[Service]:
    """These services, by name."""
    query = select(Service).where(col(Service.id).in_(list(ids))).order_by(Service.name)
    return list(session().exec(query).unique())


def ended_services() -> list[Service]:
    """What is not offered any more."""
    query = select(Service).where(Service.status == "ended").order_by(Service.name)
    return list(session().exec(query).unique())


def services_of_hub(hub: Service) -> list[Service]:
    """The services that belong to a hub."""
    query = (
        select(Service)
        .where(Service.hub_id == hub.id, Service.status == "active")
        .order_by(Service.name)
    )
    return list(session().exec(query).unique())


DEFAULT_HOLIDAY_REGION = "midden"
"""For a service of which nobody knows the region."""


def is_in(holiday: SchoolHoliday | None, today: date) -> bool:
    """Whether the holiday has begun: then the deputy answers."""
    return holiday is not None and holiday.first_day <= today


def holiday_ahead(service: Service, today: date) -> SchoolHoliday | None:
    """The school holiday of now or soon, in which the deputy answers."""
    region = region_of(service)
    return current_or_next_holiday(region.holiday_region, today) if region else None
