"""Rebalancing: laws of every answer by networkx, pandas and counting; small plans against the optimum by HiGHS."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.optimise.build import Budget
from territorymap.optimise.field import CHANGED, GAINED, LOST, Cap
from territorymap.optimise.problem import Problem, Way
from territorymap.optimise.rebalance import Rebalancer
from territorymap.optimise.ruler import Rebalanced, Taste
from tests.optimise import exact
from tests.optimise.worlds import base_of, grid, pieces_of, totals_of, worlds

STEPS = 60_000


def answers(rebalancer: Rebalancer, n_steps: int = STEPS) -> list[Rebalanced]:
    return list(rebalancer.run(Budget(n_steps)))


def with_base(problem: Problem, seed: int) -> Problem:
    """What is locked stays where it is; everything else is free."""
    base = base_of(problem, seed)
    return replace(problem, base=base, stays=np.where(problem.stays >= 0, base, -1).astype(np.int32))


@settings(max_examples=25, deadline=None)
@given(worlds(), st.integers(0, 99))
def test_no_answer_is_worse_than_the_plan_it_came_from(problem: Problem, seed: int) -> None:
    problem = with_base(problem, seed)
    rebalancer = Rebalancer(problem, seed=seed + 1)
    before = pieces_of(problem, problem.base)
    target = rebalancer.giants.target
    held = np.zeros_like(target)
    np.add.at(held.T, problem.base[rebalancer.giants.unit], problem.weight[:, rebalancer.giants.unit].T)
    want = np.where(held.sum(axis=0) > 0, 0.0, 1.0)

    def off(label: NDArray[np.int32]) -> NDArray[np.float64]:
        return np.abs((totals_of(problem, label).to_numpy().T - held) / target - want)

    then = off(problem.base)
    for found in answers(rebalancer):
        assert (found.label >= 0).all()
        stays = problem.stays >= 0
        assert (found.label[stays] == problem.stays[stays]).all()
        now = off(found.label)
        tolerance = problem.tolerance[:, None]
        assert (now.max(axis=1) <= then.max(axis=1) + 1e-6).all()
        assert ((now > tolerance + 1e-7).sum(axis=1) <= (then > tolerance - 1e-7).sum(axis=1)).all()
        for t, pieces in pieces_of(problem, found.label).items():
            assert 1 <= len(pieces) <= max(1, len(before[t]))
        weight = problem.weight[0]
        moved = weight[found.label != problem.base].sum() / weight.sum()
        assert found.moved == pytest.approx(moved)


@settings(max_examples=20, deadline=None)
@given(worlds(most_measures=1, has_locks=False), st.integers(0, 99), st.sampled_from([LOST, GAINED, CHANGED]))
def test_no_cap_is_passed(problem: Problem, seed: int, kind: int) -> None:
    problem = with_base(problem, seed)
    rng = np.random.default_rng(seed)
    amount, n = rng.uniform(0, 5, problem.n_units), problem.n_territories
    holder = rng.integers(0, max(1, n - 1), n).astype(np.int32)
    origin = holder[problem.base]
    has = np.bincount(origin, amount, minlength=n)
    cap = Cap(kind, amount, origin, holder, 0.2 * has, limit_in_all=0.15 * amount.sum())
    for found in answers(Rebalancer(problem, caps=[cap], holder=holder)):
        now = holder[found.label]
        lost = np.bincount(origin[now != origin], amount[now != origin], minlength=n)
        gained = np.bincount(now[now != origin], amount[now != origin], minlength=n)
        used = {LOST: lost, GAINED: gained, CHANGED: lost + gained}[kind]
        assert (used <= 0.2 * has + 1e-6).all()
        assert amount[now != origin].sum() <= 0.15 * amount.sum() + 1e-6


def strip(seed: int) -> Problem:
    """A ground of 4 x 3 squares in three columns of territories, uneven."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 10, 12).astype(float)
    base = np.array([0, 1, 1, 2] * 3, dtype=np.int32)
    return grid(4, 3, weight, 3, 0.15, base=base)


def test_small_plans_move_as_little_as_highs_proves() -> None:
    gaps = []
    for seed in range(6):
        problem = strip(seed)
        best = exact.least_moved(replace(problem, churn=problem.weight[0]), 0.15)
        rebalancer = Rebalancer(problem, seed=1, taste=Taste(border=0.05))
        *_, last = answers(rebalancer, 1_500_000)
        assert (last.beyond == 0) == (best is not None)
        if best is not None:
            least = best.value / problem.weight.sum()
            assert rebalancer.lower_bound() <= least + 1e-9
            assert least - 1e-9 <= last.moved
            gaps.append(last.moved / least)
    assert len(gaps) >= 4
    assert sum(gap < 1 + 1e-9 for gap in gaps) >= len(gaps) - 2
    assert max(gaps) < 1.5


