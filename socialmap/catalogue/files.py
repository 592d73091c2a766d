"""Files of services: YAML, CSV, XLSX and JSON lines, read row by row and written whole.

A row that is read has a position, as a person sees it in the file, and values for
``flat.read_row()``. What is wrong with the file itself is a ``FileError``.

In CSV a text that a spreadsheet would take for a formula gets an apostrophe in front,
which reading takes away again. An apostrophe before anything else is just an apostrophe.
"""

import codecs
import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..kit import plain_yaml
from ..kit.words import _
from . import cells
from .documents import ServiceDocument
from .flat import COLUMNS, column, to_row

FORMATS = {".yaml": "yaml", ".yml": "yaml", ".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl"}
"""Suffix of a file to its format."""

DELIMITERS = ",;\t"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TIED = tuple(f"'{sign}" for sign in (*_FORMULA, "'"))
"""How a text begins that carries our apostrophe, or one that reading would take for it."""

# A cell with many moments as JSON is longer than the 131,072 characters that csv expects.
csv.field_size_limit(10_000_000)


class FileError(Exception):
    """A file that cannot be read or made. ``position`` is the place in it, or empty."""

    def __init__(self, reason: str, position: str = "") -> None:
        super().__init__(f"{position}: {reason}" if position else reason)
        self.reason, self.position = reason, position


@dataclass(frozen=True)
class Record:
    """One service of a file: where it stands, and its values by the names of the file."""

    position: str
    values: dict[str, Any]


def read_records(path: Path, format: str | None = None) -> Iterator[Record]:
    """The services of a file, one by one; by its suffix unless a format is given.

    Raises ``FileError``, also for a second service with the same id.
    """
    seen: dict[str, str] = {}
    try:
        for record in _READERS[format_of(path, format)](path):
            name = _id_of(record)
            if name and (before := seen.setdefault(name, record.position)) != record.position:
                reason = _("id %(id)s staat ook op %(place)s", id=name, place=before)
                raise FileError(reason, record.position)
            yield record
    except UnicodeDecodeError as error:
        raise FileError(_("de letters zijn niet te lezen; bewaar het bestand als UTF-8")) from error
    except FileNotFoundError as error:
        raise FileError(_("dit bestand is er niet")) from error
    except OSError as error:
        raise FileError(_("dit bestand is niet te openen")) from error


def write_records(
    path: Path, documents: Iterable[ServiceDocument], format: str | None = None
) -> int:
    """Write services to a file; returns how many. The file is there whole or not at all.

    Raises ``FileError``, and ``OSError`` when the place cannot be written to.
    """
    write = _WRITERS[format_of(path, format)]
    rows = _Counted(to_row(document) for document in documents)
    with _beside(path) as unfinished:
        write(unfinished, rows)
    return rows.count


def format_of(path: Path, format: str | None = None) -> str:
    """The format that was asked for, or else that of the suffix. Raises ``FileError``."""
    found = format or FORMATS.get(path.suffix.lower())
    if found not in _READERS:
        known = ", ".join(dict.fromkeys(FORMATS.values()))
        raise FileError(_("dit soort bestand kennen we niet; we kennen %(known)s", known=known))
    return found


def _id_of(record: Record) -> str:
    return next((str(v) for n, v in record.values.items() if v and column(n) == "id"), "")


