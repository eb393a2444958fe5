"""The bar of what a rep keeps, loses and gains. Owns the drawing; the values come by SPLIT_ROLE."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from territorymap.ui.parts.cells import draw_ground
from territorymap.ui.parts.inks import blend, ink
from territorymap.ui.scenarios.disruption_model import SPLIT_ROLE, Split

Index = QModelIndex | QPersistentModelIndex
_LEAST_PX = 2.0  # of a part that is there


class SplitBarDelegate(QStyledItemDelegate):
    """Kept, then lost as a bar of less height, then gained: what the rep had, and what comes to it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        split: Split | None = index.data(SPLIT_ROLE)
        widget: QWidget | None = option.widget
        draw_ground(painter, option, widget)
        if split is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(option.font)
        em = metrics.horizontalAdvance("0")
        box = QRectF(option.rect).adjusted(em * 0.6, 0, -em * 0.6, 0)
        height = min(box.height() - 6, metrics.height() * 0.62)
        track = QRectF(box.left(), box.center().y() - height / 2, box.width(), height)
        draw_split(painter, track, split, option.palette)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(option.font)
        return QSize(metrics.horizontalAdvance("0") * 18, round(metrics.height() * 1.4))


def draw_split(painter: QPainter, track: QRectF, split: Split, palette: QPalette) -> None:
    """Draw the three parts from the left; what is below zero is not drawn."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    painter.setPen(Qt.PenStyle.NoPen)
    at = track.left()
    parts = (
        (split.kept, blend(text, base, 0.34), 0.0),
        (split.lost, ink(palette, "over"), 0.0),
        (split.gained, ink(palette, "under"), 0.18),
    )
    for value, color, inset in parts:
        if value <= 0:
            continue
        width = max(_LEAST_PX, track.width() * value / split.most)
        width = min(width, max(_LEAST_PX, track.right() - at))
        shrink = track.height() * inset
        painter.setBrush(color)
        painter.drawRect(QRectF(at, track.top() + shrink, width, track.height() - 2 * shrink))
        at += width + 1
