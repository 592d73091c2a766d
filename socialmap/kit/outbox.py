"""The outbox: a mail is a row in the transaction of the deed it tells about.

``post()`` writes the row, ``deliver_due()`` (the worker) sends it later, so no mail
speaks of something that was rolled back and none is lost when a process dies. A row
names its recipient by kind and id; the address is asked when the mail leaves.

Delivery is at least once. A mail goes out a second time, under the same Message-ID, only
when the worker died between sending it and noting that (another takes it over when the
claim has run out), or when the mail server took it and was gone before it could say so.

A mail that cannot be delivered is set aside: at once when the recipient's server says a
final no, after the last wait otherwise, and also when a server reports afterwards that it
came back (``bounced()``). It holds nothing up, and waits on a list until somebody sends it
``again()`` or lets it ``drop()``.

So that a mail that came back can be told again as it was, its text stays, encrypted, for a
week after sending: mail servers give up after five days. No text says a word about a pupil.
A mail with a link that lets somebody in (``is_secret``) loses its text when it is sent;
when it comes back a new link is to be made. ``erase_old_texts()`` keeps these promises.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from typing import Any
from uuid import uuid4

from flask import current_app, render_template
from sqlalchemy import and_, exists, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, select

from . import clock, crypto, envelope
from .calendars import Invitation
from .database import Moment, session, transaction
from .errors import Refused
from .language import DUTCH, in_language
from .mail import Letter, NotSent, Transport
from .words import _

KEPT_AFTER_SENDING = timedelta(days=7)
"""How long a text stays after sending, for the case that the mail comes back."""

KEPT_UNDELIVERED = timedelta(days=30)
"""How long the text of a mail on the list waits for somebody to send it again."""

SECRET_KEPT = timedelta(days=7)
"""How long the text of a mail with a link that lets somebody in stays, sent or not."""

NO_ADDRESS, NO_TEXT = "no address", "no text"


@dataclass(frozen=True)
class Pace:
    """How patient the delivery is."""

    claim: timedelta = timedelta(minutes=2)
    """How long one worker has for one mail before another may take it over."""
    waits: tuple[timedelta, ...] = tuple(
        timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440)
    )
    """After the first, second, ... failure; after the last one the mail is set aside."""
    chance: Callable[[], float] = random.random
    """A number from 0 to 1: after an outage not every mail is to come back at one moment."""

    def wait(self, failures: int) -> timedelta | None:
        """How long after so many failures, up to half as long again; ``None``: not any more."""
        if failures > len(self.waits):
            return None
        return self.waits[failures - 1] * (1 + self.chance() / 2)


SHIPPED = Pace()


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


_languages: dict[str, Callable[[str], str]] = {}


def language_of(kind: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Register the function that knows by id in which language a kind of recipient reads.

    A kind without one reads Dutch.
    """

    def remember(asked: Callable[[str], str]) -> Callable[[str], str]:
        _languages[kind] = asked
        return asked

    return remember


