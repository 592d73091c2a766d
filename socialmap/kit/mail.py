"""How a mail leaves: to a mail server, or as a file for whoever is trying things out."""

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from threading import Timer
from typing import Protocol
from urllib.parse import unquote, urlsplit

from . import clock
from .calendars import Invitation, invitation_file
from .envelope import with_mark

KEPT_DAYS = 30
"""How many days a mail written as a file stays."""

STEP_SECONDS, SENDING_SECONDS = 20, 80
"""How long a mail server may take for one answer, and for a whole mail once it is connected.

Together they stay under the time for which a worker claims a mail: else another worker
would send it beside one that is only slow.
"""


class NotSent(Exception):
    """A mail server did not take a letter; ``is_final`` when waiting does not help.

    ``reason`` is the kind of refusal with its code. What the server said in words is left
    out, for it may hold the address.
    """

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.reason, self.is_final = reason, is_final


@dataclass(frozen=True)
class Letter:
    """A mail with its address, ready to go."""

    message_id: str
    name: str
    address: str
    subject: str
    body: str
    created_at: datetime
    sequence: int
    invitation: Invitation | None = None
    mark: str = ""
    """What a report about this letter is known by; stands in the sender on the envelope."""

    def as_message(self, sender: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address("Sociale kaart", addr_spec=sender)
        # A name may have been pasted with a line break in it; a header may not.
        message["To"] = Address(" ".join(self.name.split()), addr_spec=self.address)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(self.created_at)
        message["Message-ID"] = self.message_id
        # Keeps out-of-office answers from coming back.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body, cte="quoted-printable")
        if self.invitation:
            self._invite(message, self.invitation, sender)
        return message

    def _invite(self, message: EmailMessage, invitation: Invitation, sender: str) -> None:
        """The meeting beside the text, as calendars expect it (RFC 6047)."""
        file = invitation_file(invitation, organizer=sender, attendee=self.address)
        message.add_alternative(
            file, maintype="text", subtype="calendar", cte="base64",
            params={"method": invitation.method, "charset": "utf-8"}, filename="afspraak.ics",
            disposition="inline",
        )  # fmt: skip


class Transport(Protocol):
    """Anything that can send a letter.

    Raises ``OSError`` when it did not work this time, ``NotSent`` when a server refused it.
    """

    def send(self, letter: Letter) -> None: ...


class FolderTransport:
    """Writes each mail as an ``.eml`` file; the same mail again is the same file again.

    A file has no envelope, so nothing can be reported about it.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender

    def send(self, letter: Letter) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = letter.created_at.astimezone(clock.ZONE).strftime("%Y%m%d-%H%M%S")
        path = self.folder / f"{stamp}-{letter.sequence:06d}.eml"
        half = path.with_suffix(".part")
        half.write_bytes(bytes(letter.as_message(self.sender)))
        half.chmod(0o600)
        # As old as the letter by our own clock, which may stand on another day.
        os.utime(half, (letter.created_at.timestamp(),) * 2)
        half.replace(path)


class SmtpTransport:
    """Sends over ``smtp``, ``smtp+starttls`` or ``smtps``.

    The sender on the envelope bears the mark of the letter, so that what a mail server
    reports later can be laid beside the right mail.
    """

    def __init__(self, url: str, sender: str, seconds: float = SENDING_SECONDS) -> None:
        self.url, self.sender, self.seconds = urlsplit(url), sender, seconds

    def send(self, letter: Letter) -> None:
        message = letter.as_message(self.sender)
        try:
            with self._connected() as server:
                self._log_in(server)
                server.send_message(message, with_mark(self.sender, letter.mark), [letter.address])
        except smtplib.SMTPException as error:
            raise _refusal(error) from None

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        host, port = self.url.hostname or "", self.url.port or 25
        if self.url.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=STEP_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, port, timeout=STEP_SECONDS)
        alarm = Timer(self.seconds, _hang_up, [server])
        alarm.daemon = True
        alarm.start()
        try:
            yield server
            # The letter has been taken: whatever is answered to a goodbye, it is not sent again.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            alarm.cancel()
            server.close()

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self.url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))


def _hang_up(server: smtplib.SMTP) -> None:
    """End the waiting of whoever listens to this server."""
    if server.sock:
        with suppress(OSError):
            server.sock.shutdown(socket.SHUT_RDWR)


def _refusal(error: smtplib.SMTPException) -> NotSent:
    """What a server's refusal means for this letter.

    Only a final no to the recipient or to the letter itself is one: a server that refuses
    us, our password or our sender refuses every letter, and somebody will mend that.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _no_to_letter(*next(iter(error.recipients.values())))
        case smtplib.SMTPDataError():
            return _no_to_letter(error.smtp_code, error.smtp_error)
        case smtplib.SMTPResponseException():
            return NotSent(f"{type(error).__name__} {error.smtp_code}", is_final=False)
        case _:
            return NotSent(type(error).__name__, is_final=False)


def _no_to_letter(code: int, words: bytes | str) -> NotSent:
    """Kept with the code of RFC 3463 with which many servers begin, else with the plain one."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    exact = re.match(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)", text)
    return NotSent(f"refused {exact[0] if exact else code}", is_final=500 <= code < 600)


def transport_for(smtp_url: str | None, folder: Path, sender: str) -> Transport:
    """The way out that the settings ask for: a mail server, else files."""
    return SmtpTransport(smtp_url, sender) if smtp_url else FolderTransport(folder, sender)


def clear_old_files(folder: Path, now: datetime) -> None:
    """Throw away mail files older than ``KEPT_DAYS`` days."""
    limit = (now - timedelta(days=KEPT_DAYS)).timestamp()
    for path in folder.glob("*.eml"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
