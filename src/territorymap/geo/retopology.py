"""The topology of a layer after some units came, went or got other borders, made from the one before.

Owns the splice; only the arcs around the changed units are built anew (topology), the others are kept as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.topology import GRID_DEG, OUTSIDE, Topology, build_topology

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_LOCAL = 0.3  # share of the units around a change; above it all is built anew


def rebuild_topology(before: Topology, geometry: Geometries, former_ix: NDArray[np.integer]) -> Topology:
    """Return the topology of ``geometry``.

    Parameters
    ----------
    before
        of the layer before.
    former_ix : (U,) int
        the unit_ix before of each unit that has the very same polygon still, ascending among themselves; -1 = it is
        new or has another polygon.

    Returns
    -------
    The same arcs and rings as :func:`build_topology` gives, in another order of arcs.
    """
    changed = np.flatnonzero(former_ix < 0)
    if len(changed) > MOST_LOCAL * len(geometry):
        return build_topology(geometry)
    gone = np.flatnonzero(_today(former_ix, before.n_units)[:-1] < 0)
    tree = shapely.STRtree(geometry)
    core = np.union1d(changed, _beside_gone(before, gone, former_ix))
    core = _with_neighbours(tree, geometry, core)
    local = _with_neighbours(tree, geometry, core)
    if len(local) > MOST_LOCAL * len(geometry) or before.n_irregular.any():
        return build_topology(geometry)
    patch = build_topology(geometry[local])
    if patch.n_irregular.any():
        return build_topology(geometry)
    spliced = _Splice(before, patch, local, former_ix, core).topology()
    return spliced if spliced is not None else build_topology(geometry)


def _beside_gone(before: Topology, gone: Ints, former_ix: NDArray[np.integer]) -> Ints:
    """Return the units of today that had a border with one that went."""
    is_gone = _flags(before.n_units, gone)
    left, right = before.arc_left, before.arc_right
    met = np.concatenate([left[is_gone[right]], right[is_gone[left]]])
    today = _today(former_ix, before.n_units)[met]
    return np.unique(today[today >= 0]).astype(np.int64)


def _with_neighbours(tree: shapely.STRtree, geometry: Geometries, units: Ints) -> Ints:
    """Return the units and all whose box meets theirs: whoever has a vertex in common is among them."""
    boxes = shapely.bounds(geometry[units]) + np.array([-2, -2, 2, 2]) * GRID_DEG
    boxes = boxes[np.isfinite(boxes).all(axis=1)]  # a unit without ground meets none
    if not len(boxes):
        return units
    found = tree.query(shapely.box(*boxes.T))[1]
    return np.union1d(units, found).astype(np.int64)


def _flags(n: int, at: Ints) -> Flags:
    """Return (n + 1,) flags, the last for -1: never set."""
    flags = np.zeros(n + 1, dtype=np.bool_)
    flags[at] = True
    return flags


def _today(former_ix: NDArray[np.integer], n_before: int) -> Ints:
    """Return (n_before + 1,) the unit_ix today of each unit before; -1 for those that went, and for -1."""
    today = np.full(n_before + 1, OUTSIDE, dtype=np.int64)
    stays = np.flatnonzero(former_ix >= 0)
    today[former_ix[stays]] = stays
    return today


class _Splice:
    """Arcs and rings of the core from the patch, all others from before."""

    def __init__(
        self, before: Topology, patch: Topology, local: Ints, former_ix: NDArray[np.integer], core: Ints
    ) -> None:
        self._before, self._patch = before, patch
        self._n_units = len(former_ix)
        self._today = _today(former_ix, before.n_units)
        self._global = np.append(local, OUTSIDE)  # of the patch's units
        self._is_core = _flags(self._n_units, core)
        self._was_core = np.ones(before.n_units + 1, dtype=np.bool_)  # units that went count as core
        stays = self._today[:-1] >= 0
        self._was_core[:-1][stays] = self._is_core[self._today[:-1][stays]]
        self._was_core[-1] = False

    def topology(self) -> Topology | None:
        """Return the whole; None where old rings and new arcs do not fit together."""
        before, patch = self._before, self._patch
        old = np.flatnonzero(~(self._was_core[before.arc_left] | self._was_core[before.arc_right]))
        left, right = self._global[patch.arc_left], self._global[patch.arc_right]
        new = np.flatnonzero(self._is_core[left] | self._is_core[right])
        number_old = np.full(before.n_arcs, -1, dtype=np.int64)
        number_old[old] = np.arange(len(old))
        number_new = np.full(patch.n_arcs, -1, dtype=np.int64)
        number_new[new] = len(old) + np.arange(len(new))
        if not self._number_borders(number_old, number_new, left, right, new):
            return None
        coords, start = _taken([(before.arc_coords, before.arc_start, old), (patch.arc_coords, patch.arc_start, new)])
        rings = self._rings(number_old, number_new)
        if rings is None:
            return None
        ring_arcs, ring_start, ring_unit, ring_polygon, ring_is_hole = rings
        return Topology(
            arc_coords=coords,
            arc_start=start,
            arc_left=np.concatenate([self._today[before.arc_left[old]], left[new]]).astype(np.int32),
            arc_right=np.concatenate([self._today[before.arc_right[old]], right[new]]).astype(np.int32),
            arc_length_km=np.concatenate([before.arc_length_km[old], patch.arc_length_km[new]]),
            ring_arcs=ring_arcs,
            ring_start=ring_start,
            ring_unit=ring_unit,
            ring_polygon=ring_polygon,
            ring_is_hole=ring_is_hole,
            unit_ring_start=np.searchsorted(ring_unit, np.arange(self._n_units + 1)),
            n_irregular=before.n_irregular.copy(),
        )

    def _number_borders(self, number_old: Ints, number_new: Ints, left: Ints, right: Ints, new: Ints) -> bool:
        """Number the old arcs between the core and its neighbours, which the neighbours' rings name, by the new ones.

        False where one of them is not found again.
        """
        before, patch = self._before, self._patch
        old_left, old_right = self._today[before.arc_left], self._today[before.arc_right]
        is_met = self._was_core[before.arc_left] != self._was_core[before.arc_right]
        is_met &= (old_left >= 0) & (old_right >= 0)  # else the ring that names it is new too
        met = np.flatnonzero(is_met)
        crossing = new[(self._is_core[left[new]] != self._is_core[right[new]]) & (right[new] >= 0)]
        keys = _arc_keys(patch, crossing, left[crossing], right[crossing])
        place = dict(zip(keys, crossing.tolist(), strict=True))
        for key, k in zip(_arc_keys(before, met, old_left[met], old_right[met]), met.tolist(), strict=True):
            if key not in place:
                return False
            number_old[k] = number_new[place[key]]
        return True

    def _rings(
        self, number_old: Ints, number_new: Ints
    ) -> tuple[NDArray[np.int32], Ints, NDArray[np.int32], NDArray[np.int32], Flags] | None:
        before, patch = self._before, self._patch
        old = np.flatnonzero(~self._was_core[before.ring_unit])
        patch_unit = self._global[patch.ring_unit]
        new = np.flatnonzero(self._is_core[patch_unit])
        arcs, start = _taken(
            [
                (_renumbered(before.ring_arcs, number_old), before.ring_start, old),
                (_renumbered(patch.ring_arcs, number_new), patch.ring_start, new),
            ]
        )
        unit = np.concatenate([self._today[before.ring_unit[old]], patch_unit[new]])
        hole = np.concatenate([before.ring_is_hole[old], patch.ring_is_hole[new]])
        polygon = np.concatenate([before.ring_polygon[old], patch.ring_polygon[new] + before.n_rings])
        order = np.argsort(unit, kind="stable")
        arcs, start = _taken([(arcs, start, order)])
        unit, hole, polygon = unit[order], hole[order], polygon[order]
        if (arcs == _LOST).any():
            return None
        is_next = np.ones(len(polygon), dtype=np.bool_)
        is_next[1:] = polygon[1:] != polygon[:-1]
        numbered = np.cumsum(is_next) - 1
        return arcs.astype(np.int32), start, unit.astype(np.int32), numbered.astype(np.int32), hole


_LOST = np.iinfo(np.int64).min


def _renumbered(signed: NDArray[np.int32], number: Ints) -> Ints:
    """Return signed arcs with other numbers; those that have none become _LOST."""
    is_back = signed < 0
    plain = number[np.where(is_back, ~signed, signed)]
    return np.where(plain < 0, _LOST, np.where(is_back, ~plain, plain))


def _taken(parts: list[tuple[NDArray[Any], Ints, Ints]]) -> tuple[NDArray[Any], Ints]:
    """Return the rows of some slices one after another, and where each begins: of (values, start, which) parts."""
    values, lengths = [], [np.zeros(1, dtype=np.int64)]
    for array, start, which in parts:
        n = start[which + 1] - start[which]
        ends = np.cumsum(n)
        at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(start[which] - (ends - n), n)
        values.append(array[at])
        lengths.append(n)
    return np.concatenate(values), np.cumsum(np.concatenate(lengths))


def _arc_keys(topology: Topology, arcs: Ints, left: Ints, right: Ints) -> list[tuple[int, ...]]:
    """Return what makes an arc the same in two topologies: its sides, ends, second vertex and number of vertices."""
    first, last = topology.arc_start[arcs], topology.arc_start[arcs + 1] - 1
    grid = [np.rint(topology.arc_coords[at] / GRID_DEG).astype(np.int64) for at in (first, first + 1, last)]
    columns = [left, right, *(g[:, i] for g in grid for i in (0, 1)), last - first]
    return list(zip(*(column.tolist() for column in columns), strict=True))
