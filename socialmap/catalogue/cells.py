"""What a cell of the flat form says, and how a value is written in a cell.

A cell is text of a table, a value of Excel, or a plain value of JSON or YAML. Each field
of the service document is read by its type; what is wrong with the value itself is left
for the document to tell.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from ..kit.words import _
from .documents import ServiceDocument
from .reasons import not_a_day

YES_NO = {
    "ja": True, "waar": True, "true": True, "1": True,
    "nee": False, "onwaar": False, "false": False, "0": False,
}  # fmt: skip

_SPACE = " \t\r\n\xa0"
_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(T00:00:00)?")
_DUTCH_DAY = re.compile(r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})")
_BAR_OR_END = re.compile(r"(?<!\\)(\\*)(\||\Z)")
"""Where a word of a list may end, with the backslashes before it."""


def read(field: str, cell: Any) -> Any:
    """The value of a field that a cell says; ``None`` when it is empty.

    Raises ``ValueError`` with a Dutch reason when the cell cannot be read.
    """
    if is_empty(cell):
        return None
    reader = _readers().get(field)
    return reader(cell) if reader else cell


def written(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a table takes it: text and numbers only. ``read()`` is the other way."""
    return {name: _as_cell(value) for name, value in row.items()}


def is_empty(cell: Any) -> bool:
    return cell is None or cell in ([], {}, ()) or (isinstance(cell, str) and not cell.strip())


def is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


# Reading ---------------------------------------------------------------------


def _text(cell: Any) -> Any:
    """Excel makes numbers of codes; the rest stays, for the document to judge."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell.strip(_SPACE) if isinstance(cell, str) else cell
    return str(int(cell)) if cell == cell // 1 else str(cell)


def _number(cell: Any) -> Any:
    """With a decimal comma or point. True is no number, whatever Python thinks of it."""
    if isinstance(cell, bool):
        return str(cell)
    return cell.strip(_SPACE).replace(",", ".") if isinstance(cell, str) else cell


def _yes_no(cell: Any) -> Any:
    return YES_NO.get(cell.strip(_SPACE).casefold(), cell) if isinstance(cell, str) else cell


def _day(cell: Any) -> date:
    """A day of Excel, ``2026-11-22`` or ``22-11-2026``."""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    text = cell.strip(_SPACE) if isinstance(cell, str) else ""
    parts = _DAY.fullmatch(text) or _DUTCH_DAY.fullmatch(text)
    if parts is None:
        raise ValueError(not_a_day())
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError as error:
        raise ValueError(not_a_day()) from error


def _words(cell: Any) -> Any:
    """A list as it is, or a cell with a bar between the words.

    A bar inside a word is written ``\\|``. Backslashes count double where they stand
    before a bar or at the end of a word, and for themselves elsewhere.
    """
    if isinstance(cell, list | tuple):
        return [_text(word) for word in cell]
    text = _text(cell)
    if not isinstance(text, str):
        return text
    found, word, end = [], "", 0
    for mark in _BAR_OR_END.finditer(text):
        slashes = mark[1]
        word += text[end : mark.start()] + slashes[: (len(slashes) + (mark[2] == "")) // 2]
        end = mark.end()
        if mark[2] and len(slashes) % 2:
            word += "|"
        else:
            found.append(word.strip(_SPACE))
            word = ""
    return [word for word in found if word]


def _records(cell: Any) -> Any:
    """A list of records as it is, or as JSON."""
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell)
    except RecursionError as error:
        raise ValueError(_("is te ingewikkeld")) from error
    except json.JSONDecodeError as error:
        raise ValueError(_("is geen JSON: fout bij teken %(n)d", n=error.pos + 1)) from error
    except ValueError as error:
        raise ValueError(_("heeft een te groot getal")) from error


_BY_TYPE: dict[Any, Callable[[Any], Any]] = {
    bool: _yes_no,
    int: _number,
    float: _number,
    date: _day,
    str: _text,
}


@cache
def _readers() -> dict[str, Callable[[Any], Any]]:
    """How the cell of each field is read, by the type of the field."""
    return {name: _reader(info.annotation) for name, info in ServiceDocument.model_fields.items()}


def _reader(annotation: Any) -> Callable[[Any], Any]:
    if get_origin(annotation) is list:
        return _words if _bare(get_args(annotation)[0]) is str else _records
    kinds = [_bare(kind) for kind in get_args(annotation) or (annotation,)]
    kind = next(kind for kind in kinds if kind is not NoneType)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _records
    return _BY_TYPE.get(kind, _text)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


# Writing ---------------------------------------------------------------------


def _as_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dict) or (isinstance(value, list) and not is_words(value)):
        return json.dumps(value, ensure_ascii=False)
    return _joined(value) if isinstance(value, list) else value


def _joined(words: Iterable[str]) -> str:
    """Words as one cell; ``_words()`` is the other way."""
    return "|".join(_BAR_OR_END.sub(lambda m: m[1] * 2 + (m[2] and "\\|"), word) for word in words)
