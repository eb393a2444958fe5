"""A territory that heat cannot help, in a rebalancing: put on the whole ground that fits and moves least.

Owns the choice among random plantings and what a planting may not break; the ground is transplant's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from territorymap.optimise.energy import Ground, centres
from territorymap.optimise.field import Field, caps_used
from territorymap.optimise.problem import Floats, Labels
from territorymap.optimise.transplant import transplant

_N_PLANTINGS = 40


def plant(
    ground: Ground,
    field: Field,
    label: Labels,
    territory: int,
    near: NDArray[np.bool_],
    may_move: NDArray[np.bool_],
    slack: Floats,
    rng: np.random.Generator,
) -> Labels | None:
    """Return the plan with the territory on other ground, there within bounds; None = none found that may be.

    Parameters
    ----------
    near : (P,) territories that may give and take
    may_move : (U,) units of these that may change hands
    slack : (M,) share of its target by which it may be off
    """
    centre = centres(ground, label)
    least, best = np.inf, None
    for _ in range(_N_PLANTINGS):
        found = transplant(ground, label, territory, near, may_move, centre, -1, slack, rng)
        if found is None:
            continue
        moved = float(field.cost[found != field.base].sum())
        if moved < least and may_be(field, found):
            least, best = moved, found
    return best


def may_be(field: Field, label: Labels) -> bool:
    """Tell whether a plan keeps what the search keeps at every step: caps, radii, and no way over closed borders."""
    if (caps_used(field.caps, label) > field.caps.limit).any():
        return False
    moved = np.flatnonzero((label != field.base) & (label >= 0))
    gap = field.xy[moved] - field.anchor[label[moved]]
    if (np.hypot(gap[:, 0], gap[:, 1]) > field.reach[label[moved]]).any():
        return False
    return bool(field.is_open.all()) or bool((_n_pieces(field, label) <= _n_pieces(field, field.base)).all())


def _n_pieces(field: Field, label: Labels) -> NDArray[np.int64]:
    """(P,) pieces of each territory, by open borders."""
    n, n_units = len(field.reach), len(label)
    unit = np.repeat(np.arange(n_units), np.diff(field.start))
    joined = field.is_open & (label[unit] == label[field.neighbour]) & (label[unit] >= 0)
    graph = coo_matrix((np.ones(int(joined.sum())), (unit[joined], field.neighbour[joined])), shape=(n_units, n_units))
    _, piece = connected_components(graph, directed=False)
    _, first = np.unique(piece, return_index=True)
    first = first[label[first] >= 0]
    return np.bincount(label[first], minlength=n)
