"""Looking up referrals, and what a page or list shows of them."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from ..accounts.models import Role, User
from ..kit.clock import local_day
from ..kit.database import session
from ..network.models import Organization
from .duties import Duty, duty_of
from .models import Event, Referral, Reminder
from .operations import private_name, read_private
from .permissions import may_read, sides_of
from .receivers import Receiver, receiver_of
from .states import BESIDE, Side, State, Step


def by_reference(reference: str) -> Referral | None:
    return session().exec(select(Referral).where(Referral.reference == reference)).unique().first()


def organizations_referring_by(user: User) -> list[Organization]:
    """For which organizations somebody may refer."""
    ids = user.organization_ids(Role.MENTOR, Role.CARETEAM)
    return list(
        session().exec(
            select(Organization).where(col(Organization.id).in_(ids)).order_by(Organization.name)
        )
    )


def drafts_of(user: User, to: Receiver | None = None) -> list[Referral]:
    """What somebody began and did not send yet, newest first."""
    query = (
        select(Referral)
        .where(Referral.referrer_id == user.id, Referral.state == State.DRAFT)
        .order_by(col(Referral.edited_at).desc())
    )
    drafts = session().exec(query).unique()
    return [draft for draft in drafts if to is None or receiver_of(draft) == to]


def due_of(referral: Referral) -> date | None:
    """Until when the one who is to act has time."""
    duty = duty_of(referral)
    return duty.due if duty else None


def is_late(referral: Referral, today: date) -> bool:
    duty = duty_of(referral)
    return duty is not None and duty.is_late(today)


@dataclass(frozen=True)
class MeetingRecord:
    """What was agreed at the last meeting, as it was written down."""

    held_on: date
    form: str
    present: list[str]
    agreed: str
    next_step: str
    next_on: date
    whom: str
    support: bool
    old_mentor: bool


def record_of(referral: Referral) -> MeetingRecord | None:
    """The record of the last meeting; ``None`` when there is none, or it has been erased."""
    event = next((e for e in reversed(referral.events) if e.step == Step.RECORD), None)
    words: dict[str, Any] = read_private(referral, private_name(event)) if event else {}
    if not words:
        return None
    days = {name: date.fromisoformat(words[name]) for name in ("held_on", "next_on")}
    names = [field.name for field in fields(MeetingRecord)]
    return MeetingRecord(**({name: words[name] for name in names} | days))


@dataclass(frozen=True)
class Stop:
    """One stop on the timeline: a step that was taken, with the words that came with it."""

    event: Event
    words: dict[str, object]

    @property
    def day(self) -> date:
        """The day on which it was noted."""
        return local_day(self.event.at)

    @property
    def noted_for(self) -> date | None:
        """The day on which it happened, where that is another than the day of noting."""
        return self._day("on")

    @property
    def told_for(self) -> date | None:
        """The day on which it was told by telephone."""
        return self._day("told_on")

    @property
    def call_by(self) -> date | None:
        """Until when somebody calls the pupil."""
        return self._day("by")

    @property
    def next_on(self) -> date | None:
        """The day of the next step that was agreed."""
        return self._day("next_on")

    @property
    def starts_at(self) -> datetime | None:
        """When the meeting that was planned begins."""
        at = self.words.get("starts_at")
        return datetime.fromisoformat(at) if isinstance(at, str) else None

    def _day(self, name: str) -> date | None:
        on = self.words.get(name)
        return date.fromisoformat(on) if isinstance(on, str) else None


@dataclass(frozen=True)
class View:
    """A referral as one person may see it."""

    referral: Referral
    sides: set[Side]
    may_read: bool
    form: dict[str, object]
    stops: list[Stop]
    duty: Duty | None
    is_late: bool

    @property
    def owner(self) -> Side | None:
        """The side that is to act; ``None`` when nothing is left to do."""
        return self.duty.owner if self.duty else None

    @property
    def due(self) -> date | None:
        return self.duty.due if self.duty else None

    @property
    def told(self) -> list[Reminder]:
        """Who was told so far that what is to be done now is late."""
        duty = self.duty
        if duty is None:
            return []
        return [r for r in self.referral.reminders if (r.kind, r.since) == (duty.kind, duty.since)]

    @property
    def last_stop(self) -> Stop | None:
        """The last step of the line, whatever was done beside it since."""
        on_line = (stop for stop in reversed(self.stops) if stop.event.step not in BESIDE)
        return next(on_line, None)

    @property
    def last_words(self) -> dict[str, object]:
        """What was written with that step; empty for who may not read it, or when erased."""
        return self.last_stop.words if self.last_stop else {}

    @property
    def question_due(self) -> date | None:
        """Until when the school answers the question that waits; ``None`` without one."""
        return self.referral.question_due if self.referral.is_asked else None

    def said_at(self, step: Step) -> dict[str, object]:
        """What was written with the last such step; empty when there was none."""
        return next((s.words for s in reversed(self.stops) if s.event.step == step), {})

    @property
    def accepted_words(self) -> dict[str, object]:
        """What the receiver wrote when it said yes."""
        return next((s.words for s in reversed(self.stops) if s.event.step == Step.ACCEPT), {})


def _may_read_words(step: Step, sides: set[Side], *, reads: bool) -> bool:
    """A coordinator's note is for coordinators, and where a pupil went on for the school alone."""
    match step:
        case Step.NOTE:
            return Side.TEAM in sides
        case Step.FOLLOW_UP:
            return reads and Side.REFERRER in sides
        case _:
            return reads


def view_for(user: User, referral: Referral, today: date) -> View:
    """A referral with what this person may read of it; nothing of it is fetched otherwise."""
    reads, sides = may_read(user, referral), sides_of(user, referral)

    def words_of(event: Event) -> dict[str, object]:
        may = _may_read_words(Step(event.step), sides, reads=reads)
        return read_private(referral, private_name(event)) if may else {}

    return View(
        referral=referral,
        sides=sides,
        may_read=reads,
        form=read_private(referral, "form") if reads else {},
        stops=[Stop(event, words_of(event)) for event in referral.events],
        duty=duty_of(referral),
        is_late=is_late(referral, today),
    )
