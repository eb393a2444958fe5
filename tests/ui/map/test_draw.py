"""Boundaries and cuts are drawn with real mouse events: freehand, by clicks, taken back, given up.

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from territorymap.session.commands.accounts import set_override
from territorymap.session.commands.units import set_units_locked
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, wait_until

WEST, MIDDLE, EAST, NONE = 0, 1, 2, -1
KEY = Qt.Key


def draw_with(driver: Driver, rule: str = "majority", *, is_new: bool = True, name: str = "") -> None:
    driver.view.set_tool("draw")
    driver.view.set_drawing(rule, is_new, name)
    driver.rest()


def corner(driver: Driver, row: float, column: float) -> QPoint:
    """A place on the screen: row and column of the grid, whole numbers are the squares' corners in the south-west."""
    lon, lat = -100 + column, 38 + row
    at = driver.js(f"__tm.map.latLngToContainerPoint([{lat}, {lon}])")
    return QPoint(round(at["x"]), round(at["y"]))


def box(driver: Driver, south: float, west: float, north: float, east: float) -> list[QPoint]:
    return [corner(driver, *at) for at in ((south, west), (south, east), (north, east), (north, west))]


def click_along(driver: Driver, places: list[QPoint]) -> None:
    for place in places:
        driver.click(place)
        driver.js("(__tm.tools.gesture._downAt.when = 0, 1)")  # clicks of a test are quicker than a person's


def wait_for_preview(driver: Driver) -> set[int]:
    """Wait until Python has answered for what is drawn now; returns the units that would be taken."""
    wait_until(lambda: driver.js("__tm.tools.gesture._isAsking === false"), "the preview")
    return set(driver.js("[...__tm.tools.gesture.stroke.before.keys()]"))


def done(driver: Driver, rev: int) -> None:
    wait_until(lambda: driver.session.rev > rev, "the drawing is done")
    wait_until(lambda: driver.js("__tm.plan && __tm.plan.rev") == driver.session.rev, "the page knows")
    driver.rest()


def test_a_boundary_by_clicks_becomes_a_territory(driver: Driver) -> None:
    """Four squares of West and two of Middle lie in it for the most part."""
    draw_with(driver)
    rev, n_steps = driver.session.rev, len(driver.session.timeline())
    click_along(driver, box(driver, 0.9, 0.9, 3.1, 4.1))
    expected = {unit(row, column) for row in (1, 2) for column in (1, 2, 3)}
    assert wait_for_preview(driver) == expected
    card = driver.text(".tm-card").replace("\n", " ")
    for part in ("Territory 4", "+6 units", "mostly inside", "West", "−4 units", "Middle", "−2 units"):
        assert part in card, card
    driver.key(KEY.Key_Return)
    done(driver, rev)
    plan = driver.session.plan
    assert plan.territories[3].name == "Territory 4"
    assert set(np.flatnonzero(plan.unit_territory == 3).tolist()) == expected
    assert driver.holders([unit(1, 1), unit(2, 3), unit(0, 0)]) == [3, 3, WEST]
    assert len(driver.session.timeline()) == n_steps + 1
    driver.wait_for_color(driver.at(unit(1, 2)), driver.fill(3))
    assert not driver.is_shown(".tm-card")
    driver.session.undo()
    driver.wait_for_color(driver.at(unit(1, 2)), driver.fill(WEST))
    assert driver.session.plan.n_territories == 3


