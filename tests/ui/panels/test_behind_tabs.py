"""Panels that look at the whole plan or its whole history wait while another's tab is in front of them."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.ui.compare.list_bar import UNITS
from territorymap.ui.main_window import MainWindow
from territorymap.ui.panels.list_entries import UNASSIGNED
from tests.ui.conftest import wait_for
from tests.ui.panels.plans import give


def test_history_and_changes_are_read_in_front_only(opened: MainWindow, qtbot: QtBot) -> None:
    """Qt calls a panel behind a tab visible: with 10,000 steps each edit waited for what nobody saw."""
    session, docks = opened.session, opened.docks
    assert session is not None
    history, changes = opened.history_panel, opened.changes_panel

    docks.bring_up("history")
    give(session, "West", [5])
    wait_for(qtbot, lambda: len(history.model.steps) == len(session.timeline()))
    docks.bring_up("changes")
    give(session, "West", [11])
    wait_for(qtbot, lambda: changes.model.rowCount() == len(session.timeline()))
    assert history.isVisible(), "so Qt says"
    assert len(history.model.steps) == len(session.timeline()) - 1

    docks.bring_up("territories")
    n = changes.model.rowCount()
    for unit in (17, 23):
        give(session, "West", [unit])
        qtbot.wait(60)  # timers of no delay have fired
    assert changes.isVisible()
    assert (len(history.model.steps), changes.model.rowCount()) == (n - 1, n)

    docks.bring_up("history")
    assert len(history.model.steps) == len(session.timeline()) == n + 2
    assert changes.model.rowCount() == n
    docks.by_name["changes"].hide()
    docks.bring_up("changes")
    wait_for(qtbot, lambda: changes.model.rowCount() == n + 2)


def test_lists_and_comparison_are_made_in_front_only(opened: MainWindow, qtbot: QtBot) -> None:
    """Each edit looked through all units and both scenarios, for panels that stood behind the accounts."""
    session, docks = opened.session, opened.docks
    assert session is not None
    lists, compare = opened.lists_panel, opened.compare_panel
    session.do(commands.new_scenario(session.plan, "Plan B"))

    def unassigned() -> str:
        return lists.buttons[UNASSIGNED].text().replace("&", "")

    docks.bring_up("lists")
    wait_for(qtbot, lambda: unassigned() == "Unassigned units: 4")
    docks.bring_up("compare")
    wait_for(qtbot, lambda: compare.comparison is not None)
    docks.bring_up("accounts")
    before = compare.comparison
    give(session, "West", [5])
    qtbot.wait(400)  # more than both rest after an edit
    assert lists.isVisible()
    assert compare.isVisible()
    assert unassigned() == "Unassigned units: 4"
    assert compare.comparison is before
    docks.bring_up("lists")
    assert unassigned() == "Unassigned units: 3"
    docks.bring_up("compare")
    assert compare.comparison is not before
    assert compare.comparison is not None
    assert len(compare.comparison.units) == 1


def test_what_was_compared_with_a_deleted_scenario_is_still_drawn(opened: MainWindow, qtbot: QtBot) -> None:
    """Days since the last change are asked for when a cell is drawn: by then the scenario may be gone."""
    session, docks, compare = opened.session, opened.docks, opened.compare_panel
    assert session is not None
    first = session.plan.scenario.scenario_id
    session.do(commands.new_scenario(session.plan, "Plan B"))
    give(session, "West", [5])
    docks.bring_up("compare")
    wait_for(qtbot, lambda: compare.comparison is not None and len(compare.comparison.units) == 1)
    docks.bring_up("accounts")
    other = next(s.scenario_id for s in session.plan.scenarios if s.scenario_id != first)
    session.do(commands.delete_scenario(session.plan, other))
    model = compare.moves[UNITS]
    texts = [model.index(0, column).data() for column in range(model.columnCount())]
    assert "0" in texts, "days since the last change"
    docks.bring_up("compare")
    assert compare.comparison is None


def test_keys_go_to_the_map_when_the_panel_that_had_them_is_hidden(opened: MainWindow, qtbot: QtBot) -> None:
    """Qt goes on to the next field or button of any panel: Ctrl+Z would write there, Space press it."""
    docks, panel = opened.docks, opened.account_panel
    opened.activateWindow()
    wait_for(qtbot, opened.isActiveWindow)
    for hide in (docks.by_name["accounts"].close, next(a for a in docks.actions() if a.text() == "Accounts").trigger):
        docks.bring_up("accounts")
        panel.filters.text.setFocus()
        wait_for(qtbot, panel.filters.text.hasFocus)
        hide()
        assert docks.by_name["accounts"].isHidden()
        assert opened.map_view.isAncestorOf(QApplication.focusWidget())
    docks.bring_up("territories")
    docks.bring_up("accounts")
    opened.territory_panel.view.setFocus()
    docks.by_name["accounts"].hide()
    assert opened.territory_panel.view.hasFocus(), "the panel had them not"
