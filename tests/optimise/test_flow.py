"""The transport between territories against networkx, and the bound against plans that were counted out."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.optimise.energy import loads
from territorymap.optimise.flow import least_flow, least_moved, neighbouring_territories, parcels_of
from territorymap.optimise.rebalance import Rebalancer
from tests.optimise.worlds import base_of, grid, pieces_of, worlds


def least_cost_by_networkx(
    arcs: list[tuple[int, int]], load: list[int], lower: list[int], upper: list[int]
) -> int | None:
    """Every territory gets its load from a source; it passes on, or keeps between lower and upper."""
    graph = nx.DiGraph()
    graph.add_node("rest", demand=sum(load) - sum(lower))
    for t, (has, low, high) in enumerate(zip(load, lower, upper, strict=True)):
        graph.add_node(t, demand=low - has)
        graph.add_edge(t, "rest", capacity=high - low, weight=0)
    graph.add_edges_from(arcs, weight=1)
    try:
        return int(nx.min_cost_flow_cost(graph))
    except nx.NetworkXUnfeasible:
        return None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_transport_costs_what_networkx_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    graph = nx.gnp_random_graph(n, 0.5, seed=seed)
    pair = np.array(graph.edges, dtype=np.int32).reshape(-1, 2)
    label = np.arange(n, dtype=np.int32)
    load = rng.integers(1, 30, n)
    mean = load.sum() / n
    lower, upper = np.full(n, int(mean * 0.9)), np.full(n, int(np.ceil(mean * 1.1)))
    arc = neighbouring_territories(pair, label)
    brought = load[None].astype(float)
    flow = least_flow(
        arc,
        parcels_of(label, brought, brought[0], 1),
        brought.T,
        lower[:, None].astype(float),
        upper[:, None].astype(float),
        np.ones(1),
    )
    least = least_cost_by_networkx([(int(a), int(b)) for a, b in arc], load.tolist(), lower.tolist(), upper.tolist())
    if least is None:
        assert flow.short > 1e-6
        return
    assert flow.short == pytest.approx(0, abs=1e-6)
    assert flow.cost == pytest.approx(least, abs=1e-6)
    after = load.astype(float)
    np.add.at(after, arc[:, 0], -flow.sent[:, 0])
    np.add.at(after, arc[:, 1], flow.sent[:, 0])
    assert (after >= lower - 1e-6).all()
    assert (after <= upper + 1e-6).all()


def test_a_surplus_flows_over_a_territory_in_between() -> None:
    """3 | 1 | 1 | 0.6: what is too much in the first goes over both others; prices fall along the way."""
    problem = grid(4, 1, np.array([3.0, 1.0, 1.0, 0.6]), 4, 0.01, base=np.arange(4, dtype=np.int32))
    label, brought = problem.base, problem.weight
    size = np.ones((4, 1))
    flow = least_flow(
        neighbouring_territories(problem.adjacency.pair, label),
        parcels_of(label, brought, brought[0], 1),
        brought.T,
        size * 0.6,
        np.array([[2.6], [1.0], [1.0], [1.0]]),
        np.ones(1),
    )
    assert flow.cost == pytest.approx(1.2)  # 0.4 over three borders
    assert np.diff(flow.price[:, 0]) == pytest.approx([-1, -1, -1])
    assert flow.price[0, 0] >= 1


def test_cheap_units_are_sent_first() -> None:
    """Territory 0 has a unit of 1 that costs nothing and one that costs 5; 1 has to go."""
    label = np.array([0, 0, 1], dtype=np.int32)
    brought, cost = np.array([[1.0, 1.0, 0.5]]), np.array([0.0, 5.0, 1.0])
    arc = np.array([[0, 1], [1, 0]])
    load, lower, upper = np.array([[2.0], [0.5]]), np.array([[0.0], [0.0]]), np.array([[1.0], [2.0]])
    assert least_flow(arc, parcels_of(label, brought, cost, 2), load, lower, upper, np.ones(1)).cost == pytest.approx(0)
    assert least_flow(arc, parcels_of(label, brought, cost, 1), load, lower, upper, np.ones(1)).cost == pytest.approx(
        2.5
    )


def test_nothing_is_counted_between_territories_of_one_rep() -> None:
    label = np.array([0, 1], dtype=np.int32)
    brought = np.array([[2.0, 1.0]])
    arc = np.array([[0, 1], [1, 0]])
    flow = least_flow(
        arc, parcels_of(label, brought, brought[0], 1), brought.T, np.full((2, 1), 1.4), np.full((2, 1), 1.6),
        np.ones(1), np.array([True, True]),
    )  # fmt: skip
    assert flow.cost == pytest.approx(0, abs=1e-5)
    assert flow.sent[0, 0] == pytest.approx(0.4)


@settings(max_examples=25, deadline=None)
@given(worlds(most_units=9, most_measures=2, has_locks=False), st.integers(0, 99))
def test_no_plan_within_the_tolerances_moves_less_than_the_bound(problem, seed: int) -> None:  # type: ignore[no-untyped-def]
    base = base_of(problem, seed)
    rng = np.random.default_rng(seed)
    problem = replace(problem, base=base, tolerance=np.maximum(problem.tolerance, 0.2))
    n = min(problem.n_territories, 3)
    if problem.n_territories != n:
        return
    cost = rng.uniform(0, 3, problem.n_units)
    rebalancer = Rebalancer(problem, cost)
    ground = rebalancer.ground
    bound = rebalancer.lower_bound()
    low, high = ground.aim - ground.tolerance * ground.target, ground.aim + ground.tolerance * ground.target
    for labels in product(range(n), repeat=problem.n_units):
        label = np.array(labels, dtype=np.int32)
        load = loads(ground, label)
        if ((load >= low - 1e-9) & (load <= high + 1e-9)).all():
            assert cost[label != base].sum() / cost.sum() >= bound - 1e-9


def test_the_bound_counts_whole_units() -> None:
    """Territory 0 has three units of 1 and must give 0.5: parts of units would do with 0.5, whole ones need 1."""
    label = np.array([0, 0, 0, 1], dtype=np.int32)
    weight = np.array([[1.0, 1.0, 1.0, 1.0]])
    load = np.array([[3.0], [1.0]])
    lower, upper = np.array([[0.0], [0.0]]), np.array([[2.5], [9.0]])
    assert least_moved(label, weight, weight, weight[0], lower, upper, load) == pytest.approx(1.0)
    assert pieces_of(grid(4, 1, weight, 2, 0.1), label)[0] == [{0, 1, 2}]
