"""Connected components against scipy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from territorymap.geo.components import component_labels


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray]:
    n = draw(st.integers(1, 40))
    ends = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=80))
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
    return n, pairs[:, 0], pairs[:, 1]


@given(graphs())
def test_labels_are_those_of_scipy(graph: tuple[int, np.ndarray, np.ndarray]) -> None:
    n, u, v = graph
    matrix = coo_matrix((np.ones(len(u)), (u, v)), shape=(n, n))
    assert_array_equal(component_labels(n, u, v), connected_components(matrix, directed=False)[1])


def test_a_long_chain_in_random_order_is_one_component() -> None:
    order = np.random.default_rng(1).permutation(50_000)
    assert component_labels(len(order), order[:-1], order[1:]).max() == 0


def test_without_edges_each_node_is_its_own() -> None:
    assert_array_equal(component_labels(3, np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)), [0, 1, 2])
    assert len(component_labels(0, np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))) == 0
