"""Targets, indices and their spread as pure functions. Owns the formulas of balance; not their gathering (balance)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territorymap.i18n import number, percent, tr
from territorymap.metrics.registry import Case, Lines, metric

Floats = NDArray[np.float64]
_ROUNDING = 1e-9


def capacity_shares(capacity_h: Floats) -> Floats:
    """Return (T,) shares in proportion to capacity, summing to 1; all 0 where nobody has told a capacity."""
    known = np.where(np.isfinite(capacity_h) & (capacity_h > 0), capacity_h, 0.0)
    whole = float(known.sum())
    return known / whole if whole > 0 else np.zeros(len(known))


def equal_shares(n_territories: int) -> Floats:
    """Return (T,) equal shares; empty territories count."""
    return np.full(n_territories, 1 / max(n_territories, 1))


def _amount(value: float) -> str:
    return number(value, 0 if abs(value) >= 1000 or value == round(value) else 2)


def _target_lines(case: Case) -> Lines:
    row, t, balance = case.balance_row, case.territory_ix, case.balance
    assigned = float(case.totals.territory_total[case.row].sum())
    lines = [(tr("Assigned total of all territories"), _amount(assigned))]
    if balance.target_kind == "capacity":
        lines += [
            (tr("Capacity here"), tr("{value} h a year", value=number(balance.capacity_h[t]))),
            (tr("Capacity of all territories"), tr("{value} h a year", value=number(balance.capacity_h.sum()))),
        ]
    else:
        lines.append((tr("Territories, empty ones included"), number(case.plan.n_territories)))
    return [*lines, (tr("Share"), percent(balance.share[t], 2)), (tr("Target"), _amount(balance.target[row, t]))]


@metric(
    "target",
    scope="territory measure",
    label=lambda: tr("Target"),
    formula=lambda: tr("Assigned total × share of this territory"),
    meaning=lambda: tr(
        "What the territory would have if the plan were even. Shares are equal, or in proportion to the capacity of "
        "the team, by its shares; who has several territories is divided among them, and without a told capacity the "
        "target is 0."
    ),
    lines=_target_lines,
)
def targets(total: Floats, share: Floats) -> Floats:
    """Target of each measure and territory.

    Parameters
    ----------
    total : (M, T) float
    share : (T,) float, summing to 1, or all 0

    Returns
    -------
    (M, T) float, in the measures' own units; 0 where the share is 0.

    Source
    ------
    Definition of this program: assigned total / number of territories, or in proportion to capacity.
    """
    return np.asarray(total.sum(axis=1, keepdims=True) * share)


def _index_lines(case: Case) -> Lines:
    row, t, balance = case.balance_row, case.territory_ix, case.balance
    index, tolerance = float(balance.index[row, t]), float(balance.tolerance[row])
    lines = [
        (tr("Total"), _amount(float(case.totals.territory_total[case.row, t]))),
        (tr("Target"), _amount(float(balance.target[row, t]))),
    ]
    if not np.isfinite(index):
        return [*lines, (tr("Index"), tr("none: the target is 0"))]
    return [
        *lines,
        (tr("Index"), percent(index, 1)),
        (tr("Deviation from 100 %"), percent(index - 1, 1)),
        (tr("Tolerance"), tr("± {value}", value=percent(tolerance, 1))),
        (tr("Within tolerance"), tr("no") if is_outside(balance.index[row, t], tolerance) else tr("yes")),
    ]


@metric(
    "index",
    scope="territory measure",
    label=lambda: tr("Index"),
    formula=lambda: tr("Total ÷ target"),
    meaning=lambda: tr("100 % is even, 110 % is 10 % too much, 90 % is 10 % too little."),
    lines=_index_lines,
)
def index_of(total: Floats, target: Floats) -> Floats:
    """Index of each measure and territory: total / target.

    Parameters
    ----------
    total : (M, T) float
    target : (M, T) float

    Returns
    -------
    (M, T) float; 1 is even; nan where the target is 0. Below 0 only for measures that can be negative.

    Source
    ------
    Zoltners & Sinha 2005, Sales territory design: thirty years of modeling and implementation.
    """
    return np.asarray(total / np.where(target == 0, np.nan, target))


def _worst_lines(case: Case) -> Lines:
    row, balance = case.balance_row, case.balance
    deviation = np.abs(balance.index[row] - 1)
    worst = np.argsort(-np.where(np.isfinite(deviation), deviation, -1), kind="stable")[:5]
    return [
        (case.plan.territories[t].name, tr("index {value}", value=percent(balance.index[row, t], 1)))
        for t in worst
        if np.isfinite(deviation[t])
    ]


@metric(
    "max_deviation",
    scope="plan measure",
    label=lambda: tr("Max deviation"),
    formula=lambda: tr("Largest |index − 1| of all territories"),
    meaning=lambda: tr("How far the least even territory is from its target."),
    lines=_worst_lines,
)
def max_deviation(index: Floats) -> Floats:
    """Largest deviation of an index from 1, by measure.

    Parameters
    ----------
    index : (M, T) float, nan = no index

    Returns
    -------
    (M,) float, >= 0; 0 is even; nan where no territory has an index.

    Source
    ------
    Definition of this program.
    """
    deviation = np.abs(index - 1)
    worst = np.max(np.where(np.isnan(deviation), -1.0, deviation), axis=1, initial=-1.0)
    return np.where(worst < 0, np.nan, worst)


def _cv_lines(case: Case) -> Lines:
    index = case.balance.index[case.balance_row]
    known = index[np.isfinite(index)]
    if not len(known):
        return [(tr("Territories with an index"), number(0))]
    return [
        (tr("Territories with an index"), number(len(known))),
        (tr("Mean index"), percent(float(known.mean()), 1)),
        (tr("Smallest and largest index"), f"{percent(float(known.min()), 1)} – {percent(float(known.max()), 1)}"),
        (tr("Standard deviation of the index"), percent(float(known.std()), 1)),
    ]


@metric(
    "cv",
    scope="plan measure",
    label=lambda: tr("CV"),
    formula=lambda: tr("Population standard deviation of the index"),
    meaning=lambda: tr("How uneven the plan is as a whole: 0 % is even. With equal shares the mean index is 100 %."),
    lines=_cv_lines,
)
def coefficient_of_variation(index: Floats) -> Floats:
    """Coefficient of variation, by measure: population standard deviation of the index.

    Parameters
    ----------
    index : (M, T) float, nan = no index, left out

    Returns
    -------
    (M,) float, >= 0; 0 is even; nan where no territory has an index.

    Source
    ------
    Definition of this program.
    """
    known = np.isfinite(index)
    n = np.where(known.any(axis=1), known.sum(axis=1), np.nan)[:, None]
    mean = np.where(known, index, 0).sum(axis=1, keepdims=True) / n
    return np.asarray(np.sqrt((np.where(known, index - mean, 0) ** 2).sum(axis=1) / n[:, 0]))


def is_outside(index: ArrayLike, tolerance: ArrayLike) -> NDArray[np.bool_]:
    """Return whether each index lies outside the tolerance; a nan does not.

    An index of 1.10 is within a tolerance of 0.10 though 1.10 - 1 > 0.10 in floats: totals are good to 1e-9.
    """
    return np.asarray(np.abs(np.asarray(index) - 1) > np.asarray(tolerance) + _ROUNDING)


def _outside_lines(case: Case) -> Lines:
    row, balance = case.balance_row, case.balance
    beyond = np.flatnonzero(is_outside(balance.index[row], balance.tolerance[row]))
    return [
        (tr("Tolerance"), tr("± {value}", value=percent(float(balance.tolerance[row]), 1))),
        *((case.plan.territories[t].name, percent(balance.index[row, t], 1)) for t in beyond),
    ]


@metric(
    "outside_tolerance",
    scope="plan measure",
    label=lambda: tr("Outside tolerance"),
    formula=lambda: tr("Number of territories with |index − 1| > tolerance"),
    meaning=lambda: tr("How many territories still need work. A territory without a target is not counted."),
    lines=_outside_lines,
)
def outside_tolerance(index: Floats, tolerance: Floats) -> NDArray[np.int64]:
    """Territories whose index lies outside the tolerance, by measure.

    Parameters
    ----------
    index : (M, T) float, nan = no index, not counted
    tolerance : (M,) float, ratio

    Returns
    -------
    (M,) int, 0..T; 0 for no territory.

    Source
    ------
    Definition of this program: outside = |index - 1| > tolerance.
    """
    return np.asarray(is_outside(index, tolerance[:, None]).sum(axis=1), dtype=np.int64)
