"""What regions make together, under a table: a line for each region, each number under its column.

Owns the drawing, folding away and scrolling; the lines are counted by whoever shows the table (metrics.regions).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, overload

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QScrollArea,
    QSizePolicy,
    QStyle,
    QTableView,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import listed, ntr, number, percent, tr
from territorymap.metrics.regions import RegionLine, region_lines
from territorymap.model.plan import Plan
from territorymap.ui.parts.column_fit import ColumnFit
from territorymap.ui.parts.inks import blend, hairline
from territorymap.ui.parts.scale import ems, tabular
from territorymap.ui.parts.words import NOTHING, plain_tip

_MOST_SEEN = 6  # lines; more are scrolled to
_LINE = 1.45  # height of a line, in heights of the font


class Titled(Protocol):
    """A column of a table."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...


@dataclass(frozen=True)
class RegionRow:
    """One line: a text for each column of the table, and the whole as a sentence."""

    texts: Sequence[str]
    depth: int
    spoken: str


def rolled_up(
    plan: Plan, columns: Sequence[Titled], texts: Mapping[str, Callable[[RegionLine], str]]
) -> list[RegionRow]:
    """Return a line for each region of a plan, under a table with a row a territory.

    ``texts``: what stands under a column, by its key; the region stands under the names, or in the first column, and
    other columns without a text are empty.
    """
    rows = []
    at = next((i for i, column in enumerate(columns) if column.key == "name"), 0)
    for line in region_lines(plan):
        cells = [texts[column.key](line) if column.key in texts else "" for column in columns]
        cells[at] = region_name(line)
        told = [
            tr("{column} {value}", column=column.title, value=text)
            for i, (column, text) in enumerate(zip(columns, cells, strict=True))
            if text and i != at
        ]
        spoken = tr("{region}: {sums}", region=cells[at], sums=listed(told))
        rows.append(RegionRow(cells, line.depth, spoken))
    return rows


def region_sum(values: Sequence[float], line: RegionLine) -> float:
    """Return the sum of a region's territories; ``values`` (T,), what is not known is left out, nan where nothing is.

    Examples
    --------
    Territories A 10, B not known, C 5; a region of A and B makes 10, one of B alone is not known.
    """
    known = [value for ix in line.territory_ix if not math.isnan(value := float(values[ix]))]
    return math.fsum(known) if known else math.nan


def sum_text(values: Sequence[float], shown: Callable[[float], str]) -> Callable[[RegionLine], str]:
    """Return what tells a region's sum of ``values`` (T,); a dash where nothing is known."""

    def text(line: RegionLine) -> str:
        total = region_sum(values, line)
        return NOTHING if math.isnan(total) else shown(total)

    return text


def ratio_text(above: Sequence[float], below: Sequence[float], digits: int = 0) -> Callable[[RegionLine], str]:
    """Return what tells the ratio of two sums, as percent, over the territories of which both are known."""
    pairs = [(a, b) if not math.isnan(a) and not math.isnan(b) else (math.nan, math.nan)
             for a, b in zip(map(float, above), map(float, below), strict=True)]  # fmt: skip

    def text(line: RegionLine) -> str:
        total, whole = (region_sum([pair[i] for pair in pairs], line) for i in (0, 1))
        return percent(total / whole, digits) if whole > 0 and math.isfinite(total) else NOTHING

    return text


def people_text(plan: Plan, line: RegionLine) -> str:
    """Return how many people lead territories of a region, and how many territories are vacant."""
    ids = [plan.territories[ix].rep_id for ix in line.territory_ix]
    reps = ntr("{n} rep", "{n} reps", len(set(ids) - {None}))
    n_vacant = ids.count(None)
    return tr("{reps}, {n} vacant", reps=reps, n=number(n_vacant)) if n_vacant else reps


class TextsWhenSeen(Sequence[str]):
    """Texts that are made when they are first looked at: of hidden columns never."""

    def __init__(self, n: int, make: Callable[[int], str]) -> None:
        self._made: list[str | None] = [None] * n
        self._make = make

    def __len__(self) -> int:
        return len(self._made)

    def seen(self, at: int) -> str:
        """Return a text if it was looked at, else ""."""
        return self._made[at] or ""

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        made = self._made[at]
        if made is None:
            made = self._made[at] = self._make(at)
        return made


def region_name(line: RegionLine) -> str:
    """Return what a region is called in a line, with its manager."""
    if line.region_id is None:
        return tr("In no region")
    return tr("{region} · {manager}", region=line.name, manager=line.manager) if line.manager else line.name


