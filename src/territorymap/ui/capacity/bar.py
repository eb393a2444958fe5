"""A share as a bar behind its number in a table cell. Owns the drawing; the share comes through a role."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from territorymap.ui.parts.cells import draw_ground, text_color
from territorymap.ui.parts.inks import blend, ink
from territorymap.ui.parts.record_table import RecordModel

Index = QModelIndex | QPersistentModelIndex
_LEAST_DIGITS = 11  # so wide that the bar can be compared


class ShareBarDelegate(QStyledItemDelegate):
    """The text of the cell over a bar of the column's ``order`` from 0 to ``full``; over ``full`` it warns."""

    def __init__(self, full: float = 1.0, *, warns: bool = False, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self._full, self._warns = full, warns

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(max(hint.width(), option.fontMetrics.horizontalAdvance("0") * _LEAST_DIGITS), hint.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        draw_ground(painter, option, option.widget)
        model = index.model()
        assert isinstance(model, RecordModel)
        order = model.columns[index.column()].order
        value = order(model.rows[index.row()]) if order is not None else None
        painter.save()
        box = QRectF(option.rect).adjusted(3, 3, -3, -3)
        palette: QPalette = option.palette
        if value is not None and value == value:
            share = max(0.0, min(1.0, float(value) / self._full if math.isfinite(value) else 1.0))
            is_over = self._warns and value > self._full
            color = blend(ink(palette, "over" if is_over else "band"), palette.color(QPalette.ColorRole.Base), 0.35)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(QRectF(box.left(), box.top(), box.width() * share, box.height()), 2, 2)
        painter.setPen(text_color(option))
        painter.setFont(option.font)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(4, 0, -4, 0), side, str(index.data() or ""))
        painter.restore()
