"""Bounds against all whole sets of small grounds, told by networkx."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from territorymap.optimise.bounds import bounds_of
from territorymap.optimise.build import Budget, Builder
from territorymap.optimise.energy import Ground, prepare
from territorymap.optimise.giants import find_giants
from territorymap.optimise.problem import Problem
from tests.optimise.worlds import base_of, graph_of, grid, worlds


def ground_of(problem: Problem) -> Ground:
    giants = find_giants(problem)
    return prepare(problem, giants, np.arange(len(giants.unit)))


def least_off(problem: Problem, ground: Ground, unit: int) -> float:
    """Return the least deviation, in tolerances, of all whole sets with a unit; one by one."""
    graph = graph_of(problem)
    free = np.flatnonzero(~ground.is_giant)
    others = [int(u) for u in free if u != unit]
    wants = ground.target[~ground.has_giant][0]
    best = np.inf
    for n in range(len(others) + 1):
        for more in combinations(others, n):
            units = [unit, *more]
            if nx.is_connected(graph.subgraph(units)):
                off = np.abs(problem.weight[:, units].sum(axis=1) / wants - 1) / problem.tolerance
                best = min(best, float(off.max()))
    for giant in np.flatnonzero(ground.is_giant).tolist():
        best = min(best, _beside(problem, graph, unit, giant, wants))
    return best


def _beside(problem: Problem, graph: nx.Graph, unit: int, giant: int, wants: NDArray[np.float64]) -> float:
    """Return the lower bound if the unit goes to a giant's territory: the lightest way, a measure at a time."""
    off = 0.0
    for m in range(problem.n_measures):
        cost = problem.weight[m] / wants[m] / problem.tolerance[m]
        giants = set(np.flatnonzero(ground_of(problem).is_giant).tolist())
        way = nx.DiGraph()
        for u, v in graph.edges:
            for a, b in ((u, v), (v, u)):
                way.add_edge(a, b, cost=float(cost[b]))
        del giants
        if unit in way and giant in way and nx.has_path(way, giant, unit):
            off = max(off, float(nx.shortest_path_length(way, giant, unit, weight="cost")))
        else:
            return np.inf
    return off


@settings(max_examples=40, deadline=None)
@given(worlds(9, has_locks=False))
def test_a_bound_is_the_best_of_all_whole_sets(problem: Problem) -> None:
    ground = ground_of(problem)
    if ground.has_giant.all():
        return
    told = {bound.unit: bound for bound in bounds_of(ground, np.arange(problem.n_units))}
    for u in np.flatnonzero(~ground.is_giant).tolist():
        best = least_off(problem, ground, u)
        if best <= 1:
            assert u not in told
        else:
            assert told[u].is_exact
            assert told[u].times_tolerance <= best + 1e-6
            if problem.n_measures == 1 or not ground.is_giant.any():
                assert told[u].times_tolerance == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_a_pocket_behind_a_giant_is_bound() -> None:
    """One row: 9 9 | 40 | 10 10 10 10 10 10; the two behind the giant have 18 or 9 where 15.6 is wanted.

    40 is more than 118 / 5; the others share 78 by four: 19.5. Both of the pocket together are 7.7 % short.
    """
    problem = grid(9, 1, np.array([9.0, 9, 40, 10, 10, 10, 10, 10, 10]), 5, 0.05)
    ground = ground_of(problem)
    told = {bound.unit: bound.deviation for bound in bounds_of(ground, np.arange(9))}
    assert told[0] == pytest.approx(1 - 18 / 19.5)
    assert told[1] == pytest.approx(1 - 18 / 19.5)
    assert 5 not in told  # 20 of 19.5 is within the tolerance


def test_a_search_cut_short_says_so() -> None:
    weight = np.full(36, 1.0)
    weight[14] = 3.0
    problem = replace(grid(6, 6, weight, 4, 0.05), target=np.full((1, 4), 9.5), tolerance=np.array([0.001]))
    assert [bound.is_exact for bound in bounds_of(ground_of(problem), np.array([14]), 1_000)] == [False]


def test_no_answer_is_better_than_its_bound_and_the_builder_tells_it() -> None:
    problem = grid(9, 1, np.array([9.0, 9, 40, 10, 10, 10, 10, 10, 10]), 5, 0.05)
    builder = Builder(problem)
    *_, best = builder.run(Budget(200_000))
    told = builder.bounds(best)
    assert {bound.unit for bound in told} == {0, 1}
    assert best.beyond == pytest.approx(told[0].deviation - 0.05)  # the pocket as good as can be, the rest within


@settings(max_examples=20, deadline=None)
@given(worlds(20, most_measures=1, has_locks=False))
def test_any_plan_with_giants_alone_is_off_by_at_least_the_bound(problem: Problem) -> None:
    giants = find_giants(problem)
    label = base_of(problem, 1)
    ground = prepare(problem, giants, label[giants.unit])
    if len(set(label[giants.unit].tolist())) < len(giants.unit):
        return  # two giants together: not what the bound speaks of
    load = np.bincount(label, problem.weight[0], minlength=problem.n_territories)
    off = np.abs(load - ground.aim[:, 0]) / ground.target[:, 0]
    for bound in bounds_of(ground, np.arange(problem.n_units)):
        if bound.is_exact:
            assert off[label[bound.unit]] >= bound.deviation - 1e-6
