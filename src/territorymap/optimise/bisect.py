"""Starts: the ground cut by straight lines into parts of the weights wanted, again and again.

Owns the cuts; parts that come out in pieces are made whole by whole.make_whole.

Source: successive dichotomies, Kalcsics, Nickel & Schroeder 2005 (Towards a unified territorial design approach);
of several directions the line with the least border, unevenness counted, is taken.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.problem import Floats, Labels

N_DIRECTIONS = 12
_UNEVEN = 4.0  # how much border an unevenness of a whole territory is worth


def bisect(
    mass: Floats,
    xy: Floats,
    pair: NDArray[np.integer],
    border: Floats,
    share: Floats,
    rng: np.random.Generator,
) -> Labels:
    """Return a territory for each unit.

    Parameters
    ----------
    mass : (U,) what is shared
    xy : (U, 2)
    pair, border : (E, 2), (E,) neighbouring units and the length of their border
    share : (P,) of the mass for each territory, sums to 1
    rng : the first direction is random
    """
    label = np.full(len(mass), -1, dtype=np.int32)
    angle = rng.random() * np.pi + np.pi * np.arange(N_DIRECTIONS) / N_DIRECTIONS
    directions = np.column_stack([np.cos(angle), np.sin(angle)])
    place = np.empty(len(mass), dtype=np.int64)
    left = [(np.arange(len(mass)), np.arange(len(share)), np.arange(len(pair)))]
    while left:
        units, territories, pairs = left.pop()
        if len(territories) == 1:
            label[units] = territories[0]
            continue
        if len(units) <= len(territories):  # not enough for all: some stay empty
            label[units] = territories[: len(units)]
            continue
        place[units] = np.arange(len(units))
        ends = place[pair[pairs]]
        one, n_one = _best_line(mass[units], xy[units] @ directions.T, ends, border[pairs], share[territories])
        inside = one[ends]
        left.append((units[one], territories[:n_one], pairs[inside.all(axis=1)]))
        left.append((units[~one], territories[n_one:], pairs[~inside.any(axis=1)]))
    return label


def _best_line(
    mass: Floats, along: Floats, ends: NDArray[np.int64], border: Floats, share: Floats
) -> tuple[NDArray[np.bool_], int]:
    """Return which units lie on the first side of the best line, and how many territories go there."""
    n = len(share)
    counts = [n // 2] if n % 2 == 0 or n > 12 else [n // 2, n - n // 2]
    part = mass.sum() / share.sum()
    best, found = np.inf, (np.zeros(len(mass), dtype=np.bool_), counts[0])
    for d in range(along.shape[1]):
        order = np.argsort(along[:, d], kind="stable")
        reached = np.cumsum(mass[order])
        for n_one in counts:
            wanted = share[:n_one].sum() * part
            at = int(np.searchsorted(reached, wanted))
            if at > 0 and abs(reached[at - 1] - wanted) < abs(reached[min(at, len(reached) - 1)] - wanted):
                at -= 1
            at = min(max(at, n_one - 1), len(mass) - 1 - (n - n_one))
            side = np.zeros(len(mass), dtype=np.bool_)
            side[order[: at + 1]] = True
            cut = border[side[ends[:, 0]] != side[ends[:, 1]]].sum()
            uneven = abs(reached[at] - wanted) / max(part * share.mean(), 1e-300)
            cost = (cut + 1e-9) * (1 + _UNEVEN * uneven)
            if cost < best:
                best, found = cost, (side, n_one)
    return found
