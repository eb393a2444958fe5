"""How far the bars of an index reach, and which rows stand together. Owns these two; the rows are territory_model's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST_REACH = 0.25  # an index bar reaches at least from 0.75 to 1.25
MOST_REACH = 1.0


def reach_of(index: NDArray[np.float64], tolerance: float) -> float:
    """Return how far a bar's scale goes to each side of 1: a round figure that holds most of the bars.

    The few beyond end in an arrow; a scale for them would make all others too small to see.
    """
    finite = np.abs(index[np.isfinite(index)] - 1)
    widest = max(float(np.quantile(finite, 0.85)) if len(finite) else 0.0, 2.5 * tolerance)
    return next((step for step in (LEAST_REACH, 0.5) if widest <= step), MOST_REACH)


def runs_of(rows: list[int]) -> list[tuple[int, int]]:
    """Return (first, last) of each run of neighbouring numbers."""
    if not rows:
        return []
    numbers = np.array(rows)
    breaks = np.flatnonzero(np.diff(numbers) > 1)
    firsts = np.concatenate([[0], breaks + 1])
    lasts = np.concatenate([breaks, [len(numbers) - 1]])
    return [(int(numbers[a]), int(numbers[b])) for a, b in zip(firsts, lasts, strict=True)]
