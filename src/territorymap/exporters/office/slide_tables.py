"""Native tables and charts of slides: tables go on over further slides, charts carry their numbers as a workbook.

Owns type sizes, rows a slide, and the data behind a chart; not which figures are shown (story).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import xlsxwriter  # type: ignore[import-untyped]
from numpy.typing import NDArray
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Pt

from territorymap.exporters.office.book import write_text
from territorymap.exporters.office.headings import INDEX, letters_wide
from territorymap.exporters.office.slides import POINT, Slides, Slot, describe, fitting, set_direction
from territorymap.exporters.office.texts import legal, reads_right_to_left, shortened
from territorymap.i18n import listed, number, tr

_SIZES = (14, 12, 11, 10)  # points, the largest with which all rows fit on one slide
_PAGED = 11  # points of a table that goes on
_ROW_EM = 1.85  # height of a row
_HEAD_EM = 1.25  # of each line of its headings
_LETTER_EM = 0.56  # width of a letter in a cell
_LONGEST_LABEL = 40
_LEAST_TEXT = 0.95  # share of the width that texts want; with less, smaller type is better
_MOST_STRETCH = 1.6  # a table of few columns need not fill the slide
_Color: Any = RGBColor  # python-pptx leaves it untyped
SERIES_COLORS = ("9FB4C8", "2F6FB0")
ONE_COLOR = "2F6FB0"
OVER_COLOR, UNDER_COLOR = "B3261E", "7A5AA6"


@dataclass(frozen=True)
class SlideTable:
    """A table as text, with what of it stands to the right."""

    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    n_texts: int = 1  # the first columns; the rest are numbers, at the right


@dataclass(frozen=True)
class Series:
    """One row of bars; nan is no bar."""

    name: str
    values: NDArray[np.float64]


def add_table_slides(slides: Slides, title: str, table: SlideTable, notes: str = "") -> None:
    """Add as many slides as the table needs, all with its headings and about as many rows."""
    n_pages, page, start = 1, 0, 0
    points, n_rows = 0.0, 0
    while page < n_pages:
        page += 1
        # How much fits is known once there is a slide; then the table may turn out to need more.
        slide, slot = slides.add_slide(_paged(title, page, n_pages), notes if page == 1 else "")
        if page == 1:
            points, fits = _size(table, slot)
            n_pages = max(math.ceil(len(table.rows) / fits), 1)
            n_rows = math.ceil(len(table.rows) / n_pages)
            points, _ = _size(table, slot, n_rows)
            slides.retitle(slide, _paged(title, 1, n_pages))
        put_table(slide, table, slice(start, start + n_rows), slot, points)
        start += n_rows


def _paged(title: str, page: int, n_pages: int) -> str:
    return tr("{title} ({n} of {of})", title=title, n=page, of=n_pages) if n_pages > 1 else title


def put_table(slide: Slide, table: SlideTable, rows: slice, slot: Slot, points: float | None = None) -> int:
    """Put rows of a table into a slot; returns its height in EMU."""
    if points is None:
        points, _ = _size(table, slot)
    shown = table.rows[rows]
    widths = _widths(table, slot.width, points)
    height = round(points * _ROW_EM * POINT)
    head_height = _head_height(table, widths, points)
    total = head_height + height * len(shown)
    frame: Any = slide.shapes.add_table(
        len(shown) + 1, len(table.heads), Emu(slot.left), Emu(slot.top), Emu(sum(widths)), Emu(total)
    )
    describe(frame, tr("Table: {heads}", heads=listed(table.heads)))
    for column, width in zip(frame.table.columns, widths, strict=True):
        column.width = Emu(width)
    for n, (row, cells) in enumerate(zip(frame.table.rows, [table.heads, *shown], strict=True)):
        row.height = Emu(height if n else head_height)
        for at, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            is_number = at >= table.n_texts
            # Numbers are never cut, and headings take a second line instead.
            room = widths[at] if n and not is_number else 0
            _write_cell(cell, text, room, points, is_number)
    return total


def put_bars(
    slide: Slide,
    labels: Sequence[str],
    series: Sequence[Series],
    slot: Slot,
    title: str,
    *,
    even_at: float | None = None,
) -> Any:
    """Put a native bar chart into a slot; with ``even_at`` bars begin there and go to either side."""
    data: Any = CategoryChartData(number_format=INDEX if even_at is not None else "#,##0")  # type: ignore[no-untyped-call]
    data.categories = [shortened(label, _LONGEST_LABEL) or "–" for label in labels]
    for one in series:
        data.add_series(shortened(one.name, _LONGEST_LABEL), [_known(value) for value in one.values])
    frame: Any = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, Emu(slot.left), Emu(slot.top), Emu(slot.width), Emu(slot.height), data
    )
    describe(frame, title)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook_of(labels, series))
    _look(chart, len(labels), len(series), even_at)
    return chart


def color_points(chart: Any, colors: Sequence[str]) -> None:
    """Give each bar of the first series a colour of its own."""
    for n, color in enumerate(colors):
        fill = chart.plots[0].series[0].points[n].format.fill
        fill.solid()
        fill.fore_color.rgb = _Color.from_string(color)


def _look(chart: Any, n_labels: int, n_series: int, even_at: float | None) -> None:
    points = Pt(12 if n_labels <= 15 else 10 if n_labels <= 25 else 8)
    chart.has_title = False
    chart.font.size = points
    chart.has_legend = n_series > 1
    if n_series > 1:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False
    plot = chart.plots[0]
    plot.gap_width = 45
    plot.overlap = -5 if n_series > 1 else 0
    for n, series in enumerate(plot.series):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _Color.from_string(SERIES_COLORS[n] if n_series > 1 else ONE_COLOR)
        series.invert_if_negative = False
    categories, values = chart.category_axis, chart.value_axis
    categories.reverse_order = True
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    categories.has_major_gridlines = False
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = _Color(0xE3, 0xE7, 0xEC)
    values.format.line.fill.background()
    values.tick_labels.number_format = INDEX if even_at is not None else "#,##0"
    values.tick_labels.number_format_is_linked = False
    if even_at is not None:
        _cross(categories._element, even_at)
    # Categories run downwards, so the scale would stand at the top.
    _cross(values._element, "max")


def _cross(axis: Any, where: float | str) -> None:
    """Tell an axis where it crosses the other: python-pptx knows this the other way round only."""
    for name in ("c:crosses", "c:crossesAt"):
        for node in axis.findall(qn(name)):
            axis.remove(node)
    tag, value = ("c:crosses", where) if isinstance(where, str) else ("c:crossesAt", repr(float(where)))
    node = axis.makeelement(qn(tag), {"val": value})
    axis.find(qn("c:crossAx")).addnext(node)


def _workbook_of(labels: Sequence[str], series: Sequence[Series]) -> bytes:
    """Return the workbook behind a chart, which Edit data opens: python-pptx would let names become formulas there."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()  # the chart refers to Sheet1
    text, quoted = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "quote_prefix": True})
    sheet.set_column(0, 0, 30)
    for at, one in enumerate(series):
        write_text(sheet, 0, at + 1, shortened(one.name, _LONGEST_LABEL), text, quoted)
        for row, value in enumerate(one.values):
            if np.isfinite(value):
                sheet.write_number(row + 1, at + 1, float(value))
    for row, label in enumerate(labels):
        write_text(sheet, row + 1, 0, shortened(label, _LONGEST_LABEL) or "–", text, quoted)
    book.close()
    return target.getvalue()


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _size(table: SlideTable, slot: Slot, n_rows: int | None = None) -> tuple[float, int]:
    """Return the size of type, and the rows that fit under the headings: the largest with which all fit, if any."""
    n_rows = len(table.rows) if n_rows is None else n_rows
    for points in _SIZES:
        left = slot.height - _head_height(table, _widths(table, slot.width, points), points)
        fits = max(int(left / (points * _ROW_EM * POINT)), 1)
        if n_rows <= fits and (_text_share(table, slot.width, points) >= _LEAST_TEXT or points == _SIZES[-1]):
            return points, fits
        if points == _PAGED:
            paged = points, fits
    return paged


