"""The compiled steps: their differences against the full energy in numpy, wholeness against networkx."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.optimise.energy import Ground, border_between, deviations, inertia, prepare
from territorymap.optimise.giants import find_giants, giant_territories
from territorymap.optimise.moves import anneal, sums_by_territory
from territorymap.optimise.problem import Labels, Problem, Way
from territorymap.optimise.whole import can_leave, can_leave_soon, count_pieces, make_whole
from tests.optimise.worlds import base_of, graph_of, grid, pieces_of, worlds

SCALE = np.array([1.3, 0.7, 0.4, 2.0])
COLD = np.zeros(2)


@st.composite
def grounds(draw: st.DrawFn) -> tuple[Problem, Ground, Labels]:
    """A ground with a plan; homes that count in the first measure, and what moving costs, now and then."""
    problem = draw(worlds(30, has_locks=False))
    seed = draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    label = base_of(problem, seed)
    if draw(st.booleans()):
        home = rng.random((problem.n_territories, 2)) * 100
        home[rng.random(len(home)) < 0.3] = np.nan
        way = Way(0, rng.random(problem.n_units) * 0.02, rng.random((problem.n_units, 2)) * 100, home)
        problem = replace(problem, way=way)
    if draw(st.booleans()):
        base = base_of(problem, seed + 1)
        base[rng.random(len(base)) < 0.2] = -1
        problem = replace(problem, base=base, churn=rng.random(problem.n_units))
    giants = find_giants(problem)
    return problem, prepare(problem, giants, label[giants.unit]), label


def energy(ground: Ground, label: Labels) -> float:
    """Return what the search makes less, from the whole plan."""
    over = np.maximum((np.abs(deviations(ground, label)) - ground.tolerance) / ground.tolerance, 0.0)
    balance = float(((over + 0.25 * over**2 / (1 + over)) @ ground.importance).sum())
    moved = (ground.base >= 0) & (label != ground.base)
    parts = [inertia(ground, label), border_between(ground, label) / 2, balance, float(ground.churn[moved].sum())]
    return float(SCALE @ parts)


def go(ground: Ground, label: Labels, heat: NDArray[np.float64], n_steps: int, seed: int, reach: int = 10**6) -> int:
    open_to_all = np.zeros(len(ground.target), dtype=np.bool_)
    may_move = np.ones(len(label), dtype=np.bool_)
    return anneal(ground, label, may_move, open_to_all, ground.tolerance, SCALE, heat, n_steps, seed, reach)


@settings(max_examples=60, deadline=None)
@given(grounds())
def test_downhill_ends_where_no_step_lowers_the_full_energy(world: tuple[Problem, Ground, Labels]) -> None:
    """A wrong difference would go uphill, or end where the full energy still knows a better step."""
    problem, ground, label = world
    before = energy(ground, label)
    go(ground, label, COLD, 20_000, 1)
    least = energy(ground, label)
    assert least <= before + 1e-9
    graph = graph_of(problem)
    for u in range(problem.n_units):
        own = np.flatnonzero(label == label[u])
        rest = graph.subgraph(set(own.tolist()) - {u})
        if not len(rest) or not nx.is_connected(rest):
            continue
        for t in {int(label[v]) for v in graph[u]} - {int(label[u])}:
            trial = label.copy()
            trial[u] = t
            assert energy(ground, trial) >= least - 1e-7 * max(1.0, abs(least))


@settings(max_examples=60, deadline=None)
@given(grounds(), st.integers(1, 2**31), st.sampled_from([3, 10**6]))
def test_hot_steps_keep_territories_whole(world: tuple[Problem, Ground, Labels], seed: int, reach: int) -> None:
    problem, ground, label = world
    go(ground, label, np.array([5.0, 0.1]), 3_000, seed, reach)
    assert {len(pieces) for pieces in pieces_of(problem, label).values()} == {1}


@settings(max_examples=30, deadline=None)
@given(grounds(), st.integers(1, 2**31))
def test_same_seed_same_plan(world: tuple[Problem, Ground, Labels], seed: int) -> None:
    _, ground, label = world
    one, other = label.copy(), label.copy()
    assert go(ground, one, np.array([1.0, 0.1]), 2_000, seed) == go(ground, other, np.array([1.0, 0.1]), 2_000, seed)
    assert (one == other).all()


def test_closed_territories_and_units_that_may_not_move_stay() -> None:
    problem = grid(6, 6, np.ones(36), 3, 0.05)
    giants = find_giants(problem)
    ground = prepare(problem, giants, giant_territories(problem, giants, np.full(3, -1)))
    label = np.repeat(np.arange(3, dtype=np.int32), 12)
    before = label.copy()
    may_move = np.ones(36, dtype=np.bool_)
    may_move[14] = False
    closed = np.array([True, False, False])
    made = anneal(ground, label, may_move, closed, ground.tolerance, SCALE, np.array([9.0, 9.0]), 5_000, 1, 36)
    assert made > 100
    assert (label[:12] == 0).all()
    assert label[14] == before[14]
    assert (label != before).any()


@settings(max_examples=60, deadline=None)
@given(grounds())
def test_sums_by_territory_are_those_of_the_whole_plan(world: tuple[Problem, Ground, Labels]) -> None:
    problem, ground, label = world
    load, moment = sums_by_territory(ground, label)
    by_hand = np.array([problem.brought(label)[:, label == t].sum(axis=1) for t in range(problem.n_territories)])
    np.testing.assert_allclose(load, by_hand, rtol=1e-9, atol=1e-9)
    assert moment[:, 3].sum() == pytest.approx(inertia(ground, label), rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(grounds())
def test_can_leave_is_what_networkx_says(world: tuple[Problem, Ground, Labels]) -> None:
    problem, ground, label = world
    graph = graph_of(problem)
    mark, queue = np.zeros(len(label), np.int64), np.empty(len(label), np.int32)
    for u in range(len(label)):
        rest = graph.subgraph(set(np.flatnonzero(label == label[u]).tolist()) - {u})
        is_whole = len(rest) > 0 and nx.is_connected(rest)
        assert can_leave(u, label, ground.start, ground.neighbour, mark, queue, 4 * u + 2) == is_whole
        is_known = can_leave_soon(u, label, ground.start, ground.neighbour, mark, queue, 4 * u + 4, 2)
        assert is_whole or not is_known


@settings(max_examples=40, deadline=None)
@given(worlds(30, has_locks=False), st.integers(0, 2**31))
def test_pieces_are_counted_and_made_whole(problem: Problem, seed: int) -> None:
    rng = np.random.default_rng(seed)
    label = rng.integers(0, problem.n_territories, problem.n_units).astype(np.int32)
    label[: problem.n_territories] = np.arange(problem.n_territories)
    start, neighbour = problem.adjacency.start, problem.adjacency.neighbour
    found = count_pieces(label, start, neighbour, problem.n_territories)
    assert found.tolist() == [len(pieces) for pieces in pieces_of(problem, label).values()]
    nobody, none = np.zeros(problem.n_territories, dtype=np.bool_), np.zeros(problem.n_units, dtype=np.bool_)
    centre = rng.random((problem.n_territories, 2))
    make_whole(label, start, neighbour, problem.weight.sum(axis=0), problem.xy_km, centre, nobody, none)
    assert (count_pieces(label, start, neighbour, problem.n_territories) == 1).all()
