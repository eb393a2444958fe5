"""Ramps of colours for ordered classes, on the light and on the dark map. Owns their colours; not what they stand for.

Steps are even in OKLab lightness, so that the order can be read by colour-blind people and from a grey print.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.vision import hex_of_oklab

# (lightness, chroma, hue in degrees) in OKLab, from few to many: pale yellow, green, blue, indigo.
_FEW_TO_MANY = {
    False: ((0.93, 0.085, 104.0), (0.79, 0.105, 158.0), (0.62, 0.105, 222.0), (0.40, 0.125, 272.0)),
    True: ((0.36, 0.085, 285.0), (0.53, 0.105, 245.0), (0.71, 0.110, 178.0), (0.91, 0.110, 108.0)),
}
_BELOW = {False: ((0.855, 0.065, 242.0), (0.54, 0.130, 252.0)), True: ((0.50, 0.070, 250.0), (0.74, 0.110, 242.0))}
_ABOVE = {False: ((0.865, 0.085, 70.0), (0.60, 0.145, 50.0)), True: ((0.50, 0.080, 54.0), (0.74, 0.130, 60.0))}
EVEN = {False: "#e9ebe4", True: "#3d4248"}
ZERO = {False: "#fbfbf9", True: "#1d2128"}
NO_VALUE = {False: "#a58d7a", True: "#63575e"}
NOBODY = {False: "#cfd1ce", True: "#4a4e53"}


def few_to_many(n: int, is_dark: bool) -> list[str]:
    """Return n colours from the least to the most; none where nothing has a number."""
    if n == 0:
        return []
    at = np.linspace(0.0, 1.0, n) if n > 1 else np.array([0.5])
    return _along(_FEW_TO_MANY[is_dark], at)


def around_even(n_below: int, n_above: int, is_dark: bool) -> list[str]:
    """Return colours from far below to far above, with the neutral one of "even" between: blue, grey, orange."""
    below = _along(_BELOW[is_dark], _away(n_below))[::-1]
    return [*below, EVEN[is_dark], *_along(_ABOVE[is_dark], _away(n_above))]


def _away(n: int) -> NDArray[np.float64]:
    return np.linspace(0.0, 1.0, n) if n > 1 else np.ones(n)


def _along(stops: tuple[tuple[float, float, float], ...], at: NDArray[np.float64]) -> list[str]:
    """Return the colours at places 0..1 of a line through the stops, even in lightness."""
    lightness, chroma, hue = np.array(stops).T
    wanted = lightness[0] + (lightness[-1] - lightness[0]) * at
    order = np.argsort(lightness)
    c, h = (np.interp(wanted, lightness[order], values[order]) for values in (chroma, hue))
    angle = np.deg2rad(h)
    return hex_of_oklab(np.column_stack([wanted, c * np.cos(angle), c * np.sin(angle)]))
