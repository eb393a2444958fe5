"""Empty territories get ground: each case drawn, and any at random, judged by networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territorymap.optimise.filling import fill_empty
from tests.optimise.worlds import base_of, check_legal, grid, pieces_of


def test_the_lightest_unit_that_may_leave_is_given() -> None:
    """A A A B / A A A B: the middle ones of A hold it together in no tree, but 3 is the lightest end."""
    problem = grid(4, 2, np.array([5.0, 9, 9, 9, 2, 9, 9, 9]), 3, 0.05)
    label = np.array([0, 0, 0, 1, 0, 0, 0, 1], dtype=np.int32)
    fill_empty(label, problem.adjacency, problem.weight[0], np.zeros(8, dtype=np.bool_), 3)
    assert (label == 2).sum() == 1
    check_legal(problem, label)


def test_what_is_fixed_stays_and_nobody_gives_the_last() -> None:
    problem = grid(3, 1, np.ones(3), 3, 0.05)
    label = np.array([0, 0, 1], dtype=np.int32)
    fill_empty(label, problem.adjacency, problem.weight[0], np.array([True, True, False]), 3)
    assert label.tolist() == [0, 0, 1]
    fill_empty(label, problem.adjacency, problem.weight[0], np.array([True, False, False]), 3)
    assert label.tolist() == [0, 2, 1]


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 5), st.integers(1, 8), st.integers(0, 6))
def test_all_are_filled_and_whole(seed: int, columns: int, rows: int, n: int, n_empty: int) -> None:
    n = min(n, columns * rows)
    problem = grid(columns, rows, np.ones(columns * rows), n, 0.05)
    label = base_of(problem, seed)
    n_all = min(n + n_empty, problem.n_units)
    fill_empty(label, problem.adjacency, problem.weight[0], np.zeros(len(label), dtype=np.bool_), n_all)
    assert set(label.tolist()) == set(range(n_all))
    graph = nx.Graph(problem.adjacency.pair.tolist())
    graph.add_nodes_from(range(problem.n_units))
    assert all(nx.is_connected(graph.subgraph(np.flatnonzero(label == t).tolist())) for t in range(n_all))
    assert all(len(pieces) == 1 for pieces in pieces_of(problem, label).values())
