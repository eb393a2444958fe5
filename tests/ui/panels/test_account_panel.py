"""The accounts table driven by mouse and keys; North has A1, A2, B1 ..., account i lies in unit i."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.dialogs import ConstantsDialog, OverrideDialog
from territorymap.ui.dialogs.satisfaction import SatisfactionDialog
from territorymap.ui.panels import AccountPanel
from territorymap.ui.panels import account_panel as module
from territorymap.ui.panels.account_rows import OVERRIDDEN, POINTLESS, SELECTED, UNSATISFIED, WANTS_CHANGE
from territorymap.ui.selection import Selection
from tests.ui.panels.events import click, click_header, column_named, rows_in_file, texts
from tests.ui.panels.plans import give, territory_id

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[AccountPanel]:
    panel = AccountPanel(selection)
    qtbot.addWidget(panel)
    panel.resize(1400, 700)
    panel.set_session(session)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.set_session(None)


def keys(panel: AccountPanel) -> list[str]:
    return texts(panel.view, column_named(panel.view, "Key"))


def test_it_lists_all_accounts_and_their_totals(panel: AccountPanel) -> None:
    assert keys(panel)[:3] == ["K00000", "K00001", "K00002"]
    assert panel.model.rowCount() == 24
    # Revenue 100 + 101 + ... + 123.
    assert panel.count.text() == "24 accounts   ·   Revenue 2,676"


def test_cells_say_place_unit_and_territory(panel: AccountPanel) -> None:
    say = {title: texts(panel.view, column_named(panel.view, title)) for title in ("Unit", "Territory", "Placed by")}
    assert (say["Unit"][0], say["Territory"][0], say["Placed by"][0]) == ("Square A1", "North", "Coordinates")
    assert (say["Unit"][9], say["Territory"][9], say["Placed by"][9]) == ("in no unit", "unassigned", "No place")
    assert (say["Unit"][5], say["Territory"][5]) == ("Square A6", "unassigned")


def test_typing_filters(panel: AccountPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.filters.text, "capital")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 4)
    assert keys(panel) == ["K00004", "K00009", "K00014", "K00019"]
    assert panel.count.text().startswith("4 of 24 accounts")
    QTest.keyClicks(panel.filters.text, " nothing")
    qtbot.waitUntil(panel.no_match.isVisible)
    QTest.mouseClick(panel.filters.reset, Qt.MouseButton.LeftButton)
    assert panel.model.rowCount() == 24


def test_headers_sort(panel: AccountPanel, session: Session) -> None:
    click_header(panel.view, column_named(panel.view, "Revenue"))
    assert keys(panel)[0] == "K00023"
    click_header(panel.view, column_named(panel.view, "Revenue"))
    assert keys(panel)[0] == "K00000"
    click_header(panel.view, column_named(panel.view, "City"))
    assert texts(panel.view, column_named(panel.view, "City"))[0] == "Capital City"


def test_selected_rows_become_the_selection(panel: AccountPanel, selection: Selection) -> None:
    panel.sort_by(column_named(panel.view, "Revenue"), is_descending=True)
    click(panel.view, 0, 0)
    click(panel.view, 2, 0, SHIFT)
    click(panel.view, 5, 0, CTRL)
    assert list(selection.accounts) == [18, 21, 22, 23]
    assert "4 selected: Revenue 484" in panel.count.text()  # 118 + 121 + 122 + 123


def test_the_selection_of_the_map_highlights_rows_and_scrolls(panel: AccountPanel, selection: Selection) -> None:
    panel.resize(1400, 250)
    selection.set_accounts(np.array([20, 21], dtype=np.int32), "map")
    assert sorted({i.row() for i in panel.view.selectionModel().selectedRows()}) == [20, 21]
    assert panel.view.viewport().rect().contains(panel.view.visualRect(panel.model.index(20, 0)))


def test_the_selection_survives_sorting_and_filtering(panel: AccountPanel, selection: Selection) -> None:
    selection.set_accounts(np.array([4, 5], dtype=np.int32), "map")
    panel.sort_by(0, is_descending=True)
    panel.filters.choose(text="capital")
    assert list(selection.accounts) == [4, 5]
    rows = {i.row() for i in panel.view.selectionModel().selectedRows()}
    assert {keys(panel)[row] for row in rows} == {"K00004"}
    panel.filters.choose(kind=SELECTED)
    assert sorted(keys(panel)) == ["K00004", "K00005"]


def test_a_selection_in_many_pieces_is_painted_as_selected(
    panel: AccountPanel, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_RANGES", 3)
    selection.set_accounts(np.arange(0, 24, 2, dtype=np.int32), "map")
    assert not panel.view.selectionModel().hasSelection()
    is_selected = []
    for row in range(4):
        option, index = QStyleOptionViewItem(), panel.model.index(row, 0)
        panel.view.itemDelegate().initStyleOption(option, index)
        is_selected.append(bool(option.state & QStyle.StateFlag.State_Selected))
    assert is_selected == [True, False, True, False]
    click(panel.view, 1, 0)
    assert list(selection.accounts) == [1]


def test_giving_by_name_asks_for_territory_and_reason(
    panel: AccountPanel, session: Session, selection: Selection, qtbot: QtBot
) -> None:
    click(panel.view, 0, 0)
    click(panel.view, 1, 0, CTRL)
    panel.commands.give.trigger()
    dialog = panel.findChild(OverrideDialog)
    assert not dialog.ok.isEnabled()
    QTest.keyClicks(dialog.territories.search, "sou")
    assert dialog.territories.chosen.text == "South"
    QTest.keyClicks(dialog.reason, "Key account")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    sql = (
        "SELECT account_key, territory_name, reason, author FROM override JOIN account USING (account_id)"
        " JOIN territory USING (territory_id) ORDER BY account_key"
    )
    assert rows_in_file(session, sql) == [
        ("K00000", "South", "Key account", "Ada"),
        ("K00001", "South", "Key account", "Ada"),
    ]
    assert texts(panel.view, column_named(panel.view, "Territory"))[:3] == ["South", "South", "South"]
    assert texts(panel.view, column_named(panel.view, "Override"))[:3] == ["by name: Key account"] * 2 + [""]
    panel.commands.clear.trigger()
    assert rows_in_file(session, sql) == []
    assert texts(panel.view, column_named(panel.view, "Territory"))[:2] == ["North", "North"]


def test_an_override_that_became_pointless_says_so(panel: AccountPanel, session: Session) -> None:
    session.do(commands.set_override(session.plan, np.array([0]), territory_id(session, "South"), "key"))
    column = column_named(panel.view, "Override")
    assert texts(panel.view, column)[0] == "by name: key"
    give(session, "South", [0])
    assert texts(panel.view, column)[0] == "pointless: key"
    assert "can be cleared" in panel.model.index(0, column).data(Qt.ItemDataRole.ToolTipRole)
    panel.filters.choose(kind=POINTLESS)
    assert keys(panel) == ["K00000"]
    session.undo()
    assert panel.model.rowCount() == 0
    panel.filters.choose(kind=OVERRIDDEN)
    assert keys(panel) == ["K00000"]


def test_moving_units_tells_only_of_their_accounts(panel: AccountPanel, session: Session) -> None:
    changed = QSignalSpy(panel.model.dataChanged)
    give(session, "West", [2, 3, 12])
    rows = [(changed.at(i)[0].row(), changed.at(i)[1].row()) for i in range(changed.count())]
    assert rows == [(2, 3), (12, 12)]


def test_a_filter_by_territory_follows_edits(panel: AccountPanel, session: Session) -> None:
    panel.filters.choose(territory_id=territory_id(session, "West"))
    assert keys(panel) == ["K00004", "K00010", "K00016", "K00022"]
    give(session, "West", [5])
    assert keys(panel) == ["K00004", "K00005", "K00010", "K00016", "K00022"]
    session.do(commands.delete_territories(session.plan, [territory_id(session, "West")]))
    assert panel.model.rowCount() == 24  # that filter is gone, and all is shown again


def test_visits_of_selected_accounts_are_set_and_taken_back(
    panel: AccountPanel, session: Session, selection: Selection
) -> None:
    selection.set_accounts(np.array([0, 1], dtype=np.int32), "map")
    panel.commands.constants.trigger()
    dialog = panel.findChild(ConstantsDialog)
    dialog.modes["visits"].setCurrentIndex(2)
    dialog.boxes["visits"].setValue(24)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    sql = "SELECT visits, visit_min FROM account ORDER BY account_id LIMIT 3"
    assert rows_in_file(session, sql) == [(24.0, None), (24.0, None), (None, None)]
    session.undo()
    assert rows_in_file(session, sql) == [(None, None)] * 3


def test_show_on_the_map_takes_accounts_without_a_point_to_their_unit(
    panel: AccountPanel, selection: Selection
) -> None:
    zoomed = QSignalSpy(panel.zoom_requested)
    click(panel.view, 0, 0)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    west, south, east, north = zoomed.at(0)
    assert west < -99.4 < east  # the account lies at 99.4 W, 40.5 N
    assert south < 40.5 < north


def test_empty_states_say_what_to_do(panel: AccountPanel) -> None:
    panel.set_session(None)
    assert panel.no_plan.isVisible()
    assert not panel.commands.give.isEnabled()


def test_marks_and_satisfaction_are_set_shown_and_filtered(
    panel: AccountPanel, session: Session, selection: Selection, qtbot: QtBot
) -> None:
    selection.set_accounts(np.array([3, 4], dtype=np.int32), "map")
    QTest.keyClick(panel.view, Qt.Key.Key_J, CTRL | SHIFT)
    assert rows_in_file(session, "SELECT account_id FROM account WHERE wants_change = 1") == [(4,), (5,)]
    assert texts(panel.view, column_named(panel.view, "Change rep"))[2:6] == ["", "change rep", "change rep", ""]
    panel.commands.satisfaction.trigger()
    dialog = panel.findChild(SatisfactionDialog)
    assert dialog is not None
    dialog.box.selectAll()
    QTest.keyClicks(dialog.box, "4.5")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert rows_in_file(session, "SELECT satisfaction FROM account WHERE account_id = 4") == [(4.5,)]
    assert texts(panel.view, column_named(panel.view, "Satisfaction"))[3] == "4.5"
    panel.filters.choose(kind=UNSATISFIED)
    assert keys(panel) == ["K00003", "K00004"]
    QTest.keyClick(panel.view, Qt.Key.Key_K, CTRL | SHIFT)
    panel.filters.choose(kind=WANTS_CHANGE)
    assert panel.model.rowCount() == 0
    session.undo()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2)
