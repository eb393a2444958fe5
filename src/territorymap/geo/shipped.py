"""The unit layers that come with the program. Owns reading maps/layers; not building them (maps/build.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from territorymap.errors import UserError
from territorymap.geo.layer import UnitLayer, interior_points, measure_geometry
from territorymap.geo.repair import as_multipolygons
from territorymap.i18n import listed, tr
from territorymap.model.units import Strings
from territorymap.resources import shipped


@dataclass(frozen=True)
class LayerMeasure:
    """A number per unit that a layer brings."""

    column: str
    label: str


@dataclass(frozen=True)
class LayerInfo:
    """One entry of maps/layers.json."""

    id: str
    title: str
    country: str
    n_units: int
    file: str
    unit_word: str
    parent_word: str
    measures: tuple[LayerMeasure, ...]
    approximate: bool
    method: str
    accuracy: str
    source: str
    licence: str
    attribution: str
    vintage: str


def list_layers() -> list[LayerInfo]:
    """Return the shipped unit layers in the order of maps/layers.json."""
    entries: list[dict[str, Any]] = json.loads(shipped("maps", "layers.json").read_text(encoding="utf-8"))
    return [_info(entry) for entry in entries]


def layer_info(layer_id: str) -> LayerInfo:
    """Return the entry of one layer; UserError names the ones there are."""
    layers = list_layers()
    for info in layers:
        if info.id == layer_id:
            return info
    raise UserError(
        tr("There is no unit layer named {name}.", name=layer_id),
        tr("Shipped unit layers: {names}.", names=listed(info.id for info in layers)),
    )


def load_layer(layer_id: str) -> UnitLayer:
    """Return a shipped layer with its geodesic areas and perimeters."""
    info = layer_info(layer_id)
    path = shipped("maps", "layers", info.file.rsplit("/", 1)[-1])
    from territorymap.geo.gdal import pyogrio

    meta, _, wkb, columns = pyogrio.raw.read(path)
    column = dict(zip(meta["fields"], columns, strict=True))
    geometry = as_multipolygons(shapely.from_wkb(wkb))
    area_km2, perimeter_km = measure_geometry(geometry)
    if "lon" in column and "lat" in column:
        lon, lat = column["lon"].astype(np.float64), column["lat"].astype(np.float64)
    else:
        lon, lat = interior_points(geometry)
    n = len(geometry)
    return UnitLayer(
        code=_text(column.get("unit_code"), n),
        name=_text(column.get("unit_name"), n),
        parent_code=_text(column.get("parent_code"), n),
        parent_name=_text(column.get("parent_name"), n),
        country=_text(column.get("country"), n),
        geometry=geometry,
        lon=lon,
        lat=lat,
        area_km2=area_km2,
        perimeter_km=perimeter_km,
        values={m.column: np.asarray(column[m.column], dtype=np.float64) for m in info.measures},
        title=info.title,
        unit_word=info.unit_word,
        attribution=info.attribution,
        layer_id=info.id,
    )


def _info(entry: dict[str, Any]) -> LayerInfo:
    measures = tuple(LayerMeasure(m["column"], m.get("label", m["column"])) for m in entry.get("measures", ()))
    text = {
        name: str(entry.get(name) or "")
        for name in (
            "id", "title", "country", "file", "unit_word", "parent_word", "method", "accuracy", "source", "licence",
            "attribution", "vintage",
        )
    }  # fmt: skip
    return LayerInfo(
        n_units=int(entry["n_units"]), approximate=bool(entry.get("approximate", False)), measures=measures, **text
    )


def _text(values: Any, n: int) -> Strings:
    """Return a column as strings, "" where it is missing."""
    if values is None:
        return np.full(n, "", dtype=object)
    return np.array(["" if value is None else str(value) for value in values], dtype=object)
