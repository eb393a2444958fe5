"""Geodesic measures against pyproj's own, and points inside."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from numpy.testing import assert_allclose
from pyproj import Geod

from territorymap.geo.layer import interior_points, measure_geometry

from .coverages import Geometries, coverages, drawn

GEOD = Geod(ellps="WGS84")


def test_area_of_a_degree_square_at_the_equator():
    """pyproj's documentation gives 12,308.8 km2 for the square 0..1, 0..1."""
    area_km2, perimeter_km = measure_geometry(drawn("A"))
    assert_allclose(area_km2, [12308.778], atol=0.01)
    assert_allclose(perimeter_km, [111.3195 + 111.3027 + 2 * 110.5744], atol=0.01)


def test_hole_is_taken_off_the_area_and_put_on_the_perimeter():
    area_km2, perimeter_km = measure_geometry(drawn("A A A\nA B A\nA A A"))
    full_area, full_perimeter = measure_geometry(np.array([shapely.box(0, 0, 3, 3)]))
    assert_allclose(area_km2.sum(), full_area[0], rtol=1e-3)  # long edges are geodesics, not parallels
    assert_allclose(perimeter_km[0] - perimeter_km[1], full_perimeter[0], rtol=1e-3)


def test_winding_does_not_matter():
    square = shapely.box(0, 50, 1, 51)
    assert_allclose(measure_geometry(np.array([square])), measure_geometry(np.array([shapely.reverse(square)])))


def test_empty_and_missing_measure_nothing():
    area_km2, perimeter_km = measure_geometry(np.array([shapely.MultiPolygon(), None], dtype=object))
    assert area_km2.tolist() == [0, 0]
    assert perimeter_km.tolist() == [0, 0]
    assert np.isnan(interior_points(np.array([shapely.MultiPolygon()], dtype=object))).all()


@settings(max_examples=40, deadline=None)
@given(coverages())
def test_measures_agree_with_pyproj(geometry: Geometries):
    area_km2, perimeter_km = measure_geometry(geometry)
    for shape, area, perimeter in zip(shapely.orient_polygons(geometry), area_km2, perimeter_km, strict=True):
        expected_area, expected_perimeter = GEOD.geometry_area_perimeter(shape)
        assert_allclose(area, abs(expected_area) / 1e6, rtol=1e-9)
        assert_allclose(perimeter, expected_perimeter / 1e3, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(coverages())
def test_interior_points_lie_inside(geometry: Geometries):
    lon, lat = interior_points(geometry)
    assert shapely.contains_xy(geometry, lon, lat).all()


def test_interior_point_of_a_ring_is_not_in_its_hole():
    lon, lat = interior_points(drawn("A A A\nA B A\nA A A")[:1])
    assert not (1 < lon[0] < 2 and 1 < lat[0] < 2)
