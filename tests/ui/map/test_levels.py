"""Painting by whole parents with real mouse events; a parent of the grid is a row of eight squares, "Row A" ...

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from territorymap.session.commands.units import set_units_locked
from tests.ui.map.conftest import COLUMNS, unit
from tests.ui.map.driver import Driver, wait_until
from tests.ui.map.test_strokes import EAST, MIDDLE, WEST, paint_with

ROW_C = [unit(2, c) for c in range(COLUMNS)]


def paint_rows(driver: Driver, tool: str, territory_ix: int) -> None:
    paint_with(driver, tool, territory_ix, 0)
    driver.view.set_level(1)
    driver.rest()


def test_one_click_of_the_brush_takes_the_whole_parent_as_one_step(driver: Driver) -> None:
    paint_rows(driver, "brush", EAST)
    n_steps = len(driver.session.timeline())
    at = driver.at(unit(2, 0))
    driver.stroke([at, at])
    assert driver.holders(ROW_C) == [EAST] * 8
    assert driver.session.totals.n_units.tolist() == [12, 8, 16]
    assert len(driver.session.timeline()) == n_steps + 1
    driver.wait_for_color(driver.at(unit(2, 7), 8, 8), driver.fill(EAST))
    driver.session.undo()
    assert driver.holders(ROW_C) == [WEST] * 3 + [MIDDLE] * 2 + [EAST] * 2 + [-1]
    driver.wait_for_color(driver.at(unit(2, 3), 8, 8), driver.fill(MIDDLE))


def test_hover_outlines_the_parent_and_tells_its_sums(driver: Driver) -> None:
    """Row C is worth 8000 + 10 * (16 + ... + 23) = 9560."""
    paint_rows(driver, "pick", EAST)
    driver.move(driver.at(unit(2, 4)))
    wait_until(lambda: driver.js("__tm.overlay.sketch.candidates.length") == 8)
    assert driver.js("[...__tm.overlay.sketch.candidates]") == ROW_C
    wait_until(lambda: "Row C" in driver.text(".tm-tooltip"))
    assert "9,560" in driver.text(".tm-tooltip")


def test_pick_selects_the_parent_and_a_second_click_with_control_lets_go(driver: Driver) -> None:
    paint_rows(driver, "pick", EAST)
    driver.click(driver.at(unit(2, 4)))
    wait_until(lambda: driver.selection.units.tolist() == ROW_C)
    driver.click(driver.at(unit(1, 1)), Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: len(driver.selection.units) == 16)
    driver.click(driver.at(unit(2, 0)), Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: driver.selection.units.tolist() == [unit(1, c) for c in range(COLUMNS)])


def test_a_rectangle_takes_the_parents_of_which_it_holds_at_least_half(driver: Driver) -> None:
    """Four of eight squares of rows B and C; three of eight of row D is too few, tested by a narrower one."""
    paint_rows(driver, "rectangle", EAST)
    side = (driver.at(unit(0, 1)) - driver.at(unit(0, 0))).x() * 2 // 5
    driver.stroke([driver.at(unit(2, 0), -side, -side), driver.at(unit(1, 3), side, side)])
    assert driver.holders(ROW_C) == [EAST] * 8
    assert driver.holders([unit(1, c) for c in range(COLUMNS)]) == [EAST] * 8
    driver.hold([driver.at(unit(3, 0), -side, -side), driver.at(unit(3, 2), side, side)])
    driver.rest()
    assert driver.js("__tm.tools.stroke.size") == 0
    driver.key(Qt.Key.Key_Escape)
    driver.release(driver.at(unit(3, 2)))


def test_locked_units_of_the_parent_are_left_alone(driver: Driver) -> None:
    driver.session.do(set_units_locked(driver.session.plan, np.array([unit(2, 4)]), True))
    paint_rows(driver, "brush", EAST)
    at = driver.at(unit(2, 0))
    driver.stroke([at, at])
    assert driver.holders(ROW_C) == [EAST] * 4 + [MIDDLE] + [EAST] * 3


def test_another_plan_is_painted_by_units_again(driver: Driver) -> None:
    driver.view.set_level(1)
    driver.rest()
    assert driver.js("__tm.levels.isWhole") is True
    driver.view.set_session(None)
    driver.show(driver.session)
    assert driver.view.level == 0
    assert driver.js("__tm.levels.isWhole") is False
