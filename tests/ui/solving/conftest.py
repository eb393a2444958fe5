"""One window for the tests of a file, and a fresh copy of the grid plan in it for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

import territorymap.optimise.build  # noqa: F401 - compiled into the user's cache, not into one test's folder
from territorymap.session.session import Session
from territorymap.ui import theme
from territorymap.ui.main_window import MainWindow
from territorymap.ui.preferences import Preferences
from tests.ui.conftest import wait_for


@pytest.fixture(scope="module")
def one_window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all tests of this file: to make one takes seconds."""
    theme.install(qapp, "light")
    window = MainWindow(None, Preferences(tmp_path_factory.mktemp("solving") / "settings.ini"))
    window.resize(1366, 768)
    window.show()
    yield window
    window.close()
    window.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def opened(qtbot: QtBot, one_window: MainWindow, tmp_path: Path, grid_file: Path) -> Iterator[MainWindow]:
    """The window with a copy of the grid plan; the page must have nothing to complain about afterwards."""
    complaints: list[str] = []
    one_window.map_view.complained.connect(complaints.append)
    assert one_window.open_plan(Path(shutil.copy(grid_file, tmp_path / "grid.gpkg")))
    wait_for(qtbot, lambda: one_window.map_view.is_ready)
    uuid = one_window.session.plan.info.uuid if one_window.session is not None else ""
    for key in ("build", "rebalance"):
        one_window.preferences.set_plan_text(uuid, key, "")
    yield one_window
    for dialog in one_window.findChildren(QDialog):
        dialog.reject()
    one_window.close_plan()
    for option in ("show_accounts", "show_homes", "show_labels", "show_context"):
        one_window.map_view.set_option(option, True)
    assert complaints == []


@pytest.fixture
def session(opened: MainWindow) -> Session:
    assert opened.session is not None
    return opened.session