def test_the_totals_of_the_preview_are_those_of_python(driver: Driver) -> None:
    draw_with(driver)
    rev = driver.session.rev
    click_along(driver, box(driver, 0.9, 0.9, 3.1, 4.1))
    wait_for_preview(driver)
    preview = driver.js(
        "(s => ({total: s.totals.total.map(r => [...r]), area: [...s.totals.area], perimeter: [...s.totals.perimeter],"
        " pieces: [...s.pieces].map(([ix, [, now]]) => [ix, now]),"
        " index: s.totals.total.map((_, ix) => s.indexOf(s.totals, __tm.plan.assigned(s.totals), ix, 0, true))}))"
        "(__tm.tools.gesture.stroke)"
    )
    driver.key(KEY.Key_Return)
    done(driver, rev)
    totals, balance = driver.session.totals, driver.session.balance
    np.testing.assert_allclose(np.array(preview["total"]).T, totals.territory_total, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(preview["area"], totals.area_km2, rtol=1e-9)
    np.testing.assert_allclose(preview["perimeter"], totals.perimeter_km, rtol=1e-9)
    np.testing.assert_allclose(preview["index"], balance.index[0], rtol=1e-9)
    for ix, n in preview["pieces"]:
        assert n == totals.pieces[ix]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("majority", {(1, 1), (1, 2)}),
        ("centroid", {(1, 1), (1, 2)}),
        ("touch", {(r, c) for r in (0, 1, 2) for c in (0, 1, 2, 3)}),
    ],
)
def test_the_rule_says_which_units_are_taken(driver: Driver, rule: str, expected: set[tuple[int, int]]) -> None:
    """A box a little larger than two squares touches the twelve around."""
    draw_with(driver, rule, name="Mine")
    rev = driver.session.rev
    click_along(driver, box(driver, 0.9, 0.9, 2.1, 3.1))
    assert wait_for_preview(driver) == {unit(*at) for at in expected}
    driver.click(corner(driver, 0.9, 0.9))  # the first point closes
    done(driver, rev)
    assert driver.session.plan.territories[3].name == "Mine"
    assert set(np.flatnonzero(driver.session.plan.unit_territory == 3).tolist()) == {unit(*at) for at in expected}


def test_a_freehand_boundary_is_added_to_the_target(driver: Driver) -> None:
    draw_with(driver, is_new=False)
    driver.view.set_target(driver.session.plan.territories[EAST].territory_id)
    driver.rest()
    rev = driver.session.rev
    path = box(driver, 0.9, 2.9, 2.1, 5.1)
    driver.hold([*path, path[0] + QPoint(0, -4)])
    assert wait_for_preview(driver) == {unit(1, 3), unit(1, 4)}
    assert "Added to East" in driver.text(".tm-card")
    driver.release(path[0] + QPoint(0, -4))
    done(driver, rev)
    assert driver.holders([unit(1, 3), unit(1, 4), unit(2, 3), unit(1, 5)]) == [EAST, EAST, MIDDLE, EAST]
    assert driver.session.plan.n_territories == 3


def test_an_exact_boundary_cuts_units(driver: Driver) -> None:
    """A box over half of two squares: each is cut in two, the inner halves make the territory."""
    draw_with(driver, "exact")
    rev = driver.session.rev
    click_along(driver, box(driver, 1.5, 1, 2, 3)[:2] + box(driver, 1.5, 1, 2.3, 3)[2:])
    assert wait_for_preview(driver) == set()
    wait_until(lambda: "will be cut" in driver.text(".tm-card"))
    driver.key(KEY.Key_Return)
    done(driver, rev)
    plan = driver.session.plan
    mine = np.flatnonzero(plan.unit_territory == 3)
    assert sorted(plan.units.part_of[mine].tolist()) == ["B2", "B3", "C2", "C3"]
    assert float(plan.units.area_km2[mine].sum()) == pytest.approx(
        0.8 * 2 * 111.32 * 111.0 * np.cos(np.radians(39.9)), rel=0.01
    )


def test_backspace_takes_a_point_back_and_escape_gives_up(driver: Driver) -> None:
    draw_with(driver)
    rev = driver.session.rev
    click_along(driver, box(driver, 0.9, 0.9, 2.1, 3.1))
    assert len(driver.js("__tm.tools.gesture.points")) == 8
    driver.key(KEY.Key_Backspace)
    assert len(driver.js("__tm.tools.gesture.points")) == 6
    driver.key(KEY.Key_Escape)
    assert driver.js("__tm.tools.gesture.points") == []
    assert not driver.is_shown(".tm-card")
    driver.click(corner(driver, 1, 1))
    driver.key(KEY.Key_Backspace)
    assert driver.js("__tm.tools.isBusy") is False
    driver.key(KEY.Key_Return)
    driver.rest()
    assert driver.session.rev == rev


