"""A table as text that a spreadsheet opens: for Excel in Dutch, so with semicolons and a mark.

A cell that a spreadsheet would take for a formula gets an apostrophe in front: a name that
somebody made up must not run on the computer of who opens the file.
"""

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The table in UTF-8; ``None`` is an empty cell, a day is written as ``2026-11-23``."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    # Spaces in front of a sign do not stop every spreadsheet.
    return f"'{value}" if value.lstrip(" ").startswith(_STARTS_FORMULA) else value
