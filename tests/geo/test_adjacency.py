"""Neighbours share a border, not a point."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

from territorymap.geo.adjacency import adjacency_with_bridges, bridges_by_code, build_adjacency
from territorymap.geo.topology import build_topology

from .coverages import Geometries, coverages, drawn


def adjacency_of(geometry: Geometries):
    return build_adjacency(build_topology(geometry), len(geometry))


def test_neighbours_share_a_border_not_a_corner():
    """
    A B    A touches D in a point only, and so does B touch C.
    C D
    """
    adjacency = adjacency_of(drawn("A B\nC D"))
    assert adjacency.pair.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert adjacency.neighbours_of(0).tolist() == [1, 2]
    assert adjacency.neighbours_of(3).tolist() == [1, 2]


def test_border_length_is_the_sum_of_its_parts():
    """
    A B
    A C    A shares one meridian degree with each of B and C, 110.6 km.
    """
    adjacency = adjacency_of(drawn("A B\nA C"))
    assert_allclose(adjacency.border_km[[0, 1]], 110.58, atol=0.02)


def test_slots_of_gives_the_neighbours_of_many_units_in_order():
    adjacency = adjacency_of(drawn("A B\nC D"))
    slots = adjacency.slots_of(np.array([3, 0]))
    assert adjacency.neighbour[slots].tolist() == [1, 2, 1, 2]
    assert adjacency.pair[adjacency.pair_ix[slots]].tolist() == [[1, 3], [2, 3], [0, 1], [0, 2]]
    assert adjacency.slots_of(np.empty(0, dtype=np.int64)).tolist() == []


def test_bridge_joins_units_without_a_border():
    adjacency = adjacency_of(drawn("A . B"))
    bridged = adjacency_with_bridges(adjacency, [(1, 0), (0, 1)])
    assert bridged.pair.tolist() == [[0, 1]]
    assert bridged.is_bridge.tolist() == [True]
    assert bridged.neighbours_of(1).tolist() == [0]


def test_bridge_between_neighbours_changes_nothing():
    adjacency = adjacency_of(drawn("A B"))
    assert_allclose(adjacency_with_bridges(adjacency, [(0, 1)]).border_km, adjacency.border_km)


def test_bridge_to_a_unit_that_is_not_there_is_refused():
    with pytest.raises(IndexError):
        adjacency_with_bridges(adjacency_of(drawn("A B")), [(0, 7)])


def test_bridges_go_by_code():
    assert bridges_by_code([("x", "y"), ("x", "nowhere")], {"x": 4, "y": 2}) == [(4, 2)]


@settings(max_examples=120, deadline=None)
@given(coverages())
def test_adjacency_is_what_shared_border_length_says(geometry: Geometries):
    adjacency = adjacency_of(geometry)
    expected = []
    for u in range(len(geometry)):
        for v in range(u + 1, len(geometry)):
            common = shapely.intersection(shapely.boundary(geometry[u]), shapely.boundary(geometry[v]))
            if shapely.length(common) > 1e-9:
                expected.append([u, v])
    assert adjacency.pair.tolist() == expected
    assert (adjacency.border_km > 0).all()
    for u in range(len(geometry)):
        assert_array_equal(
            adjacency.neighbours_of(u), sorted([v for a, v in expected if a == u] + [a for a, v in expected if v == u])
        )
