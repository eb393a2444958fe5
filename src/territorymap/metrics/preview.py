"""What the map page needs to show totals while a stroke is under way. Owns the arrays; not how they are packed.

The page adds up, for the units under the stroke that go from territory ``a`` to ``b``:

- every measure m: ``unit_measure[m, u]`` off ``a``, onto ``b``;
- the workload row besides: for each account i in ``account_start[u] : account_start[u + 1]``
  ``account_weight[i] * great_circle_km(home of a, account i)`` off ``a``, the same with the home of ``b`` onto ``b``.
  A territory without home (nan), and unassigned, has no stem.

Accounts out of scope or given away by override weigh nothing and are in no measure: they stay where they are. An
override given or cleared changes the arrays of the account's unit only (:func:`unit_values`). great_circle_km is the
haversine formula with R = 6371.0088 (geo.distance). Python's numbers replace the preview when the stroke is
acknowledged.
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
    """Arrays of a plan in its present state; void after a change of accounts or constants."""

    measures: list[str]  # (M,) names
    workload_row: int  # row of workload_h, -1 = none
    unit_measure: Floats  # (M, U) stem-free
    account_start: NDArray[np.int64]  # (U + 1,)
    account_lon: Floats  # (n,) accounts grouped by unit; those without stem are left out
    account_lat: Floats  # (n,)
    account_weight: Floats  # (n,) hours a year per km of stem, 0 = given away by override, or out of scope
    home_lon: Floats  # (T,) nan = no home
    home_lat: Floats  # (T,)
    territory_total: Floats  # (M, T)
    unassigned_total: Floats  # (M,)


def preview_arrays(plan: Plan, totals: Totals) -> PreviewArrays:
    """Return copies of what the page needs; O(units + accounts), for loading the page."""
    ledger = totals.ledger
    account, unit = _with_stem(totals, np.arange(len(plan.units)))
    parts = ledger.parts
    return PreviewArrays(
        measures=[m.name for m in plan.measures],
        workload_row=ledger.workload_row,
        unit_measure=totals.unit_measure.copy(),
        account_start=np.searchsorted(unit, np.arange(len(plan.units) + 1)),
        account_lon=parts.lon[account],
        account_lat=parts.lat[account],
        account_weight=_weights(plan, totals, account),
        home_lon=totals.home[0].copy(),
        home_lat=totals.home[1].copy(),
        territory_total=totals.territory_total.copy(),
        unassigned_total=totals.unassigned_total.copy(),
    )


@dataclass(frozen=True)
class UnitValues:
    """What an override changed in the arrays of some units."""

    unit: NDArray[np.int64]  # (k,)
    measure: Floats  # (M, k) stem-free
    weight: list[Floats]  # (k,) account_weight from account_start[u] to account_start[u + 1] of each


def unit_values(plan: Plan, totals: Totals, unit: NDArray[np.integer]) -> UnitValues:
    """Return the arrays of these units anew; the cost depends on their accounts only."""
    units = np.unique(np.asarray(unit, dtype=np.int64))
    account, at = _with_stem(totals, units)
    weight = np.split(_weights(plan, totals, account), np.searchsorted(at, np.arange(1, len(units))))
    return UnitValues(units, totals.unit_measure[:, units], weight if len(units) else [])


def _with_stem(totals: Totals, units: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (account_ix, position in ``units``) of the accounts that have a stem, by unit."""
    account, at = totals.ledger.accounts_in(units)
    parts = totals.ledger.parts
    has_stem = np.isfinite(parts.lon[account]) & (parts.stem_weight[account] != 0)
    return account[has_stem], at[has_stem]


def _weights(plan: Plan, totals: Totals, account: NDArray[np.int64]) -> Floats:
    return np.where(plan.goes_with_unit(account), totals.ledger.parts.stem_weight[account], 0.0)


def unit_stem_h(plan: Plan, totals: Totals, territory_ix: int) -> Floats:
    """Return (U,) the stem part of the workload of each unit if this territory had it, hours a year."""
    ledger = totals.ledger
    account, unit = ledger.accounts_in(np.arange(len(plan.units)))
    is_free = plan.goes_with_unit(account)
    stem_h = ledger.parts.stem_h(account[is_free], *totals.home[:, territory_ix])
    return np.bincount(unit[is_free], stem_h, minlength=len(plan.units)).astype(np.float64)
