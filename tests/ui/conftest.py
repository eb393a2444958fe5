"""The scheme of the map page before any application, and real windows on real plan files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from territorymap.ui import theme
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map.scheme import register_scheme
from territorymap.ui.preferences import Preferences
from tests.ui.panels.plans import make_session

# Before pytest-qt makes the application.
register_scheme()
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)

READY_MS = 30_000


@pytest.fixture(scope="session")
def grid_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid plan with three territories, two reps and 24 accounts; never opened by a test itself."""
    path = tmp_path_factory.mktemp("shell") / "grid.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent))
        make_session(path).close()
    return path


@pytest.fixture(scope="session")
def cache_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def shared_cache(state_folder: Path, cache_file: Path) -> None:
    """Land and rivers are packed once for all tests: three seconds each time otherwise."""
    (state_folder / "cache").symlink_to(cache_file, target_is_directory=True)


@pytest.fixture
def plan(tmp_path: Path, grid_file: Path) -> Path:
    """A copy of the grid plan for one test."""
    return Path(shutil.copy(grid_file, tmp_path / "grid.gpkg"))


@pytest.fixture
def preferences(tmp_path: Path, qapp: QApplication) -> Preferences:
    return Preferences(tmp_path / "settings.ini")


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """The window of a dialog: one without belongs to Python, which may delete it a second time while it closes."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, preferences: Preferences) -> Iterator[MainWindow]:
    """The real window with no plan open; console errors of the page fail the test."""
    theme.install(qapp, "light")
    window = MainWindow(None, preferences)
    complaints: list[str] = []
    window.map_view.complained.connect(complaints.append)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert complaints == []


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, plan: Path) -> MainWindow:
    """The window with the grid plan open and painted."""
    assert window.open_plan(plan)
    wait_for(qtbot, lambda: window.map_view.is_ready)
    return window


def wait_for(qtbot: QtBot, is_done: Callable[[], bool], timeout: int = READY_MS) -> None:
    """Let events be handled until something is so."""
    qtbot.waitUntil(is_done, timeout=timeout)
