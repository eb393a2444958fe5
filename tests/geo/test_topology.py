"""Arcs of coverages: areas come back, every border has two sides, bad input is told."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

from territorymap.geo.layer import measure_geometry
from territorymap.geo.topology import Topology, build_topology, unmatched_km

from .coverages import Geometries, coverages, drawn, voronoi


def rebuilt(topology: Topology) -> Geometries:
    """Return the units put together from their rings of arcs."""
    out = np.full(topology.n_units, shapely.MultiPolygon(), dtype=object)
    for unit in range(topology.n_units):
        polygons: dict[int, list[np.ndarray]] = {}
        for r in range(topology.unit_ring_start[unit], topology.unit_ring_start[unit + 1]):
            polygons.setdefault(int(topology.ring_polygon[r]), []).append(topology.ring(r))
        out[unit] = shapely.multipolygons([shapely.Polygon(rings[0], rings[1:]) for rings in polygons.values()])
    return out


def test_two_squares_share_one_arc():
    """
    A B    The border between them is one arc with A on its left; what is left of each is one arc more.
    """
    topology = build_topology(drawn("A B"))
    assert topology.n_arcs == 3
    pairs = sorted(zip(topology.arc_left.tolist(), topology.arc_right.tolist(), strict=True))
    assert pairs == [(0, -1), (0, 1), (1, -1)]
    shared = int(np.flatnonzero(topology.arc_right == 1)[0])
    # A lies west, so with A on its left the arc runs north along lon 1.
    assert topology.arc(shared).tolist() == [[1, 0], [1, 1]]
    assert topology.arc(~shared).tolist() == [[1, 1], [1, 0]]
    assert topology.report.n_overlapping_segments == 0


def test_enclave_is_a_closed_arc_and_a_hole():
    """
    A A A
    A B A    B's only border is one closed arc; A has it as its hole.
    A A A
    """
    topology = build_topology(drawn("A A A\nA B A\nA A A"))
    assert topology.n_arcs == 2
    closed = int(np.flatnonzero(topology.arc_right == 1)[0])
    line = topology.arc(closed)
    assert line[0].tolist() == line[-1].tolist()
    assert len(line) == 5
    assert topology.ring_is_hole.tolist() == [False, True, False]
    assert topology.ring_unit.tolist() == [0, 0, 1]
    # A lies to the left of its own hole; B takes the same arc backward.
    assert topology.ring_arcs[topology.ring_start[1]] == closed
    assert topology.ring_arcs[topology.ring_start[2]] == ~closed


def test_island_is_one_arc_with_the_outside():
    topology = build_topology(drawn("A . B"))
    assert topology.n_arcs == 2
    assert topology.arc_right.tolist() == [-1, -1]


def test_arcs_end_where_three_units_meet():
    """
    A A    Nodes: (0,1), (2,1), (1,0) on the rim and (1,1) inside. Arcs: A|out, B|out, C|out, A|B, A|C, B|C.
    B C
    """
    topology = build_topology(drawn("A A\nB C"))
    assert topology.n_arcs == 6
    inner = topology.arc_right >= 0
    assert inner.sum() == 3
    ends = {tuple(topology.arc(int(k))[-1]) for k in np.flatnonzero(inner)} | {
        tuple(topology.arc(int(k))[0]) for k in np.flatnonzero(inner)
    }
    assert ends == {(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (1.0, 0.0)}


def test_rings_run_counter_clockwise_whatever_the_input():
    clockwise = shapely.MultiPolygon([shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])])
    topology = build_topology(np.array([clockwise]))
    assert shapely.is_ccw(shapely.linearrings(topology.ring(0)))


def test_border_arcs_are_those_whose_sides_differ():
    """
    A B C    with A and B in one territory: the border B|C and the rim are drawn, A|B is not.
    """
    topology = build_topology(drawn("A B C"))
    arcs = topology.border_arcs(np.array([0, 0, 1], dtype=np.int32))
    sides = {(int(topology.arc_left[k]), int(topology.arc_right[k])) for k in arcs}
    assert sides == {(0, -1), (1, -1), (2, -1), (1, 2)}


def test_arc_lengths_are_geodesic():
    """One degree of the equator is 111.319 km, one degree of a meridian from there 110.574 km (WGS 84)."""
    topology = build_topology(drawn("A B"))
    shared = np.flatnonzero(topology.arc_right == 1)
    assert_allclose(topology.arc_length_km[shared], 110.574, atol=0.001)
    assert_allclose(topology.outside_km(), 2 * (110.574 + 111.319 + 111.303), atol=0.01)


def test_t_junction_is_outside_and_measured():
    """
    A B    B's western border misses the vertex that the two western units have at (1,1).
    C B
    """
    west = drawn("A\nC")
    east = np.array([shapely.MultiPolygon([shapely.box(1, 0, 2, 2)])])
    geometry = np.concatenate([west, east])
    topology = build_topology(geometry)
    assert not (topology.arc_right == 2).any()
    # Two short sides and the long one: 2 x 221.1 km.
    assert_allclose(unmatched_km(topology, geometry), 2 * 221.15, atol=0.2)
    assert unmatched_km(build_topology(drawn("A B\nC B")), drawn("A B\nC B")) == 0


def test_overlapping_units_are_told_and_do_not_break():
    same = shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])
    topology = build_topology(np.array([same, same]))
    assert topology.report.n_overlapping_segments == 4
    assert (topology.arc_right == -1).all()
    assert topology.n_rings == 2


def test_degenerate_rings_are_left_out_and_told():
    speck = shapely.MultiPolygon([shapely.box(5, 5, 5 + 1e-9, 5 + 1e-9)])
    geometry = np.array([speck, *drawn("A")])
    topology = build_topology(geometry)
    assert topology.report.n_degenerate_rings == 1
    assert topology.unit_ring_start.tolist() == [0, 0, 1]


def test_spike_has_one_unit_on_both_sides_and_is_no_border():
    spiked = shapely.MultiPolygon([shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 2), (1, 1), (0, 1)])])
    topology = build_topology(np.array([spiked]))
    assert topology.report.n_folded_segments == 1
    folded = topology.arc_left == topology.arc_right
    assert folded.sum() == 1
    assert_array_equal(topology.border_arcs(np.zeros(1, dtype=np.int32)), np.flatnonzero(~folded))


def test_no_units_and_empty_units_are_possible():
    assert build_topology(np.array([], dtype=object)).n_arcs == 0
    topology = build_topology(np.array([shapely.MultiPolygon(), None, *drawn("A")], dtype=object))
    assert topology.unit_ring_start.tolist() == [0, 0, 0, 1]
    assert topology.arc_left.tolist() == [2]


@settings(max_examples=120, deadline=None)
@given(coverages())
def test_units_put_together_from_arcs_are_the_units(geometry: Geometries):
    topology = build_topology(geometry)
    back = rebuilt(topology)
    assert_allclose(shapely.area(back), shapely.area(geometry), rtol=1e-9, atol=1e-9)
    assert_allclose(shapely.area(shapely.symmetric_difference(back, geometry)), 0, atol=1e-9)


@settings(max_examples=120, deadline=None)
@given(coverages())
def test_every_arc_is_used_once_forward_and_if_inside_once_backward(geometry: Geometries):
    topology = build_topology(geometry)
    signed = topology.ring_arcs
    forward = np.bincount(signed[signed >= 0], minlength=topology.n_arcs)
    backward = np.bincount(~signed[signed < 0], minlength=topology.n_arcs)
    assert_array_equal(forward, 1)
    assert_array_equal(backward, (topology.arc_right >= 0).astype(int))
    unit = np.repeat(topology.ring_unit, np.diff(topology.ring_start))
    assert_array_equal(topology.arc_left[signed[signed >= 0]], unit[signed >= 0])
    assert_array_equal(topology.arc_right[~signed[signed < 0]], unit[signed < 0])


@settings(max_examples=80, deadline=None)
@given(coverages())
def test_outside_arcs_are_the_rim_of_the_union(geometry: Geometries):
    topology = build_topology(geometry)
    outer = [topology.arc(int(k)) for k in np.flatnonzero(topology.arc_right < 0)]
    rim = shapely.boundary(shapely.union_all(geometry)) if len(geometry) else shapely.LineString()
    assert_allclose(sum(shapely.length(shapely.linestrings(line)) for line in outer), shapely.length(rim), rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(coverages())
def test_perimeter_by_arcs_is_the_geodesic_perimeter(geometry: Geometries):
    topology = build_topology(geometry)
    n = len(geometry)
    inside = topology.arc_right >= 0
    km = np.bincount(topology.arc_left, topology.arc_length_km, minlength=n)
    km += np.bincount(topology.arc_right[inside], topology.arc_length_km[inside], minlength=n)
    assert_allclose(km, measure_geometry(geometry)[1], rtol=1e-9)


def test_maximal_chains_no_arc_continues_another():
    """At every end of an arc that is no closed loop at least three arc ends meet."""
    topology = build_topology(voronoi(200, seed=3))
    ends = np.concatenate(
        [topology.arc_coords[topology.arc_start[:-1]], topology.arc_coords[topology.arc_start[1:] - 1]]
    )
    is_closed = (ends[: topology.n_arcs] == ends[topology.n_arcs :]).all(axis=1)
    _, inverse, n = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
    assert (n[inverse][~np.tile(is_closed, 2)] >= 3).all()