def test_the_same_seed_and_steps_give_the_same_plan() -> None:
    rng = np.random.default_rng(5)
    base = (np.arange(400) % 20 // 5 + np.arange(400) // 20 // 10 * 4).astype(np.int32)
    problem = grid(20, 20, rng.lognormal(0, 0.6, 400), 8, 0.03, base=base)
    first, second = (answers(Rebalancer(problem, seed=7), 900_000)[-1] for _ in range(2))
    assert (first.label == second.label).all()
    assert first.n_steps == second.n_steps
    assert first.beyond == 0
    assert first.moved > 0


def test_a_plan_within_its_tolerances_is_left_alone() -> None:
    problem = grid(4, 1, np.ones(4), 2, 0.1, base=np.array([0, 0, 1, 1], dtype=np.int32))
    assert [found.moved for found in answers(Rebalancer(problem))] == [0.0]


def test_least_is_counted_by_the_cost_that_is_asked_for() -> None:
    """One of two units must go to the right, one column each; the upper one costs ten times as much."""
    base = np.array([0, 0, 1, 0, 0, 1], dtype=np.int32)
    problem = grid(3, 2, np.array([2.0, 1, 1, 2, 1, 1]), 2, 0.3, base=base)
    for dear, cheap in ((1, 4), (4, 1)):
        cost = np.ones(6)
        cost[dear] = 10
        *_, last = answers(Rebalancer(problem, cost, taste=Taste(border=0.05)))
        assert last.beyond == 0
        assert np.flatnonzero(last.label != base).tolist() == [cheap]


def test_units_without_a_territory_stay_so_and_borders_that_are_shut_stay_shut() -> None:
    base = np.array([0, 0, 0, 1, -1], dtype=np.int32)
    problem = grid(5, 1, np.ones(5), 2, 0.3, base=base)
    problem = replace(problem, target=np.full((1, 2), 2.0))
    assert answers(Rebalancer(problem))[-1].label.tolist() == [0, 0, 1, 1, -1]
    shut = (problem.adjacency.pair == [2, 3]).all(axis=1)
    assert [found.label.tolist() for found in answers(Rebalancer(problem, is_open=~shut))] == [base.tolist()]


def test_a_territory_of_heavy_units_is_made_to_fit_at_the_cost_of_its_neighbours() -> None:
    """A spit of heavy units that no single move helps: they must be grouped anew. Ground as in New York."""
    graph = nx.grid_2d_graph(3, 10)
    rng = np.random.default_rng(3)
    weight = np.concatenate([rng.uniform(0.5, 1.5, 30), [4.3, 3.5, 2.2, 2.0]])
    order = {node: i for i, node in enumerate(sorted(graph))}
    pair = [(order[a], order[b]) for a, b in graph.edges]
    pair += [(9, 30), (9, 31), (30, 31), (19, 31), (31, 32), (32, 33)]
    from territorymap.geo.adjacency import adjacency_of_pairs
    from territorymap.optimise.problem import even_targets

    ends = np.sort(np.array(pair), axis=1)
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))].astype(np.int32)
    adjacency = adjacency_of_pairs(ends, np.ones(len(ends)), 34)
    xy = np.array([(x, y) for y, x in sorted(graph)] + [(10, 0), (10, 1), (11, 1), (12, 1)], dtype=float)
    base = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1] * 3 + [2] * 4, dtype=np.int32)
    weight *= np.r_[np.full(30, 24 / weight[:30].sum()), np.full(4, 1.0)]
    problem = Problem(adjacency, weight[None], even_targets(weight[None], 3), np.array([0.06]), xy, base=base)
    rebalancer = Rebalancer(problem)
    *_, last = answers(rebalancer, 3_000_000)
    assert last.outside <= rebalancer.judge(base).outside
    assert last.beyond <= rebalancer.judge(base).beyond
    best = exact.least_moved(replace(problem, churn=weight), 0.06)
    assert (last.beyond == 0) == (best is not None)


def test_ways_from_home_count_in_what_a_territory_has() -> None:
    base = np.array([0, 0, 0, 0, 1, 1], dtype=np.int32)
    xy = np.column_stack([np.arange(6) * 10.0, np.zeros(6)])
    way = Way(0, np.full(6, 0.1), xy, np.array([[0.0, 0.0], [50.0, 0.0]]))
    problem = grid(6, 1, np.ones(6), 2, 0.2, base=base, way=way)
    brought = problem.brought(base)[0]
    problem = replace(problem, target=np.full((1, 2), brought.sum() / 2))
    *_, last = answers(Rebalancer(problem))
    assert last.label.tolist() == [0, 0, 0, 1, 1, 1]
    assert last.uneven == pytest.approx(np.abs(np.array([6.0, 6.0]) / (brought.sum() / 2) - 1).mean())
