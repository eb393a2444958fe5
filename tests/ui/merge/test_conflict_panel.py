"""Open conflicts by mouse and keys, over a real plan into which another copy was merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from territorymap.session.changelog import ChangeLog
from territorymap.session.commands.scenarios import new_scenario
from territorymap.session.merging import merge_file
from territorymap.session.session import Session
from territorymap.ui.merge.conflict_panel import ConflictPanel
from territorymap.ui.selection import Selection
from tests.ui.panels.events import click, rows_in_file, texts
from tests.ui.panels.plans import territory_id

A1, B2 = 0, 7


@pytest.fixture
def panel(qtbot: QtBot, copies: tuple[Session, Path], selection: Selection) -> Iterator[ConflictPanel]:
    session, theirs = copies
    merge_file(session, theirs)
    panel = ConflictPanel(selection)
    qtbot.addWidget(panel)
    panel.resize(1100, 400)
    panel.set_session(session)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.set_session(None)


def press(panel: ConflictPanel, action: Any) -> None:
    button = next(b for b in panel.findChildren(QToolButton) if b.defaultAction() is action)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def owner(session: Session, unit: int) -> str:
    return session.plan.territories[session.plan.unit_territory[unit]].name


def test_each_conflict_says_what_both_did(panel: ConflictPanel) -> None:
    assert texts(panel.view, 0) == ["Unit Square A1", "Unit Square B2", "Account Account 2", "Territory Far West"]
    assert texts(panel.view, 1) == ["territory", "territory", "territory", "name"]
    assert texts(panel.view, 2) == ["Far West", "Far West", "Far West: key account", "Far West"]
    assert texts(panel.view, 3) == ["South", "South", "North: near", "Wild West"]
    assert texts(panel.view, 4)[:2] == ["North", "North"]
    assert [view.account_ix for view in panel.model.views][2] == (2,)
    assert panel.count.text() == "4 open conflicts"


def test_the_map_is_told_what_to_mark(panel: ConflictPanel) -> None:
    marks = QSignalSpy(panel.marks_changed)
    click(panel.view, 1, 0)
    told = marks.at(marks.count() - 1)[0]
    assert told["units"] == [A1, B2]
    assert told["accounts"] == [2]
    assert told["chosen_units"] == [B2]
    assert told["territories"] == [territory_id(panel.session, "Far West")]  # type: ignore[arg-type]
    assert panel.selection.units.tolist() == [B2]


def test_one_is_decided_and_the_next_is_chosen(panel: ConflictPanel, copies: tuple[Session, Path]) -> None:
    session, _ = copies
    click(panel.view, 0, 0)
    press(panel, panel.take_theirs)
    assert owner(session, A1) == "South"
    assert texts(panel.view, 0) == ["Unit Square B2", "Account Account 2", "Territory Far West"]
    assert panel.view.currentIndex().row() == 0
    press(panel, panel.keep_mine)
    assert owner(session, B2) == "Far West"
    assert rows_in_file(session, "SELECT state FROM conflict WHERE kind = 'assignment' ORDER BY key") == [
        ("theirs",),
        ("mine",),
    ]
    session.undo()
    session.undo()
    panel._read()
    assert len(panel.model.views) == 4
    assert owner(session, A1) == "Far West"


def test_by_territory_and_all_as_one_step(panel: ConflictPanel, copies: tuple[Session, Path], qtbot: QtBot) -> None:
    session, _ = copies
    n_steps = len(session.timeline())
    panel.territory.setCurrentIndex(panel.territory.findText("North"))
    assert texts(panel.view, 0) == ["Account Account 2"]
    assert panel.count.text() == "1 of 4 open conflicts"
    press(panel, panel.all_theirs)
    assert len(session.timeline()) == n_steps + 1
    assert panel.count.text() == "3 open conflicts"
    press(panel, panel.all_theirs)
    assert len(session.timeline()) == n_steps + 2
    assert session.plan.territory_named("Wild West") is not None
    assert [owner(session, unit) for unit in (A1, B2)] == ["South", "South"]
    assert panel.empty.isVisible()
    assert panel.empty.heading.text() == "No open conflict"
    session.undo()
    qtbot.waitUntil(lambda: len(panel.model.views) == 3)


def test_without_a_plan_and_read_only(panel: ConflictPanel) -> None:
    panel.set_session(None)
    assert panel.empty.heading.text() == "No plan is open"
    assert panel.n_open == 0


def test_what_came_by_the_merge_is_told_by_the_names_of_its_own_side(
    panel: ConflictPanel, copies: tuple[Session, Path]
) -> None:
    """Coast of Bo's file and Lakes of ours have one integer key; each keeps its name."""
    session, _ = copies
    log = ChangeLog(session.document)
    merged = [[s.text for s in log.sentences(e.step)] for e in log.entries() if e.is_merged]
    assert merged == [
        ["2 units: North → South (Square A1, Square B2)"],
        ["Account 2 given to North by name: near"],
        ["Territory West renamed to Wild West"],
        ["Territory added: Coast", "Square A6: unassigned → Coast"],
    ]
    own = [
        [s.text for s in log.sentences(e.step)] for e in log.entries() if not e.is_merged and e.step.author == "Paula"
    ]
    assert own[:4] == [
        ["2 units: North → West (Square A1, Square B2)"],
        ["Account 2 given to West by name: key account"],
        ["Territory West renamed to Far West"],
        ["Territory added: Lakes", "Square B6: unassigned → Lakes"],
    ]


def test_a_conflict_of_another_scenario_is_shown_there(
    qtbot: QtBot, copies: tuple[Session, Path], selection: Selection
) -> None:
    session, theirs = copies
    root = session.document.scenario_id
    merge_file(session, theirs)
    session.do(new_scenario(session.plan, "Bold"))
    bold = next(s.scenario_id for s in session.plan.scenarios if s.name == "Bold")
    session.switch_scenario(bold)
    panel = ConflictPanel(selection)
    qtbot.addWidget(panel)
    marks = QSignalSpy(panel.marks_changed)
    panel.resize(1100, 400)
    panel.set_session(session)
    panel.show()
    qtbot.waitExposed(panel)
    assert len(panel.model.views) == 4
    assert marks.at(marks.count() - 1)[0]["units"] == []
    click(panel.view, 0, 0)
    assert session.document.scenario_id == root
    assert marks.at(marks.count() - 1)[0]["units"] == [A1, B2]
    panel.set_session(None)
