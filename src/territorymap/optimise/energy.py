"""What a plan costs, in numpy: overrun of the tolerances, moment of inertia, border, churn.

Owns the weights between them; moves.py works the same out by differences.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.giants import Giants
from territorymap.optimise.problem import Floats, Labels, Problem

BREACH = 20.0  # what breaking a hard wish by a hundredth costs, beside being a hundredth beyond a tolerance
_HAIR = 1e-9


class Ground(NamedTuple):
    """A problem as the compiled loops take it, in one argument: rows by unit, lengths without unit, giants placed.

    Arrays are C-ordered, writable and of these types: another kind would be compiled anew.
    """

    weight: Floats  # (U, M)
    mass: Floats  # (U,) sums to 1: each measure as its share, averaged by importance
    xy: Floats  # (U, 2) in units of the ground's own spread
    start: NDArray[np.int64]  # (U + 1,)
    neighbour: NDArray[np.int32]  # (2E,)
    border: Floats  # (2E,)
    unit: NDArray[np.int32]  # (2E,) whose entry of ``neighbour`` this is
    back: NDArray[np.int32]  # (2E,) the entry of the same pair seen from the neighbour
    target: Floats  # (P, M) what a deviation is a share of
    aim: Floats  # (P, M) load of a territory without deviation: its target, or what its giant brings
    tolerance: Floats  # (M,)
    importance: Floats  # (M,)
    is_giant: NDArray[np.bool_]  # (U,)
    has_giant: NDArray[np.bool_]  # (P,) such a territory wants nothing besides
    base: Labels  # (U,) -1 = none
    churn: Floats  # (U,)
    way_measure: int  # -1 = none grows with the way
    per_km: Floats  # (U,)
    place: Floats  # (U, 2)
    home: Floats  # (P, 2) nan = none
    has_limits: bool
    least: Floats  # (P, M) hard limits of the load; 0 = none
    most: Floats  # (P, M) inf = none
    has_radius: bool
    anchor: Floats  # (P, 2) as xy; nan = the radius is the centre's
    radius: Floats  # (P,) inf = none
    span: float  # as xy: units of one territory are not to be farther apart; 0 = as far as they like
    span_weight: float


def prepare(problem: Problem, giants: Giants, giant_territory: NDArray[np.integer]) -> Ground:
    """Return the problem for the loops; ``giant_territory`` (G,) says where each giant is."""
    weight = problem.weight.T
    share = weight / np.maximum(weight.sum(axis=0), np.finfo(float).tiny)
    mass = share @ problem.importance / problem.importance.sum()
    middle = mass @ problem.xy_km / max(mass.sum(), np.finfo(float).tiny)
    centred = problem.xy_km - middle
    size = np.sqrt((mass * (centred**2).sum(axis=1)).sum()) or 1.0
    n_units, n = problem.n_units, problem.n_territories
    held = np.zeros((n, problem.n_measures))
    where = np.full(n_units, -1, dtype=np.int32)
    where[giants.unit] = giant_territory
    np.add.at(held, giant_territory, problem.brought(where).T[giants.unit])
    has_giant = np.zeros(n, dtype=np.bool_)
    has_giant[giant_territory] = True
    is_giant = np.zeros(n_units, dtype=np.bool_)
    is_giant[giants.unit] = True
    target = giants.target.T
    besides, own = problem.besides.T, has_giant[:, None]
    adjacency, way = problem.adjacency, problem.way
    return Ground(
        weight=_array(weight, np.float64),
        mass=_array(mass, np.float64),
        xy=_array(centred / size, np.float64),
        start=_array(adjacency.start, np.int64),
        neighbour=_array(adjacency.neighbour, np.int32),
        border=_array(problem.wish_km, np.float64),
        unit=_array(np.repeat(np.arange(n_units), np.diff(adjacency.start)), np.int32),
        back=_seen_from_there(adjacency.pair_ix),
        target=_array(target, np.float64),
        aim=_array(held + np.where(own, 0.0, target - besides), np.float64),
        tolerance=_array(problem.tolerance, np.float64),
        importance=_array(problem.importance, np.float64),
        is_giant=is_giant,
        has_giant=has_giant,
        base=_array(problem.base, np.int32),
        churn=_array(problem.churn, np.float64),
        way_measure=-1 if way is None else int(way.measure),
        per_km=np.zeros(n_units) if way is None else _array(way.per_km, np.float64),
        place=np.zeros((n_units, 2)) if way is None else _array(way.from_km, np.float64),
        home=np.full((n, 2), np.nan) if way is None else _array(way.home_km, np.float64),
        has_limits=problem.has_limits,
        least=_array(problem.least.T - besides, np.float64),
        # What a giant brings above a limit cannot be helped; nothing may come to it.
        most=_array(np.where(own, np.maximum(held, problem.most.T - besides), problem.most.T - besides), np.float64),
        has_radius=problem.has_radius,
        anchor=_array((problem.anchor_km - middle) / size, np.float64),
        radius=_array(problem.radius_km / size, np.float64),
        span=0.0,
        span_weight=0.0,
    )


def _array(values: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    return np.require(values, dtype, ["C", "W", "O"])


def _seen_from_there(pair_ix: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return for each entry of a list in which every pair stands twice where it stands the other time."""
    order = np.argsort(pair_ix, kind="stable").reshape(-1, 2)
    back = np.empty(len(pair_ix), dtype=np.int32)
    back[order[:, 0]], back[order[:, 1]] = order[:, 1], order[:, 0]
    return back