class _Counted:
    """Rows that are counted while they go by."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            self.count += 1
            yield row


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file next to the one to make, which takes its place when all went well."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


# Tables: CSV and XLSX --------------------------------------------------------


def _table(rows: Iterable[Sequence[Any]]) -> Iterator[Record]:
    """Rows under a header; they are counted from the first row of the file, as Excel does."""
    numbered = ((n, row) for n, row in enumerate(rows, start=1) if any(map(_is_filled, row)))
    header = _header(next(numbered, (0, ()))[1])
    for number, row in numbered:
        position = _("rij %(n)d", n=number)
        if any(map(_is_filled, row[len(header) :])):
            raise FileError(_("er staat meer in deze rij dan er kolommen zijn"), position)
        values: dict[str, Any] = dict.fromkeys(filter(None, header))
        for name, cell in zip(header, row, strict=False):
            if name:
                values[name] = cell
            elif _is_filled(cell):
                raise FileError(_("er staat iets in een kolom zonder naam"), position)
        yield Record(position, values)


def _header(row: Sequence[Any]) -> list[str]:
    if not row:
        raise FileError(_("dit bestand is leeg"))
    names = [str(cell).strip() if cell is not None else "" for cell in row]
    while names and not names[-1]:
        names.pop()
    if not any(map(column, names)):
        raise FileError(_("de eerste rij heeft geen namen van kolommen, zoals id en naam"))
    _refuse_doubles(names)
    return names


def _refuse_doubles(names: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for name in filter(None, names):
        about = column(name) or name
        if about in seen:
            other = _(", ook als %(name)s", name=seen[about]) if seen[about] != name else ""
            raise FileError(_("de kolom %(name)s staat er twee keer", name=name) + other)
        seen[about] = name


def _is_filled(cell: object) -> bool:
    return cell is not None and cell != ""


def _read_csv(path: Path) -> Iterator[Record]:
    return _table(_csv_rows(path))


def _csv_rows(path: Path) -> Iterator[list[str]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file.readline())
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for row in rows:
                yield [_untied(cell) for cell in row]
        except csv.Error as error:
            raise FileError(
                _("dit is geen goede CSV: kijk de aanhalingstekens na"),
                _("regel %(n)d", n=rows.line_num),
            ) from error


def _encoding(path: Path) -> str:
    """UTF-8 unless it cannot be; then what Excel on Windows writes."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in head or head.startswith(b"PK\x03\x04"):
            raise FileError(_("dit is geen CSV, maar een ander soort bestand"))
    try:
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1_000_000):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(header: str) -> str:
    """The sign between the columns: the one that gives most names that we know."""

    def known(delimiter: str) -> int:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return sum(column(name) is not None for name in names)

    return max(DELIMITERS, key=known)


def _untied(cell: str) -> str:
    return cell[1:] if cell.startswith(_TIED) else cell


def _tied(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith((*_FORMULA, *_TIED)):
        return f"'{cell}"
    return cell


def _write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in map(cells.written, rows):
            writer.writerow(_tied(row.get(name)) for name in COLUMNS)


def _read_xlsx(path: Path) -> Iterator[Record]:
    from ..kit import sheets

    try:
        yield from _table(sheets.read(path))
    except sheets.SheetError as error:
        raise FileError(str(error)) from error


def _write_xlsx(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    from ..kit import sheets

    table = ([row.get(name) for name in COLUMNS] for row in map(cells.written, rows))
    try:
        sheets.write(path, list(COLUMNS.values()), table, title=_("Aanbod"))
    except sheets.CellTooLong as error:
        name = list(COLUMNS.values())[error.column - 1]
        raise FileError(
            _("kolom %(name)s %(why)s; kies CSV, YAML of JSONL", name=name, why=error),
            _("rij %(n)d", n=error.row),
        ) from error


# JSON lines ------------------------------------------------------------------


def _read_jsonl(path: Path) -> Iterator[Record]:
    number = 0
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _json_record(line, _("regel %(n)d", n=number))
    if not number:
        raise FileError(_("dit bestand is leeg"))


def _json_record(line: str, position: str) -> Record:
    def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return _without_doubles(pairs, position)

    try:
        values = json.loads(line, object_pairs_hook=without_doubles)
    except (ValueError, RecursionError) as error:
        reason = _("dit is geen goede JSON")
        if isinstance(error, json.JSONDecodeError):
            reason += _(" bij teken %(n)d", n=error.pos + 1)
        raise FileError(reason, position) from error
    return _record(values, position)


def _record(values: Any, position: str) -> Record:
    if not isinstance(values, dict):
        raise FileError(_("hier moet een dienst staan: sleutels met een waarde"), position)
    return Record(position, {str(name): value for name, value in values.items()})


def _without_doubles(pairs: Iterable[tuple[Any, Any]], position: str) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for name, value in pairs:
        if name in found:
            raise FileError(_("de sleutel %(name)s staat er twee keer", name=name), position)
        found[name] = value
    return found


def _write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


# YAML ------------------------------------------------------------------------


def _read_yaml(path: Path) -> Iterator[Record]:
    try:
        for number, values in enumerate(plain_yaml.items(path), start=1):
            yield _record(values, _("nummer %(n)d", n=number))
    except plain_yaml.YamlError as error:
        raise FileError(str(error), _("regel %(n)d", n=error.line) if error.line else "") from error


def _write_yaml(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            plain_yaml.dump([row], file)
        if not file.tell():
            plain_yaml.dump([], file)


_READERS: dict[str, Callable[[Path], Iterator[Record]]] = {
    "csv": _read_csv,
    "xlsx": _read_xlsx,
    "jsonl": _read_jsonl,
    "yaml": _read_yaml,
}
_WRITERS: dict[str, Callable[[Path, Iterable[dict[str, Any]]], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "jsonl": _write_jsonl,
    "yaml": _write_yaml,
}
