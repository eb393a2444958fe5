"""Cut edges and cut border length of territories. Owns the full and the delta form; not pieces (geo.contiguity)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency


@dataclass
class CutBorders:
    """Borders of each territory with anything else; the last column stands for unassigned."""

    n_edges: NDArray[np.int64]  # (T + 1,) neighbouring unit pairs shared with another territory
    km: NDArray[np.float64]  # (T + 1,) length of borders to other territories and to unassigned units


def cut_borders(adjacency: Adjacency, unit_territory: NDArray[np.int32], n_territories: int) -> CutBorders:
    """Return the cut borders of all territories, counted in full."""
    sides = unit_territory[adjacency.pair].reshape(-1, 2)
    return _count(sides, adjacency.border_km, n_territories)


def _count(sides: NDArray[np.integer], border_km: NDArray[np.float64], n_territories: int) -> CutBorders:
    a, b = sides[:, 0] % (n_territories + 1), sides[:, 1] % (n_territories + 1)  # -1 -> the last column
    differs = a != b
    is_cut = differs & (sides[:, 0] >= 0) & (sides[:, 1] >= 0) & (border_km > 0)
    size = n_territories + 1
    n_edges = np.bincount(a[is_cut], minlength=size) + np.bincount(b[is_cut], minlength=size)
    length = border_km[differs]
    km = np.bincount(a[differs], length, minlength=size) + np.bincount(b[differs], length, minlength=size)
    return CutBorders(n_edges, km.astype(np.float64))


def cut_km_of(adjacency: Adjacency, unit_territory: NDArray[np.int32], units: NDArray[np.int64]) -> float:
    """Return the length of the borders that these units, all of one territory, have with other units."""
    pair_ix = adjacency.pair_ix[adjacency.slots_of(units)]
    sides = unit_territory[adjacency.pair[pair_ix]]
    return float(adjacency.border_km[pair_ix[sides[:, 0] != sides[:, 1]]].sum())


class BorderMove:
    """The pairs around units that are about to move: made before the move, counted after it.

    The cost depends on the pairs around the moved units only.
    """

    def __init__(self, adjacency: Adjacency, unit_territory: NDArray[np.int32], units: NDArray[np.int64]) -> None:
        pair_ix = adjacency.pair_ix[adjacency.slots_of(units)]
        if len(units) > 1:
            pair_ix = np.unique(pair_ix)
        self._pair = adjacency.pair[pair_ix]
        self._border_km = adjacency.border_km[pair_ix]
        self._before = unit_territory[self._pair]

    def gains(
        self, unit_territory: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return (territory_ix, gained cut edges, gained cut km) of distinct territories, -1 for unassigned at the end.

        A neighbour of the moved units may gain or lose cut edges (its pair was with an unassigned unit); its cut km
        stay.
        """
        sides = np.concatenate([self._before, unit_territory[self._pair]])
        labels, local = np.unique(sides, return_inverse=True)
        n, n_none = len(self._pair), int(len(labels) > 0 and labels[0] < 0)
        # Renumbered 0.. with unassigned as -1, so that the same count serves.
        local = local.reshape(-1, 2).astype(np.int32) - np.int32(n_none)
        before = _count(local[:n], self._border_km, len(labels) - n_none)
        after = _count(local[n:], self._border_km, len(labels) - n_none)
        label = np.append(labels[n_none:], -1).astype(np.int64)
        return label, after.n_edges - before.n_edges, after.km - before.km
