"""Holes and stray pieces in the real window: keys, menu, list, status bar; then the rows in the file.

::

    A A A A A A A
    A . A B A . A
    A A A A A A A
    B B B B B B B
    B B B B B B A    (the last square of A is apart)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.document import Writer
from territorymap.model.plan import Plan
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command, Session
from territorymap.ui.main_window import MainWindow
from territorymap.ui.panels.list_entries import HOLES, PIECES
from tests.support.grid import grid_layer
from tests.ui.conftest import wait_for

ROWS = ["BBBBBBA", "BBBBBBB", "AAAAAAA", "A.ABA.A", "AAAAAAA"]  # from the south
UNASSIGNED_HOLES, PIECE_OF_B, PIECE_OF_A = (22, 26), 24, 6


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    session = Session.create(tmp_path / "shapes.gpkg", grid_layer(7, 5, west=-100, south=38), title="Shapes")
    letters = np.array(list("".join(ROWS)))

    def run(writer: Writer, plan: Plan) -> None:
        rows = [
            territory_row(plan, f"Team {n}", c, None, i)
            for i, (n, c) in enumerate((("A", "#93c0ff"), ("B", "#ffd579")))
        ]
        for name, territory_id in zip("AB", writer.insert("territory", rows), strict=True):
            writer.assign(plan.units.unit_id[letters == name], territory_id)

    session.do(Command("Set up", run))
    session.close()
    assert window.open_plan(tmp_path / "shapes.gpkg")
    wait_for(qtbot, lambda: window.map_view.is_ready)
    return window


def stored(window: MainWindow) -> np.ndarray:
    assert window.session is not None
    return window.session.document.load().unit_territory


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    window.activateWindow()
    QTest.keyClick(window.map_view.view.focusProxy(), key, modifier)


def test_f3_walks_through_the_stray_pieces_and_back(qtbot: QtBot, opened: MainWindow) -> None:
    selection = opened.selection
    press(opened, Qt.Key.Key_F3)
    wait_for(qtbot, lambda: selection.units.tolist() == [PIECE_OF_A])
    assert "Piece 1 of 2: Team A, 1 unit apart from the rest" in opened.toast.text
    press(opened, Qt.Key.Key_F3)
    wait_for(qtbot, lambda: selection.units.tolist() == [PIECE_OF_B])
    assert opened.session is not None
    assert selection.territory_id == opened.session.plan.territories[1].territory_id
    press(opened, Qt.Key.Key_F3)
    wait_for(qtbot, lambda: selection.units.tolist() == [PIECE_OF_A])
    press(opened, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    wait_for(qtbot, lambda: selection.units.tolist() == [PIECE_OF_B])


def test_the_status_bar_counts_territories_in_pieces_and_goes_to_them(qtbot: QtBot, opened: MainWindow) -> None:
    button = opened.status.in_pieces
    assert button.text() == "2 territories in pieces"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: opened.selection.units.tolist() == [PIECE_OF_A])


def test_ctrl_f3_goes_to_a_hole_and_a_key_fills_it(qtbot: QtBot, opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_F3, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, lambda: opened.selection.units.tolist() == [UNASSIGNED_HOLES[0]])
    assert "inside Team A" in opened.toast.text
    press(opened, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    wait_for(qtbot, lambda: stored(opened)[UNASSIGNED_HOLES[0]] == 0)
    assert stored(opened)[UNASSIGNED_HOLES[1]] == -1
    opened.commands["undo"].trigger()
    assert stored(opened)[UNASSIGNED_HOLES[0]] == -1


def test_units_in_no_hole_are_refused(opened: MainWindow) -> None:
    opened.selection.set_units(np.array([0], dtype=np.int32), "test")
    opened.commands["fill_hole"].trigger()
    assert "lie in no hole" in opened.toast.text


def test_all_holes_are_filled_from_the_menu_as_one_step(opened: MainWindow) -> None:
    assert opened.session is not None
    n = len(opened.session.timeline())
    opened.commands["fill_all_holes"].trigger()
    assert stored(opened)[[*UNASSIGNED_HOLES, PIECE_OF_B]].tolist() == [0, 0, 0]
    assert len(opened.session.timeline()) == n + 1
    assert opened.status.in_pieces.text() == "1 territory in pieces"
    opened.commands["fill_all_holes"].trigger()
    assert "There is no hole to fill" in opened.toast.text


def test_the_list_shows_holes_goes_to_one_and_fills_the_chosen(qtbot: QtBot, opened: MainWindow) -> None:
    opened.docks.bring_up("lists")
    panel = opened.lists_panel
    wait_for(qtbot, panel.isVisible)
    assert panel.buttons[HOLES].text() == "&Holes: 3"
    assert panel.buttons[PIECES].text() == "Stray p&ieces: 2"
    QTest.mouseClick(panel.buttons[HOLES], Qt.MouseButton.LeftButton)
    texts = [panel.model.index(row, 0).data() for row in range(panel.model.rowCount())]
    assert texts == ["1 unassigned unit (Square D2)", "1 unit of Team B (Square D4)", "1 unassigned unit (Square D6)"]
    assert panel.model.index(1, 1).data() == "Team A"
    place = panel.view.visualRect(panel.model.index(1, 0)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert opened.selection.units.tolist() == [PIECE_OF_B]
    panel.fill_chosen.trigger()
    assert stored(opened)[[*UNASSIGNED_HOLES, PIECE_OF_B]].tolist() == [-1, -1, 0]
    assert panel.buttons[HOLES].text() == "&Holes: 2"
    panel.fill_all.trigger()
    assert panel.model.rowCount() == 0
    assert not panel.fill_all.isEnabled()


def test_the_context_menu_offers_to_fill_over_a_hole_only(opened: MainWindow) -> None:
    for unit, is_offered in ((UNASSIGNED_HOLES[0], True), (0, False)):
        opened.selection.set_units(np.array([unit], dtype=np.int32), "test")
        menu = opened.map_commands.build_menu(unit)
        assert (opened.commands["fill_hole"] in menu.actions()) == is_offered
        menu.deleteLater()


def test_a_plan_for_reading_only_shows_holes_and_fills_none(opened: MainWindow, qtbot: QtBot) -> None:
    assert opened.session is not None
    path = opened.session.document.path
    opened.close_plan()
    assert opened.open_plan(path, read_only=True)
    wait_for(qtbot, lambda: opened.map_view.is_ready)
    opened.commands["next_hole"].trigger()
    assert opened.selection.units.tolist() == [UNASSIGNED_HOLES[0]]
    assert not opened.commands["fill_hole"].isEnabled()
    assert not opened.commands["fill_all_holes"].isEnabled()
