"""Comparing in the real window: the panel's tables and lists by mouse and keys, the map beside them, files written."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.session.commands.scenarios import delete_scenario, new_scenario
from territorymap.session.session import Session
from territorymap.ui.compare.list_bar import ACCOUNTS, TERRITORIES, UNITS
from territorymap.ui.compare.panel import ComparePanel
from territorymap.ui.main_window import MainWindow
from tests.support.scenarios import add_before
from tests.support.window import _FileDialogAnswer
from tests.ui.conftest import wait_for

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NORTH, SOUTH, WEST = 0, 1, 2
COLUMN_3 = [row * 6 + 2 for row in range(4)]  # South's now, North's before


@pytest.fixture
def session(opened: MainWindow) -> Session:
    """Before, North (Ann) had column 3 too, and West was Bob's; now South (Bob) has it, and West is vacant."""
    assert opened.session is not None
    bob = opened.session.plan.territories[SOUTH].rep_id
    add_before(opened.session, dict.fromkeys(COLUMN_3, NORTH), reps={WEST: bob})
    return opened.session


@pytest.fixture
def panel(qtbot: QtBot, opened: MainWindow, session: Session) -> ComparePanel:
    opened.docks.bring_up("compare")
    panel = opened.compare_panel
    wait_for(qtbot, lambda: panel.isVisible() and panel.comparison is not None)
    return panel


