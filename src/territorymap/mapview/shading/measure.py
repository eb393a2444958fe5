"""Colour by a measure of the units, as a choropleth. Owns the numbers of the units and their groups."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import number, tr
from territorymap.mapview.shading.classes import NO_CLASS, ZERO_CLASS, Classes, classify
from territorymap.mapview.shading.ramps import NO_VALUE, ZERO, few_to_many
from territorymap.mapview.shading.registry import Case, Choice, Classing, Group, Shades, family
from territorymap.model.change import PlanDelta
from territorymap.model.records import Measure

Floats = NDArray[np.float64]
_COUNTED = 100  # up to here a count is told as a count: "3 to 7", not "above 2"


@family("measure", order=4)
class ByMeasure:
    """What lies in each unit, whoever has it; accounts count where they lie, given by name or not."""

    def heading(self) -> str:
        return tr("Measure of the units")

    def choices(self, case: Case) -> list[Choice]:
        return [
            Choice(f"measure:{m.uuid}", case.labels[m.name], case.labels[m.name], is_classed=True)
            for m in case.plan.measures
            if not (m.source == "builtin" and m.column_name == "units")
            and (m.source == "unit" or len(case.plan.accounts))
        ]

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        row = next(ix for ix, m in enumerate(case.plan.measures) if key == f"measure:{m.uuid}")
        measure = case.plan.measures[row]
        values = unit_values(case, measure)
        if classing.per_km2:
            area = case.plan.units.area_km2
            values = np.divide(values, area, out=np.full(len(values), np.nan), where=area > 0)
        classes = classify(values, classing)
        return Shades("unit", _groups(classes), _group_of(classes), row, note=_note(measure, classing))

    def is_changed_by(self, delta: PlanDelta) -> bool:
        return delta.is_settings_changed


def unit_values(case: Case, measure: Measure) -> Floats:
    """Return (U,) the measure of each unit; nan = no value: not told, or told for none of its accounts.

    Of accounts those count that the alignment's scope covers.
    """
    plan = case.plan
    n = len(plan.units)
    if measure.source == "unit":
        return plan.units.values[measure.column_name]
    unit_ix = plan.accounts.unit_ix
    inside = np.flatnonzero((unit_ix >= 0) & plan.in_scope)
    if measure.source == "account":
        amount = plan.accounts.values[measure.column_name][inside]
    elif measure.column_name == "accounts":
        amount = np.ones(len(inside))
    else:
        parts = case.totals.ledger.parts
        amount = (parts.base_h + parts.hop_h)[inside]
    is_told = np.isfinite(amount)
    total = np.bincount(unit_ix[inside], np.where(is_told, amount, 0.0), minlength=n).astype(np.float64)
    n_accounts = np.bincount(unit_ix[inside], minlength=n)
    n_told = np.bincount(unit_ix[inside], is_told, minlength=n)
    total[(n_accounts > 0) & (n_told == 0)] = np.nan
    return total


def _groups(classes: Classes) -> list[Group]:
    n = classes.n
    light, dark = few_to_many(n, False), few_to_many(n, True)
    count = np.bincount(classes.of[classes.of >= 0], minlength=n)
    labels = class_labels(classes)
    groups = [Group(labels[c], light[c], dark[c], int(count[c])) for c in range(n)]
    for mark, label, color in ((ZERO_CLASS, tr("Zero"), ZERO), (NO_CLASS, tr("No value"), NO_VALUE)):
        found = int((classes.of == mark).sum())
        if found:
            kind = "zero" if mark == ZERO_CLASS else "none"
            groups.append(Group(label, color[False], color[True], found, kind))
    return groups


def _group_of(classes: Classes) -> NDArray[np.int16]:
    group = classes.of.copy()
    has_zero = bool((classes.of == ZERO_CLASS).any())
    group[classes.of == ZERO_CLASS] = classes.n
    group[classes.of == NO_CLASS] = classes.n + has_zero
    return group


def class_labels(classes: Classes) -> list[str]:
    """Return what stands in the legend: from the least number over the round limits to the greatest."""
    if not classes.n:
        return []
    limits = classes.limits
    digits = max((_digits(limit) for limit in limits), default=_digits(classes.high))
    if not limits:
        if classes.low == classes.high:
            return [number(classes.low, _digits(classes.low))]
        return [tr("{low} to {high}", low=number(classes.low, digits), high=number(classes.high, digits))]
    if classes.is_whole and limits[-1] < _COUNTED:
        lows = [classes.low, *(math.floor(limit) + 1 for limit in limits)]
        highs = [*(math.floor(limit) for limit in limits), classes.high]
        return [_span(low, high) for low, high in zip(lows, highs, strict=True)]
    texts = [number(limit, digits) for limit in limits]
    between = [tr("{low} to {high}", low=a, high=b) for a, b in pairwise(texts)]
    return [tr("up to {limit}", limit=texts[0]), *between, tr("above {limit}", limit=texts[-1])]


def _span(low: float, high: float) -> str:
    """Return the counts of a class, so that no count seems to be in two."""
    return number(low) if low == high else tr("{low} to {high}", low=number(low), high=number(high))


def _digits(value: float) -> int:
    """Return how many decimals a round number needs."""
    for digits in range(7):
        if math.isclose(round(value, digits), value, rel_tol=1e-12, abs_tol=1e-12):
            return digits
    return 6


def _note(measure: Measure, classing: Classing) -> str:
    parts = [
        tr("Natural breaks: gaps between the numbers.")
        if classing.method == "natural_breaks"
        else tr("Quantiles: as many units in each class.")
    ]
    if classing.per_km2:
        parts.append(tr("Per square kilometre."))
    if measure.is_workload:
        parts.append(tr("Without the drives from the rep's home."))
    return " ".join(parts)
