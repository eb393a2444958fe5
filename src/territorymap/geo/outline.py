"""Dissolved outlines of territories. Owns when they can be chained from arcs and when they must be unions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.arc_outline import chain_outlines
from territorymap.geo.layer import Geometries
from territorymap.geo.repair import as_multipolygons, polygons_only
from territorymap.geo.topology import Topology


def outlines(
    topology: Topology,
    unit_territory: NDArray[np.int32],
    territories: int | Sequence[int],
    geometry: Callable[[], Geometries],
) -> Geometries:
    """Return the outlines of the first n territories, or of the territory_ix named, as MultiPolygons.

    Empty where a territory has no unit. They are chained from the arcs of the layer; ``geometry`` is asked only where
    that gives no valid polygon, as in a layer with overlaps or with borders that do not match, which is then united.
    """
    wanted = np.arange(territories) if isinstance(territories, int) else np.asarray(territories, dtype=np.int64)
    report = topology.report
    is_clean = not (report.n_overlapping_segments or report.n_degenerate_rings or report.n_folded_segments)
    found = chain_outlines(topology, unit_territory, wanted.tolist()) if is_clean else None
    if found is None:
        return union_outlines(geometry(), unit_territory, wanted.tolist())
    bad = np.flatnonzero(~shapely.is_valid(found))
    if len(bad):
        found[bad] = union_outlines(geometry(), unit_territory, wanted[bad].tolist())
    return found


def union_outlines(
    geometry: Geometries, unit_territory: NDArray[np.int32], territories: int | Sequence[int]
) -> Geometries:
    """Return the same as unions of the units' polygons.

    The geometry should be a valid coverage; where the quick union fails on one that is not, the slow exact one is
    taken. Polygons that cross themselves, as a forged file may have them, count as the ground that they enclose.
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
        return shapely.union_all(polygons_only(parts))
    return union if shapely.is_valid(union) else shapely.union_all(polygons_only(parts))
