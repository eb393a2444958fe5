"""Making a coverage of whatever polygons a planner brings. Owns the repair and its report; not reading files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.distance import EARTH_RADIUS_KM
from territorymap.geo.layer import Geometries

_METRES_PER_DEGREE = 111_320.0
_SPECK_KM2 = 1e-6  # 1 m2: smaller overlaps and gaps are rounding, not counted


@dataclass(frozen=True)
class RepairReport:
    """What was wrong and what was done; positions are those of the input."""

    n_units: int
    kept: NDArray[np.int64]  # positions of the units that are in the result
    dropped: NDArray[np.int64]  # positions without any polygon
    n_invalid: int = 0  # self-crossing and the like, made valid
    n_overlaps: int = 0  # pairs of units
    overlap_km2: float = 0.0
    n_gaps: int = 0
    gap_km2: float = 0.0  # closed
    is_cleaned: bool = False  # borders were moved so that neighbours share them

    @property
    def is_clean(self) -> bool:
        """Whether nothing had to be done."""
        return not (self.n_invalid or len(self.dropped) or self.is_cleaned)


def repair_coverage(geometry: Geometries, tolerance_m: float = 0.0) -> tuple[Geometries, RepairReport]:
    """Return valid MultiPolygons that share their borders, without the units that have no polygon, and the report.

    Overlaps go to the neighbour with the longest shared border; gaps narrower than ``tolerance_m`` are closed the
    same way. A layer that is a valid coverage already comes back with its vertices untouched.
    """
    given = np.asarray(geometry, dtype=object)
    is_invalid = ~(shapely.is_valid(given) | shapely.is_missing(given))
    solid = polygons_only(given)
    kept = np.flatnonzero(~shapely.is_empty(solid))
    dropped = np.flatnonzero(shapely.is_empty(solid))
    solid = solid[kept]
    gap_width = tolerance_m / _METRES_PER_DEGREE
    if not len(solid) or shapely.coverage_is_valid(solid, gap_width):
        return solid, RepairReport(len(given), kept, dropped, int(is_invalid.sum()))
    n_overlaps, overlap_km2 = _overlaps(solid)
    clean = polygons_only(shapely.coverage_clean(solid, gap_width=gap_width))
    n_gaps, gap_km2 = _filled(solid, clean)
    vanished = shapely.is_empty(clean)
    report = RepairReport(
        n_units=len(given),
        kept=kept[~vanished],
        dropped=np.sort(np.concatenate([dropped, kept[vanished]])),
        n_invalid=int(is_invalid.sum()),
        n_overlaps=n_overlaps,
        overlap_km2=overlap_km2,
        n_gaps=n_gaps,
        gap_km2=gap_km2,
        is_cleaned=True,
    )
    return clean[~vanished], report


def polygons_only(geometry: Geometries) -> Geometries:
    """Return the geometries, valid, as MultiPolygons: their polygonal parts; empty where there is none."""
    solid = np.where(shapely.is_missing(geometry), shapely.MultiPolygon(), geometry)
    broken = ~shapely.is_valid(solid)
    solid[broken] = shapely.make_valid(solid[broken], method="structure", keep_collapsed=False)
    return as_multipolygons(shapely.force_2d(solid))


def as_multipolygons(geometry: Geometries) -> Geometries:
    """Return the polygonal parts of each geometry as one MultiPolygon; empty where there is none."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    out = np.full(len(geometry), shapely.MultiPolygon(), dtype=object)
    if keep.any():
        present, dense = np.unique(owner[keep], return_inverse=True)
        out[present] = shapely.multipolygons(parts[keep], indices=dense)
    return out


def plane_km2(geometry: Geometries) -> NDArray[np.float64]:
    """Return areas on an equal-area cylinder: within 0.7 % of the ellipsoid, quick, for gaps and overlaps."""
    k = np.pi / 180 * EARTH_RADIUS_KM

    def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([lonlat[:, 0] * k, np.sin(np.radians(lonlat[:, 1])) * EARTH_RADIUS_KM])

    return np.asarray(shapely.area(shapely.transform(np.asarray(geometry, dtype=object), project)))


def _overlaps(solid: Geometries) -> tuple[int, float]:
    """Return (pairs of units that overlap, their common area in km2)."""
    suspects = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(solid)))
    left, right = shapely.STRtree(solid).query(solid[suspects])
    left = suspects[left]
    once = left < right
    # A pair may be met from one side only, if the other has no invalid edge (a unit wholly inside another).
    lo, hi = np.minimum(left, right), np.maximum(left, right)
    pairs = np.unique(np.column_stack([lo, hi])[once | ~np.isin(right, suspects)], axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    area = plane_km2(shapely.intersection(solid[pairs[:, 0]], solid[pairs[:, 1]]))
    return int((area > _SPECK_KM2).sum()), float(area[area > _SPECK_KM2].sum())


def _filled(before: Geometries, after: Geometries) -> tuple[int, float]:
    """Return (number of gaps closed, their area in km2)."""
    grown = shapely.coverage_union_all(after[~shapely.is_empty(after)])
    gained = shapely.get_parts(shapely.difference(grown, shapely.union_all(before)))
    area = plane_km2(gained[shapely.get_type_id(gained) == shapely.GeometryType.POLYGON])
    return int((area > _SPECK_KM2).sum()), float(area[area > _SPECK_KM2].sum())
