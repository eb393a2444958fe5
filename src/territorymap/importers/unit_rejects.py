"""Rows of boundary files that are no units, as a table that can be saved. Owns the cells; writing is rejects'."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from territorymap.i18n import tr
from territorymap.importers.rejects import Reject, write_rejects
from territorymap.importers.table import RawTable
from territorymap.importers.table_options import TableOptions
from territorymap.importers.unit_rows import UnitRows


def rejects_table(rows: UnitRows, rejects: Sequence[Reject]) -> RawTable:
    """Return the rejected rows with all their cells, and in which file they stand."""
    there = [reject.row - 1 for reject in rejects if reject.row <= len(rows)]
    headers = [tr("File"), tr("Row in file"), *(column.header for column in rows.columns)]
    cells = [
        [rows.files[rows.file_ix[i]].name, str(rows.row[i]), *(column.texts[i] for column in rows.columns)]
        for i in there
    ]
    return RawTable(headers, cells, [i + 1 for i in there], TableOptions(), name=rows.name)


def write_unit_rejects(path: Path, rows: UnitRows, rejects: Sequence[Reject]) -> int:
    """Write the rejected rows with reasons and cells as a CSV; return how many."""
    return write_rejects(path, rejects_table(rows, rejects), rejects)
