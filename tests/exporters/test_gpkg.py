"""The GeoPackage export in GDAL."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely

from territorymap.exporters.registry import export
from tests.exporters.small_plan import small_view


def test_all_three_layers_are_written_and_read_by_gdal(tmp_path: Path) -> None:
    path = export(small_view(), tmp_path / "out.gpkg")
    assert [tuple(row) for row in pyogrio.list_layers(path)] == [
        ("territories", "MultiPolygon"), ("units", "MultiPolygon"), ("accounts", "Point"),
    ]  # fmt: skip
    units = pyogrio.read_dataframe(path, layer="units")
    assert units.crs.to_epsg() == 4326
    assert list(units["territory"].fillna("-"))[:4] == ["West", "West", "East", "-"]
    territories = pyogrio.read_dataframe(path, layer="territories")
    assert territories.geometry[0].equals(shapely.box(0, 0, 2, 4))
    assert territories.geometry[2] is None
    assert list(territories["units"]) == [8, 4, 0]
    accounts = pyogrio.read_dataframe(path, layer="accounts")
    assert list(accounts["account_name"]) == list(small_view().plan.accounts.name)
    np.testing.assert_allclose(accounts["revenue"], [10.5, -2, 100, 7, np.nan])
    assert accounts.geometry[4] is None


def test_one_layer_is_written_when_asked_for(tmp_path: Path) -> None:
    path = export(small_view(), tmp_path / "out.gpkg", "units")
    assert [tuple(row) for row in pyogrio.list_layers(path)] == [("units", "MultiPolygon")]
