"""How a mail leaves: to a mail server, or as a file for whoever is trying things out."""

import os
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from . import clock
from .calendars import Invitation, invitation_file

KEPT_DAYS = 30
"""How many days a mail written as a file stays."""


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
    """Anything that can send a letter. Raises ``OSError`` when it did not work this time."""

    def send(self, letter: Letter) -> None: ...


class FolderTransport:
    """Writes each mail as an ``.eml`` file; the same mail again is the same file again."""

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
    """Sends over ``smtp``, ``smtp+starttls`` or ``smtps``."""

    def __init__(self, url: str, sender: str) -> None:
        self.url, self.sender = urlsplit(url), sender

    def send(self, letter: Letter) -> None:
        host, port = self.url.hostname or "", self.url.port or 25
        context = ssl.create_default_context()
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=20, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=20)
        with server:
            if self.url.scheme == "smtp+starttls":
                server.starttls(context=context)
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            server.send_message(letter.as_message(self.sender))


def transport_for(smtp_url: str | None, folder: Path, sender: str) -> Transport:
    """The way out that the settings ask for: a mail server, else files."""
    return SmtpTransport(smtp_url, sender) if smtp_url else FolderTransport(folder, sender)


def clear_old_files(folder: Path, now: datetime) -> None:
    """Throw away mail files older than ``KEPT_DAYS`` days."""
    limit = (now - timedelta(days=KEPT_DAYS)).timestamp()
    for path in folder.glob("*.eml"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
