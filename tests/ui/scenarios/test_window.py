"""Scenarios as a planner meets them, in the real window: made, switched, compared live, capped, taken over, deleted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QDeadlineTimer, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.session.commands.limits import CapWish
from territorymap.session.session import Session
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.main_window import MainWindow
from territorymap.ui.panels.account_rows import PROTECTED
from territorymap.ui.parts.stats import Figure
from territorymap.ui.scenarios.caps_dialog import CapsDialog
from territorymap.ui.scenarios.dialog import ScenarioDialog
from territorymap.ui.scenarios.take_over_dialog import TakeOverDialog
from tests.ui.conftest import wait_for

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
NO, CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
_Dialog = TypeVar("_Dialog", bound=QDialog)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read rows from the file itself."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def dialog_of(window: MainWindow, qtbot: QtBot, kind: type[_Dialog]) -> _Dialog:
    wait_for(qtbot, lambda: any(d.isVisible() for d in window.findChildren(kind)))
    return next(d for d in window.findChildren(kind) if d.isVisible())


def session_of(window: MainWindow) -> Session:
    assert window.session is not None
    return window.session


def type_into(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClick(widget, KEY.Key_A, CTRL)
    QTest.keyClicks(widget, text)


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, LEFT)


def page(window: MainWindow, qtbot: QtBot, expression: str) -> Any:
    """Return the value of an expression of the page."""
    answers: list[str] = []
    window.map_view.page.runJavaScript(f"JSON.stringify(({expression}) ?? null)", answers.append)
    wait_for(qtbot, lambda: bool(answers))
    return json.loads(answers[0])


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Press keys in the window, which must be the active one for its shortcuts: dialogs come and go."""
    window.activateWindow()
    deadline = QDeadlineTimer(5000)
    while QApplication.activeWindow() is not window:
        assert not deadline.hasExpired(), "the window is not active"
        QTest.qWait(10)
    QTest.keyClick(window, key, modifier)


def wait_for_map(window: MainWindow, qtbot: QtBot) -> None:
    wait_for(qtbot, lambda: page(window, qtbot, "__tm.plan.rev") == session_of(window).rev)


def new_by_keys(window: MainWindow, qtbot: QtBot, name: str) -> None:
    """Make a scenario from the one in use and work in it, by the keyboard alone."""
    press(window, KEY.Key_N, CTRL | ALT)
    dialog = dialog_of(window, qtbot, ScenarioDialog)
    type_into(dialog.name, name)
    QTest.keyClick(dialog.name, KEY.Key_Return)
    wait_for(qtbot, lambda: session_of(window).plan.scenario.name == name)


@pytest.fixture
def compared(opened: MainWindow, qtbot: QtBot) -> MainWindow:
    """The first scenario is the baseline, made so by the button of the panel; Proposal is in use."""
    opened.docks.bring_up("disruption")
    panel = opened.disruption_panel
    wait_for(qtbot, panel.no_baseline.isVisible)
    (offer,) = panel.no_baseline.findChildren(QPushButton)
    click(offer)
    wait_for(qtbot, panel.is_baseline.isVisible)
    new_by_keys(opened, qtbot, "Proposal")
    return opened


def give(window: MainWindow, name: str, *codes: str) -> None:
    session = session_of(window)
    units = session.plan.units
    ix = np.array([units.ix_by_code[code] for code in codes])
    territory = session.plan.territory_named(name)
    assert territory is not None
    session.do(commands.assign_units(session.plan, ix, territory.territory_id), "test")


def holder(window: MainWindow, code: str) -> str:
    plan = session_of(window).plan
    ix = int(plan.unit_territory[plan.units.ix_by_code[code]])
    return plan.territories[ix].name if ix >= 0 else ""


def test_a_scenario_is_made_edited_and_left_by_keys(opened: MainWindow, qtbot: QtBot, plan: Path) -> None:
    new_by_keys(opened, qtbot, "Proposal <b>")
    assert rows(plan, "SELECT scenario_id FROM scenario WHERE is_baseline") == [(1,)]  # offered, for there was none
    assert opened.windowTitle() == "grid / Proposal <b> - Territory Map"
    assert opened.scenarios.switcher.box.currentText() == "Proposal <b>"
    give(opened, "South", "A1", "A2")
    wait_for_map(opened, qtbot)
    first, made = rows(plan, "SELECT scenario_id, scenario_name, parent_scenario_id FROM scenario ORDER BY 1")
    assert made[1:] == ("Proposal <b>", first[0])
    assert len(rows(plan, f"SELECT 1 FROM assignment WHERE scenario_id = {made[0]}")) == 2
    units = session_of(opened).plan.units
    expression = f"__tm.plan.territories[__tm.plan.truth[{units.ix_by_code['A1']}]].name"
    assert page(opened, qtbot, expression) == "South"
    press(opened, KEY.Key_Tab, CTRL)
    wait_for(qtbot, lambda: session_of(opened).plan.scenario.scenario_id == first[0])
    wait_for_map(opened, qtbot)
    assert page(opened, qtbot, expression) == holder(opened, "A1") == "North"
    assert opened.status.message == f"Scenario: {first[1]}"
    press(opened, KEY.Key_2, ALT)
    wait_for(qtbot, lambda: session_of(opened).plan.scenario.scenario_id == made[0])
    opened.commands["undo"].trigger()
    assert holder(opened, "A1") == "North"
    assert not opened.toast.isVisible()


