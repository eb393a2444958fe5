"""Asking for all windows and widgets: nothing is collected in the midst of it, which would end the process."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from territorymap.ui.parts import windows
from territorymap.ui.parts.windows import all_widgets, top_levels, windows_shown


@pytest.mark.parametrize("ask", [all_widgets, top_levels])
def test_nothing_is_collected_meanwhile(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], list[QWidget]]
) -> None:
    seen: list[bool] = []

    class Eye:
        @staticmethod
        def allWidgets() -> list[QWidget]:
            seen.append(gc.isenabled())
            return QApplication.allWidgets()

        @staticmethod
        def topLevelWidgets() -> list[QWidget]:
            seen.append(gc.isenabled())
            return QApplication.topLevelWidgets()

    monkeypatch.setattr(windows, "QApplication", Eye)
    was_enabled = gc.isenabled()
    gc.enable()
    try:
        label = QLabel()
        assert label in ask()
        assert seen == [False]
        assert gc.isenabled()
    finally:
        if not was_enabled:
            gc.disable()


def test_windows_of_a_kind_on_the_screen(qapp: QApplication, qtbot: QtBot) -> None:
    dialog, hidden, label = QDialog(), QDialog(), QLabel()
    for widget in (dialog, hidden, label):
        qtbot.addWidget(widget)
    dialog.show()
    label.show()
    assert windows_shown(QDialog) == [dialog]
    assert windows_shown(QLabel) == [label]
