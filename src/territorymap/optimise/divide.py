"""Starts on ground that is not free: in pieces that nothing joins, with units from which territories grow.

Owns which piece gets which territories, and straight cuts that part the seeds; plain ground is bisect's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from territorymap.optimise.bisect import N_DIRECTIONS, bisect
from territorymap.optimise.problem import Floats, Labels, Problem, pieces_of_ground

Ints = NDArray[np.int64]
_UNEVEN = 4.0  # how much border an unevenness of a whole territory is worth, as in bisect
_N_CUTS = 5  # places between seeds that are tried in each direction


def seeds_of(problem: Problem) -> Labels:
    """(P,) the unit that each territory grows from: its seed, else the middle one of what stays in it; -1 = none."""
    seed = problem.seed_unit.copy()
    stays = np.flatnonzero(problem.stays >= 0)
    for t in np.unique(problem.stays[stays]).tolist():
        if seed[t] < 0:
            units = stays[problem.stays[stays] == t]
            gap = problem.xy_km[units] - problem.xy_km[units].mean(axis=0)
            seed[t] = units[np.argmin((gap**2).sum(axis=1))]
    return seed


def divide(
    mass: Floats,
    xy: Floats,
    pair: NDArray[np.integer],
    border: Floats,
    share: Floats,
    seed: Labels,
    rng: np.random.Generator,
    piece: NDArray[np.integer] | None = None,
    is_held: NDArray[np.bool_] | None = None,
) -> Labels:
    """Return a territory for each unit; none reaches over two pieces of the ground while each piece can have one.

    Parameters
    ----------
    mass : (U,) what is shared
    xy : (U, 2)
    pair, border : (E, 2), (E,) neighbouring units and the length of their border
    share : (P,) of the mass for each territory, sums to 1
    seed : (P,) a unit that the territory is to hold, -1 = any
    rng : the first direction is random
    piece : (U,) the piece of the ground that each unit lies in; None = as the pairs make them
    is_held : (K,) pieces that others hold: they need no territory of these, and if they get none they are left, -1
    """
    if piece is None:
        _, piece = pieces_of_ground(pair, len(mass))
    n_pieces = int(piece.max(initial=0)) + 1 if is_held is None else len(is_held)
    if n_pieces == 1:
        return _divide_piece(mass, xy, pair, border, share, seed, rng)
    in_piece = np.bincount(piece, mass, minlength=n_pieces).astype(np.float64)
    size = np.bincount(piece, minlength=n_pieces)
    of_piece = allot(in_piece, share, np.where(seed >= 0, piece[seed], -1), size, is_held)
    label = np.full(len(mass), -1, dtype=np.int32)
    place = np.empty(len(mass), dtype=np.int64)
    for p in range(n_pieces):
        units, territories = np.flatnonzero(piece == p), np.flatnonzero(of_piece == p)
        if not len(territories) or not len(units):  # more pieces than territories: it goes to the nearest unit's
            continue
        place[units] = np.arange(len(units))
        inside = piece[pair[:, 0]] == p
        own = share[territories]
        seeds = np.where(seed[territories] >= 0, place[seed[territories]], -1).astype(np.int32)
        whole = own.sum() or 1.0
        part = _divide_piece(mass[units], xy[units], place[pair[inside]], border[inside], own / whole, seeds, rng)
        label[units] = territories[part]
    known = np.flatnonzero(label >= 0)
    left = np.flatnonzero((label < 0) if is_held is None else (label < 0) & ~is_held[piece])
    if len(left) and len(known):
        _, nearest = cKDTree(xy[known]).query(xy[left])
        label[left] = label[known[nearest]]
    return label


def allot(
    mass: Floats,
    share: Floats,
    fixed: NDArray[np.integer],
    size: NDArray[np.integer] | None = None,
    is_held: NDArray[np.bool_] | None = None,
) -> Ints:
    """(P,) the piece that each territory lies in; each piece has one, if there are enough.

    Parameters
    ----------
    mass : (K,) of the pieces
    share : (P,) of the mass for each territory
    fixed : (P,) piece that it must lie in, -1 = any
    size : (K,) units of the pieces: none has more territories than that while another has room; None = enough
    is_held : (K,) pieces that need none

    Divisor methods (Adams, Webster, Hill, Jefferson) are tried, and the one with the least unevenness is taken; for
    even shares Adams' makes the heaviest territory as light as can be.
    """
    part = mass / max(float(mass.sum()), np.finfo(float).tiny)
    best, found = np.inf, fixed.astype(np.int64)
    for rounding in (0.0, 0.5, 0.41, 1.0):
        of_piece = fixed.astype(np.int64).copy()
        free = np.flatnonzero(of_piece < 0)
        free = free[np.argsort(-share[free], kind="stable")].tolist()
        told = of_piece >= 0
        held = np.bincount(of_piece[told], share[told], minlength=len(mass)).astype(np.float64)
        needs = np.bincount(of_piece[told], minlength=len(mass)) == 0
        empty = np.flatnonzero(needs if is_held is None else needs & ~is_held)
        # The lightest pieces take the lightest territories, so that the heavy ones are left for the heavy pieces.
        for p in empty[np.argsort(mass[empty], kind="stable")].tolist() if len(empty) <= len(free) else []:
            t = free.pop()
            of_piece[t], held[p] = p, held[p] + share[t]
        n_held = np.bincount(of_piece[of_piece >= 0], minlength=len(mass))
        for t in free:
            wanted = part / np.maximum(held + rounding * share[t], 1e-12)
            has_room = np.ones(len(mass), dtype=np.bool_) if size is None else n_held < size
            p = int(np.argmax(np.where(has_room | ~has_room.any(), wanted, -1.0)))
            of_piece[t], held[p], n_held[p] = p, held[p] + share[t], n_held[p] + 1
        has = held > 0
        off = float(np.abs(part[has] / held[has] - 1).max(initial=0.0)) + float(part[~has].sum()) * len(share)
        if off < best - 1e-12:
            best, found = off, of_piece
    return found


def _divide_piece(
    mass: Floats,
    xy: Floats,
    pair: NDArray[np.integer],
    border: Floats,
    share: Floats,
    seed: Labels,
    rng: np.random.Generator,
) -> Labels:
    if (seed < 0).all():
        return bisect(mass, xy, pair, border, share, rng)
    label = np.full(len(mass), -1, dtype=np.int32)
    angle = rng.random() * np.pi + np.pi * np.arange(N_DIRECTIONS) / N_DIRECTIONS
    directions = np.column_stack([np.cos(angle), np.sin(angle)])
    place = np.full(len(mass), -1, dtype=np.int64)
    left = [(np.arange(len(mass)), np.arange(len(share)), np.arange(len(pair)))]
    while left:
        units, territories, pairs = left.pop()
        if len(territories) == 1:
            label[units] = territories[0]
            continue
        place[units] = np.arange(len(units))
        ends = place[pair[pairs]]
        seeds = np.where(seed[territories] >= 0, place[seed[territories]], -1)
        # Where units were too few to part all seeds, one may have come to lie on the other side.
        is_here = (seeds >= 0) & (seeds < len(units))
        seeds = np.where(is_here & (units[np.where(is_here, seeds, 0)] == seed[territories]), seeds, -1)
        if (seeds < 0).all():
            own = share[territories] / max(float(share[territories].sum()), np.finfo(float).tiny)
            label[units] = territories[bisect(mass[units], xy[units], ends, border[pairs], own, rng)]
            continue
        one, first = _best_line(mass[units], xy[units] @ directions.T, ends, border[pairs], share[territories], seeds)
        inside = one[ends]
        left.append((units[one], territories[first], pairs[inside.all(axis=1)]))
        left.append((units[~one], territories[~first], pairs[~inside.any(axis=1)]))
    return label


def _best_line(
    mass: Floats, along: Floats, ends: Ints, border: Floats, share: Floats, seed: Ints
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which units and which territories lie on the first side of the best line; seeds lie with their own."""
    n_units, n = len(mass), len(share)
    whole = max(float(share.sum()), np.finfo(float).tiny)
    part = max(float(mass.sum()), np.finfo(float).tiny)
    seeded, free = np.flatnonzero(seed >= 0), np.flatnonzero(seed < 0)
    found = (np.zeros(n_units, dtype=np.bool_), np.zeros(n, dtype=np.bool_))
    best = np.inf
    for d in range(along.shape[1]):
        order = np.argsort(along[:, d], kind="stable")
        rank = np.empty(n_units, dtype=np.int64)
        rank[order] = np.arange(n_units)
        reached = np.cumsum(mass[order])
        in_order = seeded[np.argsort(rank[seed[seeded]], kind="stable")]
        for k, j in _splits(len(seeded), len(free)):
            first = np.zeros(n, dtype=np.bool_)
            first[in_order[:k]] = True
            first[free[:j]] = True
            low = int(rank[seed[in_order[k - 1]]]) if k else 0
            high = int(rank[seed[in_order[k]]]) - 1 if k < len(seeded) else n_units - 1
            # Each territory needs a unit.
            low, high = max(low, k + j - 1), min(high, n_units - 1 - (n - k - j))
            if low > high:
                continue
            wanted = float(share[first].sum()) / whole * part
            at = int(np.searchsorted(reached, wanted))
            if at > 0 and abs(reached[at - 1] - wanted) < abs(reached[min(at, n_units - 1)] - wanted):
                at -= 1
            at = min(max(at, low), high)
            side = rank <= at
            cut = float(border[side[ends[:, 0]] != side[ends[:, 1]]].sum())
            uneven = abs(float(reached[at]) - wanted) / (part / n)
            cost = (cut + 1e-9) * (1 + _UNEVEN * uneven)
            if cost < best:
                best, found = cost, (side, first)
    if not np.isfinite(best):  # too few units between the seeds: any line that leaves each side a unit
        return _any_line(along[:, 0], share, seed)
    return found


def _splits(n_seeded: int, n_free: int) -> list[tuple[int, int]]:
    """Return how many with and how many without a seed may lie on the first side."""
    middle = n_seeded // 2
    cuts = [k for k in range(middle - _N_CUTS // 2, middle + _N_CUTS // 2 + 2) if 0 <= k <= n_seeded]
    n = n_seeded + n_free
    chosen = {(k, j) for k in cuts for j in {round(n_free * k / n_seeded), 0, n_free}}
    return sorted((k, j) for k, j in chosen if 0 < k + j < n)


def _any_line(along: Floats, share: Floats, seed: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    n = len(share)
    order = np.argsort(along, kind="stable")
    rank = np.empty(len(along), dtype=np.int64)
    rank[order] = np.arange(len(along))
    by_place = np.argsort(np.where(seed >= 0, rank[seed], len(along)), kind="stable")
    first = np.zeros(n, dtype=np.bool_)
    first[by_place[: n // 2]] = True
    wanted = int(len(along) * share[first].sum() / max(float(share.sum()), np.finfo(float).tiny))
    at = min(max(n // 2 - 1, wanted - 1), len(along) - 1 - (n - n // 2))
    return rank <= at, first
