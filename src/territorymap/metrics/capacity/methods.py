"""Sizing by potential and by funnel. Owns these formulas; workload build-up is buildup's, the funnel funnel's."""

from __future__ import annotations

import math

from territorymap.i18n import tr
from territorymap.metrics.capacity.buildup import fte_by_workload
from territorymap.metrics.capacity.funnel import Rates, backwards
from territorymap.metrics.registry import metric


@metric(
    "fte_by_potential",
    scope="assumed",
    label=lambda: tr("People by potential"),
    formula=lambda: tr("Potential × share to be won ÷ sales of one person × (1 + share of people who leave a year)"),
    meaning=lambda: tr("Full-time people that it takes to win so much of the potential."),
    lines=lambda case: [],
)
def fte_by_potential(potential: float, win_share: float, sales_each: float, turnover: float = 0.0) -> float:
    """Full-time people that it takes to win a share of the potential.

    Worked by hand: 50 million, of which 10 % are to be won, 500,000 a person, one in five leaves a year: 5,000,000 /
    500,000 x 1.2 = 12 people.

    Parameters
    ----------
    potential : amount a year that customers and prospects could buy; below 0 counts as 0
    win_share : share of it to be sold, 0..1
    sales_each : what one full-time person sells a year
    turnover : share of the people who leave a year and have to be trained anew, >= 0

    Returns
    -------
    float, >= 0; nan where there is potential and no sales of a person are told.

    Source
    ------
    Semlow 1959, "How Many Salesmen Do You Need?", Harvard Business Review 37; with the allowance for turnover N = S / P
    x (1 + T) as in Cundiff, Still & Govoni.
    """
    wanted = max(0.0, potential) * win_share
    if sales_each > 0:
        return wanted / sales_each * (1.0 + max(0.0, turnover))
    return math.nan if wanted > 0 else 0.0


@metric(
    "new_business",
    scope="assumed",
    label=lambda: tr("New business needed"),
    formula=lambda: tr("Target − revenue × share of it that comes again"),
    meaning=lambda: tr("What has to be sold anew to reach the target."),
    lines=lambda case: [],
)
def new_business(revenue: float, retention: float, target: float) -> float:
    """What has to be sold anew.

    Worked by hand: revenue 1,000,000, of which 90 % come again, target 1,100,000: 200,000.

    Parameters
    ----------
    revenue : a year, now
    retention : share of it that comes again without being sold, 0..1
    target : a year

    Returns
    -------
    float, >= 0.

    Source
    ------
    Arithmetic.
    """
    return max(0.0, target - max(0.0, revenue) * retention)


@metric(
    "fte_by_funnel",
    scope="assumed",
    label=lambda: tr("People by funnel"),
    formula=lambda: tr("Hours that the new business needs along the funnel ÷ hours that one person has for customers"),
    meaning=lambda: tr("Full-time people that it takes to bring the new business that the target needs."),
    lines=lambda case: [],
)
def fte_by_funnel(amount: float, rates: Rates, selling_hours: float) -> float:
    """Full-time people that it takes to bring an amount of new business.

    Worked by hand: 75,000 take 485 hours (see :func:`~territorymap.metrics.capacity.funnel.backwards`); at 970 hours a
    person 0.5 people.

    Parameters
    ----------
    amount : new business a year
    rates : of the funnel
    selling_hours : hours a year that one person has for customers

    Returns
    -------
    float, >= 0; nan where it cannot be reached: a rate is 0, or there are no hours.

    Source
    ------
    The funnel backwards, then workload over time as Talley 1961.
    """
    hours = backwards(amount, rates).hours
    return fte_by_workload(hours, selling_hours) if math.isfinite(hours) else math.nan
