"""The list of scenes: small pictures with captions, put into another order by dragging or by keys.

Owns the drawing and the drag; the scenes are the panel's.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.ui.parts.cells import draw_ground, text_color
from territorymap.ui.parts.inks import blend, faint, hairline
from territorymap.ui.parts.scale import scaled
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.present.thumbnails import paint_comparison
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
ID_ROLE = Qt.ItemDataRole.UserRole + 1  # scene_id
DETAIL_ROLE = Qt.ItemDataRole.UserRole + 2  # str, under the caption
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 3  # QPixmap
COMPARES_ROLE = Qt.ItemDataRole.UserRole + 4  # bool
_PICTURE = QSize(112, 70)
_GAP = 10


class SceneList(QListWidget):
    """Scenes in their order."""

    moved = Signal(int, int)  # from a position, to a position among the others
    renamed = Signal(int, str)  # scene_id, caption
    chosen = Signal(int)  # scene_id: double click or Enter
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(SceneDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Scenes"))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self._pressed_at: QPoint | None = None
        self._dragged = -1  # position of the scene in hand, -1 = none
        self._drop_at = -1
        self.itemDoubleClicked.connect(lambda item: self.chosen.emit(item.data(ID_ROLE)))
        self.itemChanged.connect(lambda item: self.renamed.emit(item.data(ID_ROLE), item.text()))

    def selected_ids(self) -> list[int]:
        """Return the selected scenes in their order."""
        rows = sorted(self.row(item) for item in self.selectedItems())
        return [self.item(row).data(ID_ROLE) for row in rows]

    # -- dragging ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        is_plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        at = event.position().toPoint()
        self._pressed_at = at if is_plain and self.itemAt(at) is not None else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        far = (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if self._dragged < 0 and far:
            self._dragged = self.indexAt(self._pressed_at).row()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragged >= 0:
            self._drop_at = self._gap_at(at)
            self._scroll_near(at)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        dragged, gap = self._dragged, self._drop_at
        self._end_drag()
        if dragged >= 0 and gap not in (-1, dragged, dragged + 1):
            self.moved.emit(dragged, gap if gap < dragged else gap - 1)

    def _end_drag(self) -> None:
        self._pressed_at, self._dragged, self._drop_at = None, -1, -1
        self.unsetCursor()
        self.viewport().update()

    def _gap_at(self, at: QPoint) -> int:
        """Return before which position a scene let go here would stand."""
        for row in range(self.count()):
            if at.y() < self.visualItemRect(self.item(row)).center().y():
                return row
        return self.count()

    def _scroll_near(self, at: QPoint) -> None:
        bar, edge = self.verticalScrollBar(), 24
        if at.y() < edge:
            bar.setValue(bar.value() - edge // 2)
        elif at.y() > self.viewport().height() - edge:
            bar.setValue(bar.value() + edge // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop_at < 0:
            return
        last = self.count() - 1
        box = self.visualItemRect(self.item(min(self._drop_at, last)))
        y = box.top() if self._drop_at <= last else box.bottom()
        painter = QPainter(self.viewport())
        painter.setPen(QPen(QColor(tokens().accent), 3))
        painter.drawLine(box.left() + 4, y, box.right() - 4, y)
        painter.end()

    # -- keys ----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, has_alt = self.currentRow(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = event.key()
        if key == Qt.Key.Key_Escape and self._dragged >= 0:
            self._end_drag()
        elif has_alt and key == Qt.Key.Key_Up and row > 0:
            self.moved.emit(row, row - 1)
        elif has_alt and key == Qt.Key.Key_Down and 0 <= row < self.count() - 1:
            self.moved.emit(row, row + 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0 and self.state() != self.State.EditingState:
            self.chosen.emit(self.item(row).data(ID_ROLE))
        elif key == Qt.Key.Key_Delete and row >= 0:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)


class SceneDelegate(QStyledItemDelegate):
    """Picture, number and caption, and what is shown, in two lines."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        draw_ground(painter, option, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self._picture_box(option.rect)
        picture: QPixmap | None = index.data(PICTURE_ROLE)
        if picture is not None:
            painter.drawPixmap(box, picture)
        painter.setPen(hairline(option.palette))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        if index.data(COMPARES_ROLE):
            paint_comparison(painter, QRectF(box))
        self._paint_texts(painter, option, index)
        painter.restore()

    def _paint_texts(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        ink = text_color(option)
        area = self._text_box(option.rect)
        bold = scaled(option.font, 1.0, bold=True)
        metrics = QFontMetrics(bold)
        painter.setFont(bold)
        painter.setPen(ink)
        caption = tr("{n}. {caption}", n=index.row() + 1, caption=index.data(Qt.ItemDataRole.DisplayRole) or "")
        height = metrics.height()
        top = QRect(area.left(), area.center().y() - height, area.width(), height)
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(caption, elide, area.width()))
        painter.setFont(option.font)
        muted = blend(ink, option.palette.color(option.palette.ColorRole.Base), 0.72)
        painter.setPen(muted if ink.isValid() else faint(option.palette))
        plain = QFontMetrics(option.font)
        below = top.translated(0, height + 2)
        detail = plain.elidedText(index.data(DETAIL_ROLE) or "", elide, area.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, detail)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_PICTURE.width() + 120, _PICTURE.height() + _GAP)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(tr("Caption"))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        area, height = self._text_box(option.rect), editor.sizeHint().height()
        editor.setGeometry(area.left(), area.center().y() - height // 2, area.width(), height)

    def _picture_box(self, rect: QRect) -> QRect:
        return QRect(rect.left() + 6, rect.center().y() - _PICTURE.height() // 2, _PICTURE.width(), _PICTURE.height())

    def _text_box(self, rect: QRect) -> QRect:
        left = rect.left() + 6 + _PICTURE.width() + _GAP
        return QRect(left, rect.top(), max(0, rect.right() - left - 6), rect.height())


def scene_item(
    scene_id: int, caption: str, detail: str, picture: QPixmap, *, compares: bool, can_write: bool
) -> QListWidgetItem:
    """Return the line of a scene."""
    item = QListWidgetItem(caption)
    item.setData(ID_ROLE, scene_id)
    item.setData(DETAIL_ROLE, detail)
    item.setData(PICTURE_ROLE, picture)
    item.setData(COMPARES_ROLE, compares)
    item.setToolTip(plain_tip(f"{caption}\n{detail}" if detail else caption))
    if can_write:
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    return item
