"""Filling by one click and what flashes when a territory falls apart, with real mouse events.

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt

from territorymap.session.commands.territories import create_territory
from territorymap.session.commands.units import assign_units
from tests.ui.map.conftest import COLUMNS, ROWS, unit
from tests.ui.map.driver import NO, Driver, wait_until
from tests.ui.map.test_strokes import CTRL, EAST, MIDDLE, NONE, WEST, paint_with

COLUMN_7 = [unit(r, 7) for r in range(ROWS)]
FLASH = (217, 72, 15)  # theme.js, light


def give(driver: Driver, units: list[int], territory_ix: int) -> None:
    plan = driver.session.plan
    territory_id = plan.territories[territory_ix].territory_id if territory_ix >= 0 else None
    driver.session.do(assign_units(plan, np.array(units), territory_id))
    driver.rest()


def click(driver: Driver, at: QPoint, modifier: Qt.KeyboardModifier = NO) -> None:
    n = len(driver.painted)
    driver.press(at, modifier)
    driver.release(at, modifier)
    wait_until(lambda: len(driver.painted) > n, "the fill is painted")
    driver.rest()


def is_like_flash(color: tuple[int, int, int]) -> bool:
    return color[0] > 190 and color[1] < 170 and color[2] < 140


def test_a_click_fills_the_unassigned_area_as_one_step(driver: Driver) -> None:
    paint_with(driver, "fill", EAST)
    n_steps = len(driver.session.timeline())
    click(driver, driver.at(unit(2, 7)))
    assert driver.holders(COLUMN_7) == [EAST] * 5
    assert len(driver.session.timeline()) == n_steps + 1
    driver.wait_for_color(driver.at(unit(4, 7), 8, 8), driver.fill(EAST))
    driver.session.undo()
    assert driver.holders(COLUMN_7) == [NONE] * 5


def test_hover_shows_what_would_be_filled_and_both_totals_and_changes_nothing(driver: Driver) -> None:
    """Column 7 goes to East: 10 units become 15, and its accounts are worth 5 * 1000 + 10 * (7+15+23+31+39)."""
    paint_with(driver, "fill", EAST)
    rev = driver.session.rev
    driver.move(driver.at(unit(2, 7)))
    wait_until(lambda: driver.is_shown(".tm-card") and "15" in driver.text(".tm-card"))
    card = driver.text(".tm-card").replace("\n", " ")
    assert "10→15" in card
    assert "fill this hole, 5 units" in card
    assert sorted(driver.js("[...__tm.overlay.sketch.candidates]")) == COLUMN_7
    assert not driver.is_shown(".tm-tooltip")
    assert driver.js("[...__tm.plan.shown]") == driver.session.plan.unit_territory.tolist()
    assert driver.session.rev == rev


def test_a_stray_piece_is_filled_and_the_main_piece_is_left_alone(driver: Driver) -> None:
    """Square (2, 6) of East belongs to Middle; its main piece needs Ctrl."""
    give(driver, [unit(2, 6)], MIDDLE)
    paint_with(driver, "fill", EAST)
    click(driver, driver.at(unit(2, 6)))
    assert driver.holders([unit(2, 6)]) == [EAST]
    driver.click(driver.at(unit(2, 4)))
    assert "Ctrl+click gives all of Middle" in driver.text(".tm-hint")
    assert driver.session.totals.n_units.tolist() == [15, 10, 10]


def test_control_click_gives_the_whole_territory(driver: Driver) -> None:
    paint_with(driver, "fill", EAST)
    click(driver, driver.at(unit(2, 4)), CTRL)
    assert driver.session.totals.n_units.tolist() == [15, 0, 20]
    driver.wait_for_color(driver.at(unit(0, 3), 8, 8), driver.fill(EAST))


def test_an_enclosed_part_is_filled_though_it_is_all_its_territory_has(driver: Driver) -> None:
    """Middle has lost all but one square, which West surrounds."""
    give(driver, [unit(r, c) for r in range(ROWS) for c in (3, 4) if (r, c) != (2, 3)], WEST)
    paint_with(driver, "fill", WEST)
    click(driver, driver.at(unit(2, 3)))
    assert driver.session.totals.n_units.tolist() == [25, 0, 10]


def test_a_split_flashes_and_says_how_to_take_it_back(driver: Driver) -> None:
    """Row 2 of Middle goes to West: Middle is rows 0-1 and rows 3-4."""
    paint_with(driver, "brush", WEST, 0)
    driver.stroke([driver.at(unit(2, 3)), driver.at(unit(2, 4))])
    wait_until(lambda: "Middle is now in 2 pieces. Ctrl+Z" in driver.text(".tm-hint"))
    assert driver.session.totals.pieces.tolist() == [1, 2, 1]
    units = [unit(r, c) for r in (3, 4) for c in (3, 4)]
    again = f"(__tm.splits._show({units}), 1)"  # for the eye may be slower than the flash
    wait_until(lambda: driver.js(again) and is_like_flash(driver.pixel(driver.at(unit(3, 3), 8, 8))), "it flashes")
    assert not is_like_flash(driver.pixel(driver.at(unit(0, 3), 8, 8)))
    wait_until(lambda: driver.js("__tm.splits.units.length") == 0, "the flash ends")
    driver.wait_for_color(driver.at(unit(3, 3), 8, 8), driver.fill(MIDDLE))


def test_the_piece_that_came_off_is_known_while_the_button_is_down(driver: Driver) -> None:
    paint_with(driver, "brush", WEST, 0)
    driver.hold([driver.at(unit(3, 3)), driver.at(unit(3, 4))])
    wait_until(lambda: "Middle would be in 2 pieces" in driver.text(".tm-card"))
    assert sorted(driver.js("[...__tm.splits.units]")) == [unit(4, 3), unit(4, 4)]
    wait_until(lambda: is_like_flash(driver.pixel(driver.at(unit(4, 3), 8, 8))), "the piece is marked")
    driver.key(Qt.Key.Key_Escape)
    driver.wait_for_color(driver.at(unit(4, 3), 8, 8), driver.fill(MIDDLE))
    driver.release(driver.at(unit(3, 4)))
    assert driver.js("__tm.splits.units.length") == 0


def test_an_edit_from_elsewhere_that_splits_flashes_too(driver: Driver) -> None:
    give(driver, [unit(2, 5), unit(2, 6)], MIDDLE)
    wait_until(lambda: "East is now in 2 pieces" in driver.text(".tm-hint"))
    driver.session.undo()
    driver.session.redo()
    wait_until(lambda: "East is in 2 pieces again" in driver.text(".tm-hint"))


def test_a_new_territory_that_splits_another_flashes_too(driver: Driver) -> None:
    """The page gets the whole state then, with other positions."""
    row = np.array([unit(2, c) for c in range(COLUMNS)])
    driver.session.do(create_territory(driver.session.plan, "New", unit_ix=row))
    wait_until(lambda: "territories split besides: 2" in driver.text(".tm-hint"))
    assert driver.session.totals.pieces.tolist() == [2, 2, 2, 1]


def test_moving_units_that_split_nothing_does_not_flash(driver: Driver) -> None:
    driver.js("(__tm.hint.element.textContent = '', 1)")  # of the plan before
    give(driver, [unit(2, 3)], WEST)
    driver.rest()
    assert "pieces" not in driver.text(".tm-hint")
    assert driver.js("__tm.splits.units.length") == 0


def test_with_less_motion_a_split_is_shown_steadily(driver: Driver) -> None:
    """As where the system asks for it; the page's query cannot be switched from here, its answer is."""
    driver.js("(__tm.splits._isStill = { matches: true }, 1)")
    paint_with(driver, "brush", WEST, 0)
    driver.stroke([driver.at(unit(2, 3)), driver.at(unit(2, 4))])
    wait_until(lambda: driver.js("__tm.splits.units.length") == 4)
    strengths = {driver.js("__tm.splits.strength") for _ in range(4)}
    assert strengths == {0.75}
    wait_until(lambda: driver.js("__tm.splits.units.length") == 0, "it ends")
    driver.js("(__tm.splits._isStill = window.matchMedia('(prefers-reduced-motion: reduce)'), 1)")
