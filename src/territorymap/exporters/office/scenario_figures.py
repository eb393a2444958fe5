"""Totals and indices of another scenario than the view's own, by the same rules.

Owns this computation where a file speaks of two scenarios; the formulas are metrics'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.view import ExportView
from territorymap.geo.adjacency import build_adjacency
from territorymap.metrics.balance import Balance, compute_balance
from territorymap.metrics.totals import Totals
from territorymap.metrics.workload import homes, workload_parts
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.model.variant import Variant

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """A scenario as numbers; rows of ``total`` are the plan's measures, those of ``balance`` its own."""

    territories: Sequence[Territory]
    total: Floats  # (M, T)
    balance: Balance


def figures_now(view: ExportView) -> Figures:
    """Return the figures of the view's own scenario."""
    return Figures(view.plan.territories, view.territory_total, view.balance)


def figures_of(view: ExportView, scenario: Variant) -> Figures:
    """Return the figures of another scenario of the same plan: those that it is compared by, where it is compared."""
    side = view.comparison.before if view.comparison is not None else None
    if side is not None and side.plan.scenario.uuid == scenario.scenario.uuid:
        return Figures(side.plan.territories, side.total, side.balance)
    plan = replace(
        view.plan,
        territories=list(scenario.territories),
        unit_territory=np.asarray(scenario.unit_territory, dtype=np.int32),
        account_override=np.asarray(scenario.account_override, dtype=np.int32),
        in_scope=view.plan.in_scope if scenario.in_scope is None else scenario.in_scope,
    )
    adjacency = build_adjacency(view.topology, len(plan.units))
    # Perimeters are not asked for here, and a file has no use for compactness of what is past.
    totals = Totals(plan, adjacency, np.zeros(len(plan.units)))
    if not _knows_homes(view):
        _take_workload(view, plan, totals)
    return Figures(plan.territories, totals.territory_total.copy(), compute_balance(plan, totals))


def _knows_homes(view: ExportView) -> bool:
    """Tell whether hours computed from the view's plan are those that the view shows: homes may have been hidden."""
    parts, home = workload_parts(view.plan), homes(view.plan)
    stem_h = parts.stem_h(np.arange(len(view.plan.accounts)), *home[:, view.account_territory])
    return bool(np.allclose(parts.base_h + parts.hop_h + stem_h, view.account_workload_h, equal_nan=True))


def _take_workload(view: ExportView, plan: Plan, totals: Totals) -> None:
    """Sum the hours that the view shows of each account, where they cannot be computed for other homes."""
    row = next((i for i, m in enumerate(plan.measures) if m.is_workload), -1)
    if row < 0:
        return
    holder = plan.territory_of_accounts()
    held = holder >= 0
    hours = np.nan_to_num(view.account_workload_h[held])
    totals.territory_total[row] = np.bincount(holder[held], hours, minlength=plan.n_territories)
