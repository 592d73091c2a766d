"""Referrals, their timeline and what is known about the pupil, as they are stored.

Everything about a pupil stands in ``PrivateRecord``, encrypted: one table in which
retention and the logging of access have one place to act.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Optional

import sqlalchemy as sa
from sqlmodel import Field, Relationship, SQLModel

from ..accounts.models import User
from ..catalogue.models import Service
from ..kit.clock import local_day
from ..kit.crypto import EncryptedJSON
from ..kit.database import Moment
from ..network.models import Organization, Region
from .states import BACK, BESIDE, OPEN, Side, State, Step

_version = sa.Column("version", sa.Integer, nullable=False)


class Referral(SQLModel, table=True):
    """A referral of one pupil to one service or team, or the start of one.

    ``version`` makes two people who act at once notice each other: the second write
    fails instead of overwriting the first.
    """

    __tablename__ = "referral"
    __table_args__ = (
        sa.CheckConstraint("(service_id IS NULL) <> (team_id IS NULL)", "goes_to_one_place"),
    )
    __mapper_args__ = {"version_id_col": _version}

    id: int = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    """``482-719``: short enough to read out over the telephone, and it tells nothing."""
    start_key: str = Field(unique=True)
    """Comes with the first page of the form, so that a double click starts one draft."""
    state: State = Field(default=State.DRAFT, sa_type=sa.String, index=True)
    wants_action: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    """Whether an answer is asked; else it is for information, and to take note of it is enough."""
    is_elsewhere: bool = False
    """Noted only: the pupil was referred by telephone, mail or the provider's own form."""
    service_id: str | None = Field(default=None, foreign_key="service.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="organization.id", index=True)
    """The team or desk of the region that looks first; then there is no service."""
    organization_id: int = Field(foreign_key="organization.id", index=True)
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)
    referrer_id: int = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    edited_at: datetime = Field(sa_type=Moment, index=True)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    open_due: date | None = None
    answer_due: date | None = None
    meeting_due: date | None = None
    start_due: date | None = None
    """Until when the pupil should have begun, counted from the meeting."""
    hold_until: date | None = None
    """The day on which the receiver says more, of a pupil that waits for a place."""
    first_start: date | None = None
    """The next intake moment as it was known when the referral was sent."""
    started_on: date | None = None
    """The pupil's first day at the receiver."""
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    """Since when a question of the receiver waits for its answer; meanwhile its own term stops."""
    question_due: date | None = None
    previous_id: int | None = Field(default=None, foreign_key="referral.id", index=True)
    """The referral that this one follows: the same pupil, at another place."""
    receiver_id: int | None = Field(default=None, foreign_key="user_account.id")
    """The one person at the receiver who takes care of it; without one it is for them all."""
    due_on: date | None = Field(default=None, index=True)
    """Until when there is something to do, as ``duties`` tells; kept to be sought by."""
    duty: str | None = None
    duty_owner: str | None = None
    erased_at: datetime | None = Field(default=None, sa_type=Moment)
    """When what was known about the pupil was erased."""
    version: int = Field(default=None, sa_column=_version)

    service: Service | None = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    team: Organization | None = Relationship(
        sa_relationship_kwargs={"lazy": "joined", "foreign_keys": "Referral.team_id"}
    )
    organization: Organization = Relationship(
        sa_relationship_kwargs={"lazy": "joined", "foreign_keys": "Referral.organization_id"}
    )
    region: Region | None = Relationship()
    referrer: User = Relationship(sa_relationship_kwargs={"foreign_keys": "Referral.referrer_id"})
    receiver: User | None = Relationship(
        sa_relationship_kwargs={"foreign_keys": "Referral.receiver_id"}
    )
    previous: Optional["Referral"] = Relationship(
        sa_relationship_kwargs={
            "foreign_keys": "Referral.previous_id",
            "remote_side": "Referral.id",
        }
    )
    reminders: list["Reminder"] = Relationship(
        back_populates="referral", sa_relationship_kwargs={"order_by": "Reminder.id"}
    )
    meetings: list["Meeting"] = Relationship(
        back_populates="referral", sa_relationship_kwargs={"order_by": "Meeting.id"}
    )
    events: list["Event"] = Relationship(
        back_populates="referral", sa_relationship_kwargs={"order_by": "Event.id"}
    )
    looks: list["LookAlong"] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "Referral.organization_id == foreign(LookAlong.school_id)",
            "order_by": "LookAlong.id",
            "viewonly": True,
            "uselist": True,
        }
    )
    """Who was ever allowed to look along in the list of its school."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_asked(self) -> bool:
        return self.asked_at is not None

    @property
    def was_forwarded(self) -> bool:
        """Whether the receiver told that it belongs to another place."""
        return self.state == State.REJECTED and self.count_of(Step.FORWARD) > 0

    @property
    def planned(self) -> "Meeting | None":
        """The meeting that is still to be held, or to be written down."""
        last = self.meetings[-1] if self.meetings else None
        return last if last and last.status == MeetingStatus.PLANNED else None

    @property
    def held(self) -> "Meeting | None":
        """The last meeting that was held."""
        held = [m for m in self.meetings if m.status == MeetingStatus.HELD]
        return held[-1] if held else None

    @property
    def told(self) -> "Event | None":
        """The last step that was noted as told, when the receiver did not correct it yet."""
        if self.is_elsewhere or self.erased_at is not None:
            return None
        for event in reversed(self.events):
            if event.step in (Step.CORRECT, Step.REOPEN) or event.is_told:
                return event if event.is_told else None
        return None

    @property
    def state_before(self) -> State | None:
        """Where it stood before the end that was told, when nothing happened since."""
        told = self.told
        if told is None:
            return None
        place = self.events.index(told)
        if place == 0 or any(e.step not in BESIDE for e in self.events[place + 1 :]):
            return None
        before = State(self.events[place - 1].state)
        return before if before in BACK.get(State(self.state), ()) else None

    def has_what_it_takes(self, step: Step) -> bool:
        """Whether there is something to do the step with: a question, a meeting, a record."""
        match step:
            case Step.ASK:
                return not self.is_asked
            case Step.ANSWER:
                return self.is_asked
            case Step.RECORD | Step.NO_SHOW | Step.CALL_OFF:
                return self.planned is not None
            case Step.CHECK:
                return self.started_on is not None and self.count_of(Step.CHECK) < CHECKS
            case Step.FOLLOW_UP:
                return self.count_of(Step.FOLLOW_UP) == 0
            case Step.ACKNOWLEDGE:
                return not self.wants_action
            case Step.REMIND | Step.CALL_TEAM:
                return self.duty is not None
            case Step.NOTE:
                return self.erased_at is None
            case Step.PASS_ON:
                return not self.is_elsewhere
            case Step.CORRECT:
                return self.told is not None
            case Step.REOPEN:
                return self.state_before is not None
            case Step.CONFIRM:
                return self.held is not None and self.held.confirmed_at is None
        return True

    def count_of(self, step: Step) -> int:
        """How often a step was taken."""
        return sum(event.step == step for event in self.events)


CHECKS = 3
"""How often it is asked how a pupil fares after the first day."""


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    CALLED_OFF = "called_off"
    HELD = "held"
    MISSED = "missed"


class Meeting(SQLModel, table=True):
    """A handover meeting: when and in which form. Where exactly and what was said stand apart.

    ``uid`` and ``sequence`` let a calendar know a meeting that was moved (RFC 5545, 3.8.7.4).
    """

    __tablename__ = "meeting"

    id: int = Field(default=None, primary_key=True)
    referral_id: int = Field(foreign_key="referral.id", index=True)
    uid: str = Field(unique=True)
    sequence: int = 0
    status: MeetingStatus = Field(default=MeetingStatus.PLANNED, sa_type=sa.String)
    starts_at: datetime = Field(sa_type=Moment)
    minutes: int
    form: str
    held_on: date | None = None
    is_warm: bool | None = None
    """Whether pupil, sending and receiving side were all there; of a meeting that was held."""
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    """When the receiving side said that it was so."""

    referral: Referral = Relationship(back_populates="meetings")

    @property
    def day(self) -> date:
        return local_day(self.starts_at)


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
    is_told: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Noted by another, to whom the side whose step it is told it by telephone."""

    referral: Referral = Relationship(back_populates="events")
    actor: User | None = Relationship()

    @property
    def is_of_receiver(self) -> bool:
        return self.side == Side.RECEIVER


