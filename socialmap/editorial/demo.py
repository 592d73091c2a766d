"""The demo: an invented region with 150 services, so that a new user sees a site that lives.

The services are read through the flat form; ``details.yaml`` adds what their texts plainly
state as rules and moments, ``complete.yaml`` describes some in every field. Fixed dates
shift by whole school years, so that there are always coming ones.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ..accounts.models import Role
from ..accounts.operations import create_user, give_role
from ..catalogue.documents import ServiceDocument
from ..catalogue.flat import Words, read_row
from ..catalogue.queries import providers
from ..kit import plain_yaml
from ..network.models import Organization, Region
from ..network.operations import create_region
from ..network.queries import (
    municipality_named,
    organization_by_slug,
    organization_named,
    region_by_slug,
)
from .normal import Normalizer
from .operations import create_agreement, create_organization, publish

WRITTEN_FOR = 2026
"""The school year 2026-2027, for which the dates in the files were written."""

HOME = "rijnstreek"
"""The region of the demo accounts: the one with most services."""
SCHOOL = "Vmbo Het Kompas"
TEAM = "Verwijsteam Rijnstreek"
"""The care team of the school sits in it too: it receives what goes to the team first."""

ACCOUNTS = (
    ("mentor@demo.example", "Ingrid Bos", Role.MENTOR),
    ("zorgteam@demo.example", "Zorgteam Het Kompas", Role.CARETEAM),
    ("aanbieder@demo.example", "Noor Intake", Role.PROVIDER),
    ("coordinator@demo.example", "Coördinator Rijnstreek", Role.COORDINATOR),
    ("admin@demo.example", "Technisch beheer", Role.ADMIN),
)


def school_year(day: date) -> int:
    """The year in which the school year of a day began (on 1 August)."""
    return day.year if day.month >= 8 else day.year - 1


def shift(day: date, years: int) -> date:
    """The same weekday in the same season, so many years on: all days move by as many weeks."""
    return day + timedelta(weeks=round(years * 365.2425 / 7))


def load(content: Path, *, today: date, password: str) -> int:
    """Load the demo in an empty database. Returns how many services it has."""
    folder = content / "catalogue"
    for region in _read(folder / "regions.yaml")["regions"]:
        names = region.pop("municipalities")
        create_region(municipalities=[_place(name) for name in names], is_demo=True, **region)
    for facts in _read(folder / "organizations.yaml")["organizations"]:
        _organization(facts)
    documents, normalizer = demo_documents(folder, today), Normalizer()
    for document in documents:
        publish(document, actor=None, today=today, is_demo=True, normalizer=normalizer)
    _agreements(folder, today)
    _accounts(password)
    return len(documents)


def demo_documents(folder: Path, today: date) -> list[ServiceDocument]:
    """The services of the demo as checked documents, with their dates shifted to ``today``."""
    words = Words(**_read(folder / "mapping.yaml"))
    details = {**_read(folder / "details.yaml"), **_read(folder / "complete.yaml")}
    years = school_year(today) - WRITTEN_FOR
    first_day = date(school_year(today), 8, 1)
    found = []
    for row in _read(folder / "services.yaml"):
        extra = _shifted(details.get(row["id"], {}), years)
        found.append(read_row({**row, **_as_document(extra, row, first_day)}, words))
    return found


def _read(path: Path) -> Any:
    with path.open(encoding="utf-8") as file:
        return plain_yaml.own(file)


def _shifted(value: Any, years: int) -> Any:
    """The same value with every date in it moved on."""
    if isinstance(value, date):
        return shift(value, years)
    if isinstance(value, list):
        return [_shifted(item, years) for item in value]
    if isinstance(value, dict):
        return {name: _shifted(item, years) for name, item in value.items()}
    return value


def _as_document(extra: dict[str, Any], row: Mapping[str, Any], first_day: date) -> dict[str, Any]:
    """The details as fields of the service document: names of places become CBS codes."""
    extra = dict(extra)
    # What was checked was put right on that day; the rest came in with the school year.
    extra.setdefault("updated", extra.get("verified_on") or first_day)
    extra["criteria"] = [_criterion(rule) for rule in extra.get("criteria", [])]
    if region := extra.pop("service_area_region", None):
        extra["service_area"] = _codes_of(region)
    extra["intake_moments"] = [_moment(moment) for moment in extra.get("intake_moments", [])]
    contact, deputy = extra.pop("contact", None), extra.pop("deputy", None)
    contacts = [{"role": row["contact_role"], **contact}] if contact else []
    extra["contacts"] = contacts + ([{**deputy, "deputy": True}] if deputy else [])
    return extra


def _criterion(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule may name a whole region instead of its municipalities."""
    rule = dict(rule)
    slug = rule.pop("region", None)
    return {**rule, "municipalities": _codes_of(slug)} if slug else rule


def _codes_of(region_slug: str) -> list[str]:
    return sorted(place.code for place in _region(region_slug).municipalities)


def _region(slug: str) -> Region:
    region = region_by_slug(slug)
    if region is None:
        raise ValueError(f"unknown region {slug}")
    return region


def _moment(moment: dict[str, Any]) -> dict[str, Any]:
    if moment["type"] != "dates":
        return moment
    dates = [day if isinstance(day, dict) else {"start": day} for day in moment["dates"]]
    return {**moment, "dates": dates}


def _place(name: str):
    place = municipality_named(name)
    if place is None:
        raise ValueError(f"unknown municipality {name}")
    return place


def _organization(facts: dict[str, Any]) -> Organization:
    facts = dict(facts)
    return create_organization(
        region_id=_region(facts.pop("region")).id,
        municipality_code=_place(facts.pop("municipality")).code,
        is_demo=True,
        **facts,
    )


def _agreements(folder: Path, today: date) -> None:
    """Who agreed on what in the network; the file is shifted like the services."""
    years = school_year(today) - WRITTEN_FOR
    for facts in _shifted(_read(folder / "agreements.yaml")["agreements"], years):
        create_agreement(
            region=_region(facts.pop("region")),
            owner=_organization_with(facts.pop("owner")),
            parties=[_organization_with(slug) for slug in facts.pop("parties")],
            is_demo=True,
            **facts,
        )


def _organization_with(slug: str) -> Organization:
    organization = organization_by_slug(slug)
    if organization is None:
        raise ValueError(f"unknown organization {slug}")
    return organization


def _accounts(password: str) -> None:
    """The five log-ins: one password, all of the home region; the intake contact of everybody."""
    region, school = region_by_slug(HOME), organization_named(SCHOOL)
    for email, name, role in ACCOUNTS:
        if role == Role.PROVIDER:
            _intake_contact_of_all(email, name, password)
            continue
        user = create_user(
            email=email, name=name, role=role, organization=school, region=region,
            password=password, is_demo=True,
        )  # fmt: skip
        if role == Role.CARETEAM:
            give_role(user, role=role, organization=organization_named(TEAM))


def _intake_contact_of_all(email: str, name: str, password: str) -> None:
    offering = [organization for organization, _count in providers()]
    user = create_user(
        email=email, name=name, role=Role.PROVIDER, organization=offering[0],
        password=password, is_demo=True,
    )  # fmt: skip
    for organization in offering[1:]:
        give_role(user, role=Role.PROVIDER, organization=organization)
