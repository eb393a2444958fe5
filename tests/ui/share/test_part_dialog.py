"""Which part is sent, asked in the real dialog; the file is opened afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from territorymap.session.session import Command, Session
from territorymap.ui.preferences import Preferences
from territorymap.ui.share.part_dialog import PartDialog
from territorymap.ui.share.sent import SentDialog, leave_as_text
from tests.ui.panels.plans import territory_id


@pytest.fixture
def session(tmp_path: Path, grid_file: Path) -> Iterator[Session]:
    with Session.open(Path(shutil.copy(grid_file, tmp_path / "grid.gpkg")), author="Ada") as session:
        yield session


@pytest.fixture
def dialog(
    qtbot: QtBot, session: Session, preferences: Preferences, parent: QWidget, tmp_path: Path
) -> Iterator[PartDialog]:
    preferences.set_folder("send", tmp_path)
    dialog = PartDialog(session, preferences, parent)
    dialog.open()
    qtbot.waitExposed(dialog)
    yield dialog
    dialog.reject()


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def tick(dialog: PartDialog, row: int) -> None:
    """Click the box of a line."""
    box = dialog.list.visualItemRect(dialog.list.item(row))
    place = box.topLeft()
    place += type(place)(12, box.height() // 2)
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_nothing_ticked_is_refused_with_what_to_do(dialog: PartDialog) -> None:
    press(dialog.ok)
    assert dialog.isVisible()
    assert "Tick those" in dialog.problem.text()


def test_ticked_territories_name_the_file(dialog: PartDialog, session: Session, tmp_path: Path) -> None:
    assert [dialog.list.item(i).text() for i in range(3)] == ["North · Ann", "South · Bob", "West"]
    tick(dialog, 2)
    assert dialog.territory_ids == {territory_id(session, "West")}
    assert dialog.target == tmp_path / "grid West.gpkg"
    tick(dialog, 0)
    assert dialog.count.text() == "2 of 3 territories can be edited"
    assert dialog.target == tmp_path / "grid part.gpkg"
    (tmp_path / "grid part.gpkg").touch()
    press(dialog.ok)
    assert "already there" in dialog.problem.text()
    assert dialog.isVisible()


def test_a_region_ticks_its_territories(
    qtbot: QtBot, session: Session, preferences: Preferences, parent: QWidget
) -> None:
    def run(writer, plan) -> None:  # type: ignore[no-untyped-def]
        (outer,) = writer.insert("region", [{"region_name": "All"}])
        (inner,) = writer.insert("region", [{"region_name": "Up", "parent_region_id": outer}])
        writer.update("territory", {territory_id(session, "North"): {"region_id": inner}})
        writer.update("territory", {territory_id(session, "West"): {"region_id": outer}})

    session.do(Command("Regions", run))
    dialog = PartDialog(session, preferences, parent)
    dialog.open()
    qtbot.waitExposed(dialog)
    dialog.region.setCurrentIndex(dialog.region.findText("Up"))
    assert dialog.names == ["North"]
    dialog.region.setCurrentIndex(dialog.region.findText("All"))
    assert dialog.names == ["North", "West"]
    dialog.reject()


def test_the_written_file_is_put_on_the_clipboard(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    path = tmp_path / "copy <b>.gpkg"
    path.write_bytes(b"x" * 2_500_000)
    sent = SentDialog(path, "Ready: <b>", "Mail it.", parent)
    sent.open()
    qtbot.waitExposed(sent)
    press(sent.copy)
    data = QApplication.clipboard().mimeData()
    assert data is not None
    assert [url.toLocalFile() for url in data.urls()] == [str(path)]
    assert np.isclose(path.stat().st_size / 1e6, 2.5)
    sent.reject()
    leave_as_text(path)  # as at the end of the program
    assert QApplication.clipboard().text() == str(path)
    assert not QApplication.clipboard().mimeData().hasUrls()
