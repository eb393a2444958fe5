"""A damaged plan in the real window: what is said, saving what can be saved, and going back to a backup."""

from __future__ import annotations

import os
import random
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from territorymap.document import Document
from territorymap.session.commands.territories import rename_territory
from territorymap.ui.main_window import MainWindow
from territorymap.ui.preferences import plans_dir
from territorymap.ui.repair.backup_list import BackupDialog
from territorymap.ui.repair.report_dialog import ReportDialog
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton


def press(box: QMessageBox, word: str) -> None:
    button = next(button for button in box.findChildren(QPushButton) if word in button.text())
    QTest.mouseClick(button, LEFT)


def open_damaged(window: MainWindow, plan: Path) -> QMessageBox:
    assert not window.open_plan(plan)
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


def test_what_can_be_saved_is_saved_shown_and_opened_and_a_backup_too(
    qtbot: QtBot, window: MainWindow, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Document.open(plan, author="Ada").close()  # makes a backup
    with Document.open(plan, author="Ada") as document:
        n_units = len(document.load().units)
    content = bytearray(plan.read_bytes())
    at = len(content) // 4096 // 2 * 4096
    content[at : at + 4096] = random.Random(1).randbytes(4096)
    plan.write_bytes(content)

    box = open_damaged(window, plan)
    assert "is damaged" in box.text()
    assert "latest automatic backup" in box.informativeText()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda _parent, _title, path, *_, **__: (path, ""))
    press(box, "Save what can be saved")
    wait_for(qtbot, lambda: any(d.isVisible() for d in window.findChildren(ReportDialog)))
    (dialog,) = window.findChildren(ReportDialog)
    assert any("history" in dialog.list.item(i).text() for i in range(dialog.list.count()))
    QTest.mouseClick(dialog.open_button, LEFT)
    wait_for(qtbot, lambda: window.session is not None)
    assert window.session is not None
    assert window.session.document.path.name == "grid repaired.gpkg"
    assert len(window.session.plan.units) == n_units
    assert window.session.document.check() == []
    assert plan.read_bytes() == content

    press(open_damaged(window, plan), "backup")
    wait_for(qtbot, lambda: any(d.isVisible() for d in window.findChildren(BackupDialog)))
    (backups,) = window.findChildren(BackupDialog)
    assert backups.list.count() == 1
    QTest.mouseClick(backups.open_button, LEFT)
    wait_for(qtbot, lambda: window.session is not None and " as of " in window.session.document.path.name)
    assert plan.read_bytes() == content


def test_backups_of_one_minute_do_not_look_alike(parent: QWidget, tmp_path: Path) -> None:
    """Two at 20:45, which differ by their seconds, and one at 20:44 that needs none."""
    backups = []
    for second in (12, 3, -20):
        path = tmp_path / f"grid {second}.gpkg"
        path.write_bytes(b"")
        when = datetime(2026, 11, 26, 20, 45).timestamp() + second
        os.utime(path, (when, when))
        backups.append(path)
    dialog = BackupDialog(tmp_path / "grid.gpkg", backups, tmp_path, parent)
    said = [dialog.list.item(i).text().split("   ")[0].replace("\u202f", " ") for i in range(3)]
    assert said == ["11/26/26, 8:45:12 PM", "11/26/26, 8:45:03 PM", "11/26/26, 8:44 PM"]
    dialog.close()


def test_a_file_that_was_never_a_plan_offers_nothing_of_it(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").write_bytes(b"hello" * 1000)
    box = open_damaged(window, tmp_path / "x.gpkg")
    assert [button.text() for button in box.findChildren(QPushButton)] == ["OK"]
    box.close()


@pytest.mark.parametrize("is_folder_gone", [False, True])
def test_of_a_plan_whose_file_went_away_what_was_done_is_opened_again(
    qtbot: QtBot, window: MainWindow, plan: Path, tmp_path: Path, is_folder_gone: bool
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    plan = plan.rename(stick / plan.name)
    assert window.open_plan(plan)
    assert window.session is not None
    window.session.do(rename_territory(window.session.plan, 1, "Renamed"))
    shutil.rmtree(plan.parent) if is_folder_gone else plan.unlink()
    window.close_plan()
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert "All that was done is kept" in box.informativeText()
    assert str(plan.parent) not in box.informativeText(), "no path to be typed off"
    press(box, "Close")

    press(open_damaged(window, plan), "backup")  # and later, from the list of recent plans
    wait_for(qtbot, lambda: any(d.isVisible() for d in window.findChildren(BackupDialog)))
    QTest.mouseClick(window.findChild(BackupDialog).open_button, LEFT)
    wait_for(qtbot, lambda: window.session is not None)
    assert window.session is not None
    assert window.session.document.path.parent == (plans_dir() if is_folder_gone else plan.parent)
    assert window.session.plan.territories[0].name == "Renamed"
