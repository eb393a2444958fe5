"""The great circle against known distances and the law of cosines."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.geo.distance import EARTH_RADIUS_KM, great_circle_km, unit_vectors

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


def test_one_degree_of_the_equator():
    """2 pi R / 360 = 111.195 km."""
    assert_allclose(great_circle_km(0, 0, 1, 0), 111.19508, atol=1e-4)


def test_pole_to_pole_is_half_the_circumference():
    assert_allclose(great_circle_km(0, 90, 77, -90), math.pi * EARTH_RADIUS_KM)


def test_across_180_degrees_is_the_short_way():
    assert_allclose(great_circle_km(179.5, 0, -179.5, 0), great_circle_km(0, 0, 1, 0))


def test_nan_stays_nan_and_arrays_broadcast():
    km = great_circle_km(0, 0, np.array([np.nan, 1.0]), np.array([0.0, 0.0]))
    assert np.isnan(km[0])
    assert km.shape == (2,)


@given(LON, LAT, LON, LAT)
def test_agrees_with_the_chord_between_unit_vectors(lon1: float, lat1: float, lon2: float, lat2: float):
    a, b = unit_vectors(np.array([lon1, lon2]), np.array([lat1, lat2]))
    by_angle = EARTH_RADIUS_KM * math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b))
    assert_allclose(great_circle_km(lon1, lat1, lon2, lat2), by_angle, rtol=1e-7, atol=1e-6)
    assert_allclose(great_circle_km(lon1, lat1, lon2, lat2), great_circle_km(lon2, lat2, lon1, lat1), atol=1e-9)
