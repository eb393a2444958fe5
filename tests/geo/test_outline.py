"""Dissolved outlines against the exact union."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.geo.outline import outlines

from .coverages import Geometries, coverages, drawn


def test_outline_of_three_squares():
    """
    A B    Territory 0: A, B, C (an L of area 3); territory 1: D; territory 2 is empty.
    C D
    """
    found = outlines(drawn("A B\nC D"), np.array([0, 0, 0, 1], dtype=np.int32), 3)
    assert_allclose(shapely.area(found), [3, 1, 0])
    assert [shape.geom_type for shape in found] == ["MultiPolygon"] * 3
    assert found[2].is_empty


def test_only_the_outlines_asked_for():
    found = outlines(drawn("A B\nC D"), np.array([0, 1, -1, 1], dtype=np.int32), [1])
    assert len(found) == 1
    assert_allclose(shapely.area(found), [2])


def test_overlapping_units_are_joined_all_the_same():
    pair = np.array([shapely.MultiPolygon([shapely.box(0, 0, 2, 1)]), shapely.MultiPolygon([shapely.box(1, 0, 3, 1)])])
    assert_allclose(shapely.area(outlines(pair, np.zeros(2, dtype=np.int32), 1)), [3])


@settings(max_examples=50, deadline=None)
@given(coverages(), st.integers(0, 2**20))
def test_outlines_are_the_unions(geometry: Geometries, seed: int):
    assignment = np.random.default_rng(seed).integers(-1, 3, len(geometry)).astype(np.int32)
    for t, shape in enumerate(outlines(geometry, assignment, 3)):
        expected = shapely.union_all(geometry[assignment == t])
        assert shape.is_valid
        assert_allclose(shape.symmetric_difference(expected).area, 0, atol=1e-9)
