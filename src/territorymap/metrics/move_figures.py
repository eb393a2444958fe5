"""Numbers of what moves between two scenarios: what it brings, in whose hands it is, how old the last change is.

Owns these readings of a comparison; not what counts as a move (comparison).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.comparison import SAME, TERRITORY, Comparison, Side
from territorymap.model.records import Measure

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ages:
    """Days since the territory, or its rep, last changed in either scenario; nan = never."""

    unit: Floats  # (U,)
    account: Floats  # (A,)


def is_other_rep(comparison: Comparison) -> NDArray[np.bool_]:
    """(A,) whether an account is in other hands: another rep, or a rep where there was none."""
    was = rep_ids(comparison.before, comparison.account_from)
    return np.asarray(was != rep_ids(comparison.after, comparison.account_to))


def rep_ids(side: Side, territory_ix: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the rep_id of each territory position, -1 = nobody."""
    ids = np.array([rep.rep_id if rep is not None else -1 for rep in side.reps], dtype=np.int64)
    return np.asarray(ids[territory_ix])


def moved_amounts(comparison: Comparison) -> Floats:
    """(M,) of each measure, what the accounts that move bring, or the units where it is a number of the units.

    Workload is counted as it is afterwards.
    """
    plan = comparison.after.plan
    amounts = np.zeros(len(plan.measures))
    for row, measure in enumerate(plan.measures):
        of_units = measure_of_units(comparison, measure)
        values, moved = (
            (of_units, comparison.units)
            if of_units is not None
            else (measure_of_accounts(comparison, measure), comparison.accounts)
        )
        amounts[row] = np.nansum(values[moved]) if values is not None else len(moved)
    return amounts


def measure_of_units(comparison: Comparison, measure: Measure) -> Floats | None:
    """(U,) numbers of a measure of units; None = it is one of accounts."""
    units = comparison.after.plan.units
    if measure.source == "unit":
        return units.values[measure.column_name]
    if measure.source == "builtin" and measure.column_name == "units":
        return np.ones(len(units))
    return None


def measure_of_accounts(comparison: Comparison, measure: Measure) -> Floats | None:
    """(A,) numbers of a measure of accounts; None = it is a mere count, or one of units."""
    if measure.source == "account":
        return comparison.after.plan.accounts.values[measure.column_name]
    if measure.is_workload:
        return comparison.after.account_workload_h
    return None


def kind_word(kind: int, origin: int, target: int) -> str:
    """Return what happens to a unit or account: "kept", "moved", "assigned", "unassigned" or "rep"."""
    if kind == SAME:
        return "kept"
    if kind != TERRITORY:
        return "rep"
    return "assigned" if origin < 0 else "unassigned" if target < 0 else "moved"