def test_what_changes_rep_is_live(compared: MainWindow, qtbot: QtBot) -> None:
    """Two of Ann's eight squares, with A0 and A6 of her placed accounts, go to Bob."""
    panel = compared.disruption_panel
    give(compared, "South", "A1", "B1")
    session = session_of(compared)
    wait_for(qtbot, lambda: panel.model.rowCount() > 0 and panel.model.text(0, "lost") != "0")
    d = session.disruption
    assert d is not None
    revenue = session.plan.accounts.values[session.plan.measures[-1].column_name]
    lost = d.accounts_lost(0)
    assert {str(session.plan.units.code[u]) for u in session.plan.accounts.unit_ix[lost]} == {"A1", "B1"}
    assert d.lost[-1, 0] == revenue[lost].sum()
    share = len(lost) / d.n_base[1, :-1].sum()
    expected = f"Accounts changing rep: {len(lost)} ({100 * share:.1f} %)"
    assert expected in [figure.text() for figure in panel.figures.findChildren(Figure)]
    row = panel.model.row_of(0)
    place = panel.view.visualRect(panel.model.index(row, 0)).center()
    QTest.mouseClick(panel.view.viewport(), LEFT, NO, place)
    assert compared.selection.accounts.tolist() == lost.tolist()
    panel.explain.trigger()
    explained = dialog_of(compared, qtbot, ExplainDialog)
    assert "of Revenue: Ann" in explained.explanation.title
    explained.reject()
    session.undo("test")
    wait_for(qtbot, lambda: panel.model.text(panel.model.row_of(0), "lost") == "0")


def test_caps_are_set_kept_and_told(compared: MainWindow, qtbot: QtBot, plan: Path) -> None:
    panel = compared.disruption_panel
    QTest.mouseClick(panel, LEFT)
    panel.caps.trigger()
    dialog = dialog_of(compared, qtbot, CapsDialog)
    (line,) = dialog.lines
    assert "No rep loses more than" in line.what.currentText()
    type_into(line.share, "5")
    click(dialog.add)
    assert len(dialog.lines) == 2
    QTest.mouseClick(dialog.lines[1].remove, LEFT)
    click(dialog.ok)
    wait_for(qtbot, lambda: len(session_of(compared).plan.caps) == 1)
    assert rows(plan, "SELECT per, kind, max_share FROM cap") == [("rep", "lost", 0.05)]
    wait_for(qtbot, lambda: panel.strip.texts == ["Kept: No rep loses more than 5 % of Revenue."])
    give(compared, "South", "A1", "B1", "C1")
    wait_for(qtbot, lambda: bool(panel.strip.texts) and panel.strip.texts[0].startswith("Ann loses "))
    assert compared.toast.isVisible()
    assert "Ann loses" in compared.toast.text
    assert "the cap is 5.0 %" in compared.toast.text
    opened_again = Session.open(plan, read_only=True)
    assert [cap.max_share for cap in opened_again.plan.caps] == [0.05]
    opened_again.close()
    compared.commands["undo"].trigger()
    wait_for(qtbot, lambda: panel.strip.texts == ["Kept: No rep loses more than 5 % of Revenue."])
    compared.commands["undo"].trigger()
    wait_for(qtbot, lambda: panel.strip.texts == [])


def test_an_agreed_scenario_asks_before_it_is_edited(opened: MainWindow, qtbot: QtBot, plan: Path) -> None:
    commands_ = opened.scenarios.commands
    commands_.menu_actions["edit"].trigger()
    dialog = dialog_of(opened, qtbot, ScenarioDialog)
    dialog.status.setFocus()
    QTest.keyClick(dialog.status, KEY.Key_End)
    click(dialog.ok)
    bar = opened.scenarios.agreed
    wait_for(qtbot, bar.isVisible)
    opened.selection.set_territory(session_of(opened).plan.territories[0].territory_id, "test")
    # What is not the scenario's may be changed without being asked: caps, a new scenario.
    measure_id = session_of(opened).plan.measures[0].measure_id
    session_of(opened).do(commands.set_caps(session_of(opened).plan, [CapWish(measure_id, "rep", "lost", 0.1)]))
    session_of(opened).do(commands.new_scenario(session_of(opened).plan, "From it"))
    rev = session_of(opened).rev
    with pytest.raises(UserError, match="is agreed"):
        give(opened, "South", "A1")
    stored = session_of(opened).document.load()
    assert session_of(opened).plan.unit_territory.tolist() == stored.unit_territory.tolist()
    press(opened, KEY.Key_L, CTRL)
    assert session_of(opened).rev == rev
    assert "is agreed and was not changed" in opened.toast.text
    click(bar.edit)
    assert not bar.isVisible()
    press(opened, KEY.Key_L, CTRL)
    assert session_of(opened).plan.territories[0].locked
    assert rows(plan, "SELECT status FROM scenario") == [("agreed",), ("draft",)]


