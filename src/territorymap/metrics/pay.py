"""What tiers, bonuses and contests pay, exact to the cent.

Owns the arithmetic of pay; not the terms (pay_terms), nor the lines of a statement (pay_statement).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from territorymap.i18n import tr
from territorymap.metrics.pay_terms import ONE, ZERO, PayTerms
from territorymap.metrics.registry import metric

CENT, POINT = Decimal("0.01"), Decimal("0.0001")  # money to the cent, attainment to a hundredth of a percent
PARTS_A_YEAR = {
    kind: Decimal(n) for kind, n in (("year", 1), ("quarter", 4), ("month", 12), ("week", 52), ("day", 365))
}
LEVELS = (Decimal("0.8"), ONE, Decimal("1.2"))  # attainments at which a plan is looked at


def to_cent(amount: Decimal) -> Decimal:
    """Return an amount to the cent, half a cent up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def attained(sold: Decimal, quota: Decimal) -> Decimal:
    """Return sold / quota to a hundredth of a percent: 450,000 of 700,000 is 0.6429; below 0 counts as 0."""
    return (max(sold, ZERO) / quota).quantize(POINT, ROUND_HALF_UP)


def scaled(amount: Decimal, terms: PayTerms, period_kind: str, share: Decimal) -> Decimal:
    """Return an amount of the plan for a period and a person: 40,000 a year for a half-time quarter is 5,000."""
    return to_cent(amount * PARTS_A_YEAR[terms.period] / PARTS_A_YEAR[period_kind] * share)


def tier_amounts(
    terms: PayTerms, variable: Decimal, attainment: Decimal
) -> list[tuple[Decimal, Decimal, Decimal, Decimal]]:
    """Return (from, to, rate, amount) of each tier that the attainment reaches; nothing below the threshold.

    A tier pays its part of the attainment x variable pay x rate. By hand, for 40,000 with rate 1 up to 100 %, 1.5 up
    to 150 % and 2 beyond, at 120 %: 100 % x 40,000 x 1 = 40,000 and 20 % x 40,000 x 1.5 = 12,000; 52,000 together.
    At 80 %: 32,000. With a threshold of 50 %, at 49.99 %: nothing.

    Parameters
    ----------
    variable : variable pay of the period at 100 %
    attainment : ratio
    """
    if attainment < terms.threshold:
        return []
    ends = [*(tier.start for tier in terms.tiers[1:]), None]
    out = []
    for tier, end in zip(terms.tiers, ends, strict=True):
        reached = attainment if end is None else min(attainment, end)
        if reached > tier.start:
            out.append((tier.start, reached, tier.rate, to_cent((reached - tier.start) * variable * tier.rate)))
    return out


@metric(
    "variable_pay",
    scope="assumed",
    label=lambda: tr("Variable pay"),
    formula=lambda: tr("Sum of (end − start of each tier that is reached) × pay at 100 % × rate"),
    meaning=lambda: tr("Nothing below the threshold, at most the cap."),
    lines=lambda case: [],
)
def variable_pay(terms: PayTerms, variable: Decimal, attainment: Decimal) -> Decimal:
    """Return what the tiers pay, at most the cap: with a cap of 1.25 x 40,000, 50,000 of 52,000.

    Parameters
    ----------
    terms : the pay plan
    variable : pay of the period at 100 %
    attainment : ratio

    Returns
    -------
    Money, to the cent.

    Source
    ------
    Definition of this program: marginal rates by tier of attainment.
    """
    amount = sum((row[3] for row in tier_amounts(terms, variable, attainment)), ZERO)
    return amount if terms.cap is None else min(amount, to_cent(terms.cap * variable))


def payout_at(terms: PayTerms, attainment: Decimal, period_kind: str = "year", share: Decimal = ONE) -> Decimal:
    """Return variable pay if everybody reaches this attainment: tiers, and the team bonus if the team reaches it.

    Retention, contests and SPIFFs depend on other things and stay out. By hand, with the terms of ``tier_amounts`` and
    a team bonus of 2,000 from 100 %: 80 %: 32,000; 100 %: 42,000; 120 %: 54,000.
    """
    pay = variable_pay(terms, scaled(terms.variable, terms, period_kind, share), attainment)
    if terms.team is not None and attainment >= terms.team.threshold:
        pay += scaled(terms.team.amount, terms, period_kind, share)
    return pay


def awarded(values: Sequence[float], prizes: Sequence[Decimal], least: float = 0.0) -> list[tuple[int, Decimal]]:
    """Return place and prize of each contestant; place 0 and nothing for who has less than ``least`` or no number.

    Who is equal shares the prizes of the places that they take together, to the cent, the first named getting what is
    left over. By hand, prizes 3,000, 2,000 and 1,000 for 1.20, 1.10, 1.10, 0.90: 3,000; 1,500 and 1,500; nothing.

    Returns
    -------
    As many as values; the amounts sum to the prizes of the places taken.
    """
    out = [(0, ZERO)] * len(values)
    order = sorted((i for i, v in enumerate(values) if v == v and v >= least), key=lambda i: -values[i])
    at = 0
    while at < len(order):
        tied = [i for i in order[at:] if values[i] == values[order[at]]]
        pool = sum(prizes[at : at + len(tied)], ZERO)
        cents, odd = divmod(int(to_cent(pool) * 100), len(tied))
        for n, i in enumerate(sorted(tied)):
            out[i] = (at + 1, Decimal(cents + (n < odd)) / 100)
        at += len(tied)
    return out
