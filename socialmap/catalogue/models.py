"""Services and the words of the vocabularies as they are stored."""

from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from ..network.models import Municipality, Organization
from .documents import ServiceDocument


class Service(SQLModel, table=True):
    """One service: its checked document, and beside it only what the database looks up by.

    The document is read and written whole; what is searched by is in the index, which is
    derived from it. Written only by ``editorial``.
    """

    __tablename__ = "service"

    id: str = Field(primary_key=True)
    """The stable id that outside systems know; the slug may change, this never."""
    slug: str = Field(unique=True)
    name: str
    organization_id: int = Field(foreign_key="organization.id", index=True)
    municipality_code: str | None = Field(default=None, foreign_key="municipality.code")
    hub_id: str | None = Field(default=None, index=True)
    """The id of the service that this one belongs to, such as a career plaza."""
    status: str = "active"
    document: dict[str, object] = Field(sa_type=sa.JSON)
    """The service document as plain values: slugs and CBS codes instead of words."""
    version: int = 1
    """How often it was published; calendars use it to know which of two moments is newer."""
    edited_on: date
    created_on: date
    is_demo: bool = False

    organization: Organization = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    municipality: Municipality | None = Relationship(sa_relationship_kwargs={"lazy": "joined"})

    @cached_property
    def facts(self) -> ServiceDocument:
        """What is stated about the service."""
        return ServiceDocument.model_validate(self.document)


class OldSlug(SQLModel, table=True):
    """An address that a service had before; it leads to the present one."""

    __tablename__ = "old_slug"

    slug: str = Field(primary_key=True)
    service_id: str = Field(foreign_key="service.id", index=True)


class Term(SQLModel, table=True):
    """A word of a vocabulary. ``also`` holds what else people call it."""

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("vocabulary", "slug"),)

    id: int = Field(default=None, primary_key=True)
    vocabulary: str
    slug: str
    label: str
    also: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    position: int = 0
    is_new: bool = False
    """Came in with an import and was not looked at by an editor yet."""


class Revision(SQLModel, table=True):
    """A service as it stood after a change: the whole document, by whom and when."""

    __tablename__ = "revision"

    id: int = Field(default=None, primary_key=True)
    service_id: str = Field(foreign_key="service.id", index=True)
    on: date
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    document: dict[str, object] = Field(sa_type=sa.JSON)
