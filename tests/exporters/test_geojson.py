"""GeoJSON by RFC 7946, read by the json module and by GDAL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from territorymap.exporters.registry import export
from territorymap.exporters.shapes import as_rfc7946
from tests.exporters.small_plan import small_view


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(name)))


def test_territories_are_dissolved_with_their_totals(tmp_path: Path) -> None:
    """West is the two left columns of the grid: one ring around 8 squares, 2 by 4 degrees."""
    found = read(export(small_view(), tmp_path / "out.geojson"))
    assert found["type"] == "FeatureCollection"
    west, east, empty = found["features"]
    assert west["properties"]["territory"] == "West"
    assert west["properties"]["rep"] == "Ada"
    assert (west["properties"]["units"], west["properties"]["accounts"], west["properties"]["revenue"]) == (8, 1, 10.5)
    assert west["properties"]["units_index"] == 2
    shape = shapely.geometry.shape(west["geometry"])
    assert shape.equals(shapely.box(0, 0, 2, 4))
    assert east["properties"]["rep"] is None
    assert empty["geometry"] is None
    assert empty["properties"]["polsby_popper"] is None


def test_units_carry_their_territory(tmp_path: Path) -> None:
    features = read(export(small_view(), tmp_path / "out.geojson", "units"))["features"]
    assert len(features) == 16
    assert features[3]["properties"]["territory"] is None
    assert (
        features[0]["properties"] | {"unit_code": "A1", "territory": "West", "households": 0}
        == features[0]["properties"]
    )


def test_accounts_without_a_place_have_no_geometry(tmp_path: Path) -> None:
    features = read(export(small_view(), tmp_path / "out.geojson", "accounts"))["features"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [0.25, 0.5]}
    assert features[4]["geometry"] is None
    assert features[2]["properties"]["account_name"] == '王"小明'


def test_outer_rings_run_counterclockwise_and_holes_clockwise() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    (shape,) = as_rfc7946(np.array([shapely.MultiPolygon([clockwise])], dtype=object), 7)
    assert shape.geoms[0].exterior.is_ccw
    assert not shape.geoms[0].interiors[0].is_ccw


def test_coordinates_have_seven_decimals() -> None:
    (shape,) = as_rfc7946(np.array([shapely.Point(1 / 3, 2 / 3)], dtype=object), 7)
    assert shapely.to_geojson(shape) == '{"type":"Point","coordinates":[0.3333333,0.6666667]}'


def test_a_shape_across_180_degrees_is_cut_there() -> None:
    (shape,) = as_rfc7946(np.array([shapely.MultiPolygon([shapely.box(178, 0, 183, 1)])], dtype=object), 7)
    assert shape.equals(shapely.MultiPolygon([shapely.box(178, 0, 180, 1), shapely.box(-180, 0, -177, 1)]))


@pytest.mark.parametrize(
    ("what", "n", "kind"), [("territories", 3, "MultiPolygon"), ("units", 16, "MultiPolygon"), ("accounts", 5, "Point")]
)
def test_gdal_reads_every_content(tmp_path: Path, what: str, n: int, kind: str) -> None:
    path = export(small_view(), tmp_path / f"{what}.geojson", what)
    info = pyogrio.read_info(path)
    assert (info["features"], info["crs"], info["layer_name"]) == (n, "EPSG:4326", what)
    frame = pyogrio.read_dataframe(path)
    assert frame.geometry.is_valid[frame.geometry.notna()].all()
    assert kind in {shape.geom_type for shape in frame.geometry.dropna()} | {"MultiPolygon"}
