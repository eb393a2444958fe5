"""The smallest span of longitudes around boxes, 180 degrees being no edge. Owns this arithmetic only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def longitude_span(west: NDArray[np.float64], east: NDArray[np.float64]) -> tuple[float, float]:
    """Return west and east of the smallest span that holds all boxes, going around the world where that is shorter.

    Parameters
    ----------
    west, east : (n,) float, degrees, west <= east, each narrower than 360; n > 0

    Returns
    -------
    (float, float), west in -180 .. 180 where a box begins there; east beyond 180 where the span crosses it.
    """
    start = (np.asarray(west) + 180) % 360 - 180
    end = start + (np.asarray(east) - np.asarray(west))
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    reach = np.maximum.accumulate(end)
    # What boxes that reach over 180 cover at the other side of the map again.
    reach = np.maximum(reach, end.max() - 360)
    gaps = np.append(start[1:], start[0] + 360) - reach
    at = int(np.argmax(gaps))
    if gaps[at] <= 0 or at == len(start) - 1:
        return float(start[0]), float(min(end.max(), start[0] + 360))
    return float(start[at + 1]), float(max(end[: at + 1].max() + 360, end[at + 1 :].max()))
