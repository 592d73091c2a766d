"""Regions, municipalities and organizations as they are stored."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel


class Region(SQLModel, table=True):
    """A region of schools and municipalities that work together, with its own rules.

    What the function is called, the upper age and every term are settings of a region,
    for law and custom change. The ``*_days`` are working days, each counted from the
    step before.
    """

    __tablename__ = "region"

    id: int = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    function_name: str = "Doorstroompunt"
    desk_name: str | None = None
    desk_phone: str | None = None
    desk_email: str | None = None
    upper_age: int = 27
    holiday_region: str = "midden"
    open_days: int = 2
    answer_days: int = 5
    meeting_days: int = 10
    start_days: int = 20
    overdue_days: int = 2
    """Between a reminder and telling the next that it is overdue."""
    retention_months: int = 6
    draft_days: int = 30
    urgent_numbers_json: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    """Whom to call when it cannot wait; empty means the national numbers (``urgent``)."""
    urgent_checked_on: date | None = None
    is_demo: bool = False

    municipalities: list["Municipality"] = Relationship(back_populates="region")

    @property
    def desk(self) -> str:
        """What people call when they do not find their way."""
        return self.desk_name or f"{self.function_name} {self.name}"


class Municipality(SQLModel, table=True):
    """A municipality with its CBS code (``GM0546``) and the point of its main place."""

    __tablename__ = "municipality"

    code: str = Field(primary_key=True)
    name: str
    slug: str = Field(unique=True)
    province: str
    lat: float
    lon: float
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)

    region: Region | None = Relationship(back_populates="municipalities")


class ReceivesAs(StrEnum):
    """As what an organization takes pupils for whom no service was chosen yet."""

    TEAM = "team"
    """It looks first, where problems are many, and tells which service fits."""
    DESK = "desk"
    """It is the one entry of the region, also for what has no other receiver."""


class Organization(SQLModel, table=True):
    """A school, provider, desk or team: whoever offers services, refers pupils, or both.

    ``contribution`` is what it brings into the network, in a sentence.
    """

    __tablename__ = "organization"

    id: int = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str = Field(unique=True)
    kind: str | None = None
    about: str | None = None
    contribution: str | None = None
    website: str | None = None
    email: str | None = None
    """The organization's own mailbox, so that a school hears it when a mentor is ill."""
    phone: str | None = None
    refers: bool = False
    receives_as: ReceivesAs | None = Field(default=None, sa_type=sa.String)
    """Whether pupils are referred to it without a service, and as what."""
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)
    municipality_code: str | None = Field(default=None, foreign_key="municipality.code")
    is_demo: bool = False

    region: Region | None = Relationship()
    municipality: Municipality | None = Relationship()


class AgreementParty(SQLModel, table=True):
    """That an organization takes part in an agreement."""

    __tablename__ = "agreement_party"

    agreement_id: int = Field(foreign_key="agreement.id", primary_key=True)
    organization_id: int = Field(foreign_key="organization.id", primary_key=True)


class Agreement(SQLModel, table=True):
    """A concrete agreement in a region: who does what, who keeps it, when it was last checked.

    Solemn agreements die on paper; a concrete one has an owner and a date.
    """

    __tablename__ = "agreement"

    id: int = Field(default=None, primary_key=True)
    region_id: int = Field(foreign_key="region.id", index=True)
    owner_id: int = Field(foreign_key="organization.id")
    title: str
    text: str
    agreed_on: date
    checked_on: date | None = None
    is_demo: bool = False

    region: Region = Relationship()
    owner: Organization = Relationship()
    parties: list[Organization] = Relationship(
        link_model=AgreementParty, sa_relationship_kwargs={"order_by": "Organization.name"}
    )


class Protocol(SQLModel, table=True):
    """How a region, or one municipality in it, wants to be told of a pupil: where it is written.

    Without a municipality it holds for the whole region.
    """

    __tablename__ = "protocol"
    __table_args__ = (sa.UniqueConstraint("region_id", "municipality_code"),)

    id: int = Field(default=None, primary_key=True)
    region_id: int = Field(foreign_key="region.id")
    municipality_code: str | None = Field(default=None, foreign_key="municipality.code")
    title: str
    url: str

    region: Region = Relationship()
    municipality: Municipality | None = Relationship()

    @property
    def owner(self) -> str:
        """Whose protocol it is."""
        return self.municipality.name if self.municipality else self.region.name
