"""What is assumed where the planner has assumed nothing: guessed from the plan's own columns. Owns the guesses."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.capacity.assumed import ChannelRule, Criterion, Market, Sizing, usual_classes
from territorymap.model.plan import Plan
from territorymap.model.records import Measure

_WORDS = {
    "potential": ("potential", "market size", "tam", "demand", "潜力", "市场规模"),
    "revenue": ("revenue", "sales", "turnover", "umsatz", "收入", "销售", "营业额"),
    "competition": ("compet", "rival", "竞争"),
    "fit": ("fit", "propensity", "affinity", "契合", "匹配"),
}
USUAL_FAR_KM = 200.0
_GROUND = ("population", "labour", "labor", "household", "gdp", "人口")


def guess_measure(measures: Iterable[Measure], role: str, source: str = "") -> Measure | None:
    """Return the measure whose name tells that it is what a role means; None if none does."""
    able = [m for m in measures if m.source != "builtin" and (not source or m.source == source)]
    for word in _WORDS[role]:
        for measure in able:
            if _has_word(measure.name.casefold(), word):
                return measure
    return None


def usual_sizing(plan: Plan) -> Sizing:
    """Return assumptions that fit the plan: ABC classes by revenue, small and far ones called, sales as they are."""
    revenue = guess_measure(plan.measures, "revenue", "account")
    amounts = revenue or next((m for m in plan.measures if m.source == "account"), None)
    potential = guess_measure(plan.measures, "potential")
    usual = Sizing(potential_key=potential.uuid if potential else "", revenue_key=revenue.uuid if revenue else "")
    each = sales_each(plan, revenue)
    if each is not None:
        usual = replace(usual, field_sales=each, inside_sales=each)
    share = share_now(plan, revenue, potential)
    if share is not None:
        usual = replace(usual, win_share=min(1.0, _two_digits(share * (1 + usual.growth))))
    if amounts is None:
        return replace(usual, classes=usual_classes(plan.info.constants, (tr("All"),)))
    rules: tuple[ChannelRule, ...] = (ChannelRule("size", "class", "inside", values=("C",)),)
    if any(rep.has_home for rep in plan.reps):
        # The large ones are visited wherever they are; the others not where the way costs half a day.
        rules = (
            ChannelRule("size", "class", "field", values=("A",)),
            ChannelRule("location", "distance", "inside", above_km=USUAL_FAR_KM),
            *rules,
        )
    return replace(
        usual, class_way="abc", class_key=amounts.uuid, classes=usual_classes(plan.info.constants), rules=rules
    )


def share_now(plan: Plan, revenue: Measure | None, potential: Measure | None) -> float | None:
    """Return the share of the potential that is sold now; None where it cannot be told."""
    if revenue is None or potential is None:
        return None
    of = plan.accounts.values if potential.source == "account" else plan.units.values
    whole, sold = _sum(of[potential.column_name]), _sum(plan.accounts.values[revenue.column_name])
    return sold / whole if whole > 0 and sold > 0 else None


def sales_each(plan: Plan, revenue: Measure | None) -> float | None:
    """Return what a rep sells now, on average, in two digits; None where it cannot be told."""
    n = len(plan.reps) or plan.n_territories
    if revenue is None or not n:
        return None
    mean = _sum(plan.accounts.values[revenue.column_name]) / n
    return _two_digits(mean) if mean > 0 else None


def _sum(value: NDArray[np.float64]) -> float:
    return float(np.where(np.isfinite(value) & (value > 0), value, 0.0).sum())


def _two_digits(value: float) -> float:
    """Return a number above 0 with its two leading digits."""
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{round(value / step) * step:.6g}")


def usual_market(plan: Plan) -> Market:
    """Return criteria that the plan has columns for: potential, existing revenue, competition, fit."""
    found = {role: guess_measure(plan.measures, role) for role in _WORDS}
    ground = next((m for m in plan.measures if m.source == "unit" and _is_ground(m)), None)
    criteria = [
        Criterion(found[role].name, "sum", found[role].uuid, weight=weight, is_less_better=is_less, role=role)  # type: ignore[union-attr]
        for role, weight, is_less in (
            ("potential", 40.0, False),
            ("revenue", 30.0, False),
            ("competition", 15.0, True),
            ("fit", 15.0, False),
        )
        if found[role] is not None
    ]
    if found["potential"] is None and ground is not None:
        # People are no money: they stand for potential in the score, but revenue is no share of them.
        criteria.insert(0, Criterion(ground.name, "sum", ground.uuid, weight=40.0))
    if not criteria:
        accounts = next(m for m in plan.measures if m.source == "builtin" and m.column_name == "accounts")
        criteria = [Criterion(tr("Accounts"), "sum", accounts.uuid, weight=40.0)]
    n_countries = len(set(map(str, plan.units.country)))
    n_parents = len(set(map(str, plan.units.parent_code)))
    level = "states" if n_parents > 1 else "countries" if n_countries > 1 else "units"
    return Market(level, tuple(criteria))


def _has_word(name: str, word: str) -> bool:
    """Whether a name has a word, or in scripts without blanks a part; "fit" is not in "profit"."""
    if not word.isascii():
        return word in name
    return any(part.startswith(word) for part in name.replace("_", " ").replace("-", " ").split()) or (
        " " in word and word in name
    )


def _is_ground(measure: Measure) -> bool:
    return any(_has_word(measure.name.casefold(), word) for word in _GROUND)
