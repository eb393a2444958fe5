"""Strokes with real mouse events: the page, the plan, the file and the pixels.

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from territorymap.session.commands.territories import set_territory_locked
from territorymap.session.commands.units import set_units_locked
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, wait_until

WEST, MIDDLE, EAST, NONE = 0, 1, 2, -1
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def paint_with(driver: Driver, tool: str, territory_ix: int, radius_px: int = 6) -> None:
    driver.view.set_tool(tool)
    driver.view.set_brush_radius(radius_px)
    territories = driver.session.plan.territories
    driver.view.set_target(territories[territory_ix].territory_id if territory_ix >= 0 else None)
    driver.rest()


def test_a_brush_stroke_moves_units_on_the_screen_in_the_plan_and_in_the_file(driver: Driver) -> None:
    paint_with(driver, "brush", WEST)
    units = [unit(2, 3), unit(2, 4), unit(2, 5)]
    n_steps = len(driver.session.timeline())
    driver.stroke([driver.at(u) for u in units])
    assert driver.session.plan.unit_territory[units].tolist() == [WEST] * 3
    assert driver.holders(units) == [WEST] * 3
    assert driver.session.totals.n_units.tolist() == [18, 8, 9]
    for u in units:
        driver.wait_for_color(driver.at(u, 8, 8), driver.fill(WEST))
    driver.wait_for_color(driver.at(unit(3, 3)), driver.fill(MIDDLE))
    assert len(driver.session.timeline()) == n_steps + 1
    assert driver.painted[-1][0] == driver.js("__tm.metrics.strokes.at(-1).seq")


def test_the_picture_and_the_totals_follow_before_the_button_is_released(driver: Driver) -> None:
    """12 units of West and 2 more: 15 + 2; Middle 10 - 2."""
    paint_with(driver, "brush", WEST)
    units = [unit(1, 4), unit(1, 3)]
    driver.hold([driver.at(u) for u in units])
    driver.wait_for_color(driver.at(units[1], -20, -20), driver.fill(WEST))
    wait_until(lambda: driver.is_shown(".tm-card"))
    card = driver.text(".tm-card").replace("\n", " ")
    assert "West" in card
    assert "Middle" in card
    assert "15→17" in card
    assert "10→8" in card
    assert driver.session.plan.unit_territory[units].tolist() == [MIDDLE] * 2
    driver.release(driver.at(units[-1]))
    wait_until(lambda: bool(driver.painted))
    assert driver.session.plan.unit_territory[units].tolist() == [WEST] * 2
    assert not driver.is_shown(".tm-card")


def test_escape_restores_the_picture_and_tells_python_nothing(driver: Driver) -> None:
    paint_with(driver, "brush", MIDDLE)  # the units lie beside it: no stray piece that would flash
    rev = driver.session.rev
    at = driver.at(unit(2, 1))
    driver.hold([at, driver.at(unit(2, 2))])
    driver.wait_for_color(at, driver.fill(MIDDLE))
    driver.key(Qt.Key.Key_Escape)
    driver.wait_for_color(at, driver.fill(WEST))
    assert not driver.is_shown(".tm-card")
    driver.release(driver.at(unit(2, 2)))
    driver.rest()
    assert driver.session.rev == rev
    assert driver.painted == []


def test_a_lasso_takes_the_units_whose_middle_it_surrounds(driver: Driver) -> None:
    """A loop around the squares (1,3) (1,4) (2,3) (2,4)."""
    paint_with(driver, "lasso", EAST)
    size = (driver.at(unit(0, 1)) - driver.at(unit(0, 0))).x() * 2 // 5
    corners = [
        driver.at(unit(1, 3), -size, size),
        driver.at(unit(2, 3), -size, -size),
        driver.at(unit(2, 4), size, -size),
        driver.at(unit(1, 4), size, size),
    ]
    driver.stroke([*corners, corners[0]])
    inside = [unit(1, 3), unit(1, 4), unit(2, 3), unit(2, 4)]
    assert driver.session.plan.unit_territory[inside].tolist() == [EAST] * 4
    assert driver.session.totals.n_units.tolist() == [15, 6, 14]
    driver.wait_for_color(driver.at(unit(1, 3)), driver.fill(EAST))


def test_units_that_leave_the_rectangle_again_are_given_back(driver: Driver) -> None:
    paint_with(driver, "rectangle", WEST)
    side = (driver.at(unit(0, 1)) - driver.at(unit(0, 0))).x() * 2 // 5
    far = driver.at(unit(3, 3))
    driver.hold([driver.at(unit(3, 6), side, -side), driver.at(unit(0, 3), -side, side)])
    driver.wait_for_color(far, driver.fill(WEST), slack=18)  # the rectangle's shade lies over it
    driver.drag_to(driver.at(unit(2, 5), -side, side))
    driver.wait_for_color(far, driver.fill(MIDDLE))
    driver.release(driver.at(unit(2, 5), -side, side))
    wait_until(lambda: bool(driver.painted))
    assert driver.session.totals.n_units.tolist() == [19, 10, 6]


def test_erasing_unassigns(driver: Driver) -> None:
    paint_with(driver, "brush", NONE)
    at = driver.at(unit(4, 0))
    driver.stroke([at, at + QPoint(3, 0)])
    assert driver.session.plan.unit_territory[unit(4, 0)] == NONE
    driver.wait_for_color(at, driver.fill(NONE))


def test_the_key_e_erases_and_comes_back_to_the_territory_before(driver: Driver) -> None:
    paint_with(driver, "brush", EAST)
    picked: list[object] = []
    driver.view.target_picked.connect(picked.append)
    driver.key(Qt.Key.Key_E)
    assert driver.js("__tm.choice.target") is None
    driver.key(Qt.Key.Key_E)
    east = driver.session.plan.territories[EAST].territory_id
    assert driver.js("__tm.choice.target") == east
    wait_until(lambda: picked == [None, east])
    assert driver.view.target == east


def test_alt_click_picks_the_target_off_the_map(driver: Driver) -> None:
    paint_with(driver, "brush", WEST)
    driver.click(driver.at(unit(0, 5)), ALT)
    east = driver.session.plan.territories[EAST].territory_id
    wait_until(lambda: driver.view.target == east)
    assert driver.selection.territory_id == east
    driver.stroke([driver.at(unit(0, 4)), driver.at(unit(0, 4), 5, 0)])
    assert driver.session.plan.unit_territory[unit(0, 4)] == EAST


def test_the_key_i_makes_the_next_click_pick_the_target(driver: Driver) -> None:
    paint_with(driver, "brush", WEST)
    driver.click(driver.at(unit(4, 7)))  # focus, and an edit of one unit
    wait_until(lambda: len(driver.painted) == 1)
    driver.key(Qt.Key.Key_I)
    driver.click(driver.at(unit(0, 3)))
    wait_until(lambda: driver.view.target == driver.session.plan.territories[MIDDLE].territory_id)
    assert len(driver.painted) == 1


def test_a_wider_brush_takes_its_neighbours(driver: Driver) -> None:
    """Radius three quarters of a square, in the middle of a square: it and its four neighbours by edge."""
    side = (driver.at(unit(0, 1)) - driver.at(unit(0, 0))).x()
    paint_with(driver, "brush", EAST, round(side * 0.75))
    at = driver.at(unit(2, 1))
    driver.stroke([at, at])
    cross = [unit(2, 1), unit(1, 1), unit(3, 1), unit(2, 0), unit(2, 2)]
    assert sorted(np.flatnonzero(driver.session.plan.unit_territory[:] == EAST).tolist()) == sorted(
        [*cross, *(unit(r, c) for r in range(5) for c in (5, 6))]
    )


def test_a_fast_stroke_leaves_nothing_out(driver: Driver) -> None:
    """Two mouse events seven squares apart: all between them are painted."""
    paint_with(driver, "brush", EAST, 2)
    ends = [driver.at(unit(3, 0)), driver.at(unit(3, 7))]
    driver.press(ends[0])
    driver.move(ends[1])
    driver.release(ends[1])
    wait_until(lambda: bool(driver.painted))
    assert driver.session.plan.unit_territory[[unit(3, c) for c in range(8)]].tolist() == [EAST] * 8


def test_locked_units_are_left_alone_and_named(driver: Driver) -> None:
    driver.session.do(set_units_locked(driver.session.plan, np.array([unit(2, 4)]), True))
    paint_with(driver, "brush", WEST)
    path = [driver.at(unit(2, 3)), driver.at(unit(2, 5))]
    driver.hold(path)
    wait_until(lambda: "Square C5" in driver.text(".tm-card-locked"))
    driver.release(path[-1])
    wait_until(lambda: bool(driver.painted))
    assert driver.session.plan.unit_territory[[unit(2, c) for c in (3, 4, 5)]].tolist() == [WEST, MIDDLE, WEST]


def test_a_locked_territory_neither_takes_nor_gives(driver: Driver) -> None:
    middle = driver.session.plan.territories[MIDDLE].territory_id
    driver.session.do(set_territory_locked(driver.session.plan, [middle], True))
    rev = driver.session.rev
    paint_with(driver, "brush", MIDDLE)
    driver.click(driver.at(unit(2, 1)))
    assert "Middle is locked" in driver.text(".tm-hint")
    paint_with(driver, "brush", WEST)
    driver.click(driver.at(unit(2, 3)))
    assert "Locked: Middle." in driver.text(".tm-hint")
    assert driver.session.rev == rev


def test_without_a_target_a_stroke_says_what_to_do(driver: Driver) -> None:
    driver.view.set_tool("brush")
    driver.rest()
    driver.click(driver.at(unit(2, 3)))
    assert "Choose the territory to paint into first" in driver.text(".tm-hint")
    assert driver.painted == []


def test_the_selected_territory_is_the_target(driver: Driver) -> None:
    driver.selection.set_territory(driver.session.plan.territories[EAST].territory_id, "table")
    driver.view.set_tool("brush")
    driver.rest()
    driver.stroke([driver.at(unit(1, 3)), driver.at(unit(1, 3), 4, 0)])
    assert driver.session.plan.unit_territory[unit(1, 3)] == EAST


def test_what_python_refuses_is_put_back(driver: Driver) -> None:
    """The page is made to forget the lock, so that only Python knows of it."""
    driver.session.do(set_units_locked(driver.session.plan, np.array([unit(2, 3)]), True))
    driver.rest()
    driver.js("__tm.plan.unitLocked.fill(0) && 1")
    paint_with(driver, "brush", WEST)
    at = driver.at(unit(2, 3))
    driver.stroke([at, driver.at(unit(2, 4))])
    assert "Square C4 (C4) is locked" in driver.refused[0]
    assert driver.js("document.querySelector('.tm-hint').dataset.shown") != "true", "said once, by the window"
    assert driver.session.plan.unit_territory[unit(2, 4)] == MIDDLE
    driver.wait_for_color(driver.at(unit(2, 4)), driver.fill(MIDDLE))


def test_a_stroke_on_an_old_state_is_not_done_and_the_state_comes_again(driver: Driver) -> None:
    driver.js("(__tm.plan.rev -= 1)")
    paint_with(driver, "brush", WEST)
    at = driver.at(unit(2, 3))
    driver.stroke([at, at])
    assert "Draw the stroke again" in driver.refused[0]
    assert driver.session.plan.unit_territory[unit(2, 3)] == MIDDLE
    driver.wait_for_color(at, driver.fill(MIDDLE))
    driver.refused.clear()
    driver.stroke([at, at])
    assert driver.session.plan.unit_territory[unit(2, 3)] == WEST


def test_strokes_in_quick_succession_are_all_done_in_order(driver: Driver) -> None:
    """Three clicks without waiting: each is its own step."""
    paint_with(driver, "brush", WEST, 0)
    n = len(driver.session.timeline())
    for column in (3, 4, 5):
        at = driver.at(unit(0, column))
        driver.press(at)
        driver.release(at)
    wait_until(lambda: len(driver.painted) == 3)
    assert driver.session.plan.unit_territory[[unit(0, c) for c in (3, 4, 5)]].tolist() == [WEST] * 3
    assert len(driver.session.timeline()) == n + 3
    assert driver.refused == []


def test_undo_elsewhere_shows_on_the_map_and_the_next_stroke_works(driver: Driver) -> None:
    paint_with(driver, "brush", WEST)
    at = driver.at(unit(2, 3))
    driver.stroke([at, at])
    driver.session.undo()
    driver.wait_for_color(at, driver.fill(MIDDLE))
    driver.session.redo()
    driver.wait_for_color(at, driver.fill(WEST))
    driver.stroke([driver.at(unit(3, 3)), driver.at(unit(3, 3))])
    assert driver.refused == []
    assert driver.session.plan.unit_territory[unit(3, 3)] == WEST


@pytest.mark.parametrize("zoom_factor", [1.25, 2.0])
def test_strokes_hit_at_other_pixel_ratios(driver: Driver, zoom_factor: float) -> None:
    """The page's zoom changes its device pixel ratio as a screen's scale does."""
    driver.view.view.setZoomFactor(zoom_factor)
    try:
        wait_until(lambda: driver.js("window.devicePixelRatio") == zoom_factor)
        wait_until(lambda: driver.js("__tm.stage.frame.dpr") == zoom_factor)
        paint_with(driver, "brush", EAST)
        at = driver.at(unit(2, 2))
        driver.stroke([at, driver.at(unit(2, 3))])
        assert driver.session.plan.unit_territory[[unit(2, 2), unit(2, 3)]].tolist() == [EAST] * 2
        driver.wait_for_color(at, driver.fill(EAST))
    finally:
        driver.view.view.setZoomFactor(1.0)
        wait_until(lambda: driver.js("window.devicePixelRatio") == 1)


def test_what_the_tooltip_says_follows_edits_while_the_pointer_rests(driver: Driver) -> None:
    paint_with(driver, "brush", EAST, 0)
    at = driver.at(unit(2, 0))
    driver.stroke([at, at])
    wait_until(lambda: "East" in driver.text(".tm-tooltip"), "the new owner")
    for _ in range(2):
        driver.session.undo()
        wait_until(lambda: "West" in driver.text(".tm-tooltip"), "the former owner")
        driver.session.redo()
        wait_until(lambda: "East" in driver.text(".tm-tooltip"), "the new owner again")
    driver.session.undo()
