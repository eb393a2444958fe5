"""What a person is paid for a period, line by line, exact to the cent, so that it can be checked by hand.

Owns the lines and their words; not the arithmetic (pay), nor where sales and quotas come from (session.money).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from territorymap.i18n import money, number, percent, tr
from territorymap.metrics.pay import PARTS_A_YEAR, attained, scaled, tier_amounts, to_cent, variable_pay
from territorymap.metrics.pay_terms import ONE, ZERO, PayTerms


@dataclass(frozen=True)
class PayLine:
    """One line of a statement: what, how it is reckoned, how much."""

    kind: str  # "base" | "tier" | "cap" | "retention" | "team" | "contest" | "spiff"
    label: str
    how: str
    amount: Decimal  # to the cent


@dataclass(frozen=True)
class Prize:
    """A place in a contest."""

    contest: str
    place: int
    amount: Decimal


@dataclass(frozen=True)
class SpiffDeal:
    """A won deal that a SPIFF pays for."""

    spiff: str
    deal: str
    deal_amount: Decimal
    amount: Decimal
    rate: Decimal = ZERO


@dataclass(frozen=True)
class Achieved:
    """What one person reached in the period."""

    sold: Decimal = ZERO
    quota: Decimal = ZERO  # 0 = none
    share: Decimal = ONE  # of a full-time person
    retention: Decimal | None = None  # None = not told
    team: Decimal | None = None  # attainment of the team
    prizes: tuple[Prize, ...] = ()
    spiffs: tuple[SpiffDeal, ...] = ()


def statement(terms: PayTerms, got: Achieved, period_kind: str, currency: str = "") -> list[PayLine]:
    """Return the lines of a person's statement for a period; their sum is the pay, to the cent.

    By hand: 60,000 base and 40,000 variable a year, rate 1 up to 100 % and 1.5 beyond, retention bonus 3,000 from
    95 %, team bonus 2,000 from 100 %; a quarter in which 550,000 of 500,000 were sold, retention 96 %, team 98 %:

    - base 60,000 / 4 = 15,000.00
    - attainment 550,000 / 500,000 = 110.00 %; 0 to 100 %: 10,000 x 100 % x 1 = 10,000.00
    - 100 to 110 %: 10,000 x 10 % x 1.5 = 1,500.00
    - retention 96 % >= 95 %: 3,000 / 4 = 750.00; team 98 % < 100 %: 0.00
    - together 27,250.00
    """

    words = _Words(terms, got, period_kind, currency)
    lines = [PayLine("base", tr("Base pay"), words.scaling(terms.base), words.part(terms.base))]
    lines += _tier_lines(terms, got, words)
    lines += _bonus_lines(terms, got, words)
    for prize in got.prizes:
        label = tr("Contest {name}", name=prize.contest)
        lines.append(PayLine("contest", label, tr("Place {place}", place=prize.place), to_cent(prize.amount)))
    for deal in got.spiffs:
        how = tr("Deal {name}", name=deal.deal)
        if deal.rate:
            how = tr(
                "Deal {name}: {rate} of {amount}",
                name=deal.deal,
                rate=_share(deal.rate),
                amount=words.cash(deal.deal_amount),
            )
            fixed = deal.amount - to_cent(max(deal.deal_amount, ZERO) * deal.rate)
            how += f" + {words.cash(fixed)}" if fixed else ""
        lines.append(PayLine("spiff", tr("SPIFF {name}", name=deal.spiff), how, to_cent(deal.amount)))
    return lines


def total_of(lines: Sequence[PayLine]) -> Decimal:
    """Return the sum of the lines."""
    return sum((line.amount for line in lines), ZERO)


@dataclass(frozen=True)
class _Words:
    """Amounts of the plan for this person and period, and how they are said."""

    terms: PayTerms
    got: Achieved
    period_kind: str
    currency: str

    def cash(self, amount: Decimal) -> str:
        return money(float(amount), self.currency, 2)

    def part(self, amount: Decimal) -> Decimal:
        return scaled(amount, self.terms, self.period_kind, self.got.share)

    def scaling(self, amount: Decimal) -> str:
        """Return how an amount of the plan becomes that of the period and person."""
        text, of, to = self.cash(amount), PARTS_A_YEAR[self.terms.period], PARTS_A_YEAR[self.period_kind]
        if of != to:
            text += f" × {_number(of)}" if of != 1 else ""
            text += f" / {_number(to)}" if to != 1 else ""
        return text if self.got.share == ONE else f"{text} × {_share(self.got.share)}"


def _tier_lines(terms: PayTerms, got: Achieved, words: _Words) -> list[PayLine]:
    label = tr("Variable pay")
    variable = words.part(terms.variable)
    if not terms.variable:
        return []
    if got.quota <= 0:
        return [PayLine("tier", label, tr("There is no quota for the period, so nothing can be reckoned."), ZERO)]
    attainment = attained(got.sold, got.quota)
    how = words.scaling(terms.variable)
    if how != words.cash(variable):
        how += f" = {words.cash(variable)}"
    lines = [
        PayLine("target", tr("Variable pay at 100 %"), how, ZERO),
        PayLine(
            "attainment",
            tr("Attainment"),
            tr(
                "{sold} sold / quota of {quota} = {attainment}",
                sold=words.cash(got.sold),
                quota=words.cash(got.quota),
                attainment=_share(attainment),
            ),
            ZERO,
        ),
    ]
    if attainment < terms.threshold:
        how = tr(
            "{attainment} is below the threshold of {threshold}",
            attainment=_share(attainment),
            threshold=_share(terms.threshold),
        )
        return [*lines, PayLine("tier", label, how, ZERO)]
    rows = tier_amounts(terms, variable, attainment)
    for start, end, rate, amount in rows:
        name = tr("Tier from {start} to {end}", start=_share(start), end=_share(end))
        how = f"{words.cash(variable)} × {_share(end - start)} × {_number(rate)}"
        lines.append(PayLine("tier", name, how, amount))
    uncapped = sum((row[3] for row in rows), ZERO)
    capped = variable_pay(terms, variable, attainment)
    if capped < uncapped and terms.cap is not None:
        how = tr("Tiers pay at most {cap} × {variable}", cap=_number(terms.cap), variable=words.cash(variable))
        lines.append(PayLine("cap", tr("Cap"), how, capped - uncapped))
    return lines


def _bonus_lines(terms: PayTerms, got: Achieved, words: _Words) -> list[PayLine]:
    lines = []
    for kind, label, bonus, value in (
        ("retention", tr("Retention bonus"), terms.retention, got.retention),
        ("team", tr("Team bonus"), terms.team, got.team),
    ):
        if bonus is None:
            continue
        if value is None:
            how = tr("Not known for this period; paid from {threshold} on", threshold=_share(bonus.threshold))
            lines.append(PayLine(kind, label, how, ZERO))
            continue
        reached = value >= bonus.threshold
        shown = {"value": _share(value), "threshold": _share(bonus.threshold)}
        how = (
            tr("{value} reaches {threshold}: {amount}", **shown, amount=words.scaling(bonus.amount))
            if reached
            else tr("{value} does not reach {threshold}", **shown)
        )
        lines.append(PayLine(kind, label, how, words.part(bonus.amount) if reached else ZERO))
    return lines


def _share(ratio: Decimal) -> str:
    """Return a ratio in percent with as many decimals as it has, at most two."""
    hundredths = (ratio * 10_000).to_integral_value()
    digits = 0 if hundredths % 100 == 0 else 1 if hundredths % 10 == 0 else 2
    return percent(float(ratio), digits)


def _number(value: Decimal) -> str:
    plain = value.normalize()
    return number(float(plain), max(0, -int(plain.as_tuple().exponent)))
