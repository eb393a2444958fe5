"""Dissolved outlines against the exact union."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.geo.arc_outline import chain_outlines
from territorymap.geo.outline import outlines, union_outlines
from territorymap.geo.topology import build_topology

from .coverages import Geometries, coverages, drawn, voronoi

Assignment = np.ndarray


def never() -> Geometries:
    raise AssertionError("a union was made")


def chained(geometry: Geometries, assignment: list[int] | Assignment, n: int) -> Geometries:
    """Return outlines that may not be unions."""
    return outlines(build_topology(geometry), np.asarray(assignment, dtype=np.int32), n, never)


def assert_same_ground(one: shapely.Geometry, other: shapely.Geometry) -> None:
    assert one.is_valid
    assert one.geom_type == "MultiPolygon"
    assert_allclose(one.symmetric_difference(other).area, 0, atol=1e-9)
    assert len(one.geoms) == len(shapely.get_parts(other))
    assert sum(len(p.interiors) for p in one.geoms) == sum(len(p.interiors) for p in shapely.get_parts(other))


def test_outline_of_three_squares():
    """
    A B    Territory 0: A, B, C (an L of area 3); territory 1: D; territory 2 is empty.
    C D
    """
    found = chained(drawn("A B\nC D"), [0, 0, 0, 1], 3)
    assert_allclose(shapely.area(found), [3, 1, 0])
    assert [shape.geom_type for shape in found] == ["MultiPolygon"] * 3
    assert found[2].is_empty


def test_only_the_outlines_asked_for():
    topology = build_topology(drawn("A B\nC D"))
    found = outlines(topology, np.array([0, 1, -1, 1], dtype=np.int32), [1], never)
    assert len(found) == 1
    assert_allclose(shapely.area(found), [2])


def test_squares_that_touch_in_a_corner_are_two_polygons():
    """
    A B    Territory 0: B and C, which touch in one point.
    C D
    """
    (shape,) = chained(drawn("A B\nC D"), [1, 0, 0, 1], 1)
    assert shape.is_valid
    assert len(shape.geoms) == 2


def test_holes_that_touch_in_a_corner_are_two_rings():
    """
    A B C D    Territory 0: all but G and J, which touch in one point and are holes of it.
    E F G H
    I J K L
    M N O P
    """
    letters = "ABCDEFGHIJKLMNOP"
    picture = "A B C D\nE F G H\nI J K L\nM N O P"
    taken = {"G", "J"}
    (shape,) = chained(drawn(picture), [1 if letter in taken else 0 for letter in letters], 1)
    assert shape.is_valid
    assert len(shape.geoms) == 1
    assert len(shape.geoms[0].interiors) == 2
    assert shape.area == 14


def test_an_island_in_the_hole_of_a_territory_is_a_polygon_of_its_own():
    """
    A B C D E    Territory 0: the outer ring and M; territory 1: the ring between.
    F G H I J
    K L M N O
    P Q R S T
    U V W X Y
    """
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXY"
    picture = "\n".join(" ".join(letters[i : i + 5]) for i in range(0, 25, 5))
    between = set("GHILNQRS")
    outer, ring = chained(drawn(picture), [1 if letter in between else 0 for letter in letters], 2)
    assert sorted(part.area for part in outer.geoms) == [1, 16]
    assert [len(part.interiors) for part in sorted(outer.geoms, key=lambda p: p.area)] == [0, 1]
    assert ring.area == 8
    assert len(ring.geoms[0].interiors) == 1


def test_overlapping_units_are_joined_all_the_same():
    pair = np.array([shapely.MultiPolygon([shapely.box(0, 0, 2, 1)]), shapely.MultiPolygon([shapely.box(1, 0, 3, 1)])])
    topology, none = build_topology(pair), np.zeros(2, dtype=np.int32)
    assert_allclose(shapely.area(outlines(topology, none, 1, lambda: pair)), [3])


def test_borders_whose_vertices_do_not_match_leave_no_crack():
    """The long edge of one unit meets the two short ones of others (T-junction): no arc is shared there."""
    units = np.array([shapely.MultiPolygon([shapely.box(*b)]) for b in ((0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 2, 2))])
    shape = outlines(build_topology(units), np.zeros(3, dtype=np.int32), 1, lambda: units)[0]
    assert shape.is_valid
    assert shape.equals(shapely.box(0, 0, 2, 2))


@settings(max_examples=200, deadline=None)
@given(coverages(), st.integers(0, 2**20))
def test_outlines_are_the_unions(geometry: Geometries, seed: int):
    assignment = np.random.default_rng(seed).integers(-1, 3, len(geometry)).astype(np.int32)
    unions = union_outlines(geometry, assignment, 3)
    found = outlines(build_topology(geometry), assignment, 3, lambda: geometry)
    for t, (shape, union) in enumerate(zip(found, unions, strict=True)):
        assert_same_ground(shape, union)
        assert_allclose(shape.symmetric_difference(shapely.union_all(geometry[assignment == t])).area, 0, atol=1e-9)


def test_arcs_alone_give_the_vertices_of_the_unions():
    geometry = voronoi(400, 3)
    assignment = np.random.default_rng(1).integers(-1, 12, len(geometry)).astype(np.int32)
    found = chain_outlines(build_topology(geometry), assignment, range(12))
    assert found is not None
    for shape, union in zip(found, union_outlines(geometry, assignment, 12), strict=True):
        assert shape.normalize().equals_exact(union.normalize(), 0)


def test_a_unit_that_crosses_itself_counts_as_the_ground_that_it_encloses():
    """A bow of two triangles, on a square and beside another: no union of GEOS takes it as it is."""
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    geometry = np.array([bow, shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 0.5)], dtype=object)
    assignment = np.array([0, 0, 0], dtype=np.int32)
    (shape,) = outlines(build_topology(geometry), assignment, 1, lambda: geometry)
    assert (shape.is_valid, shape.area) == (True, 1.75)
