"""Delivery reports: what a mail server says later about a mail that it took (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

from . import envelope

ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Original-Recipient")
"""Headers that tell to which address a report came."""

UNKNOWN_STATUS = "5.0.0"

MOST_MARKS = 20
"""A report is about one mail; whoever sends us more is not to make us look them all up."""


@dataclass(frozen=True)
class Report:
    """What a report says: about which mails it may be, and with which status one failed."""

    marks: list[tuple[int, str]]
    failed: str | None
    """The status code; ``None`` when nothing failed, or not yet."""


def read_report(raw: bytes, came_to: str = "") -> Report | None:
    """Read a report; ``None`` when it is no delivery report.

    ``came_to`` is the address at which it came in, where the mail server tells that.
    """
    try:
        # The old policy: it takes headers as they come, and none is so odd that it stops.
        return _report_in(message_from_bytes(raw), came_to)
    except RecursionError:
        # Parts in parts without end: no mail server writes that.
        return None


def _report_in(message: Message, came_to: str) -> Report | None:
    if message.get_content_type() != "multipart/report":
        return None
    fields = [block for part in _parts(message, "message/delivery-status") for block in part]
    if not fields:
        return None
    texts = (came_to, *_addresses(message), *_senders(message))
    marks = dict.fromkeys(mark for text in texts for mark in envelope.marks_in(text))
    failed = next(filter(None, map(_failure, fields)), None)
    return Report(list(marks)[:MOST_MARKS], failed)


def _parts(message: Message, kind: str) -> Iterator[list[Message]]:
    """Of each part of this kind the messages that it holds."""
    for part in message.walk():
        held = part.get_payload()
        if part.get_content_type() == kind and isinstance(held, list):
            yield [one for one in held if isinstance(one, Message)]


def _addresses(message: Message) -> Iterator[str]:
    for name in ADDRESSED:
        yield from map(str, message.get_all(name, []))


def _senders(message: Message) -> Iterator[str]:
    """The sender on the envelope of what came back, whole or only its headers."""
    for kind in ("message/rfc822", "message/global"):
        for enclosed in _parts(message, kind):
            for one in enclosed:
                yield from map(str, one.get_all("Return-Path", []))
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            headers = message_from_string(str(part.get_payload()))
            yield from map(str, headers.get_all("Return-Path", []))


def _failure(block: Message) -> str | None:
    """The status of a recipient whom the mail did not reach."""
    if str(block.get("Action", "")).strip().lower() != "failed":
        return None
    status = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)", str(block.get("Status", "")))
    return status[1] if status else UNKNOWN_STATUS
