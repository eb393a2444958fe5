"""Ramps: laws of what people can tell apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from territorymap.mapview.shading.ramps import NO_VALUE, ZERO, around_even, few_to_many
from territorymap.mapview.vision import distances, oklab_of_hex, views_of_hex

SEEN_SIDE_BY_SIDE = 0.045  # least distance over normal vision and three kinds of colour blindness
DARK_OR_LIGHT = [False, True]


@pytest.mark.parametrize("is_dark", DARK_OR_LIGHT)
@pytest.mark.parametrize("n", range(1, 10))
def test_neighbouring_classes_are_told_apart_by_everybody(n: int, is_dark: bool) -> None:
    colors = few_to_many(n, is_dark)
    assert len(colors) == n
    steps = [distances([a], [b])[0, 0] for a, b in pairwise(colors)]
    assert min(steps, default=1) > SEEN_SIDE_BY_SIDE


@pytest.mark.parametrize("is_dark", DARK_OR_LIGHT)
def test_the_order_of_classes_is_the_order_of_lightness_for_everybody(is_dark: bool) -> None:
    """Light map: more is darker; dark map: more is lighter."""
    for view in views_of_hex(few_to_many(9, is_dark)):
        steps = np.diff(view[:, 0])
        assert (steps > 0.02).all() if is_dark else (steps < -0.02).all()


@pytest.mark.parametrize("is_dark", DARK_OR_LIGHT)
@pytest.mark.parametrize("n_below", [1, 2, 3])
def test_below_even_and_above_are_told_apart_by_everybody(n_below: int, is_dark: bool) -> None:
    colors = around_even(n_below, 3, is_dark)
    assert len(colors) == n_below + 4
    apart = distances(colors, colors) + np.eye(len(colors))
    assert apart.min() > 0.06
    assert distances(colors[:n_below], colors[n_below + 1 :]).min() > 0.08  # below is never taken for above


@pytest.mark.parametrize("is_dark", DARK_OR_LIGHT)
def test_far_off_is_more_striking_than_near(is_dark: bool) -> None:
    """Chroma and the distance in lightness from "even" grow with the distance from even."""
    lab = oklab_of_hex(around_even(3, 3, is_dark))
    away = np.abs(lab[:, 0] - lab[3, 0])
    assert (np.diff(away[3:]) > 0).all()
    assert (np.diff(away[:4]) < 0).all()


@pytest.mark.parametrize("is_dark", DARK_OR_LIGHT)
def test_zero_and_no_value_look_like_no_class(is_dark: bool) -> None:
    for n in range(3, 10):
        assert distances([ZERO[is_dark]], few_to_many(n, is_dark)).min() > 0.06
        assert distances([NO_VALUE[is_dark]], few_to_many(n, is_dark)).min() > 0.055
    assert distances([NO_VALUE[is_dark]], around_even(3, 3, is_dark)).min() > 0.055
    assert distances([ZERO[is_dark]], [NO_VALUE[is_dark]])[0, 0] > 0.15
