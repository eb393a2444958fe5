"""How little can be moved: a transport between neighbouring territories, and what no plan can do with less than.

Owns both figures and the prices that tell the search where to; the moves are few_moves'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from territorymap.optimise.problem import Floats, Labels

_SLACK = 1_000.0  # what being outside its band costs a territory in the transport; above every price that matters
_FREE = 1e-6  # of the cost, where nothing counts as moved: so that nothing goes in circles
_GRID = 2_000  # steps in which a territory's surplus is counted for the bound


@dataclass(frozen=True)
class Flow:
    """The least transport over shared borders that brings every territory into its bands."""

    cost: float  # of all that is moved, in the unit of the units' cost
    arc: NDArray[np.int64]  # (A, 2) giver and taker
    sent: Floats  # (A, M) of each measure
    price: Floats  # (P, M) what one more of a measure in a territory costs; > 0 where there is too much
    short: float  # territories' worth by which bands are missed, because no neighbour can take or give


@dataclass(frozen=True)
class Parcels:
    """What territories can give, in parcels that are cheap for what they hold: (C,) of which territory, and so on."""

    giver: NDArray[np.int64]  # (C,)
    cost: Floats  # (C,)
    amount: Floats  # (C, M)


def neighbouring_territories(pair: NDArray[np.integer], label: Labels) -> NDArray[np.int64]:
    """(A, 2) ordered pairs of territories that share a border or a bridge; what has no territory does not count."""
    ends = label[pair].astype(np.int64)
    ends = ends[(ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)]
    return np.unique(np.concatenate([ends, ends[:, ::-1]]), axis=0)


def parcels_of(label: Labels, brought: Floats, cost: Floats, n_parcels: int) -> Parcels:
    """Return each territory's units in at most so many parcels, ordered by what they cost for what they bring.

    Parameters
    ----------
    label : (U,)
    brought : (M, U) shares of a territory
    cost : (U,)
    """
    unit = np.flatnonzero((label >= 0) & (brought.sum(axis=0) > 0))
    rate = cost[unit] / brought[:, unit].sum(axis=0)
    order = np.lexsort((rate, label[unit]))
    unit = unit[order]
    at, n = label[unit], np.bincount(label[unit], minlength=int(label.max(initial=-1)) + 1)
    rank = np.arange(len(unit)) - np.repeat(np.cumsum(n) - n, n)
    key = at.astype(np.int64) * n_parcels + rank * n_parcels // np.maximum(n[at], 1)
    keys, parcel = np.unique(key, return_inverse=True)
    columns = [*brought, cost]
    sums = np.column_stack([np.bincount(parcel, row[unit], minlength=len(keys)) for row in columns]).astype(np.float64)
    return Parcels(keys // n_parcels, sums[:, -1], sums[:, :-1])


def least_flow(
    arc: NDArray[np.int64],
    parcels: Parcels,
    load: Floats,
    lower: Floats,
    upper: Floats,
    importance: Floats,
    is_free: NDArray[np.bool_] | None = None,
) -> Flow:
    """Return the least transport, by linear programming (HiGHS): parcels go, whole or in part, to neighbours.

    Parameters
    ----------
    arc : (A, 2) who may give to whom
    load, lower, upper : (P, M) in territories; bands may be missed at a high price, so there is always an answer
    importance : (M,) of missing a band
    is_free : (A,) arcs over which nothing counts as moved
    """
    n, n_measures = load.shape
    giver_arcs = [np.flatnonzero(arc[:, 0] == t) for t in range(n)]
    choices = [giver_arcs[t] for t in parcels.giver]
    parcel = np.repeat(np.arange(len(choices)), [len(c) for c in choices])
    over = np.concatenate(choices) if choices else np.empty(0, dtype=np.int64)  # (X,) arc of each variable
    n_sent, size = len(parcel), n * n_measures
    amount = parcels.amount[parcel]  # (X, M)
    cost = parcels.cost[parcel] * (1.0 if is_free is None else np.where(is_free[over], _FREE, 1.0))
    sending, own = np.arange(n_sent), np.arange(size)
    # For each load: what comes, less what goes, less the load wanted, which is free within its band, less a surplus or
    # plus a lack that is left. So the prices of these equations are those of the loads.
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Any]] = [
        (own, n_sent + own, -1.0),
        (own, n_sent + size + own, -1.0),
        (own, n_sent + 2 * size + own, 1.0),
    ]
    for m in range(n_measures):
        entries += [
            (arc[over, 1] * n_measures + m, sending, amount[:, m]),
            (arc[over, 0] * n_measures + m, sending, -amount[:, m]),
        ]
    is_last = np.append(parcels.giver[1:] != parcels.giver[:-1], True)[: len(parcels.giver)]
    whole = np.flatnonzero(~is_last)  # of the last parcel more may go: what only passes through
    at = np.full(len(parcels.giver), -1)
    at[whole] = np.arange(len(whole))
    limited = np.flatnonzero(at[parcel] >= 0)
    miss = np.tile(_SLACK * importance, n)
    bounds: Any = np.concatenate(
        [
            np.tile([0.0, np.inf], (n_sent, 1)),
            np.column_stack([lower.ravel(), upper.ravel()]),
            np.tile([0.0, np.inf], (2 * size, 1)),
        ]
    )
    solved = linprog(
        np.concatenate([cost, np.zeros(size), miss, miss]),
        A_ub=_sparse([(at[parcel[limited]], limited, 1.0)], (len(whole), n_sent + 3 * size)) if len(whole) else None,
        b_ub=np.ones(len(whole)) if len(whole) else None,
        A_eq=_sparse(entries, (size, n_sent + 3 * size)),
        b_eq=-load.ravel(),
        bounds=bounds,
        method="highs",
    )
    if solved.status != 0:
        raise RuntimeError(f"the transport has no answer: {solved.message}")
    answer = np.asarray(solved.x, dtype=np.float64)
    x = answer[:n_sent]
    sent = np.zeros((len(arc), n_measures))
    np.add.at(sent, over, x[:, None] * amount)
    missed = float((answer[n_sent + size :] * np.tile(importance, 2 * n)).sum())
    price = -np.asarray(solved.eqlin.marginals).reshape(n, n_measures)
    return Flow(float(cost @ x), arc, sent, price, missed)


def _sparse(entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Any]], shape: tuple[int, int]) -> Any:
    """Return a matrix from rows, columns and values."""
    rows = np.concatenate([row for row, _, _ in entries])
    columns = np.concatenate([column for _, column, _ in entries])
    values = np.concatenate([np.broadcast_to(value, len(row)) for row, _, value in entries])
    return coo_array((values, (rows, columns)), shape=shape).tocsr()


def least_moved(
    label: Labels, brought: Floats, arriving: Floats, cost: Floats, lower: Floats, upper: Floats, load: Floats
) -> float:
    """Return a cost that every plan within the bands has at least, whatever its shape.

    A territory beyond its upper limit must give units that hold its surplus, and no unit is given twice; one below its
    lower limit must get units that hold what it lacks, and no unit is got twice. The larger sum counts, of the measure
    in which it is largest. What is given is counted in whole units, what is got in parts of units (a relaxation).

    Parameters
    ----------
    label : (U,) the plan as it is
    brought : (M, U) what each unit brings to its territory
    arriving : (M, U) the most that each unit brings to any territory
    cost : (U,)
    lower, upper, load : (P, M)
    """
    bound = 0.0
    for m in range(len(brought)):
        slack = 1e-9 * np.maximum(np.abs(load[:, m]), 1e-300)
        surplus, lack = load[:, m] - upper[:, m] - slack, lower[:, m] - load[:, m] - slack
        given = 0.0
        for t in np.flatnonzero(surplus > 0):
            own = label == t
            given += _cover(brought[m, own], cost[own], float(surplus[t]))
        got = 0.0
        if (lack > 0).any():
            useful = np.flatnonzero((label >= 0) & (arriving[m] > 0))
            useful = useful[np.argsort(cost[useful] / arriving[m, useful], kind="stable")]
            for t in np.flatnonzero(lack > 0):
                other = useful[label[useful] != t]
                got += _cover_in_part(arriving[m, other], cost[other], float(lack[t]))
        bound = max(bound, given, got)
    return bound


def _cover_in_part(amount: Floats, cost: Floats, wanted: float) -> float:
    """Return the least cost of parts of units, the cheapest for what they hold first, that hold what is wanted."""
    reached = np.cumsum(amount)
    if not len(amount) or reached[-1] <= wanted:
        return float(cost.sum())  # cannot be reached: all of it is not enough
    last = int(np.searchsorted(reached, wanted))
    before = float(reached[last - 1]) if last else 0.0
    return float(cost[:last].sum() + cost[last] * (wanted - before) / amount[last])


def _cover(amount: Floats, cost: Floats, wanted: float) -> float:
    """Return a bound on the cost of whole units that together hold what is wanted.

    A knapsack by dynamic programming on amounts rounded up to a grid: with them no more is needed than with the true
    ones, so the bound is true.
    """
    useful = amount > 0
    amount, cost = amount[useful], cost[useful]
    order = np.argsort(cost / amount, kind="stable")
    in_part = _cover_in_part(amount[order], cost[order], wanted)
    if amount.sum() <= wanted:
        return in_part
    step = wanted / _GRID
    size = np.minimum(np.ceil(amount / step), _GRID).astype(np.int64)
    least = np.full(_GRID + 1, np.inf)  # least cost of units that hold so many steps or more
    least[0] = 0.0
    for k, c in zip(size.tolist(), cost.tolist(), strict=True):
        shifted = np.empty_like(least)
        shifted[k:] = least[: _GRID + 1 - k]
        shifted[:k] = least[0]
        np.minimum(least, shifted + c, out=least)
    return max(in_part, float(least[-1]))
