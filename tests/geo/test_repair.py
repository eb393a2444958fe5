"""Whatever polygons come: a valid coverage goes out, and the report says what was wrong."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from territorymap.geo.plane import plane_km2
from territorymap.geo.repair import as_multipolygons, repair_coverage

from .coverages import Geometries, coverages, drawn


def array(*shapes: shapely.Geometry | None) -> Geometries:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def test_clean_coverage_comes_back_untouched():
    given_ = drawn("A B\nC D")
    repaired, report = repair_coverage(given_)
    assert report.is_clean
    assert shapely.equals_exact(repaired, given_).all()


def test_overlap_is_given_to_one_and_measured():
    """Two squares of 1 degree overlap by 0.1 x 1 degree at the equator: about 1,236 km2."""
    repaired, report = repair_coverage(array(shapely.box(0, 0, 1.1, 1), shapely.box(1, 0, 2, 1)))
    assert report.n_overlaps == 1
    assert_allclose(report.overlap_km2, 0.1 * 111.195**2, rtol=1e-3)
    assert shapely.coverage_is_valid(repaired)
    assert_allclose(shapely.area(repaired).sum(), 2.0)
    assert report.is_cleaned


def test_unit_inside_another_is_an_overlap():
    repaired, report = repair_coverage(array(shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2)))
    assert report.n_overlaps == 1
    assert_allclose(report.overlap_km2, 111.195**2, rtol=2e-3)
    assert shapely.coverage_is_valid(repaired)


def test_gap_is_closed_and_measured():
    """A gap of 0.001 x 1 degree (111 m) between two squares with a third around its ends."""
    left = shapely.box(0, 0, 1, 1)
    right = shapely.box(1.001, 0, 2, 1)
    lids = [shapely.box(0, 1, 2, 2), shapely.box(0, -1, 2, 0)]
    repaired, report = repair_coverage(array(left, right, *lids), tolerance_m=200)
    assert report.n_gaps == 1
    assert_allclose(report.gap_km2, 0.001 * 111.195**2, rtol=1e-2)
    assert_allclose(shapely.area(repaired).sum(), 6.0)


def test_crossed_ring_is_made_valid():
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    repaired, report = repair_coverage(array(bow_tie))
    assert report.n_invalid == 1
    assert_allclose(shapely.area(repaired), [0.5])


def test_units_without_polygon_are_dropped_and_told():
    repaired, report = repair_coverage(
        array(shapely.Point(0, 0), shapely.box(0, 0, 1, 1), None, shapely.LineString([(0, 0), (1, 1)]))
    )
    assert report.dropped.tolist() == [0, 2, 3]
    assert report.kept.tolist() == [1]
    assert len(repaired) == 1


def test_only_polygons_of_a_collection_are_kept_and_z_is_dropped():
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)])
    with_z = shapely.Polygon([(2, 0, 9), (3, 0, 9), (3, 1, 9)])
    repaired, _ = repair_coverage(array(mixed, with_z))
    assert shapely.get_type_id(repaired).tolist() == [shapely.GeometryType.MULTIPOLYGON] * 2
    assert not shapely.has_z(repaired).any()


def test_as_multipolygons_takes_nested_collections_apart():
    nested = shapely.GeometryCollection([shapely.GeometryCollection([shapely.box(0, 0, 1, 1)]), shapely.Point(0, 0)])
    assert_allclose(shapely.area(as_multipolygons(array(nested, shapely.Point(1, 1)))), [1, 0])


def test_plane_area_of_the_globe():
    """4 pi R^2 = 510,065,620 km2."""
    assert_allclose(plane_km2(array(shapely.box(-180, -90, 180, 90))), 510_065_620, rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(coverages(), st.integers(0, 2**20))
def test_shifted_units_are_mended(geometry: Geometries, seed: int):
    """Every unit is moved by about a kilometre on its own: overlaps and gaps everywhere."""
    shift = np.random.default_rng(seed).normal(0, 0.01, (len(geometry), 2))
    shifted = array(*(shapely.transform(g, lambda xy, d=d: xy + d) for g, d in zip(geometry, shift, strict=True)))
    repaired, report = repair_coverage(shifted, tolerance_m=100)
    assert shapely.is_valid(repaired).all()
    assert shapely.coverage_is_valid(repaired)
    assert not shapely.is_empty(repaired).any()
    assert_array_equal(np.sort(np.concatenate([report.kept, report.dropped])), np.arange(len(geometry)))


def test_missing_vertex_of_a_neighbour_is_put_in():
    """
    A A    A comes as a plain rectangle, without the vertex (1,1) where B and C meet.
    B C
    """
    rectangle = shapely.MultiPolygon([shapely.box(0, 1, 2, 2)])
    repaired, report = repair_coverage(array(rectangle, *drawn("A A\nB C")[1:]))
    assert report.is_cleaned
    assert report.n_overlaps == 0
    assert shapely.coverage_is_valid(repaired)
    assert [1.0, 1.0] in shapely.get_coordinates(repaired[0]).tolist()
