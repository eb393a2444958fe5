"""Taking in and deleting figures of reps and territories, each as one undoable step. Owns which rows change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.coverage import TABLES, Figure
from territorymap.model.period import is_period, parse_period
from territorymap.model.plan import Plan
from territorymap.model.role_metrics import metric_label
from territorymap.session.commands.registers import checked_row
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.importers.role_figures import FigureImport


def import_figures(figures: Mapping[int, Figure], imported: FigureImport) -> Command:
    """Add figures; of a metric, period and owner that the plan has a figure of already the number is replaced."""
    known = {(f.metric, f.period, f.rep_id, f.territory_id): f for f in figures.values()}
    fresh: list[dict[str, object]] = []
    changed: dict[int, dict[str, object]] = {}
    n_same = 0
    for figure in imported.figures:
        row = {
            "metric": figure.metric,
            "period": figure.period,
            "rep_id": figure.rep_id,
            "territory_id": figure.territory_id,
            "amount": figure.amount,
        }
        before = known.get(figure.key)
        if before is None:
            fresh.append(checked_row(Figure, row))
        elif before.amount != figure.amount:
            changed[before.row_id] = checked_row(Figure, {"amount": figure.amount})
        else:
            n_same += 1
    if not fresh and not changed:
        raise UserError(
            tr("The file holds nothing that the plan does not have yet."),
            tr("Look at the rejected rows, or choose another file."),
        )

    def run(writer: Writer, plan: Plan) -> None:
        writer.insert(TABLES[Figure], fresh)
        writer.update(TABLES[Figure], changed)

    n = len(fresh) + len(changed)
    notes = []
    if changed:
        notes.append(ntr("{n} number is replaced.", "{n} numbers are replaced.", len(changed)))
    if n_same:
        notes.append(ntr("{n} number is as it was.", "{n} numbers are as they were.", n_same))
    return Command(ntr("Import {n} figure", "Import {n} figures", n), run, tuple(notes))


def delete_figures(figures: Mapping[int, Figure], metric: str, period: str = "") -> Command:
    """Delete the figures of a metric, all of them or those of periods within one.

    Raises
    ------
    UserError
        if there are none.
    """
    within = parse_period(period) if period else None
    gone = [
        figure.row_id
        for figure in figures.values()
        if figure.metric == metric
        and (within is None or (is_period(figure.period) and within.contains(parse_period(figure.period))))
    ]
    if not gone:
        raise UserError(
            tr("There are no figures of {metric} to delete.", metric=metric_label(metric)),
            tr("Look at the list of metrics: territorymap metrics list PLAN."),
        )
    label = ntr(
        "Delete {n} figure of {metric}", "Delete {n} figures of {metric}", len(gone), metric=metric_label(metric)
    )
    return Command(label, lambda writer, plan: writer.delete(TABLES[Figure], gone))