def loads(ground: Ground, label: Labels) -> Floats:
    """(P, M) what the units bring to each territory, the way included."""
    is_in, n = label >= 0, len(ground.target)
    place = label[is_in]
    load = np.empty_like(ground.target)
    for m in range(load.shape[1]):
        load[:, m] = np.bincount(place, ground.weight[is_in, m], minlength=n)
    if ground.way_measure >= 0:
        gap = ground.place[is_in] - ground.home[place]
        added = np.nan_to_num(ground.per_km[is_in] * np.hypot(gap[:, 0], gap[:, 1]))
        load[:, ground.way_measure] += np.bincount(place, added, minlength=n)
    return load


def deviations(ground: Ground, label: Labels) -> Floats:
    """(P, M) how far each territory is from its target, as a share; what giants bring does not count."""
    return (loads(ground, label) - ground.aim) / ground.target


def beyond(ground: Ground, label: Labels, tolerance: Floats) -> Floats:
    """(P,) by how much each territory is beyond the tolerances, weighed by importance, and beyond hard wishes."""
    load = loads(ground, label)
    over = np.maximum(np.abs((load - ground.aim) / ground.target) - tolerance, 0.0) @ ground.importance
    return over + BREACH * breaches(ground, label, load)


def breaches(ground: Ground, label: Labels, load: Floats | None = None) -> Floats:
    """(P,) by how much each territory breaks hard limits, as a share of its target, and its radius, of that."""
    found = np.zeros(len(ground.target))
    if ground.has_limits:
        load = loads(ground, label) if load is None else load
        over = np.maximum(np.maximum(load - ground.most, ground.least - load), 0.0) / ground.target
        found += np.where(over > _HAIR, over, 0.0).sum(axis=1)
    if ground.has_radius:
        held = np.flatnonzero((label >= 0) & np.isfinite(ground.radius[label]))
        t = label[held]
        place = np.where(np.isnan(ground.anchor), centres(ground, label), ground.anchor)
        gap = ground.xy[held] - place[t]
        far = np.hypot(gap[:, 0], gap[:, 1]) / ground.radius[t] - 1
        found += np.bincount(t, np.where(far > _HAIR, far, 0.0), minlength=len(found))
    return found


def centres(ground: Ground, label: Labels) -> Floats:
    """(P, 2) centres of mass; 0 where nothing weighs, as the search has it."""
    held = label >= 0
    t, q, n = label[held], ground.mass[held], len(ground.target)
    total = np.bincount(t, q, minlength=n)
    total = np.where(total > 0, total, np.inf)
    return np.column_stack([np.bincount(t, q * ground.xy[held, i], minlength=n) / total for i in (0, 1)])


def inertia(ground: Ground, label: Labels) -> float:
    """Return the moment of inertia of all territories about their centres; mass and lengths without unit."""
    is_in = label >= 0
    t, q, xy = label[is_in], ground.mass[is_in], ground.xy[is_in]
    n = len(ground.target)
    total = np.maximum(np.bincount(t, q, minlength=n), np.finfo(float).tiny)
    first = sum((np.bincount(t, q * xy[:, i], minlength=n) ** 2 / total).sum() for i in (0, 1))
    return float((q * (xy**2).sum(axis=1)).sum() - first)


def border_between(ground: Ground, label: Labels) -> float:
    """Return the length of the borders between territories, each counted from both sides."""
    own, other = label[ground.unit], label[ground.neighbour]
    return float(ground.border[(own != other) & (own >= 0) & (other >= 0)].sum())
