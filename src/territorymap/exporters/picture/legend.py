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
from territorymap.exporters.picture.sheet import GAP, INK, QUIET, Box, Sheet
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, percent, tr
from territorymap.mapview.strings import measure_labels

ALARM = "#b3261e"
WIDTH = 318.0  # design pixels, of a column with reps' names
ROW = 21.5
SMALL_ROW = 15.0
HEAD_ROW = 26.0
NARROWEST = 150.0  # a column of small rows
UNASSIGNED_ROW = -1
BESIDE_SHARE = 0.28  # of the page, a legend beside the map; more where there are more columns
BESIDE_SHARE_MANY = 0.42


@dataclass(frozen=True)
class Arrangement:
    """How the rows of a legend stand."""

    row: float
    n_columns: int
    rows_a_column: int

    @property
    def height(self) -> float:
        return HEAD_ROW + self.rows_a_column * self.row


def arrange(n_rows: int, width: float, height: float) -> Arrangement:
    """Return large rows if all fit, else small ones in as many columns as have room; what does not fit is left out."""
    for row, narrowest in ((ROW, WIDTH), (SMALL_ROW, NARROWEST)):
        fits = max(int((height - HEAD_ROW) // row), 1)
        most = max(int((width + GAP + 1) // (narrowest + GAP)), 1)
        n_columns = min(math.ceil(n_rows / fits), most)
        if n_columns * fits >= n_rows:
            # Side by side where there is room: a long thin list beside empty paper is read less well.
            n_columns = max(n_columns, min(most, math.ceil(n_rows / 8), 2))
            return Arrangement(row, n_columns, math.ceil(n_rows / n_columns))
    return Arrangement(SMALL_ROW, most, fits)


def legend_width(view: ExportView, room: Box) -> float:
    """Return how wide the legend beside the map should be: wider where there are more territories than rows."""
    n_columns = math.ceil(len(_rows(view)) * SMALL_ROW / max(room.height - HEAD_ROW, 1.0))
    wanted = n_columns * (NARROWEST + GAP) - GAP if n_columns > 2 else WIDTH
    return min(wanted, room.width * (BESIDE_SHARE_MANY if n_columns > 2 else BESIDE_SHARE))


def legend_height(view: ExportView, width: float, most: float) -> float:
    """Return how high a legend of that width is, at most ``most``."""
    return min(arrange(len(_rows(view)), width, most).height + 8, most)


def draw_legend(sheet: Sheet, view: ExportView, box: Box) -> None:
    """List the territories with the index of the chosen measure."""
    measure = headline_measure(view)
    rows = _rows(view)
    order = arrange(len(rows), box.width, box.height - 8)
    fits = order.rows_a_column * order.n_columns
    if len(rows) > fits:
        n_left_out = view.plan.n_territories - fits + 1
        rows = [*rows[: fits - 1], ntr("and {n} more territory", "and {n} more territories", n_left_out)]
    width = (box.width - GAP * (order.n_columns - 1)) / order.n_columns
    top = box.top - 8
    _legend_head(sheet, view, measure, Box(box.left, top, box.width, 0.0))
    for slot, entry in enumerate(rows):
        left = box.left + slot // order.rows_a_column * (width + GAP)
        middle = top - HEAD_ROW - (slot % order.rows_a_column + 0.5) * order.row
        _legend_line(sheet, view, entry, measure, _Line(left, middle, width, order.row))


def _rows(view: ExportView) -> list[int | str]:
    rows: list[int | str] = [*range(view.plan.n_territories)]
    if (view.plan.unit_territory < 0).any():
        rows.append(UNASSIGNED_ROW)
    return rows


def _legend_head(sheet: Sheet, view: ExportView, measure: int, box: Box) -> None:
    sheet.text(box.left, box.bottom, tr("Territory"), 8.8, QUIET, va="top")
    if measure >= 0:
        name = view.balance.measures[measure]
        label = measure_labels(view.plan).get(name, name)
        head = tr("{measure}: share of target", measure=drawable(label))
        head = sheet.shortened(head, 8.8, box.width - sheet.text_width(tr("Territory"), 8.8) - GAP)
        sheet.text(box.right, box.bottom, head, 8.8, QUIET, va="top", ha="right")


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
    sheet.box(Box(line.left, line.middle - line.height * 0.28, 17, line.height * 0.56), color)
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
