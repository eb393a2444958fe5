"""Which units are neighbours: a shared border, not a point (rook). Owns Adjacency; not pieces (contiguity)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.topology import Topology


@dataclass(frozen=True)
class Adjacency:
    """Neighbouring unit pairs, and per unit its neighbours. A bridge is a pair with no shared border."""

    pair: NDArray[np.int32]  # (E, 2) u < v, ascending; bridges after the borders
    border_km: NDArray[np.float64]  # (E,) geodesic length of the shared border; 0 = bridge
    start: NDArray[np.int64]  # (U + 1,) neighbours of u are neighbour[start[u] : start[u + 1]]
    neighbour: NDArray[np.int32]  # (2E,)
    pair_ix: NDArray[np.int32]  # (2E,) row of ``pair``

    @property
    def n_units(self) -> int:
        return len(self.start) - 1

    @property
    def is_bridge(self) -> NDArray[np.bool_]:
        return np.asarray(self.border_km <= 0)

    def neighbours_of(self, unit_ix: int) -> NDArray[np.int32]:
        return self.neighbour[self.start[unit_ix] : self.start[unit_ix + 1]]

    def slots_of(self, units: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the positions in ``neighbour`` and ``pair_ix`` of all neighbours of these units, in order."""
        lo = self.start[units]
        n = self.start[np.asarray(units) + 1] - lo
        ends = np.cumsum(n)
        total = int(ends[-1]) if len(ends) else 0
        return np.asarray(np.arange(total) + np.repeat(lo - (ends - n), n), dtype=np.int64)


def build_adjacency(topology: Topology, n_units: int) -> Adjacency:
    """Return the pairs of units with a shared border longer than 0."""
    left, right = topology.arc_left.astype(np.int64), topology.arc_right.astype(np.int64)
    is_shared = (right >= 0) & (left != right)
    lo, hi = np.minimum(left, right)[is_shared], np.maximum(left, right)[is_shared]
    key, group = np.unique(lo * n_units + hi, return_inverse=True)
    border_km = np.bincount(group, topology.arc_length_km[is_shared], minlength=len(key)).astype(np.float64)
    pair = np.column_stack([key // max(n_units, 1), key % max(n_units, 1)]).astype(np.int32)
    is_real = border_km > 0
    return adjacency_of_pairs(pair[is_real], border_km[is_real], n_units)


def adjacency_of_pairs(pair: NDArray[np.int32], border_km: NDArray[np.float64], n_units: int) -> Adjacency:
    """Return the adjacency of (E, 2) unit pairs u < v, each named once."""
    pair = np.asarray(pair, dtype=np.int32).reshape(-1, 2)
    unit = np.concatenate([pair[:, 0], pair[:, 1]])
    neighbour = np.concatenate([pair[:, 1], pair[:, 0]])
    number = np.tile(np.arange(len(pair), dtype=np.int32), 2)
    order = np.lexsort((neighbour, unit))
    start = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=n_units))]).astype(np.int64)
    return Adjacency(pair, np.asarray(border_km, dtype=np.float64), start, neighbour[order], number[order])


def adjacency_with_bridges(adjacency: Adjacency, bridges: Iterable[tuple[int, int]]) -> Adjacency:
    """Return the adjacency with more pairs (unit_ix, unit_ix) that count as neighbours though no border joins them.

    Bridges join pieces; they are not cut edges and have no length. Pairs that are neighbours already are left as is.
    """
    asked = np.array(sorted({(min(u, v), max(u, v)) for u, v in bridges if u != v}), dtype=np.int64).reshape(-1, 2)
    n = max(adjacency.n_units, 1)
    if len(asked) and (asked.min() < 0 or asked.max() >= adjacency.n_units):
        raise IndexError("a bridge names a unit_ix that does not exist")
    known = adjacency.pair[:, 0].astype(np.int64) * n + adjacency.pair[:, 1]
    asked = asked[~np.isin(asked[:, 0] * n + asked[:, 1], known)]
    pair = np.concatenate([adjacency.pair, asked.astype(np.int32)])
    return adjacency_of_pairs(pair, np.append(adjacency.border_km, np.zeros(len(asked))), adjacency.n_units)


def bridges_by_code(pairs: Iterable[tuple[str, str]], ix_by_code: dict[str, int]) -> list[tuple[int, int]]:
    """Return a list of bridges by unit code as positions; codes that the layer does not have are left out."""
    return [(ix_by_code[a], ix_by_code[b]) for a, b in pairs if a in ix_by_code and b in ix_by_code]
