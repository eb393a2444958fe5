"""The numbers of a page: totals against targets of some territories, and their largest accounts.

Owns the choice of measures and how a number is written; not how it is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.view import ExportView
from territorymap.i18n import number, tr
from territorymap.mapview.strings import measure_labels

WHOLE_FROM = 100.0  # numbers from here on are written without a fraction


@dataclass(frozen=True)
class MeasureRow:
    """One measure of one territory, or of all territories of a rep."""

    name: str
    label: str
    total: float
    target: float
    index: float  # nan where the target is 0
    tolerance: float

    @property
    def is_outside(self) -> bool:
        return bool(np.isfinite(self.index) and abs(self.index - 1) > self.tolerance)


def measure_rows(view: ExportView, territories: Sequence[int]) -> list[MeasureRow]:
    """Return the shown measures of these territories together, workload before the planner's own, then counts."""
    plan, balance = view.plan, view.balance
    labels = measure_labels(plan)
    chosen = list(territories)
    rows = []
    for i, ix in enumerate(balance.measure_ix):
        measure = plan.measures[ix]
        if not measure.is_shown:
            continue
        total = float(view.territory_total[ix, chosen].sum())
        target = float(np.nansum(balance.target[i, chosen]))
        index = total / target if target else float("nan")
        label = drawable(labels.get(measure.name, measure.name))
        rows.append(MeasureRow(measure.name, label, total, target, index, float(balance.tolerance[i])))
    return sorted(rows, key=lambda row: {"workload_h": 0, "accounts": 2, "units": 3}.get(row.name, 1))


def amount(value: float) -> str:
    """Return a number as people read it: without a fraction from a hundred on, "–" where there is none."""
    if not np.isfinite(value):
        return "–"
    digits = 0 if abs(value) >= WHOLE_FROM or float(value).is_integer() else 1
    return number(value, digits)


@dataclass(frozen=True)
class AccountMeasure:
    """A number of each account that a list shows."""

    label: str
    values: NDArray[np.float64]  # (A,)


def account_measures(view: ExportView) -> list[AccountMeasure]:
    """Return the planner's own measures of accounts, then workload; the first is what accounts are ranked by."""
    plan = view.plan
    labels = measure_labels(plan)
    found = [
        AccountMeasure(drawable(labels.get(m.name, m.name)), plan.accounts.values[m.column_name])
        for m in plan.measures
        if m.source == "account" and m.is_shown
    ]
    if any(m.is_workload for m in plan.measures):
        found.append(AccountMeasure(tr("Workload, h"), view.account_workload_h))
    return found


def accounts_of(view: ExportView, territories: Sequence[int]) -> NDArray[np.int64]:
    """Return the accounts of these territories."""
    return np.flatnonzero(np.isin(view.account_territory, list(territories)))


def ranked(
    accounts: NDArray[np.int64], measures: Sequence[AccountMeasure], names: NDArray[np.object_]
) -> NDArray[np.int64]:
    """Return the accounts by the first measure, the largest first, those without a number last; then by name."""
    if not len(accounts):
        return accounts
    by_name = np.array([str(name).casefold() for name in names[accounts]], dtype=object)
    order = np.argsort(by_name, kind="stable")
    if measures:
        value = np.nan_to_num(measures[0].values[accounts[order]], nan=-np.inf)
        order = order[np.argsort(-value, kind="stable")]
    return accounts[order]
