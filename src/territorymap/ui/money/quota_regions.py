"""Quotas by region, under the table of territories. Owns what adds up; difficulty is that of the region as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import money, number
from territorymap.metrics.regions import RegionLine
from territorymap.model.plan import Plan
from territorymap.session.money.quotas import QuotaTable
from territorymap.ui.parts.region_rows import RegionRow, Titled, people_text, rolled_up
from territorymap.ui.parts.words import NOTHING

Floats = NDArray[np.float64]


def quota_region_rows(plan: Plan, table: QuotaTable, currency: str, columns: Sequence[Titled]) -> list[RegionRow]:
    """Return a line for each region: sums, and quota / potential of the region against all territories."""

    def total(values: Floats, line: RegionLine) -> float:
        own = np.asarray(values, dtype=np.float64)[list(line.territory_ix)]
        return float(np.nansum(own)) if np.isfinite(own).any() else float("nan")

    def cash(values: Floats) -> Callable[[RegionLine], str]:
        return lambda line: money(total(values, line), currency) if np.isfinite(total(values, line)) else NOTHING

    def amount(values: Floats) -> Callable[[RegionLine], str]:
        return lambda line: number(total(values, line)) if np.isfinite(total(values, line)) else NOTHING

    def difficulty(line: RegionLine) -> str:
        both = np.isfinite(table.quota) & np.isfinite(table.potential)
        mine = np.zeros(len(table.quota), dtype=np.bool_)
        mine[list(line.territory_ix)] = True
        whole, own = table.potential[both].sum(), table.potential[both & mine].sum()
        if not whole > 0 or not own > 0 or not table.quota[both].sum() > 0:
            return NOTHING
        return number((table.quota[both & mine].sum() / own) / (table.quota[both].sum() / whole), 2)

    return rolled_up(
        plan,
        columns,
        {
            "rep": lambda line: people_text(plan, line),
            "quota": cash(table.quota),
            "difficulty": difficulty,
            "potential": amount(table.potential),
            "history": cash(table.history),
            "capacity": amount(table.capacity_h),
            "pipeline": cash(table.pipeline),
            "below": cash(table.bottom_up),
        },
    )
