"""The background as committed: files, size, zooms, labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

CONTEXT = Path(__file__).parents[2] / "maps" / "context"
KIND = {
    "land": "MultiPolygon", "lakes": "MultiPolygon", "rivers": "MultiLineString", "admin0-lines": "MultiLineString",
    "admin1-lines": "MultiLineString", "places": "Point",
}  # fmt: skip


def read(name: str) -> tuple[dict[str, Any], np.ndarray, dict[str, np.ndarray]]:
    """Return what the file says of itself, its geometries and its columns."""
    meta, _, wkb, columns = pyogrio.raw.read(CONTEXT / f"{name}.fgb")
    return meta, shapely.from_wkb(wkb), dict(zip(meta["fields"], columns, strict=True))


def test_all_context_together_is_small() -> None:
    files = list(CONTEXT.iterdir())
    assert {file.stem for file in files} == set(KIND)
    assert sum(file.stat().st_size for file in files) <= 15e6


@pytest.mark.parametrize("name", KIND)
def test_layer_is_valid_and_has_a_zoom(name: str) -> None:
    meta, geometry, column = read(name)
    assert meta["crs"] == "EPSG:4326"
    assert set(shapely.get_type_id(geometry)) == {shapely.GeometryType[KIND[name].upper()].value}
    assert shapely.is_valid(geometry).all()
    assert not shapely.is_empty(geometry).any()
    assert column["min_zoom"].min() >= 0
    assert column["min_zoom"].max() <= 11


def test_land_holds_cities_and_not_the_sea() -> None:
    _, geometry, _ = read("land")
    tree = shapely.STRtree(geometry)
    on_land = [(-0.1276, 51.5072), (-98.0, 39.0), (151.2, -33.9)]
    at_sea = [(-40.0, 40.0), (0.0, 0.0), (-75.0, 34.0)]
    assert all(len(tree.query(shapely.Point(p), predicate="intersects")) == 1 for p in on_land)
    assert all(len(tree.query(shapely.Point(p), predicate="intersects")) == 0 for p in at_sea)


def test_land_has_no_bands_across_the_map() -> None:
    """Wider than 170 degrees are Africa with Eurasia, and Antarctica; only along its pole is an edge that long."""
    _, geometry, _ = read("land")
    box = shapely.bounds(geometry)
    assert np.round(box[box[:, 2] - box[:, 0] > 170][:, [0, 2]]).tolist() == [[-18, 180], [-180, 180]]
    lonlat, ring = shapely.get_coordinates(shapely.get_rings(geometry), return_index=True)
    long = (ring[1:] == ring[:-1]) & (np.abs(np.diff(lonlat[:, 0])) > 20)
    assert (lonlat[1:][long, 1] == -90).all()


@pytest.mark.parametrize("name", ["rivers", "admin0-lines", "admin1-lines"])
def test_no_line_jumps_across_the_map(name: str) -> None:
    """The longest straight line is the border of Canada and the United States along the 49th parallel."""
    _, geometry, _ = read(name)
    lonlat, line = shapely.get_coordinates(shapely.get_parts(geometry), return_index=True)
    assert np.abs(np.diff(lonlat[:, 0]))[line[1:] == line[:-1]].max() < 28


def test_great_lakes_have_names() -> None:
    names = set(read("lakes")[2]["name"])
    assert {"Lake Superior", "Lake Huron", "Lake Michigan", "Lake Erie", "Lake Ontario"} <= names


def test_places_are_named_and_in_a_state() -> None:
    _, geometry, column = read("places")
    assert len(geometry) > 30_000
    assert all(column["name"])
    assert all(len(country) == 2 for country in column["country"])
    of = {
        (name, country): (admin1, label)
        for name, country, admin1, label in zip(
            column["name"][::-1], column["country"][::-1], column["admin1"][::-1], column["admin1_name"][::-1],
            strict=True,
        )
    }  # fmt: skip
    assert of["Los Angeles", "US"] == ("CA", "California")
    assert of["Toronto", "CA"] == ("ON", "Ontario")
    assert of["Munich", "DE"] == ("BY", "Bayern")
    assert of["Manchester", "GB"] == ("ENG", "England")


def test_echoes_of_a_city_are_not_named() -> None:
    column = read("places")[2]
    of_state = {
        state: {
            name for name, country, code in zip(column["name"], column["country"], column["admin1"], strict=True)
            if country == "US" and code == state
        }
        for state in ("TN", "FL")
    }  # fmt: skip
    assert "Memphis" in of_state["TN"]
    assert "New South Memphis" not in of_state["TN"]
    assert {"West Palm Beach", "Palm Beach Gardens"} <= of_state["FL"]


def test_large_cities_are_named_first() -> None:
    column = read("places")[2]
    by_zoom = [np.median(column["population"][column["min_zoom"] == zoom]) for zoom in range(2, 10)]
    assert by_zoom == sorted(by_zoom, reverse=True)
    for city in ("New York City", "Los Angeles", "Chicago", "London", "Paris"):
        assert column["min_zoom"][column["name"].tolist().index(city)] <= 4


@pytest.mark.parametrize("zoom", [3, 5, 7])
def test_labels_have_room(zoom: int) -> None:
    """At its zoom no place named stands within 80 pixels across and 24 along of another."""
    _, geometry, column = read("places")
    lon, lat = shapely.get_coordinates(geometry[column["min_zoom"] <= zoom]).T
    x = (lon + 180) / 360 * 256 * 2**zoom
    y = np.arctanh(np.sin(np.radians(lat))) / (2 * np.pi) * 256 * 2**zoom
    room = shapely.box(x - 79.99, y - 23.99, x + 79.99, y + 23.99)
    left, right = shapely.STRtree(shapely.points(x, y)).query(room, predicate="contains")
    assert (left == right).all()
