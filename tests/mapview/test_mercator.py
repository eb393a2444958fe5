"""Projection and levels of detail."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from territorymap.mapview.mercator import (
    MAX_LEVEL,
    NO_POINT,
    TOLERANCE_PX,
    WORLD,
    project,
    steps_per_px,
    unproject,
    vertex_levels,
)

lons, lats = st.floats(-180, 180), st.floats(-85, 85)
lines = st.lists(
    st.lists(st.tuples(st.integers(0, 1 << 24), st.integers(0, 1 << 24)), min_size=2, max_size=40),
    min_size=1,
    max_size=6,
)


@given(st.lists(st.tuples(lons, lats), min_size=1, max_size=20))
def test_projection_is_that_of_epsg_3857(points: list[tuple[float, float]]) -> None:
    """pyproj is the other opinion; 1 step is 3.7 cm."""
    lon, lat = np.array(points).T
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    circumference = 2 * np.pi * 6378137.0
    wanted = np.column_stack([(x / circumference + 0.5) * WORLD, (0.5 - y / circumference) * WORLD])
    np.testing.assert_allclose(project(lon, lat), wanted, atol=1.0)


@given(lons, lats)
def test_unproject_undoes_project(lon: float, lat: float) -> None:
    back = unproject(project(np.array([lon]), np.array([lat])))
    np.testing.assert_allclose(np.array(back)[:, 0], [lon, lat], atol=1e-6)


def test_unknown_places_have_no_point() -> None:
    xy = project(np.array([np.nan, 0.0]), np.array([10.0, 0.0]))
    assert xy[0].tolist() == [NO_POINT, NO_POINT]
    assert xy[1].tolist() == [WORLD // 2, WORLD // 2]


@given(lines)
def test_ends_are_always_drawn_and_every_level_keeps_what_coarser_ones_keep(
    drawn: list[list[tuple[int, int]]],
) -> None:
    xy = np.concatenate([np.array(line) for line in drawn]).astype(np.int32)
    start = np.concatenate([[0], np.cumsum([len(line) for line in drawn])])
    levels = vertex_levels(xy, start)
    assert (levels[start[:-1]] == 0).all()
    assert (levels[start[1:] - 1] == 0).all()
    assert levels.max() <= MAX_LEVEL


@given(st.lists(st.tuples(st.integers(0, 1 << 26), st.integers(0, 1 << 26)), min_size=3, max_size=60, unique=True))
def test_a_level_strays_less_than_a_pixel(points: list[tuple[int, int]]) -> None:
    """What is left out at a level lies near the line that is drawn; coarser levels add up to twice the tolerance."""
    xy = np.array(points, dtype=np.int32)
    levels = vertex_levels(xy, np.array([0, len(xy)]))
    for level in (3, 6, 9):
        kept = shapely.LineString(xy[levels <= level])
        gap = shapely.distance(shapely.points(xy.astype(float)), kept).max()
        assert gap <= 2.01 * TOLERANCE_PX * steps_per_px(level)


def test_a_straight_line_needs_its_ends_only() -> None:
    xy = np.column_stack([np.arange(0, 1 << 20, 1 << 12), np.zeros(256)]).astype(np.int32)
    levels = vertex_levels(xy, np.array([0, 256]))
    assert (levels < MAX_LEVEL).sum() == 2
