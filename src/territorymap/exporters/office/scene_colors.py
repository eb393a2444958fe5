"""The colours of a scene's map: by territory, by rep or region, by index of a measure, by a figure of registers.

Owns the choice of colour; limits and ramps of the index are mapview.shading's. Classes of numbers of single units have
no borders of territories to be drawn with, so a map of them is shown by territory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.office.scenario_figures import Figures, figures_now, figures_of
from territorymap.exporters.view import ExportView
from territorymap.mapview.shading.figure import PREFIX, figure_shades
from territorymap.mapview.shading.index import SLACK, index_limits
from territorymap.mapview.shading.ramps import NO_VALUE, NOBODY, around_even
from territorymap.model.records import Territory
from territorymap.model.variant import Variant

_INDEX = "index:"


@dataclass(frozen=True)
class Colored:
    """Territories in the colours of a scene, and which units are theirs."""

    territories: list[Territory]
    unit_territory: NDArray[np.int32]


def colored(view: ExportView, variant: Variant | None, color_by: str) -> Colored:
    """Return a scenario (None = the view's own) in the colours that a scene was saved with."""
    territories = list(view.plan.territories if variant is None else variant.territories)
    units = view.plan.unit_territory if variant is None else variant.unit_territory
    if color_by == "rep":
        colors = _by_owner(territories, [t.rep_id for t in territories])
    elif color_by == "region":
        colors = _by_owner(territories, [t.region_id for t in territories])
    elif color_by.startswith(PREFIX) and variant is None:
        colors = _by_figure(view, color_by.removeprefix(PREFIX)) or [t.color for t in territories]
    elif color_by.startswith(_INDEX):
        colors = _by_index(view, variant, color_by.removeprefix(_INDEX)) or [t.color for t in territories]
    else:
        return Colored(territories, units)
    return Colored([replace(t, color=color) for t, color in zip(territories, colors, strict=True)], units)


def _by_owner(territories: Sequence[Territory], owners: Sequence[int | None]) -> list[str]:
    """Return the colour of each owner's first territory; grey where there is no owner."""
    first: dict[int, str] = {}
    for territory, owner in zip(territories, owners, strict=True):
        if owner is not None:
            first.setdefault(owner, territory.color)
    return [NOBODY[False] if owner is None else first[owner] for owner in owners]


def _by_figure(view: ExportView, key: str) -> list[str]:
    """Return the colour of each territory's figure; none where there is no such figure, or it is hidden."""
    figure = next((figure for figure in view.figures if figure.spec.key == key), None)
    if figure is None:
        return []
    shades = figure_shades(figure)
    assert shades.of is not None
    return [shades.groups[int(n)].light for n in shades.of]


def _by_index(view: ExportView, variant: Variant | None, uuid: str) -> list[str]:
    """Return the colour of each territory's index of a measure; none where there is no such measure (any more)."""
    row = next((ix for ix, m in enumerate(view.plan.measures) if m.uuid == uuid), -1)
    if row < 0 or row not in view.balance.measure_ix:
        return []
    figures: Figures = figures_now(view) if variant is None else figures_of(view, variant)
    at = list(figures.balance.measure_ix).index(row)
    below, above = index_limits(view.plan.measures[row].tolerance)
    ramp = [*around_even(len(below), len(above), is_dark=False), NO_VALUE[False]]
    index = figures.balance.index[at]
    place = sum((index >= limit - SLACK).astype(int) for limit in below)
    place = place + sum((index > limit + SLACK).astype(int) for limit in above)
    return [ramp[int(n)] if np.isfinite(value) else ramp[-1] for n, value in zip(place, index, strict=True)]
