"""The real window, offscreen, driven by real mouse events on the real page."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from territorymap.session.session import Session
from territorymap.ui import theme
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map.scheme import register_scheme
from territorymap.ui.preferences import Preferences
from territorymap.ui.screenshot import plan_free_file, wait_until

TIMEOUT_S = 60.0


def application() -> QApplication:
    """Return the application, as app.py makes it."""
    register_scheme()
    QCoreApplication.setApplicationName("territorymap")
    app = QApplication(sys.argv[:1])
    theme.install(app, "light")
    return app


class Window:
    """The main window with a plan open and painted."""

    def __init__(self, plan: Path, width: int = 1600, height: int = 1000) -> None:
        self.session = Session.open(plan, author="benchmark")
        self.main = MainWindow(None, Preferences(plan_free_file()))
        self.main.resize(width, height)
        self.main.set_session(self.session)
        self.main.show()
        self.map = self.main.map_view
        painted: list[bool] = []
        self.map.when_ready(lambda: painted.append(True))
        assert wait_until(lambda: bool(painted), TIMEOUT_S), "the map did not appear"
        self.view: QWebEngineView = self.map.findChild(QWebEngineView)
        self._painted: list[float] = []
        self.map.edit_painted.connect(lambda _seq, ms: self._painted.append(ms))
        spin(800)

    def evaluate(self, script: str) -> Any:
        """Return what a script on the page gives, through JSON."""
        results: list[Any] = []
        self.view.page().runJavaScript(f"JSON.stringify({script})", results.append)
        assert wait_until(lambda: bool(results), TIMEOUT_S)
        return json.loads(results[0])

    def zoom_to(self, lon: float, lat: float, zoom: int) -> None:
        """Show a place at a zoom level, at once."""
        self.evaluate(f"(__tm.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}), 1)")
        spin(800)

    def visible_units(self) -> list[int]:
        """Return unit_ix whose points lie in the middle of the map, where nothing stands over it."""
        south, west, north, east = self.evaluate(
            "(b => [b.getSouth(), b.getWest(), b.getNorth(), b.getEast()])(__tm.map.getBounds().pad(-0.3))"
        )
        units = self.session.plan.units
        inside = (units.lon > west) & (units.lon < east) & (units.lat > south) & (units.lat < north)
        return [int(ix) for ix in inside.nonzero()[0]]

    def pixel(self, lon: float, lat: float) -> QPoint:
        """Return where a place is in the map's widget."""
        at = self.evaluate(f"__tm.map.latLngToContainerPoint([{lat}, {lon}])")
        return QPoint(round(at["x"]), round(at["y"]))

    def paint_unit(self, unit_ix: int, territory_id: int) -> float:
        """Paint one unit with a thin brush; return the page's milliseconds from pointer up to repainted."""
        self.main.selection.set_territory(territory_id, "benchmark-no-flight")
        self.map.set_target(territory_id)
        self.map.set_tool("brush")
        self.map.set_brush_radius(1)
        place = self.pixel(self.session.plan.units.lon[unit_ix], self.session.plan.units.lat[unit_ix])
        n = len(self._painted)
        self.mouse(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton)
        self.mouse(QEvent.Type.MouseButtonPress, place)
        spin(60)
        self.mouse(QEvent.Type.MouseButtonRelease, place)
        assert wait_until(lambda: len(self._painted) > n, 20.0), f"no edit was painted at {place}"
        return self._painted[-1]

    def mouse(self, kind: QEvent.Type, place: QPoint, held: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Send one mouse event to the page."""
        widget = self.view.focusProxy()
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else held
        where = QPointF(place)
        event = QMouseEvent(
            kind, where, QPointF(widget.mapToGlobal(place)), button, buttons, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(widget, event)
        spin(10)

    def close(self) -> None:
        """Close the plan and the window."""
        self.main.set_session(None)
        self.main.end()
        self.session.close()


def spin(milliseconds: int) -> None:
    """Let events be handled for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if os.name == "posix" and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
