"""Reps, history, lists and the selection bar over a real plan."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.dialogs import RepDialog
from territorymap.ui.dialogs.rep import Found
from territorymap.ui.panels import HistoryPanel, ListsPanel, RepPanel, SelectionBar
from territorymap.ui.panels.list_entries import LOCKED, PLACELESS, POINTLESS
from territorymap.ui.selection import Selection
from tests.ui.panels.events import click, column_named, double_click, rows_in_file, texts
from tests.ui.panels.plans import give, territory_id


def lookup(postal_code: str, city: str, state: str, country: str) -> Found | None:
    """A table of one place."""
    is_known = postal_code == "60601" or city == "Chicago"
    return Found(-87.6, 41.9, "postal_code" if postal_code else "city", "Chicago") if is_known else None


@pytest.fixture
def reps(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[RepPanel]:
    panel = RepPanel(selection, lookup=lookup)
    yield from opened(qtbot, panel, session)


@pytest.fixture
def history(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[HistoryPanel]:
    yield from opened(qtbot, HistoryPanel(selection), session)


@pytest.fixture
def lists(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[ListsPanel]:
    yield from opened(qtbot, ListsPanel(selection), session)


@pytest.fixture
def bar(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[SelectionBar]:
    yield from opened(qtbot, SelectionBar(selection), session)


def opened(qtbot: QtBot, panel: object, session: Session) -> Iterator:
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.set_session(session)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.set_session(None)


# -- reps ----------------------------------------------------------------------------------------------------------


def test_reps_are_listed_with_what_is_missing(reps: RepPanel) -> None:
    assert texts(reps.view, 0) == ["Ann", "Bob"]
    assert texts(reps.view, column_named(reps.view, "Home")) == ["Springfield, IL, US", "no home"]
    assert texts(reps.view, column_named(reps.view, "Capacity h")) == ["1,600", "not known"]
    assert texts(reps.view, column_named(reps.view, "Territories")) == ["North", "South"]
    assert reps.notice.text() == "1 rep has no home  ·  1 without capacity"
    assert "Bob" in reps.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_rep_is_added_with_a_home_found_as_it_is_typed(reps: RepPanel, session: Session, qtbot: QtBot) -> None:
    reps.add.trigger()
    dialog = reps.findChild(RepDialog)
    QTest.keyClicks(dialog.name, "Cleo")
    QTest.keyClicks(dialog.home["home_postal_code"], "60601")
    qtbot.waitUntil(lambda: dialog.where.text() == "Found by postal code: Chicago")
    QTest.keyClicks(dialog.capacity, "1500")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert texts(reps.view, 0) == ["Ann", "Bob", "Cleo"]
    sql = "SELECT rep_name, home_postal_code, lon, location_level, capacity_h FROM rep ORDER BY rep_id DESC LIMIT 1"
    assert rows_in_file(session, sql) == [("Cleo", "60601", -87.6, "postal_code", 1500.0)]


def test_ok_does_not_wait_for_the_typing_pause(reps: RepPanel, session: Session) -> None:
    reps.add.trigger()
    dialog = reps.findChild(RepDialog)
    dialog.name.setText("Cleo")
    dialog.home["home_city"].setText("Chicago")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert session.plan.reps[-1].location_level == "city"


def test_editing_capacity_leaves_the_home_where_it_is(reps: RepPanel, session: Session) -> None:
    double_click(reps.view, 0, 0)
    dialog = reps.findChild(RepDialog)
    assert dialog.where.text() == "The home has a place on the map."
    dialog.capacity.setText("1,200.5")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert rows_in_file(session, "SELECT lon, lat, capacity_h FROM rep WHERE rep_name = 'Ann'") == [
        (-99.5, 40.5, 1200.5)
    ]


def test_a_capacity_that_is_no_number_is_said_at_once(reps: RepPanel) -> None:
    reps.add.trigger()
    dialog = reps.findChild(RepDialog)
    dialog.name.setText("Cleo")
    dialog.capacity.setText("much")
    assert not dialog.ok.isEnabled()
    assert "much" in dialog.problem.text()
    dialog.reject()


def test_deleting_a_rep_leaves_a_vacancy(reps: RepPanel, session: Session) -> None:
    click(reps.view, 0, 0)
    QTest.keyClick(reps.view, Qt.Key.Key_Delete)
    assert texts(reps.view, 0) == ["Bob"]
    assert rows_in_file(session, "SELECT rep_id FROM territory WHERE territory_name = 'North'") == [(None,)]
    session.undo()
    assert texts(reps.view, 0) == ["Ann", "Bob"]


def test_choosing_a_rep_selects_the_territory(reps: RepPanel, session: Session, selection: Selection) -> None:
    click(reps.view, 1, 0)
    assert selection.territory_id == territory_id(session, "South")
    assert not reps.show_home.isEnabled()
    click(reps.view, 0, 0)
    zoomed = QSignalSpy(reps.zoom_requested)
    reps.show_home.trigger()
    west, _south, east, _north = zoomed.at(0)
    assert west < -99.5 < east


# -- history -------------------------------------------------------------------------------------------------------


def test_every_step_is_listed_with_its_author(history: HistoryPanel, session: Session) -> None:
    labels = texts(history.view, 0)
    assert len(labels) == len(session.timeline())
    assert labels[-1] == session.timeline()[-1].label
    assert texts(history.view, 2)[-1] == "Ada"
    assert history.model.current_row == len(labels) - 1


def test_a_click_goes_back_and_forth(history: HistoryPanel, session: Session, qtbot: QtBot) -> None:
    last = history.model.rowCount() - 1
    click(history.view, last - 2, 0)
    assert history.model.current_row == last - 2
    assert [step.is_undone for step in history.model.steps[-2:]] == [True, True]
    assert session.plan.territories[0].rep_id is None  # both reps were given in the two steps taken back
    grey = history.model.index(last, 0).data(Qt.ItemDataRole.ForegroundRole)
    assert grey is not None
    click(history.view, last, 0)
    assert history.model.current_row == last
    assert session.plan.territories[0].rep_id is not None


def test_keys_go_there_too(history: HistoryPanel, session: Session) -> None:
    history.view.setFocus()
    QTest.keyClick(history.view, Qt.Key.Key_Up)
    assert session.plan.territories[1].rep_id is not None  # moving is not going
    QTest.keyClick(history.view, Qt.Key.Key_Return)
    assert session.plan.territories[1].rep_id is None


def test_a_step_done_elsewhere_appears(history: HistoryPanel, session: Session, qtbot: QtBot) -> None:
    n = history.model.rowCount()
    give(session, "West", [5])
    qtbot.waitUntil(lambda: history.model.rowCount() == n + 1)
    assert history.model.current_row == n


# -- lists ---------------------------------------------------------------------------------------------------------


def test_the_lists_count_and_a_click_selects(lists: ListsPanel, session: Session, selection: Selection) -> None:
    assert [button.text().replace("&", "") for button in lists.buttons.values()] == [
        "Unassigned units: 4",
        "Holes: 0",
        "Stray pieces: 0",
        "No place: 2",
        "Pointless overrides: 0",
        "Locked: 0",
    ]
    assert texts(lists.view, 0) == ["Square A6 (A6)", "Square B6 (B6)", "Square C6 (C6)", "Square D6 (D6)"]
    zoomed = QSignalSpy(lists.zoom_requested)
    click(lists.view, 1, 0)
    assert list(selection.units) == [11]
    assert zoomed.at(0) == [-95.0, 41.0, -94.0, 42.0]
    give(session, "West", [5, 11])
    assert texts(lists.view, 0) == ["Square C6 (C6)", "Square D6 (D6)"]


def test_accounts_without_a_place_are_listed_with_what_was_imported(lists: ListsPanel, selection: Selection) -> None:
    QTest.mouseClick(lists.buttons[PLACELESS], Qt.MouseButton.LeftButton)
    assert texts(lists.view, 0) == ["Account 9", "Account 19"]
    assert texts(lists.view, 1)[0] == "60009, Capital City, IL, US"
    click(lists.view, 1, 0)
    assert list(selection.accounts) == [19]


def test_pointless_overrides_are_cleared_in_one_step(lists: ListsPanel, session: Session) -> None:
    session.do(commands.set_override(session.plan, np.array([0, 1, 2]), territory_id(session, "North"), "old"))
    lists.choose(POINTLESS)
    assert texts(lists.view, 1) == ["North: old", "North: old"]
    lists.clear_pointless.trigger()
    assert lists.empty.isVisible()
    assert rows_in_file(session, "SELECT count(*) FROM override") == [(1,)]


def test_what_is_locked_is_listed(lists: ListsPanel, session: Session, selection: Selection) -> None:
    session.do(commands.set_territory_locked(session.plan, [territory_id(session, "West")], True))
    session.do(commands.set_units_locked(session.plan, np.array([7]), True))
    lists.choose(LOCKED)
    assert list(zip(texts(lists.view, 0), texts(lists.view, 1), strict=True)) == [
        ("West", "territory"),
        ("Square B2 (B2)", "unit"),
    ]
    click(lists.view, 0, 0)
    assert selection.territory_id == territory_id(session, "West")


# -- selection bar -------------------------------------------------------------------------------------------------


def test_the_bar_says_what_is_selected(bar: SelectionBar, session: Session, selection: Selection) -> None:
    assert (bar.territory.text(), bar.chosen.text()) == ("", "")
    selection.set_territory(territory_id(session, "West"), "map")
    selection.set_units(np.array([0, 1]), "map")
    assert bar.territory.text().startswith("West  ·  ")
    assert "Units 4 (60 %)" in bar.territory.text()
    assert bar.chosen.text().startswith("2 units selected  ·  Accounts 2  ·  ")
    assert "Revenue 201" in bar.chosen.text()  # 100 + 101
    selection.set_units(np.empty(0, dtype=np.int32), "map")
    selection.set_accounts(np.array([3], dtype=np.int32), "map")
    assert bar.chosen.text() == "1 account selected  ·  Revenue 103"
    give(session, "West", [5])
    assert "Units 5 (71 %)" in bar.territory.text()  # 21 assigned / 3 = 7
