"""A list of rows as one sheet of an XLSX workbook: header, filters, texts that are texts.

Owns the sheet; which kind of file is written is list_file's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.model.cells import Cell

_MOST_ROWS = 1_048_575  # beside the header
_CONTROL = dict.fromkeys(c for c in range(32) if chr(c) not in "\t\n\r")  # XML cannot hold them


def write_sheet(
    path: Path, title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> int:
    """Write an XLSX of one sheet; returns how many rows were written, UserError if a sheet holds fewer."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for i, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    sheet.freeze_panes = "A2"
    heads = []
    for header in headers:
        head = WriteOnlyCell(sheet, value=header)
        head.font = Font(bold=True)
        head.alignment = Alignment(vertical="top")
        heads.append(head)
    sheet.append(heads)
    n = 0
    for row in rows:
        if n == _MOST_ROWS:
            raise UserError(
                tr("A sheet holds {n} rows, and there are more.", n=number(_MOST_ROWS)),
                tr("Choose a shorter time or fewer things, or write a .csv file."),
            )
        sheet.append([_xlsx_cell(sheet, value) for value in row])
        n += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{n + 1}"
    book.save(path)
    return n


def _xlsx_cell(sheet: object, value: Cell) -> object:
    cell = WriteOnlyCell(sheet, value=None)
    if isinstance(value, str):
        cell.value = value.translate(_CONTROL)[:32_767]
        cell.data_type = "s"  # text, whatever it begins with
        return cell
    if isinstance(value, datetime):
        cell.value = value.replace(tzinfo=None)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    return value
