"""Making a coverage of whatever polygons a planner brings. Owns the repair; what is wrong is found by survey."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.chunks import MOST_VERTICES
from territorymap.geo.components import component_labels
from territorymap.geo.layer import Geometries
from territorymap.geo.plane import METRES_PER_DEGREE, Plane
from territorymap.geo.survey import Fault, FaultKind, Tell, invalid_edges

_SETTLED_DIGITS = 9  # of degrees: 0.1 mm
_HAVE_PARTS = (
    shapely.GeometryType.MULTIPOINT,
    shapely.GeometryType.MULTILINESTRING,
    shapely.GeometryType.MULTIPOLYGON,
    shapely.GeometryType.GEOMETRYCOLLECTION,
)


def is_closed(fault: Fault, tolerance_m: float) -> bool:
    """Return True for a gap that a repair with this tolerance closes."""
    return fault.kind is FaultKind.GAP and fault.width_m <= tolerance_m


def needs_mending(fault: Fault, tolerance_m: float) -> bool:
    """Return True for what a repair of the borders changes."""
    is_border = fault.kind in (FaultKind.OVERLAP, FaultKind.SAME_SHAPE, FaultKind.MISMATCH)
    return is_border or is_closed(fault, tolerance_m)


def settle_corners(geometry: Geometries, tell: Tell = lambda _fraction: None) -> tuple[Geometries, bool]:
    """Return the units with corners a tenth of a millimetre apart made one, and whether that was of any use.

    Scripts make such corners: x + 0.1 is not always the x of the next square. It is tried only where borders do not
    meet, and kept only if more of them meet afterwards.
    """
    n_wrong = int((~shapely.is_empty(invalid_edges(geometry, lambda fraction: tell(fraction / 2)))).sum())
    if not n_wrong:
        return geometry, False
    settled = np.asarray(shapely.transform(geometry, lambda xy: np.round(xy, _SETTLED_DIGITS)))
    if not shapely.is_valid(settled).all():
        return geometry, False
    n_left = int((~shapely.is_empty(invalid_edges(settled, lambda fraction: tell(0.5 + fraction / 2)))).sum())
    return (settled, True) if n_left < n_wrong else (geometry, False)


def mend_borders(
    solid: Geometries, faults: Sequence[Fault], tolerance_m: float, tell: Tell = lambda _fraction: None
) -> tuple[Geometries, dict[int, int]]:
    """Return the units as a coverage, and which has lost its ground to a twin; what has no ground left is empty.

    Overlaps go to the neighbour with the longest shared border; gaps in which no circle wider than ``tolerance_m``
    fits are closed the same way; of units with one shape the first is kept. Only units with faults and their
    neighbours are touched, those that hang together at one time.

    Parameters
    ----------
    solid : (U,) valid MultiPolygons.
    faults : what the survey of them has found.
    """
    wrong = [fault for fault in faults if needs_mending(fault, tolerance_m)]
    if not wrong:
        return solid, {}
    twin_of: dict[int, int] = {}
    for fault in wrong:
        if fault.kind is FaultKind.SAME_SHAPE:
            first, second = sorted(fault.units)
            twin_of[second] = min(first, twin_of.get(second, first))
    out = solid.copy()
    out[list(twin_of)] = shapely.MultiPolygon()
    plane = Plane.of(solid[~shapely.is_empty(solid)])
    clusters = _clusters(out, wrong)
    n_done, n_all = 0, sum(map(len, clusters))
    for cluster in clusters:
        tell(n_done / n_all)
        out[cluster] = _cleaned(out[cluster], plane, tolerance_m)
        n_done += len(cluster)
    there = np.flatnonzero(~shapely.is_empty(out))
    if n_done < len(there) and not shapely.coverage_is_valid(out[there]):
        # Corners that differ by rounding alone are one corner in the plane: a neighbour outside may keep the other.
        out[there] = _cleaned(out[there], plane, tolerance_m)
    return out, twin_of


def _clusters(geometry: Geometries, wrong: Sequence[Fault]) -> list[NDArray[np.int64]]:
    """Return the units that have to be cleaned together: those of faults, their neighbours, and what these share.

    Small clusters go together, so that GEOS is not called thousands of times.
    """
    bad = np.unique([unit for fault in wrong for unit in fault.units])
    bad = bad[~shapely.is_empty(geometry[bad])]
    of, near = shapely.STRtree(geometry).query(geometry[bad])
    at, inverse = np.unique(np.concatenate([bad, near]), return_inverse=True)
    left, right = inverse[: len(bad)][of], inverse[len(bad) :]
    label = component_labels(len(at), left, right)
    n = int(label.max(initial=-1)) + 1
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label, minlength=n))
    n_vertices = np.cumsum(shapely.get_num_coordinates(geometry[at[order]]))[ends - 1]
    batch = n_vertices // MOST_VERTICES
    cuts = ends[:-1][batch[1:] != batch[:-1]]
    return [np.asarray(at[part]) for part in np.split(order, cuts)]


def _cleaned(solid: Geometries, plane: Plane, tolerance_m: float) -> Geometries:
    there = np.flatnonzero(~shapely.is_empty(solid))
    out = solid.copy()
    flat = shapely.coverage_clean(plane.flat(solid[there]), gap_width=tolerance_m / METRES_PER_DEGREE)
    out[there] = polygons_only(plane.round_again(flat, solid[there]))
    return out


def polygons_only(geometry: Geometries) -> Geometries:
    """Return the geometries, valid, as MultiPolygons: their polygonal parts; empty where there is none."""
    solid = np.where(shapely.is_missing(geometry), shapely.MultiPolygon(), geometry)
    broken = ~shapely.is_valid(solid)
    solid[broken] = shapely.make_valid(solid[broken], method="structure", keep_collapsed=False)
    return as_multipolygons(shapely.force_2d(solid))


def as_multipolygons(geometry: Geometries) -> Geometries:
    """Return the polygonal parts of each geometry as one MultiPolygon; empty where there is none."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    while np.isin(shapely.get_type_id(parts), _HAVE_PARTS).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    out = np.full(len(geometry), shapely.MultiPolygon(), dtype=object)
    if keep.any():
        present, dense = np.unique(owner[keep], return_inverse=True)
        out[present] = shapely.multipolygons(parts[keep], indices=dense)
    return out