def test_a_double_click_ends_a_boundary(driver: Driver) -> None:
    draw_with(driver, "touch")
    rev = driver.session.rev
    places = box(driver, 0.2, 0.2, 0.8, 0.8)
    click_along(driver, places[:3])
    driver.click(places[3])
    driver.click(places[3])
    done(driver, rev)
    assert driver.holders([unit(0, 0), unit(0, 1)]) == [3, WEST]


def test_a_locked_unit_refuses_the_boundary_by_name(driver: Driver) -> None:
    session = driver.session
    session.do(set_units_locked(session.plan, np.array([unit(1, 1)]), True))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    draw_with(driver)
    rev = session.rev
    click_along(driver, box(driver, 0.9, 0.9, 2.1, 3.1))
    wait_for_preview(driver)
    wait_until(lambda: "will be refused (1): Square B2" in driver.text(".tm-card"))
    driver.key(KEY.Key_Return)
    wait_until(lambda: bool(driver.refused))
    assert "Square B2" in driver.refused[0]
    assert session.rev == rev


def test_a_line_cuts_the_squares_that_it_crosses(driver: Driver) -> None:
    """From the sea in the west through B1 and B2 into B3: two squares are cut, the third stays whole."""
    driver.view.set_tool("cut")
    driver.rest()
    rev, n_steps = driver.session.rev, len(driver.session.timeline())
    driver.hold([corner(driver, 1.5, -0.1), corner(driver, 1.52, 1), corner(driver, 1.5, 2.5)])
    wait_until(lambda: "Units to be cut: 2, into 4 parts" in driver.text(".tm-card"))
    assert "Square B3" in driver.text(".tm-card")
    driver.release(corner(driver, 1.5, 2.5))
    done(driver, rev)
    units = driver.session.plan.units
    assert len(units) == 42
    assert sorted(str(code) for code in units.code[units.part_of != ""]) == ["B1-a", "B1-b", "B2-a", "B2-b"]
    assert len(driver.session.timeline()) == n_steps + 1
    assert driver.js("__tm.ground.nUnits") == 42
    driver.session.undo()
    done(driver, rev + 1)
    assert driver.js("__tm.ground.nUnits") == 40


def test_a_closed_line_cuts_out_what_lies_inside(driver: Driver) -> None:
    driver.view.set_tool("cut")
    driver.rest()
    rev = driver.session.rev
    places = box(driver, 1.25, 1.25, 1.75, 1.75)
    click_along(driver, places)
    driver.click(places[0])
    done(driver, rev)
    units = driver.session.plan.units
    parts = np.flatnonzero(units.part_of == "B2")
    whole = 111.0 * 111.32 * np.cos(np.radians(39.5))
    np.testing.assert_allclose(sorted(units.area_km2[parts]), [whole / 4, whole * 3 / 4], rtol=0.02)


def test_the_map_keeps_its_view_and_its_pixels_over_a_cut(driver: Driver) -> None:
    driver.view.set_tool("cut")
    driver.rest()
    rev = driver.session.rev
    places = [driver.at(unit(1, 1)), driver.at(unit(1, 5)), driver.at(unit(1, 7))]
    driver.hold([corner(driver, 1.5, -0.1), corner(driver, 1.5, 1.2)])
    driver.release(corner(driver, 1.5, 1.2))
    done(driver, rev)
    for place, ix in zip(places, (WEST, EAST, NONE), strict=True):
        driver.wait_for_color(place + QPoint(12, 12), driver.fill(ix))


