"""The change log by mouse and keys, over a real plan file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.changes.filter_bar import BETWEEN, TODAY
from territorymap.ui.changes.note_bar import ASK_ALWAYS, ASK_DECISIONS, ASK_FOR_NOTES, NoteBar
from territorymap.ui.changes.panel import ChangesPanel
from territorymap.ui.preferences import Preferences
from territorymap.ui.selection import Selection
from territorymap.ui.tasks import Task, stop_all
from tests.ui.panels.events import click, column_named, rows_in_file, texts
from tests.ui.panels.plans import give, territory_id


@pytest.fixture
def panel(qtbot: QtBot, session: Session, selection: Selection, preferences: Preferences) -> Iterator[ChangesPanel]:
    panel = ChangesPanel(selection, preferences)
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    panel.set_session(session)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    stop_all()
    panel.set_session(None)


def test_the_newest_step_comes_first_in_words(panel: ChangesPanel, session: Session, qtbot: QtBot) -> None:
    give(session, "South", [0])
    qtbot.waitUntil(lambda: texts(panel.view, 0)[0] == "Square A1: North → South")
    session.undo()
    qtbot.waitUntil(lambda: bool(panel.model.index(0, 0).data(Qt.ItemDataRole.FontRole)))
    assert panel.model.index(0, 0).data(Qt.ItemDataRole.FontRole).strikeOut()
    assert "Taken back by Ada" in panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert texts(panel.view, 0)[1] == "South: rep vacant → Bob"


def test_a_click_shows_the_units_on_the_map(panel: ChangesPanel, session: Session, qtbot: QtBot) -> None:
    give(session, "South", [0, 7])
    qtbot.waitUntil(lambda: texts(panel.view, 0)[0].startswith("2 units"))
    flights = QSignalSpy(panel.zoom_requested)
    click(panel.view, 0, 0)
    assert panel.selection.units.tolist() == [0, 7]
    assert panel.selection.territory_id == territory_id(session, "South")
    assert flights.count() == 1
    assert [panel.details.item(i).text() for i in range(panel.details.count())] == [
        "2 units: North → South (Square A1, Square B2)"
    ]


def test_a_line_below_shows_its_own_units_only(panel: ChangesPanel, session: Session, qtbot: QtBot) -> None:
    session.do(commands.assign_units(session.plan, np.array([0, 4]), None))
    qtbot.waitUntil(lambda: texts(panel.view, 0)[0].startswith("Square A1"))
    click(panel.view, 0, 0)
    assert panel.selection.units.tolist() == [0, 4]
    item = panel.details.item(1)
    assert item.text() == "Square A5: West → unassigned"
    place = panel.details.visualItemRect(item).center()
    QTest.mouseClick(panel.details.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert panel.selection.units.tolist() == [4]


def test_a_note_is_typed_and_stands_in_the_file(panel: ChangesPanel, session: Session, qtbot: QtBot) -> None:
    click(panel.view, 0, 0)
    n_steps = len(session.document.history())
    QTest.keyClicks(panel.note, "asked by Bob")
    QTest.keyClick(panel.note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "asked by Bob" in texts(panel.view, column_named(panel.view, "Why")))
    assert rows_in_file(session, "SELECT note FROM journal_step ORDER BY step_id DESC LIMIT 1") == [("asked by Bob",)]
    assert len(session.document.history()) == n_steps
    assert panel.note.text() == "asked by Bob"  # the step stays chosen


def test_filters_by_territory_account_author_and_time(panel: ChangesPanel, session: Session, qtbot: QtBot) -> None:
    n_all = panel.model.rowCount()
    session.document.author = "Bo"
    give(session, "West", [5])
    qtbot.waitUntil(lambda: panel.model.rowCount() == n_all + 1)
    QTest.keyClicks(panel.filters.account, "account 5")
    QTest.keyClick(panel.filters.account, Qt.Key.Key_Return)
    assert texts(panel.view, 0) == ["Square A6: unassigned → West", "Import accounts"] or texts(panel.view, 0)[0] == (
        "Square A6: unassigned → West"
    )
    assert panel.model.rowCount() == 2
    panel.filters.reset.click()
    assert panel.model.rowCount() == n_all + 1
    panel.filters.author.setCurrentIndex(panel.filters.author.findData("Bo"))
    assert panel.model.rowCount() == 1
    panel.filters.reset.click()
    panel.filters.period.setCurrentIndex(panel.filters.period.findData(TODAY))
    assert panel.model.rowCount() == n_all + 1
    panel.filters.period.setCurrentIndex(panel.filters.period.findData(BETWEEN))
    assert panel.filters.since.isVisible()
    line = panel.filters.territory.lineEdit()
    assert line is not None
    QTest.keyClicks(line, "nobody")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert panel.model.rowCount() == 0
    assert panel.empty.isVisible()
    assert panel.empty.heading.text() == "No step fits"


def test_copied_rows_are_text(panel: ChangesPanel) -> None:
    click(panel.view, 0, 0)
    panel.copy.trigger()
    assert QApplication.clipboard().text().startswith("South: rep vacant → Bob\t")


def test_what_is_shown_is_written_to_a_file(
    panel: ChangesPanel, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "log.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    panel.save.trigger()
    qtbot.waitUntil(lambda: target.exists() and not any(task.is_running for task in panel.findChildren(Task)))
    sheet = openpyxl.load_workbook(target)["Changes"]
    heads, *rows = sheet.iter_rows(values_only=True)
    steps = [row[heads.index("Step")] for row in rows]
    assert steps.count("Give 8 units to North") == 8
    assert steps[-1] == "Give South to Bob"


def test_without_a_plan_it_says_what_it_is_for(panel: ChangesPanel) -> None:
    panel.set_session(None)
    assert panel.empty.heading.text() == "No plan is open"
    assert not panel.note.isEnabled()


# -- asking for notes ----------------------------------------------------------------------------------------------


@pytest.fixture
def bar(qtbot: QtBot, session: Session, selection: Selection, preferences: Preferences, parent) -> Iterator[NoteBar]:  # type: ignore[no-untyped-def]
    parent.resize(800, 400)
    bar = NoteBar(selection, preferences, parent)
    bar.set_session(session)
    yield bar
    bar.set_session(None)


def test_the_last_step_gets_a_note_by_enter(bar: NoteBar, session: Session) -> None:
    give(session, "South", [0])
    assert not bar.isVisible()
    bar.ask()
    assert bar.isVisible()
    assert bar.label.text() == "Give 1 unit to South"
    QTest.keyClicks(bar.text, "nearer to Bob")
    QTest.keyClick(bar.text, Qt.Key.Key_Return)
    assert not bar.isVisible()
    assert session.document.history()[-1].note == "nearer to Bob"


def test_it_asks_after_each_step_or_after_decisions_if_wanted(
    bar: NoteBar, session: Session, preferences: Preferences
) -> None:
    preferences.set_text(ASK_FOR_NOTES, ASK_DECISIONS)
    give(session, "South", [0])
    assert not bar.isVisible()
    session.do(commands.set_territory_locked(session.plan, [territory_id(session, "West")], True))
    assert bar.isVisible()
    QTest.keyClick(bar.text, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    preferences.set_text(ASK_FOR_NOTES, ASK_ALWAYS)
    give(session, "South", [1])
    assert bar.isVisible()
    session.undo()
    assert not bar.isVisible()
