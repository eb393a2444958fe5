"""A map of boundaries that were read: it can be moved and zoomed, and every fault is marked where it lies.

Owns the view and the marks; the picture itself is layer_picture's, drawn in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolButton, QToolTip, QWidget

from territorymap.geo.gdal import pyogrio
from territorymap.geo.layer import UnitLayer
from territorymap.geo.survey import Fault, FaultKind
from territorymap.i18n import tr
from territorymap.resources import shipped
from territorymap.ui import icons
from territorymap.ui.new_plan.fault_marks import FaultMarks
from territorymap.ui.new_plan.layer_picture import View, draw_view
from territorymap.ui.tasks import Task, run_task
from territorymap.ui.theme import tokens

_REDRAW_MS = 90
_GROUND_DEG = 0.03  # land is drawn with this much detail
_SMALLEST_DEG = 0.0015  # what is zoomed to is never seen nearer than about 150 m
_STEP = 1.6
_AFAR = 0.1


class UnitMap(QWidget):
    """Wheel, double click, + and - zoom; dragging and the arrows move; 0 shows everything."""

    fault_clicked = Signal(int)  # position in the faults shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(QSize(260, 180))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Map of the boundaries"))
        self.setAccessibleDescription(tr("Plus and minus zoom, arrows move, 0 shows all."))
        self._layer: UnitLayer | None = None
        self._tree: shapely.STRtree | None = None
        self.marks = FaultMarks()
        self.view: View | None = None
        self._fitted = 1.0  # share of the scale that shows the whole layer; 0 = the person has moved the view
        self._image: QImage | None = None
        self._image_view: View | None = None
        self._task: Task | None = None
        self._is_waiting = False
        self._pressed: QPointF | None = None
        self._is_dragged = False
        self._timer = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._timer.timeout.connect(self._redraw)
        self._buttons = [
            self._button("zoom-in", tr("Zoom in"), lambda: self._zoom(_STEP)),
            self._button("zoom-out", tr("Zoom out"), lambda: self._zoom(1 / _STEP)),
            self._button("whole-map", tr("Show all"), self.show_all),
        ]

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_layer(self, layer: UnitLayer | None, is_same_place: bool = False, *, is_from_afar: bool = False) -> None:
        """Show units; ``is_same_place``: the view stays where the person has moved it.

        ``is_from_afar``: with much of what lies around, where the question is which place this is.
        """
        self._layer = layer
        self._tree = shapely.STRtree(layer.geometry) if layer is not None else None
        self.set_faults((), ())
        for button in self._buttons:
            button.setVisible(layer is not None)
        if layer is None or not len(layer):
            self.view, self._image = None, None
        elif self.view is None or not is_same_place:
            self._fitted = _AFAR if is_from_afar else 1.0
            self._image = None
            self._fit()
        self._later()

    def _fit(self) -> None:
        """See the whole layer, as long as the person has not moved the view."""
        if self._layer is not None and len(self._layer):
            self.view = View.of_layer(self._layer, self.width(), self.height()).zoomed(self._fitted)

    def set_faults(self, faults: Sequence[Fault], is_mended: Sequence[bool]) -> None:
        """Mark faults; those that are mended by a hollow mark."""
        self.marks.show(faults, is_mended)
        self.update()

    def zoom_to(self, fault: Fault) -> None:
        """Bring a fault to the middle, large enough to be seen."""
        if self.view is None:
            return
        west, south, east, north = fault.place.bounds
        wide, high = max(4 * (east - west), _SMALLEST_DEG), max(4 * (north - south), _SMALLEST_DEG)
        if fault.kind is FaultKind.SAME_CODE:
            wide, high = wide / 3, high / 3
        size = QSizeF(self.width(), self.height())
        self._fitted = 0.0
        self.view = self.view.around((west + east) / 2, (south + north) / 2, wide, high, size)
        self.marks.chosen = next((i for i, other in enumerate(self.marks.faults) if other is fault), -1)
        self._later()

    def show_all(self) -> None:
        self._fitted, self.marks.chosen = 1.0, -1
        self._fit()
        self._later()

    @property
    def is_drawn(self) -> bool:
        """Whether the picture is that of the view."""
        return self.view is not None and self._image_view == self.view and self._task is None

    # -- drawing -------------------------------------------------------------------------------------------------------

    def _later(self) -> None:
        self.update()
        self._timer.start()

    def _redraw(self) -> None:
        if self._task is not None:
            self._is_waiting = True
            return
        layer, view = self._layer, self.view
        if layer is None or view is None:
            return
        width, height, ratio, colours = self.width(), self.height(), self.devicePixelRatioF(), tokens()

        def work(progress: object, is_cancelled: object) -> QImage:
            return draw_view(layer, view, width, height, ratio, colours, _ground())

        def done(image: QImage) -> None:
            self._task = None
            self._image, self._image_view = image, view
            self.update()
            if self._is_waiting:
                self._is_waiting = False
                self._redraw()

        self._task = run_task(self, tr("Drawing…"), work, done, is_quiet=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.base))
        if self._image is not None and self.view is not None and self._image_view is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._where(self._image_view, self.view), self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.view is not None:
            self.marks.paint(painter, self.view, self.width(), self.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(colours.accent if self.hasFocus() else colours.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _where(self, drawn: View, seen: View) -> QRectF:
        """Return where a picture of one view lies in another: the old picture serves until the new one is there."""
        factor = seen.scale / drawn.scale
        width, height = self.width() * factor, self.height() * factor
        x = self.width() / 2 + (drawn.x - seen.x) * seen.scale - width / 2
        y = self.height() / 2 - (drawn.y - seen.y) * seen.scale - height / 2
        return QRectF(x, y, width, height)

    # -- hands ---------------------------------------------------------------------------------------------------------

    def _zoom(self, factor: float, at: QPointF | None = None) -> None:
        if self.view is None:
            return
        self._fitted = 0.0
        at = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        self.view = self.view.zoomed(factor, at.x() - self.width() / 2, at.y() - self.height() / 2)
        self._later()

    def _move(self, dx: float, dy: float) -> None:
        if self.view is not None:
            self._fitted = 0.0
            self.view = self.view.moved(dx, dy)
            self._later()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._is_dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            step = event.position() - self._pressed
            if self._is_dragged or step.manhattanLength() > 4:
                self._is_dragged = True
                self._pressed = event.position()
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._move(step.x(), step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.unsetCursor()
        if self._pressed is not None and not self._is_dragged:
            found = self.fault_at(event.position())
            if found >= 0:
                self.marks.chosen = found
                self.fault_clicked.emit(found)
                self.update()
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._zoom(_STEP * _STEP, event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (60, 0),
            Qt.Key.Key_Right: (-60, 0),
            Qt.Key.Key_Up: (0, 60),
            Qt.Key.Key_Down: (0, -60),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(_STEP)
        elif key == Qt.Key.Key_Minus:
            self._zoom(1 / _STEP)
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key in moves:
            self._move(*moves[key])
        else:
            super().keyPressEvent(event)

    def fault_at(self, position: QPointF) -> int:
        """Return the fault whose mark is under the pointer, -1 = none."""
        return -1 if self.view is None else self.marks.at(position, self.view, self.width(), self.height())

    def unit_at(self, position: QPointF) -> list[int]:
        """Return the units under the pointer; several where they overlap."""
        if self.view is None or self._tree is None:
            return []
        lon, lat = self.view.degrees(position.x(), position.y(), self.width(), self.height())
        return [int(i) for i in self._tree.query(shapely.Point(lon, lat), predicate="intersects")]

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._tell_unit(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def _tell_unit(self, at: QPoint, on_screen: QPoint) -> None:
        units = self.unit_at(QPointF(at))
        if self._layer is None or not units:
            QToolTip.hideText()
            return
        layer = self._layer
        lines = [tr("{code}: {name}", code=layer.code[i], name=layer.name[i]) for i in units[:5]]
        QToolTip.showText(on_screen, "\n".join(lines), self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        x = self.width() - 8
        for button in reversed(self._buttons):
            x -= button.width() + 2
            button.move(x, 8)
        old = event.oldSize()
        if self.view is not None and old.isValid() and not old.isEmpty():
            if self._fitted:
                self._fit()
            else:
                self.view = self.view.zoomed(min(self.width() / old.width(), self.height() / old.height()))
            self._image = None
            self._later()

    def _button(self, icon: str, text: str, act: object) -> QToolButton:
        button = QToolButton(self)
        icons.set_icon(button, icon)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFixedSize(26, 26)
        button.setVisible(False)
        button.clicked.connect(act)
        return button


@lru_cache(maxsize=1)
def _ground() -> NDArray[np.object_]:
    """Return the land of the world in little detail; shipped data, which does not change."""
    _, _, wkb, _ = pyogrio.raw.read(shipped("maps", "context", "land.fgb"), columns=[])
    return np.asarray(shapely.simplify(shapely.from_wkb(wkb), _GROUND_DEG, preserve_topology=False))
