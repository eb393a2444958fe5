"""Boundaries of units and points of accounts: what cannot be read is taken anew where something tells it.

Owns geometry columns of saved rows; a shipped unit layer is a second copy of every boundary that came from it.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.document.geopackage import as_multipolygons, decode_grounds, encode_point, encode_polygons
from territorymap.document.repairing.reading import Found
from territorymap.document.repairing.report import RepairReport
from territorymap.document.repairing.steps import Image, State
from territorymap.geo.layer import interior_points, measure_geometry
from territorymap.geo.shipped import list_layers, load_layer
from territorymap.i18n import listed, ntr, tr
from territorymap.model.change import Value

_N_NAMES = 20
_SIZES = ("area_km2", "perimeter_km", "lon", "lat")


def take_lost_units(rows: State, found: Found, report: RepairReport) -> None:
    """Take units anew from the shipped layer of which an index still knows key and code, though the row is lost."""
    units = rows["unit"]
    codes = {
        row_id: values[0]
        for row_id, values in found.tables["unit"].indexed.items()
        if row_id not in units and isinstance(values[0], str)
    }
    layer_id = _layer_of(rows) if codes else ""
    if not layer_id:
        return
    layer = load_layer(layer_id)
    position = {code: ix for ix, code in enumerate(layer.code)}
    taken = {row_id: code for row_id, code in codes.items() if code in position}
    columns = {m.get("measure_name"): m.get("column_name") for m in rows["measure"].values() if m["source"] == "unit"}
    for row_id, code in taken.items():
        ix = position[code]
        (geom,) = encode_polygons(_array(layer.geometry[ix]))
        texts = {"unit_code": code, "unit_name": layer.name[ix], "country": layer.country[ix]}
        texts |= {"parent_code": layer.parent_code[ix], "parent_name": layer.parent_name[ix]}
        numbers = {name: float(getattr(layer, name)[ix]) for name in ("lon", "lat", "area_km2", "perimeter_km")}
        values = {str(columns[name]): float(array[ix]) for name, array in layer.values.items() if columns.get(name)}
        units[row_id] = {"unit_id": row_id, **texts, **numbers, **values, "locked": 0, "geom": geom}
    if taken:
        entry = report.tables["unit"]
        entry.n_lost -= len(taken)
        entry.lost = [name for name in entry.lost if name not in taken.values()]
        for row_id in taken:
            entry.lost_rows.pop(row_id, None)
            entry.doubt(row_id, str(taken[row_id]))
        entry.n_kept += len(taken)
        report.notes.append(
            ntr(
                "{n} lost unit was taken anew from the shipped layer {layer}.",
                "{n} lost units were taken anew from the shipped layer {layer}.",
                len(taken),
                layer=layer_id,
            )
        )


def mend_boundaries(rows: State, report: RepairReport) -> None:
    """Mend geometry columns in place."""
    units = rows["unit"]
    shapes = {row_id: _polygon(row.get("geom")) for row_id, row in units.items()}
    missing = [row_id for row_id, shape in shapes.items() if shape is None]
    garbled = _unlike_layer(units, _layer_of(rows), set(missing))
    missing += garbled
    for row_id in garbled:
        shapes[row_id] = None
        units[row_id].update(dict.fromkeys(_SIZES))
    if missing:
        _take_from_layer(units, shapes, missing, _layer_of(rows), report)
    for row_id in missing:
        report.tables["unit"].doubt(row_id, str(units[row_id].get("unit_code") or ""))
    for row_id, row in units.items():
        _mend_sizes(row, shapes[row_id])
    for table in ("account", "rep"):
        for row in rows[table].values():
            if not _is_point(row.get("geom"), row.get("lon"), row.get("lat")):
                row["geom"] = encode_point(row.get("lon"), row.get("lat"))  # type: ignore[arg-type]


def _polygon(blob: object) -> shapely.Geometry | None:
    try:
        (shape,) = decode_grounds([blob])
    except ValueError:
        return None
    return shape


def _unlike_layer(units: dict[int, Image], layer_id: str, unreadable: set[int]) -> list[int]:
    """Return the whole units that can be read, and yet are not what the shipped layer has, as most of them are.

    Where most differ, the plan stands on another edition of the layer, and nothing can be told from it.
    """
    if not layer_id:
        return []
    layer = load_layer(layer_id)
    position = {code: ix for ix, code in enumerate(layer.code)}
    known = {
        row_id: position[row["unit_code"]]
        for row_id, row in units.items()
        if row_id not in unreadable and not row.get("part_of") and row.get("unit_code") in position
    }
    if not known:
        return []
    places = list(known.values())
    blobs = encode_polygons(layer.geometry[places])
    sizes = zip(*(getattr(layer, column)[places].tolist() for column in _SIZES), strict=True)
    differs = [
        row_id
        for row_id, blob, of_layer in zip(known, blobs, sizes, strict=True)
        if units[row_id].get("geom") != blob or tuple(units[row_id].get(c) for c in _SIZES) != of_layer
    ]
    return differs if 2 * len(differs) < len(known) else []


def _layer_of(rows: State) -> str:
    layer = next((str(plan.get("unit_layer") or "") for plan in rows["plan"].values()), "")
    return layer if layer in {info.id for info in list_layers()} else ""


def _take_from_layer(
    units: dict[int, Image],
    shapes: dict[int, shapely.Geometry | None],
    missing: list[int],
    layer_id: str,
    report: RepairReport,
) -> None:
    layer = load_layer(layer_id) if layer_id else None
    position: dict[object, int] = {code: ix for ix, code in enumerate(layer.code)} if layer is not None else {}
    taken = [i for i in missing if not units[i].get("part_of") and units[i].get("unit_code") in position]
    for row_id in taken:
        row = units[row_id]
        ix = position[row["unit_code"]]
        assert layer is not None
        shapes[row_id] = layer.geometry[ix]
        (row["geom"],) = encode_polygons(_array(shapes[row_id]))
        row |= {column: float(getattr(layer, column)[ix]) for column in _SIZES if row.get(column) is None}
    lost = [i for i in missing if shapes[i] is None]
    for row_id in lost:
        units[row_id]["geom"] = None
    if taken:
        report.notes.append(
            ntr(
                "{n} boundary was unreadable or garbled and was taken anew from the shipped layer {layer}.",
                "{n} boundaries were unreadable or garbled and were taken anew from the shipped layer {layer}.",
                len(taken),
                layer=layer_id,
            )
        )
    if lost:
        entry = report.tables["unit"]
        entry.n_values_lost += len(lost)
        names = listed(str(units[i].get("unit_code") or i) for i in lost[:_N_NAMES])
        report.notes.append(
            ntr(
                "{n} unit has lost its boundary: {names}. Bring the layer in again with Change unit layer.",
                "{n} units have lost their boundaries: {names}. Bring the layer in again with Change unit layer.",
                len(lost),
                names=names + (tr(" and more") if len(lost) > _N_NAMES else ""),
            )
        )


def _mend_sizes(row: Image, shape: shapely.Geometry | None) -> None:
    if all(row.get(column) is not None for column in _SIZES):
        return
    values: list[Value] = [0.0, 0.0, 0.0, 0.0]
    if shape is not None:
        shapes = as_multipolygons(_array(shape))
        area_km2, perimeter_km = measure_geometry(shapes)
        lon, lat = interior_points(shapes)
        values = [float(area_km2[0]), float(perimeter_km[0]), float(lon[0]), float(lat[0])]
    for column, value in zip(_SIZES, values, strict=True):
        if row.get(column) is None:
            row[column] = value


def _array(shape: shapely.Geometry | None) -> NDArray[np.object_]:
    shapes = np.empty(1, dtype=object)
    shapes[0] = shape
    return shapes


def _is_point(blob: object, lon: object, lat: object) -> bool:
    if lon is None or lat is None:
        return blob is None
    return isinstance(blob, bytes) and len(blob) >= 29 and blob[:2] == b"GP"
