"""Handing over from the window: the file that was asked for is there, whole, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest
from pptx import Presentation
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from territorymap.session.session import Session
from territorymap.ui.export_dialog import ExportDialog, run_export
from territorymap.ui.preferences import Preferences
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(plan: Path) -> Iterator[Session]:
    with Session.open(plan, author="Ada") as session:
        yield session


@pytest.fixture
def dialog(parent: QWidget, session: Session, preferences: Preferences, tmp_path: Path) -> ExportDialog:
    preferences.set_folder("export", tmp_path)
    dialog = ExportDialog(session, preferences, "geojson", parent)
    dialog.show()
    return dialog


def test_each_format_proposes_a_name_and_its_contents(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.target == tmp_path / "grid territories.geojson"
    dialog.what.setCurrentIndex(dialog.what.findData("units"))
    assert dialog.target == tmp_path / "grid units.geojson"
    dialog.format.setCurrentIndex(dialog.format.findData("png"))
    assert dialog.target.suffix == ".png"
    assert dialog.fields["width"].widget.isVisible()
    assert dialog.options.chosen == {"width": 1600, "height": 1000}
    dialog.reject()


def test_the_file_is_written_and_can_be_read_by_gdal(
    qtbot: QtBot, dialog: ExportDialog, session: Session, preferences: Preferences, parent: QWidget
) -> None:
    dialog.what.setCurrentIndex(dialog.what.findData("units"))
    target, content, options = dialog.target, dialog.content, dialog.options
    QTest.mouseClick(dialog.ok, LEFT)
    run_export(parent, session, target, content, options, preferences)
    wait_for(qtbot, target.exists)
    assert pyogrio.read_info(target)["features"] == 24


def test_a_deck_is_written_on_the_template_that_was_chosen(
    qtbot: QtBot, dialog: ExportDialog, session: Session, preferences: Preferences, parent: QWidget, tmp_path: Path
) -> None:
    Presentation().save(str(tmp_path / "house.pptx"))  # 4:3, which no deck of ours is by itself
    dialog.format.setCurrentIndex(dialog.format.findData("pptx"))
    line = dialog.fields["template"].widget.findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, str(tmp_path / "house.pptx"))
    target, content, options = dialog.target, dialog.content, dialog.options
    assert target.suffix == ".pptx"
    QTest.mouseClick(dialog.ok, LEFT)
    run_export(parent, session, target, content, options, preferences)
    wait_for(qtbot, target.exists, 60_000)
    deck = Presentation(str(target))
    assert deck.slide_width * 3 == deck.slide_height * 4
    assert any(shape.has_table for slide in deck.slides for shape in slide.shapes)


def test_a_missing_folder_is_told_and_the_dialog_stays(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.path.setText(str(tmp_path / "nowhere" / "a.geojson"))
    QTest.mouseClick(dialog.ok, LEFT)
    assert dialog.isVisible()
    assert "nowhere" in dialog.problem.text()
    dialog.reject()


def test_the_extension_is_added(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.path.setText(str(tmp_path / "mine"))
    target = tmp_path / "mine.geojson"
    QTest.mouseClick(dialog.ok, LEFT)
    assert not dialog.isVisible()
    assert Path(dialog.path.text()) == target


def test_an_existing_file_is_asked_about(dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog.target.write_text("old")
    asked: list[str] = []

    def question(_parent: QWidget, _title: str, text: str) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", question)
    QTest.mouseClick(dialog.ok, LEFT)
    assert dialog.isVisible()
    assert len(asked) == 1
    assert dialog.target.read_text() == "old"
    dialog.reject()
