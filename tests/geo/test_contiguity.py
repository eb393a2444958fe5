"""Pieces of territories, drawn; and against a plain flood fill."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from territorymap.geo.adjacency import Adjacency, adjacency_with_bridges, build_adjacency
from territorymap.geo.contiguity import (
    count_pieces,
    island_bridges,
    n_pieces_of,
    pieces_gained,
    pieces_of,
    shore_points,
    would_break,
)
from territorymap.geo.topology import build_topology

from .coverages import Geometries, coverages, drawn


def adjacency_of(geometry: Geometries) -> Adjacency:
    return build_adjacency(build_topology(geometry), len(geometry))


NINE = """
A B C
D E F
G H I
"""


def test_corner_does_not_join():
    """
    0 1 1
    1 0 1    0: three pieces (A, E, I touch in corners only). 1: two pieces (BCF and DGH).
    1 1 0
    """
    assignment = np.array([0, 1, 1, 1, 0, 1, 1, 1, 0], dtype=np.int32)
    assert count_pieces(adjacency_of(drawn(NINE)), assignment, 2).tolist() == [3, 2]


def test_territory_without_units_has_no_piece_and_unassigned_is_not_counted():
    assignment = np.array([0, 0, 0, -1, -1, -1, 2, 2, -1], dtype=np.int32)
    assert count_pieces(adjacency_of(drawn(NINE)), assignment, 3).tolist() == [1, 0, 1]


def test_island_is_a_piece_unless_bridged():
    """
    A B . C
    """
    adjacency = adjacency_of(drawn("A B . C"))
    one = np.zeros(3, dtype=np.int32)
    assert count_pieces(adjacency, one, 1).tolist() == [2]
    assert count_pieces(adjacency_with_bridges(adjacency, [(1, 2)]), one, 1).tolist() == [1]


def test_pieces_of_labels_the_units_in_the_order_given():
    labels = pieces_of(adjacency_of(drawn(NINE)), np.array([8, 0, 1]))  # I; A, B
    assert labels[1] == labels[2] != labels[0]
    assert n_pieces_of(adjacency_of(drawn(NINE)), np.array([], dtype=np.int64)) == 0


def test_taking_the_middle_of_a_row_breaks_it():
    """
    0 0 0    Taking B from 0 leaves A and C apart; taking A does not.
    """
    adjacency = adjacency_of(drawn("A B C"))
    row = np.zeros(3, dtype=np.int32)
    assert would_break(adjacency, row, 1)
    assert not would_break(adjacency, row, 0)
    assert not would_break(adjacency, row, np.array([0, 1, 2]))  # emptied, not broken


def test_taking_a_piece_away_mends_rather_than_breaks():
    """
    0 1 0    0 is in two pieces already; without C it is in one.
    """
    adjacency = adjacency_of(drawn("A B C"))
    assert not would_break(adjacency, np.array([0, 1, 0], dtype=np.int32), 2)
    assert not would_break(adjacency, np.array([0, -1, 0], dtype=np.int32), 1)


def test_island_bridges_join_the_nearest_shores():
    """
    A A . B . . C    B is nearest to A, C to B; all becomes one component.
    """
    topology = build_topology(drawn("A A . B . . C"))
    adjacency = build_adjacency(topology, 3)
    assert island_bridges(*shore_points(topology), adjacency) == [(0, 1), (1, 2)]


def test_island_bridges_join_two_islands_near_each_other_to_the_mainland_too():
    """
    A A . . . B . C    B and C are nearest to each other; one of them must still reach A.
    """
    topology = build_topology(drawn("A A . . . B . C"))
    adjacency = build_adjacency(topology, 3)
    assert island_bridges(*shore_points(topology), adjacency) == [(0, 1), (1, 2)]


def test_island_bridges_between_two_large_halves():
    """Each half has more shore points than the small search takes."""
    n = 40
    west = np.array([[0.0, y / 10] for y in range(n * 10)])
    east = west + np.array([5.0, 0.0])
    lon, lat = np.concatenate([west, east]).T
    unit = np.repeat([0, 1], n * 10)
    two_units = build_adjacency(build_topology(drawn("A . B")), 2)
    assert island_bridges(lon, lat, unit, two_units) == [(0, 1)]


def flood(adjacency: Adjacency, assignment: np.ndarray, territory: int) -> int:
    """Count pieces with a plain stack."""
    left = set(np.flatnonzero(assignment == territory).tolist())
    n = 0
    while left:
        n += 1
        stack = [left.pop()]
        while stack:
            for v in adjacency.neighbours_of(stack.pop()).tolist():
                if v in left:
                    left.remove(v)
                    stack.append(v)
    return n


@settings(max_examples=80, deadline=None)
@given(coverages(), st.integers(0, 2**20))
def test_pieces_agree_with_a_flood_fill(geometry: Geometries, seed: int):
    adjacency = adjacency_of(geometry)
    rng = np.random.default_rng(seed)
    assignment = rng.integers(-1, 3, len(geometry)).astype(np.int32)
    expected = [flood(adjacency, assignment, t) for t in range(3)]
    assert count_pieces(adjacency, assignment, 3).tolist() == expected
    assert [n_pieces_of(adjacency, rng.permutation(np.flatnonzero(assignment == t))) for t in range(3)] == expected


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(0, 2**20))
def test_would_break_is_what_counting_says(geometry: Geometries, seed: int):
    if not len(geometry):
        return
    adjacency = adjacency_of(geometry)
    rng = np.random.default_rng(seed)
    before = rng.integers(-1, 2, len(geometry)).astype(np.int32)
    unit = int(rng.integers(len(geometry)))
    after = before.copy()
    after[unit] = -1
    expected = (count_pieces(adjacency, after, 2) > count_pieces(adjacency, before, 2)).any()
    assert would_break(adjacency, before, unit) == expected


@settings(max_examples=40, deadline=None)
@given(coverages())
def test_island_bridges_leave_one_component(geometry: Geometries):
    topology = build_topology(geometry)
    adjacency = build_adjacency(topology, len(geometry))
    bridged = adjacency_with_bridges(adjacency, island_bridges(*shore_points(topology), adjacency))
    has_shore = np.isin(np.arange(len(geometry)), topology.arc_left[topology.arc_right < 0])
    everything = np.zeros(len(geometry), dtype=np.int32)
    if has_shore.any():
        assert_array_equal(count_pieces(bridged, everything, 1), [1])


@settings(max_examples=120, deadline=None)
@given(coverages(), st.integers(0, 2**20))
def test_pieces_gained_is_the_difference_where_it_is_told(geometry: Geometries, seed: int):
    adjacency = adjacency_of(geometry)
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, len(geometry))  # 0 = members, 1 = units put in, 2 = others
    members, added = np.flatnonzero(label == 0), np.flatnonzero(label == 1)
    told = pieces_gained(adjacency, added.tolist(), lambda unit: bool(label[unit] == 0))
    both = np.concatenate([members, added])
    if told is not None:
        assert told == n_pieces_of(adjacency, both) - n_pieces_of(adjacency, members)


def test_pieces_gained_is_seen_from_around_the_unit():
    """
    A B C    C put to all the rest: its neighbours B and F are joined by E, which is not near C, so it is not told.
    D E F    C put to B alone: 0 more.
    G H I    C put to an empty territory: 1 more.
    """
    adjacency = adjacency_of(drawn(NINE))
    assert pieces_gained(adjacency, [2], lambda unit: unit != 2) is None
    assert pieces_gained(adjacency, [2], lambda unit: unit == 1) == 0
    assert pieces_gained(adjacency, [2], lambda unit: False) == 1
