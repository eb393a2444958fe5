"""A list of rows as CSV or XLSX, such as the change log: a header, then cells.

Owns the two kinds of file; not what is in the rows. No spreadsheet runs a cell of it as a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.staging import staged
from territorymap.i18n import tr
from territorymap.model.cells import Cell, defused

EXTENSIONS = (".csv", ".xlsx")
_BLOCK = 1_000


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
        # Only now, for the window needs the kinds of cells at its start, and nobody needs openpyxl then.
        from territorymap.exporters.list_sheet import write_sheet

        return write_sheet(partial, title, headers, watched, widths)


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
