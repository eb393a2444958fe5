"""Dissolved outlines of territories. Owns unions; not the drawing of borders, which needs none (topology)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.repair import as_multipolygons


def outlines(geometry: Geometries, unit_territory: NDArray[np.int32], territories: int | Sequence[int]) -> Geometries:
    """Return the outlines of the first n territories, or of the territory_ix named, as MultiPolygons.

    Empty where a territory has no unit. The geometry must be a valid coverage; where the quick union fails on one that
    is not, the slow exact one is taken.
    """
    wanted = np.arange(territories) if isinstance(territories, int) else np.asarray(territories, dtype=np.int64)
    order = np.argsort(unit_territory, kind="stable")
    ascending = unit_territory[order]
    lo, hi = np.searchsorted(ascending, wanted), np.searchsorted(ascending, wanted, side="right")
    unions = np.empty(len(wanted), dtype=object)
    for slot, (a, b) in enumerate(zip(lo, hi, strict=True)):
        unions[slot] = _union(geometry[order[a:b]])
    return as_multipolygons(unions)


def _union(parts: Geometries) -> shapely.Geometry:
    if not len(parts):
        return shapely.MultiPolygon()
    try:
        union = shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:
        return shapely.union_all(parts)
    return union if shapely.is_valid(union) else shapely.union_all(parts)
