"""The change log, conflicts and hand-overs as sheets.

Owns how their cells become columns; the rows are session.changelog's and session.coverage_issues'.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from territorymap.exporters.office.conflicts import EXCEL_EPOCH
from territorymap.exporters.office.headings import Field, field_of
from territorymap.exporters.tables import Column
from territorymap.exporters.view import ExportView
from territorymap.model.cells import Cell


def log_fields(view: ExportView) -> list[Field]:
    """Return a row a thing that changed; read from the plan's file when the sheet is written."""
    if view.log is None:
        return []
    headings, rows = view.log()
    return [field_of(_column(f"log_{at}", [row[at] for row in rows]), title) for at, title in enumerate(headings)]


def coverage_fields(view: ExportView, content: str) -> list[Field]:
    """Return a row a finding, or a row a hand-over; looked for when the sheet is written."""
    if view.lists is None:
        return []
    lists = view.lists()
    headings, rows = lists.findings if content == "coverage" else lists.handovers
    return [field_of(_column(f"{content}_{at}", [row[at] for row in rows]), t) for at, t in enumerate(headings)]


def _column(name: str, cells: list[Cell]) -> Column:
    if any(isinstance(cell, datetime) for cell in cells):
        days = [_days(cell) if isinstance(cell, datetime) else np.nan for cell in cells]
        return Column(name, np.array(days, dtype=np.float64), "moment")
    told = [cell for cell in cells if cell is not None]
    if told and all(isinstance(cell, int | float) for cell in told):
        return Column(name, np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64))
    values = np.empty(len(cells), dtype=object)
    values[:] = ["" if cell is None else str(cell) for cell in cells]
    return Column(name, values)


def _days(when: datetime) -> float:
    """Return a local time as spreadsheets count it."""
    return (when.replace(tzinfo=UTC) - EXCEL_EPOCH).total_seconds() / 86_400
