"""A row of numbers as a little line in a table cell. Owns the drawing; the numbers come through SPARK_ROLE."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from territorymap.ui.parts.cells import draw_ground, text_color
from territorymap.ui.parts.inks import blend

Index = QModelIndex | QPersistentModelIndex
SPARK_ROLE = Qt.ItemDataRole.UserRole + 11  # a sequence of floats, nan = not told


class SparklineDelegate(QStyledItemDelegate):
    """The line with a dot at the newest number; where a number is missing the line is broken."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        widget: QWidget | None = option.widget
        draw_ground(painter, option, widget)
        values: Sequence[float] | None = index.data(SPARK_ROLE)
        if not values:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        em = QFontMetrics(option.font).horizontalAdvance("0")
        box = QRectF(option.rect).adjusted(em * 0.8, 3, -em * 0.8, -3)
        ink = text_color(option)
        draw_sparkline(painter, box, values, option.palette, ink)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(option.font)
        return QSize(metrics.horizontalAdvance("0") * 14, round(metrics.height() * 1.4))


def draw_sparkline(
    painter: QPainter, box: QRectF, values: Sequence[float], palette: QPalette, ink: QColor | None = None
) -> None:
    """Draw numbers from left to right between their least and greatest."""
    told = [value for value in values if not math.isnan(value)]
    if not told:
        return
    low, span = min(told), max(told) - min(told)
    step = box.width() / max(len(values) - 1, 1)
    text = palette.color(QPalette.ColorRole.Text) if ink is None else ink

    def place(i: int, value: float) -> QPointF:
        share = (value - low) / span if span > 0 else 0.5
        x = box.left() + i * step if len(values) > 1 else box.center().x()
        return QPointF(x, box.bottom() - share * box.height())

    path, is_open = QPainterPath(), False
    points = [(i, value) for i, value in enumerate(values)]
    for i, value in points:
        if math.isnan(value):
            is_open = False
            continue
        point = place(i, value)
        if is_open:
            path.lineTo(point)
        else:
            path.moveTo(point)
        is_open = True
    base = palette.color(QPalette.ColorRole.Base)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(blend(text, base, 0.55), 1.4))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(text)
    for i, value in points:
        is_alone = not math.isnan(value) and all(
            not 0 <= j < len(values) or math.isnan(values[j]) for j in (i - 1, i + 1)
        )
        if is_alone or (i == len(values) - 1 and not math.isnan(value)):
            painter.drawEllipse(place(i, value), 2.2, 2.2)
