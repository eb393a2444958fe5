"""How far the ground, not the person, decides pay: what share of the differences goes with potential per capacity.

Owns the figure and its words; not attainment or pay themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import ntr, number, percent, tr
from territorymap.metrics.registry import metric

Floats = NDArray[np.float64]
LITTLE, MUCH = 0.10, 0.30  # up to the first the ground hardly counts; from the second on it counts much
FEWEST = 4  # territories: fewer say nothing


@dataclass(frozen=True)
class Explained:
    """How two numbers of territories go together."""

    n: int  # territories with both
    share: float  # of the variance, 0..1; nan where it cannot be said
    slope: float  # what one unit of the first adds to the second
    by_chance: float  # the share that numbers without any connection have on average: 1 / (n - 1)

    @property
    def is_more(self) -> bool:
        """Whether more of the first goes with more of the second."""
        return self.slope > 0


@metric(
    "pay_fairness",
    scope="assumed",
    label=lambda: tr("Fairness of pay"),
    formula=lambda: tr("Squared correlation of attainment with potential per hour of capacity"),
    meaning=lambda: tr("How far the ground, not skill, decides pay: 0 not at all, 1 alone."),
    lines=lambda case: [],
)
def explained_share(potential_per_h: Floats, reached: Floats) -> Explained:
    """Return what share of the variance of attainment (or pay) is explained by potential per hour of capacity.

    The squared correlation of both over territories. 0: who sells more does so whatever the ground; 1: the ground
    alone decides. By hand, potential per hour 1, 2, 3, 4 and attainment 0.8, 1.0, 1.0, 1.2: deviations -1.5, -0.5,
    0.5, 1.5 and -0.2, 0, 0, 0.2; products sum to 0.6, squares to 5 and 0.08: 0.36 / 0.40 = 0.90.

    Parameters
    ----------
    potential_per_h : (T,) float; nan = not known
    reached : (T,) float, attainment or pay; nan = none

    Returns
    -------
    Explained: ``share`` is nan for fewer than four territories; 0 where either is the same everywhere.

    Source
    ------
    Coefficient of determination; as a test of plans in Zoltners, Sinha & Lorimer 2006, chapter 8.
    """
    known = np.isfinite(potential_per_h) & np.isfinite(reached)
    n = int(known.sum())
    if n < FEWEST:
        return Explained(n, math.nan, math.nan, math.nan)
    x, y = potential_per_h[known], reached[known]
    # Scaled first, so that squares of huge or tiny numbers stay numbers.
    scale_x, scale_y = float(np.abs(x).max()) or 1.0, float(np.abs(y).max()) or 1.0
    dx, dy = x / scale_x - (x / scale_x).mean(), y / scale_y - (y / scale_y).mean()
    xx, yy, xy = float(dx @ dx), float(dy @ dy), float(dx @ dy)
    if xx < 1e-18 * n or yy < 1e-18 * n:
        return Explained(n, 0.0, 0.0, 1 / (n - 1))
    return Explained(n, min(1.0, xy * xy / (xx * yy)), xy / xx * scale_y / scale_x, 1 / (n - 1))


def fairness_words(found: Explained) -> str:
    """Return what the figure means, in words a planner can repeat."""
    if math.isnan(found.share):
        return ntr(
            "Only {n} territory has quota, forecast, potential and capacity; it takes four to say how far the ground "
            "decides pay.",
            "Only {n} territories have quota, forecast, potential and capacity; it takes four to say how far the "
            "ground decides pay.",
            found.n,
        )
    values = {"share": percent(found.share), "n": number(found.n), "chance": percent(found.by_chance)}
    if found.share <= max(LITTLE, found.by_chance):
        return tr(
            "{share} of the differences in attainment go with potential per hour of capacity. That is hardly more "
            "than chance ({chance} with {n} territories): skill, not the ground, decides pay.",
            **values,
        )
    if not found.is_more:
        return tr(
            "{share} of the differences in attainment go with potential per hour of capacity, the wrong way round: "
            "rich ground attains less. Its quotas may be too high ({chance} would be chance with {n} territories).",
            **values,
        )
    if found.share < MUCH:
        return tr(
            "{share} of the differences in attainment go with potential per hour of capacity ({chance} would be chance "
            "with {n} territories): the ground has some say in pay.",
            **values,
        )
    return tr(
        "{share} of the differences in attainment go with potential per hour of capacity ({chance} would be chance "
        "with {n} territories): the ground, not skill, decides much of the pay. Share quotas more by potential, or "
        "even out potential per hour.",
        **values,
    )
