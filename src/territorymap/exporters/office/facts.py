"""What a workbook or deck says of itself: which plan, which scenario, of when, by whose data.

Owns these words; not where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from territorymap.exporters.alignment_words import alignment_name, scope_words
from territorymap.exporters.office.texts import day_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import data_word, tr


@dataclass(frozen=True)
class Facts:
    """The title block."""

    title: str
    alignment: str  # "" where the plan has but one
    scope: str  # which accounts it covers, in words; "" = all
    scenario: str  # "" where the plan has but one
    baseline: str  # name of the scenario that moves are counted against, "" = none
    note: str
    effective: date | None
    written: date
    attribution: str

    @property
    def place(self) -> str:
        """Plan, alignment and scenario in one line."""
        return " · ".join(part for part in (self.title, self.alignment, self.scenario) if part)


def facts_of(view: ExportView, today: date) -> Facts:
    """Return what the file says of itself."""
    info, scenario = view.plan.info, view.plan.scenario
    parts = [data_word(info.unit_layer_title), info.attribution]
    return Facts(
        title=info.title or tr("Territory plan"),
        alignment=alignment_name(view),
        scope=scope_words(view),
        scenario=scenario.name if len(view.plan.scenarios) > 1 else "",
        baseline=view.baseline.scenario.name if view.baseline is not None else "",
        note=scenario.note or info.note,
        effective=day_of(scenario.effective_date or info.effective_date),
        written=today,
        attribution=" · ".join(part for part in parts if part),
    )


def status_label(status: str) -> str:
    """Return what the status of a scenario is called."""
    return {"draft": tr("Draft"), "proposed": tr("Proposed"), "agreed": tr("Agreed")}.get(status, status)


def measure_order(view: ExportView, row: int) -> list[int]:
    """Return the territories by how far the index of a measure is from 1, the furthest first; none comes last."""
    off = np.abs(view.balance.index[row] - 1)
    return [int(ix) for ix in np.argsort(-np.where(np.isfinite(off), off, -1.0), kind="stable")]
