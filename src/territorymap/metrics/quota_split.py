"""A company target shared among territories: by weights, within floors and ceilings, rounded so that the sum stays.

Owns the arithmetic on arrays; not where potential and history come from, nor what a quota means.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.metrics.registry import metric

Floats = NDArray[np.float64]
CENTS = 100
_SLACK = 1e-9  # of a step: 0.1 + 0.2 is 0.3


def to_cents(amount: float) -> int:
    """Return an amount of money in whole cents, half a cent up: 0.125 -> 13."""
    return int((Decimal(repr(float(amount))) * CENTS).to_integral_value(ROUND_HALF_UP))


def portions(amount: Floats) -> Floats:
    """Return (T,) shares of the sum; what is no number, or below 0, counts as 0; all 0 where nobody has anything.

    >>> portions(np.array([30.0, 10.0, np.nan, -5.0])).tolist()
    [0.75, 0.25, 0.0, 0.0]
    """
    known = np.where(np.isfinite(amount) & (amount > 0), amount, 0.0)
    scaled = known / known.max(initial=0.0) if known.any() else known  # sums of huge numbers stay numbers
    return np.asarray(scaled / scaled.sum()) if scaled.any() else np.asarray(scaled)


@metric(
    "quota_share",
    scope="assumed",
    label=lambda: tr("Share of a target"),
    formula=lambda: tr("Sum of weight × share of the sum, over potential, history and capacity ÷ sum of the weights"),
    meaning=lambda: tr("What part of a target a territory gets, before floors, ceilings and rounding."),
    lines=lambda case: [],
)
def blended_shares(bases: Floats, weights: Floats) -> Floats:
    """Return what share of a target each territory gets, by several bases and their weights.

    Each basis is first made a share of its own sum, so that dollars and hours can be added. A basis of which nobody
    has anything is left out and its weight goes to the others; with nothing left all get the same.

    By hand: potential 600, 300, 100 with weight 2 and history 100, 100, 200 with weight 1 give shares of
    (2 x 0.6 + 0.25) / 3 = 0.48333, (2 x 0.3 + 0.25) / 3 = 0.28333, (2 x 0.1 + 0.5) / 3 = 0.23333.

    Parameters
    ----------
    bases : (B, T) float, e.g. potential, history, capacity; nan or below 0 counts as 0
    weights : (B,) float, >= 0, in any unit

    Returns
    -------
    (T,) float, >= 0, summing to 1; empty where there is no territory.

    Source
    ------
    Weighted index method of quota setting, as in Zoltners, Sinha & Lorimer 2006, The complete guide to sales force
    incentive compensation, chapter 7.
    """
    n = bases.shape[1]
    share = np.array([portions(row) for row in bases]).reshape(len(bases), n)
    weight = np.where(share.any(axis=1), np.maximum(np.nan_to_num(weights), 0.0), 0.0)
    if not n or not weight.sum() > 0:
        return np.full(n, 1 / max(n, 1))
    return np.asarray((share * (weight / weight.sum())[:, None]).sum(axis=0))


def shared_within(total: float, share: Floats, floor: Floats, ceiling: Floats) -> Floats:
    """Return the total shared out in proportion, but nobody gets less than his floor or more than his ceiling.

    Amount = the share times one factor, held between floor and ceiling; the factor is the one with which the sum is
    the total. So what a floor gives to one comes from all who are above theirs, in proportion.

    By hand: 1,000 by shares 0.5, 0.3, 0.2 with a floor of 280 each: the third would get 200 and gets 280; 720 remain
    for 0.5 and 0.3: 450 and 270; now the second is below 280 too, gets 280, and the first 440.

    Parameters
    ----------
    share : (T,) float, >= 0
    floor, ceiling : (T,) float, 0 <= floor <= ceiling; inf = none

    Returns
    -------
    (T,) float, summing to the total.

    Raises
    ------
    UserError
        where the floors ask for more than the total, or the ceilings leave some of it to nobody.
    """
    slack = _SLACK * max(1.0, abs(total))
    if float(floor.sum()) > total + slack:
        raise UserError(
            tr(
                "The floors add up to {floors}, more than the target of {total}.",
                floors=number(float(floor.sum())),
                total=number(total),
            ),
            tr("Lower the floor, or raise the target."),
        )
    if float(ceiling.sum()) < total - slack:
        raise UserError(
            tr(
                "The ceilings add up to {ceilings}, less than the target of {total}.",
                ceilings=number(float(ceiling.sum())),
                total=number(total),
            ),
            tr("Raise the ceiling, or lower the target."),
        )
    return _with_factor(total, share, floor, ceiling)


def _with_factor(total: float, share: Floats, floor: Floats, ceiling: Floats) -> Floats:
    share = np.where(share > 1e-15, share, 0.0)  # tinier ones would only make the factor overflow
    # Where shares of 0 would have to take something, all of them are raised alike.
    weight = share if float(np.where(share > 0, ceiling, floor).sum()) >= total else np.maximum(share, 1e-12)
    grows = weight > 0
    limits = np.concatenate([floor[grows] / weight[grows], ceiling[grows] / weight[grows]])
    limits = np.unique(np.append(limits[np.isfinite(limits)], 0.0))

    def sums(factor: float) -> float:
        return float(np.clip(weight * factor, floor, ceiling).sum())

    # The sum grows with the factor, in straight pieces between the limits: find the piece, then the point on it.
    low, high = 0, len(limits)
    while low < high:
        middle = (low + high) // 2
        if sums(float(limits[middle])) < total:
            low = middle + 1
        else:
            high = middle
    start = float(limits[low - 1]) if low else 0.0
    inside = (start + float(limits[low])) / 2 if low < len(limits) else start * 2 + 1  # where who is held is plain
    held = np.clip(weight * inside, floor, ceiling)
    free = (held > floor) & (held < ceiling)
    slope = float(weight[free].sum())
    factor = (total - float(held[~free].sum())) / slope if slope > 0 else inside
    return np.where(free, np.clip(weight * factor, floor, ceiling), held)


def rounded_to_sum(amount: Floats, total_cents: int, step_cents: int) -> list[int]:
    """Return amounts in cents, each a whole number of steps, whose sum is the total to the cent.

    Largest remainder: each is rounded down to whole steps, and the steps that are then missing go one each to those
    with the largest remainders, the first of equals. What the total has beyond whole steps goes to the largest.

    By hand: 33.4, 33.3 and 33.3 of 100 in steps of 1: 33, 33, 33 and one step left, to 0.4: 34, 33, 33.

    Parameters
    ----------
    amount : (T,) float, >= 0, in money, summing to about the total
    total_cents : what the sum must be
    step_cents : >= 1

    Returns
    -------
    T whole numbers; each differs by less than a step from its amount, but for the largest where the total is no whole
    number of steps; [] for no territory.

    Source
    ------
    Hamilton's method of apportionment (1792).
    """
    if not len(amount):
        return []
    step = max(1, int(step_cents))
    n_steps, odd = divmod(int(total_cents), step)
    exact = np.asarray(amount, dtype=np.float64) * CENTS / step
    whole = np.floor(exact + 1e-6 + 1e-14 * np.abs(exact))  # what is a whole number but for rounding stays one
    steps = [int(x) for x in whole]
    missing = n_steps - sum(steps)
    if missing > 0:
        order = np.argsort(-np.round(exact - whole, 9), kind="stable")
    else:  # rounding errors of huge sums: taken from those with the smallest remainders who have any
        order = np.array([i for i in np.argsort(np.round(exact - whole, 9), kind="stable") if steps[i] > 0])
    for turn in range(abs(missing)):
        if len(order):
            steps[int(order[turn % len(order)])] += 1 if missing > 0 else -1
    cents = [n * step for n in steps]
    cents[int(np.argmax(amount))] += odd
    return cents


@dataclass(frozen=True)
class SplitRules:
    """How a target is shared."""

    potential: float = 2.0  # weights
    history: float = 1.0
    capacity: float = 1.0
    floor_of_mean: float = 0.0  # nobody below this share of an even quota
    floor_of_history: float = 0.0  # nobody below this share of what he sold; 0.9 = at most 10 % less
    ceiling_of_history: float = 0.0  # nobody above this share of what he sold; 0 = none
    step: float = 1000.0  # quotas are multiples of this


def split_target(total: float, potential: Floats, history: Floats, capacity: Floats, rules: SplitRules) -> list[int]:
    """Return each territory's quota in cents: the target shared by the rules; the sum is the target to the cent.

    Floors are rounded up to whole steps and ceilings down, so that rounding breaks neither; a territory that sold
    nothing has no ceiling.

    By hand: 1,000,000; potential 600, 300, 100 (weight 2), history 100, 100, 200 (weight 1), no capacity told, steps
    of 1,000: 483,333, 283,333 and 233,333 become 484,000 (the first of equal remainders), 283,000, 233,000. With
    floor_of_mean 0.8 (floor 266,667, in whole steps 267,000) the third gets 267,000, and 733,000 are shared
    0.48333 : 0.28333, 462,109 and 270,891: 462,000 and 271,000.

    Parameters
    ----------
    potential, history, capacity : (T,) float, in any unit, history in money

    Raises
    ------
    UserError
        where the target is no number above 0, or floors and ceilings leave no way to reach it.
    """
    n = len(potential)
    if not np.isfinite(total) or total <= 0:
        raise UserError(
            tr("A target of {total} cannot be shared.", total=number(total) if np.isfinite(total) else str(total)),
            tr("Give an amount above 0."),
        )
    if not n:
        return []
    share = blended_shares(
        np.array([potential, history, capacity]), np.array([rules.potential, rules.history, rules.capacity])
    )
    sold = np.where(np.isfinite(history) & (history > 0), history, 0.0)
    step = max(rules.step, 1 / CENTS)
    floor = np.maximum(rules.floor_of_mean * total / n, rules.floor_of_history * sold)
    floor = np.ceil(floor / step - _SLACK) * step
    ceiling = np.full(n, np.inf)
    if rules.ceiling_of_history > 0:
        limit = np.floor(rules.ceiling_of_history * sold / step + _SLACK) * step
        ceiling = np.where(sold > 0, np.maximum(limit, floor), np.inf)
    amount = shared_within(total, share, floor, ceiling)
    return rounded_to_sum(amount, to_cents(total), max(1, to_cents(step)))
