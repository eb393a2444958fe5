"""The unit layer as the page draws it: shared arcs with levels of detail, and what stands on which side.

Owns the container "geometry"; not the numbers of the plan (values) and not the land around it (context).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.topology import Topology
from territorymap.mapview.container import pack, unpack
from territorymap.mapview.levels import KnownLevels, begin_of_loops, coverage_levels, known_levels
from territorymap.mapview.mercator import MAX_LEVEL, project, unproject
from territorymap.metrics.preview import PreviewArrays
from territorymap.model.units import Units

_HOME_QUANTILE = 0.03
_HOME_MARGIN = 0.12
_HOME_FEW, _HOME_GAP = 0.05, 0.15  # share of the units, and of the view, that may be left out beyond a gap


def pack_geometry(
    topology: Topology,
    units: Units,
    *,
    title: str,
    unit_word: str,
    attribution: str,
    is_edited: bool = True,
    known: KnownLevels | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> bytes:
    """Return the container of a unit layer; it does not depend on the alignment.

    ``is_edited``: with the lengths and areas that the page needs to show how compact a territory becomes.
    ``known``: levels of detail of the layer that this one comes from by a cut or a join. ``tell``: hears how far the
    search for them is.
    """
    arrays = geometry_arrays(topology, units, known, tell)
    if is_edited:
        arrays |= {"arc_km": topology.arc_length_km, "unit_area_km2": units.area_km2}
    meta = {
        "n_units": len(units),
        "n_nodes": int(max(arrays["arc_from"].max(initial=-1), arrays["arc_to"].max(initial=-1)) + 1),
        "max_level": MAX_LEVEL,
        "title": title,
        "unit_word": unit_word,
        "attribution": attribution,
        "home": home_bounds(units.lon, units.lat),
        "code": [str(text) for text in units.code],
        "name": [str(text) for text in units.name],
        "parent": [str(text) for text in units.parent_name],
    }
    return pack("geometry", arrays, meta)


def levels_in(packed: bytes) -> KnownLevels:
    """Return the levels of detail in a container "geometry", to be carried over to a layer that comes from it."""
    arrays = unpack(packed).arrays
    return known_levels(arrays["arc_xy"].reshape(-1, 2), arrays["arc_level"])


def plain_levels(topology: Topology) -> KnownLevels:
    """Return levels by which every vertex is drawn at every zoom; they cost nothing to find."""
    xy = project(topology.arc_coords[:, 0], topology.arc_coords[:, 1])
    return known_levels(xy, np.zeros(len(xy), dtype=np.uint8))


def geometry_arrays(
    topology: Topology,
    units: Units,
    known: KnownLevels | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> dict[str, NDArray[Any]]:
    """Return the arrays of the container "geometry".

    arc_xy (N, 2), arc_level (N,), arc_start (K + 1,), arc_left and arc_right (K,) unit_ix or -1, arc_from and arc_to
    (K,) node numbers, unit_arc_start (U + 1,) and unit_arc: ``a`` where the unit is on the left, ``~a`` on the right,
    unit_box (U, 4) west, north, east, south, unit_xy (U, 2) a point inside.
    """
    xy = project(topology.arc_coords[:, 0], topology.arc_coords[:, 1])
    start = topology.arc_start.astype(np.int64)
    level = coverage_levels(topology, xy, known, tell)
    order = begin_of_loops(topology, level)
    xy, level = xy[order], level[order]
    node_from, node_to = _nodes(xy, start)
    unit_arc_start, unit_arc = _arcs_by_unit(topology.arc_left, topology.arc_right, len(units))
    return {
        "arc_start": start.astype(np.int32),
        "arc_xy": xy,
        "arc_level": level,
        "arc_left": topology.arc_left.astype(np.int32),
        "arc_right": topology.arc_right.astype(np.int32),
        "arc_from": node_from,
        "arc_to": node_to,
        "unit_arc_start": unit_arc_start,
        "unit_arc": unit_arc,
        "unit_box": _boxes(xy, start, unit_arc_start, unit_arc),
        "unit_xy": project(units.lon, units.lat),
    }


def home_bounds(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[float]:
    """Return [west, south, east, north] that shows nearly all units well; far islands may lie outside."""
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return [-130.0, -40.0, 150.0, 65.0]
    xy = project(lon[known], lat[known]).astype(float)
    low, high = np.quantile(xy, _HOME_QUANTILE, axis=0), np.quantile(xy, 1 - _HOME_QUANTILE, axis=0)
    margin = _HOME_MARGIN * (high - low)
    inside = ((xy >= low - margin) & (xy <= high + margin)).all(axis=1)
    shown = xy[inside]
    for axis in (0, 1, 0):  # who is left out along one axis makes the other narrower
        low_at, high_at = _without_far(shown[:, axis])
        shown = shown[(shown[:, axis] >= low_at) & (shown[:, axis] <= high_at)]
    corners = np.array([shown.min(axis=0), shown.max(axis=0)])
    (west, east), (north, south) = unproject(corners)
    return [float(west), float(south), float(east), float(north)]


def _without_far(at: NDArray[np.float64]) -> tuple[float, float]:
    """Return least and greatest of these places without few that lie beyond a wide gap: Puerto Rico has an inset."""
    at = np.sort(at)
    few = int(_HOME_FEW * len(at))
    gap = np.diff(at) > _HOME_GAP * (at[-1] - at[0])
    low = int(np.flatnonzero(gap[:few]).max(initial=-1)) + 1
    high = len(at) - few - 1 + int(np.flatnonzero(gap[len(gap) - few :]).min(initial=few))
    return float(at[low]), float(at[high])


def _nodes(xy: NDArray[np.int32], start: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the node at the begin and at the end of each arc; ends on the same spot are one node."""
    ends = xy[np.concatenate([start[:-1], start[1:] - 1])].astype(np.int64)
    number = np.unique(ends[:, 0] * (1 << 32) + ends[:, 1], return_inverse=True)[1].astype(np.int32)
    return number[: len(start) - 1], number[len(start) - 1 :]


