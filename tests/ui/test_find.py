"""Find: type, choose with keys, and the map and the panels follow."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.ui.find_sources import Finder, Hit
from territorymap.ui.main_window import MainWindow
from tests.ui.conftest import wait_for

CTRL = Qt.KeyboardModifier.ControlModifier


def type_query(window: MainWindow, text: str) -> list[Hit]:
    """Press Ctrl+F, type, and return what is listed."""
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    bar = window.find_bar
    bar.edit.clear()
    QTest.keyClicks(bar.edit, text)
    bar.search()
    return [bar.results.item(row).data(Qt.ItemDataRole.UserRole) for row in range(bar.results.count())]


def choose(window: MainWindow, kind: str, name: str) -> None:
    """Go down to a result and press Enter."""
    bar = window.find_bar
    for _ in range(bar.results.count()):
        hit = bar.results.currentItem().data(Qt.ItemDataRole.UserRole)
        if (hit.kind, hit.name) == (kind, name):
            break
        QTest.keyClick(bar.edit, Qt.Key.Key_Down)
    QTest.keyClick(bar.edit, Qt.Key.Key_Return)


def test_what_is_found_is_selected_and_shown(opened: MainWindow, qtbot: QtBot) -> None:
    session, bar = opened.session, opened.find_bar
    assert session is not None
    flights: list[tuple[float, ...]] = []
    bar.zoom_requested.connect(lambda *bounds: flights.append(bounds))

    hits = type_query(opened, "b4")
    assert [h.kind for h in hits if h.kind != "place"] == ["unit"]
    choose(opened, "unit", "Square B4")
    assert not bar.isVisible()
    assert list(opened.selection.units) == [session.plan.units.ix_by_code["B4"]]
    assert np.allclose(flights[-1], (-97.0, 41.0, -96.0, 42.0))

    type_query(opened, "west")
    choose(opened, "territory", "West")
    assert opened.selection.territory_id == session.plan.territories[2].territory_id
    assert opened.tools.target.currentText() == "West"

    type_query(opened, "k00007")
    choose(opened, "account", "Account 7")
    assert list(opened.selection.accounts) == [7]
    assert opened.docks.by_name["accounts"].isVisible()

    type_query(opened, "ann")
    choose(opened, "rep", "Ann")
    assert opened.selection.territory_id == session.plan.territories[0].territory_id

    n = len(flights)
    type_query(opened, "chicago")
    wait_for(qtbot, lambda: opened.find_bar.results.count() > 0)
    hits = type_query(opened, "chicago")
    place = next(h for h in hits if h.kind == "place")
    assert place.name == "Chicago"
    choose(opened, "place", "Chicago")
    west, south, east, north = flights[n]
    assert west < -87.65 < east
    assert south < 41.85 < north


def test_esc_closes_and_gives_the_focus_back(opened: MainWindow, qtbot: QtBot) -> None:
    opened.territory_panel.view.setFocus()
    type_query(opened, "sq")
    QTest.keyClick(opened.find_bar.edit, Qt.Key.Key_Escape)
    assert not opened.find_bar.isVisible()
    wait_for(qtbot, opened.territory_panel.view.hasFocus)


def test_nothing_found_is_said(opened: MainWindow) -> None:
    assert type_query(opened, "zzzzqqq") == []
    assert "zzzzqqq" in opened.find_bar._empty.text()
    QTest.keyClick(opened.find_bar.edit, Qt.Key.Key_Return)
    assert opened.find_bar.isVisible()


def test_a_new_territory_is_found_at_once(opened: MainWindow) -> None:
    from territorymap.session.commands import create_territory

    assert opened.session is not None
    type_query(opened, "nowhere")
    opened.session.do(create_territory(opened.session.plan, "Nowhere Land"))
    assert type_query(opened, "nowhere")[0].name == "Nowhere Land"


def test_after_undo_of_an_import_its_accounts_are_no_longer_found(opened: MainWindow) -> None:
    assert opened.session is not None
    finder = Finder(opened.session)
    assert any(hit.kind == "account" for hit in finder.search("account 3"))
    while opened.session.document.can_undo:
        finder.plan_changed(opened.session.undo())
    started = time.monotonic()
    assert not any(hit.kind == "account" for hit in finder.search("account 3"))
    assert time.monotonic() >= started