class RegionRows(QWidget):
    """A heading that folds, and the lines; not there at all while no territory is in a region."""

    def __init__(self, view: QTableView, fit: ColumnFit | None = None, parent: QWidget | None = None) -> None:
        """``fit``: what makes the table's columns wide enough, for these lines too."""
        super().__init__(parent)
        self._view, self._fit = view, fit
        if fit is not None:
            fit.beneath = self.width_of
        self.fold = QToolButton()
        self.fold.setCheckable(True)
        self.fold.setChecked(True)
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setToolTip(tr("Show what each region has together, or fold that away"))
        self.fold.toggled.connect(self._arrange)
        self.lines = _Lines(view)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.lines)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.fold)
        layout.addWidget(self._scroll)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVisible(False)

    @property
    def rows(self) -> Sequence[RegionRow]:
        return self.lines.rows

    def show_rows(self, rows: Sequence[RegionRow], is_number: Sequence[bool]) -> None:
        """Show these lines; none hides the part."""
        self.lines.rows, self.lines.numbers = list(rows), list(is_number)
        self.fold.setText(ntr("By region ({n} line)", "By region ({n} lines)", len(rows)))
        self.setAccessibleName(" ".join(row.spoken for row in rows))
        self._arrange()
        self.setVisible(bool(rows))
        self.lines.update()
        if self._fit is not None and any(
            not self._view.isColumnHidden(c) and self.width_of(c) > self._view.columnWidth(c)
            for c in range(len(is_number))
        ):
            self._fit.fit_later()

    def width_of(self, column: int) -> int:
        """Return how wide the numbers under a column are, in pixels; of texts that are cut short: 0."""
        if column >= len(self.lines.numbers) or not self.lines.numbers[column] or not self.fold.isChecked():
            return 0
        metrics = QFontMetrics(tabular(self.lines.font()))
        texts = (
            row.texts.seen(column) if isinstance(row.texts, TextsWhenSeen) else row.texts[column]
            for row in self.lines.rows
        )
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        return widest + ems(self, 1.2) if widest else 0

    def _arrange(self) -> None:
        is_open = self.fold.isChecked()
        self.fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._scroll.setVisible(is_open)
        n = len(self.lines.rows)
        self.lines.setMinimumHeight(n * self.lines.line_height)
        self._scroll.setFixedHeight(min(n, _MOST_SEEN) * self.lines.line_height + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lines.update()


class _Lines(QWidget):
    """The drawn lines; cells follow the sections of the table's header."""

    def __init__(self, view: QTableView) -> None:
        super().__init__()
        self._view = view
        self.rows: list[RegionRow] = []
        self.numbers: list[bool] = []
        header = view.horizontalHeader()
        header.sectionResized.connect(self.update)
        header.sectionMoved.connect(self.update)
        header.geometriesChanged.connect(self.update)
        view.horizontalScrollBar().valueChanged.connect(self.update)

    @property
    def line_height(self) -> int:
        return round(QFontMetrics(self.font()).height() * _LINE)

    def sizeHint(self) -> QSize:
        return QSize(ems(self, 20), len(self.rows) * self.line_height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        base = palette.color(QPalette.ColorRole.Base)
        painter.fillRect(self.rect(), blend(palette.color(QPalette.ColorRole.Text), base, 0.03))
        painter.setFont(tabular(self.font()))
        header = self._view.horizontalHeader()
        offset = self._view.viewport().x()
        pad = self.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1  # as table cells have it
        first = next((c for c in map(header.logicalIndex, range(header.count())) if not header.isSectionHidden(c)), 0)
        for at, row in enumerate(self.rows):
            top = at * self.line_height
            painter.setPen(hairline(palette))
            painter.drawLine(0, top, self.width(), top)
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            for column in range(len(row.texts)):
                if header.isSectionHidden(column):
                    continue  # its text may be dear
                text = row.texts[column]
                if not text:
                    continue
                left = offset + header.sectionViewportPosition(column)
                indent = ems(self, 1.4) * row.depth if column == first else 0
                box = QRect(left, top, header.sectionSize(column), self.line_height).adjusted(pad + indent, 0, -pad, 0)
                side = Qt.AlignmentFlag.AlignRight if self.numbers[column] else Qt.AlignmentFlag.AlignLeft
                shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
                painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = event.pos().y() // max(self.line_height, 1)
            if 0 <= at < len(self.rows):
                QToolTip.showText(event.globalPos(), plain_tip(self.rows[at].spoken), self)
            return True
        return super().event(event)
