"""The land around the units, offline: land, lakes, rivers, borders and places from maps/context.

Owns the container "context" and its cache; not how it is drawn (resources/web/context.js).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.mapview.container import pack
from territorymap.mapview.mercator import MAX_LAT, project, vertex_levels
from territorymap.sealing import sealed, unsealed

CACHE_VERSION = 2
# name in the container -> file in maps/context
LINES = {"land": "land", "lake": "lakes", "river": "rivers", "state": "admin1-lines", "country": "admin0-lines"}
PLACES = "places"
Bounds = tuple[float, float, float, float]  # west, south, east, north


def load_context(folder: Path, cache: Path) -> bytes:
    """Return the container of the whole world, from the cache folder where it stands there."""
    kept = kept_context(folder, cache)
    if kept is not None:
        return kept
    data = pack_context(folder)
    _keep(_kept_file(folder, cache), data)
    return data


def kept_context(folder: Path, cache: Path) -> bytes | None:
    """Return the container from the cache folder; None where it is not there, or damaged: packing takes a second."""
    try:
        return unsealed(_kept_file(folder, cache).read_bytes())
    except OSError:
        return None


def _kept_file(folder: Path, cache: Path) -> Path:
    return cache / f"context-{_key(folder)}.bin"


def pack_context(folder: Path, bounds: Bounds | None = None, max_level: int | None = None) -> bytes:
    """Return the container of the layers found in ``folder``; what is missing there is empty.

    ``bounds`` and ``max_level`` make it small enough to stand inside an exported page.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for name, file in LINES.items():
        arrays |= _lines(name, folder / f"{file}.fgb", bounds, max_level)
    place_arrays, names = _places(folder / f"{PLACES}.fgb", bounds)
    return pack("context", arrays | place_arrays, {"place_name": names})


def _lines(name: str, path: Path, bounds: Bounds | None, max_level: int | None) -> dict[str, NDArray[Any]]:
    geometry, min_zoom = _read(path, bounds)
    if bounds is not None and len(geometry):
        geometry = shapely.clip_by_rect(geometry, *bounds)
    rims = shapely.boundary(geometry) if name in ("land", "lake") else geometry
    lines, of_feature = shapely.get_parts(rims, return_index=True)
    is_line = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    lines, of_feature = lines[is_line], of_feature[is_line]
    coords, of_line = shapely.get_coordinates(lines, return_index=True)
    xy = project(coords[:, 0], coords[:, 1])
    start = np.searchsorted(of_line, np.arange(len(lines) + 1)).astype(np.int64)
    level = vertex_levels(xy, start)
    if max_level is not None:
        keep = level <= max_level
        counts = np.concatenate([[0], np.cumsum(keep)])
        xy, level, start = xy[keep], level[keep], counts[start]
    zoom = np.clip(min_zoom[of_feature], 0, 255)
    return {
        f"{name}_start": start.astype(np.int32),
        f"{name}_xy": xy,
        f"{name}_level": level,
        f"{name}_zoom": zoom.astype(np.float32),
    }


def _places(path: Path, bounds: Bounds | None) -> tuple[dict[str, NDArray[Any]], list[str]]:
    if not path.exists():
        empty = np.empty(0, dtype=np.int32)
        return {"place_xy": empty.reshape(0, 2), "place_zoom": empty.astype(np.uint8), "place_population": empty}, []
    from territorymap.geo.gdal import pyogrio

    meta, _, wkb, fields = pyogrio.raw.read(path, columns=["name", "population", "min_zoom"], bbox=bounds)
    column = dict(zip(meta["fields"], fields, strict=True))
    xy = shapely.get_coordinates(shapely.from_wkb(wkb))
    order = np.argsort(-column["population"], kind="stable")
    arrays = {
        "place_xy": project(xy[order, 0], xy[order, 1]),
        "place_zoom": np.clip(column["min_zoom"][order], 0, 255).astype(np.uint8),
        "place_population": np.clip(column["population"][order], 0, 2**31 - 1).astype(np.int32),
    }
    return arrays, [str(column["name"][ix]) for ix in order]


def _read(path: Path, bounds: Bounds | None) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    if not path.exists():
        return np.empty(0, dtype=object), np.empty(0)
    from territorymap.geo.gdal import pyogrio

    _, _, wkb, fields = pyogrio.raw.read(path, columns=["min_zoom"], bbox=bounds)
    geometry = shapely.from_wkb(wkb)
    # Mercator ends at 85 degrees: what lies beyond would fold onto the edge.
    beyond = (shapely.bounds(geometry)[:, [1, 3]] ** 2 > MAX_LAT**2).any(axis=1)
    geometry[beyond] = shapely.clip_by_rect(geometry[beyond], -180.0, -MAX_LAT, 180.0, MAX_LAT)
    min_zoom = np.nan_to_num(fields[0].astype(float)) if fields else np.zeros(len(geometry))
    return geometry, min_zoom


def _key(folder: Path) -> str:
    digest = hashlib.sha256(f"context {CACHE_VERSION}".encode())
    for file in (*LINES.values(), PLACES):
        path = folder / f"{file}.fgb"
        digest.update(f"{file} {path.stat().st_size} {path.stat().st_mtime_ns}".encode() if path.exists() else b"-")
    return digest.hexdigest()[:24]


def _keep(path: Path, data: bytes) -> None:
    """Write the cache file; a full or read-only disk costs time at the next start, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed(data))
        Path(name).replace(path)
    except OSError:
        return
