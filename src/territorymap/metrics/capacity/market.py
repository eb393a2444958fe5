"""Priority of markets: criteria on one scale, weighted, ranked. Owns these formulas; not where values come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territorymap.i18n import tr
from territorymap.metrics.registry import metric

Floats = NDArray[np.float64]
SCALES = ("range", "rank")


@metric(
    "market_scale",
    scope="assumed",
    label=lambda: tr("Criterion on one scale"),
    formula=lambda: tr(
        "By range: (value − least) ÷ (greatest − least); by rank: share of the other markets with less, equal ones half"
    ),
    meaning=lambda: tr(
        "0 is the worst market by this criterion, 1 the best; where less is better the scale is turned."
    ),
    lines=lambda case: [],
)
def on_scale(value: ArrayLike, scale: str = "range", *, is_less_better: bool = False) -> Floats:
    """Bring the values of one criterion to 0..1.

    Worked by hand, by range: 10, 20, 40 -> 0, 1/3, 1; less is better: 1, 2/3, 0. By rank: 10, 20, 20, 1000 -> 0, 0.5,
    0.5, 1 (below 20 lies one of the three others, one is equal: 1.5 / 3).

    Parameters
    ----------
    value : (n,) float, nan = not told
    scale : "range", or "rank" where a few giants would press all others down
    is_less_better : turn the scale round

    Returns
    -------
    (n,) float in 0..1, nan where the value is not told; 0.5 for all where they do not differ.

    Source
    ------
    Min-max normalisation and percentile rank, as for simple additive weighting (Hwang & Yoon 1981).
    """
    values = np.asarray(value, dtype=np.float64)
    out = np.full(len(values), np.nan)
    told = np.isfinite(values)
    known = values[told]
    if not len(known):
        return out
    # Scaled first: the span of huge numbers of both signs would overflow.
    known = known / (float(np.abs(known).max()) or 1.0)
    low, high = float(known.min()), float(known.max())
    if not high > low:
        out[told] = 0.5
    elif scale == "rank":
        ordered = np.sort(known)
        below = np.searchsorted(ordered, known, side="left")
        equal = np.searchsorted(ordered, known, side="right") - below - 1
        out[told] = (below + equal / 2) / (len(known) - 1)
    else:
        out[told] = (known - low) / (high - low)
    return np.asarray(1.0 - out) if is_less_better else out


@metric(
    "market_score",
    scope="assumed",
    label=lambda: tr("Priority of a market"),
    formula=lambda: tr("Sum of weight × criterion on its scale ÷ sum of the weights, over the criteria that are told"),
    meaning=lambda: tr("0 to 100 on screen: how well a market does by all criteria together."),
    lines=lambda case: [],
)
def market_score(scaled: ArrayLike, weight: Sequence[float]) -> Floats:
    """Score of each market from criteria on one scale.

    Worked by hand: weights 3 and 1; a market with 1.0 and 0.2 scores (3 + 0.2) / 4 = 0.8; one with nan and 0.2, 0.2.

    Parameters
    ----------
    scaled : (C, n) float in 0..1, nan = not told
    weight : (C,) float >= 0

    Returns
    -------
    (n,) float in 0..1; nan where nothing with a weight is told.

    Source
    ------
    Simple additive weighting (Hwang & Yoon 1981); a criterion that is not told neither helps nor harms.
    """
    grid = np.atleast_2d(np.asarray(scaled, dtype=np.float64))
    weights = np.asarray(weight, dtype=np.float64)[:, None]
    told = np.isfinite(grid)
    total = (told * weights).sum(axis=0)
    summed = (np.where(told, grid, 0.0) * weights).sum(axis=0)
    out = np.full(grid.shape[1], np.nan)
    np.divide(summed, total, out=out, where=total > 0)
    return out


@metric(
    "market_rank",
    scope="assumed",
    label=lambda: tr("Rank of a market"),
    formula=lambda: tr("1 + number of markets with a higher score"),
    meaning=lambda: tr("1 is the market to go for first; equal scores share a rank."),
    lines=lambda case: [],
)
def market_rank(score: ArrayLike) -> NDArray[np.int64]:
    """Rank of each market, the highest score first.

    Worked by hand: 0.2, 0.9, 0.9, nan, 0.5 -> 4, 1, 1, 0, 3.

    Parameters
    ----------
    score : (n,) float, nan = none

    Returns
    -------
    (n,) int, 1 = first; equal scores share the lower number; 0 without a score.

    Source
    ------
    Standard competition ranking.
    """
    values = np.round(np.asarray(score, dtype=np.float64), 12)
    told = np.isfinite(values)
    ordered = np.sort(values[told])
    out = np.zeros(len(values), dtype=np.int64)
    out[told] = len(ordered) - np.searchsorted(ordered, values[told], side="right") + 1
    return out
