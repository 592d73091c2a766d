"""The sender on an envelope, which tells about which mail a mail server reports.

``socialmap@example.nl`` becomes ``socialmap+12-5f0c....@example.nl``: the number of the mail
and a signature. The sender in the letter stays as it is. Nobody can make up a mark without
the secret key, and one of a mail that is gone fits no other, for the signature is over the
Message-ID.
"""

import hmac
import re

LONGEST_LOCAL_PART = 64
"""What RFC 5321 allows before the ``@``."""

_MARK = re.compile(r"\+((\d{1,9})-[0-9a-f]{20})@", re.IGNORECASE)


def mark_of(mail_id: int, message_id: str, secret: str) -> str:
    """The number of a mail with its signature."""
    signature = hmac.digest(
        secret.encode(), b"socialmap envelope\0" + message_id.encode(), "sha256"
    )
    return f"{mail_id}-{signature.hex()[:20]}"


def fits(mark: str, mail_id: int, message_id: str, secret: str) -> bool:
    """Whether a mark was made by us for this mail."""
    return hmac.compare_digest(mark, mark_of(mail_id, message_id, secret))


def with_mark(address: str, mark: str) -> str:
    """The address with the mark in it; without one when the whole would be too long."""
    local, _, domain = address.rpartition("@")
    marked = f"{local}+{mark}"
    return f"{marked}@{domain}" if mark and len(marked) <= LONGEST_LOCAL_PART else address


def marks_in(text: str) -> list[tuple[int, str]]:
    """Every mark in the addresses of a text, with the number of the mail it speaks of."""
    return [(int(number), mark.lower()) for mark, number in _MARK.findall(text)]
