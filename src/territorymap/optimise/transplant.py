"""Planting a territory anew: a whole set of units that comes to its target is grown at random, the others give way.

Owns the set and the giving way; what the neighbours then lack is made good by cooling. Heat alone hardly ever finds
such sets where a few heavy units lie in a corner: on the way there everybody is far off target.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.compiled import compiled
from territorymap.optimise.energy import Ground
from territorymap.optimise.moves import next_random
from territorymap.optimise.problem import Floats, Labels
from territorymap.optimise.whole import count_pieces, make_whole

_N_TRIES = 30


def transplant(
    ground: Ground,
    label: Labels,
    territory: int,
    near: NDArray[np.bool_],
    may_move: NDArray[np.bool_],
    centre: Floats,
    root: int,
    slack: Floats,
    rng: np.random.Generator,
) -> Labels | None:
    """Return the plan with the territory on other ground, there within bounds; None = no such ground found.

    Parameters
    ----------
    near : (P,) territories that may give and take
    may_move : (U,) units of these that may change hands; the others stay
    centre : (P, 2) where the territories are, for what has to find a new one
    root : a unit that the territory keeps, -1 = any
    slack : (M,) share of its target by which it may be off
    """
    own = np.flatnonzero(label == territory)
    if not may_move[own].all() or not len(own):
        return None
    if root < 0:
        chance = ground.mass[own] + ground.mass[own].mean() * 0.1 + 1e-12
        root = int(rng.choice(own, p=chance / chance.sum()))
    units = grow_set(
        ground,
        root,
        ~may_move,
        ground.aim[territory],
        ground.target[territory] * slack,
        _N_TRIES,
        int(rng.integers(1, 1 << 62)),
    )
    if not len(units):
        return None
    found = label.copy()
    # What the territory leaves goes to whom it takes from; make_whole gives on what does not lie there.
    givers = np.bincount(np.maximum(label[units], 0), minlength=len(near))
    givers[territory] = 0
    if not givers.any():
        return None
    found[own] = int(np.argmax(givers))
    found[units] = territory
    shut = ~near | ground.has_giant
    shut[territory] = True
    fixed = ~may_move
    fixed[units] = True
    make_whole(found, ground.start, ground.neighbour, ground.mass, ground.xy, centre, shut, fixed)
    # Units that stay may have been parted from the rest of theirs.
    n_pieces = count_pieces(found, ground.start, ground.neighbour, len(near))
    is_whole = (n_pieces[near] == 1).all() and (found == territory).sum() == len(units)
    return found if is_whole else None


@compiled
def grow_set(
    ground: Ground,
    root: int,
    blocked: NDArray[np.bool_],
    aim: NDArray[np.float64],
    slack: NDArray[np.float64],
    n_tries: int,
    seed: int,
) -> NDArray[np.int32]:
    """Return a random whole set of units with ``root`` whose load is nearly an aim, (M,); empty = none found."""
    n_measures = len(aim)
    n = len(ground.mass)
    random = np.uint64(seed)
    row = np.empty(n, np.int32)
    taken = np.empty(n, np.int32)
    seen = np.zeros(n, np.bool_)
    load = np.zeros(n_measures)
    for _ in range(n_tries):
        n_taken, n_row = 1, 0
        taken[0] = root
        seen[root] = True
        load[:] = ground.weight[root]
        newest = root
        x, y, q = ground.xy[root, 0], ground.xy[root, 1], ground.mass[root] + 1e-12
        is_found = False
        while True:
            for e in range(ground.start[newest], ground.start[newest + 1]):
                v = ground.neighbour[e]
                if not blocked[v] and not seen[v]:
                    seen[v] = True
                    row[n_row] = v
                    n_row += 1
            is_found = True
            for m in range(n_measures):
                if abs(load[m] - aim[m]) > slack[m]:
                    is_found = False
            if is_found or n_row == 0:
                break
            # The nearer of two at random: sets are various, but not thin.
            random = next_random(random)
            i = int((random >> np.uint64(33)) % np.uint64(n_row))
            random = next_random(random)
            j = int((random >> np.uint64(33)) % np.uint64(n_row))
            v, w = row[i], row[j]
            if (ground.xy[w, 0] - x) ** 2 + (ground.xy[w, 1] - y) ** 2 < (ground.xy[v, 0] - x) ** 2 + (
                ground.xy[v, 1] - y
            ) ** 2:
                i, v = j, w
            n_row -= 1
            row[i] = row[n_row]
            row[n_row] = v  # stays in the row beyond its end, to be unseen afterwards
            fits = True
            for m in range(n_measures):
                if load[m] + ground.weight[v, m] > aim[m] + slack[m]:
                    fits = False
            newest = root
            if not fits:
                continue
            for m in range(n_measures):
                load[m] += ground.weight[v, m]
            taken[n_taken] = v
            n_taken += 1
            q += ground.mass[v]
            x += (ground.xy[v, 0] - x) * ground.mass[v] / q
            y += (ground.xy[v, 1] - y) * ground.mass[v] / q
            newest = v
        if is_found:
            return taken[:n_taken].copy()
        seen[:] = False
    return taken[:0].copy()
