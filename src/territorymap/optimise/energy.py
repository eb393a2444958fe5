"""What a plan costs, in numpy: overrun of the tolerances, moment of inertia, border, churn.

Owns the weights between them; moves.py works the same out by differences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.giants import Giants
from territorymap.optimise.problem import Floats, Labels, Problem


@dataclass(frozen=True)
class Ground:
    """A problem as the compiled loops want it: rows by unit, lengths without unit, giants placed."""

    weight: Floats  # (U, M)
    mass: Floats  # (U,) sums to 1: each measure as its share, averaged by importance
    xy: Floats  # (U, 2) in units of the ground's own spread
    start: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    border: Floats  # (2E,)
    target: Floats  # (P, M)
    held: Floats  # (P, M) of giants
    has_giant: NDArray[np.bool_]  # (P,)
    is_giant: NDArray[np.bool_]  # (U,)
    tolerance: Floats
    importance: Floats
    way_measure: int  # -1 = none
    per_km: Floats  # (U,)
    place: Floats  # (U, 2)
    home: Floats  # (P, 2)


def prepare(problem: Problem, giants: Giants, giant_territory: NDArray[np.integer]) -> Ground:
    """Return the problem for the loops; ``giant_territory`` (G,) says where each giant is."""
    weight = np.ascontiguousarray(problem.weight.T)
    share = weight / np.maximum(weight.sum(axis=0), np.finfo(float).tiny)
    mass = share @ problem.importance / problem.importance.sum()
    centred = problem.xy_km - mass @ problem.xy_km / max(mass.sum(), np.finfo(float).tiny)
    size = np.sqrt((mass * (centred**2).sum(axis=1)).sum()) or 1.0
    held = np.zeros((problem.n_territories, problem.n_measures))
    np.add.at(held, giant_territory, weight[giants.unit])
    has_giant = np.zeros(problem.n_territories, dtype=np.bool_)
    has_giant[giant_territory] = True
    is_giant = np.zeros(problem.n_units, dtype=np.bool_)
    is_giant[giants.unit] = True
    way = problem.way
    return Ground(
        way_measure=-1 if way is None else way.measure,
        per_km=np.zeros(problem.n_units) if way is None else way.per_km,
        place=np.zeros((problem.n_units, 2)) if way is None else np.ascontiguousarray(way.from_km),
        home=np.full((problem.n_territories, 2), np.nan) if way is None else np.ascontiguousarray(way.home_km),
        weight=weight,
        mass=mass,
        xy=np.ascontiguousarray(centred / size),
        start=problem.adjacency.start,
        neighbour=problem.adjacency.neighbour,
        border=problem.slot_km,
        target=np.ascontiguousarray(giants.target.T),
        held=held,
        has_giant=has_giant,
        is_giant=is_giant,
        tolerance=problem.tolerance,
        importance=problem.importance,
    )


def deviations(ground: Ground, label: Labels) -> Floats:
    """(P, M) how far each territory is from its target, as a share; what giants bring does not count."""
    load = np.zeros_like(ground.target)
    is_in = label >= 0
    np.add.at(load, label[is_in], ground.weight[is_in])
    if ground.way_measure >= 0:
        gap = ground.place[is_in] - ground.home[label[is_in]]
        added = np.nan_to_num(ground.per_km[is_in] * np.hypot(gap[:, 0], gap[:, 1]))
        np.add.at(load[:, ground.way_measure], label[is_in], added)
    return (load - ground.held) / ground.target - np.where(ground.has_giant, 0.0, 1.0)[:, None]


def beyond(ground: Ground, label: Labels, tolerance: Floats) -> Floats:
    """(P,) by how much each territory is beyond the tolerances, weighed by importance."""
    return np.maximum(np.abs(deviations(ground, label)) - tolerance, 0.0) @ ground.importance


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
    own = np.repeat(label, np.diff(ground.start))
    other = label[ground.neighbour]
    return float(ground.border[(own != other) & (own >= 0) & (other >= 0)].sum())
