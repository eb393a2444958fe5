"""GDAL reads a plan as any GeoPackage: layers, geometry, extents, no warning."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from territorymap.document import Document
from territorymap.document.geopackage import decode_shapes, encode_point, encode_polygons
from territorymap.document.resting import read_header
from tests.document.plans import plan_with_content


@pytest.fixture
def path(tmp_path):
    document = plan_with_content(tmp_path)
    document.refresh_outlines([(1, shapely.box(0, 0, 1, 4)), (2, shapely.box(3, 0, 4, 4))])
    document.close()
    return document.path


def test_gdal_lists_the_four_layers(path):
    layers = {name: kind for name, kind in pyogrio.list_layers(path).tolist() if kind is not None}
    assert layers == {"unit": "MultiPolygon", "account": "Point", "rep": "Point", "territory": "MultiPolygon"}


def test_gdal_reads_geometry_and_values(path):
    units = pyogrio.read_dataframe(path, layer="unit", fid_as_index=True)
    assert units.crs.to_epsg() == 4326
    assert units["unit_code"].tolist()[:5] == ["A1", "A2", "A3", "A4", "B1"]
    assert shapely.equals(units.geometry.iloc[5], shapely.box(1, 1, 2, 2))
    assert units["locked"].tolist() == [0] * 16
    accounts = pyogrio.read_dataframe(path, layer="account")
    assert [(p.x, p.y) for p in accounts.geometry] == [(0.25, 0.5), (1.5, 0.5)]
    assert accounts["m_revenue"].tolist() == [1.5, 1.5]
    territories = pyogrio.read_dataframe(path, layer="territory")
    assert shapely.equals(territories.geometry.iloc[1], shapely.box(3, 0, 4, 4))
    assert pyogrio.read_dataframe(path, layer="rep")["rep_name"].tolist() == ["Ruth"]


def test_gdal_reads_the_attribute_tables(path):
    assert len(pyogrio.read_dataframe(path, layer="assignment", read_geometry=False)) == 8
    assert pyogrio.read_dataframe(path, layer="plan", read_geometry=False)["title"].tolist() == ["Test"]


def test_gdal_says_nothing_at_all(path):
    """Warnings that GDAL prints to the standard error of its process count too."""
    code = (
        "import sys, warnings; warnings.simplefilter('error'); import pyogrio\n"
        "for name, _ in pyogrio.list_layers(sys.argv[1]): pyogrio.read_info(sys.argv[1], layer=name);"
        " pyogrio.read_dataframe(sys.argv[1], layer=name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_header_says_geopackage_1_4(path):
    assert read_header(path).application_id == 0x47504B47
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (10400,)
    connection.close()


def test_a_plan_holds_no_trigger_view_or_virtual_table(path):
    connection = sqlite3.connect(path)
    kinds = connection.execute("SELECT DISTINCT type FROM sqlite_master").fetchall()
    assert sorted(kinds) == [("index",), ("table",)]
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%virtual%'").fetchone() == (0,)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_every_table_is_registered(path):
    connection = sqlite3.connect(path)
    tables = {n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    own = {name for name in tables if not name.startswith(("gpkg_", "sqlite_"))}
    registered = dict(connection.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
    assert set(registered) == own
    assert {name for name, kind in registered.items() if kind == "features"} == {"unit", "account", "rep", "territory"}
    for table in own:
        keys = connection.execute("SELECT type FROM pragma_table_info(?) WHERE pk = 1", (table,)).fetchall()
        assert keys == [("INTEGER",)], table
    connection.close()


def test_extents_are_right_after_edits(path):
    assert pyogrio.read_info(path, layer="unit")["total_bounds"] == (0, 0, 4, 4)
    assert pyogrio.read_info(path, layer="territory")["total_bounds"] == (0, 0, 4, 4)
    with Document.open(path, author="") as document:
        with document.step("Move") as writer:
            writer.update("account", {1: {"lon": -3.0, "lat": 7.0}})
            writer.delete("rep", [1])
        document.refresh_outlines([(2, None)])
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents").fetchall()
    connection.close()
    boxes = {name: box for name, *box in rows}
    assert boxes["account"] == [-3.0, 0.5, 1.5, 7.0]
    assert boxes["rep"] == [None] * 4
    assert boxes["territory"] == [0, 0, 1, 4]


coordinates = st.floats(-180, 180, allow_subnormal=False)


@given(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=8), coordinates, coordinates)
def test_blobs_come_back_as_they_were(ring, lon, lat):
    polygon = shapely.Polygon(ring)
    shapes = np.array([polygon, None, shapely.MultiPolygon([polygon, polygon]), shapely.MultiPolygon()], dtype=object)
    back = decode_shapes(encode_polygons(shapes))
    assert back[0].wkb == shapely.MultiPolygon([polygon]).wkb
    assert (back[1], back[3]) == (None, None)
    assert back[2].wkb == shapes[2].wkb
    (point,) = decode_shapes([encode_point(lon, lat)])
    assert (point.x, point.y) == (lon, lat)


def test_blobs_of_other_writers_are_read():
    wkb = shapely.to_wkb(shapely.Point(1, 2, 3))
    head = b"GP\x00%c\xe6\x10\x00\x00"
    for code, doubles in ((0, 0), (1, 4), (2, 6), (3, 6), (4, 8)):
        (point,) = decode_shapes([head % (code << 1 | 1) + bytes(8 * doubles) + wkb])
        assert (point.x, point.y, shapely.has_z(point)) == (1, 2, False)


@pytest.mark.parametrize(
    "blob", [b"", b"GP", b"XX" + bytes(40), b"GP\x00\x0b" + bytes(60), b"GP\x00\x01" + bytes(20), 7]
)
def test_what_is_no_blob_is_refused(blob):
    with pytest.raises(ValueError):
        decode_shapes([blob])
