"""How many people a plan asks for, by three methods side by side, and for whom. Owns putting the formulas together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.capacity.assumed import Sizing
from territorymap.metrics.capacity.buildup import Staff, contact_h, fte_by_workload, staff
from territorymap.metrics.capacity.classes import FIELD, INSIDE
from territorymap.metrics.capacity.funnel import Rates, backwards
from territorymap.metrics.capacity.groups import (
    Grouped,
    account_amount,
    distinct_texts,
    group_accounts,
    measure_of,
    way_min,
)
from territorymap.metrics.capacity.methods import fte_by_funnel, fte_by_potential, new_business
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
METHODS = ("workload", "potential", "funnel")
_MOST_LINES = 200
RatesOf = Callable[[str], Rates]  # of a role: "field", "inside"


@dataclass(frozen=True)
class Need:
    """What one channel needs by one method."""

    n_accounts: int
    basis: float  # hours, potential to be won, or new business
    each: float  # hours, or sales, of one full-time person
    staff: Staff


@dataclass(frozen=True)
class Method:
    """One method of sizing; ``obstacle`` says why it tells nothing, "" = it does."""

    name: str  # of METHODS
    needs: tuple[Need, ...]  # of FIELD and INSIDE
    obstacle: str = ""

    @property
    def field(self) -> Need:
        return self.needs[FIELD]

    @property
    def inside(self) -> Need:
        return self.needs[INSIDE]

    def heads(self, role: str) -> int:
        """Return how many territories an alignment of this role gets: one for each person who covers it."""
        return self.inside.staff.heads if role == "inside" else self.field.staff.heads


@dataclass(frozen=True)
class Line:
    """One group of accounts, and who is needed for it by workload."""

    name: str
    n_accounts: int
    field_h: float
    inside_h: float
    field_fte: float
    inside_fte: float


@dataclass(frozen=True)
class Sized:
    """Sizing of a plan."""

    grouped: Grouped
    hours: Floats  # (A,) a year; 0 out of scope
    in_scope: Bools  # (A,)
    methods: tuple[Method, ...]  # as METHODS
    selling_h: tuple[float, float]  # of FIELD and INSIDE
    notes: tuple[str, ...]

    def lines(self, names: list[str], of: NDArray[np.int64], *, is_ordered: bool = False) -> list[Line]:
        """Return hours and people by group, the most hours first unless the groups have an order of their own."""
        n, scope = len(names), self.in_scope
        count = np.bincount(of[scope], minlength=n)
        hours = [
            np.bincount(of[scope & (self.grouped.channel == c)], self.hours[scope & (self.grouped.channel == c)], n)
            for c in (FIELD, INSIDE)
        ]
        each = [h / s if s > 0 else np.where(h > 0, np.nan, 0.0) for h, s in zip(hours, self.selling_h, strict=True)]
        found = [
            Line(names[i], int(count[i]), float(hours[0][i]), float(hours[1][i]), float(each[0][i]), float(each[1][i]))
            for i in range(n)
            if count[i] or is_ordered
        ]
        if not is_ordered:
            found.sort(key=lambda line: (-(line.field_h + line.inside_h), line.name))
        return found[:_MOST_LINES]

    def by_class(self) -> list[Line]:
        return self.lines([c.name for c in self.grouped.classes], self.grouped.class_of, is_ordered=True)

    def by_texts(self, texts: NDArray[np.object_]) -> list[Line]:
        """Return the lines of a column of texts, such as an industry; the empty text is "not told"."""
        names, of = distinct_texts(texts)
        return self.lines([name or tr("not told") for name in names], of)

    def by_rule(self, sentences: list[str]) -> list[Line]:
        """Return the lines of the rules, in their order; the last sentence is of the accounts that fit none."""
        of = np.where(self.grouped.rule_of < 0, len(sentences) - 1, self.grouped.rule_of)
        return self.lines(sentences, of, is_ordered=True)


def size_plan(plan: Plan, sizing: Sizing, rates_of: RatesOf, in_scope: Bools | None = None) -> Sized:
    """Return how many people the accounts of a plan ask for, by workload, potential and funnel.

    Parameters
    ----------
    in_scope : (A,) accounts that count; None = all
    """
    n = len(plan.accounts)
    scope = np.ones(n, dtype=np.bool_) if in_scope is None else in_scope
    grouped = group_accounts(plan, sizing)
    hours = np.where(scope, _hours(plan, sizing, grouped), 0.0)
    has_travel = sizing.travel == "share"
    selling = (sizing.field_time.selling_h(has_travel=has_travel), sizing.inside_time.selling_h(has_travel=has_travel))
    held = tuple(scope & (grouped.channel == c) for c in (FIELD, INSIDE))

    def whole(fte: float) -> Staff:
        return staff(fte, sizing.part_fte, sizing.max_part_share)

    needs = [_by_workload(hours, mask, each, whole) for mask, each in zip(held, selling, strict=True)]
    no_time = tr("The time budget leaves no hours for customers.")
    first = Method("workload", tuple(needs), no_time if _is_unknown(needs) else "")
    second = _by_potential(plan, sizing, held, scope, whole)
    third = _by_funnel(plan, sizing, held, rates_of, selling, whole)
    return Sized(grouped, hours, scope, (first, second, third), selling, grouped.notes)


def _hours(plan: Plan, sizing: Sizing, grouped: Grouped) -> Floats:
    column = {name: np.array([getattr(c, name) for c in grouped.classes]) for name in _CONTACTS}
    of, is_inside = grouped.class_of, grouped.channel == INSIDE
    way = np.where(is_inside, 0.0, way_min(plan, grouped.home_km)) if sizing.travel == "plan" else 0.0
    contacts = np.where(is_inside, column["calls"][of], column["visits"][of])
    return contact_h(contacts, np.where(is_inside, column["call_min"][of], column["visit_min"][of]), way)


_CONTACTS = ("visits", "visit_min", "calls", "call_min")


def _by_workload(hours: Floats, mask: Bools, each: float, whole: Callable[[float], Staff]) -> Need:
    total = float(hours[mask].sum())
    return Need(int(mask.sum()), total, each, whole(fte_by_workload(total, each)))


def _by_potential(
    plan: Plan, sizing: Sizing, held: tuple[Bools, ...], scope: Bools, whole: Callable[[float], Staff]
) -> Method:
    measure = measure_of(plan, sizing.potential_key)
    each = (sizing.field_sales, sizing.inside_sales)
    if measure is None or measure.source == "builtin":
        nobody = tuple(Need(int(m.sum()), math.nan, e, whole(math.nan)) for m, e in zip(held, each, strict=True))
        return Method("potential", nobody, tr("Choose the measure that tells the potential."))
    if measure.source == "account":
        value = plan.accounts.values[measure.column_name]
        amounts = [_sum_above_0(value[mask]) for mask in held]
    else:
        # Potential of the ground: whoever looks after most of it by number of accounts shares it so.
        total = _sum_above_0(plan.units.values[measure.column_name])
        n_all = max(1, int(scope.sum()))
        amounts = [total * int(held[0].sum()) / n_all if scope.any() else total, total * int(held[1].sum()) / n_all]
    needs = [
        Need(int(m.sum()), a * sizing.win_share, e, whole(fte_by_potential(a, sizing.win_share, e, sizing.turnover)))
        for m, a, e in zip(held, amounts, each, strict=True)
    ]
    missing = tr("Fill in what one full-time person sells a year.") if _is_unknown(needs) else ""
    return Method("potential", tuple(needs), missing)


def _by_funnel(
    plan: Plan,
    sizing: Sizing,
    held: tuple[Bools, ...],
    rates_of: RatesOf,
    selling: tuple[float, float],
    whole: Callable[[float], Staff],
) -> Method:
    value = account_amount(plan, sizing.revenue_key)
    n_held = [int(mask.sum()) for mask in held]
    if value is None and sizing.target is None:
        nobody = tuple(Need(n, math.nan, each, whole(math.nan)) for n, each in zip(n_held, selling, strict=True))
        return Method("funnel", nobody, tr("Choose the measure that tells the revenue, or fill in a target."))
    revenue = [0.0, 0.0] if value is None else [_sum_above_0(value[mask]) for mask in held]
    # A target of the whole is shared as revenue is, or as accounts are where there is none.
    basis = revenue if sum(revenue) > 0 else [float(n) for n in n_held]
    whole_target = sum(revenue) * (1 + sizing.growth) if sizing.target is None else sizing.target
    shares = [b / sum(basis) for b in basis] if sum(basis) > 0 else [1.0, 0.0]
    needs = []
    for at, role in enumerate(("field", "inside")):
        amount = new_business(revenue[at], sizing.retention, whole_target * shares[at])
        fte = fte_by_funnel(amount, rates_of(role), selling[at])
        needs.append(Need(n_held[at], amount, selling[at], whole(fte)))
    broken = tr("A rate or the amount of a deal is 0, so no activity reaches the target.")
    return Method("funnel", tuple(needs), broken if _is_unknown(needs) else "")


def funnel_hours(need: Need, rates: Rates) -> float:
    """Return the hours a year that the new business of a channel takes."""
    return backwards(need.basis, rates).hours


def _is_unknown(needs: list[Need]) -> bool:
    return any(math.isnan(need.staff.fte) for need in needs)


def _sum_above_0(value: Floats) -> float:
    return float(np.where(np.isfinite(value) & (value > 0), value, 0.0).sum())
