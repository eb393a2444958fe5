"""Whatever polygons come: a valid coverage goes out, and the report says what was wrong."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.geo.plane import plane_km2
from territorymap.geo.repair import as_multipolygons, is_closed, mend_borders, polygons_only
from territorymap.geo.survey import Fault, FaultKind, renumbered, survey_borders

from .coverages import Geometries, coverages, drawn


def array(*shapes: shapely.Geometry | None) -> Geometries:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def repair(geometry: Geometries, tolerance_m: float = 0.0) -> tuple[Geometries, dict[FaultKind, list[Fault]]]:
    """Return the units as a repair leaves them, empty ones among them, and the faults that were found by kind."""
    solid = polygons_only(geometry)
    there = np.flatnonzero(~shapely.is_empty(solid))
    faults = renumbered(survey_borders(solid[there]), there)
    clean, _ = mend_borders(solid, faults, tolerance_m)
    return clean, {kind: [f for f in faults if f.kind is kind] for kind in FaultKind}


def test_clean_coverage_comes_back_untouched():
    given_ = drawn("A B\nC D")
    repaired, faults = repair(given_)
    assert not any(faults.values())
    assert shapely.equals_exact(repaired, given_).all()


def test_overlap_is_given_to_one_and_measured():
    """Two squares of 1 degree overlap by 0.1 x 1 degree at the equator: about 1,236 km2."""
    repaired, faults = repair(array(shapely.box(0, 0, 1.1, 1), shapely.box(1, 0, 2, 1)))
    (overlap,) = faults[FaultKind.OVERLAP]
    assert_allclose(overlap.area_km2, 0.1 * 111.195**2, rtol=1e-3)
    assert shapely.coverage_is_valid(repaired)
    assert_allclose(shapely.area(repaired).sum(), 2.0)


def test_unit_inside_another_is_an_overlap():
    repaired, faults = repair(array(shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2)))
    (overlap,) = faults[FaultKind.OVERLAP]
    assert_allclose(overlap.area_km2, 111.195**2, rtol=2e-3)
    assert shapely.coverage_is_valid(repaired)


def test_of_twins_the_first_is_kept():
    """A, B and D are the same square."""
    box, other = shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)
    solid = polygons_only(array(box, box, other, box))
    clean, twin_of = mend_borders(solid, survey_borders(solid), 0.0)
    assert shapely.is_empty(clean).tolist() == [False, True, False, True]
    assert twin_of == {1: 0, 3: 0}


def test_gap_is_closed_and_measured():
    """A gap of 0.001 x 1 degree (111 m) between two squares with a third around its ends."""
    left = shapely.box(0, 0, 1, 1)
    right = shapely.box(1.001, 0, 2, 1)
    lids = [shapely.box(0, 1, 2, 2), shapely.box(0, -1, 2, 0)]
    repaired, faults = repair(array(left, right, *lids), tolerance_m=200)
    (gap,) = faults[FaultKind.GAP]
    assert is_closed(gap, 200)
    assert_allclose(gap.area_km2, 0.001 * 111.195**2, rtol=1e-2)
    assert_allclose(shapely.area(repaired).sum(), 6.0)


def test_gap_wider_than_the_tolerance_stays_open():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1.001, 0, 2, 1)
    lids = [shapely.box(0, 1, 2, 2), shapely.box(0, -1, 2, 0)]
    repaired, _ = repair(array(left, right, *lids), tolerance_m=100)
    assert_allclose(shapely.area(repaired).sum(), 6.0 - 0.001)


def test_crossed_ring_is_made_valid():
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    repaired, _ = repair(array(bow_tie))
    assert_allclose(shapely.area(repaired), [0.5])


def test_units_without_polygon_are_empty():
    repaired, _ = repair(
        array(shapely.Point(0, 0), shapely.box(0, 0, 1, 1), None, shapely.LineString([(0, 0), (1, 1)]))
    )
    assert shapely.is_empty(repaired).tolist() == [True, False, True, True]


def test_only_polygons_of_a_collection_are_kept_and_z_is_dropped():
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)])
    with_z = shapely.Polygon([(2, 0, 9), (3, 0, 9), (3, 1, 9)])
    repaired, _ = repair(array(mixed, with_z))
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
    repaired, _ = repair(shifted, tolerance_m=100)
    there = repaired[~shapely.is_empty(repaired)]
    assert shapely.is_valid(there).all()
    assert shapely.coverage_is_valid(there)
    assert len(repaired) == len(geometry)


def test_missing_vertex_of_a_neighbour_is_put_in():
    """
    A A    A comes as a plain rectangle, without the vertex (1,1) where B and C meet.
    B C
    """
    rectangle = shapely.MultiPolygon([shapely.box(0, 1, 2, 2)])
    repaired, faults = repair(array(rectangle, *drawn("A A\nB C")[1:]))
    assert faults[FaultKind.MISMATCH]
    assert not faults[FaultKind.OVERLAP]
    assert shapely.coverage_is_valid(repaired)
    assert [1.0, 1.0] in shapely.get_coordinates(repaired[0]).tolist()