def _text_share(table: SlideTable, room: int, points: float) -> float:
    """Return how much of what the texts want they get beside the numbers, at most 1."""
    wanted = _wanted(table, points)
    texts = sum(wanted[: table.n_texts])
    return min((room - sum(wanted[table.n_texts :])) / texts, 1.0)


def _widths(table: SlideTable, room: int, points: float) -> list[int]:
    """Return the columns' widths in EMU: numbers what they need, texts share what is left by how long they are."""
    wanted = _wanted(table, points)
    texts, numbers = sum(wanted[: table.n_texts]), sum(wanted[table.n_texts :])
    if texts + numbers <= room:
        stretch = min(room / (texts + numbers), _MOST_STRETCH)
        return [round(w * stretch) for w in wanted]
    left = max(room - numbers, room * 0.15)
    squeeze = min((room - left) / numbers, 1.0) if numbers else 1.0
    return [round(w * left / texts) if at < table.n_texts else round(w * squeeze) for at, w in enumerate(wanted)]


def _wanted(table: SlideTable, points: float) -> list[float]:
    """Return how wide each column would like to be."""
    em = points * POINT
    wanted = []
    for at, head in enumerate(table.heads):
        letters = sorted(letters_wide(row[at][:60]) for row in table.rows) or [0]
        word = max(map(letters_wide, head.split()), default=0)
        if at >= table.n_texts:
            wanted.append(max(letters[-1], min(word, 14)) * _LETTER_EM * em + em * 1.2)
        else:
            # The longest names are cut; most are shown whole.
            usual = letters[math.ceil((len(letters) - 1) * 0.95)]
            wanted.append(max(min(usual, 38), min(word, 14), 6) * _LETTER_EM * em + em * 1.2)
    return wanted


def _head_height(table: SlideTable, widths: Sequence[int], points: float) -> int:
    """Return the height of the headings: some take several lines."""
    lines = 1
    for head, width in zip(table.heads, widths, strict=True):
        room = max(width - points * POINT, POINT)
        lines = max(lines, math.ceil(letters_wide(head) * _LETTER_EM * points * POINT / room))
    lines = min(lines, 3)
    return round(points * (_ROW_EM + (lines - 1) * _HEAD_EM) * POINT)


def _write_cell(cell: Any, text: str, room: int, points: float, is_number: bool) -> None:
    """Write a cell; with a room in EMU the text is cut to one line."""
    cell.margin_left = cell.margin_right = Emu(round(points * 0.5 * POINT))
    cell.margin_top = cell.margin_bottom = Emu(round(points * 0.2 * POINT))
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = fitting(legal(text), room - round(points * POINT), points) if room else shortened(text, 60)
    run.font.size = Pt(points)
    if is_number:
        paragraph.alignment = PP_ALIGN.RIGHT
    elif reads_right_to_left(text):
        set_direction(paragraph)


def amount(value: float, digits: int = 0) -> str:
    """Return a number as a slide shows it; a dash where there is none."""
    return number(value, digits) if np.isfinite(value) else "–"
