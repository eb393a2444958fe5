"""What a person does at the window while something is solved, and what stands in the file and on the page."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from territorymap.session.session import Session
from territorymap.ui.main_window import MainWindow
from tests.ui.conftest import wait_for

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, LEFT, NO, QPoint(8, widget.height() // 2))
    QApplication.processEvents()


def rows(session: Session) -> list[tuple[int, int]]:
    """Return unit_id and territory_id as they stand in the file."""
    found = session.document._connection.execute("SELECT unit_id, territory_id FROM assignment ORDER BY unit_id")
    return [(int(u), int(t)) for u, t in found if t is not None]


def names(session: Session) -> list[str]:
    found = session.document._connection.execute("SELECT territory_name FROM territory ORDER BY territory_id")
    return [str(row[0]) for row in found]


def page(qtbot: QtBot, window: MainWindow, code: str) -> Any:
    answers: list[Any] = []
    window.map_view.page.runJavaScript(f"JSON.stringify({code})", 0, answers.append)
    wait_for(qtbot, lambda: bool(answers))
    return json.loads(answers[0]) if answers[0] else None


def key_of_window(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Press a key in the window."""
    window.activateWindow()  # as window managers do when a dialog closes; offscreen there is none
    wait_for(qtbot, window.isActiveWindow)
    QTest.keyClick(window, key, modifier)
