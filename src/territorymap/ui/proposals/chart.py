"""The chart of proposals: a point each, walked by keys and pointed at by the mouse.

Owns which mark is meant; what a mark says is the board's, how it looks is painting's.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from territorymap.i18n import tr
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.proposals.board import Board, Mark
from territorymap.ui.proposals.layout import Layout
from territorymap.ui.proposals.painting import paint_chart

NONE = -1
_LEFT = Qt.MouseButton.LeftButton


class ProposalChart(QWidget):
    """Hover a point to look at it, click to keep it (again to let it go), Return or a double click to take it."""

    pointed = Signal(int)  # position of the mark under the pointer, NONE
    pinned = Signal(int)  # position of the mark that is kept, NONE
    activated = Signal(int)  # Return or a double click

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board = Board()
        self.chosen = self.board.chosen
        self.pointed_at = self.kept = NONE
        self._layout: Layout | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Chart of the proposals"))
        self._speak()

    def sizeHint(self) -> QSize:
        return QSize(ems(self, 56), lines(self, 16))

    def minimumSizeHint(self) -> QSize:
        return QSize(ems(self, 26), lines(self, 9))

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_board(self, board: Board, chosen: tuple[str, str, str]) -> None:
        """Show other proposals; ``chosen``: keys of the axes across, up, and of size and shade."""
        self.board, self.chosen = board, chosen
        self.pointed_at = self.kept = NONE
        self._renew()

    def choose(self, chosen: tuple[str, str, str]) -> None:
        """Show the same proposals on other axes."""
        self.chosen = chosen
        self._renew()

    def keep(self, mark: int) -> None:
        """Mark a proposal as the one that is kept, without telling so."""
        self.kept = mark
        self._speak()
        self.update()

    def point_at(self, mark: int) -> None:
        """Mark a proposal as the one that is looked at, without telling so."""
        self.pointed_at = mark
        self.update()

    def _renew(self) -> None:
        self._layout = None
        self._speak()
        self.update()

    @property
    def layout_now(self) -> Layout | None:
        """Where everything lies; None while there is nothing to place."""
        if self._layout is None and self.board.marks:
            across, up, shade = (self.board.axis(key) for key in self.chosen)
            self._layout = Layout(self.board, across, up, shade, QSizeF(self.size()), self.font())
        return self._layout

    def place_of(self, mark: int) -> QPoint:
        """Return where a mark is in the widget."""
        layout = self.layout_now
        assert layout is not None
        return layout.place(self.board.marks[mark]).toPoint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        layout = self.layout_now
        if layout is None:
            painter.fillRect(self.rect(), self.palette().base())
            return
        shown = self.pointed_at if self.pointed_at != NONE else self.kept
        paint_chart(painter, layout, self.palette(), shown, self.kept, focus=self.hasFocus())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._renew()

    # -- the mouse -----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        layout = self.layout_now
        self._point(layout.mark_at(event.position()) if layout is not None else NONE)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(NONE)

    def _point(self, mark: int) -> None:
        if mark == self.pointed_at:
            return
        self.pointed_at = mark
        self.setCursor(Qt.CursorShape.PointingHandCursor if mark != NONE else Qt.CursorShape.ArrowCursor)
        self.update()
        self.pointed.emit(mark)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layout = self.layout_now
        if event.button() != _LEFT or layout is None:
            super().mousePressEvent(event)
            return
        mark = layout.mark_at(event.position())
        self._pin(NONE if mark == self.kept else mark)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        layout = self.layout_now
        mark = layout.mark_at(event.position()) if layout is not None and event.button() == _LEFT else NONE
        if mark == NONE:
            super().mouseDoubleClickEvent(event)
            return
        self._pin(mark)  # the first click of the two may have let it go
        self.activated.emit(mark)

    def _pin(self, mark: int) -> None:
        if mark == self.kept:
            return
        self.kept = mark
        self._speak()
        self.update()
        self.pinned.emit(mark)

    # -- keys ----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def _take_key(self, key: Qt.Key) -> bool:
        layout = self.layout_now
        if layout is None:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.kept != NONE:
            self.activated.emit(self.kept)
            return True
        if key == Qt.Key.Key_Escape and self.kept != NONE:
            self._pin(NONE)
            return True
        ways = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
        is_upright = key in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        order = layout.order((lambda place: -place.y()) if is_upright else (lambda place: place.x()))
        if key in ends and order:
            self._pin(order[ends[key]])
        elif key in ways and order:
            self._pin(self._next(order, ways[key]))
        else:
            return False
        return True

    def _next(self, order: list[int], way: int) -> int:
        """Return the mark after the kept one; at the end of the way it stays."""
        if self.kept not in order:
            return order[0] if way > 0 else order[-1]
        return order[min(len(order) - 1, max(0, order.index(self.kept) + way))]

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- words ---------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), plain_tip(text), self)
            else:
                QToolTip.hideText()
                event.ignore()
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """Return the sentence about what is under the pointer, "" where there is nothing."""
        layout = self.layout_now
        if layout is None:
            return ""
        mark = layout.mark_at(at)
        if mark != NONE:
            return self._words(self.board.marks[mark])
        if layout.is_at_present(at) and self.board.present is not None:
            return self._words(self.board.present)
        line = layout.line_at(at)
        return line.yardstick.tip if line is not None else ""

    def _words(self, mark: Mark) -> str:
        head = f"{mark.letter}  {mark.title}".strip()
        return f"{head}\n{mark.sentence}" if head else mark.sentence

    def _speak(self) -> None:
        """Tell a screen reader what is kept."""
        if not self.board.marks:
            text = tr("There are no proposals.")
        elif self.kept == NONE:
            text = tr("The arrow keys walk from proposal to proposal, Return takes one.")
        else:
            text = self._words(self.board.marks[self.kept])
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
