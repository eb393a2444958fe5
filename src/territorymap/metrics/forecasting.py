"""What a period will bring: what is won, open deals weighted by their probability, and the run rate.

Owns the formulas on arrays; not which territory a deal belongs to (session.money).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.registry import metric

Floats = NDArray[np.float64]
Days = NDArray[np.int64]  # ordinals of days, 0 = none

# How likely a deal of a stage is won, where neither the deal nor the planner says.
STAGE_PROBABILITY: Mapping[str, float] = {
    "registered": 0.10,
    "qualified": 0.25,
    "proposal": 0.50,
    "negotiation": 0.75,
    "won": 1.0,
    "lost": 0.0,
}
NOT_IN, WON, OPEN = 0, 1, 2  # what a deal is to a forecast


@dataclass(frozen=True)
class Span:
    """The days of a period, and the day on which it is looked at."""

    start: date
    end: date  # the last day
    today: date

    @property
    def n_days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def n_elapsed(self) -> int:
        """Days of the period that are over; today is not."""
        return min(max((self.today - self.start).days, 0), self.n_days)

    @property
    def n_left(self) -> int:
        return self.n_days - self.n_elapsed


def kinds_of_deals(
    stage: NDArray[np.object_], closed: Days, expected: Days, expires: Days, registered: Days, span: Span
) -> NDArray[np.int8]:
    """Return what each deal is to the forecast of a period: won in it, open and expected in it, or nothing.

    - Won: closed in the period; without a day of closing, expected in it.
    - Open: neither won nor lost nor expired, expected in the period. A deal that was expected before today is late: it
      counts in the period of today. One with no expected day counts in the period of today too.

    By hand, looked at on 15 May in the second quarter: won on 3 April: won. Expected on 20 June: open. Expected on
    1 March and still open: late, open. Expected on 5 July: not in it. Registration expired on 30 April: not in it.

    Parameters
    ----------
    stage : (D,) text, of DEAL_STAGES
    closed, expected, expires, registered : (D,) day ordinals, 0 = none

    Returns
    -------
    (D,) int8 of NOT_IN, WON, OPEN.
    """
    start, end, today = span.start.toordinal(), span.end.toordinal(), span.today.toordinal()
    is_won = stage == "won"
    won_on = np.where(closed > 0, closed, np.where(expected > 0, expected, registered))
    due = np.maximum(np.where(expected > 0, expected, today), today)
    is_open = ~is_won & (stage != "lost") & ~((expires > 0) & (expires < today))
    out = np.zeros(len(stage), dtype=np.int8)
    out[is_won & (won_on >= start) & (won_on <= end)] = WON
    out[is_open & (due >= start) & (due <= end)] = OPEN
    return out


def probabilities(stage: NDArray[np.object_], own: Floats, by_stage: Mapping[str, float] = STAGE_PROBABILITY) -> Floats:
    """Return how likely each deal is won: what it says itself, else by its stage; 1 when won, 0 when lost.

    Parameters
    ----------
    own : (D,) float, nan = by stage

    Returns
    -------
    (D,) float in 0..1.
    """
    known = {**STAGE_PROBABILITY, **by_stage, "won": 1.0, "lost": 0.0}
    usual = np.array([known.get(str(s), 0.0) for s in stage], dtype=np.float64)
    is_over = (stage == "won") | (stage == "lost")
    return np.clip(np.where(np.isfinite(own) & ~is_over, own, usual), 0.0, 1.0)


@metric(
    "open_deals_weighted",
    scope="assumed",
    label=lambda: tr("Open deals, weighted"),
    formula=lambda: tr("Sum of amount × probability"),
    meaning=lambda: tr("A deal counts by its own probability, else by that of its stage."),
    lines=lambda case: [],
)
def weighted_by(owner: NDArray[np.integer], amount: Floats, weight: Floats, n: int) -> Floats:
    """Return (n + 1,) sums of amount x weight by owner; the last, of owner -1, is what nobody has.

    Parameters
    ----------
    owner : (D,) int, -1 = nobody
    amount : (D,) float; nan counts as 0
    weight : (D,) float, 0..1

    Returns
    -------
    (n + 1,) float.

    Source
    ------
    Weighted pipeline, as every CRM system has it.

    By hand: 100,000 at 0.5 and 40,000 at 0.25 of one owner are 50,000 + 10,000 = 60,000.
    """
    value = np.where(np.isfinite(amount), amount, 0.0) * weight
    return np.bincount(np.where(owner < 0, n, owner), value, minlength=n + 1).astype(np.float64)


def run_rate_of_year(a_year: Floats, share: float, n_days: int) -> Floats:
    """Return what comes by itself in so many days, of what comes in a year.

    By hand: 365,000 a year of which 60 % repeats itself, for the 92 days of a quarter: 365,000 x 0.6 x 92 / 365 =
    55,200.

    Parameters
    ----------
    a_year : (T,) float, money a year; nan counts as 0
    share : part of it that repeats itself without a deal, 0..1
    """
    return np.asarray(np.nan_to_num(a_year) * share * n_days / 365)


def run_rate_of_pace(actual: Floats, n_days_told: int, n_left: int) -> Floats:
    """Return what the rest of a period brings if it goes on as it went.

    By hand: 90,000 in 45 days are 2,000 a day; 47 days left: 94,000.

    Parameters
    ----------
    actual : (T,) float, money in the days that are told; nan counts as 0
    n_days_told : days that ``actual`` covers; 0 = none, and nothing is thought to come
    """
    pace = np.nan_to_num(actual) / n_days_told if n_days_told > 0 else np.zeros(len(actual))
    return np.asarray(pace * n_left)


@metric(
    "forecast_attainment",
    scope="assumed",
    label=lambda: tr("Attainment"),
    formula=lambda: tr("Amount ÷ quota"),
    meaning=lambda: tr("1 is the quota reached: by the forecast, or by what is booked, from which pay is reckoned."),
    lines=lambda case: [],
)
def attainment(amount: Floats, quota: Floats) -> Floats:
    """Return amount / quota; nan where there is no quota above 0.

    Parameters
    ----------
    amount, quota : (T,) float, money of the period

    Returns
    -------
    (T,) float; nan where there is no quota.

    Source
    ------
    Definition of this program.

    By hand: 450,000 of 500,000 is 0.90.
    """
    known = np.isfinite(quota) & (quota > 0)
    return np.where(known, amount / np.where(known, quota, 1.0), np.nan)
