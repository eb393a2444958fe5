"""Drawn table cells: the index bar with its tolerance band, the colour swatch with a name, the lock.

Owns the drawing; the values come from the model through the roles named here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from territorymap.mapview.palette import dark_variant
from territorymap.ui import icons
from territorymap.ui.parts.inks import blend, ink, is_dark
from territorymap.ui.parts.words import index_text

Index = QModelIndex | QPersistentModelIndex

INDEX_ROLE = Qt.ItemDataRole.UserRole + 1  # IndexValue
LOCK_ROLE = Qt.ItemDataRole.UserRole + 2  # bool


@dataclass(frozen=True)
class IndexValue:
    """What an index bar shows: the index, its tolerance, and how far the scale reaches to each side of 1."""

    index: float
    tolerance: float
    reach: float


def draw_ground(painter: QPainter, option: QStyleOptionViewItem, widget: QWidget | None) -> None:
    """Draw selection, hover and focus of a cell as the style does, without its content."""
    style = widget.style() if widget else QApplication.style()
    style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)


def text_color(option: QStyleOptionViewItem) -> QColor:
    """Return the ink of a cell's text, on its selection ground or not."""
    palette: QPalette = option.palette
    role = QPalette.ColorRole.HighlightedText if is_selected(option) else QPalette.ColorRole.Text
    return palette.color(QPalette.ColorGroup.Active, role)


def is_selected(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Selected)


class IndexBarDelegate(QStyledItemDelegate):
    """Percent, then a bar from 100 to the index on a track with the tolerance band shaded."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        value: IndexValue | None = index.data(INDEX_ROLE)
        widget: QWidget | None = option.widget
        draw_ground(painter, option, widget)
        if value is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(option.font)
        em = metrics.horizontalAdvance("0")
        box = QRectF(option.rect).adjusted(em * 0.5, 0, -em * 0.6, 0)
        is_outside = not math.isnan(value.index) and abs(value.index - 1) > value.tolerance
        font = option.font
        font.setBold(is_outside)
        width = max(em * 5.4, QFontMetricsF(font).horizontalAdvance(index_text(value.index)))  # 1,290 % is wider
        number_box = QRectF(box.left(), box.top(), width, box.height())
        painter.setFont(font)
        painter.setPen(text_color(option))
        painter.drawText(
            number_box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, index_text(value.index)
        )
        height = min(box.height() - 4, metrics.height() * 0.86)
        left = number_box.right() + em * 0.7
        track = QRectF(left, box.center().y() - height / 2, box.right() - left, height)
        if track.width() >= em * 3:
            draw_index_bar(painter, track, value, option.palette)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(option.font)
        return QSize(metrics.horizontalAdvance("0") * 16, round(metrics.height() * 1.4))


def draw_index_bar(painter: QPainter, track: QRectF, value: IndexValue, palette: QPalette) -> None:
    """Draw the bar in the track; 100 % is in the middle, what lies beyond the scale ends in an arrow."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    middle, half = track.center().x(), track.width() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(base)
    painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), 3, 3)
    painter.setBrush(blend(text, base, 0.07))
    painter.drawRoundedRect(track, 2.5, 2.5)
    band = half * min(1.0, value.tolerance / value.reach)
    # The band stands a little over the track and is never thinner than can be seen.
    band = max(band, 2.5)
    painter.setBrush(blend(ink(palette, "band"), base, 0.42))
    painter.drawRect(QRectF(middle - band, track.top() - 1, 2 * band, track.height() + 2))
    if not math.isnan(value.index):
        _draw_value(painter, track, value, palette)
    painter.setBrush(blend(text, base, 0.75))
    painter.drawRect(QRectF(middle - 0.5, track.top() - 1, 1.0, track.height() + 2))


def _draw_value(painter: QPainter, track: QRectF, value: IndexValue, palette: QPalette) -> None:
    deviation = value.index - 1
    meaning = "inside" if abs(deviation) <= value.tolerance else "over" if deviation > 0 else "under"
    painter.setBrush(ink(palette, meaning))
    middle, half = track.center().x(), track.width() / 2
    share = max(-1.0, min(1.0, deviation / value.reach))
    inset = track.height() * 0.22
    end = middle + half * share
    bar = QRectF(min(middle, end), track.top() + inset, abs(end - middle), track.height() - 2 * inset)
    if abs(deviation) > value.reach * 1.001:
        tip, side = track.height() * 0.36, 1 if deviation > 0 else -1
        bar = bar.adjusted(0, 0, -tip, 0) if side > 0 else bar.adjusted(tip, 0, 0, 0)
        foot = end - side * tip
        painter.drawPolygon(
            QPolygonF(
                [QPointF(end, track.center().y()), QPointF(foot, track.top() + 1), QPointF(foot, track.bottom() - 1)]
            )
        )
    painter.drawRect(bar)


class SwatchDelegate(QStyledItemDelegate):
    """A colour swatch (DecorationRole: QColor), then the text; a lock at the end where LOCK_ROLE is true."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        side = round(QFontMetrics(option.font).height() * 0.85)
        option.decorationSize = QSize(side, side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        widget: QWidget | None = option.widget
        draw_ground(painter, option, widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(option.font)
        side, gap = metrics.height() * 0.8, metrics.horizontalAdvance("0") * 0.6
        box = QRectF(option.rect).adjusted(gap, 0, -gap, 0)
        color = index.data(Qt.ItemDataRole.DecorationRole)
        left = box.left()
        if isinstance(color, QColor):
            swatch = QRectF(left, box.center().y() - side / 2, side, side)
            draw_swatch(painter, swatch, color, option.palette)
            left = swatch.right() + gap
        right = box.right()
        if index.data(LOCK_ROLE):
            lock = QRectF(right - side, box.center().y() - side / 2, side, side)
            ratio = painter.device().devicePixelRatio()
            picture = icons.pixmap("panel-lock", round(side), text_color(option).name(), ratio)
            painter.drawPixmap(lock.topLeft(), picture)
            right = lock.left() - gap
        # Whole pixels, as the style draws its cells: else the line stands one pixel lower than its neighbours.
        rect = option.rect
        text_box = QRect(round(left), rect.top(), max(0, int(right - left)), rect.height())
        painter.setFont(option.font)
        painter.setPen(text_color(option))
        text = metrics.elidedText(
            str(index.data(Qt.ItemDataRole.DisplayRole) or ""), Qt.TextElideMode.ElideRight, text_box.width()
        )
        painter.drawText(text_box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        metrics = QFontMetrics(option.font)
        left = round(metrics.height() * 0.8 + metrics.horizontalAdvance("0") * 0.9)
        editor.setGeometry(option.rect.adjusted(left, 0, 0, 0))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(option.font)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        lock = metrics.height() if index.data(LOCK_ROLE) else 0
        width = metrics.horizontalAdvance(text) + metrics.height() * 0.8 + metrics.horizontalAdvance("0") * 2.2 + lock
        return QSize(round(width), round(metrics.height() * 1.4))


@lru_cache(maxsize=1024)
def _dark(color: str) -> str:
    return dark_variant(color)


def draw_swatch(painter: QPainter, box: QRectF, color: QColor, palette: QPalette) -> None:
    """Draw a territory's colour, as the map has it, as a rounded square with a hairline: pale ones keep an edge."""
    base = palette.color(QPalette.ColorRole.Base)
    if is_dark(palette):
        color = QColor(_dark(color.name()))
    painter.setPen(blend(palette.color(QPalette.ColorRole.Text), base, 0.4))
    painter.setBrush(color)
    painter.drawRoundedRect(box, 2.5, 2.5)
