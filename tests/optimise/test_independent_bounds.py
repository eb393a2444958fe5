"""The bounds that the program tells, against every connected set (networkx) and against the optimum (HiGHS)."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.optimise.bounds import bounds_of
from territorymap.optimise.build import Budget, Builder
from territorymap.optimise.problem import Problem
from tests.optimise.exact import least_worst_deviation
from tests.optimise.worlds import graph_of, grid, totals_of


def least_off_of(problem: Problem, unit: int, giants: set[int]) -> float:
    """Return the least deviation of any connected set with the unit, in tolerances, by trying every one."""
    graph = graph_of(problem)
    graph.remove_nodes_from(giants)
    others = [u for u in graph if u != unit]
    best = np.inf
    for k in range(len(others) + 1):
        for chosen in combinations(others, k):
            units = [unit, *chosen]
            if nx.is_connected(graph.subgraph(units)):
                load = problem.weight[:, units].sum(axis=1)
                off = np.abs(load / problem.target[:, 0] - 1) / problem.tolerance
                best = min(best, float(off.max()))
    return best


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from([(3, 3), (4, 2)]), st.integers(2, 4), st.integers(1, 2))
def test_a_bound_is_the_best_of_all_connected_sets(seed: int, size: tuple[int, int], n: int, n_measures: int) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.lognormal(0, 1, (n_measures, size[0] * size[1]))
    problem = grid(*size, weight, n, 0.02)
    builder = Builder(problem)
    if len(builder.giants.unit):
        return  # their neighbours may go to them: told below
    told = {bound.unit: bound for bound in bounds_of(builder.ground, np.arange(problem.n_units))}
    for unit in range(problem.n_units):
        best = least_off_of(problem, unit, set())
        if unit in told:
            assert told[unit].is_exact
            assert told[unit].times_tolerance == pytest.approx(best)
        else:
            assert best <= 1 + 1e-9


@pytest.mark.parametrize("seed", range(2))
def test_no_plan_beats_a_bound(seed: int) -> None:
    """A unit of most of a target, in a corner between units that each are too much beside it."""
    weight = np.random.default_rng(seed).integers(4, 8, 12).astype(float)
    weight[0] = weight.sum() / 3 * 0.8
    problem = grid(4, 3, weight, 3, 0.03)
    optimum = least_worst_deviation(problem)
    assert optimum is not None
    builder = Builder(problem)
    bounds = bounds_of(builder.ground, np.arange(12))
    assert all(bound.deviation <= optimum.value + 1e-6 for bound in bounds)
    *_, best = builder.run(Budget(3_000_000))
    worst = float(np.abs(totals_of(problem, best.label)[0] / problem.target[0] - 1).max())
    assert worst >= optimum.value - 1e-6
    assert all(worst >= bound.deviation - 1e-9 for bound in bounds)
