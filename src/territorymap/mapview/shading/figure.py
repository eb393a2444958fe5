"""Colour by a figure of each territory: difficulty of quotas, forecast attainment ... Owns groups and limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.mapview.shading.classes import classify
from territorymap.mapview.shading.index import SLACK, index_limits, limit_labels
from territorymap.mapview.shading.measure import class_labels
from territorymap.mapview.shading.ramps import NO_VALUE, around_even, few_to_many
from territorymap.mapview.shading.registry import Case, Choice, Classing, Group, Shades, family
from territorymap.model.change import PlanDelta
from territorymap.model.territory_figure import MONEY, PERCENT, TABLES, TerritoryFigure

PREFIX = "figure:"
TOLERANCE = 0.10  # within it a ratio is as good as even


@family("figure", order=7)
class ByFigure:
    """Blue below 1, orange above it, grey about 1; amounts from pale to dark."""

    tables = TABLES

    def heading(self) -> str:
        return tr("Figures of the territory")

    def choices(self, case: Case) -> list[Choice]:
        if case.figures is None or not case.plan.n_territories:
            return []
        return [
            Choice(PREFIX + spec.key, spec.label, spec.title, is_classed=not spec.is_around_even)
            for spec in case.figures.specs()
        ]

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        figure = case.figures.find(key.removeprefix(PREFIX)) if case.figures is not None else None
        assert figure is not None
        return figure_shades(figure, classing)

    def is_changed_by(self, delta: PlanDelta) -> bool:
        """Every edit moves potential, deals or teams."""
        return True


def figure_shades(figure: TerritoryFigure, classing: Classing | None = None) -> Shades:
    """Return groups and colours of a figure."""
    return _around_even(figure) if figure.spec.is_around_even else _amounts(figure, classing or Classing())


def _around_even(figure: TerritoryFigure) -> Shades:
    below, above = index_limits(TOLERANCE)
    light, dark = (around_even(len(below), len(above), is_dark) for is_dark in (False, True))
    values = figure.values
    known = np.where(np.isfinite(values), values, 1.0)
    of = np.searchsorted(np.array(below) - SLACK, known, side="right")
    of = of + np.searchsorted(np.array(above) + SLACK, known, side="left")
    return _shades(figure, limit_labels(below, above), light, dark, of)


def _amounts(figure: TerritoryFigure, classing: Classing) -> Shades:
    # Nothing is the least of all, not a look of its own: a territory with a forecast of 0 is in the lowest class.
    values = np.where(figure.values == 0, 1e-9, figure.values)
    if figure.spec.form == PERCENT:
        values = 100 * values
    classes = classify(values, classing)
    light, dark = few_to_many(classes.n, False), few_to_many(classes.n, True)
    labels = class_labels(classes)
    if figure.spec.form == MONEY and figure.currency:
        labels = [tr("{range} {currency}", range=label, currency=figure.currency) for label in labels]
    if figure.spec.form == PERCENT:
        labels = [tr("{range} %", range=label) for label in labels]
    return _shades(figure, labels, light, dark, classes.of)


def _shades(
    figure: TerritoryFigure, labels: Sequence[str], light: Sequence[str], dark: Sequence[str], of: NDArray[np.integer]
) -> Shades:
    n = len(labels)
    group = np.where(np.isfinite(figure.values) & (of >= 0), of, n)
    counts = np.bincount(group, minlength=n + 1)
    groups = [Group(*row) for row in zip(labels, light, dark, counts[:n].tolist(), strict=True)]
    groups.append(Group(tr("No figure"), NO_VALUE[False], NO_VALUE[True], int(counts[n]), "none"))
    return Shades("owner", groups, group, note=figure.spec.note)
