"""The columns of the territory table: what each shows and how important it is.

Owns titles, tips and values a column; not rows, order or drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import Measure
from territorymap.model.territory_figure import FigureSpec
from territorymap.session.session import Session
from territorymap.ui.parts.words import measure_label, measure_tip, measure_unit


@dataclass(frozen=True)
class TerritoryColumn:
    """One column. ``kind``: name, rep, fit, index, total, target, pieces, cut_edges, polsby_popper, area, figure."""

    kind: str
    key: str
    title: str
    tip: str
    priority: int  # 0 always there; 100 and more: only when chosen
    measure_ix: int = -1
    figure: FigureSpec | None = None  # kind "figure": from registers

    @property
    def is_number(self) -> bool:
        return self.kind not in ("name", "rep", "index", "fit")


def territory_columns(plan: Plan, bar_ix: int, figures: Sequence[FigureSpec] = ()) -> list[TerritoryColumn]:
    """Return the columns for a plan; ``bar_ix`` is the measure whose index bar leads."""
    columns = [
        TerritoryColumn("name", "name", tr("Territory"), tr("Name of the territory. Double-click to rename."), 0),
        TerritoryColumn("rep", "rep", tr("Rep"), tr("The rep in charge. Double-click to choose another."), 4),
    ]
    if plan.measures:
        columns.append(_index_column(plan.measures[bar_ix], bar_ix, "index", 1))
    shown = [(ix, m) for ix, m in enumerate(plan.measures) if m.is_shown or m.source == "builtin"]
    for ix, measure in shown:
        columns.append(_total_column(measure, ix, bar_ix))
    columns += [
        TerritoryColumn(
            "pieces",
            "pieces",
            tr("Pieces"),
            tr("Number of separate pieces the territory is in; 1 means that it is in one piece."),
            6,
        ),
        TerritoryColumn(
            "polsby_popper",
            "polsby_popper",
            tr("Compact"),
            tr("Compactness by Polsby and Popper, from 0 to 1; a circle has 1."),
            9,
        ),
        TerritoryColumn(
            "cut_edges",
            "cut_edges",
            tr("Cut edges"),
            tr("Pairs of neighbouring units that the territory shares with others; fewer is rounder."),
            101,
        ),
        TerritoryColumn("area", "area", tr("Area km²"), tr("Area in square kilometres, geodesic."), 102),
    ]
    tip = tr("Languages and verticals of the accounts that the team lacks, and homes that are far from the accounts.")
    columns.append(TerritoryColumn("fit", "fit", tr("Does not fit"), tip, 103))
    for ix, measure in shown:
        if ix != bar_ix:
            columns.append(_index_column(measure, ix, f"index:{measure.measure_id}", 104))
        columns.append(
            TerritoryColumn(
                "target",
                f"target:{measure.measure_id}",
                tr("Target {name}", name=measure_label(measure)),
                tr("What the territory would have if all were even."),
                105,
                ix,
            )
        )
    columns += [
        TerritoryColumn("figure", f"figure:{spec.key}", spec.title, spec.tip, 106, figure=spec) for spec in figures
    ]
    return columns


def _index_column(measure: Measure, ix: int, key: str, priority: int) -> TerritoryColumn:
    title = tr("Index") if key == "index" else tr("Index {name}", name=measure_label(measure))
    tip = tr(
        "{name}: total divided by target. 100 % is even; the shaded band is the tolerance.", name=measure_label(measure)
    )
    return TerritoryColumn("index", key, title, tip, priority, ix)


def _total_column(measure: Measure, ix: int, bar_ix: int) -> TerritoryColumn:
    unit = measure_unit(measure)
    tip = measure_tip(measure)
    if measure.source == "builtin" and measure.column_name in ("accounts", "units"):
        priority = {"accounts": 3, "units": 5}[measure.column_name]
    elif not measure.is_shown:
        priority = 106
    else:
        priority = 2 if ix == bar_ix else 7
    title = tr("Workload h") if unit and measure.source == "builtin" else measure_label(measure)
    return TerritoryColumn("total", f"total:{measure.measure_id}", title, tip, priority, ix)


def column_values(session: Session, column: TerritoryColumn) -> NDArray[np.float64]:
    """Return the numbers of a column, (T,) by territory_ix; nan = none."""
    totals, balance = session.totals, session.balance
    if column.figure is not None:
        found = session.figures.find(column.figure.key)
        return np.full(session.plan.n_territories, np.nan) if found is None else found.values
    m = column.measure_ix
    by_measure = {"total": totals.territory_total, "target": balance.target, "index": balance.index}
    if column.kind in by_measure:
        return np.asarray(by_measure[column.kind][m], dtype=np.float64)
    name = {"area": "area_km2"}.get(column.kind, column.kind)
    return np.asarray(getattr(totals, name), dtype=np.float64)
