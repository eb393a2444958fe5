"""How hard a quota is, how evenly hard quotas are, and what a territory could promise from below.

Owns the formulas on arrays; not the sharing of a target (quota_split).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.registry import metric

Floats = NDArray[np.float64]


@metric(
    "quota_difficulty",
    scope="assumed",
    label=lambda: tr("Quota difficulty"),
    formula=lambda: tr("Quota ÷ potential of the period"),
    meaning=lambda: tr("What share of its potential a territory must sell; the same everywhere is fair."),
    lines=lambda case: [],
)
def quota_difficulty(quota: Floats, potential: Floats) -> Floats:
    """Difficulty of each quota: what share of its potential a territory must sell.

    By hand: a quota of 300,000 on a potential of 1,200,000 is 0.25; on 600,000 it is 0.50, twice as hard.

    Parameters
    ----------
    quota : (T,) float, money of the period; nan = none
    potential : (T,) float, money of the same length of time

    Returns
    -------
    (T,) float, >= 0; nan where there is no quota or no potential.

    Source
    ------
    Zoltners, Sinha & Lorimer 2006, chapter 7: quota to potential as a test of fair quotas.
    """
    known = np.isfinite(potential) & (potential > 0)
    return np.where(known, quota / np.where(known, potential, 1.0), np.nan)


def relative_difficulty(difficulty: Floats, quota: Floats, potential: Floats) -> Floats:
    """Difficulty of each territory against that of all together; 1 = as hard as the whole, 1.2 = 20 % harder.

    By hand: quotas 300 and 300 on potentials 1,200 and 600: the whole is 600 / 1,800 = 0.3333, so 0.75 and 1.50.

    Returns
    -------
    (T,) float; nan where there is no difficulty.
    """
    known = np.isfinite(difficulty)
    whole = float(quota[known].sum()), float(potential[known].sum())
    return difficulty * (whole[1] / whole[0]) if whole[0] > 0 else np.full(len(difficulty), np.nan)


@dataclass(frozen=True)
class Spread:
    """How differently hard quotas are."""

    n: int  # territories with a difficulty
    mean: float  # of all together: sum of quotas / sum of potentials
    cv: float  # population standard deviation of the difficulty / its mean over territories
    easiest: int  # positions; -1 = none
    hardest: int

    @property
    def is_fair(self) -> bool:
        """Whether quotas are about as hard everywhere."""
        return self.cv <= FAIR_CV


FAIR_CV, UNFAIR_CV = 0.10, 0.25  # up to the first: fair; beyond the second: the territory decides


@metric(
    "quota_spread",
    scope="assumed",
    label=lambda: tr("Fairness of quotas"),
    formula=lambda: tr("Standard deviation of the difficulty ÷ its mean"),
    meaning=lambda: tr("0 is as hard everywhere; up to 10 % is fair, beyond 25 % the territory decides."),
    lines=lambda case: [],
)
def quota_spread(quota: Floats, potential: Floats) -> Spread:
    """Return how evenly hard the quotas are; nan and -1 where there is nothing to compare.

    Parameters
    ----------
    quota, potential : (T,) float; nan = none

    Returns
    -------
    Spread; ``cv`` >= 0, 0 is as hard everywhere.

    By hand: difficulties 0.25 and 0.50 have mean 0.375 and standard deviation 0.125: cv = 0.3333, not fair.

    Source
    ------
    Definition of this program: the coefficient of variation of quota / potential.
    """
    difficulty = quota_difficulty(quota, potential)
    known = np.flatnonzero(np.isfinite(difficulty))
    if not len(known):
        return Spread(0, np.nan, np.nan, -1, -1)
    found = difficulty[known]
    mean = float(found.mean())
    whole = float(quota[known].sum() / potential[known].sum())
    cv = float(found.std() / mean) if mean > 0 else np.nan
    return Spread(len(known), whole, cv, int(known[np.argmin(found)]), int(known[np.argmax(found)]))


@dataclass(frozen=True)
class BottomUpRules:
    """What a territory is thought to bring by itself."""

    kept: float = 0.9  # share of what it sold that stays without doing anything
    captured: float = 0.1  # share of the potential it does not sell yet that it can win
    per_hour: float = 0.0  # most money an hour of capacity brings; 0 = no limit


@metric(
    "quota_bottom_up",
    scope="assumed",
    label=lambda: tr("Quota from below"),
    formula=lambda: tr("History × kept + (potential − history) × captured + weighted open deals"),
    meaning=lambda: tr("What a territory can promise by itself, at most what its hours bring."),
    lines=lambda case: [],
)
def bottom_up(history: Floats, potential: Floats, pipeline: Floats, capacity_h: Floats, rules: BottomUpRules) -> Floats:
    """Return what each territory can promise from below: what stays, what can be won, and the weighted open deals.

    amount = history x kept + (potential - history, at least 0) x captured + open deals weighted by probability, at
    most capacity_h x per_hour where that is set.

    By hand: sold 200,000 of a potential of 500,000, open deals worth 40,000, kept 0.9, captured 0.1:
    180,000 + 30,000 + 40,000 = 250,000. With 1,200 h at 200 an hour at most 240,000.

    Parameters
    ----------
    history, potential, pipeline : (T,) float, money; nan counts as 0
    capacity_h : (T,) float, hours of the period; nan = not told, no limit

    Returns
    -------
    (T,) float, >= 0.

    Source
    ------
    Definition of this program: account-based build-up of a quota, limited by the hours there are.
    """
    sold, could, coming = (np.maximum(np.nan_to_num(x), 0.0) for x in (history, potential, pipeline))
    amount = sold * rules.kept + np.maximum(could - sold, 0.0) * rules.captured + coming
    if rules.per_hour > 0:
        limit = np.where(np.isfinite(capacity_h), capacity_h * rules.per_hour, np.inf)
        amount = np.minimum(amount, np.maximum(limit, 0.0))
    return np.asarray(amount)
