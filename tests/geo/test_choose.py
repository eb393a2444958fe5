"""Which units a polygon means, by three rules."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from territorymap.geo.choose import units_by_centroid, units_by_majority, units_by_touch
from territorymap.geo.layer import interior_points
from tests.geo.coverages import drawn, voronoi


def test_three_rules_on_a_row_of_squares() -> None:
    """The polygon has all of A, 60 % of B, 40 % of C and the border of D."""
    geometry = drawn("A B C D")
    polygon = shapely.union_all([shapely.box(-1, -1, 1.6, 2), shapely.box(2, 0, 3, 0.4)])
    lon, lat = interior_points(geometry)
    assert units_by_majority(geometry, polygon).tolist() == [0, 1]
    assert units_by_centroid(lon, lat, polygon).tolist() == [0, 1]
    assert units_by_touch(geometry, polygon).tolist() == [0, 1, 2]


def test_half_is_no_majority() -> None:
    assert units_by_majority(drawn("A"), shapely.box(0, 0, 0.5, 1)).tolist() == []


@given(st.integers(0, 200), st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=3, max_size=8))
def test_a_majority_touches_and_what_lies_inside_is_a_majority(seed: int, ring: list[tuple[float, float]]) -> None:
    geometry = voronoi(15, seed)
    polygon = shapely.make_valid(shapely.Polygon(ring))
    majority, touch = units_by_majority(geometry, polygon), units_by_touch(geometry, polygon)
    assert np.isin(majority, touch).all()
    inside = np.flatnonzero(shapely.covered_by(geometry, polygon))
    assert np.isin(inside, majority).all()
    assert (np.diff(majority) > 0).all()
