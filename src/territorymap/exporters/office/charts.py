"""The sheet of native charts. Owns how they look; the numbers stand in the summary's table, and follow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.office.book import INK, LINE, OVER, QUIET, UNDER, Book
from territorymap.exporters.office.headings import INDEX
from territorymap.exporters.office.texts import shortened
from territorymap.i18n import tr

BAR, TARGET = "#6f9bc8", "#1d2127"
_WIDTH, _LEAST_HEIGHT, _BAR_HEIGHT = 900, 300, 19
_ROW_PX = 20
_TOTAL_ROWS = 18  # the chart of totals is as high as one of so many bars
_LONGEST_TITLE = 100
_GRID = {"visible": True, "line": {"color": "#e3e7ec", "width": 0.75}}
_NO_GRID = {"visible": False}
_AXIS = {"num_font": {"color": INK, "size": 9}, "line": {"color": LINE}}


@dataclass(frozen=True)
class Charted:
    """A table of a sheet that charts stand on: territory, rep, total, target, index in its first columns."""

    sheet: str
    top: int  # first row under the headings, from 0
    labels: list[str]
    total: NDArray[np.float64]
    target: NDArray[np.float64]
    index: NDArray[np.float64]
    tolerance: float
    measure: str  # as people call it

    def cells(self, column: int) -> list[str | int]:
        return [self.sheet, self.top, column, self.top + len(self.labels) - 1, column]


_LABEL, _TOTAL, _TARGET_COLUMN, _INDEX = 0, 2, 3, 4


def write_charts(book: Book, table: Charted) -> None:
    """Write a sheet with the balance as bars and the totals as columns beside their targets."""
    sheet, _ = book.sheet(tr("Charts"), is_landscape=False)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    balance, height = _balance_chart(book, table)
    alike = {"object_position": 2}
    sheet.insert_chart(1, 1, balance, {**alike, "description": tr("Bar chart of the index of each territory")})
    below = 3 + height // _ROW_PX
    totals = _total_chart(book, table)
    about = tr("Column chart of the totals and targets of the territories")
    sheet.insert_chart(below, 1, totals, {**alike, "description": about})


def _balance_chart(book: Book, table: Charted) -> tuple[Any, int]:
    """Return the index of each territory as a bar from the even line at 100 % to either side, and its height."""
    chart = book.chart(type="bar")
    chart.add_series(
        {
            "name": tr("Index"),
            "categories": table.cells(_LABEL),
            "values": table.cells(_INDEX),
            "categories_data": table.labels,
            "values_data": _known(table.index),
            "fill": {"color": BAR},
            "points": [{"fill": {"color": _color(value, table.tolerance)}} for value in table.index],
            "data_labels": {"value": True, "num_format": INDEX, "font": {"size": 8, "color": QUIET}},
            "gap": 40,
        }
    )
    height = _look(chart, tr("Index: {measure} (100 % is even)", measure=table.measure), len(table.labels))
    # Names stand at the left, whichever way their bar goes.
    chart.set_x_axis({**_AXIS, "num_format": INDEX, "crossing": 1, "major_gridlines": _GRID})
    upright = {
        "reverse": True,
        "crossing": "max",
        "label_position": "low",
        "major_gridlines": _NO_GRID,
        "interval_unit": 1,
    }
    chart.set_y_axis({**_AXIS, **upright})
    return chart, height


def _total_chart(book: Book, table: Charted) -> Any:
    """Return the total of each territory as a column, and its target as a line."""
    chart, line = book.chart(type="column"), book.chart(type="line")
    both = {
        "categories": table.cells(_LABEL),
        "categories_data": table.labels,
    }
    # The measure's name is the planner's own text: taken from its cell, it cannot be read as a formula.
    chart.add_series(
        {
            **both,
            "name": [table.sheet, table.top - 1, _TOTAL],
            "values": table.cells(_TOTAL),
            "values_data": _known(table.total),
            "fill": {"color": BAR},
            "gap": 40,
        }
    )
    line.add_series(
        {
            **both,
            "name": tr("Target"),
            "values": table.cells(_TARGET_COLUMN),
            "values_data": _known(table.target),
            "line": {"color": TARGET, "width": 1.75},
        }
    )
    chart.combine(line)
    _look(chart, tr("{measure} by territory", measure=table.measure), _TOTAL_ROWS)
    chart.set_x_axis({**_AXIS, "num_font": {"rotation": -45, "color": INK, "size": 9}, "major_gridlines": _NO_GRID})
    chart.set_y_axis({**_AXIS, "num_format": "#,##0", "major_gridlines": _GRID})
    chart.set_legend({"position": "bottom", "font": {"color": QUIET}})
    return chart


def _color(index: float, tolerance: float) -> str:
    if not np.isfinite(index) or abs(index - 1) <= tolerance + 1e-9:
        return BAR
    return OVER if index > 1 else UNDER


def _look(chart: Any, title: str, n_bars: int) -> int:
    """Set title and size; returns the height in pixels."""
    safe = shortened(title, _LONGEST_TITLE)
    if safe.startswith("="):
        safe = " " + safe  # a title that begins so would be a reference
    height = max(_LEAST_HEIGHT, 90 + n_bars * _BAR_HEIGHT)
    chart.set_title({"name": safe, "overlay": False, "name_font": {"size": 12, "bold": True, "color": INK}})
    chart.set_legend({"none": True})
    chart.set_size({"width": _WIDTH, "height": height})
    chart.set_chartarea({"border": {"color": LINE}})
    return height


def _known(values: NDArray[np.float64]) -> list[float]:
    """Return the numbers as a chart keeps them; what is not known is 0 there, and blank in its cell."""
    return [float(value) for value in np.nan_to_num(values)]
