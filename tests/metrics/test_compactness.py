"""Polsby-Popper of shapes whose value is known."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.metrics.compactness import polsby_popper


def test_circle_square_and_strip():
    """Circle 1; square pi/4; strip of 1 x 9: 4 pi 9 / 20^2 = 0.283."""
    area = [math.pi * 4, 25.0, 9.0]
    perimeter = [math.pi * 4, 20.0, 20.0]
    assert_allclose(polsby_popper(area, perimeter), [1, math.pi / 4, 0.2827], atol=1e-4)


def test_territory_without_units_has_none():
    assert np.isnan(polsby_popper([0.0], [0.0])).all()
    assert polsby_popper([], []).shape == (0,)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.1, 10))
def test_scale_does_not_matter_and_no_rectangle_beats_the_square(width: float, height: float, scale: float):
    value = polsby_popper(width * height, 2 * (width + height))
    assert_allclose(polsby_popper(width * height * scale**2, 2 * (width + height) * scale), value)
    assert 0 < value <= math.pi / 4 + 1e-12
