"""What is not shown to an audience: names of reps and accounts, chosen numbers, pay.

Owns the switches and what a number's name tells of it; not how a plan is veiled (veil, exporters.redact).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from territorymap.model.plan import Plan
from territorymap.model.records import BUILTIN_MEASURES

NEVER_HIDDEN = ("accounts", "units")  # counts: every total stands on them
# Words by which a column's name tells that it is money that comes in, or what somebody earns (English, German, French,
# Spanish); only what the switches hide at first: the person chooses.
_REVENUE = (
    "revenue|sales|turnover|arr|mrr|acv|bookings?|margin|profit|spend|umsatz|erlos|erlös|marge|gewinn|ventas|ingresos"
)
_PAY = (
    "pay|salary|salaries|wages?|commissions?|bonus|compensation|ote|quota|gehalt|lohn|provision|prime|salaire|salario"
)


@dataclass(frozen=True)
class Privacy:
    """What is hidden; nothing at first.

    ``revenue`` and ``pay`` are names of measures, or of segments, that are left out everywhere; with ``hides_terms``
    also what a rep's contract says, capacity and FTE, and what stands in registers of pay: quotas and pay plans.
    """

    rep_names: bool = False
    account_names: bool = False
    revenue: frozenset[str] = frozenset()
    pay: frozenset[str] = frozenset()
    hides_terms: bool = False

    @property
    def columns(self) -> frozenset[str]:
        """Names of measures and segments that are left out."""
        return (self.revenue | self.pay) - frozenset(NEVER_HIDDEN)

    @property
    def is_any(self) -> bool:
        """Whether anything is hidden at all."""
        return bool(self.rep_names or self.account_names or self.columns or self.hides_terms)

    @property
    def hides_pay(self) -> bool:
        """Whether quotas, pay plans and payouts are left out."""
        return self.hides_terms

    def hides(self, column: str) -> bool:
        """Tell whether a measure or segment of this name is left out."""
        return column in self.columns


NOTHING_HIDDEN = Privacy()


def revenue_columns(plan: Plan) -> frozenset[str]:
    """Return the measures and segments whose name says that they are money that comes in."""
    return _named(plan, _REVENUE) - pay_columns(plan)


def pay_columns(plan: Plan) -> frozenset[str]:
    """Return the measures and segments whose name says that they are somebody's pay."""
    return _named(plan, _PAY)


def hideable_columns(plan: Plan) -> list[str]:
    """Return the names of all measures and segments that can be left out, in the plan's order."""
    names = [m.name for m in plan.measures if m.source != "builtin"] + [s.name for s in plan.segments]
    return [BUILTIN_MEASURES[2], *names]


def privacy_for(
    plan: Plan, *, rep_names: bool = False, account_names: bool = False, revenue: bool = False, pay: bool = False
) -> Privacy:
    """Return what four plain switches hide of this plan."""
    return Privacy(
        rep_names=rep_names,
        account_names=account_names,
        revenue=revenue_columns(plan) if revenue else frozenset(),
        pay=pay_columns(plan) if pay else frozenset(),
        hides_terms=pay,
    )


def _named(plan: Plan, words: str) -> frozenset[str]:
    pattern = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
    return frozenset(name for name in _columns(plan) if pattern.search(name))


def _columns(plan: Plan) -> Iterable[str]:
    yield from (m.name for m in plan.measures if m.source != "builtin")
    yield from (s.name for s in plan.segments)
