"""What the map page needs to show totals while a stroke is under way. Owns the arrays; not how they are packed.

The page adds up, for the units under the stroke that go from territory ``a`` to ``b``:

- every measure m: ``unit_measure[m, u]`` off ``a``, onto ``b``;
- the workload row besides: for each account i in ``account_start[u] : account_start[u + 1]``
  ``account_weight[i] * great_circle_km(home of a, account i)`` off ``a``, the same with the home of ``b`` onto ``b``.
  A territory without home (nan), and unassigned, has no stem.

Accounts given away by override are in neither: they stay where they are. great_circle_km is the haversine formula with
R = 6371.0088 (geo.distance). Python's numbers replace the preview when the stroke is acknowledged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PreviewArrays:
    """Arrays of a plan in its present state; void after a change of accounts, overrides or constants."""

    measures: list[str]  # (M,) names
    workload_row: int  # row of workload_h, -1 = none
    unit_measure: Floats  # (M, U) stem-free
    account_start: NDArray[np.int64]  # (U + 1,)
    account_lon: Floats  # (n,) accounts grouped by unit; those without stem are left out
    account_lat: Floats  # (n,)
    account_weight: Floats  # (n,) hours a year per km of stem
    home_lon: Floats  # (T,) nan = no home
    home_lat: Floats  # (T,)
    territory_total: Floats  # (M, T)
    unassigned_total: Floats  # (M,)


def preview_arrays(plan: Plan, totals: Totals) -> PreviewArrays:
    """Return copies of what the page needs; O(units + accounts), for loading the page."""
    ledger = totals.ledger
    account, unit = ledger.accounts_in(np.arange(len(plan.units)))
    parts = ledger.parts
    weight = parts.stem_weight[account]
    is_free = (plan.account_override[account] < 0) & np.isfinite(parts.lon[account]) & (weight != 0)
    account, unit = account[is_free], unit[is_free]
    return PreviewArrays(
        measures=[m.name for m in plan.measures],
        workload_row=ledger.workload_row,
        unit_measure=totals.unit_measure.copy(),
        account_start=np.searchsorted(unit, np.arange(len(plan.units) + 1)),
        account_lon=parts.lon[account],
        account_lat=parts.lat[account],
        account_weight=weight[is_free],
        home_lon=totals.home[0].copy(),
        home_lat=totals.home[1].copy(),
        territory_total=totals.territory_total.copy(),
        unassigned_total=totals.unassigned_total.copy(),
    )


def unit_stem_h(plan: Plan, totals: Totals, territory_ix: int) -> Floats:
    """Return (U,) the stem part of the workload of each unit if this territory had it, hours a year."""
    ledger = totals.ledger
    account, unit = ledger.accounts_in(np.arange(len(plan.units)))
    is_free = plan.account_override[account] < 0
    stem_h = ledger.parts.stem_h(account[is_free], *totals.home[:, territory_ix])
    return np.bincount(unit[is_free], stem_h, minlength=len(plan.units)).astype(np.float64)
