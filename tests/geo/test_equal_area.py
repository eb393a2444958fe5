"""The plane of the optimiser against PROJ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from territorymap.geo.distance import EARTH_RADIUS_KM
from territorymap.geo.equal_area import EqualArea

degrees_east, degrees_north = st.floats(-180, 180), st.floats(-85, 85)


@given(degrees_east, degrees_north, st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=1, max_size=8))
def test_it_is_lambert_s_projection(east: float, north: float, around: list[tuple[float, float]]) -> None:
    lon = np.array([(east + dx + 180) % 360 - 180 for dx, _ in around])
    lat = np.clip([north + dy for _, dy in around], -85, 85)
    plane = EqualArea(np.radians(east), np.radians(north))
    proj = f"+proj=laea +lon_0={east!r} +lat_0={north!r} +R={EARTH_RADIUS_KM * 1000} +units=km"
    expected = Transformer.from_crs("+proj=longlat +R=6371000", proj, always_xy=True).transform(lon, lat)
    assert plane.to_km(lon, lat) == pytest.approx(np.column_stack(expected), abs=0.02)


def test_it_lies_around_the_middle_across_180_degrees_too() -> None:
    lon, lat = np.array([179.0, -179.0]), np.array([60.0, 60.0])
    km = EqualArea.around(lon, lat).to_km(lon, lat)
    assert km[0] == pytest.approx(-km[1] * [1, -1], abs=1e-6)
    assert np.abs(km).max() < 60


def test_nothing_and_all_around_the_globe_have_a_plane() -> None:
    assert EqualArea.around(np.empty(0), np.empty(0)).to_km(np.zeros(1), np.zeros(1)) == pytest.approx(np.zeros((1, 2)))
    assert np.isfinite(EqualArea.around(np.array([0.0, 180.0]), np.zeros(2)).to_km(np.array([90.0]), np.zeros(1))).all()


def test_nan_stays_nan() -> None:
    assert np.isnan(EqualArea(0.0, 0.0).to_km(np.array([np.nan]), np.array([np.nan]))).all()
