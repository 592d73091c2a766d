"""Services and the words of the vocabularies as they are stored."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from ..matching.criteria import AgeBetween, Criterion, Kind, LevelIn, LivesIn, read_criterion
from ..network.models import Municipality, Organization
from .documents import Contact
from .intake import IntakeMoment, read_moment


class Service(SQLModel, table=True):
    """One service. Its rules, moments and contacts are checked documents kept as JSON.

    They are read and written whole, with the service; what is searched by is in the
    index. Written only by ``editorial.publish()``.
    """

    __tablename__ = "service"

    id: str = Field(primary_key=True)
    """The stable id that outside systems know; the slug may change, this never."""
    slug: str = Field(unique=True)
    name: str
    organization_id: int = Field(foreign_key="organization.id", index=True)
    summary: str | None = None
    description: str | None = None
    goal: str
    themes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    target_groups: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    municipality_code: str | None = Field(default=None, foreign_key="municipality.code")
    lat: float | None = None
    lon: float | None = None
    admission: str | None = None
    not_for: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    criteria_json: list[dict[str, object]] = Field(default_factory=list, sa_type=sa.JSON)
    intake: str | None = None
    intake_type: str | None = None
    intake_moments_json: list[dict[str, object]] = Field(default_factory=list, sa_type=sa.JSON)
    contact_role: str | None = None
    contacts_json: list[dict[str, object]] = Field(default_factory=list, sa_type=sa.JSON)
    how_to_refer: str = "phone_or_mail"
    own_form_url: str | None = None
    referrers: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    cost: str | None = None
    places_free: int | None = None
    places_total: int | None = None
    places_on: date | None = None
    status: str = "active"
    ended_on: date | None = None
    verified_on: date | None = None
    """When a person last said that it is right: a deed, told apart from an edit."""
    verified_by: str | None = None
    edited_on: date
    created_on: date
    is_demo: bool = False

    organization: Organization = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    municipality: Municipality | None = Relationship(sa_relationship_kwargs={"lazy": "joined"})

    @property
    def criteria(self) -> list[Criterion]:
        return [read_criterion(value) for value in self.criteria_json]

    @property
    def intake_moments(self) -> list[IntakeMoment]:
        return [read_moment(value) for value in self.intake_moments_json]

    @property
    def contacts(self) -> list[Contact]:
        return [Contact.model_validate(value) for value in self.contacts_json]

    @property
    def contact(self) -> Contact | None:
        """Whom to call on an ordinary day."""
        return next((c for c in self.contacts if not c.deputy), None)

    @property
    def deputy(self) -> Contact | None:
        """Whom to call in holidays."""
        return next((c for c in self.contacts if c.deputy), None)

    @property
    def ages(self) -> list[AgeBetween]:
        return [c for c in self.criteria if isinstance(c, AgeBetween)]

    @property
    def levels(self) -> list[str]:
        """The education levels that are let in; empty when no rule says anything.

        Every rule must hold, so a second one narrows the first.
        """
        rules = [c for c in self.criteria if isinstance(c, LevelIn) and c.kind == Kind.INCLUSION]
        return [
            level
            for level in (rules[0].levels if rules else ())
            if all(level in rule.levels for rule in rules)
        ]

    @property
    def residence_codes(self) -> list[str]:
        """The municipalities whose residents are let in; empty when no rule says anything."""
        rules = [c for c in self.criteria if isinstance(c, LivesIn) and c.kind == Kind.INCLUSION]
        return [code for rule in rules for code in rule.municipalities]


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