def click(widget: Any) -> None:
    QTest.mouseClick(widget, LEFT, NO, QPoint(8, widget.height() // 2))
    QApplication.processEvents()


def texts(view: QTableView, *titles: str) -> list[tuple[str, ...]]:
    model = view.model()
    heads = [str(model.headerData(i, Qt.Orientation.Horizontal)) for i in range(model.columnCount())]
    at = [heads.index(title) for title in titles]
    return [tuple(str(model.index(row, column).data()) for column in at) for row in range(model.rowCount())]


def click_header(view: QTableView, title: str) -> None:
    model, header = view.model(), view.horizontalHeader()
    column = next(i for i in range(model.columnCount()) if model.headerData(i, Qt.Orientation.Horizontal) == title)
    x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    QTest.mouseClick(header.viewport(), LEFT, NO, QPoint(x, header.height() // 2))
    QApplication.processEvents()


def click_row(view: QTableView, row: int) -> None:
    QTest.mouseClick(view.viewport(), LEFT, NO, view.visualRect(view.model().index(row, 0)).center())
    QApplication.processEvents()


def js(qtbot: QtBot, window: MainWindow, code: str) -> Any:
    answers: list[str] = []
    window.map_view.page.runJavaScript(f"JSON.stringify(({code}) ?? null)", 0, answers.append)
    wait_for(qtbot, lambda: bool(answers))
    return json.loads(answers[0])


def test_it_compares_the_scenario_in_use_with_the_baseline(panel: ComparePanel) -> None:
    assert panel.bar.before.currentText() == "Today (baseline)"
    assert panel.bar.after.currentText() == "Proposal"
    assert [panel.list_bar.buttons[k].text() for k in (TERRITORIES, ACCOUNTS, UNITS)] == [
        "Territories 3",
        "Accounts 8",
        "Units 8",
    ]


def test_territories_before_and_after_what_loses_most_first(panel: ComparePanel) -> None:
    """24 accounts, one a square, but two without a place: North had 11 in columns 1-3, and keeps 7 in columns 1-2."""
    told = texts(panel.views[TERRITORIES], "Today", "Proposal", "Rep before", "Rep after", "Kept", "Accounts")
    assert told == [
        ("North", "North", "Ann", "Ann", "63.6 %", "11 → 7"),
        ("South", "South", "Bob", "Bob", "100 %", "3 → 7"),
        ("West", "West", "Bob", "vacant", "100 %", "4"),
    ]


def test_every_account_and_unit_that_moves(panel: ComparePanel) -> None:
    click(panel.list_bar.buttons[UNITS])
    told = texts(panel.views[UNITS], "Unit", "From", "To", "Rep before", "Rep after", "Accounts", "Days since change")
    assert told[0] == ("Square A3", "North", "South", "Ann", "Bob", "1", "0")
    assert [row[3:5] for row in told if row[1] == "West"] == [("Bob", "vacant")] * 4
    click(panel.list_bar.buttons[ACCOUNTS])
    assert len(texts(panel.views[ACCOUNTS], "Account", "From", "To")) == 8
    assert panel.count.text().startswith("8 accounts move")


def test_filter_and_order(qtbot: QtBot, panel: ComparePanel) -> None:
    click(panel.list_bar.buttons[UNITS])
    view = panel.views[UNITS]
    QTest.keyClicks(panel.list_bar.text, "north c3")
    wait_for(qtbot, lambda: view.model().rowCount() == 1)
    assert texts(view, "Unit", "From") == [("Square C3", "North")]
    assert panel.count.text().startswith("1 of 8 that move")
    panel.list_bar.text.clear()
    wait_for(qtbot, lambda: view.model().rowCount() == 8)
    panel.list_bar.which.setCurrentIndex(1)
    assert {row[0] for row in texts(view, "From")} == {"North"}
    panel.list_bar.which.setCurrentIndex(3)
    assert panel.nothing.isVisible()
    panel.list_bar.which.setCurrentIndex(0)
    click_header(view, "Unit")
    first = texts(view, "Unit")
    click_header(view, "Unit")
    assert texts(view, "Unit") == first[::-1]


def test_a_click_selects_and_shows_on_the_map_and_all_can_be_selected(
    qtbot: QtBot, opened: MainWindow, panel: ComparePanel
) -> None:
    click(panel.list_bar.buttons[UNITS])
    before = js(qtbot, opened, "__tm.map.getZoom()")
    click_row(panel.views[UNITS], 0)
    assert opened.selection.units.tolist() == [COLUMN_3[0]]
    wait_for(qtbot, lambda: js(qtbot, opened, "__tm.map.getZoom()") > before)
    click(panel.list_bar.buttons[ACCOUNTS])
    panel.select_all.trigger()
    assert opened.selection.accounts.tolist() == panel.comparison.accounts.tolist()  # type: ignore[union-attr]


def test_the_map_follows_the_buttons_and_the_buttons_follow_the_map(
    qtbot: QtBot, opened: MainWindow, panel: ComparePanel
) -> None:
    click(panel.bar.ways["swipe"])
    wait_for(qtbot, lambda: js(qtbot, opened, "__tm.compare.way") == "swipe")
    assert opened.commands["compare_swipe"].isChecked()
    opened.commands["compare_side"].trigger()
    wait_for(qtbot, lambda: js(qtbot, opened, "__tm.compare.way") == "side")
    assert panel.bar.ways["side"].isChecked()
    assert not panel.bar.ways["swipe"].isChecked()
    QTest.keyClick(opened.map_view.view.focusProxy(), Qt.Key.Key_Escape)
    wait_for(qtbot, lambda: not opened.map_view.compare.is_on)
    assert not panel.bar.ways["side"].isChecked()


def test_edits_and_undo_reach_the_lists(qtbot: QtBot, panel: ComparePanel, session: Session) -> None:
    north = session.plan.territories[NORTH].territory_id
    session.do(commands.assign_units(session.plan, np.array(COLUMN_3[:3]), north))
    wait_for(qtbot, lambda: panel.list_bar.buttons[UNITS].text() == "Units 5")
    session.do(commands.create_territories(session.plan, ["New"]))
    wait_for(qtbot, lambda: panel.list_bar.buttons[TERRITORIES].text() == "Territories 4")
    assert ("created", "New", "–", "vacant") in texts(
        panel.views[TERRITORIES], "Today", "Proposal", "Rep before", "Rep after"
    )
    assert "1 created" in panel.count.text()
    session.undo()
    session.undo()
    wait_for(qtbot, lambda: panel.list_bar.buttons[UNITS].text() == "Units 8")


def test_another_scenario_is_brought_into_use_for_the_map(
    qtbot: QtBot, opened: MainWindow, panel: ComparePanel, session: Session
) -> None:
    """Before and after change places: what is after is edited, so the map shows it in use."""
    today, proposal = panel.bar.pair  # type: ignore[misc]
    click(panel.bar.swap)
    assert panel.bar.pair == (proposal, today)
    wait_for(qtbot, lambda: texts(panel.views[TERRITORIES], "Accounts")[-1] != ("",))
    click(panel.bar.ways["swipe"])
    wait_for(qtbot, lambda: js(qtbot, opened, "__tm.compare.way") == "swipe")
    assert session.plan.scenario.scenario_id == today
    assert opened.map_view.compare.scenario_id == proposal
    session.switch_scenario(proposal)  # to and fro: the other one stands beside it now
    wait_for(qtbot, lambda: opened.map_view.compare.scenario_id == today)
    wait_for(qtbot, lambda: js(qtbot, opened, "__tm.compare.names.now") == "Proposal")


def test_a_scenario_that_is_deleted_is_compared_no_more(
    qtbot: QtBot, opened: MainWindow, panel: ComparePanel, session: Session
) -> None:
    session.do(new_scenario(session.plan, "Third"))
    third = max(s.scenario_id for s in session.plan.scenarios)
    opened.map_view.compare.begin(third, "swipe")
    wait_for(qtbot, lambda: panel.bar.pair == (third, session.plan.scenario.scenario_id))
    session.do(delete_scenario(session.plan, third))
    wait_for(qtbot, lambda: not opened.map_view.compare.is_on)
    assert panel.bar.before.currentText() == "Today (baseline)"


def test_with_one_scenario_it_says_what_to_do(qtbot: QtBot, opened: MainWindow) -> None:
    opened.docks.bring_up("compare")
    panel = opened.compare_panel
    wait_for(qtbot, panel.isVisible)
    assert panel.empty.isVisible()
    assert panel.empty.heading.text() == "There is one scenario only"
    opened.commands["compare_swipe"].trigger()
    assert "one scenario only" in opened.toast.text
    assert not opened.commands["compare_swipe"].isChecked()


def test_the_list_and_the_maps_are_exported(
    qtbot: QtBot, opened: MainWindow, panel: ComparePanel, tmp_path: Path
) -> None:
    for action, name in ((panel.export, "territories.csv"), (panel.export_maps, "maps.png")):
        _FileDialogAnswer(tmp_path / name, opened)
        action.trigger()
        wait_for(qtbot, (tmp_path / name).exists)
    with (tmp_path / "territories.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert [(r["territory_before"], r["rep_after"], r["kept_units"]) for r in told] == [
        ("North", "Ann", "8"),
        ("South", "Bob", "4"),
        ("West", "", "4"),
    ]
    click(panel.list_bar.buttons[ACCOUNTS])
    _FileDialogAnswer(tmp_path / "moves.csv", opened)
    panel.export.trigger()
    wait_for(qtbot, (tmp_path / "moves.csv").exists)
    with (tmp_path / "moves.csv").open(encoding="utf-8-sig", newline="") as file:
        moves = list(csv.DictReader(file))
    assert sorted({(r["kind"], r["from_territory"], r["to_territory"]) for r in moves}) == [
        ("account", "North", "South"),
        ("account", "West", "West"),
        ("unit", "North", "South"),
        ("unit", "West", "West"),
    ]
