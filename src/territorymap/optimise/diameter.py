"""The diameter of a territory: the largest distance between two of its units. Owns the measure; not how it gets small.

Exact, without looking at all pairs: units are taken by their distance from the middle, and a pair whose two distances
together are not more than the best found cannot be better.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.compiled import compiled
from territorymap.optimise.problem import Floats, Labels


def diameters(xy: Floats, label: Labels, n_territories: int) -> Floats:
    """Return (P,) the largest distance between two units of each territory, in the unit of ``xy``; 0 = one or none."""
    widest: Floats = _farthest(*_outermost_first(xy, label, n_territories))
    return widest


def _outermost_first(xy: Floats, label: Labels, n_territories: int) -> tuple[Any, ...]:
    """Return x, y and distance from the territory's middle, territory after territory, and where each begins."""
    units = np.flatnonzero(label >= 0)
    t = label[units]
    count = np.bincount(t, minlength=n_territories)
    middle = [np.bincount(t, xy[units, i], minlength=n_territories) / np.maximum(count, 1) for i in (0, 1)]
    away = np.hypot(xy[units, 0] - middle[0][t], xy[units, 1] - middle[1][t])
    order = np.lexsort((-away, t))
    place = np.ascontiguousarray(xy[units[order]], dtype=np.float64)
    return place, away[order], np.concatenate([[0], np.cumsum(count)])


@compiled
def _farthest(
    place: NDArray[np.float64],  # (N, 2)
    away: NDArray[np.float64],  # (N,) falling within a territory
    start: NDArray[np.int64],  # (P + 1,)
) -> Any:
    largest = np.zeros(len(start) - 1)
    for t in range(len(largest)):
        best = 0.0
        for i in range(start[t] + 1, start[t + 1]):
            # Away from the middle rounds differently from between two units: a hair more is looked at.
            if (away[start[t]] + away[i]) * (1.0 + 1e-12) <= best:
                break
            for j in range(start[t], i):
                if (away[j] + away[i]) * (1.0 + 1e-12) <= best:
                    break
                dx, dy = place[i, 0] - place[j, 0], place[i, 1] - place[j, 1]
                best = max(best, np.sqrt(dx * dx + dy * dy))
        largest[t] = best
    return largest
