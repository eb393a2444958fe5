"""Coverages: clean, simplify, check, write. Owns: what every unit layer must fulfil. Does not: know any source."""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import affinity

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


def cut_at_antimeridian(geometries: Geometries) -> Geometries:
    """Return polygons drawn on the globe as polygons of the flat map: cut at 180 degrees, all within -180 to 180.

    Some sources (TopoJSON written with geostitch, d3) draw rings on the globe: neighbouring vertices that are more than
    180 degrees of longitude apart are joined the short way, across the antimeridian, and a ring round a pole has no
    edge along it. Read as plain coordinates such rings are bands across the whole map, which make_valid turns into
    something valid and wrong: this comes before it. Each ring is unrolled (see _unrolled), made valid, cut and brought
    back; then holes are taken out of their exterior. As both are back within -180 to 180 by then, it does not matter
    to which turn either was unrolled.

    Parts without a ring that crosses stay as they are, valid or not; a geometry that had some becomes a MultiPolygon.
    An edge of exactly 180 degrees counts as drawn on the flat map.
    """
    out = np.array(geometries, dtype=object)
    for row, shape in enumerate(out):
        parts = shapely.get_parts(shape)
        crossing = [any(_steps(shapely.get_coordinates(r)).any() for r in shapely.get_rings(part)) for part in parts]
        if any(crossing):
            pieces = [_cut_polygon(part) if cut else part for part, cut in zip(parts, crossing, strict=True)]
            out[row] = shapely.multipolygons(shapely.get_parts(pieces))
    return out


def _steps(ring: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return of each edge of a ring whether it crosses the antimeridian: 1 eastward, -1 westward, 0 not."""
    east = np.diff(ring[:, 0])
    return np.where(np.abs(east) > 180, -np.sign(east), 0).astype(np.int64)


def _cut_polygon(polygon: shapely.Polygon) -> shapely.MultiPolygon:
    """Return a polygon drawn on the globe as parts of the flat map."""
    exterior, *holes = [_cut_ring(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygon)]
    return only_polygons(np.array([shapely.difference(exterior, shapely.union_all(holes))]))[0]


def _cut_ring(ring: NDArray[np.float64]) -> shapely.MultiPolygon:
    """Return what a ring drawn on the globe encloses, as parts of the flat map."""
    whole = only_polygons(np.array([shapely.Polygon(_unrolled(ring))]))[0]
    if whole.is_empty:
        return whole
    west, _, east, _ = whole.bounds
    pieces = []
    for turn in range(math.floor((west + 180) / 360), math.ceil((east + 180) / 360)):
        piece = shapely.intersection(whole, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90))
        pieces.append(affinity.translate(piece, -360 * turn))
    return only_polygons(np.array([shapely.union_all(pieces)]))[0]


def _unrolled(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a closed ring drawn on the globe with longitudes that run on beyond 180 degrees instead of jumping.

    Most vertices stay exactly where they are, so that borders remain those of the neighbours. A ring that winds round
    the globe is opened where it crosses the antimeridian and closed along the nearer pole, by its mean latitude.
    """
    steps = _steps(ring)
    winding = int(steps.sum())
    if abs(winding) > 1:
        raise ValueError("a ring winds round the globe more than once")
    if not winding:
        return _run_on(ring)
    opening = int(np.flatnonzero(steps == winding)[0])
    around = np.concatenate([ring[opening + 1 : -1], ring[: opening + 1]])
    (lon_before, lat_before), (lon_after, lat_after) = around[-1], around[0]
    latitude = np.interp(180, [abs(lon_before), 360 - abs(lon_after)], [lat_before, lat_after])
    line = _run_on(np.vstack([[-180.0 * winding, latitude], around, [180.0 * winding, latitude]]))
    pole = math.copysign(90.0, float(np.mean(ring[:-1, 1])))
    return np.concatenate([line, [[line[-1, 0], pole], [line[0, 0], pole]], line[:1]])


def _run_on(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a line with 360 degrees added at each crossing, on the turn on which most of it stays as it is."""
    turn = np.concatenate([[0], np.cumsum(_steps(line))])
    turns, counts = np.unique(turn, return_counts=True)
    turn -= turns[np.argmax(counts)]
    return np.column_stack([line[:, 0] + 360.0 * turn, line[:, 1]])


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
        "a part is a band across the map": _has_band(geometries),
    }
    found = [text for text, wrong in problems.items() if wrong]
    if found:
        raise ValueError("; ".join(found))


def _has_band(geometries: Geometries) -> bool:
    """Return whether a part is wider than 170 degrees and reaches no pole: no land is, rings misread at 180 are."""
    west, south, east, north = shapely.bounds(shapely.get_parts(geometries)).T
    return bool(((east - west > 170) & (np.maximum(-south, north) < 90)).any())


def write_layer(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer as FlatGeobuf without spatial index, replacing the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    text = frame.select_dtypes(include=["object", "string"]).columns.drop("geometry", errors="ignore")
    frame[text] = frame[text].astype(object).where(pd.notna(frame[text]), "")
    frame.to_file(path, driver="FlatGeobuf", engine="pyogrio", layer=path.stem, SPATIAL_INDEX="NO")