def _language_of(recipient: Recipient) -> str:
    asked = _languages.get(recipient.kind)
    return asked(recipient.id) if asked else DUTCH


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
    is_secret: bool = False
    """Its text holds a link that lets somebody in."""
    # Encrypted because of such links.
    body: str | None = Field(default=None, sa_type=crypto.EncryptedJSON)
    invitation: dict[str, Any] | None = Field(default=None, sa_type=crypto.EncryptedJSON)
    """A meeting for the calendar of the recipient."""
    created_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment, index=True)
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    last_error: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    dead_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When it was set aside; one that came back was sent before that."""
    dropped_at: datetime | None = Field(default=None, sa_type=Moment)
    """When somebody decided that it need not arrive any more."""

    @property
    def is_undelivered(self) -> bool:
        """Whether it stands on the list of what somebody has to look at."""
        return self.dead_at is not None and self.dropped_at is None


def post(
    recipient: Recipient, kind: str, *, thread: str, is_secret: bool = False,
    invitation: Callable[[], Invitation] | None = None, **context: object,
) -> OutboxMail:  # fmt: skip
    """Put a mail in the outbox, in the transaction of the deed.

    ``kind`` names the template ``mail/<kind>.txt``, whose first line is the subject.
    The text is fixed now: it tells how things stood when the deed was done. It and the
    invitation, which is asked for then, are in the language of the recipient.
    """
    with in_language(_language_of(recipient)):
        text = render_template(f"mail/{kind}.txt", **context)
        meeting = invitation().as_json() if invitation else None
        label = _("Onderwerp:")
    subject, _line, body = text.strip().partition("\n")
    if not subject.startswith(f"{label} "):
        raise ValueError(f"mail/{kind}.txt must start with a line '{label} ...'")
    now = clock.now()
    row = OutboxMail(
        message_id=f"<{uuid4().hex}@{current_app.extensions['config'].mail_from.rpartition('@')[2]}>",
        thread=thread,
        recipient_kind=recipient.kind,
        recipient_id=recipient.id,
        kind=kind,
        is_secret=is_secret,
        subject=" ".join(subject.removeprefix(label).split()),
        body=body.strip() + "\n",
        invitation=meeting,
        created_at=now,
        due_at=now,
    )
    session().add(row)
    return row


# Delivering --------------------------------------------------------------------------


def deliver_due(transport: Transport, pace: Pace = SHIPPED) -> int:
    """Send what is due, each mail in a transaction of its own. Returns how many left."""
    sent = 0
    while (mail_id := _claim_next(pace.claim)) is not None:
        sent += _deliver(mail_id, transport, pace)
    return sent


def _claim_next(claim: timedelta = SHIPPED.claim) -> int | None:
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
    is_free = and_(
        col(OutboxMail.sent_at).is_(None),
        col(OutboxMail.dead_at).is_(None),
        col(OutboxMail.due_at) <= now,
        or_(col(OutboxMail.claimed_until).is_(None), col(OutboxMail.claimed_until) < now),
    )
    next_one = (
        select(OutboxMail.id)
        .where(is_free, ~waits_for_earlier)
        .order_by(col(OutboxMail.id))
        .limit(1)
        # Who looks at the same moment takes the next one instead of waiting for this one.
        .with_for_update(skip_locked=True, of=OutboxMail)
        .scalar_subquery()
    )
    with transaction() as db:
        # Asked again of the row itself: it may have been sent after we looked.
        return db.execute(
            update(OutboxMail)
            .where(col(OutboxMail.id) == next_one, is_free)
            .values(claimed_until=now + claim)
            .returning(col(OutboxMail.id))
            .execution_options(synchronize_session=False)
        ).scalar()


def _deliver(mail_id: int, transport: Transport, pace: Pace) -> bool:
    with transaction() as db:
        row = db.get_one(OutboxMail, mail_id)
        found = _resolvers[row.recipient_kind](row.recipient_id)
    if found is None or row.body is None:
        _set_aside(mail_id, NO_ADDRESS if found is None else NO_TEXT)
        return False
    try:
        transport.send(_letter(row, row.body, *found))
    except NotSent as refused:
        if refused.is_final:
            _set_aside(mail_id, refused.reason)
        else:
            _postpone(mail_id, row.attempts + 1, refused.reason, pace)
        return False
    except OSError as error:
        # The text of an error may hold the address, so only its kind is kept.
        _postpone(mail_id, row.attempts + 1, type(error).__name__, pace)
        return False
    except (MessageError, ValueError, LookupError) as error:
        # A name or address that no header can hold: waiting does not help.
        _set_aside(mail_id, type(error).__name__)
        return False
    _note_sent(mail_id)
    return True


def _letter(row: OutboxMail, body: str, name: str, address: str) -> Letter:
    return Letter(
        message_id=row.message_id,
        name=name,
        address=address,
        subject=row.subject,
        body=body,
        invitation=Invitation.from_json(row.invitation) if row.invitation else None,
        created_at=row.created_at,
        sequence=row.id,
        mark=envelope.mark_of(row.id, row.message_id, _secret()),
    )


def _secret() -> str:
    return current_app.config["SECRET_KEY"]


def _postpone(mail_id: int, failures: int, error: str, pace: Pace) -> None:
    wait = pace.wait(failures)
    if wait is None:
        _set_aside(mail_id, error)
        return
    with transaction() as db:
        row = db.get_one(OutboxMail, mail_id)
        row.due_at, row.claimed_until = clock.now() + wait, None
        row.attempts, row.last_error = failures, error


def _set_aside(mail_id: int, error: str) -> None:
    with transaction() as db:
        row = db.get_one(OutboxMail, mail_id)
        row.dead_at, row.claimed_until, row.last_error = clock.now(), None, error
    current_app.logger.error("mail %s set aside: %s", mail_id, error)


def _note_sent(mail_id: int) -> None:
    with transaction() as db:
        row = db.get_one(OutboxMail, mail_id)
        row.sent_at, row.claimed_until = clock.now(), None
        if row.is_secret:
            row.body = row.invitation = None
        # A report that it came back may be quicker than we are.
        if row.dead_at is None:
            row.last_error = None


# What did not arrive -----------------------------------------------------------------


def undelivered() -> list[OutboxMail]:
    """What was set aside and waits for somebody, newest first."""
    return list(
        session().exec(
            select(OutboxMail)
            .where(col(OutboxMail.dead_at).is_not(None), col(OutboxMail.dropped_at).is_(None))
            .order_by(col(OutboxMail.dead_at).desc(), col(OutboxMail.id).desc())
        )
    )


def mail_by_id(mail_id: int) -> OutboxMail | None:
    return session().get(OutboxMail, mail_id)


def again(mail: OutboxMail, *, now: datetime) -> None:
    """Send a mail from the list once more, from the start. Raises ``Refused``."""
    if mail.body is None:
        raise Refused(_("De tekst van deze mail is gewist. Bel of mail de ontvanger zelf."))
    _take_off_the_list(
        mail, dead_at=None, sent_at=None, attempts=0, due_at=now, last_error=None
    )  # fmt: skip


def drop(mail: OutboxMail, *, now: datetime) -> None:
    """Leave it: the mail need not arrive any more, and its text goes. Raises ``Refused``."""
    _take_off_the_list(mail, dropped_at=now, body=None, invitation=None)


def _take_off_the_list(mail: OutboxMail, **values: object) -> None:
    """Only what still stands there: of two who press at once the first decides."""
    taken = session().execute(
        update(OutboxMail)
        .where(
            col(OutboxMail.id) == mail.id,
            col(OutboxMail.dead_at).is_not(None),
            col(OutboxMail.dropped_at).is_(None),
        )
        .values(**values)
        .returning(col(OutboxMail.id))
    )
    if taken.scalar() is None:
        raise Refused(_("Deze mail staat niet meer op de lijst."))


def mail_of_marks(marks: list[tuple[int, str]]) -> OutboxMail | None:
    """The mail that one of these marks speaks of; ``None`` when we made none of them."""
    for number, mark in marks:
        mail = mail_by_id(number)
        if mail and envelope.fits(mark, mail.id, mail.message_id, _secret()):
            return mail
    return None


def bounced(mail: OutboxMail, status: str, *, now: datetime) -> bool:
    """Note that a mail came back, with the status code of the report.

    Whether it is new: what was set aside or dropped already stays as it is.
    """
    if mail.dead_at is not None:
        return False
    mail.dead_at, mail.last_error = now, f"bounced {status}"
    return True


def erase_old_texts(*, now: datetime) -> None:
    """Erase the texts that nobody will send again."""
    session().execute(
        update(OutboxMail)
        .where(
            col(OutboxMail.body).is_not(None),
            or_(
                and_(
                    col(OutboxMail.sent_at) < now - KEPT_AFTER_SENDING,
                    col(OutboxMail.dead_at).is_(None),
                ),
                col(OutboxMail.dead_at) < now - KEPT_UNDELIVERED,
                and_(
                    col(OutboxMail.is_secret),
                    col(OutboxMail.dead_at).is_not(None),
                    col(OutboxMail.created_at) < now - SECRET_KEPT,
                ),
            ),
        )
        .values(body=None, invitation=None)
        .execution_options(synchronize_session=False)
    )
