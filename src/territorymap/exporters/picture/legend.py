"""The legend of a picture: territory, rep, and how its total compares with the target.

Owns rows and columns of the list; not the sheet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from territorymap.exporters.headline import headline_measure
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.painter import UNASSIGNED
from territorymap.exporters.picture.sheet import FOOT, GAP, HEAD, INK, QUIET, Sheet
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, percent, tr
from territorymap.mapview.strings import measure_labels

ALARM = "#b3261e"
ROW = 21.5
SMALL_ROW = 15.0
UNASSIGNED_ROW = -1


def draw_legend(sheet: Sheet, view: ExportView, left: float, width: float) -> None:
    """List the territories with the index of the chosen measure; in smaller type, then in two columns, if many."""
    measure = headline_measure(view)
    top = sheet.height - HEAD - 8
    sheet.text(left, top, tr("Territory"), 8.8, QUIET, va="top")
    if measure >= 0:
        name = view.balance.measures[measure]
        label = measure_labels(view.plan).get(name, name)
        head = tr("{measure}: share of target", measure=drawable(label))
        head = sheet.shortened(head, 8.8, width * 0.66)
        sheet.text(left + width, top, head, 8.8, QUIET, va="top", ha="right")
    rows: list[int | str] = [*range(view.plan.n_territories)]
    if (view.plan.unit_territory < 0).any():
        rows.append(UNASSIGNED_ROW)
    room = top - 24 - FOOT
    row = ROW if len(rows) * ROW <= room else SMALL_ROW
    n_columns = 1 if len(rows) * row <= room else 2
    fits = int(room // row)
    if len(rows) > fits * n_columns:
        n_left_out = view.plan.n_territories - fits * n_columns + 1
        rest = ntr("and {n} more territory", "and {n} more territories", n_left_out)
        rows = [*rows[: fits * n_columns - 1], rest]
    column = (width - GAP * (n_columns - 1)) / n_columns
    for slot, entry in enumerate(rows):
        line = _Line(left + slot // fits * (column + GAP), top - 24 - (slot % fits + 0.5) * row, column, row)
        _legend_line(sheet, view, entry, measure, line)


@dataclass(frozen=True)
class _Line:
    """A line of the legend: left edge, middle, width and height in design pixels."""

    left: float
    middle: float
    width: float
    height: float

    @property
    def size(self) -> float:
        return 10.0 if self.height == ROW else 7.8


def _legend_line(sheet: Sheet, view: ExportView, entry: int | str, measure: int, line: _Line) -> None:
    plan, size = view.plan, line.size
    if isinstance(entry, str):
        sheet.text(line.left, line.middle, entry, size, QUIET, va="center")
        return
    is_unassigned = entry == UNASSIGNED_ROW
    color = UNASSIGNED if is_unassigned else plan.territories[entry].color
    sheet.box(line.left, line.middle - line.height * 0.28, 17, line.height * 0.56, color)
    if is_unassigned:
        sheet.text(line.left + 25, line.middle, tr("Unassigned"), size, QUIET, va="center")
        return
    index = view.balance.index[measure, entry] if measure >= 0 else math.nan
    if np.isfinite(index):
        is_outside = abs(index - 1) > view.balance.tolerance[measure]
        sheet.text(
            line.left + line.width, line.middle, percent(index), size, ALARM if is_outside else INK, va="center",
            ha="right", weight="bold" if is_outside else "normal",
        )  # fmt: skip
    _legend_names(sheet, view, entry, line)


def _legend_names(sheet: Sheet, view: ExportView, ix: int, line: _Line) -> None:
    """Write the territory's name and, where there is room, its rep's."""
    size = line.size
    room = line.width - 25 - size * 5
    name = sheet.shortened(drawable(view.plan.territories[ix].name), size, room)
    sheet.text(line.left + 25, line.middle, name, size, va="center")
    used = sheet.text_width(name, size) + 8
    rep = view.plan.rep_of(ix)
    if rep is not None and line.height == ROW and room - used > 40:
        shown = sheet.shortened(drawable(rep.name), size * 0.9, room - used)
        sheet.text(line.left + 25 + used, line.middle, shown, size * 0.9, QUIET, va="center")
