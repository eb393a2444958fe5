"""Which unit a point lies in."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from territorymap.geo.locate import UnitLocator

from .coverages import Geometries, coverages, drawn


def test_points_find_their_unit():
    """
    A B    Two degrees wide, one high.
    """
    locator = UnitLocator(drawn("A B"))
    found = locator.units_at(np.array([0.5, 1.5, 2.5, np.nan]), np.array([0.5, 0.5, 0.5, 0.5]))
    assert found.tolist() == [0, 1, -1, -1]
    assert found.dtype == np.int32


def test_point_on_a_border_belongs_to_the_lowest_unit():
    """
    A B    (1,1) is a corner of all four; (1.5,1) lies between B and D.
    C D
    """
    locator = UnitLocator(drawn("A B\nC D"))
    assert locator.units_at(np.array([1.0, 1.5]), np.array([1.0, 1.0])).tolist() == [0, 1]


def test_point_in_an_enclave_is_not_in_the_unit_around_it():
    locator = UnitLocator(drawn("A A A\nA B A\nA A A"))
    assert locator.units_at(np.array([1.5, 0.5]), np.array([1.5, 1.5])).tolist() == [1, 0]


def test_point_off_the_coast_goes_to_the_nearest_unit_if_asked():
    """0.05 degrees at the equator are 5.6 km."""
    locator = UnitLocator(drawn("A B"))
    lon, lat = np.array([2.05, 2.05, 0.5]), np.array([0.5, 50.0, 0.5])
    assert locator.units_at(lon, lat).tolist() == [-1, -1, 0]
    assert locator.units_at(lon, lat, nearest_within_km=6).tolist() == [1, -1, 0]
    assert locator.units_at(lon, lat, nearest_within_km=5).tolist() == [-1, -1, 0]


def test_no_points_and_no_units():
    assert UnitLocator(drawn("A")).units_at(np.array([]), np.array([])).tolist() == []
    assert UnitLocator(np.array([], dtype=object)).units_at(np.array([1.0]), np.array([1.0])).tolist() == [-1]


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(0, 2**20))
def test_agrees_with_testing_every_unit(geometry: Geometries, seed: int):
    rng = np.random.default_rng(seed)
    lon, lat = np.round(rng.uniform(-1, 7, (2, 40)) * 2) / 2  # many on borders and corners
    expected = [
        next((u for u, shape in enumerate(geometry) if shapely.intersects_xy(shape, x, y)), -1)
        for x, y in zip(lon, lat, strict=True)
    ]
    assert_array_equal(UnitLocator(geometry).units_at(lon, lat), expected)
