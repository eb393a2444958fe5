"""How far apart two colours look, to people with and without colour blindness.

Owns colour spaces and distances; not which colours are used (palette).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Björn Ottosson 2020, "A perceptual color space for image processing": linear sRGB -> LMS -> OKLab.
_LMS_OF_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB_OF_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear sRGB.
COLOR_BLINDNESS = {
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def rgb_of_hex(colors: Sequence[str]) -> Floats:
    """Return sRGB in 0..1, (n, 3), of "#rrggbb" colours."""
    return np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colors], dtype=float).reshape(-1, 3) / 255


def hex_of_rgb(rgb: Floats) -> list[str]:
    """Return "#rrggbb" of sRGB in 0..1; outside values are clipped."""
    return ["#{:02x}{:02x}{:02x}".format(*row) for row in np.rint(np.clip(rgb, 0, 1) * 255).astype(int)]


def oklab_of_hex(colors: Sequence[str]) -> Floats:
    """Return OKLab (L in 0..1, a, b), (n, 3)."""
    return _oklab(_linear(rgb_of_hex(colors)))


def hex_of_oklab(lab: Floats) -> list[str]:
    """Return the nearest displayable "#rrggbb" of OKLab colours: chroma is reduced until the colour fits."""
    lab = np.array(lab, dtype=float).reshape(-1, 3)
    scale = np.ones(len(lab))
    for _ in range(40):
        rgb = _linear_of_oklab(lab * np.column_stack([np.ones(len(lab)), scale, scale]))
        outside = ((rgb < -1e-6) | (rgb > 1 + 1e-6)).any(axis=1)
        if not outside.any():
            break
        scale[outside] *= 0.95
    return hex_of_rgb(_encoded(np.clip(rgb, 0, 1)))


def views_of_hex(colors: Sequence[str]) -> Floats:
    """Return OKLab as seen with normal vision and each colour blindness, (4, n, 3)."""
    linear = _linear(rgb_of_hex(colors))
    seen = [linear, *(np.clip(linear @ matrix.T, 0, 1) for matrix in COLOR_BLINDNESS.values())]
    return np.stack([_oklab(view) for view in seen])


def distances(colors: Sequence[str], others: Sequence[str]) -> Floats:
    """Return the least OKLab distance over normal vision and three kinds of colour blindness, (n, m).

    0.02 is just noticeable side by side; 0.08 is told apart at a glance on a map.
    """
    a, b = views_of_hex(colors), views_of_hex(others)
    gap: Floats = np.sqrt(((a[:, :, None] - b[:, None]) ** 2).sum(axis=-1))
    return np.asarray(gap.min(axis=0))


def _linear(rgb: Floats) -> Floats:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _encoded(linear: Floats) -> Floats:
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)


def _oklab(linear: Floats) -> Floats:
    return np.asarray(np.cbrt(linear @ _LMS_OF_RGB.T) @ _LAB_OF_LMS.T)


def _linear_of_oklab(lab: Floats) -> Floats:
    lms = (lab @ np.linalg.inv(_LAB_OF_LMS).T) ** 3
    return np.asarray(lms @ np.linalg.inv(_LMS_OF_RGB).T)
