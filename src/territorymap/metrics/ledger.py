"""What units and accounts bring to whoever has them. Owns amounts per unit and account; not who has what (totals)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.sums import sum_by
from territorymap.metrics.workload import WorkloadParts, workload_parts
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXTRA_ROWS = 3  # after the measures: area_km2, border with the outside in km, border with other units in km
WORKLOAD = "workload_h"


class Ledger:
    """Amounts by measure (rows as ``plan.measures``), stem-free, and the accounts by unit.

    ``unit_row`` (M + 3, U) holds what a unit brings to the territory it is assigned to: its own numbers and those of
    its accounts that follow it (in scope, and not given by override); then area, outside border, and 0 for the border
    with other units, which no unit brings by itself. An account given by override brings ``account_amount`` to who it
    is given to.
    """

    def __init__(self, plan: Plan, outside_km: Floats) -> None:
        self.signature = measures_signature(plan)
        self.constants = plan.info.constants
        self.accounts, self.in_scope = plan.accounts, plan.in_scope
        self.parts: WorkloadParts = workload_parts(plan)
        self.workload_row = next((i for i, m in enumerate(plan.measures) if m.is_workload), -1)
        self.n_measures, self.n_units = len(plan.measures), len(plan.units)
        self.account_amount = self._account_amounts(plan)  # (M, A)
        self._own = self._unit_amounts(plan, outside_km)  # (M + 3, U) without accounts
        self.start, self._order = _accounts_by_unit(plan.accounts.unit_ix, self.n_units)
        self.unit_row = self._own.copy()
        self.put_accounts(np.arange(self.n_units), plan.account_override)

    @property
    def unit_measure(self) -> Floats:
        """(M, U) view."""
        return self.unit_row[: self.n_measures]

    @property
    def own_measure(self) -> Floats:
        """(M, U) view: what a unit brings by itself, without its accounts."""
        return self._own[: self.n_measures]

    @property
    def order(self) -> Ints:
        """(A',) accounts by unit: those of unit u are order[start[u] : start[u + 1]], ascending."""
        return self._order

    def fits(self, plan: Plan) -> bool:
        """Whether the plan still has these units, accounts, measures and constants."""
        return (
            plan.accounts is self.accounts
            and plan.in_scope is self.in_scope
            and len(plan.accounts) == self.account_amount.shape[1]
            and len(plan.units) == self.n_units
            and plan.info.constants == self.constants
            and measures_signature(plan) == self.signature
        )

    def accounts_in(self, units: Ints) -> tuple[Ints, Ints]:
        """Return (account_ix of all accounts lying in these units, position in ``units`` of each)."""
        lo = self.start[units]
        n = self.start[units + 1] - lo
        at = np.repeat(np.arange(len(units)), n)
        if not len(at):
            return np.empty(0, dtype=np.int64), at
        ends = np.cumsum(n)
        return self._order[np.arange(len(at)) + (lo - (ends - n))[at]], at

    def put_accounts(self, units: Ints, override: NDArray[np.int32]) -> None:
        """Sum the accounts of these distinct units anew into their rows: in scope, not given by ``override`` (A,)."""
        account, at = self.accounts_in(units)
        free = self.in_scope[account] & (override[account] < 0)
        account, at = account[free], at[free]
        summed = sum_by(at, self.account_amount[:, account], len(units))
        self.unit_row[: self.n_measures, units] = self._own[: self.n_measures, units] + summed

    def _account_amounts(self, plan: Plan) -> Floats:
        amount = np.zeros((self.n_measures, len(plan.accounts)))
        for row, measure in enumerate(plan.measures):
            if measure.source == "account":
                amount[row] = np.nan_to_num(plan.accounts.values[measure.column_name], posinf=0.0, neginf=0.0)
            elif measure.source == "builtin" and measure.column_name == "accounts":
                amount[row] = 1.0
            elif row == self.workload_row:
                amount[row] = self.parts.base_h + self.parts.hop_h
        return amount

    def _unit_amounts(self, plan: Plan, outside_km: Floats) -> Floats:
        amount = np.zeros((self.n_measures + EXTRA_ROWS, self.n_units))
        for row, measure in enumerate(plan.measures):
            if measure.source == "unit":
                amount[row] = np.nan_to_num(plan.units.values[measure.column_name], posinf=0.0, neginf=0.0)
            elif measure.source == "builtin" and measure.column_name == "units":
                amount[row] = 1.0
        amount[self.n_measures] = plan.units.area_km2
        amount[self.n_measures + 1] = outside_km
        return amount


def measures_signature(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return what the rows stand for; a name, a tolerance or being shown makes no difference."""
    return tuple((m.source, m.column_name) for m in plan.measures)


def _accounts_by_unit(unit_ix: NDArray[np.int32], n_units: int) -> tuple[Ints, Ints]:
    """Return (start (U + 1,), order): accounts of unit u are order[start[u] : start[u + 1]], ascending."""
    is_in = np.flatnonzero(unit_ix >= 0)
    order = is_in[np.argsort(unit_ix[is_in], kind="stable")]
    counts = np.bincount(unit_ix[is_in], minlength=n_units)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), order
