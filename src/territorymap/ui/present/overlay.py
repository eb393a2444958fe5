"""What lies over the audience's window: pointer, spotlight, the frame of the zoom, and the picture that fades.

Owns these pictures and the mouse while one of the tools is in hand; not the map under it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QRadialGradient,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from territorymap.ui.theme import tokens

TOOLS = ("", "pointer", "spotlight", "zoom")  # "" = the mouse is the map's
FADE_MS = 700
_DOT_SHARE, _SPOT_SHARE = 0.011, 0.14  # of the height
_SPOT_STEP, _SMALLEST, _LARGEST = 1.12, 0.03, 0.6
_DIM = QColor(8, 10, 14, 185)
_RED = QColor(255, 38, 38)
_LEAST_PX = 24  # of a frame that is meant


class Overlay(QWidget):
    """Covers its parent; lets the mouse through unless a tool is in hand."""

    framed = Signal(QRect)  # a rectangle was drawn with the zoom tool
    stirred = Signal()  # the mouse moved

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setMouseTracking(True)
        self.tool = ""
        self.spot_share = _SPOT_SHARE
        self.at: QPointF | None = None  # where pointer or spotlight are; None = nowhere
        self._from: QPoint | None = None  # where the frame of the zoom began
        self._former: QPixmap | None = None
        self._former_box = QRect()
        self._fade = QVariantAnimation(self, duration=FADE_MS, startValue=1.0, endValue=0.0)
        self._fade.valueChanged.connect(lambda _: self.update())
        self._fade.finished.connect(self._faded)
        parent.installEventFilter(self)
        self._follow()

    # -- what is shown -------------------------------------------------------------------------------------------------

    def set_tool(self, tool: str) -> None:
        """Take one of TOOLS in hand; "" gives the mouse back to the map."""
        if tool not in TOOLS:
            raise ValueError(tool)
        self.tool, self._from = tool, None
        if not tool:
            self.at = None
        self._follow()

    def set_point(self, at: QPointF | None) -> None:
        """Put pointer or spotlight at a place of this widget, None = nowhere."""
        self.at = at
        self.update()

    def hold(self, picture: QPixmap, box: QRect) -> None:
        """Keep showing a picture of what lies below in a box, until it is told to fade."""
        self._fade.stop()
        self._former, self._former_box = picture, box
        self._follow()

    def fade(self) -> None:
        """Let the held picture fade away over what lies below now."""
        if self._former is not None and self._fade.state() != QVariantAnimation.State.Running:
            self._fade.start()

    @property
    def is_fading(self) -> bool:
        return self._former is not None

    def end_fade(self) -> None:
        """Show what lies below, now."""
        self._fade.stop()
        self._faded()

    def _faded(self) -> None:
        self._former = None
        self._follow()

    def _follow(self) -> None:
        """Be there only where there is something to show, as large as the parent."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not self.tool)
        cursor = {"pointer": Qt.CursorShape.BlankCursor, "zoom": Qt.CursorShape.CrossCursor}
        self.setCursor(cursor.get(self.tool, Qt.CursorShape.ArrowCursor))
        area = self.parentWidget()
        assert area is not None
        self.setGeometry(area.rect())
        self.setVisible(bool(self.tool) or self._former is not None)
        self.raise_()
        self.update()

    # -- mouse ---------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._follow()
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.set_point(event.position())
        self.stirred.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.tool == "zoom" and event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position().toPoint()
        self.set_point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        frame = self._frame()
        self._from = None
        self.update()
        if frame is not None and min(frame.width(), frame.height()) >= _LEAST_PX:
            self.framed.emit(frame)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.tool != "spotlight":
            event.ignore()
            return
        by = _SPOT_STEP if event.angleDelta().y() > 0 else 1 / _SPOT_STEP
        self.spot_share = min(_LARGEST, max(_SMALLEST, self.spot_share * by))
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._from is None:
            self.set_point(None)

    def _frame(self) -> QRect | None:
        if self._from is None or self.at is None:
            return None
        return QRect(self._from, self.at.toPoint()).normalized().intersected(self.rect())

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._former is not None:
            is_running = self._fade.state() == QVariantAnimation.State.Running
            painter.setOpacity(float(self._fade.currentValue()) if is_running else 1.0)
            painter.drawPixmap(self._former_box, self._former)
            painter.setOpacity(1.0)
        if self.tool == "spotlight":
            self._paint_spot(painter)
        elif self.tool == "pointer" and self.at is not None:
            self._paint_dot(painter, self.at)
        elif self.tool == "zoom":
            self._paint_frame(painter)

    def _paint_spot(self, painter: QPainter) -> None:
        dim = QPainterPath()
        dim.addRect(QRectF(self.rect()))
        if self.at is not None:
            radius = self.spot_share * self.height()
            light = QPainterPath()
            light.addEllipse(self.at, radius, radius)
            dim = dim.subtracted(light)
        painter.fillPath(dim, _DIM)

    def _paint_dot(self, painter: QPainter, at: QPointF) -> None:
        radius = max(7.0, _DOT_SHARE * self.height())
        glow = QRadialGradient(at, radius * 3)
        glow.setColorAt(0.0, QColor(255, 60, 60, 190))
        glow.setColorAt(1.0, QColor(255, 60, 60, 0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(at, radius * 3, radius * 3)
        painter.setPen(QPen(QColor(255, 255, 255), 2))
        painter.setBrush(_RED)
        painter.drawEllipse(at, radius, radius)

    def _paint_frame(self, painter: QPainter) -> None:
        frame = self._frame()
        if frame is None:
            return
        dim = QPainterPath()
        dim.addRect(QRectF(self.rect()))
        hole = QPainterPath()
        hole.addRect(QRectF(frame))
        painter.fillPath(dim.subtracted(hole), QColor(8, 10, 14, 90))
        painter.setPen(QPen(QColor(tokens().accent), 3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)
