"""A unit layer in memory and its geodesic measures. Owns UnitLayer; not where layers come from (shipped, importers)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.model.units import Strings

if TYPE_CHECKING:
    from pyproj import Geod

Geometries = NDArray[np.object_]  # shapely polygons or multipolygons, EPSG:4326


@lru_cache(maxsize=1)
def wgs84() -> Geod:
    """Return the ellipsoid; pyproj is imported here, so that a plan whose topology is cached opens without it."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


@dataclass
class UnitLayer:
    """The units of a layer; position in every array is ``unit_ix``. Geometry is a valid coverage in EPSG:4326."""

    code: Strings  # (U,)
    name: Strings  # (U,)
    parent_code: Strings  # (U,) "" = none
    parent_name: Strings  # (U,)
    country: Strings  # (U,)
    geometry: Geometries  # (U,) shapely MultiPolygon
    lon: NDArray[np.float64]  # (U,) a point inside
    lat: NDArray[np.float64]  # (U,)
    area_km2: NDArray[np.float64]  # (U,) geodesic, WGS 84
    perimeter_km: NDArray[np.float64]  # (U,) geodesic, WGS 84
    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)  # measure column -> (U,), nan = not known
    title: str = ""
    unit_word: str = ""  # e.g. "county"
    attribution: str = ""
    layer_id: str = ""  # "" = the planner's own
    part_of: Strings = field(default_factory=lambda: np.empty(0, dtype=object))  # (U,) or none: as model.Units has it

    def __len__(self) -> int:
        return len(self.code)

    def __post_init__(self) -> None:
        if len(self.part_of) != len(self.code):
            self.part_of = np.full(len(self.code), "", dtype=object)


def measure_geometry(geometry: Geometries) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return geodesic area and perimeter of each geometry, WGS 84.

    Returns
    -------
    area_km2 : (U,) float, holes taken off; 0 where the geometry is empty.
    perimeter_km : (U,) float, holes included.

    Source
    ------
    Karney 2013, Algorithms for geodesics; GeographicLib through pyproj. Edges between vertices are geodesics.
    """
    coords, ring_start, ring_polygon, _, polygon_unit = rings_of(geometry)
    is_hole = np.concatenate([[False], ring_polygon[1:] == ring_polygon[:-1]])[: len(ring_polygon)]
    measured = np.array(
        [wgs84().polygon_area_perimeter(coords[a:b, 0], coords[a:b, 1]) for a, b in pairwise(ring_start)],
        dtype=np.float64,
    ).reshape(-1, 2)
    unit = polygon_unit[ring_polygon]
    area = np.abs(measured[:, 0]) * np.where(is_hole, -1.0, 1.0)
    n = len(geometry)
    return (
        np.bincount(unit, area, minlength=n)[:n] / 1e6,
        np.bincount(unit, measured[:, 1], minlength=n)[:n] / 1e3,
    )


def rings_of(
    geometry: Geometries,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (coords (N, 2), ring_start (R + 1,), ring_polygon (R,), polygon_start (P + 1,), polygon_unit (P,)).

    Rings are closed and in the order of the geometries, each polygon's exterior first; empty geometries have none.
    """
    solid = np.where(shapely.is_missing(geometry), shapely.MultiPolygon(), geometry)
    polygons, polygon_unit = shapely.get_parts(solid, return_index=True)
    keep = ~shapely.is_empty(polygons)
    polygons, polygon_unit = polygons[keep], polygon_unit[keep].astype(np.int64)
    if not len(polygons):
        none = np.empty(0, dtype=np.int64)
        return np.empty((0, 2)), np.zeros(1, dtype=np.int64), none, np.zeros(1, dtype=np.int64), none
    _, coords, (ring_start, polygon_start) = shapely.to_ragged_array(polygons, include_z=False)
    ring_polygon = np.repeat(np.arange(len(polygons)), np.diff(polygon_start))
    return coords, ring_start.astype(np.int64), ring_polygon, polygon_start.astype(np.int64), polygon_unit


def interior_points(geometry: Geometries) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (lon, lat) of a point inside the largest part of each geometry: its centroid where that is inside.

    nan where the geometry is empty. "Largest" compares areas in degrees shrunk by the cosine of the latitude.
    """
    solid = np.where(shapely.is_missing(geometry), shapely.MultiPolygon(), geometry)
    parts, owner = shapely.get_parts(solid, return_index=True)
    keep = ~shapely.is_empty(parts)
    parts, owner = parts[keep], owner[keep]
    lon, lat = np.full(len(geometry), np.nan), np.full(len(geometry), np.nan)
    if not len(parts):
        return lon, lat
    box = shapely.bounds(parts)
    size = shapely.area(parts) * np.cos(np.radians((box[:, 1] + box[:, 3]) / 2))
    order = np.lexsort((-size, owner))
    first = order[np.unique(owner[order], return_index=True)[1]]
    main = parts[first]
    point = shapely.centroid(main)
    outside = ~shapely.contains_properly(main, point)
    point[outside] = shapely.point_on_surface(main[outside])
    lon[owner[first]], lat[owner[first]] = shapely.get_x(point), shapely.get_y(point)
    return lon, lat
