"""Bridges to islands against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territorymap.geo.adjacency import adjacency_of_pairs, adjacency_with_bridges
from territorymap.geo.bridges import bridges_between
from territorymap.geo.distance import great_circle_km

Ground = tuple[int, list[tuple[int, int]], np.ndarray, np.ndarray]  # units, pairs, lon, lat


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    n = draw(st.integers(1, 12))
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1])))
    lon = np.array(draw(st.lists(st.floats(-180, 180), min_size=n, max_size=n)))
    lat = np.array(draw(st.lists(st.floats(-80, 80), min_size=n, max_size=n)))
    return n, sorted(pairs), lon, lat


@given(grounds())
def test_as_few_as_can_be_and_all_is_one_piece(
    ground: tuple[int, list[tuple[int, int]], np.ndarray, np.ndarray],
) -> None:
    n, pairs, lon, lat = ground
    array = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    adjacency = adjacency_of_pairs(array, np.ones(len(array)), n)
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(pairs)
    bridges = bridges_between(adjacency, lon, lat)
    assert len(bridges) == nx.number_connected_components(graph) - 1
    graph.add_edges_from(bridges)
    assert nx.is_connected(graph)
    joined = adjacency_with_bridges(adjacency, bridges)
    assert {tuple(sorted(p)) for p in joined.pair.tolist()} == {tuple(sorted(p)) for p in [*pairs, *bridges]}


def test_the_nearest_ground_is_taken_across_180_degrees_too() -> None:
    """0-1 is the mainland in the east, 2 an island beyond 180 degrees, 3 one far in the south."""
    adjacency = adjacency_of_pairs(np.array([[0, 1]], dtype=np.int32), np.ones(1), 4)
    lon, lat = np.array([170.0, 178.0, -179.0, 175.0]), np.array([60.0, 60.0, 60.0, 20.0])
    assert {tuple(sorted(pair)) for pair in bridges_between(adjacency, lon, lat)} == {(1, 2), (1, 3)}
    assert great_circle_km(lon[1], lat[1], lon[2], lat[2]) < great_circle_km(lon[0], lat[0], lon[2], lat[2])
