"""Drives the real map page: mouse and keys to the widget, questions to the page, pixels off the screen."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from territorymap.session.session import Session
from territorymap.ui.map.view import MapView
from territorymap.ui.selection import Selection

NO = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def wait_until(is_so: Callable[[], bool], what: str = "", timeout_ms: int = 15000) -> None:
    """Process events until it is so."""
    deadline = QDeadlineTimer(timeout_ms)
    while not is_so():
        assert not deadline.hasExpired(), what or "waited in vain"
        QApplication.processEvents(
            QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20
        )


class Driver:
    """A map view, the plan it shows, and hands."""

    def __init__(self, view: MapView, selection: Selection) -> None:
        self.view = view
        self.selection = selection
        self.painted: list[tuple[int, float]] = []
        self.refused: list[str] = []
        self._is_down = False
        view.edit_painted.connect(lambda seq, ms: self.painted.append((seq, ms)))
        view.refused.connect(self.refused.append)

    def show(self, session: Session) -> None:
        """Show a plan and wait until it is painted; forgets what was before."""
        self.session = session
        self.selection.clear("test")
        self.painted.clear()
        self.refused.clear()
        self.view.page.complaints.clear()
        self.view.set_tool("pick")
        self.view.set_brush_radius(10)
        self.move(QPoint(3, self.view.height() - 3))
        self.view.set_session(session)
        wait_until(lambda: self.view.is_ready, "the plan is painted", 60000)
        self.rest()

    # -- the page ------------------------------------------------------------------------------------------------------

    def js(self, code: str) -> Any:
        """Return the value of an expression of the page; promises are awaited."""
        answer: list[str] = []
        script = (
            f"(async () => JSON.stringify((await ({code})) ?? null))().then("
            "t => (window.__answer = t), e => (window.__answer = JSON.stringify({error: String(e)})))"
        )
        self.view.page.runJavaScript("window.__answer = null", 0)
        self.view.page.runJavaScript(script, 0)

        def ask() -> bool:
            if not answer:
                self.view.page.runJavaScript("window.__answer", 0, lambda text: answer.append(text) if text else None)
                QTest.qWait(1)
            return bool(answer)

        wait_until(ask, code)
        return json.loads(answer[0])

    def rest(self) -> None:
        """Wait until the page has painted all that was asked for and its picture has reached the widget."""
        self.js(
            "new Promise(done => { const look = () => requestAnimationFrame(() =>"
            " !window.__tm?.stage || __tm.stage.isSharp ? setTimeout(done, 0) : look());"
            " requestAnimationFrame(look); })"
        )
        QApplication.processEvents()

    def at(self, unit: int, dx: int = 0, dy: int = 0) -> QPoint:
        """Return the place in the widget of a unit's inner point."""
        x, y = self.js(f"__tm.stage.containerAt(__tm.ground.point[{unit * 2}], __tm.ground.point[{unit * 2 + 1}])")
        factor = self.view.view.zoomFactor()
        return QPoint(round(x * factor) + dx, round(y * factor) + dy)

    def text(self, css: str) -> str:
        return str(self.js(f"[...document.querySelectorAll({json.dumps(css)})].map(e => e.innerText).join(' ')"))

    def is_shown(self, css: str) -> bool:
        return bool(self.js(f"[...document.querySelectorAll({json.dumps(css)})].some(e => !e.hidden)"))

    def wait_for(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until it is so, looking once after each rest of the page."""

        def look() -> bool:
            self.rest()
            return is_so()

        wait_until(look, what)

    # -- mouse and keys ------------------------------------------------------------------------------------------------

    @property
    def hand(self) -> Any:
        return self.view.view.focusProxy()

    def move(self, to: QPoint) -> None:
        QTest.mouseMove(self.hand, to)
        QApplication.processEvents()

    def press(self, at: QPoint, modifier: Qt.KeyboardModifier = NO, button: Qt.MouseButton = LEFT) -> None:
        self.move(at)
        self._is_down = True
        QTest.mousePress(self.hand, button, modifier, at)

    def drag_to(self, to: QPoint, modifier: Qt.KeyboardModifier = NO) -> None:
        """Move with the button down, in steps as a hand does."""
        begin = self._last if hasattr(self, "_last") else to
        n = max(2, int(math.hypot(to.x() - begin.x(), to.y() - begin.y()) // 12))
        for step in range(1, n + 1):
            spot = QPointF(begin.x() + (to.x() - begin.x()) * step / n, begin.y() + (to.y() - begin.y()) * step / n)
            event = QMouseEvent(
                QEvent.Type.MouseMove, spot, self.hand.mapToGlobal(spot), Qt.MouseButton.NoButton, LEFT, modifier
            )
            QApplication.sendEvent(self.hand, event)
            QApplication.processEvents()
        self._last = to

    def release(self, at: QPoint, modifier: Qt.KeyboardModifier = NO, button: Qt.MouseButton = LEFT) -> None:
        self._is_down = False
        QTest.mouseRelease(self.hand, button, modifier, at)

    def hold(self, path: Sequence[QPoint], modifier: Qt.KeyboardModifier = NO) -> None:
        """Press at the first point and drag along the others; the button stays down."""
        self.press(path[0], modifier)
        self._last = path[0]
        for point in path[1:]:
            self.drag_to(point, modifier)
        self.rest()

    def stroke(self, path: Sequence[QPoint], modifier: Qt.KeyboardModifier = NO) -> None:
        """Draw and let go; waits until the edit is painted with Python's numbers."""
        n = len(self.painted)
        self.hold(path, modifier)
        self.release(path[-1], modifier)
        wait_until(lambda: len(self.painted) > n or bool(self.refused), "the stroke is painted or refused")
        self.rest()

    def click(self, at: QPoint, modifier: Qt.KeyboardModifier = NO, button: Qt.MouseButton = LEFT) -> None:
        self.press(at, modifier, button)
        self.release(at, modifier, button)
        self.rest()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
        QTest.keyClick(self.hand, key, modifier)
        self.rest()

    def wheel(self, at: QPoint, notches: int) -> None:
        event = QWheelEvent(
            QPointF(at),
            self.hand.mapToGlobal(QPointF(at)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            NO,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.hand, event)

    # -- what is to be seen --------------------------------------------------------------------------------------------

    def image(self) -> QImage:
        self.rest()
        return self.view.grab().toImage()

    def pixel(self, at: QPoint) -> tuple[int, int, int]:
        image = self.image()
        color = image.pixelColor(at * image.devicePixelRatio())
        return color.red(), color.green(), color.blue()

    def wait_for_color(self, at: QPoint, wanted: Sequence[int], slack: int = 3) -> None:
        """Wait until the pixel has the colour, as a person would see it; the pointer is taken out of the way."""
        if not self._is_down:
            self.move(QPoint(3, self.view.height() - 3))
        wait_until(
            lambda: all(abs(a - b) <= slack for a, b in zip(self.pixel(at), wanted, strict=True)),
            f"{tuple(wanted)} at {at.x()}, {at.y()}; is {self.pixel(at)}",
            5000,
        )

    def fill(self, territory_ix: int) -> tuple[int, int, int]:
        """Return the colour on the screen of a territory without locks: its fill over the ground."""
        if territory_ix < 0:
            return _blend(QColor(255, 255, 255), QColor("#f5f3ee"), 0.55)
        return _blend(QColor(self.session.plan.territories[territory_ix].color), QColor("#f5f3ee"), 0.88)

    def holders(self, units: Iterable[int]) -> list[int]:
        """territory_ix of units as the plan file has them, read from the file anew."""
        stored = self.session.document.load()
        return [int(x) for x in stored.unit_territory[np.array(list(units))]]


def over_land(color: str, alpha: float = 0.88, land: str = "#f5f3ee") -> tuple[int, int, int]:
    """Return the colour on the screen of a fill over the ground."""
    return _blend(QColor(color), QColor(land), alpha)


def blend(color: str, ground: tuple[int, int, int], alpha: float) -> tuple[int, int, int]:
    """Return the colour on the screen of a fill over another colour."""
    return _blend(QColor(color), QColor(*ground), alpha)


def _blend(top: QColor, ground: QColor, alpha: float) -> tuple[int, int, int]:
    pairs = zip(top.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
    r, g, b = (round(a * alpha + c * (1 - alpha)) for a, c in pairs)
    return r, g, b
