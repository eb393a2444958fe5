"""What moves between two scenarios as columns: every account and unit, and territories old -> new.

Owns which columns there are and their order; figures are metrics.comparison's, how a file writes them is the format's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.exporters.tables import Column, with_unique_names
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.metrics.comparison import Comparison, Side
from territorymap.metrics.move_figures import Ages, kind_word, measure_of_accounts
from territorymap.model.units import strings

Ix = NDArray[np.int64]
Floats = NDArray[np.float64]
ACCOUNT, UNIT = "account", "unit"


def comparison_columns(view: ExportView, what: str) -> list[Column]:
    """Return the columns of "moves" or "territory_changes"; UserError if there is nothing to compare with."""
    comparison = comparison_of(view)
    if what == "moves":
        return with_unique_names(move_columns(comparison, view.ages))
    return with_unique_names(territory_change_columns(comparison))


def comparison_of(view: ExportView) -> Comparison:
    """Return what is compared.

    Raises
    ------
    UserError
        if there is nothing that the plan could be compared with.
    """
    if view.comparison is None:
        raise UserError(
            tr("There is no baseline to compare the plan with, so nothing is known to move."),
            tr("Make another scenario the baseline in the menu Scenario, or by territorymap scenario baseline."),
        )
    return view.comparison


def move_columns(comparison: Comparison, ages: Ages | None, only: str | None = None) -> list[Column]:
    """Return a row an account that moves, then a row a unit.

    ``only``: "account" or "unit"; the column that tells them apart is left out then. Numbers of a unit are all that
    it brings, its accounts included: sum either the accounts or the units.
    """
    accounts = comparison.accounts if only != UNIT else np.empty(0, dtype=np.int64)
    units = comparison.units if only != ACCOUNT else np.empty(0, dtype=np.int64)
    plan = comparison.after.plan
    of_unit = np.append(plan.units.code, "")  # -1 = in no unit
    columns = [
        Column("kind", strings([ACCOUNT] * len(accounts) + [UNIT] * len(units))),
        Column("key", _joined(plan.accounts.key[accounts], plan.units.code[units])),
        Column("name", _joined(plan.accounts.name[accounts], plan.units.name[units])),
        Column("change", _changes(comparison, accounts, units)),
        *_ends(comparison, accounts, units),
        Column("unit_code", _joined(of_unit[plan.accounts.unit_ix[accounts]], plan.units.code[units])),
        *_numbers(comparison, accounts, units),
    ]
    if ages is not None:
        days = np.concatenate([ages.account[accounts], ages.unit[units]])
        columns.append(Column("days_since_change", np.floor(days)))
    return columns[1:] if only is not None else columns


def territory_change_columns(comparison: Comparison) -> list[Column]:
    """Return a row a territory of either scenario: names, reps and figures before and after."""
    pairs, before, after = comparison.pairs, comparison.before, comparison.after
    was = np.array([pair.before for pair in pairs], dtype=np.int64)
    now = np.array([pair.after for pair in pairs], dtype=np.int64)
    states = ["created" if p.before < 0 else "deleted" if p.after < 0 else "kept" for p in pairs]
    columns = [
        Column("change", strings(states)),
        Column("territory_before", _names(before)[was]),
        Column("territory_after", _names(after)[now]),
        Column("rep_before", _reps(before)[was]),
        Column("rep_after", _reps(after)[now]),
        Column("kept_share", np.array([pair.kept for pair in pairs], dtype=np.float64)),
        Column("kept_accounts", np.array([pair.n_accounts_kept for pair in pairs], dtype=np.int64)),
        Column("kept_units", np.array([pair.n_units_kept for pair in pairs], dtype=np.int64)),
    ]
    for row, measure in enumerate(after.plan.measures):
        columns.append(Column(f"{measure.name}_before", _picked(before.total[row], was)))
        columns.append(Column(f"{measure.name}_after", _picked(after.total[row], now)))
    for row, name in enumerate(after.balance.measures):
        columns.append(Column(f"{name}_index_before", _picked(before.balance.index[row], was)))
        columns.append(Column(f"{name}_index_after", _picked(after.balance.index[row], now)))
    return columns


def _changes(comparison: Comparison, accounts: Ix, units: Ix) -> NDArray[np.object_]:
    c = comparison
    rows = [
        *zip(c.account_kind[accounts], c.account_from[accounts], c.account_to[accounts], strict=True),
        *zip(c.unit_kind[units], c.unit_from[units], c.unit_to[units], strict=True),
    ]
    return strings([kind_word(int(kind), int(origin), int(target)) for kind, origin, target in rows])


def _ends(comparison: Comparison, accounts: Ix, units: Ix) -> list[Column]:
    was = np.concatenate([comparison.account_from[accounts], comparison.unit_from[units]])
    now = np.concatenate([comparison.account_to[accounts], comparison.unit_to[units]])
    before, after = comparison.before, comparison.after
    return [
        Column("from_territory", _names(before)[was]),
        Column("to_territory", _names(after)[now]),
        Column("from_rep", _reps(before)[was]),
        Column("to_rep", _reps(after)[now]),
    ]


def _numbers(comparison: Comparison, accounts: Ix, units: Ix) -> list[Column]:
    columns = []
    for row, measure in enumerate(comparison.after.plan.measures):
        if measure.source == "builtin" and measure.column_name in ("accounts", "units"):
            continue
        values = measure_of_accounts(comparison, measure)
        of_accounts = np.full(len(accounts), np.nan) if values is None else values[accounts]
        columns.append(Column(measure.name, np.concatenate([of_accounts, comparison.after.unit_total[row, units]])))
    return columns


def _names(side: Side) -> NDArray[np.object_]:
    """(T + 1,) the last, also reached by -1, is "" for unassigned."""
    return strings([t.name for t in side.plan.territories] + [""])


def _reps(side: Side) -> NDArray[np.object_]:
    """(T + 1,) "" for a vacancy and, at -1, for unassigned."""
    return strings([rep.name if rep is not None else "" for rep in side.reps])


def _picked(values: Floats, ix: Ix) -> Floats:
    return np.append(values, np.nan)[ix]


def _joined(accounts: NDArray[np.object_], units: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.concatenate([accounts, units])
