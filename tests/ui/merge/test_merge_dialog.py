"""The preview of a merge: what it says, and that nothing is written before it is accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from territorymap.errors import Cancelled
from territorymap.session.session import Session
from territorymap.ui.merge.merge_dialog import MergeDialog
from territorymap.ui.merge.work import Preview, prepare
from tests.support.grid import grid_layer
from tests.ui.panels.plans import make_session


def never() -> bool:
    return False


def quiet(*_: object) -> None:
    pass


def shown(qtbot: QtBot, preview: Preview, parent: QWidget) -> MergeDialog:
    dialog = MergeDialog(preview, "My plan", parent)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def words(dialog: MergeDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def cells(dialog: MergeDialog, title: str) -> list[list[str]]:
    at = next(i for i in range(dialog.tabs.count()) if dialog.tabs.tabText(i).startswith(title))
    table = dialog.tabs.widget(at)
    assert isinstance(table, QTableWidget)
    return [
        [(item.text() if (item := table.item(row, column)) else "") for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_it_says_what_would_come_of_it(qtbot: QtBot, parent: QWidget, copies: tuple[Session, Path]) -> None:
    session, theirs = copies
    n_steps = len(session.document.history())
    preview = prepare(session, theirs, quiet, never)
    try:
        dialog = shown(qtbot, preview, parent)
        assert [figure.text() for figure in dialog.figures][3] == "4"
        assert "4 steps in the other copy, 4 steps here" in words(dialog)
        conflicts = cells(dialog, "Conflicts")
        assert conflicts[0][:5] == ["Square A1 (A1)", "territory", "West", "South", "North"] or conflicts[0][2:4] == [
            "Far West",
            "South",
        ]
        assert conflicts[0][5].startswith("Paula, ")
        assert conflicts[0][6].startswith("Bo, ")
        incoming = cells(dialog, "What comes in")
        assert ["Territory", "Coast", "new", "", ""] in incoming
        assert any(row[0] == "Unit" and row[4] == "Coast" for row in incoming)
        kinds = {row[0]: row[1:] for row in cells(dialog, "By kind")}
        assert kinds["Units: whose they are"][3] == "2"
        assert dialog.prefer == "mine"
        dialog.show_theirs.click()
        assert dialog.prefer == "theirs"
        assert len(session.document.history()) == n_steps
        dialog.reject()
    finally:
        preview.close()


def test_a_copy_without_news_cannot_be_merged(qtbot: QtBot, parent: QWidget, session: Session, tmp_path: Path) -> None:
    session.document.save_copy(tmp_path / "same.gpkg")
    preview = prepare(session, tmp_path / "same.gpkg", quiet, never)
    try:
        dialog = shown(qtbot, preview, parent)
        assert "brings nothing" in words(dialog)
        assert not dialog.merge.isEnabled()
        dialog.reject()
    finally:
        preview.close()


def test_a_plan_of_another_origin_is_an_import(qtbot: QtBot, parent: QWidget, session: Session, tmp_path: Path) -> None:
    other = tmp_path / "other.gpkg"
    make_session(other).close()
    preview = prepare(session, other, quiet, never)
    try:
        dialog = shown(qtbot, preview, parent)
        assert dialog.windowTitle() == "Import from another plan"
        assert "no common past" in words(dialog)
        assert not any(dialog.tabs.tabText(i).startswith("What they did") for i in range(dialog.tabs.count()))
        dialog.reject()
    finally:
        preview.close()


def test_hostile_names_are_text(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    with Session.create(tmp_path / "mine.gpkg", grid_layer(2, 2), author=evil) as session:
        session.document.save_copy(tmp_path / f"{'x' * 80}.gpkg")
        preview = prepare(session, tmp_path / f"{'x' * 80}.gpkg", quiet, never)
        dialog = MergeDialog(preview, evil, parent)
        texts = [label for label in dialog.findChildren(QLabel) if evil in label.text()]
        assert texts
        assert all(label.textFormat() == label.textFormat().PlainText for label in texts)
        dialog.deleteLater()
        preview.close()


@pytest.mark.parametrize("after", [0, 1])
def test_a_stopped_comparison_leaves_nothing_open(copies: tuple[Session, Path], after: int) -> None:
    session, theirs = copies
    asked: list[int] = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) > after

    check: Callable[[], bool] = is_cancelled
    with pytest.raises(Cancelled):
        prepare(session, theirs, quiet, check)
    theirs.rename(theirs.with_name("renamed.gpkg"))  # nobody holds it
