"""The list "Accounts on the map" in the real window: chosen by clicks, seen on the map, remembered for the plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from territorymap.mapview.account_style import KIND_COLORS, AccountStyle
from territorymap.session.session import Session
from territorymap.ui.dialogs.override import OverrideDialog
from territorymap.ui.preferences import Preferences
from tests.support.window import LEFT, NO, Window, is_same_color, wait_until


@pytest.fixture
def window(plan: Path, preferences: Preferences) -> Iterator[Window]:
    opened = Window(preferences)
    assert opened.main.open_plan(plan)
    opened.wait_for_map()
    yield opened
    opened.close()
    assert opened.complaints == []


def session_of(window: Window) -> Session:
    assert window.main.session is not None
    return window.main.session


def place_of_account(window: Window, account_ix: int) -> QPoint:
    accounts = session_of(window).plan.accounts
    return window.place_of(float(accounts.lon[account_ix]), float(accounts.lat[account_ix]))


def test_colour_chosen_in_the_menu_is_on_the_map_and_there_again_next_time(window: Window, plan: Path) -> None:
    window.choose_in_menu("Map", "Accounts on the map", "Line")
    wait_until(lambda: window.js("__tm.accounts.colouring?.title ?? ''") == "Line", "the colours have come")
    kinds = window.js("__tm.accounts.colouring.labels")
    for account_ix in (0, 1, 2):
        rgb = tuple(int(KIND_COLORS[kinds.index(line_of(window, account_ix))][i : i + 2], 16) for i in (1, 3, 5))
        color = window.main_color(place_of_account(window, account_ix), reach=1)
        assert is_same_color(color, rgb, 8), (account_ix, color, rgb)
    assert "Accounts by Line" in window.page_text(".tm-legend-body")
    window.main.close_plan()
    assert window.main.open_plan(plan)
    window.wait_for_map()
    wait_until(lambda: window.js("__tm.accounts.colouring?.title ?? ''") == "Line", "it is remembered")
    window.choose_in_menu("Map", "Accounts on the map", "One colour")
    wait_until(lambda: not window.js("__tm.accounts.isColoured"), "plain again")


def line_of(window: Window, account_ix: int) -> str:
    plan = session_of(window).plan
    return str(plan.accounts.segments[plan.segments[0].column_name][account_ix])


def test_the_map_shows_only_what_the_table_shows(window: Window) -> None:
    panel = window.main.account_panel
    button = next(b for b in panel.filters.findChildren(QToolButton) if b.menu() is window.main.menus.account_looks)
    assert button.text() == "On the map"
    window.choose_in_menu("Map", "Accounts on the map", "Only those that the table shows")
    n_placed = int(np.isfinite(session_of(window).plan.accounts.lon).sum())
    assert window.js("__tm.accounts.cells.nShown") == n_placed
    window.type(panel.filters.text, "Springfield")
    wait_until(lambda: len(panel.model.shown) < 24, "the table is filtered")
    placed = np.isfinite(session_of(window).plan.accounts.lon[panel.model.shown])
    wait_until(lambda: window.js("__tm.accounts.cells.nShown") == int(placed.sum()), "the map follows")
    assert f"{int(placed.sum())} of {n_placed}" in window.page_text(".tm-legend-body")
    QTest.mouseClick(panel.filters.reset, LEFT, NO, QPoint(5, 5))
    wait_until(lambda: window.js("__tm.accounts.cells.nShown") == n_placed, "all again")


def test_accounts_in_the_lasso_are_selected_in_the_table_and_go_by_name(window: Window) -> None:
    """The afternoon's way: draw around accounts, give them to a territory, take it back."""
    session, panel = session_of(window), window.main.account_panel
    window.click_action(window.main.commands["tool_accounts"])
    spots = [place_of_account(window, ix) for ix in (0, 7)]  # A1 and B2
    left, right = spots[0].x() - 30, spots[1].x() + 30
    top, bottom = spots[1].y() - 30, spots[0].y() + 30
    corners = [(left, bottom), (left, top), (right, top), (right, bottom)]
    window.hold([QPoint(x, y) for x, y in corners])
    window.release()
    wait_until(lambda: window.main.selection.accounts.tolist() == [0, 1, 6, 7], "four are selected")
    names = {panel.model.index(i.row(), 0).data() for i in panel.view.selectionModel().selectedRows()}
    assert names == {"Account 0", "Account 1", "Account 6", "Account 7"}
    before = session.document.undo_label
    window.main.account_panel.commands.give.trigger()
    dialog = window.dialog(OverrideDialog)
    window.type(dialog.territories.search, "West")
    window.type(dialog.reason, "key accounts")
    window.click(dialog.ok)
    west = next(ix for ix, t in enumerate(session.plan.territories) if t.name == "West")
    wait_until(lambda: (session.plan.account_override[[0, 1, 6, 7]] == west).all(), "they are given")
    wait_until(lambda: window.js("__tm.plan.override.size") == 4, "the map knows")
    window.key(window.main, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: (session.plan.account_override < 0).all(), "it is taken back")
    assert session.document.undo_label == before
    assert window.main.selection.accounts.tolist() == [0, 1, 6, 7]


def test_the_menu_of_a_place_offers_the_commands_of_the_account_there(window: Window) -> None:
    commands = window.main.account_panel.commands

    def menu_at(place: QPoint) -> QMenu:
        window.move_to(place)
        QTest.mouseClick(window.hand, Qt.MouseButton.RightButton, NO, place)
        wait_until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "the menu opens")
        return window.open_menu()

    menu = menu_at(place_of_account(window, 7))
    assert "Account 7" in [a.text() for a in menu.actions()]
    assert commands.give in menu.actions()
    assert commands.give.isEnabled()
    assert window.main.selection.accounts.tolist() == [7]
    menu.close()
    window.main.selection.clear("test")
    window.rest()
    menu = menu_at(place_of_account(window, 7) + QPoint(0, 30))
    assert commands.give not in menu.actions()
    menu.close()


def test_what_was_remembered_wrongly_is_left_out(plan: Path, preferences: Preferences) -> None:
    with Session.open(plan, read_only=True) as session:
        uuid = session.plan.info.uuid
    preferences.set_plan_text(uuid, "account_shows", "nonsense")
    preferences.set_plan_text(uuid, "account_color", "segment:Gone")
    window = Window(preferences)
    assert window.main.open_plan(plan)
    window.wait_for_map()
    assert window.js("[__tm.accounts.isColoured, __tm.accounts.shows]") == [False, "all"]
    assert window.map.accounts.style == AccountStyle(color="segment:Gone")
    window.close()
    assert window.complaints == []
