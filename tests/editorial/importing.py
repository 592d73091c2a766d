"""Files to import, and all that an import could have written."""

import json
from datetime import date
from pathlib import Path

from sqlmodel import func, select

from socialmap.catalogue.models import OldSlug, Revision, Service, Term
from socialmap.editorial import imports, staging
from socialmap.editorial.imports import Plan
from socialmap.editorial.models import Import, StagedService
from socialmap.kit import clock
from socialmap.kit.changes import Change
from socialmap.kit.database import transaction
from socialmap.network.models import Organization
from socialmap.search.filters import Filters
from socialmap.search.results import search

from ..conftest import MONDAY

LATER = date(2026, 12, 1)


def row(service_id: str, **facts) -> dict[str, object]:
    """A service as it stands in a file, with no more than it must have."""
    return {
        "id": service_id,
        "name": f"Plek {service_id}",
        "organization": "De Brug",
        "goal": "school",
        "municipality": "Leiden",
        **facts,
    }


def file_of(folder: Path, *rows: dict[str, object], name: str = "aanbod.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(values) + "\n" for values in rows), encoding="utf-8")
    return path


def check(path: Path, *, today: date = MONDAY, **options) -> Plan:
    with transaction():
        return imports.check(path, today=today, **options)


def bring_in(path: Path, *, today: date = MONDAY, **options) -> Plan:
    """Import a file in which nothing is wrong."""
    plan = check(path, today=today, **options)
    assert not plan.refused, plan.refused
    if plan.ready:
        staging.apply(plan, today=today, now=clock.now)
    return plan


def counts(plan: Plan) -> tuple[int, int, int]:
    """How many are added, changed and unchanged."""
    return len(plan.added), len(plan.changed), plan.unchanged


def services() -> dict[str, Service]:
    with transaction() as db:
        return {service.id: service for service in db.exec(select(Service)).unique()}


def written() -> dict[str, object]:
    """Everything that an import may write, to compare before with after."""
    tables = (Revision, Change, Import, StagedService, Term, Organization)
    with transaction() as db:
        found = db.exec(select(Service.id, Service.slug, Service.version, Service.document))
        return {
            "services": sorted(tuple(service) for service in found),
            "old slugs": {old.slug: old.service_id for old in db.exec(select(OldSlug))},
        } | {
            table.__tablename__: db.exec(select(func.count()).select_from(table)).one()
            for table in tables
        }


def found_by_search(site, words: str) -> list[str]:
    """Ids that the site finds, after its index has looked at what changed."""
    index = site.extensions["search"]
    with index.writing() as ours:
        assert ours
        index.catch_up()
    with transaction():
        results = search(index, Filters(q=words), today=MONDAY, limit=50)
    return [hit.entry.id for hit in results.hits]