BY_HAND = "by_hand"
"""The round of a reminder that a coordinator sent."""


class Reminder(SQLModel, table=True):
    """That somebody was told that something is due: about which duty, in which round, when."""

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("referral_id", "kind", "since", "round"),)

    id: int = Field(default=None, primary_key=True)
    referral_id: int = Field(foreign_key="referral.id", index=True)
    kind: str
    since: int
    """The id of the event from which the duty runs."""
    round: str
    at: datetime = Field(sa_type=Moment)

    referral: Referral = Relationship(back_populates="reminders")

    @property
    def is_by_hand(self) -> bool:
        return self.round.startswith(BY_HAND)


class PrivateRecord(SQLModel, table=True):
    """What was written about a pupil: the form, or the words with an event. Encrypted."""

    __tablename__ = "private_record"
    __table_args__ = (sa.UniqueConstraint("referral_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    referral_id: int = Field(foreign_key="referral.id", index=True)
    name: str
    """``form``, or ``event-<id>``."""
    content: dict[str, object] = Field(sa_type=EncryptedJSON)


class LookAlong(SQLModel, table=True):
    """That a school lets an organization of its region look along in its list, until a day."""

    __tablename__ = "look_along"

    id: int = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="organization.id", index=True)
    organization_id: int = Field(foreign_key="organization.id", index=True)
    may_read: bool = False
    """Whether it also reads what was written about a pupil."""
    until: date
    """The last day of it."""
    allowed_by: int = Field(foreign_key="user_account.id")
    allowed_at: datetime = Field(sa_type=Moment)
    stopped_at: datetime | None = Field(default=None, sa_type=Moment)

    school: Organization = Relationship(
        sa_relationship_kwargs={"foreign_keys": "LookAlong.school_id"}
    )
    organization: Organization = Relationship(
        sa_relationship_kwargs={"foreign_keys": "LookAlong.organization_id", "lazy": "joined"}
    )
    allower: User = Relationship(sa_relationship_kwargs={"foreign_keys": "LookAlong.allowed_by"})

    def is_on(self, today: date) -> bool:
        return self.stopped_at is None and today <= self.until

    def reads(self, referral: Referral) -> bool:
        """Whether it reads this one: what was sent before it was let in, was sent without it."""
        sent_at = referral.sent_at
        return self.may_read and (sent_at is None or sent_at >= self.allowed_at)


class SummerPupil(SQLModel, table=True):
    """A pupil who leaves a school without a place yet, as the school put it on its summer list.

    The reference is a word of the school's own; with it the row is erased after the season.
    """

    __tablename__ = "summer_pupil"

    id: int = Field(default=None, primary_key=True)
    organization_id: int = Field(foreign_key="organization.id", index=True)
    owner_id: int = Field(foreign_key="user_account.id", index=True)
    year: int
    level: str
    leaves_in: int
    """The month, as a number."""
    reference: str = Field(sa_type=EncryptedJSON)
    added_at: datetime = Field(sa_type=Moment)
    landed: str | None = None
    landed_on: date | None = None


class SummerCall(SQLModel, table=True):
    """That somebody of the school tried to reach a pupil of the summer list: no free text."""

    __tablename__ = "summer_call"

    id: int = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    referral_id: int | None = Field(default=None, foreign_key="referral.id", index=True)
    pupil_id: int | None = Field(default=None, foreign_key="summer_pupil.id", index=True)
    way: str
    called_on: date
    result: str
    next_action: str | None = None
    next_on: date | None = None
    actor_id: int = Field(foreign_key="user_account.id")
    at: datetime = Field(sa_type=Moment)


class SummerCover(SQLModel, table=True):
    """Who of a school is called in the summer while somebody else is away."""

    __tablename__ = "summer_cover"

    id: int = Field(default=None, primary_key=True)
    year: int
    organization_id: int = Field(foreign_key="organization.id", index=True)
    owner_id: int = Field(foreign_key="user_account.id")
    cover_id: int = Field(foreign_key="user_account.id")
    first_day: date
    last_day: date

    owner: User = Relationship(
        sa_relationship_kwargs={"foreign_keys": "SummerCover.owner_id", "lazy": "joined"}
    )
    cover: User = Relationship(
        sa_relationship_kwargs={"foreign_keys": "SummerCover.cover_id", "lazy": "joined"}
    )

    def is_on(self, today: date) -> bool:
        return self.first_day <= today <= self.last_day


class SummerReminder(SQLModel, table=True):
    """That a school was told about a row of its summer list: of which silence, or which day."""

    __tablename__ = "summer_reminder"
    __table_args__ = (sa.UniqueConstraint("organization_id", "year", "kind", "row_key", "since"),)

    id: int = Field(default=None, primary_key=True)
    organization_id: int = Field(foreign_key="organization.id")
    year: int
    kind: str
    row_key: str
    """The key of the row in its address; empty when it was about the whole list."""
    since: int
    """The id of the last call before the silence; 0 without one."""
    at: datetime = Field(sa_type=Moment)


class SummerTotal(SQLModel, table=True):
    """What is left of a season for a school: numbers."""

    __tablename__ = "summer_total"
    __table_args__ = (sa.UniqueConstraint("organization_id", "year"),)

    id: int = Field(default=None, primary_key=True)
    organization_id: int = Field(foreign_key="organization.id")
    year: int
    pupils: int
    landed: int
    started: int
    """Of those who landed: who began, as the receiving side said."""
    reached_before: int
    """Who was reached before the summer."""
    reached_after: int
