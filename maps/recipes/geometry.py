"""Coverages: clean, simplify, check, write. Owns: what every unit layer must fulfil. Does not: know any source."""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]  # (N,) shapely geometries

METRES_PER_DEGREE = 111_320.0
COLUMNS = ["unit_code", "unit_name", "parent_code", "parent_name", "country", "lon", "lat"]


def only_polygons(geometries: Geometries) -> Geometries:
    """Return the geometries, valid, as MultiPolygons: their polygonal parts; empty where there is none."""
    valid = shapely.make_valid(np.asarray(geometries, dtype=object), method="structure", keep_collapsed=False)
    parts, owner = shapely.get_parts(valid, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    keep = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    out = np.full(len(valid), shapely.MultiPolygon(), dtype=object)
    out[np.unique(owner[keep])] = shapely.multipolygons(parts[keep], indices=_dense(owner[keep]))
    return out


def _dense(owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return sorted group numbers renumbered 0, 1, 2 ... without gaps."""
    return np.unique(owner, return_inverse=True)[1]


def clean(geometries: Geometries, gap_m: float = 0.0, snap_m: float = -1.0) -> Geometries:
    """Return a valid coverage: overlaps given to the neighbour with the longest border, gaps up to gap_m closed."""
    cleaned = shapely.coverage_clean(
        only_polygons(geometries),
        gap_width=gap_m / METRES_PER_DEGREE,
        snapping_distance=snap_m / METRES_PER_DEGREE if snap_m > 0 else -1,
    )
    return only_polygons(cleaned)


def simplify(geometries: Geometries, tolerance_m: float, decimals: int = 6) -> Geometries:
    """Return the coverage with fewer vertices, neighbours still sharing every border.

    The tolerance is the square root of the smallest triangle kept (Visvalingam-Whyatt). Longitudes are shrunk by the
    cosine of the layer's median latitude while this is done, so that a metre is a metre both ways.
    """
    box = shapely.bounds(geometries)
    shrink = math.cos(math.radians(float(np.median((box[:, 1] + box[:, 3]) / 2))))
    scale = np.array([shrink, 1.0])
    flat = shapely.transform(geometries, lambda xy: xy * scale)
    slim = shapely.coverage_simplify(flat, tolerance_m / METRES_PER_DEGREE)
    # Rounding is by coordinate, so shared vertices stay shared; it makes the committed file pack better.
    return only_as_multi(shapely.transform(slim, lambda xy: np.round(xy / scale, decimals)))


def only_as_multi(geometries: Geometries) -> Geometries:
    """Return polygons as MultiPolygons; nothing else is touched."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    return np.asarray(shapely.multipolygons(parts, indices=owner), dtype=object)


def drop_specks(geometries: Geometries, min_km2: float) -> Geometries:
    """Return the geometries without parts below min_km2 that touch no other unit; the largest part always stays."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    area = area_km2(parts)
    largest = np.zeros(len(geometries))
    np.maximum.at(largest, owner, area)
    tree = shapely.STRtree(parts)
    left, right = tree.query(parts, predicate="intersects")
    alone = np.ones(len(parts), dtype=bool)
    alone[left[left != right]] = False
    keep = (area >= min_km2) | (area == largest[owner]) | ~alone
    return np.asarray(shapely.multipolygons(parts[keep], indices=owner[keep]), dtype=object)


def dissolve(geometries: Geometries, keys: NDArray[np.object_]) -> tuple[Geometries, NDArray[np.object_]]:
    """Return the unions of a valid coverage by key, and the sorted keys."""
    names, group = np.unique(keys, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(1, len(names)))
    unions = [shapely.coverage_union_all(chunk) for chunk in np.split(geometries[order], starts)]
    return only_as_multi(np.asarray(unions, dtype=object)), names


def area_km2(geometries: Geometries) -> NDArray[np.float64]:
    """Return areas in km2 on an equal-area cylinder (0.5 % off the ellipsoid at worst: for sorting and checks)."""
    k = math.pi / 180 * 6371.0088

    def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([lonlat[:, 0] * k, np.sin(np.radians(lonlat[:, 1])) * 6371.0088])

    return np.asarray(shapely.area(shapely.transform(geometries, project)))


def inner_points(geometries: Geometries) -> NDArray[np.float64]:
    """Return (N, 2) lon, lat inside the largest part: its centroid where that is inside, else a point on it."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    first = order[np.unique(owner[order], return_index=True)[1]]
    main = parts[first]
    point = shapely.centroid(main)
    outside = ~shapely.contains_properly(main, point)
    point[outside] = shapely.point_on_surface(main[outside])
    return np.round(np.column_stack([shapely.get_x(point), shapely.get_y(point)]), 6)


def unit_frame(
    geometries: Geometries, columns: dict[str, object], weights: dict[str, object] | None = None
) -> gpd.GeoDataFrame:
    """Return a unit layer: the columns of COLUMNS in order, then the weights, sorted by unit_code."""
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(geometries, crs="EPSG:4326"))
    point = inner_points(geometries)
    frame["lon"], frame["lat"] = point[:, 0], point[:, 1]
    for name, values in (weights or {}).items():
        frame[name] = values
    ordered = frame[[*COLUMNS, *(weights or {}), "geometry"]]
    return ordered.sort_values("unit_code", kind="stable").reset_index(drop=True)


def check_layer(frame: gpd.GeoDataFrame, n_units: int) -> None:
    """Raise ValueError unless the layer has n_units unique, named, valid units that do not overlap."""
    geometries = frame.geometry.to_numpy()
    problems = {
        f"{len(frame)} units, expected {n_units}": len(frame) != n_units,
        "unit codes repeat": not frame["unit_code"].is_unique,
        "a unit has no code": (frame["unit_code"].str.len() == 0).any(),
        "a unit has no name": (frame["unit_name"].fillna("").str.len() == 0).any(),
        "a unit is empty": shapely.is_empty(geometries).any(),
        "a unit is invalid": not shapely.is_valid(geometries).all(),
        "not a coverage": not shapely.coverage_is_valid(geometries),
    }
    found = [text for text, wrong in problems.items() if wrong]
    if found:
        raise ValueError("; ".join(found))


def write_layer(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer as FlatGeobuf without spatial index, replacing the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    text = frame.select_dtypes(include=["object", "string"]).columns.drop("geometry", errors="ignore")
    frame[text] = frame[text].astype(object).where(pd.notna(frame[text]), "")
    frame.to_file(path, driver="FlatGeobuf", engine="pyogrio", layer=path.stem, SPATIAL_INDEX="NO")
