"""Hands on the window: real mouse and key events to its widgets and to places of its map page.

Owns waiting and the way from "what a person does" to events; what is seen is seeing.py's, and the story unknown here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMessageBox, QWidget

from territorymap.selftest.listening import RAISED
from territorymap.selftest.seeing import BEGIN_TO_REST, RESTS, Color, D, ask_page, main_color, open_dialogs
from territorymap.selftest.telling import SelfTestError, check
from territorymap.ui.main_window import MainWindow
from territorymap.ui.parts.windows import top_levels

TIMEOUT_S = 120.0  # for a machine that is busy with something else; nothing waits longer than it needs
_BLINK_MS = 8
_CORNER = QPoint(4, 4)
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEY, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def wait_until(is_so: Callable[[], object], what: str, timeout_s: float = TIMEOUT_S) -> None:
    """Let events be handled until it is so.

    Raises
    ------
    SelfTestError
        naming ``what`` was waited for in vain.
    """
    deadline = QDeadlineTimer(round(timeout_s * 1000))
    while not is_so():
        if deadline.hasExpired():
            raise SelfTestError(f"waited {timeout_s:.0f} s in vain: {what}")
        _refuse_boxes(what)
        app = QApplication.instance()
        if app is not None and (error := app.property(RAISED)):
            raise SelfTestError(f"an error was raised while waiting for this: {what}. It is: {error}")
        pass_a_blink()


def pass_a_blink() -> None:
    """Sleep for a moment in which events are handled; a busy loop would keep the program's threads from working."""
    loop = QEventLoop()
    QTimer.singleShot(_BLINK_MS, loop.quit)
    loop.exec()


def _refuse_boxes(what: str) -> None:
    """Raise with the words of a message box: the story goes where none should open."""
    for widget in top_levels():
        if isinstance(widget, QMessageBox) and widget.isVisible():
            text = " ".join((widget.text(), widget.informativeText())).strip()
            widget.reject()
            raise SelfTestError(f"a message came while waiting for this: {what}. It says: {text}")


