"""How little can be moved: a transport between neighbouring territories, and what no plan can do with less than.

Owns both figures and the prices that tell the search where to; the moves are few_moves'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, hstack

from territorymap.optimise.problem import Floats, Labels

_SLACK = 1_000.0  # what being outside its band costs a territory in the transport; above every price that matters
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
    amount = np.column_stack([np.bincount(parcel, row[unit], minlength=len(keys)) for row in brought])
    return Parcels(keys // n_parcels, np.bincount(parcel, cost[unit], minlength=len(keys)), amount)


def least_flow(
    arc: NDArray[np.int64], parcels: Parcels, load: Floats, lower: Floats, upper: Floats, importance: Floats
) -> Flow:
    """Return the least transport by linear programming (HiGHS): parcels go, whole or in part, to neighbouring territories.

    Parameters
    ----------
    arc : (A, 2) who may give to whom
    load, lower, upper : (P, M) in territories; bands may be missed at a high price, so there is always an answer
    importance : (M,) of missing a band
    """
    n, n_measures = load.shape
    giver_arcs = [np.flatnonzero(arc[:, 0] == t) for t in range(n)]
    parcel = np.concatenate([np.repeat(c, len(giver_arcs[t])) for c, t in enumerate(parcels.giver)] or [[]]).astype(int)
    over = np.concatenate([giver_arcs[t] for t in parcels.giver] or [[]]).astype(int)  # (X,) arc of each variable
    n_sent = len(parcel)
    amount = parcels.amount[parcel]  # (X, M)
    variable = np.arange(n_sent)
    is_last = np.append(parcels.giver[1:] != parcels.giver[:-1], True)  # of a territory: what only passes through, too
    rows, columns, values = [], [], []
    for m in range(n_measures):
        rows += [arc[over, 1] * n_measures + m, arc[over, 0] * n_measures + m]
        columns += [variable, variable]
        values += [amount[:, m], -amount[:, m]]
    change = coo_matrix(
        (np.concatenate(values or [[]]), (np.concatenate(rows or [[]]), np.concatenate(columns or [[]]))),
        shape=(n * n_measures, n_sent),
    ).tocsr()
    # Equal to a load within the band: one free variable each, so that the equations' prices are those of the loads.
    size = n * n_measures
    one = coo_matrix((np.ones(size), (np.arange(size), np.arange(size))), shape=(size, size))
    miss = np.tile(_SLACK * importance, n)
    whole = coo_matrix((np.ones(n_sent), (parcel, variable)), shape=(len(parcels.giver), n_sent + 3 * size)).tocsr()
    whole = whole[np.flatnonzero(~is_last)]
    solved = linprog(
        np.concatenate([parcels.cost[parcel], np.zeros(size), miss, miss]),
        A_ub=whole if n_sent else None,
        b_ub=np.ones(whole.shape[0]) if n_sent else None,
        A_eq=hstack([change, -one, -one, one]).tocsr(),
        b_eq=-load.ravel(),
        bounds=np.concatenate(
            [
                np.column_stack([np.zeros(n_sent), np.full(n_sent, np.inf)]),
                np.column_stack([lower.ravel(), upper.ravel()]),
                np.tile([0.0, np.inf], (2 * size, 1)),
            ]
        ),
        method="highs",
    )
    if solved.status != 0:
        raise RuntimeError(f"the transport has no answer: {solved.message}")
    x = solved.x[:n_sent]
    sent = np.zeros((len(arc), n_measures))
    np.add.at(sent, over, x[:, None] * amount)
    missed = float((solved.x[n_sent + size :] * np.tile(importance, 2 * n)).sum())
    price = -np.asarray(solved.eqlin.marginals).reshape(n, n_measures)
    return Flow(float(parcels.cost[parcel] @ x), arc, sent, price, missed)


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
