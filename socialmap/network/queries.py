"""Looking up regions, municipalities and organizations."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlmodel import col, select

from ..kit.database import session
from ..kit.slugs import slugify
from .models import Agreement, Municipality, Organization, Protocol, ReceivesAs, Region

MUNICIPALITIES = Path(__file__).with_name("municipalities.csv")


@cache
def shipped_municipalities() -> tuple[dict[str, str], ...]:
    """The municipalities that come with the software (GeoNames, CC BY 4.0)."""
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def regions() -> list[Region]:
    return list(session().exec(select(Region).order_by(Region.name)))


def region_by_slug(slug: str) -> Region | None:
    return session().exec(select(Region).where(Region.slug == slug)).first()


def municipalities() -> list[Municipality]:
    return list(session().exec(select(Municipality).order_by(Municipality.name)))


def municipality_names() -> dict[str, str]:
    """Slug to name, by name; lighter than the municipalities themselves."""
    rows = select(Municipality.slug, Municipality.name).order_by(Municipality.name)
    return dict(session().exec(rows).all())


def organization_names() -> dict[str, str]:
    """Slug to name, by name."""
    rows = select(Organization.slug, Organization.name).order_by(Organization.name)
    return dict(session().exec(rows).all())


def municipality_named(name: str) -> Municipality | None:
    """By its name as people write it: case, accents and apostrophes do not matter."""
    return session().exec(select(Municipality).where(Municipality.slug == slugify(name))).first()


def municipalities_by_code(codes: Iterable[str]) -> list[Municipality]:
    return list(
        session().exec(
            select(Municipality)
            .where(col(Municipality.code).in_(list(codes)))
            .order_by(Municipality.name)
        )
    )


def organizations(*, refers: bool | None = None) -> list[Organization]:
    query = select(Organization).order_by(Organization.name)
    if refers is not None:
        query = query.where(Organization.refers == refers)
    return list(session().exec(query))


def organization_by_slug(slug: str) -> Organization | None:
    return session().exec(select(Organization).where(Organization.slug == slug)).first()


def organization_named(name: str) -> Organization | None:
    return session().exec(select(Organization).where(Organization.name == name)).first()


def participants(region: Region | None = None) -> list[Organization]:
    """Who takes part in the network: of one region, or of all."""
    query = select(Organization).order_by(Organization.name)
    if region is not None:
        query = query.where(Organization.region_id == region.id)
    return list(session().exec(query))


def organizations_of_regions(ids: set[int]) -> list[Organization]:
    """The organizations of some regions, by name."""
    query = select(Organization).where(col(Organization.region_id).in_(ids))
    return list(session().exec(query.order_by(Organization.name)))


def desk_of(region_id: int | None) -> Organization | None:
    """The one desk of a region that takes what has no other receiver."""
    query = select(Organization).where(
        Organization.region_id == region_id, Organization.receives_as == ReceivesAs.DESK
    )
    return session().exec(query).first()


def agreements(region: Region | None = None) -> list[Agreement]:
    """What organizations agreed on, the newest first."""
    query = select(Agreement).order_by(col(Agreement.agreed_on).desc(), Agreement.title)
    if region is not None:
        query = query.where(Agreement.region_id == region.id)
    return list(session().exec(query))


def site_is_set_up() -> bool:
    """Whether there is a region; without one the site shows only its set-up page."""
    return session().exec(select(Region.id).limit(1)).first() is not None


def protocols_of(region: Region) -> list[Protocol]:
    """The protocols that a region shows, its own and those of its municipalities."""
    return list(session().exec(select(Protocol).where(Protocol.region_id == region.id)))


def protocol_for(
    region: Region | None, municipality: Municipality | None = None
) -> Protocol | None:
    """How a pupil is reported: as the own municipality says, else as the region says."""
    here = municipality.region if municipality and municipality.region else region
    if here is None:
        return None
    found = {protocol.municipality_code: protocol for protocol in protocols_of(here)}
    own = found.get(municipality.code) if municipality else None
    return own or found.get(None) or (protocol_for(region) if here is not region else None)
