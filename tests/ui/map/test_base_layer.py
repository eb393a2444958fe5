"""The base layer in the real page: tiles under the units, by their pixels."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint

from territorymap.errors import UserError
from territorymap.ui.map.base_layer import CONTEXT, FILE, NONE
from tests.support.tiles import make_mbtiles, make_pmtiles, tile_color, whole_levels
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, blend

WEST, LOOSE = unit(2, 1), unit(2, 7)


@pytest.fixture(autouse=True)
def context_again(map_driver: Driver) -> object:
    map_driver.view.set_option("show_context", True)
    yield
    map_driver.view.set_option("show_context", False)
    map_driver.view.base.use(CONTEXT)


def look(driver: Driver, lon: float, lat: float, zoom: float) -> None:
    driver.js(f"(__tm.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}), 1)")
    driver.rest()


def place(driver: Driver, lon: float, lat: float) -> QPoint:
    at = driver.js(f"__tm.map.latLngToContainerPoint([{lat}, {lon}])")
    return QPoint(round(at["x"]), round(at["y"]))


@pytest.mark.parametrize("form", ["mbtiles", "pmtiles"])
def test_tiles_lie_where_they_belong_north_up_and_under_the_units(driver: Driver, tmp_path: Path, form: str) -> None:
    """At zoom 5 the plan, 100 to 92 W and 38 to 43 N, lies in columns 7 and row 12; 49 N is row 10 or 11."""
    make = make_mbtiles if form == "mbtiles" else make_pmtiles
    driver.view.base.use(FILE, make(tmp_path / f"t.{form}", whole_levels(4, 5)))
    look(driver, -96, 45, 5)
    north, south, east = place(driver, -94, 52), place(driver, -94, 36), place(driver, -85, 52)
    for at, (x, y) in ((north, (7, 10)), (south, (7, 12)), (east, (8, 10))):
        driver.wait_for_color(at, tile_color(5, x, y))
    over = blend("#93c0ff", tile_color(5, 7, 12), 0.88 * 0.64)
    driver.wait_for_color(driver.at(WEST, 5, 5), over)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_every_kind_of_picture_is_shown(driver: Driver, tmp_path: Path, kind: str) -> None:
    driver.view.base.use(FILE, make_mbtiles(tmp_path / "t.mbtiles", whole_levels(3), kind))
    look(driver, -96, 50, 3)
    driver.wait_for_color(place(driver, -100, 60), tile_color(3, 1, 2), 5)


def test_beyond_the_last_level_tiles_are_enlarged_and_far_out_the_context_is_shown(
    driver: Driver, tmp_path: Path
) -> None:
    driver.view.base.use(FILE, make_mbtiles(tmp_path / "t.mbtiles", whole_levels(5)))
    look(driver, -93.7, 47, 9)
    driver.wait_for_color(place(driver, -93.5, 47.2), tile_color(5, 7, 11))
    look(driver, -96, 45, 3)  # two levels further out: made small
    driver.wait_for_color(place(driver, -94, 52), tile_color(5, 7, 10))
    look(driver, -96, 45, 2)
    assert not driver.js("__tm.base.hasTiles(__tm.map.getZoom())")
    driver.wait_for_color(place(driver, -105, 60), (245, 243, 238))


def test_outside_the_file_s_bounds_the_context_is_shown(driver: Driver, tmp_path: Path) -> None:
    tiles = [(5, x, y) for x in (6, 7) for y in (11, 12)]
    driver.view.base.use(FILE, make_mbtiles(tmp_path / "t.mbtiles", tiles, bounds="-112.5,31.95,-90,48.92"))
    look(driver, -92, 47, 5)
    driver.wait_for_color(place(driver, -95, 47.5), tile_color(5, 7, 11))
    driver.wait_for_color(place(driver, -107, 51.2), (245, 243, 238))


def test_the_attribution_is_text_and_goes_with_the_layer(driver: Driver, tmp_path: Path) -> None:
    path = make_mbtiles(tmp_path / "t.mbtiles", whole_levels(3), attribution="<img src=x onerror=alert(1)>&lt;b&gt; Me")
    driver.view.base.use(FILE, path)
    driver.rest()
    assert "<b> Me" in driver.text(".leaflet-control-attribution")
    assert (
        driver.js(
            "document.querySelectorAll('.leaflet-control-attribution img, .leaflet-control-attribution b').length"
        )
        == 0
    )
    driver.view.base.use(NONE)
    driver.rest()
    assert "Me" not in driver.text(".leaflet-control-attribution")


def test_none_is_plain_and_context_is_land_and_sea(driver: Driver) -> None:
    look(driver, -96, 45, 4)
    driver.view.base.use(NONE)
    sea = place(driver, -75, 32)
    driver.wait_for_color(sea, (245, 243, 238))
    driver.view.base.use(CONTEXT)
    driver.wait_for_color(sea, (213, 225, 234))


def test_a_file_that_cannot_be_shown_leaves_everything_as_it_is(driver: Driver, tmp_path: Path) -> None:
    good = make_mbtiles(tmp_path / "t.mbtiles", whole_levels(3))
    driver.view.base.use(FILE, good)
    with pytest.raises(UserError, match="vector"):
        driver.view.base.use(FILE, make_pmtiles(tmp_path / "v.pmtiles", [(0, 0, 0)], "pbf"))
    (tmp_path / "x.mbtiles").write_text("nothing")
    with pytest.raises(UserError, match="neither"):
        driver.view.base.use(FILE, tmp_path / "x.mbtiles")
    assert (driver.view.base.kind, driver.view.base.path) == (FILE, good)
    look(driver, -96, 50, 3)
    driver.wait_for_color(place(driver, -100, 60), tile_color(3, 1, 2))


def test_a_file_that_breaks_while_it_is_shown_is_told_of_once_and_the_context_comes_back(
    driver: Driver, tmp_path: Path
) -> None:
    path = make_pmtiles(tmp_path / "t.pmtiles", whole_levels(3, 4))
    driver.view.base.use(FILE, path)
    told: list[object] = []
    connection = driver.view.base.failed.connect(told.append)
    path.write_bytes(path.read_bytes()[:400])
    look(driver, 100, 50, 4)
    driver.wait_for_color(place(driver, 100, 55), (245, 243, 238))
    driver.view.base.failed.disconnect(connection)
    assert len(told) == 1
    assert driver.view.base.kind == CONTEXT


def test_requests_for_tiles_that_are_not_there_are_answered(driver: Driver, tmp_path: Path) -> None:
    driver.view.base.use(FILE, make_mbtiles(tmp_path / "t.mbtiles", whole_levels(1)))
    found = driver.js(
        "Promise.all(['/tiles/1/99/0/0', '/tiles/999/1/0/0', '/tiles/1/1/7/7'].map("
        "url => fetch(url).then(r => r.arrayBuffer()).then(b => b.byteLength)))"
    )
    assert len(set(found)) == 1
    assert found[0] < 100
