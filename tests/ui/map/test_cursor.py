"""The unit cursor with real key events: where it goes, what it does, what it says, what is seen.

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from territorymap.session.commands.units import set_units_locked
from tests.ui.map.conftest import unit
from tests.ui.map.driver import NO, Driver, wait_until
from tests.ui.map.test_strokes import ALT, CTRL, MIDDLE, NONE, SHIFT, WEST, paint_with

KEY = Qt.Key
RIGHT, LEFT, UP, DOWN = KEY.Key_Right, KEY.Key_Left, KEY.Key_Up, KEY.Key_Down


@pytest.fixture
def at_c4(driver: Driver) -> Driver:
    """The cursor stands on the square (2, 3), in the middle of the view, with the brush into West."""
    paint_with(driver, "brush", WEST, 6)
    driver.selection.set_units(np.array([unit(2, 3)], dtype=np.int32), "test")
    driver.view.view.setFocus()
    driver.rest()
    driver.key(KEY.Key_F2)
    wait_until(lambda: driver.js("__tm.cursor.unit") == unit(2, 3))
    driver.selection.set_units(np.array([], dtype=np.int32), "test")
    driver.rest()
    return driver


def keys(driver: Driver, *pressed: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    for key in pressed:
        driver.key(key, modifier)


def do(driver: Driver, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    """Press a key that makes an edit, and wait until it is painted."""
    n = len(driver.painted)
    driver.key(key, modifier)
    wait_until(lambda: len(driver.painted) > n or bool(driver.refused), "the edit is painted")
    driver.rest()


def test_arrows_go_from_unit_to_unit_and_back(at_c4: Driver) -> None:
    keys(at_c4, RIGHT, UP, UP)
    assert at_c4.js("__tm.cursor.unit") == unit(4, 4)
    keys(at_c4, DOWN, DOWN, LEFT, LEFT)
    assert at_c4.js("__tm.cursor.unit") == unit(2, 2)


def test_an_arrow_starts_the_cursor_with_every_tool_but_pan(driver: Driver) -> None:
    driver.view.view.setFocus()
    driver.view.set_tool("pan")
    driver.rest()
    center = driver.js("[__tm.map.getCenter().lat, __tm.map.getCenter().lng]")
    keys(driver, RIGHT)
    wait_until(lambda: driver.js("[__tm.map.getCenter().lat, __tm.map.getCenter().lng]") != center, "the map moves")
    assert driver.js("__tm.cursor.isOn") is False
    driver.view.set_tool("pick")
    driver.rest()
    keys(driver, RIGHT)
    assert driver.js("__tm.cursor.isOn") is True
    keys(driver, KEY.Key_Escape)
    assert driver.js("__tm.cursor.isOn") is False


def test_control_and_arrows_move_the_map_and_not_the_cursor(at_c4: Driver) -> None:
    before = at_c4.js("__tm.map.getCenter().lng")
    keys(at_c4, RIGHT, modifier=CTRL)
    assert at_c4.js("__tm.map.getCenter().lng") > before
    assert at_c4.js("__tm.cursor.unit") == unit(2, 3)


def test_space_gives_the_unit_to_the_target_as_one_step_and_says_the_result(at_c4: Driver) -> None:
    """West has 15 units; 16 of 35 would be even at 35 / 3."""
    said: list[str] = []
    at_c4.view.announced.connect(said.append)
    n = len(at_c4.session.timeline())
    do(at_c4, KEY.Key_Space)
    assert at_c4.holders([unit(2, 3)]) == [WEST]
    assert len(at_c4.session.timeline()) == n + 1
    at_c4.wait_for_color(at_c4.at(unit(2, 3), -22, -12), at_c4.fill(WEST), slack=30)  # the brush hovers over it
    wait_until(lambda: any("Units moved to West: 1" in text for text in said))
    assert any("West: " in text and "index" in text for text in said)
    assert at_c4.view.accessibleDescription() == said[-1]
    at_c4.session.undo()
    assert at_c4.holders([unit(2, 3)]) == [MIDDLE]


def test_each_step_is_said_with_unit_territory_and_numbers(at_c4: Driver) -> None:
    """The square C5 of row C: 1000 + 10 * 20 = 1200 of revenue."""
    said: list[str] = []
    at_c4.view.announced.connect(said.append)
    at_c4.session.do(set_units_locked(at_c4.session.plan, np.array([unit(2, 4)]), True))
    at_c4.rest()
    keys(at_c4, RIGHT)
    wait_until(lambda: bool(said))
    text = said[-1]
    assert text.startswith("Square C5 (C5), Row C. Middle, vacant.")
    assert "Revenue 1,200" in text
    assert "locked" in text
    assert at_c4.text(".tm-live") == text
    live = "document.querySelector('.tm-live')"
    assert at_c4.js(f"[{live}.getAttribute('aria-live'), {live}.getAttribute('role')]") == ["polite", "status"]
    keys(at_c4, RIGHT, RIGHT, RIGHT, RIGHT)
    wait_until(lambda: "There is no unit that way." in said)


def test_shift_and_arrows_select_and_space_gives_the_selection(at_c4: Driver) -> None:
    keys(at_c4, RIGHT, RIGHT, modifier=SHIFT)
    wait_until(lambda: at_c4.selection.units.tolist() == [unit(2, 3), unit(2, 4), unit(2, 5)])
    do(at_c4, KEY.Key_Space)
    assert at_c4.holders([unit(2, 3), unit(2, 4), unit(2, 5)]) == [WEST] * 3
    assert at_c4.session.totals.n_units.tolist() == [18, 8, 9]


def test_the_ring_is_seen_and_goes_with_escape(at_c4: Driver) -> None:
    side = (at_c4.at(unit(0, 1)) - at_c4.at(unit(0, 0))).x()
    edge = at_c4.at(unit(2, 3), side // 2, 0)
    image = at_c4.image()
    colors = {image.pixelColor(edge + QPoint(dx, 0)).name() for dx in range(-5, 6)}
    assert "#0b57d0" in colors
    assert "#ffffff" in colors
    keys(at_c4, KEY.Key_Escape)
    image = at_c4.image()
    assert "#0b57d0" not in {image.pixelColor(edge + QPoint(dx, 0)).name() for dx in range(-5, 6)}


def test_the_map_follows_the_cursor_out_of_view(at_c4: Driver) -> None:
    at_c4.js("(__tm.map.setZoom(__tm.map.getZoom() + 2, {animate: false}), 1)")
    keys(at_c4, RIGHT, RIGHT, RIGHT)
    x, y = at_c4.js("__tm.cursor.pixel")
    assert 0 < x < at_c4.view.width()
    assert 0 < y < at_c4.view.height()
    assert at_c4.js("__tm.cursor.unit") == unit(2, 6)


def test_enter_picks_with_the_tool_pick(at_c4: Driver) -> None:
    at_c4.view.set_tool("pick")
    at_c4.rest()
    keys(at_c4, RIGHT, KEY.Key_Return)
    wait_until(lambda: at_c4.selection.units.tolist() == [unit(2, 4)])
    assert at_c4.selection.territory_id == at_c4.session.plan.territories[MIDDLE].territory_id


def test_a_brush_stroke_by_keys_is_one_step(at_c4: Driver) -> None:
    n = len(at_c4.session.timeline())
    keys(at_c4, KEY.Key_Return, RIGHT, RIGHT)
    assert at_c4.js("__tm.tools.stroke.size") == 3
    do(at_c4, KEY.Key_Return)
    assert at_c4.holders([unit(2, c) for c in (3, 4, 5)]) == [WEST] * 3
    assert len(at_c4.session.timeline()) == n + 1


def test_escape_gives_up_what_is_held_and_the_cursor_stays(at_c4: Driver) -> None:
    keys(at_c4, KEY.Key_Return, RIGHT, KEY.Key_Escape)
    assert at_c4.js("__tm.tools.stroke") is None
    assert at_c4.js("__tm.cursor.isOn") is True
    keys(at_c4, KEY.Key_Return)
    assert at_c4.js("__tm.tools.stroke.size") == 1
    keys(at_c4, KEY.Key_Escape)
    assert at_c4.painted == []


def test_by_keys_the_brush_is_as_small_as_the_cursor(at_c4: Driver) -> None:
    """Its circle would reach the neighbours: what is outlined is what Space gives, and no more is painted."""
    at_c4.view.set_brush_radius(100)
    at_c4.rest()
    keys(at_c4, RIGHT)
    assert at_c4.js("[...__tm.overlay.sketch.candidates]") == [unit(2, 4)]
    assert not at_c4.is_shown(".tm-brush")
    keys(at_c4, KEY.Key_Return)
    do(at_c4, KEY.Key_Return)
    assert at_c4.session.totals.n_units.tolist() == [16, 9, 10]


def test_a_lasso_by_keys(at_c4: Driver) -> None:
    """Around (2, 4) by the inner points of the eight squares about it: those on the line may go either way."""
    at_c4.view.set_tool("lasso")
    at_c4.rest()
    keys(at_c4, UP, KEY.Key_Return, RIGHT, RIGHT, DOWN, DOWN, LEFT, LEFT, UP)
    do(at_c4, KEY.Key_Return)
    assert at_c4.holders([unit(2, 4)]) == [WEST]


def test_a_rectangle_by_keys(at_c4: Driver) -> None:
    """Alt and arrows put its corners off the inner points."""
    at_c4.view.set_tool("rectangle")
    at_c4.rest()
    keys(at_c4, LEFT, UP, modifier=ALT)
    keys(at_c4, KEY.Key_Return, RIGHT, DOWN)
    keys(at_c4, RIGHT, DOWN, modifier=ALT)
    do(at_c4, KEY.Key_Return)
    assert at_c4.holders([unit(2, 3), unit(2, 4), unit(1, 3), unit(1, 4)]) == [WEST] * 4
    assert at_c4.session.totals.n_units.tolist() == [19, 6, 10]


def test_a_hole_is_filled_by_keys(at_c4: Driver) -> None:
    at_c4.view.set_tool("fill")
    at_c4.rest()
    keys(at_c4, RIGHT, RIGHT, RIGHT, RIGHT)
    do(at_c4, KEY.Key_Space)
    assert at_c4.holders([unit(r, 7) for r in range(5)]) == [WEST] * 5


def test_a_border_is_pulled_by_keys(at_c4: Driver) -> None:
    """The pointer is nudged to the border between West and Middle, held, and pulled east by a unit and a half."""
    at_c4.view.set_tool("border")
    at_c4.rest()
    side = (at_c4.at(unit(0, 1)) - at_c4.at(unit(0, 0))).x()
    keys(at_c4, *[LEFT] * round(side / 2 / 10), modifier=ALT)
    keys(at_c4, KEY.Key_Return)
    assert at_c4.js("__tm.tools.isBusy") is True
    keys(at_c4, *[RIGHT] * round(side * 1.2 / 10), modifier=ALT)
    do(at_c4, KEY.Key_Return)
    assert at_c4.holders([unit(2, 3)]) == [WEST]


def test_whole_parents_are_passed_and_given_at_once(at_c4: Driver) -> None:
    at_c4.view.set_level(1)
    at_c4.rest()
    keys(at_c4, UP)
    assert at_c4.js("__tm.cursor.unit") == unit(3, 3)
    do(at_c4, KEY.Key_Space)
    assert at_c4.holders([unit(3, c) for c in range(8)]) == [WEST] * 8


def test_what_is_locked_is_told(at_c4: Driver) -> None:
    at_c4.session.do(set_units_locked(at_c4.session.plan, np.array([unit(2, 3)]), True))
    at_c4.rest()
    keys(at_c4, KEY.Key_Space)
    assert "Locked: Square C4" in at_c4.text(".tm-hint")
    assert at_c4.holders([unit(2, 3)]) == [MIDDLE]


def test_erasing_by_keys(at_c4: Driver) -> None:
    keys(at_c4, KEY.Key_E)
    do(at_c4, KEY.Key_Space)
    assert at_c4.holders([unit(2, 3)]) == [NONE]


def test_a_press_of_the_mouse_ends_the_cursor(at_c4: Driver) -> None:
    at_c4.click(at_c4.at(unit(4, 0)))
    assert at_c4.js("__tm.cursor.isOn") is False


def test_the_menu_key_opens_the_menu_at_the_cursor(at_c4: Driver) -> None:
    asked: list[tuple[int, QPoint]] = []
    at_c4.view.menu_requested.connect(lambda u, place: asked.append((u, place)))
    keys(at_c4, RIGHT)
    at_c4.js("(__tm.tools.box.dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true})), 1)")
    wait_until(lambda: bool(asked))
    assert asked[0][0] == unit(2, 4)
    assert (asked[0][1] - at_c4.at(unit(2, 4))).manhattanLength() <= 2


def test_a_boundary_is_drawn_point_by_point_by_keys(at_c4: Driver) -> None:
    """Corners a little outside the inner points of (1, 3), (1, 5), (3, 5), (3, 3): by majority of area the square in
    the middle and the four beside it, of which a little more than half is inside."""
    at_c4.view.set_tool("draw")
    at_c4.rest()
    n = len(at_c4.session.plan.territories)
    corners = [
        ((DOWN,), (LEFT, DOWN)),
        ((RIGHT, RIGHT), (RIGHT, DOWN)),
        ((UP, UP), (RIGHT, UP)),
        ((LEFT, LEFT), (LEFT, UP)),
    ]
    for steps, nudges in corners:
        keys(at_c4, *steps)
        keys(at_c4, *nudges, modifier=ALT)
        keys(at_c4, KEY.Key_Space)
    assert at_c4.js("__tm.tools.gesture.points.length") == 8
    keys(at_c4, KEY.Key_Return)
    wait_until(lambda: len(at_c4.session.plan.territories) == n + 1, "the boundary became a territory")
    inside = [unit(2, 4), unit(1, 4), unit(3, 4), unit(2, 3), unit(2, 5)]
    assert np.flatnonzero(at_c4.session.plan.unit_territory == n).tolist() == sorted(inside)


def test_a_cut_is_drawn_by_keys(at_c4: Driver) -> None:
    """A line from one square to the other side of the next one's middle."""
    at_c4.view.set_tool("cut")
    at_c4.rest()
    n = len(at_c4.session.plan.units)
    keys(at_c4, LEFT, KEY.Key_Space, RIGHT, RIGHT, KEY.Key_Space)
    assert at_c4.js("__tm.tools.gesture.points.length") == 4
    keys(at_c4, KEY.Key_Return)
    wait_until(lambda: len(at_c4.session.plan.units) > n or bool(at_c4.text(".tm-hint")), "the cut is done or refused")
    assert len(at_c4.session.plan.units) == n + 1


