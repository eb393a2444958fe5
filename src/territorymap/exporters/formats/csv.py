"""CSV: who has each unit or account, or the balance table.

Owns the bytes of the file and that no spreadsheet runs a name as a formula; not the columns (tables).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from territorymap.errors import Cancelled
from territorymap.exporters.choices import Choice
from territorymap.exporters.move_tables import comparison_columns
from territorymap.exporters.office.texts import legal
from territorymap.exporters.ranges import BRIDGE, ROWS
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.tables import Column, content_columns, plain_number, range_columns
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.model.cells import defused

ROWS_PER_BLOCK = 5_000


_BOM = Choice("bom", lambda: tr("For Excel: mark the file as UTF-8, so that accents survive"), "flag", proposed=True)


@exporter(
    "csv",
    label=lambda: tr("CSV table"),
    what=(
        *("units", "accounts", "territories", "regions", "ranges", "moves", "territory_changes", "scorecards"),
        *("rep_list", "teams", "metrics"),
    ),
    choices=(_BOM, ROWS, BRIDGE),
    group="office",
)
def write_csv(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write a table with a header row, RFC 4180, UTF-8; "ranges" are ZIP ranges such as 02101-02199."""
    columns = _columns(view, what, options)
    n_rows = len(columns[0].values)
    encoding = "utf-8-sig" if options.flag("bom") else "utf-8"
    with path.open("w", encoding=encoding, newline="") as out:
        rows = csv.writer(out)
        rows.writerow([defused(column.name) for column in columns])
        for start in range(0, n_rows, ROWS_PER_BLOCK):
            if options.is_cancelled():
                raise Cancelled
            block = [_cells(column, slice(start, start + ROWS_PER_BLOCK)) for column in columns]
            rows.writerows(zip(*block, strict=True))
            options.progress(min(start + ROWS_PER_BLOCK, n_rows), n_rows)


def _columns(view: ExportView, what: str, options: ExportOptions) -> list[Column]:
    if what in ("moves", "territory_changes"):
        return comparison_columns(view, what)
    if what != "ranges":
        return content_columns(view, what)
    return range_columns(view, options.flag("bridge"), options.text("rows") == "territory")


def _cells(column: Column, rows: slice) -> list[str]:
    cell: Callable[[object], str] = _text_cell if column.is_text else _number_cell
    return [cell(value) for value in column.values[rows]]


def _text_cell(value: object) -> str:
    return defused(legal(value))


def _number_cell(value: object) -> str:
    number = plain_number(float(np.asarray(value)))
    return "" if number is None else str(number)