def test_the_preview_asks_once_at_a_time(driver: Driver) -> None:
    """Many moves, few questions: each waits for the answer to the one before, and the last line is asked for."""
    draw_with(driver)
    driver.js("(window.asked = [], window.was = __tm.send.bind(__tm), __tm.send = m => (asked.push(m), was(m)), 1)")
    driver.hold([*box(driver, 0.5, 0.5, 3.5, 4.5), corner(driver, 1, 0.5)])
    wait_for_preview(driver)
    asked = [m for m in driver.js("asked") if m["kind"] == "probe"]
    drawn = driver.js("__tm.tools.gesture.points.length / 2")
    assert 1 <= len(asked) <= drawn
    assert len(asked[-1]["points"]) == drawn, json.dumps(asked[-1])[:200]
    driver.key(KEY.Key_Escape)
    driver.release(corner(driver, 1, 0.5))
    driver.js("(__tm.send = was, 1)")


def test_the_target_may_be_changed_while_points_wait(driver: Driver) -> None:
    """Two points for East; then Alt+click on Middle, and the boundary goes there."""
    draw_with(driver, is_new=False)
    driver.view.set_target(driver.session.plan.territories[EAST].territory_id)
    driver.rest()
    rev = driver.session.rev
    places = box(driver, 0.9, 0.9, 2.1, 3.1)
    click_along(driver, places[:2])
    driver.click(driver.at(unit(4, 3)), Qt.KeyboardModifier.AltModifier)
    click_along(driver, places[2:])
    assert wait_for_preview(driver) == {unit(1, 1), unit(1, 2)}
    assert "Added to Middle" in driver.text(".tm-card")
    driver.key(KEY.Key_Return)
    done(driver, rev)
    assert driver.holders([unit(1, 1), unit(1, 2), unit(1, 0)]) == [MIDDLE, MIDDLE, WEST]


def test_an_exact_boundary_leaves_whole_what_the_target_has(driver: Driver) -> None:
    """Half of B3 (West) and half of B4 (Middle) go to West: only B4 is cut."""
    draw_with(driver, "exact", is_new=False)
    driver.view.set_target(driver.session.plan.territories[WEST].territory_id)
    driver.rest()
    rev = driver.session.rev
    click_along(driver, box(driver, 1.2, 2.5, 1.8, 3.5))
    wait_for_preview(driver)
    wait_until(lambda: "will be cut: 1" in driver.text(".tm-card"))
    driver.key(KEY.Key_Return)
    done(driver, rev)
    units = driver.session.plan.units
    assert {str(code) for code in units.part_of} == {"", "B4"}


@pytest.mark.parametrize("is_new", [True, False])
def test_the_totals_of_an_exact_preview_are_those_of_python(driver: Driver, is_new: bool) -> None:
    """Accounts, one of them given away by name, homes and ways: all as after the cut."""
    session = driver.session
    given = np.flatnonzero(session.plan.accounts.unit_ix == unit(1, 2))
    session.do(set_override(session.plan, given, session.plan.territories[WEST].territory_id, "by name"))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    draw_with(driver, "exact", is_new=is_new)
    driver.view.set_target(session.plan.territories[EAST].territory_id)
    driver.rest()
    rev = session.rev
    click_along(driver, box(driver, 0.3, 1.4, 3.2, 5.3))
    wait_for_preview(driver)
    preview = driver.js(
        "(s => ({total: s.totals.total.map(r => [...r]), nUnits: [...s.totals.nUnits],"
        " nAccounts: [...s.totals.nAccounts], touched: s.touched()}))(__tm.tools.gesture.stroke)"
    )
    driver.key(KEY.Key_Return)
    done(driver, rev)
    totals = session.totals
    np.testing.assert_allclose(np.array(preview["total"]).T, totals.territory_total, rtol=1e-9, atol=1e-9)
    assert preview["nUnits"] == totals.n_units.tolist()
    assert preview["nAccounts"] == totals.n_accounts.tolist()
    assert preview["touched"][0]["ix"] == (3 if is_new else EAST)