def press(widget: QWidget) -> None:
    """Click a widget near its left end: the label of a box or a radio button may be shorter than the widget."""
    QTest.mouseClick(widget, _LEFT, NO_KEY, QPoint(min(10, widget.width() // 2), widget.height() // 2))
    QApplication.processEvents()


class Hands:
    """A person at one main window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.map = window.map_view
        self._painted: list[int] = []
        self._refused: list[str] = []
        self.map.edit_painted.connect(lambda seq, _ms: self._painted.append(seq))
        self.map.refused.connect(self._refused.append)

    # -- the page ------------------------------------------------------------------------------------------------------

    def wait_for_map(self) -> None:
        """Wait until the plan is painted and the page has come to rest."""
        wait_until(lambda: self.map.is_ready, "the plan is painted on the map")
        self.rest()

    def ask_page(self, expression: str) -> Any:
        """Return the value of an expression of the page."""
        what = f"the page answers {expression[:60]}"
        answer = ask_page(self.map.page, expression, lambda is_so: wait_until(is_so, what))
        check(answer is not None, "the page has no answer", asked=expression[:200])
        return json.loads(str(answer))

    def rest(self) -> None:
        """Wait until the map stands still and its picture has reached the widget."""
        self.ask_page(BEGIN_TO_REST)
        wait_until(lambda: self.ask_page(RESTS), "the map comes to rest")
        QApplication.processEvents()

    def show_place(self, lon: float, lat: float, zoom: float) -> QPoint:
        """Bring a place to the middle, as turns of the wheel would; return where it is in the map's widget."""
        self.ask_page(f"(__tm.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}), 1)")
        self.rest()
        at = self.ask_page(f"__tm.map.latLngToContainerPoint([{lat}, {lon}])")
        return QPoint(round(at["x"]), round(at["y"]))

    # -- mouse and keys ------------------------------------------------------------------------------------------------

    @property
    def _page_widget(self) -> QWidget:
        widget = self.map.view.focusProxy()
        if widget is None:
            raise SelfTestError("the map page takes no events: it has no widget")
        return widget

    def point_at_middle(self) -> str:
        """Move the pointer over the middle of the map; return what the program says is there."""
        said: list[str] = []
        self.map.status.connect(said.append)
        middle = QPoint(self.map.width() // 2, self.map.height() // 2)
        for i in range(2):  # the first move only enters
            self._mouse(QEvent.Type.MouseMove, middle + QPoint(i, 0), is_down=False)
        wait_until(lambda: any(said), "the map says what is under the pointer")
        self.map.status.disconnect(said.append)
        return next(filter(None, said))

    def click_map(self, place: QPoint) -> None:
        """Click with the left button."""
        self._mouse(QEvent.Type.MouseMove, place, is_down=False)
        self._mouse(QEvent.Type.MouseButtonPress, place, is_down=True)
        self._mouse(QEvent.Type.MouseButtonRelease, place, is_down=False)
        self.rest()

    def take_hand_away(self) -> None:
        """Rest the pointer in a corner: what is under it is drawn lighter."""
        self._mouse(QEvent.Type.MouseMove, _CORNER, is_down=False)
        self.rest()

    def stroke(self, start: QPoint, end: QPoint, n_moves: int = 4) -> None:
        """Press, drag and release; wait until the edit is painted with Python's numbers."""
        n_painted, n_refused = len(self._painted), len(self._refused)
        self._mouse(QEvent.Type.MouseMove, start, is_down=False)
        self._mouse(QEvent.Type.MouseButtonPress, start, is_down=True)
        for i in range(1, n_moves + 1):
            self._mouse(QEvent.Type.MouseMove, start + (end - start) * i / n_moves, is_down=True)
        self.rest()
        self._mouse(QEvent.Type.MouseButtonRelease, end, is_down=False)
        wait_until(lambda: len(self._painted) > n_painted or len(self._refused) > n_refused, "the stroke is answered")
        check(len(self._refused) == n_refused, "the stroke was refused", why=self._refused[n_refused:])
        self.rest()

    def _mouse(self, kind: QEvent.Type, place: QPoint, *, is_down: bool) -> None:
        widget = self._page_widget
        button = _NONE if kind == QEvent.Type.MouseMove else _LEFT
        held = _LEFT if is_down else _NONE
        event = QMouseEvent(kind, QPointF(place), widget.mapToGlobal(QPointF(place)), button, held, NO_KEY)
        QApplication.sendEvent(widget, event)
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY, widget: QWidget | None = None) -> None:
        """Press a key where the keys go: to a dialog, or to the window."""
        target = widget or self.window
        if not target.isActiveWindow():
            target.activateWindow()  # as window managers do when a dialog closes; offscreen there is none
            wait_until(target.isActiveWindow, "the window is in front")
        QTest.keyClick(target, key, modifier)
        QApplication.processEvents()

    def click(self, button: QAbstractButton) -> None:
        """Click a button once it can be clicked."""
        wait_until(lambda: button.isVisible() and button.isEnabled(), f"{button.text()!r} can be clicked")
        press(button)

    def type_text(self, field: QLineEdit, text: str) -> None:
        """Type in place of what a field holds."""
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QApplication.processEvents()

    def dialog(self, kind: type[D]) -> D:
        """Return the open dialog of a kind; waits for it."""
        wait_until(lambda: open_dialogs(kind), f"the dialog {kind.__name__} is open")
        return open_dialogs(kind)[0]

    # -- eyes ----------------------------------------------------------------------------------------------------------

    def picture(self) -> QImage:
        """Return the map as it is on the screen."""
        self.rest()
        return self.map.grab().toImage()

    def color_at(self, place: QPoint, reach: int = 6) -> Color:
        """Return the colour that most pixels around a place have: dots, lines and letters do not count."""
        return main_color(self.picture(), place, reach)
