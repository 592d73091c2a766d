"""Referrals, their timeline and what is known about the pupil, as they are stored.

Everything about a pupil stands in ``PrivateRecord``, encrypted: one table in which
retention and the logging of access have one place to act.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from ..accounts.models import User
from ..catalogue.models import Service
from ..kit.crypto import EncryptedJSON
from ..kit.database import Moment
from ..network.models import Organization, Region
from .states import OPEN, Side, State

_version = sa.Column("version", sa.Integer, nullable=False)


class Referral(SQLModel, table=True):
    """A referral of one pupil to one service, or the start of one.

    ``version`` makes two people who act at once notice each other: the second write
    fails instead of overwriting the first.
    """

    __tablename__ = "referral"
    __mapper_args__ = {"version_id_col": _version}

    id: int = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    """``482-719``: short enough to read out over the telephone, and it tells nothing."""
    start_key: str = Field(unique=True)
    """Comes with the first page of the form, so that a double click starts one draft."""
    state: State = Field(default=State.DRAFT, sa_type=sa.String, index=True)
    is_elsewhere: bool = False
    """Noted only: the pupil was referred by telephone, mail or the provider's own form."""
    service_id: str = Field(foreign_key="service.id", index=True)
    organization_id: int = Field(foreign_key="organization.id", index=True)
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)
    referrer_id: int = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    edited_at: datetime = Field(sa_type=Moment, index=True)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    open_due: date | None = None
    answer_due: date | None = None
    meeting_due: date | None = None
    hold_until: date | None = None
    """The day on which the receiver says more, of a pupil that waits for a place."""
    first_start: date | None = None
    """The next intake moment as it was known when the referral was sent."""
    started_on: date | None = None
    """The pupil's first day at the receiver."""
    version: int = Field(default=None, sa_column=_version)

    service: Service = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    organization: Organization = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    region: Region | None = Relationship()
    referrer: User = Relationship()
    events: list["Event"] = Relationship(
        back_populates="referral", sa_relationship_kwargs={"order_by": "Event.id"}
    )

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT


class Event(SQLModel, table=True):
    """A step that was taken: by whom, for which side, when. What was said stands apart."""

    __tablename__ = "event"

    id: int = Field(default=None, primary_key=True)
    referral_id: int = Field(foreign_key="referral.id", index=True)
    step: str
    state: str
    """The state after the step."""
    side: str
    actor_id: int | None = Field(default=None, foreign_key="user_account.id")
    at: datetime = Field(sa_type=Moment)

    referral: Referral = Relationship(back_populates="events")
    actor: User | None = Relationship()

    @property
    def is_of_receiver(self) -> bool:
        return self.side == Side.RECEIVER


class PrivateRecord(SQLModel, table=True):
    """What was written about a pupil: the form, or the words with an event. Encrypted."""

    __tablename__ = "private_record"
    __table_args__ = (sa.UniqueConstraint("referral_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    referral_id: int = Field(foreign_key="referral.id", index=True)
    name: str
    """``form``, or ``event-<id>``."""
    content: dict[str, object] = Field(sa_type=EncryptedJSON)
