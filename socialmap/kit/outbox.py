"""The outbox: a mail is a row in the transaction of the deed it tells about.

``post()`` writes the row, ``deliver_due()`` (the worker) sends it later, so no mail
speaks of something that was rolled back and none is lost when a process dies. A row
names its recipient by kind and id; the address is asked when the mail leaves.
Delivery is at least once: a process killed between sending and noting it sends again,
under the same Message-ID, after the claim has run out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from typing import Any
from uuid import uuid4

from flask import current_app, render_template
from sqlalchemy import exists, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, select

from . import clock, crypto
from .calendars import Invitation
from .database import Moment, session, transaction
from .language import in_language
from .mail import Letter, Transport

CLAIM = timedelta(minutes=2)
"""How long one worker has for one mail before another may take it over."""

RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440)
"""Waiting time after the first, second, ... failure; after the last one the mail is set aside."""


@dataclass(frozen=True)
class Recipient:
    """Somebody to write to, by kind (``user``, ``organization``, ...) and id."""

    kind: str
    id: str


Resolver = Callable[[str], tuple[str, str] | None]
_resolvers: dict[str, Resolver] = {}


def recipients_of(kind: str) -> Callable[[Resolver], Resolver]:
    """Register the function that knows name and address of a kind of recipient by id.

    It answers ``None`` when there is nobody to write to any more.
    """

    def remember(resolver: Resolver) -> Resolver:
        _resolvers[kind] = resolver
        return resolver

    return remember


class OutboxMail(SQLModel, table=True):
    """One mail to one recipient."""

    __tablename__ = "outbox"

    id: int = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    thread: str = Field(index=True)
    """What the mail is about; within a thread a recipient gets the mails in order."""
    recipient_kind: str
    recipient_id: str
    kind: str
    subject: str
    # Encrypted because an invitation carries a link that lets somebody in.
    body: str | None = Field(default=None, sa_type=crypto.EncryptedJSON)
    invitation: dict[str, Any] | None = Field(default=None, sa_type=crypto.EncryptedJSON)
    """A meeting for the calendar of the recipient."""
    created_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment, index=True)
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    last_error: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    dead_at: datetime | None = Field(default=None, sa_type=Moment)


def post(
    recipient: Recipient, kind: str, *, thread: str, invitation: Invitation | None = None,
    **context: object,
) -> OutboxMail:  # fmt: skip
    """Put a mail in the outbox, in the transaction of the deed.

    ``kind`` names the template ``mail/<kind>.txt``, whose first line is the subject.
    The text is fixed now: it tells how things stood when the deed was done.
    """
    with in_language("nl"):
        text = render_template(f"mail/{kind}.txt", **context)
    subject, _, body = text.strip().partition("\n")
    if not subject.startswith("Onderwerp: "):
        raise ValueError(f"mail/{kind}.txt must start with a line 'Onderwerp: ...'")
    now = clock.now()
    row = OutboxMail(
        message_id=f"<{uuid4().hex}@{current_app.extensions['config'].mail_from.rpartition('@')[2]}>",
        thread=thread,
        recipient_kind=recipient.kind,
        recipient_id=recipient.id,
        kind=kind,
        subject=" ".join(subject.removeprefix("Onderwerp: ").split()),
        body=body.strip() + "\n",
        invitation=invitation.as_json() if invitation else None,
        created_at=now,
        due_at=now,
    )
    session().add(row)
    return row


def deliver_due(transport: Transport) -> int:
    """Send what is due, each mail in a transaction of its own. Returns how many left."""
    sent = 0
    while (mail_id := _claim_next()) is not None:
        sent += _deliver(mail_id, transport)
    return sent


def _claim_next() -> int | None:
    """Take the first free mail for ourselves, in the database, so that no two workers send it."""
    now = clock.now()
    earlier = aliased(OutboxMail)
    waits_for_earlier = exists().where(
        col(earlier.thread) == col(OutboxMail.thread),
        col(earlier.recipient_kind) == col(OutboxMail.recipient_kind),
        col(earlier.recipient_id) == col(OutboxMail.recipient_id),
        col(earlier.id) < col(OutboxMail.id),
        col(earlier.sent_at).is_(None),
        col(earlier.dead_at).is_(None),
    )
    is_free = or_(col(OutboxMail.claimed_until).is_(None), col(OutboxMail.claimed_until) < now)
    next_one = (
        select(OutboxMail.id)
        .where(
            col(OutboxMail.sent_at).is_(None),
            col(OutboxMail.dead_at).is_(None),
            col(OutboxMail.due_at) <= now,
            is_free,
            ~waits_for_earlier,
        )
        .order_by(col(OutboxMail.id))
        .limit(1)
        .scalar_subquery()
    )
    with transaction() as db:
        return db.execute(
            update(OutboxMail)
            .where(col(OutboxMail.id) == next_one, is_free)
            .values(claimed_until=now + CLAIM)
            .returning(col(OutboxMail.id))
            .execution_options(synchronize_session=False)
        ).scalar()


def _deliver(mail_id: int, transport: Transport) -> bool:
    with transaction() as db:
        row = db.get_one(OutboxMail, mail_id)
        found = _resolvers[row.recipient_kind](row.recipient_id)
    if found is None:
        _set_aside(mail_id, "no address")
        return False
    name, address = found
    letter = Letter(
        message_id=row.message_id,
        name=name,
        address=address,
        subject=row.subject,
        body=row.body or "",
        invitation=Invitation.from_json(row.invitation) if row.invitation else None,
        created_at=row.created_at,
        sequence=mail_id,
    )
    try:
        transport.send(letter)
    except OSError as error:
        # smtplib's errors are OSErrors too. The text of an error may hold the
        # address, so only its kind is kept.
        _postpone(mail_id, row.attempts, type(error).__name__)
        return False
    except (MessageError, ValueError, LookupError) as error:
        # A name or address that no header can hold: waiting does not help.
        _set_aside(mail_id, type(error).__name__)
        return False
    _note(
        mail_id,
        sent_at=clock.now(),
        claimed_until=None,
        last_error=None,
        body=None,
        invitation=None,
    )
    return True


def _postpone(mail_id: int, attempts: int, error: str) -> None:
    if attempts >= len(RETRY_MINUTES):
        _set_aside(mail_id, error)
        return
    due_at = clock.now() + timedelta(minutes=RETRY_MINUTES[attempts])
    _note(mail_id, due_at=due_at, claimed_until=None, attempts=attempts + 1, last_error=error)


def _set_aside(mail_id: int, error: str) -> None:
    _note(mail_id, dead_at=clock.now(), claimed_until=None, last_error=error)
    current_app.logger.error("mail %s set aside: %s", mail_id, error)


def _note(mail_id: int, **values: object) -> None:
    with transaction() as db:
        row = db.get_one(OutboxMail, mail_id)
        for name, value in values.items():
            setattr(row, name, value)
