"""Longitudes and latitudes out of text."""

from __future__ import annotations

import numpy as np
import pytest

from territorymap.geo.locate import UnitLocator
from territorymap.importers.coordinates import read_coordinates
from tests.support.grid import grid_layer

# Squares from 10 E 50 N to 14 E 54 N: exchanged, they would lie in Yemen.
LOCATOR = UnitLocator(grid_layer(4, 4, west=10, south=50).geometry)


def test_decimal_marks_and_directions_are_read() -> None:
    at = read_coordinates(["10.5", "11,5", "12°30'E"], ["50.5", "51,5", "52.5 N"], "x", "y", LOCATOR)
    assert at.lon.tolist() == [10.5, 11.5, 12.5]
    assert at.lat.tolist() == [50.5, 51.5, 52.5]
    assert not at.problems
    assert not at.notes


def test_columns_the_wrong_way_round_are_exchanged_and_noted() -> None:
    at = read_coordinates(["50.5", "51.5", "52.5"], ["10.5", "11.5", "12.5"], "lon", "lat", LOCATOR)
    assert at.lon.tolist() == [10.5, 11.5, 12.5]
    assert at.notes == ["The columns lon and lat are the other way round: longitude and latitude were exchanged."]


def test_one_row_the_wrong_way_round_is_exchanged_and_noted() -> None:
    at = read_coordinates(["10.5", "51.5", "12.5"], ["50.5", "11.5", "52.5"], "lon", "lat", LOCATOR)
    assert at.lon.tolist() == [10.5, 11.5, 12.5]
    assert at.notes == ["In one row longitude and latitude were the other way round and were exchanged."]


def test_without_units_only_impossible_latitudes_show_exchanged_columns() -> None:
    at = read_coordinates(["42.4", "40.7"], ["-171.1", "-174.0"], "lon", "lat", None)
    assert at.lon.tolist() == [-171.1, -174.0]
    assert read_coordinates(["50.5"], ["10.5"], "lon", "lat", None).lon.tolist() == [50.5]


@pytest.mark.parametrize(
    ("lon", "lat", "problem"),
    [
        ("abc", "50", "lon: “abc” is not in degrees."),
        ("10", "x", "lat: “x” is not in degrees."),
        ("10", "95", "lat: “95” is out of range, −90 to 90."),
        ("4500000", "50", "lon: “4500000” is out of range, −180 to 180."),
    ],
)
def test_what_cannot_be_a_position_is_a_problem(lon: str, lat: str, problem: str) -> None:
    at = read_coordinates(["10.5", lon], ["50.5", lat], "lon", "lat", None)
    assert at.problems == {1: problem}
    assert np.isnan(at.lon[1])


def test_null_island_and_half_a_pair_are_no_position() -> None:
    at = read_coordinates(["0", "10", ""], ["0", "", "50"], "lon", "lat", LOCATOR)
    assert np.isnan(at.lon).all()
    assert np.isnan(at.lat).all()
    assert not at.problems
    assert at.notes == ["One row lies at 0°, 0°, which stands for no position."]
