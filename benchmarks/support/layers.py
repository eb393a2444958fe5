"""The unit layers that benchmarks run on: the shipped ones and the big one of benchmarks/data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

from territorymap.geo.layer import UnitLayer, measure_geometry
from territorymap.geo.repair import as_multipolygons
from territorymap.geo.shipped import load_layer

BIG = "us-zip5"
_BIG_FILE = Path(__file__).resolve().parents[1] / "data" / "us-zip5.gpkg"
_TEXTS = ("unit_code", "unit_name", "parent_code", "parent_name", "country")


def bench_layer(name: str) -> UnitLayer:
    """Return a shipped layer by its id, or ``us-zip5``: 33,791 approximate ZIP areas, for benchmarks only."""
    if name != BIG:
        return load_layer(name)
    meta, _, wkb, columns = pyogrio.raw.read(_BIG_FILE)
    column = dict(zip(meta["fields"], columns, strict=True))
    code, unit_name, parent_code, parent_name, country = (
        np.array([str(text or "") for text in column[key]], dtype=object) for key in _TEXTS
    )
    geometry = as_multipolygons(shapely.from_wkb(wkb))
    area_km2, perimeter_km = measure_geometry(geometry)
    return UnitLayer(
        code=code,
        name=unit_name,
        parent_code=parent_code,
        parent_name=parent_name,
        country=country,
        geometry=geometry,
        lon=column["lon"].astype(np.float64),
        lat=column["lat"].astype(np.float64),
        area_km2=area_km2,
        perimeter_km=perimeter_km,
        title="US ZIP areas (approximate)",
        unit_word="ZIP",
        attribution="GeoNames, CC BY 4.0",
        layer_id=BIG,
    )
