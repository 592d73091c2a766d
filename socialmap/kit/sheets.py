"""The only door to openpyxl: rows of plain values out of a workbook of Excel, and into one.

Text is written as text, whatever it looks like: no cell becomes a formula, and no leading
zero is lost. Dates that Excel knows come out as ``date`` or ``datetime``.

Loading it is a tenth of what a start of the site loads: import it where a workbook is read
or written, and not at the top of a module that every process loads.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .words import _

LONGEST_CELL = 32_767
"""How many characters a cell of Excel holds; UTF-16 units, as Excel counts them."""
LARGEST = 500_000_000
"""How many bytes a workbook may be when unpacked: what is far larger was made to do harm."""

_BROKEN = (
    BadZipFile, ZlibError, ParseError, EOFError, AttributeError, IndexError, KeyError,
    NotImplementedError, TypeError, ValueError,
)  # fmt: skip
"""What openpyxl raises about a file that is not the workbook it seems to be."""

_BOLD = Font(bold=True)

# It warns about what it leaves out, such as drop-down lists; we only read values.
warnings.filterwarnings("ignore", module="openpyxl")


class SheetError(Exception):
    """A workbook that cannot be read or made. The message is a Dutch sentence part."""


class CellTooLong(SheetError):
    """A text that does not fit in a cell; ``row`` and ``column`` count from 1."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__(_("past niet in een cel van Excel: meer dan 32.767 tekens"))
        self.row, self.column = row, column


def read(path: Path) -> Iterator[list[object]]:
    """The rows of the first sheet, the first one included. Raises ``SheetError``."""
    with path.open("rb") as file:
        try:
            with ZipFile(file) as parts:
                if sum(part.file_size for part in parts.infolist()) > LARGEST:
                    raise SheetError(_("is te groot om te lezen"))
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # A sheet may claim to be a million columns wide.
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                yield [_unescaped(value) for value in row]
        except _BROKEN as error:
            raise SheetError(_("is geen werkmap van Excel (.xlsx)")) from error


def write(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, title: str
) -> None:
    """A workbook with one sheet, its header in bold and always in sight.

    ``None`` is an empty cell. Raises ``CellTooLong``.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(14, len(name) + 2)
    try:
        for row, values in enumerate(chain([header], rows), start=1):
            sheet.append([_cell(sheet, value, row, n) for n, value in enumerate(values, start=1)])
    finally:
        sheet.close()
    book.save(path)


def _cell(sheet, value: object, row: int, column: int) -> object:
    if not isinstance(value, str):
        return value
    text = _escaped(value)
    if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
        raise CellTooLong(row, column)
    cell = WriteOnlyCell(sheet, value=text)
    # After the value: openpyxl takes what begins with "=" for a formula.
    cell.data_type = "s"
    cell.number_format = "@"
    if row == 1:
        cell.font = _BOLD
    return cell


# A workbook is XML, in which these characters cannot stand; Excel writes them as _x000D_.


def _escaped(text: str) -> str:
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda m: f"_x{ord(m[0]):04X}_", text)


def _unescaped(value: object) -> object:
    if not isinstance(value, str) or "_x" not in value:
        return value
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), value)
