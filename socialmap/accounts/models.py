"""People, memberships, sessions, links by mail and the audit trail as they are stored."""

from datetime import date, datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlmodel import Field, Relationship, SQLModel

from ..kit.crypto import EncryptedJSON
from ..kit.database import Moment
from ..kit.language import DUTCH
from ..network.models import Organization, Region


class Role(StrEnum):
    """What somebody does here. A role is bound to an organization or a region."""

    MENTOR = "mentor"
    CARETEAM = "careteam"
    PROVIDER = "provider"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


OF_ORGANIZATION = (Role.MENTOR, Role.CARETEAM, Role.PROVIDER)
"""Roles that somebody holds in an organization; a coordinator holds one in a region."""


class User(SQLModel, UserMixin, table=True):
    """A person with an account."""

    __tablename__ = "user_account"

    id: int = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    """In lower case: people do not know which capitals they typed."""
    name: str
    password_hash: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)
    is_demo: bool = False
    language: str = Field(default=DUTCH, sa_column_kwargs={"server_default": DUTCH})
    """In which language this person gets mail; the pages are in Dutch."""

    memberships: list["Membership"] = Relationship(
        back_populates="user", sa_relationship_kwargs={"lazy": "selectin"}
    )
    covers: list["Absence"] = Relationship(
        back_populates="deputy", sa_relationship_kwargs={"foreign_keys": "Absence.deputy_id"}
    )
    """The absences of others during which this person stands in."""

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def holds(self, role: Role) -> bool:
        """Whether this person has the role anywhere."""
        return any(m.role == role for m in self.memberships)

    def organization_ids(self, *roles: Role) -> set[int]:
        """The organizations in which this person holds one of these roles."""
        return {
            m.organization_id
            for m in self.memberships
            if m.role in roles and m.organization_id is not None
        }

    def region_ids(self, *roles: Role) -> set[int]:
        """The regions in which this person holds one of these roles."""
        return {
            m.region_id for m in self.memberships if m.role in roles and m.region_id is not None
        }


class Membership(SQLModel, table=True):
    """One role of one person, in one organization or region."""

    __tablename__ = "membership"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    role: str
    organization_id: int | None = Field(default=None, foreign_key="organization.id", index=True)
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)

    user: User = Relationship(back_populates="memberships")
    organization: Organization | None = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    region: Region | None = Relationship(sa_relationship_kwargs={"lazy": "joined"})

    @property
    def place_name(self) -> str:
        """Where the role is held; empty for a role of the whole site."""
        place = self.organization or self.region
        return place.name if place else ""


class Absence(SQLModel, table=True):
    """That somebody is away for some days, both ends included, and who stands in meanwhile."""

    __tablename__ = "absence"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", unique=True)
    deputy_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    first_day: date
    last_day: date

    user: User = Relationship(sa_relationship_kwargs={"foreign_keys": "Absence.user_id"})
    deputy: User | None = Relationship(
        back_populates="covers", sa_relationship_kwargs={"foreign_keys": "Absence.deputy_id"}
    )

    def is_on(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


class WebSession(SQLModel, table=True):
    """One browser that is visiting; its cookie holds the random id whose hash stands here."""

    __tablename__ = "web_session"

    token_hash: str = Field(primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    content: str = Field(sa_type=EncryptedJSON)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment, index=True)


class PasswordLink(SQLModel, table=True):
    """A link by mail with which somebody sets a password, once."""

    __tablename__ = "password_link"

    token_hash: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    expires_at: datetime = Field(sa_type=Moment)


class LoginFailure(SQLModel, table=True):
    """A failed log-in, counted per account and per address; both as keyed hash."""

    __tablename__ = "login_failure"

    id: int = Field(default=None, primary_key=True)
    subject: str = Field(index=True)
    at: datetime = Field(sa_type=Moment, index=True)


class AccessEntry(SQLModel, table=True):
    """Who looked at or did what, when: never what it said."""

    __tablename__ = "access_entry"

    id: int = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    action: str
    thing: str = Field(index=True)
    at: datetime = Field(sa_type=Moment, index=True)
