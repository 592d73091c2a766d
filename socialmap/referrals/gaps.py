"""What a region lacks: what people say they miss, and how often there was no place.

Neither knows a pupil or who said it. The reason of a refusal is erased with the referral; that a
place was full is kept apart, for a year, as is what people miss.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel, col, func, select

from ..accounts.models import User
from ..accounts.operations import note_access
from ..catalogue.models import Service
from ..kit.clock import local_day
from ..kit.crypto import EncryptedJSON
from ..kit.database import Moment, session
from ..network.models import Municipality, Organization
from ..search.counts import LEAST_SHOWN

KEPT = timedelta(days=365)
"""So long it is kept what people miss and where it was full."""

FULL = "full"


class Gap(SQLModel, table=True):
    """What somebody at an organization says is missing. Not who said it."""

    __tablename__ = "gap"

    id: int = Field(default=None, primary_key=True)
    organization_id: int = Field(foreign_key="organization.id", index=True)
    text: str = Field(sa_type=EncryptedJSON)
    """Encrypted, for somebody may write about a pupil although the page asks not to."""
    theme: str | None = None
    municipality_code: str | None = Field(default=None, foreign_key="municipality.code")
    created_at: datetime = Field(sa_type=Moment, index=True)
    seen_at: datetime | None = Field(default=None, sa_type=Moment)
    """When a coordinator dealt with it."""

    organization: Organization = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    municipality: Municipality | None = Relationship()


class Demand(SQLModel, table=True):
    """That there was no place for somebody, at a service, on a day."""

    __tablename__ = "demand"

    id: int = Field(default=None, primary_key=True)
    service_id: str | None = Field(default=None, foreign_key="service.id", index=True)
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)
    kind: str
    day: date = Field(index=True)


def tell(
    *, organization: Organization, text: str, theme: str | None,
    municipality: Municipality | None, now: datetime,
) -> Gap:  # fmt: skip
    """Keep what an organization misses; said twice by a double click it is kept once."""
    today = [gap for gap in _told_by(organization) if local_day(gap.created_at) == local_day(now)]
    code = municipality.code if municipality else None
    said = (text, theme, code)
    for gap in today:
        if (gap.text, gap.theme, gap.municipality_code) == said:
            return gap
    gap = Gap(
        organization_id=organization.id, text=text, theme=theme, municipality_code=code,
        created_at=now,
    )  # fmt: skip
    session().add(gap)
    session().flush()
    return gap


def _told_by(organization: Organization) -> list[Gap]:
    return list(session().exec(select(Gap).where(Gap.organization_id == organization.id)))


def deal_with(gap: Gap, *, actor: User, now: datetime) -> None:
    """Note that a coordinator has looked at it."""
    gap.seen_at = gap.seen_at or now
    session().add(gap)
    note_access(actor, "deal with gap", f"gap {gap.id}")


def remove(gap: Gap, *, actor: User) -> None:
    """Throw away what somebody said is missing."""
    note_access(actor, "remove gap", f"gap {gap.id}")
    session().delete(gap)
    session().flush()


def note_full(service_id: str | None, region_id: int | None, *, day: date) -> None:
    """Keep that there was no place, without for whom."""
    session().add(Demand(service_id=service_id, region_id=region_id, kind=FULL, day=day))


def take_back_full(service_id: str | None, region_id: int | None, *, day: date) -> None:
    """What was counted on a day was not so: one less, whichever, for none says for whom."""
    query = select(Demand).where(
        Demand.service_id == service_id, Demand.region_id == region_id, Demand.kind == FULL,
        Demand.day == day,
    )  # fmt: skip
    if (counted := session().exec(query).first()) is not None:
        session().delete(counted)


def erase_old(*, now: datetime) -> None:
    """Erase what is older than a year."""
    before = now - KEPT
    session().exec(sa.delete(Demand).where(col(Demand.day) < local_day(before)))
    session().exec(sa.delete(Gap).where(col(Gap.created_at) < before))


# What a coordinator reads ---------------------------------------------------------------


def gap_by_id(gap_id: int) -> Gap | None:
    return session().get(Gap, gap_id)


def gaps_of(region_ids: set[int]) -> list[Gap]:
    """What is missed in these regions, newest first."""
    query = (
        select(Gap)
        .join(Organization)
        .where(col(Organization.region_id).in_(region_ids))
        .order_by(col(Gap.created_at).desc(), col(Gap.id).desc())
    )
    return list(session().exec(query).unique())


def themes_of(gaps: list[Gap]) -> list[tuple[str | None, int]]:
    """How often each theme is missed, most often first; ``None`` is without a theme."""
    counts = Counter(gap.theme for gap in gaps)
    return sorted(counts.items(), key=lambda row: (-row[1], row[0] is None, row[0] or ""))


@dataclass(frozen=True)
class Full:
    """How often there was no place at a service; ``None`` for a referral to no service."""

    service: Service | None
    times: int | None
    """``None`` when it is too few to tell."""


def full_of(region_ids: set[int], today: date) -> list[Full]:
    """Where there was no place in the last year, most often first.

    Small numbers come last, by name: neither the number nor the order tells one from another.
    """
    query = (
        select(Demand.service_id, func.count())
        .where(
            col(Demand.region_id).in_(region_ids), Demand.kind == FULL,
            col(Demand.day) >= today - KEPT,
        )
        .group_by(col(Demand.service_id))
    )  # fmt: skip
    found = [
        Full(
            session().get(Service, service_id) if service_id else None,
            times if times >= LEAST_SHOWN else None,
        )
        for service_id, times in session().exec(query)
    ]
    return sorted(found, key=lambda full: (-(full.times or 0), _name_of(full)))


def _name_of(full: Full) -> str:
    return full.service.name.casefold() if full.service else ""