def _arcs_by_unit(
    left: NDArray[np.int32], right: NDArray[np.int32], n_units: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    arc = np.arange(len(left), dtype=np.int32)
    unit = np.concatenate([left, right])
    signed = np.concatenate([arc, ~arc])
    # An arc with the same unit on both sides is a crack inside it, not a border.
    is_border = (unit >= 0) & np.concatenate([left != right, left != right])
    unit, signed = unit[is_border], signed[is_border]
    order = np.argsort(unit, kind="stable")
    start = np.searchsorted(unit[order], np.arange(n_units + 1))
    return start.astype(np.int32), signed[order].astype(np.int32)


def _boxes(
    xy: NDArray[np.int32],
    start: NDArray[np.int64],
    unit_arc_start: NDArray[np.int32],
    unit_arc: NDArray[np.int32],
) -> NDArray[np.int32]:
    n_units = len(unit_arc_start) - 1
    box = np.zeros((n_units, 4), dtype=np.int32)
    if not len(unit_arc):
        return box
    arc_low = np.minimum.reduceat(xy, start[:-1], axis=0)
    arc_high = np.maximum.reduceat(xy, start[:-1], axis=0)
    arc = np.where(unit_arc < 0, ~unit_arc, unit_arc)
    has_arc = np.diff(unit_arc_start) > 0
    first = unit_arc_start[:-1][has_arc]
    box[has_arc, :2] = np.minimum.reduceat(arc_low[arc], first, axis=0)
    box[has_arc, 2:] = np.maximum.reduceat(arc_high[arc], first, axis=0)
    return box


def pack_values(preview: PreviewArrays) -> bytes:
    """Return the container "values": what the page adds up while a stroke is under way."""
    arrays: dict[str, NDArray[Any]] = {
        "unit_measure": preview.unit_measure,
        "account_start": preview.account_start.astype(np.int32),
        "account_lon": preview.account_lon,
        "account_lat": preview.account_lat,
        "account_weight": preview.account_weight,
    }
    accounts_row = preview.measures.index("accounts") if "accounts" in preview.measures else -1
    meta = {
        "n_measures": len(preview.measures),
        "workload_row": preview.workload_row,
        "accounts_row": accounts_row,
    }
    return pack("values", arrays, meta)
