"""Rows that cannot be used, and the list of them as a file. Owns Reject and the formula defusing of that list."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territorymap.document.half_made import half_made, refuse_protected
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.cells import defused

if TYPE_CHECKING:
    from territorymap.importers.table import RawTable


@dataclass(frozen=True)
class Reject:
    """A row that was not imported: its number in the file, and a whole translated sentence why."""

    row: int
    reason: str

    def to_json(self) -> dict[str, object]:
        return {"row": self.row, "reason": self.reason}


def counted(read: int, imported: int, rejects: Iterable[Reject]) -> dict[str, object]:
    """Return what every import prints as JSON first; read = imported + rejected."""
    return {"read": read, "imported": imported, "rejected": [reject.to_json() for reject in rejects]}


def defuse_formula(text: str) -> str:
    """Return the cell so that no spreadsheet runs it; plain numbers stay."""
    try:
        float(text)
    except ValueError:
        return defused(text)
    return text


def write_rejects(path: Path, table: RawTable, rejects: Iterable[Reject]) -> int:
    """Write row number, reason and the cells as they stood in the file as a CSV; return how many.

    UTF-8 with a byte order mark, so that spreadsheets read accents.
    """
    try:
        refuse_protected(path)
        with half_made(path, path.suffix) as partial:
            n = _write(partial, table, rejects)
            partial.replace(path)
    except OSError as error:
        raise UserError(
            tr("{name} cannot be written: {why}.", name=path.name, why=error.strerror or str(error)),
            tr("Choose another place for the list of rejected rows."),
        ) from error
    return n


def _write(path: Path, table: RawTable, rejects: Iterable[Reject]) -> int:
    cells_by_row = {int(number): row for number, row in zip(table.row_numbers, table.rows, strict=True)}
    cells_by_row.update(table.broken_cells)
    n = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow([tr("Row"), tr("Reason"), *map(defuse_formula, table.headers)])
        for reject in sorted(rejects, key=lambda r: r.row):
            cells = cells_by_row.get(reject.row, [])
            out.writerow([reject.row, reject.reason, *map(defuse_formula, cells)])
            n += 1
    return n
