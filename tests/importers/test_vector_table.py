"""Point layers as tables."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import geopandas
import pytest
import shapely

from territorymap.errors import UserError
from territorymap.importers.table import preview, read_table
from territorymap.importers.table_options import TableOptions
from tests.importers.files import feature, point, square, write_geojson, write_text


def test_geojson_points_are_rows_with_two_columns_of_position(tmp_path: Path) -> None:
    features = [
        feature(point(-71.5, 42.25), name="Ärzte", zip="02139", sales=12.5, n=3),
        feature(point(13, 52), name=None, zip="01067", sales=None, n=4),
    ]
    table = read_table(write_geojson(tmp_path / "t.geojson", features))
    assert table.headers == ["name", "zip", "sales", "n", "longitude", "latitude"]
    assert table.rows == [
        ["Ärzte", "02139", "12.5", "3", "-71.5", "42.25"],
        ["", "01067", "", "4", "13", "52"],
    ]
    assert table.row_numbers == [1, 2]


def test_areas_and_lines_are_listed_and_a_missing_point_is_kept(tmp_path: Path) -> None:
    features = [feature(square(0, 0), name="A"), feature(None, name="B"), feature(point(1, 2), name="C")]
    table = read_table(write_geojson(tmp_path / "t.geojson", features))
    assert [(r.row, r.reason) for r in table.broken] == [(1, "The feature is not a single point.")]
    assert table.rows == [["B", "", ""], ["C", "1", "2"]]


def test_a_geopackage_in_metres_comes_in_degrees_by_layer(tmp_path: Path) -> None:
    path = tmp_path / "t.gpkg"
    gauss = geopandas.GeoDataFrame({"name": ["Berlin"]}, geometry=[shapely.Point(13.4, 52.5)], crs=4326).to_crs(25833)
    gauss.to_file(path, layer="kunden", driver="GPKG")
    geopandas.GeoDataFrame({"x": [1]}, geometry=[shapely.Point(0, 0)], crs=4326).to_file(
        path, layer="other", driver="GPKG"
    )
    table = read_table(path)
    assert table.options.sheets == ("kunden", "other")
    assert float(table.rows[0][1]) == pytest.approx(13.4, abs=1e-6)
    assert float(table.rows[0][2]) == pytest.approx(52.5, abs=1e-6)
    assert read_table(path, TableOptions(sheet="OTHER")).headers[0] == "x"


def test_a_column_named_longitude_keeps_its_name_apart_from_the_point(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "t.geojson", [feature(point(1, 2), longitude="9")])
    assert read_table(path).headers == ["longitude", "longitude (point)", "latitude"]


def test_a_virtual_dataset_in_disguise_is_not_opened(tmp_path: Path) -> None:
    write_geojson(tmp_path / "secret.geojson", [feature(point(1, 2), a="b")])
    inside = '<OGRVRTLayer name="secret"><SrcDataSource>secret.geojson</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{inside}</OGRVRTDataSource>"
    pipeline = '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read secret.geojson"}'
    for name, text in (("a.geojson", vrt), ("b.geojson", pipeline), ("c.geojson", '{"a": 1}'), ("d.gpkg", vrt)):
        with pytest.raises(UserError):
            read_table(write_text(tmp_path / name, text))


def test_broken_json_is_refused_in_words(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.geojson", '{"type": "FeatureCollection", "features": [{"type":')
    with pytest.raises(UserError, match=r"t\.geojson cannot be read"):
        preview(path)


def points_in(path: Path) -> Path:
    frame = geopandas.GeoDataFrame({"name": ["Before"]}, geometry=[shapely.Point(1, 2)], crs=4326)
    frame.to_file(path, engine="pyogrio", layer_options={"SPATIAL_INDEX": "NO"})
    return path


def edited(path: Path) -> sqlite3.Connection:
    """Return another program that has written what is not in the file itself yet."""
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("UPDATE t SET name = 'After'")
    other.commit()
    return other


def test_a_geopackage_at_work_in_another_program_is_read_as_it_stands_and_left_alone(tmp_path: Path) -> None:
    path = points_in(tmp_path / "t.gpkg")
    other = edited(path)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm")}
    assert read_table(path).rows == [["After", "1", "2"]]
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    other.close()
    assert read_table(path).rows == [["After", "1", "2"]]


def test_the_half_done_write_of_another_file_is_not_carried_into_a_geopackage(tmp_path: Path) -> None:
    path, twin = points_in(tmp_path / "t.gpkg"), tmp_path / "twin.gpkg"
    shutil.copyfile(path, twin)
    other = edited(twin)
    shutil.copyfile(f"{twin}-wal", f"{path}-wal")
    other.close()
    before = path.read_bytes()
    assert read_table(path).rows == [["Before", "1", "2"]]
    assert path.read_bytes() == before


def test_what_a_crash_left_beside_a_geopackage_is_read_and_nothing_is_added(tmp_path: Path) -> None:
    path, kept = points_in(tmp_path / "t.gpkg"), tmp_path / "kept"
    other = edited(path)
    shutil.copyfile(path, kept)
    shutil.copyfile(f"{path}-wal", f"{kept}-wal")
    other.close()
    shutil.move(kept, path)
    shutil.move(f"{kept}-wal", f"{path}-wal")
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert read_table(path).rows == [["After", "1", "2"]]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == files
