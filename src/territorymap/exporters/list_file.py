"""A list of rows as CSV or XLSX, such as the change log: a header, then cells.

Owns the two kinds of file; not what is in the rows. No spreadsheet runs a cell of it as a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.staging import staged
from territorymap.i18n import number, tr
from territorymap.model.cells import defused

Cell = str | int | float | datetime | None
EXTENSIONS = (".csv", ".xlsx")
_MOST_ROWS = 1_048_575  # of a sheet, beside the header
_BLOCK = 1_000
_CONTROL = dict.fromkeys(c for c in range(32) if chr(c) not in "\t\n\r")  # XML cannot hold them


def write_list(
    path: Path,
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    widths: Sequence[int] = (),
    is_cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write header and rows; the extension chooses the kind of file. Returns how many rows were written.

    Raises
    ------
    UserError
        if the extension is neither .csv nor .xlsx, the sheet is full, or the file cannot be written.
    Cancelled
        if that was asked for; no file is left then.
    """
    kind = path.suffix.casefold()
    if kind not in EXTENSIONS:
        raise UserError(
            tr("{name} is neither .csv nor .xlsx.", name=path.name), tr("Give a name that ends in .csv or .xlsx.")
        )
    with staged(path) as partial:
        watched = _watched(rows, is_cancelled)
        if kind == ".csv":
            return _write_csv(partial, headers, watched)
        return _write_xlsx(partial, title, headers, watched, widths)


def _watched(rows: Iterable[Sequence[Cell]], is_cancelled: Callable[[], bool]) -> Iterable[Sequence[Cell]]:
    for n, row in enumerate(rows):
        if n % _BLOCK == 0 and is_cancelled():
            raise Cancelled
        yield row


def _write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    n = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:  # the mark is for Excel
        table = csv.writer(out)
        table.writerow([defused(header) for header in headers])
        for row in rows:
            table.writerow([_csv_cell(value) for value in row])
            n += 1
    return n


def _csv_cell(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else defused(value) if isinstance(value, str) else str(value)


def _write_xlsx(
    path: Path, title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> int:
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
