"""Role metrics as columns that ``metrics import`` reads again: a row for each number. Owns these columns."""

from __future__ import annotations

import numpy as np

from territorymap.exporters.tables import Column
from territorymap.exporters.view import ExportView
from territorymap.metrics.role_figures import readable_figures
from territorymap.model.coverage import Figure
from territorymap.model.period import parse_period
from territorymap.model.units import strings


def metric_columns(view: ExportView) -> list[Column]:
    """Return a row a number, by metric, period and name; those of other alignments' territories are left out."""
    plan = view.plan
    reps = {rep.rep_id: rep.name for rep in plan.reps}
    territories = {
        territory.territory_id: str(name)
        for territory, name in zip(plan.territories, view.territory_names()[:-1], strict=True)
    }

    def order(figure: Figure) -> tuple[str, str, str, str]:
        return (
            figure.metric.casefold(),
            parse_period(figure.period).start.isoformat(),
            reps.get(figure.rep_id or 0, ""),
            territories.get(figure.territory_id or 0, ""),
        )

    figures = sorted(
        (
            figure
            for figure in readable_figures(view.register(Figure).values())
            if (figure.rep_id is None or figure.rep_id in reps)
            and (figure.territory_id is None or figure.territory_id in territories)
        ),
        key=order,
    )
    return [
        Column("period", strings(figure.period for figure in figures)),
        Column("rep", strings(reps.get(figure.rep_id or 0, "") for figure in figures)),
        Column("territory", strings(territories.get(figure.territory_id or 0, "") for figure in figures)),
        Column("metric", strings(figure.metric for figure in figures)),
        Column("value", np.array([figure.amount for figure in figures], dtype=np.float64)),
    ]
