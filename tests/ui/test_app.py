"""The program from its start to its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from territorymap.app import main
from territorymap.ui.main_window import MainWindow
from territorymap.ui.parts.windows import top_levels


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hooks that the program takes over are given back."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


def main_window() -> MainWindow | None:
    return next((w for w in top_levels() if isinstance(w, MainWindow)), None)


def close_when(is_done: object) -> QTimer:
    """Close the window as soon as something is so."""
    timer = QTimer()
    timer.setInterval(50)

    def look() -> None:
        window = main_window()
        if window is not None and is_done(window):  # type: ignore[operator]
            timer.stop()
            window.close()

    timer.timeout.connect(look)
    timer.start()
    return timer


def test_a_plan_on_the_command_line_opens_and_is_at_rest_after_the_end(
    qtbot: QtBot, qapp: QApplication, plan: Path
) -> None:
    timer = close_when(lambda window: window.session is not None and window.map_view.is_ready)
    assert main([str(plan)]) == 0
    assert not timer.isActive()
    assert main_window() is None
    assert sorted(p.name for p in plan.parent.glob("grid.gpkg*")) == ["grid.gpkg"]


def test_without_a_plan_the_start_page_comes_with_the_last_plans(qtbot: QtBot, qapp: QApplication, plan: Path) -> None:
    close_when(lambda window: window.session is not None)
    assert main([str(plan)]) == 0
    seen: list[list[Path]] = []

    def look(window: MainWindow) -> bool:
        seen.append(window.preferences.recent)
        return window.pages.currentWidget() is window.start_page

    close_when(look)
    assert main([]) == 0
    assert seen[-1] == [plan.resolve()]


def test_a_file_in_place_of_the_state_folder_is_said_and_the_plan_can_be_seen(
    qtbot: QtBot, qapp: QApplication, plan: Path, state_folder: Path
) -> None:
    shutil.rmtree(state_folder)
    state_folder.write_text("a file")
    before = plan.read_bytes()
    seen: list[str] = []

    def look(window: MainWindow) -> bool:
        boxes = window.findChildren(QMessageBox)
        if window.session is None or not window.map_view.is_ready or not boxes:
            return False
        assert window.session.is_read_only
        seen.extend(box.text() for box in boxes)
        for box in boxes:
            box.close()
        return True

    close_when(look)
    assert main([str(plan)]) == 0
    assert any(f"the folder {state_folder} cannot be made" in text for text in seen)
    assert plan.read_bytes() == before


def test_a_plan_that_the_desktop_hands_over_is_opened(plan: Path, tmp_path: Path) -> None:
    """macOS sends a double-clicked plan as an event to the running program; pytest's application is not ours."""
    script = f"""
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QFileOpenEvent
import territorymap.app as app_module
from territorymap.ui.main_window import MainWindow
app = app_module.make_application()
opened = []
def note(self, path, **_):
    opened.append(str(path))
    self.close()
MainWindow.open_plan = note
QTimer.singleShot(0, lambda: QCoreApplication.postEvent(app, QFileOpenEvent({str(plan)!r})))
assert app_module.main([]) == 0
assert opened == [{str(plan)!r}], opened
"""
    env = {**os.environ, "TERRITORYMAP_STATE_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, env=env)
    assert done.returncode == 0, done.stderr
