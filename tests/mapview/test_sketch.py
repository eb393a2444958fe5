"""The first picture: outlines in pixels, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from territorymap.mapview.mercator import WORLD
from territorymap.mapview.sketch import Sketch, fit_zoom, make_sketch, rings_in_pixels


def square(west: float, east: float, south: float = -1.0, north: float = 1.0) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


def sketch_of(*shapes: shapely.Geometry) -> Sketch:
    outline = np.array(shapes, dtype=object)
    return make_sketch(np.array([-8.0, 8.0]), np.array([-1.0, 1.0]), ["#ff0000", "#00ff00"], outline)


def test_home_of_sixteen_degrees_in_a_map_of_known_size_has_the_zoom_by_hand() -> None:
    # The globe is 256 px wide at zoom 0, so 16 degrees are 256 * 16 / 360 = 11.38 px; 512 px of room are 45 times that,
    # log2(45) = 5.49, and the page's zoom goes in quarters downward: 5.25.
    assert fit_zoom(sketch_of(square(-8, 8)), 512 + 48, 4000) == 5.25


@pytest.mark.parametrize(("size", "zoom"), [((1, 1), 2.0), ((10**9, 10**9), 14.0)])
def test_the_zoom_stays_in_the_range_of_the_page(size: tuple[int, int], zoom: float) -> None:
    assert fit_zoom(sketch_of(square(-8, 8)), *size) == zoom


def test_the_middle_of_home_is_the_middle_of_the_picture_and_holes_are_rings_of_their_own() -> None:
    holed = shapely.Polygon(square(-8, 8, -8, 8).exterior, [square(-2, 2, -2, 2).exterior])
    ((first, rings), (second, others)) = rings_in_pixels(sketch_of(holed, square(0, 8)), 560, 560)
    assert (first, second, len(rings), len(others)) == (0, 1, 2, 1)
    px_per_degree = 256 * 2**5.25 / 360
    assert rings[1][:, 0].max() == pytest.approx(280 + 2 * px_per_degree, abs=1e-3)
    assert others[0][:, 0].min() == pytest.approx(280, abs=1e-3)
    assert others[0][:, 1].min() + others[0][:, 1].max() == pytest.approx(560, abs=1)


def test_points_on_one_pixel_are_drawn_once_and_specks_not_at_all() -> None:
    angle = np.linspace(0, 2 * np.pi, 100_000)
    circle = shapely.Polygon(np.column_stack([5 * np.cos(angle), 5 * np.sin(angle)]))
    speck = square(6, 6 + 1e-7, 0, 1e-7)
    (only,) = rings_in_pixels(sketch_of(circle, speck), 560, 560)
    assert only[0] == 0
    assert 100 < len(only[1][0]) < 4_000


def test_what_crosses_no_pixel_leaves_the_home_as_it_is() -> None:
    sketch = sketch_of(square(-8, 8))
    assert abs(int(sketch.home[1, 0]) - int(sketch.home[0, 0]) - 16 / 360 * WORLD) <= 1