def test_the_border_is_pushed_unit_by_unit(at_c4: Driver) -> None:
    """From West's column 2 eastward: each Space pushes the border over the unit that the cursor has come to."""
    at_c4.view.set_tool("border")
    at_c4.rest()
    n = len(at_c4.session.timeline())
    keys(at_c4, LEFT, RIGHT)
    do(at_c4, KEY.Key_Space)
    assert at_c4.holders([unit(2, 3), unit(2, 4)]) == [WEST, MIDDLE]
    keys(at_c4, UP, LEFT, RIGHT)
    do(at_c4, KEY.Key_Space)
    assert at_c4.holders([unit(3, 3)]) == [WEST]
    assert len(at_c4.session.timeline()) == n + 2


def test_a_push_that_splits_is_held_back_and_shift_does_it(at_c4: Driver) -> None:
    """Of Middle's two columns, (2, 4) is the bridge once (2, 3) is West's."""
    at_c4.view.set_tool("border")
    at_c4.rest()
    keys(at_c4, LEFT, RIGHT)
    do(at_c4, KEY.Key_Space)
    keys(at_c4, RIGHT)
    n = len(at_c4.painted)
    keys(at_c4, KEY.Key_Space)
    assert "Middle would be in 2 pieces" in at_c4.text(".tm-hint")
    assert len(at_c4.painted) == n
    assert at_c4.holders([unit(2, 4)]) == [MIDDLE]
    do(at_c4, KEY.Key_Space, SHIFT)
    assert at_c4.holders([unit(2, 4)]) == [WEST]
    assert at_c4.session.totals.pieces.tolist() == [1, 2, 1]


def test_where_no_territory_is_beside_nothing_is_pushed(at_c4: Driver) -> None:
    at_c4.view.set_tool("border")
    at_c4.rest()
    keys(at_c4, LEFT, LEFT, LEFT)
    keys(at_c4, KEY.Key_Space)
    assert "No other territory to push from" in at_c4.text(".tm-hint")
    assert at_c4.painted == []
