"""The tools across 180 degrees, where Fiji and the Aleutians lie, with real events.

Two rows of three units; the middle ones reach from 179 east to 179 west, so their halves lie at both ends of the world.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt

from territorymap.document import Writer
from territorymap.geo.layer import measure_geometry
from territorymap.model.plan import Plan
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer
from tests.ui.map.conftest import COLORS
from tests.ui.map.driver import NO, Driver, wait_until
from tests.ui.map.test_fill import click, is_like_flash
from tests.ui.map.test_strokes import paint_with

A1, A2, A3, B1, B2, B3 = range(6)
FIJI, TONGA = 0, 1


@pytest.fixture
def line(map_driver: Driver, tmp_path: Path) -> Iterator[Driver]:
    """Row A is Fiji's, row B is Tonga's; 180 degrees is in the middle of the view."""
    layer = grid_layer(3, 2, west=176, south=-18)
    for row in range(2):
        south, north = -18 + row, -17 + row
        layer.geometry[row * 3] = shapely.MultiPolygon([shapely.box(177, south, 179, north)])
        layer.geometry[row * 3 + 1] = shapely.MultiPolygon(
            [shapely.box(179, south, 180, north), shapely.box(-180, south, -179, north)]
        )
        layer.geometry[row * 3 + 2] = shapely.MultiPolygon([shapely.box(-179, south, -177, north)])
        layer.lon[row * 3 : row * 3 + 3] = 178, 179.5, -178
    layer.area_km2[:], layer.perimeter_km[:] = measure_geometry(layer.geometry)
    session = Session.create(tmp_path / "date_line.gpkg", layer)

    def run(writer: Writer, plan: Plan) -> None:
        rows = [territory_row(plan, name, COLORS[i], None, i) for i, name in enumerate(("Fiji", "Tonga"))]
        for i, territory_id in enumerate(writer.insert("territory", rows)):
            writer.assign(plan.units.unit_id[i * 3 : i * 3 + 3], territory_id)

    session.do(Command("Set up", run))
    map_driver.show(session)
    map_driver.js("(__tm.map.setView([-17, 180], 7.5, {animate: false}), 1)")
    map_driver.rest()
    yield map_driver
    complaints = list(map_driver.view.page.complaints)
    map_driver.view.set_session(None)
    session.close()
    assert complaints == []


def place(driver: Driver, lon: float, lat: float) -> QPoint:
    x, y = driver.js(f"(p => [p.x, p.y])(__tm.map.latLngToContainerPoint([{lat}, {lon}]))")
    return QPoint(round(x), round(y))


@pytest.mark.parametrize("lon", [179.5, 180.5])
def test_either_half_fills_the_whole_unit(line: Driver, lon: float) -> None:
    """A2 goes to Tonga by the brush on the one or the other."""
    paint_with(line, "brush", TONGA, 0)
    at = place(line, lon, -17.5)
    line.stroke([at, at])
    assert line.holders([A1, A2, A3]) == [FIJI, TONGA, FIJI]
    for half in (179.5, 180.5):
        line.wait_for_color(place(line, half, -17.2), line.fill(TONGA), slack=6)


def test_the_piece_beyond_180_degrees_flashes(line: Driver) -> None:
    paint_with(line, "brush", TONGA, 0)
    at = place(line, 180.5, -17.5)
    line.stroke([at, at])
    wait_until(lambda: "Fiji is now in 2 pieces" in line.text(".tm-hint"))
    wait_until(
        lambda: line.js("(__tm.splits._show([2]), 1)") and is_like_flash(line.pixel(place(line, 182, -17.5))),
        "the piece flashes",
    )


def test_a_parent_is_painted_on_both_sides(line: Driver) -> None:
    paint_with(line, "brush", TONGA, 0)
    line.view.set_level(1)
    line.rest()
    at = place(line, 178, -17.5)
    line.stroke([at, at])
    assert line.holders([A1, A2, A3]) == [TONGA] * 3
    line.wait_for_color(place(line, 182, -17.2), line.fill(TONGA), slack=6)


def test_filling_the_whole_territory_takes_both_sides(line: Driver) -> None:
    paint_with(line, "fill", FIJI)
    click(line, place(line, 181.8, -16.5), Qt.KeyboardModifier.ControlModifier)
    assert line.holders(list(range(6))) == [FIJI] * 6


def test_the_cursor_walks_across_and_the_map_does_not_jump(line: Driver) -> None:
    paint_with(line, "brush", TONGA, 0)
    line.view.view.setFocus()
    line.selection.set_units(np.array([A1], dtype=np.int32), "test")
    line.rest()
    line.key(Qt.Key.Key_F2)
    center = line.js("__tm.map.getCenter().lng")
    seen = [line.js("[__tm.cursor.unit, __tm.cursor.pixel[0]]")]
    for _ in range(2):
        line.key(Qt.Key.Key_Right)
        seen.append(line.js("[__tm.cursor.unit, __tm.cursor.pixel[0]]"))
    assert [u for u, _ in seen] == [A1, A2, A3]
    assert seen[0][1] < seen[1][1] < seen[2][1]
    assert line.js("__tm.map.getCenter().lng") == center
    n = len(line.painted)
    line.key(Qt.Key.Key_Space)
    wait_until(lambda: len(line.painted) > n)
    assert line.holders([A3]) == [TONGA]
    line.key(Qt.Key.Key_Left, NO)
    line.key(Qt.Key.Key_Left, NO)
    assert line.js("__tm.cursor.unit") == A1
    line.key(Qt.Key.Key_Escape)


def test_a_rectangle_across_180_degrees_picks_by_inner_points(line: Driver) -> None:
    paint_with(line, "rectangle", TONGA)
    line.stroke([place(line, 177.5, -17.9), place(line, 182.5, -17.1)])
    assert line.holders([A1, A2, A3]) == [TONGA] * 3


def test_the_legend_flies_to_the_territory_and_not_around_the_world(line: Driver) -> None:
    """Six degrees wide: a zoom far above that of the whole world."""
    line.js("(__tm.map.setView([0, 0], 2, {animate: false}), __tm.camera.flyToTerritory(0), 1)")
    wait_until(
        lambda: line.js("__tm.map.getZoom()") > 6 and not line.js("Boolean(__tm.map._animatingZoom)"), "it is there"
    )
    line.rest()
    west, east = line.js("[__tm.map.getBounds().getWest(), __tm.map.getBounds().getEast()]")
    assert west < 177
    assert 183 < east < 200