def test_only_some_changes_are_taken_over(compared: MainWindow, qtbot: QtBot) -> None:
    """Proposal gives A1 and B1 to South and has Bob in West; Today takes A1 and West's rep, in one step."""
    session = session_of(compared)
    give(compared, "South", "A1", "B1")
    west = session.plan.territory_named("West")
    assert west is not None
    bob = next(r.rep_id for r in session.plan.reps if r.name == "Bob")
    session.do(commands.set_territory_rep(session.plan, west.territory_id, bob), "test")
    press(compared, KEY.Key_Backtab, CTRL | SHIFT)
    wait_for(qtbot, lambda: session.plan.scenario.is_baseline)
    compared.scenarios.commands.menu_actions["take_over"].trigger()
    dialog = dialog_of(compared, qtbot, TakeOverDialog)
    tree = dialog.tree
    tops = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    assert [top.text(0) for top in tops] == ["North", "South", "West"]
    assert [tops[0].child(0).text(0), tops[1].child(0).text(0)] == ["2 units it gives away", "2 units it has there"]
    tops = tops[1:]
    tops[0].setExpanded(True)
    tops[0].child(0).setExpanded(True)
    units = [tops[0].child(0).child(i) for i in range(2)]
    assert [(item.text(1), item.text(2)) for item in units] == [("North", "South")] * 2
    for item in (units[0], tops[1].child(0)):
        item.parent().setExpanded(True)
        tree.scrollToItem(item)
        box = tree.visualItemRect(item)
        QTest.mouseClick(tree.viewport(), LEFT, NO, QPoint(box.left() + 8, box.center().y()))
    assert dialog.count.text() == "2 of 3 chosen"
    click(dialog.ok)
    wait_for(qtbot, lambda: holder(compared, "A1") == "South")
    assert holder(compared, "B1") == "North"
    changed = session.plan.territory_named("West")
    assert changed is not None
    assert changed.rep_id == bob
    compared.commands["undo"].trigger()
    assert holder(compared, "A1") == "North"
    assert session.plan.territory_named("West").rep_id is None  # type: ignore[union-attr]


def test_the_list_renames_counts_and_deletes(compared: MainWindow, qtbot: QtBot, plan: Path) -> None:
    give(compared, "South", "A1", "B1")
    compared.docks.bring_up("scenarios")
    panel = compared.scenario_panel
    wait_for(qtbot, lambda: panel.model.n_changes.get(session_of(compared).plan.scenario.scenario_id) == 2)
    assert [panel.model.data(panel.model.index(row, 0)) for row in range(2)][1] == "    Proposal"
    panel.view.selectRow(1)
    panel.rename_selected()
    editor = panel.view.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, KEY.Key_A, CTRL)
    QTest.keyClicks(editor, "FY27")
    QTest.keyClick(editor, KEY.Key_Return)
    wait_for(qtbot, lambda: compared.windowTitle().startswith("grid / FY27"))
    compared.scenarios.commands.row_actions["delete"].trigger()
    box = dialog_of(compared, qtbot, QMessageBox)
    delete = next(b for b in box.buttons() if "Delete" in b.text())
    QTest.mouseClick(delete, LEFT)
    wait_for(qtbot, lambda: len(session_of(compared).plan.scenarios) == 1)
    assert len(rows(plan, "SELECT 1 FROM scenario")) == 1
    assert holder(compared, "A1") == "North"
    compared.commands["undo"].trigger()
    wait_for(qtbot, lambda: len(session_of(compared).plan.scenarios) == 2)


def test_protected_accounts_are_marked_and_filtered(opened: MainWindow, qtbot: QtBot, plan: Path) -> None:
    panel = opened.account_panel
    opened.docks.bring_up("accounts")
    panel.view.selectRow(0)
    wait_for(qtbot, panel.commands.protect.isEnabled)
    press(opened, KEY.Key_K, CTRL | SHIFT)
    wait_for(qtbot, lambda: rows(plan, "SELECT account_key FROM account WHERE is_protected") == [("K00000",)])
    column = next(i for i, c in enumerate(panel.model.columns) if c.key == "protected")
    assert not panel.view.isColumnHidden(column)
    assert panel.model.data(panel.model.index(0, column)) == "protected"
    panel.filters.choose(kind=PROTECTED)
    assert panel.model.rowCount() == 1
    wait_for(qtbot, lambda: page(opened, qtbot, "__tm.plan.limits?.protected.length") == 1)
    opened.commands["undo"].trigger()
    wait_for(qtbot, lambda: panel.model.rowCount() == 0)
    wait_for(qtbot, lambda: page(opened, qtbot, "__tm.plan.limits") is None)
