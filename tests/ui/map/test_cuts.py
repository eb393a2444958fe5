"""Cuts, drawings and joins that the page asks for: the plan, the file, and the pixels of the same view.

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows; a square a degree wide.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint

from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, wait_until

WEST, MIDDLE, EAST, NEW = 0, 1, 2, 3


def ask(driver: Driver, kind: str, **fields: Any) -> None:
    """Let the page send an edit, as its tools do, and wait until the plan has it or refuses."""
    rev, n_refused = driver.session.rev, len(driver.refused)
    fields = {"kind": kind, "seq": 900 + rev, "rev": rev, **fields}
    driver.js(f"__tm.send({fields!r})".replace("None", "null"))
    wait_until(lambda: driver.session.rev != rev or len(driver.refused) > n_refused, f"{kind} is answered")
    driver.rest()


def place(driver: Driver, lon: float, lat: float) -> QPoint:
    """Return the place in the widget of a point on the globe."""
    x, y = driver.js(f"(p => [p.x, p.y])(__tm.map.latLngToContainerPoint([{lat}, {lon}]))")
    return QPoint(round(x), round(y))


def codes(driver: Driver) -> set[str]:
    return {str(code) for code in driver.session.plan.units.code}


def test_a_cut_shows_its_parts_and_keeps_view_tool_and_target(driver: Driver) -> None:
    """The left side of a line southward through the column 2 is its east: that goes to East."""
    plan = driver.session.plan
    driver.view.set_tool("brush")
    driver.view.set_target(plan.territories[EAST].territory_id)
    driver.js("__tm.map.setView([40.3, -97.4], 7, {animate: false}) && null")
    driver.rest()
    view = driver.js("[__tm.map.getZoom(), __tm.map.getCenter()]")
    east = plan.territories[EAST].territory_id
    ask(driver, "cut", territory=east, line=[[-97.5, 43.5], [-97.5, 37.5]])
    assert {"A3-a", "A3-b", "E3-a", "E3-b"} <= codes(driver)
    driver.wait_for_color(place(driver, -97.2, 40.2), driver.fill(EAST))
    driver.wait_for_color(place(driver, -97.8, 40.2), driver.fill(WEST))
    assert driver.js("__tm.ground.nUnits") == 45
    assert driver.js("document.querySelectorAll('.tm-stage').length") == 1  # the picture before is gone
    assert driver.js("[__tm.map.getZoom(), __tm.map.getCenter()]") == view
    assert driver.view.tool == "brush"
    assert driver.view.target == east
    assert driver.js("__tm.choice.target") == east
    driver.session.undo("test")
    driver.rest()
    driver.wait_for_color(place(driver, -97.2, 40.2), driver.fill(WEST))
    assert driver.js("__tm.ground.nUnits") == 40
    driver.session.redo("test")
    driver.wait_for_color(place(driver, -97.2, 40.2), driver.fill(EAST))


def test_no_hairline_shows_between_parts_of_one_territory(driver: Driver) -> None:
    """A row of pixels across the cut has one colour, besides the thin border between units, which is switched off."""
    ask(driver, "cut", territory=None, line=[[-97.63, 43.5], [-97.41, 37.5]])
    wait_until(lambda: driver.js("__tm.ground.nUnits") == 45)
    at = [place(driver, -97.9 + i * 0.01, 40.5) for i in range(80)]
    driver.wait_for_color(at[0], driver.fill(WEST))
    image = driver.image()
    seen = {image.pixelColor(point * image.devicePixelRatio()).getRgb()[:3] for point in at}  # type: ignore[index]
    assert len(seen) == 1, seen


def test_strokes_go_on_after_a_cut(driver: Driver) -> None:
    ask(driver, "cut", territory=None, line=[[-97.5, 41.1], [-97.5, 39.9]])
    part = driver.session.plan.units.ix_by_code["C3-b"]
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.view.set_target(driver.session.plan.territories[MIDDLE].territory_id)
    driver.rest()
    driver.stroke([driver.at(part), driver.at(part, 3, 3)])
    assert driver.holders([part]) == [MIDDLE]
    driver.wait_for_color(driver.at(part), driver.fill(MIDDLE))
    assert driver.session.plan.unit_territory[driver.session.plan.units.ix_by_code["C3-a"]] == WEST


def test_a_drawn_polygon_becomes_a_territory_exactly(driver: Driver) -> None:
    ring = [[-98.5, 39.5], [-95.5, 39.5], [-95.5, 41.5], [-98.5, 41.5]]
    ask(driver, "draw", territory=None, new_name="Core", rule="exact", polygon=ring)
    assert driver.session.plan.territories[NEW].name == "Core"
    for lon, lat in ((-98.4, 39.6), (-95.6, 41.4), (-97.2, 40.2)):
        driver.wait_for_color(place(driver, lon, lat), driver.fill(NEW))
    driver.wait_for_color(place(driver, -98.7, 40.2), driver.fill(WEST))
    assert driver.session.timeline()[-1].label == "Draw Core"
    driver.session.undo("test")
    driver.wait_for_color(place(driver, -98.4, 39.6), driver.fill(WEST))


def test_a_drawn_polygon_takes_whole_units_by_majority(driver: Driver) -> None:
    ring = [[-98.4, 39.4], [-96.6, 39.4], [-96.6, 41.6], [-98.4, 41.6]]
    middle = driver.session.plan.territories[MIDDLE].territory_id
    ask(driver, "draw", territory=middle, new_name=None, rule="majority", polygon=ring)
    assert np.flatnonzero(driver.session.plan.unit_territory == MIDDLE).tolist() == sorted(
        {unit(1, 2), unit(2, 2), unit(3, 2), *(unit(row, column) for row in range(5) for column in (3, 4))}
    )
    driver.wait_for_color(driver.at(unit(2, 2)), driver.fill(MIDDLE))


def test_parts_are_joined_again(driver: Driver) -> None:
    ask(driver, "cut", territory=None, line=[[-97.5, 41.1], [-97.5, 39.9]])
    parts = sorted(driver.session.plan.units.ix_by_code[code] for code in ("C3-a", "C3-b"))
    ask(driver, "join", units=[int(ix) for ix in parts])
    assert "C3" in codes(driver)
    wait_until(lambda: driver.js("__tm.ground.nUnits") == 40)


def test_refusals_reach_the_page(driver: Driver) -> None:
    ask(driver, "cut", territory=None, line=[[10, 10], [11, 11]])
    assert "No unit is cut" in driver.refused[-1]
    driver.js('__tm.send({kind: "join", seq: 5, rev: 999, units: [1]})')
    wait_until(lambda: "changed while you were drawing" in driver.refused[-1])
