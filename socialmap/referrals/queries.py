"""Looking up referrals, and what a page or list shows of them."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlmodel import col, select

from ..accounts.models import Role, User
from ..catalogue.models import Service
from ..kit.database import session
from ..network.models import Organization
from .models import Event, Referral
from .operations import private_name, read_private
from .permissions import may_read, sides_of
from .states import Side, State, Step, owner_of


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


def drafts_of(user: User, service: Service | None = None) -> list[Referral]:
    """What somebody began and did not send yet, newest first."""
    query = (
        select(Referral)
        .where(Referral.referrer_id == user.id, Referral.state == State.DRAFT)
        .order_by(col(Referral.edited_at).desc())
    )
    if service is not None:
        query = query.where(Referral.service_id == service.id)
    return list(session().exec(query).unique())


class HasTerms(Protocol):
    """What is asked of a referral to know until when somebody has time."""

    state: State
    open_due: date | None
    answer_due: date | None
    meeting_due: date | None
    hold_until: date | None


def due_of(referral: HasTerms) -> date | None:
    """Until when the one who is to act has time."""
    return {
        State.REQUESTED: referral.open_due,
        State.RECEIVED: referral.answer_due,
        State.ON_HOLD: referral.hold_until,
        State.ACCEPTED: referral.meeting_due,
    }.get(State(referral.state))


def is_late(referral: HasTerms, today: date) -> bool:
    due = due_of(referral)
    return due is not None and today > due


@dataclass(frozen=True)
class Stop:
    """One stop on the timeline: a step that was taken, with the words that came with it."""

    event: Event
    words: dict[str, object]

    @property
    def noted_for(self) -> date | None:
        """The day on which it happened, where that is another than the day of noting."""
        on = self.words.get("on")
        return date.fromisoformat(on) if isinstance(on, str) else None


@dataclass(frozen=True)
class View:
    """A referral as one person may see it."""

    referral: Referral
    sides: set[Side]
    may_read: bool
    form: dict[str, object]
    stops: list[Stop]
    owner: Side | None
    due: date | None
    is_late: bool

    @property
    def last_words(self) -> dict[str, object]:
        """What was written with the last step; empty for who may not read it, or when erased."""
        return self.stops[-1].words if self.stops else {}

    @property
    def accepted_words(self) -> dict[str, object]:
        """What the receiver wrote when it said yes."""
        return next((s.words for s in reversed(self.stops) if s.event.step == Step.ACCEPT), {})


def view_for(user: User, referral: Referral, today: date) -> View:
    """A referral with what this person may read of it; nothing of it is fetched otherwise."""
    reads = may_read(user, referral)
    return View(
        referral=referral,
        sides=sides_of(user, referral),
        may_read=reads,
        form=read_private(referral, "form") if reads else {},
        stops=[
            Stop(event, read_private(referral, private_name(event)) if reads else {})
            for event in referral.events
        ],
        owner=owner_of(State(referral.state)),
        due=due_of(referral),
        is_late=is_late(referral, today),
    )
