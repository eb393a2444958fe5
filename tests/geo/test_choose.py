"""Which units a polygon means, by three rules."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.geo.choose import inside_and_crossed, units_by_centroid, units_by_majority, units_by_touch
from territorymap.geo.layer import interior_points
from territorymap.geo.plane import plane_km2
from territorymap.geo.repair import polygons_only
from tests.geo.coverages import coverages, drawn, voronoi


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


@given(coverages(), st.lists(st.tuples(st.floats(-1, 9), st.floats(-1, 9)), min_size=3, max_size=7))
def test_each_rule_is_what_measuring_every_unit_gives(
    geometry: NDArray[np.object_], ring: list[tuple[float, float]]
) -> None:
    """With a search tree or without; against the plain definition, unit by unit."""
    (polygon,) = polygons_only(np.array([shapely.Polygon(ring)], dtype=object))
    if not len(geometry):
        return
    common = plane_km2(shapely.intersection(geometry, polygon))
    share = common / plane_km2(geometry)
    clear = np.abs(share - 0.5) > 1e-9  # on the edge rounding decides
    tree = shapely.STRtree(geometry)
    for known in (None, tree):
        majority = np.isin(np.arange(len(geometry)), units_by_majority(geometry, polygon, known))
        assert (majority == (share > 0.5))[clear].all()
        touch = units_by_touch(geometry, polygon, known)
        assert set(np.flatnonzero(common > 1e-6)) <= set(touch.tolist())
        inside, crossed = inside_and_crossed(geometry, polygon, known)
        assert np.union1d(inside, crossed).tolist() == touch.tolist()
        assert not set(inside) & set(crossed)
        assert (share[inside] > 1 - 1e-9).all()
