"""What a receiver asks in the form besides our questions: a few of its own, each version kept.

A draft asks the newest version. With what is sent the number of its version is kept, so that an
old referral is read with the questions that were asked then.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Relationship, SQLModel, col, func, select

from ..accounts.models import User
from ..accounts.operations import note_access
from ..catalogue.models import Service
from ..kit.database import Moment, session
from ..kit.errors import Refused
from ..kit.words import _
from .models import Referral

MOST = 5
"""A receiver asks no more than this besides our own questions."""

PREFIX = "receiver_asks_"
VERSION = "receiver_version"
"""Under which name the version that was asked is kept with the answers."""


@dataclass(frozen=True)
class Question:
    """A question of one line, why it is asked, and whether it must be answered."""

    text: str
    why: str = ""
    is_required: bool = False

    @property
    def name(self) -> str:
        """Of its answer: the same words are the same question, whatever the version."""
        return f"{PREFIX}{sha256(self.text.casefold().encode()).hexdigest()[:12]}"


class ReceiverQuestions(SQLModel, table=True):
    """The questions of a service from some moment on; never changed, a next version follows."""

    __tablename__ = "receiver_questions"
    __table_args__ = (sa.UniqueConstraint("service_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    service_id: str = Field(foreign_key="service.id", index=True)
    version: int
    questions: list[dict[str, object]] = Field(sa_type=sa.JSON)
    since: datetime = Field(sa_type=Moment)
    by_id: int = Field(foreign_key="user_account.id")

    service: Service = Relationship()
    by: User = Relationship()

    @property
    def asked(self) -> tuple[Question, ...]:
        return tuple(Question(**row) for row in self.questions)  # type: ignore[arg-type]


def newest_of(service_id: str) -> ReceiverQuestions | None:
    """The version that is asked now; ``None`` where nobody ever asked something."""
    query = select(ReceiverQuestions).where(ReceiverQuestions.service_id == service_id)
    return session().exec(query.order_by(col(ReceiverQuestions.version).desc())).first()


def newest_of_all() -> list[ReceiverQuestions]:
    """The version that is asked now of each service whose receiver asks something."""
    newest = (
        select(ReceiverQuestions.service_id, func.max(ReceiverQuestions.version).label("version"))
        .group_by(col(ReceiverQuestions.service_id))
        .subquery()
    )
    query = select(ReceiverQuestions).join(
        newest,
        (newest.c.service_id == ReceiverQuestions.service_id)
        & (newest.c.version == ReceiverQuestions.version),
    )
    return [one for one in session().exec(query) if one.questions]


def asked_now(service_id: str) -> tuple[Question, ...]:
    """What the receiver asks now."""
    newest = newest_of(service_id)
    return newest.asked if newest else ()


def asked_with(referral: Referral, content: dict[str, object]) -> tuple[Question, ...]:
    """The questions that a form answers: of a draft the newest, else those of then."""
    if referral.is_draft:
        return asked_now(referral.service_id)
    query = select(ReceiverQuestions).where(
        ReceiverQuestions.service_id == referral.service_id,
        ReceiverQuestions.version == content.get(VERSION),
    )
    found = session().exec(query).first()
    return found.asked if found else ()


def as_sent(service_id: str, content: dict[str, object]) -> dict[str, object]:
    """A form as it goes: with the version that was asked, without answers to older questions."""
    newest = newest_of(service_id)
    names = {question.name for question in newest.asked} if newest else set()
    kept = {n: v for n, v in content.items() if not n.startswith(PREFIX) or n in names}
    return {**kept, VERSION: newest.version} if newest else kept


def change(
    service: Service, questions: Sequence[Question], *, based_on: int, actor: User, now: datetime
) -> bool:
    """Ask these questions from now on, as a new version; whether anything is different.

    Raises ``Refused`` when they were changed since version ``based_on``, or are too many.
    """
    newest = newest_of(service.id)
    if (newest.version if newest else 0) != based_on:
        raise _was_changed()
    if len(questions) > MOST:
        raise Refused(_("Stel niet meer dan %(most)d vragen.", most=MOST))
    if (newest.asked if newest else ()) == tuple(questions):
        return False
    following = ReceiverQuestions(
        service_id=service.id, version=based_on + 1, since=now, by_id=actor.id,
        questions=[asdict(question) for question in questions],
    )  # fmt: skip
    try:
        with session().begin_nested():
            session().add(following)
    except IntegrityError:  # a colleague saved at the same moment
        raise _was_changed() from None
    note_access(actor, "change own questions", service.slug)
    return True


def _was_changed() -> Refused:
    return Refused(_("Een collega heeft deze vragen net veranderd. Kijk wat er nu staat."))
