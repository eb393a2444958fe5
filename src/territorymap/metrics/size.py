"""Counts and sizes of territories, and plain sums. Owns their definitions; the arrays are kept by totals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import number, tr
from territorymap.metrics.registry import Case, Lines, metric
from territorymap.metrics.sums import sum_by


def _account_lines(case: Case) -> Lines:
    plan, t = case.plan, case.territory_ix
    holder = plan.territory_of_accounts()
    given = plan.account_override >= 0
    away = given & (holder != t) & (case.totals.territory_of_units(plan.accounts.unit_ix) == t)
    lines = [
        (tr("Lying in its units"), number(int(((holder == t) & ~given).sum()))),
        (tr("Given to it by override"), number(int(((holder == t) & given).sum()))),
        (tr("Lying in its units, given to others by override"), number(int(away.sum()))),
    ]
    if not plan.in_scope.all():
        beyond = ~plan.in_scope & ~given & (case.totals.territory_of_units(plan.accounts.unit_ix) == t)
        lines.append((tr("Lying in its units, out of the alignment's scope"), number(int(beyond.sum()))))
    return [*lines, (tr("Accounts"), number(int(case.totals.n_accounts[t])))]


@metric(
    "accounts",
    scope="territory",
    label=lambda: tr("Accounts"),
    formula=lambda: tr("Accounts in scope lying in its units, and those given to it by override"),
    meaning=lambda: tr("An account given to another territory by override counts there only."),
    lines=_account_lines,
)
def count_accounts(account_territory: NDArray[np.int32], n_territories: int) -> NDArray[np.int64]:
    """Accounts of each territory.

    Parameters
    ----------
    account_territory : (A,) int, territory that has the account, overrides included; -1 = none

    Returns
    -------
    (T,) int, >= 0; 0 for an empty territory.

    Source
    ------
    Definition of this program.
    """
    held = account_territory[account_territory >= 0]
    return np.bincount(held, minlength=n_territories).astype(np.int64)


def _unit_lines(case: Case) -> Lines:
    t = case.territory_ix
    locked = int(case.plan.units.locked[case.totals.members(t)].sum())
    return [(tr("Units"), number(int(case.totals.n_units[t]))), (tr("Locked among them"), number(locked))]


@metric(
    "units",
    scope="territory",
    label=lambda: tr("Units"),
    formula=lambda: tr("Number of units assigned to it"),
    meaning=lambda: tr("Units are the smallest pieces of ground that are assigned."),
    lines=_unit_lines,
)
def count_units(unit_territory: NDArray[np.int32], n_territories: int) -> NDArray[np.int64]:
    """Units of each territory.

    Parameters
    ----------
    unit_territory : (U,) int, -1 = unassigned

    Returns
    -------
    (T,) int, >= 0; 0 for an empty territory.

    Source
    ------
    Definition of this program.
    """
    return np.bincount(unit_territory[unit_territory >= 0], minlength=n_territories).astype(np.int64)


def _area_lines(case: Case) -> Lines:
    t = case.territory_ix
    return [
        (tr("Units"), number(int(case.totals.n_units[t]))),
        (tr("Area"), tr("{value} km²", value=number(case.totals.area_km2[t], 1))),
    ]


@metric(
    "area_km2",
    scope="territory",
    label=lambda: tr("Area"),
    unit="km²",
    formula=lambda: tr("Sum of the areas of its units"),
    meaning=lambda: tr("Geodesic area on the WGS 84 ellipsoid, water inside the units included."),
    lines=_area_lines,
)
def territory_area_km2(
    area_km2: NDArray[np.float64], unit_territory: NDArray[np.int32], n_territories: int
) -> NDArray[np.float64]:
    """Area of each territory.

    Parameters
    ----------
    area_km2 : (U,) float, geodesic on WGS 84
    unit_territory : (U,) int, -1 = unassigned

    Returns
    -------
    (T,) float, km2, >= 0; 0 for an empty territory.

    Source
    ------
    Karney 2013, through GeographicLib.
    """
    assigned = unit_territory >= 0
    return np.bincount(unit_territory[assigned], area_km2[assigned], minlength=n_territories).astype(np.float64)


def _perimeter_lines(case: Case) -> Lines:
    t, totals = case.territory_ix, case.totals
    inner = float(totals.cut_km[t])
    return [
        (tr("Borders with other territories and unassigned units"), tr("{value} km", value=number(inner, 1))),
        (tr("Coasts and outer borders"), tr("{value} km", value=number(totals.perimeter_km[t] - inner, 1))),
        (tr("Perimeter"), tr("{value} km", value=number(totals.perimeter_km[t], 1))),
    ]


@metric(
    "perimeter_km",
    scope="territory",
    label=lambda: tr("Perimeter"),
    unit="km",
    formula=lambda: tr("Length of all borders between a unit of it and anything else"),
    meaning=lambda: tr("Holes and islands included, as detailed as the unit layer is."),
    lines=_perimeter_lines,
)
def territory_perimeter_km(outside_km: NDArray[np.float64], cut_km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Perimeter of each territory.

    Parameters
    ----------
    outside_km : (T,) float, borders of its units with the outside of the layer
    cut_km : (T,) float, borders of its units with units that it does not have

    Returns
    -------
    (T,) float, km, >= 0; 0 for an empty territory.

    Source
    ------
    Karney 2013, through GeographicLib; edges between vertices are geodesics.
    """
    return np.asarray(outside_km + cut_km)


def _total_lines(case: Case) -> Lines:
    if case.measure is None:
        return []
    plan, t, totals = case.plan, case.territory_ix, case.totals
    total = float(totals.territory_total[case.row, t])
    if case.measure.source == "unit":
        return [
            (tr("Sum over its units"), number(int(totals.n_units[t]))),
            (case.measure.name, number(total, 2)),
            (tr("Overrides move accounts, not what belongs to the ground."), ""),
        ]
    value = plan.accounts.values[case.measure.column_name]
    has = plan.territory_of_accounts() == t
    given = has & (plan.account_override >= 0)
    return [
        (tr("Accounts"), number(int(has.sum()))),
        (tr("Accounts without a number, counted as 0"), number(int((has & ~np.isfinite(value)).sum()))),
        (tr("From accounts given to it by override"), number(float(np.nansum(value[given])), 2)),
        (case.measure.name, number(total, 2)),
    ]


@metric(
    "total",
    scope="territory measure",
    label=lambda: tr("Total"),
    formula=lambda: tr("Sum over its accounts, or over its units if it is a number of the units"),
    meaning=lambda: tr(
        "An account counts where it is given by override, else, if the alignment's scope covers it, where its unit is"
        " assigned."
    ),
    lines=_total_lines,
)
def territory_totals(
    value: NDArray[np.float64], territory: NDArray[np.int32], n_territories: int
) -> NDArray[np.float64]:
    """Sum of a measure over the accounts or the units of each territory.

    Parameters
    ----------
    value : (n,) float, by account or by unit; nan counts as 0
    territory : (n,) int, the territory that has it; -1 = none

    Returns
    -------
    (T,) float, in the measure's own unit; 0 for an empty territory.

    Source
    ------
    Definition of this program.
    """
    held = territory >= 0
    return np.asarray(sum_by(territory[held], np.nan_to_num(value[held])[None], n_territories)[0])
