"""A rep's home is placed from the panel and from the map's menu, in the real window; then the rows in the file."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.session.commands import set_territory_rep
from territorymap.ui.main_window import MainWindow
from tests.ui.conftest import wait_for


def ask(qtbot: QtBot, window: MainWindow, code: str) -> object:
    answer: list[str] = []
    window.map_view.page.runJavaScript(f"JSON.stringify({code} ?? null)", 0, answer.append)
    wait_for(qtbot, lambda: bool(answer))
    return json.loads(answer[0])


def click_map(window: MainWindow, place: QPoint) -> None:
    hand = window.map_view.view.focusProxy()
    QTest.mouseMove(hand, place)
    QTest.mouseClick(hand, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_the_panel_asks_for_a_click_and_the_home_goes_there(qtbot: QtBot, opened: MainWindow) -> None:
    opened.docks.bring_up("reps")
    panel = opened.rep_panel
    wait_for(qtbot, panel.isVisible)
    assert not panel.place.isEnabled()
    panel.view.selectRow(0)
    rep_id = panel.selected_ids()[0]
    panel.place.trigger()
    wait_for(qtbot, lambda: ask(qtbot, opened, "__tm.tools.tool") == "home")
    assert opened.session is not None
    n = len(opened.session.timeline())
    click_map(opened, opened.map_view.rect().center())
    session = opened.session
    wait_for(qtbot, lambda: len(session.timeline()) == n + 1)
    rep = next(r for r in session.document.load().reps if r.rep_id == rep_id)
    west, south, east, north = opened.map_view.bounds or (0, 0, 0, 0)
    assert rep.location_level == "coordinates"
    assert west < (rep.lon or 0) < east
    assert south < (rep.lat or 0) < north
    assert f"Place the home of {rep.name}" in session.timeline()[-1].label
    row = panel.model.ids.index(rep_id)
    assert "°" in str(panel.model.index(row, 1).data())
    opened.commands["undo"].trigger()
    assert next(r for r in session.document.load().reps if r.rep_id == rep_id).location_level != "coordinates"


@pytest.mark.parametrize("is_read_only", [False, True])
def test_the_menu_of_a_unit_offers_its_reps_home(opened: MainWindow, qtbot: QtBot, is_read_only: bool) -> None:
    assert opened.session is not None
    plan = opened.session.plan
    rep = plan.reps[0]
    opened.session.do(set_territory_rep(plan, plan.territories[0].territory_id, rep.rep_id))
    if is_read_only:
        path = opened.session.document.path
        opened.close_plan()
        assert opened.open_plan(path, read_only=True)
        wait_for(qtbot, lambda: opened.map_view.is_ready)
    assert opened.session is not None
    unit = int(opened.session.plan.units_of(0)[0])
    menu = opened.map_commands.build_menu(unit)
    found = [a for a in menu.actions() if rep.name in a.text() and "home" in a.text()]
    assert len(found) == (0 if is_read_only else 1)
    if found:
        found[0].trigger()
        wait_for(qtbot, lambda: ask(qtbot, opened, "__tm.tools.tool") == "home")
    menu.deleteLater()
