"""Names as they stand in an address."""

import re
import unicodedata


def slugify(text: str) -> str:
    """``Loket Fryslân: 't Huis`` becomes ``loket-fryslan-t-huis``; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or "x"


def unused(slug: str, is_taken) -> str:
    """The slug itself, or with a number behind it when somebody has it already."""
    candidate, number = slug, 1
    while is_taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
