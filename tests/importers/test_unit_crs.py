"""Which coordinate system: never guessed, always suggested; wrong ones and wrong orders are noticed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from territorymap.errors import UserError
from territorymap.importers.unit_crs import CrsQuestion, crs_title, place, suggest_crs
from tests.importers.boundary_files import CODES, frame, read, write_shapefile
from tests.importers.files import feature, square, write_geojson

BOXES = [
    ("EPSG:25832", (280_371, 5_235_866, 921_295, 6_101_443)),  # Germany
    ("EPSG:3857", (653_000, 5_986_000, 1_674_000, 7_372_000)),  # Germany
    ("EPSG:27700", (80_000, 5_000, 656_000, 1_220_000)),  # Great Britain
    ("EPSG:2154", (100_000, 6_050_000, 1_240_000, 7_110_000)),  # France
    ("EPSG:5070", (-2_356_000, 268_000, 2_258_000, 3_172_000)),  # United States without Alaska and Hawaii
    ("EPSG:2263", (913_000, 120_000, 1_067_000, 273_000)),  # New York, feet
    ("EPSG:28992", (13_000, 306_000, 278_000, 619_000)),  # Netherlands
    ("EPSG:2056", (2_485_000, 1_075_000, 2_834_000, 1_296_000)),  # Switzerland
]


@pytest.mark.parametrize(("code", "bounds"), BOXES)
def test_the_true_system_is_among_the_suggestions(code: str, bounds: tuple[float, ...]) -> None:
    assert code in [s.code for s in suggest_crs(np.array(bounds, dtype=float))]


def test_degrees_are_suggested_for_degrees_and_nothing_for_a_drawing() -> None:
    assert [s.code for s in suggest_crs(np.array([5.9, 47.3, 15.0, 55.1]))] == ["EPSG:4326"]
    assert suggest_crs(np.array([0.0, 0.0, 975.0, 610.0])) == ()
    assert suggest_crs(np.array([np.nan, 0.0, 1.0, 1.0])) == ()


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.fgb"])
@pytest.mark.parametrize("crs", [4326, 25833])
def test_files_without_a_system_ask_for_it_in_every_format(tmp_path: Path, name: str, crs: int) -> None:
    if name == "a.shp":
        path = write_shapefile(tmp_path, frame(crs))
        path.with_suffix(".prj").unlink()
    else:
        path = tmp_path / name
        with pytest.warns(UserWarning, match="crs"):
            pyogrio.write_dataframe(frame(crs).set_crs(None, allow_override=True), path)
    with pytest.raises(CrsQuestion, match="does not say which coordinate system"):
        read(path)
    made = read(path, crs=f"EPSG:{crs}")
    assert sorted(made.layer.code) == CODES
    assert made.places[0].crs == f"EPSG:{crs}"


def test_metres_that_are_said_to_be_degrees_ask_for_their_system(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(frame(25833).set_crs(4326, allow_override=True), path)
    with pytest.raises(CrsQuestion, match="are no degrees, though it is said to be in EPSG:4326") as caught:
        read(path)
    assert "EPSG:25833" in [s.code for s in caught.value.suggestions]
    assert read(path, crs="EPSG:25833").layer.lat == pytest.approx([51.5] * 4, abs=0.02)


def test_degrees_that_are_said_to_be_metres_ask_for_their_system(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(frame().set_crs(25833, allow_override=True), path)
    with pytest.raises(CrsQuestion, match="but its numbers are degrees") as caught:
        read(path)
    assert [s.code for s in caught.value.suggestions] == ["EPSG:4326"]
    assert read(path, crs="EPSG:4326").layer.lat == pytest.approx([51.5] * 4)


def test_numbers_that_a_system_cannot_mean_ask_again() -> None:
    far = np.array([shapely.box(9e8, 9e8, 9.1e8, 9.1e8)], dtype=object)
    with pytest.raises(CrsQuestion, match="do not fit EPSG:25832"):
        place(far, "EPSG:25832", "", "x.shp")


def test_the_person_goes_before_a_wrong_projection_file(tmp_path: Path) -> None:
    """Data in UTM 33 with the .prj of UTM 32: nobody can notice, but the person knows."""
    path = write_shapefile(tmp_path, frame(25833).set_crs(25832, allow_override=True))
    assert read(path).layer.lon[0] == pytest.approx(7.5, abs=0.1)
    assert read(path, crs="EPSG:25833").layer.lon[0] == pytest.approx(13.5, abs=0.1)


def test_a_system_is_asked_only_of_those_files_that_tell_none(tmp_path: Path) -> None:
    told = write_shapefile(tmp_path / "told", frame(25832).iloc[:2])
    silent = write_shapefile(tmp_path / "silent", frame(25833).iloc[2:])
    silent.with_suffix(".prj").unlink()
    made = read([told, silent], crs="EPSG:25833")
    assert [p.crs for p in made.places] == ["EPSG:25832", "EPSG:25833"]
    assert made.layer.lon == pytest.approx([13.5, 14.5, 15.5, 16.5], abs=0.02)


def swapped(path: Path, west: float, south: float) -> Path:
    ring = [[y, x] for x, y in square(west, south)["coordinates"][0]]
    return write_geojson(path, [feature({"type": "Polygon", "coordinates": [ring]}, code="A")])


def test_an_order_that_cannot_be_is_exchanged_and_one_that_may_be_is_doubted(tmp_path: Path) -> None:
    """Latitude first: Nebraska would lie beyond the pole; Saxony would lie in the sea off Yemen."""
    made = read(swapped(tmp_path / "nebraska.geojson", -100, 42))
    assert (made.places[0].is_swapped, made.layer.lat[0]) == (True, pytest.approx(42.5))
    path = swapped(tmp_path / "saxony.geojson", 13, 51)
    made = read(path)
    assert (made.places[0].is_swapped, made.places[0].is_swap_doubtful) == (False, True)
    assert made.notes == ["Latitude and longitude of saxony.geojson may be the other way round: see the map."]
    made = read(path, is_swapped=True)
    assert (made.layer.lon[0], made.layer.lat[0]) == (pytest.approx(13.5), pytest.approx(51.5))
    assert not made.places[0].is_swap_doubtful
    assert not read(path, is_swapped=False).places[0].is_swap_doubtful  # the person has looked


def test_right_orders_are_not_doubted(tmp_path: Path) -> None:
    for i, (west, south) in enumerate([(13, 51), (-100, 42), (-75, -10), (134, -25), (178, -18)]):
        path = write_geojson(tmp_path / f"{i}.geojson", [feature(square(west, south), code="A")])
        assert not read(path).places[0].is_swap_doubtful, (west, south)


def test_unknown_systems_are_named() -> None:
    box = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    with pytest.raises(UserError, match="no coordinate system EPSG:99"):
        place(box, "", "EPSG:99", "x.shp")
    assert crs_title("EPSG:25832") == "EPSG:25832: ETRS89 / UTM zone 32N"
    assert crs_title("nonsense") == "nonsense"


def test_of_several_files_only_those_in_doubt_are_exchanged(tmp_path: Path) -> None:
    good = write_geojson(tmp_path / "good.geojson", [feature(square(10, 51), code="B")])
    made = read([swapped(tmp_path / "odd.geojson", 13, 51), good], is_swapped=True)
    assert [p.is_swapped for p in made.places] == [True, False]
    assert made.layer.lon == pytest.approx([13.5, 10.5])
    other = write_geojson(tmp_path / "other.geojson", [feature(square(11, 51), code="C")])
    made = read([good, other], is_swapped=True)  # nothing is in doubt: the person knows
    assert [p.is_swapped for p in made.places] == [True, True]


def test_longitudes_beyond_180_come_round(tmp_path: Path) -> None:
    """Fiji as files of the Pacific have it: from 0 to 360, one unit across 180 degrees, its neighbour beyond."""
    across = feature(square(179, -18, 2), code="A")
    beyond = feature(square(181, -18, 2), code="B")
    west = feature(square(-184, -18, 2), code="C")  # 176 to 178 east
    made = read(write_geojson(tmp_path / "fiji.geojson", [across, beyond, west]))
    layer = made.layer
    bounds = shapely.bounds(layer.geometry)
    assert bounds[0].tolist() == [-180, -18, 180, -16]
    assert bounds[1].tolist() == [-179, -18, -177, -16]
    assert bounds[2].tolist() == [176, -18, 178, -16]
    assert shapely.area(layer.geometry) == pytest.approx([4, 4, 4])
    assert shapely.get_num_geometries(layer.geometry).tolist() == [2, 1, 1]
    assert made.faults == []
    assert shapely.coverage_is_valid(layer.geometry)
