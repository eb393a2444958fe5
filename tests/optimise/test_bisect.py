"""Straight cuts: how much each part gets, and that the shortest line is found."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.optimise.bisect import bisect
from territorymap.optimise.problem import Problem
from tests.optimise.worlds import grid, worlds


@settings(max_examples=60, deadline=None)
@given(worlds(40, has_locks=False), st.integers(0, 2**31))
def test_every_territory_gets_a_unit_and_every_unit_a_territory(problem: Problem, seed: int) -> None:
    n = problem.n_territories
    share = np.random.default_rng(seed).uniform(0.5, 2, n)
    label = bisect(
        problem.weight.sum(axis=0),
        problem.xy_km,
        problem.adjacency.pair,
        problem.adjacency.border_km,
        share / share.sum(),
        np.random.default_rng(seed),
    )
    assert set(label.tolist()) == set(range(n))


def test_even_ground_is_cut_evenly() -> None:
    """32 x 8 squares of weight 1 for 8: each has 32, give or take a column that a slanting line cuts."""
    problem = grid(32, 8, np.ones(256), 8, 0.05)
    adjacency = problem.adjacency
    label = bisect(
        problem.weight[0],
        problem.xy_km,
        adjacency.pair,
        adjacency.border_km,
        np.full(8, 1 / 8),
        np.random.default_rng(1),
    )
    assert np.abs(np.bincount(label) - 32).max() <= 1


def test_shares_that_differ_are_kept() -> None:
    """A territory that should have three quarters gets 192 of 256."""
    problem = grid(16, 16, np.ones(256), 2, 0.05)
    adjacency = problem.adjacency
    share = np.array([0.75, 0.25])
    label = bisect(
        problem.weight[0], problem.xy_km, adjacency.pair, adjacency.border_km, share, np.random.default_rng(1)
    )
    assert np.bincount(label).tolist() == [192, 64]


def test_a_long_ground_is_cut_across() -> None:
    """40 x 4: a cut across has at most 6 borders of 10 km, one along would have 40."""
    problem = grid(40, 4, np.ones(160), 2, 0.05)
    pair = problem.adjacency.pair
    label = bisect(
        problem.weight[0], problem.xy_km, pair, problem.adjacency.border_km, np.full(2, 0.5), np.random.default_rng(3)
    )
    assert (label[pair[:, 0]] != label[pair[:, 1]]).sum() <= 6
