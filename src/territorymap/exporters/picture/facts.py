"""What stands on every sheet of a plan beside the map: title, counts, scenario, date, sources.

Owns the sentences; not where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from territorymap.exporters.alignment_words import accounts_words, alignment_name
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.view import ExportView
from territorymap.i18n import data_word, day, day_text, ntr, tr

SEPARATOR = " · "


@dataclass(frozen=True)
class Facts:
    """Lines that can be drawn as they are."""

    title: str
    counts: str
    scenario: str  # "" where there is no scenario to name
    printed: str  # the day
    sources: str

    @property
    def state(self) -> str:
        """The scenario and the day, as a footer has them."""
        return SEPARATOR.join(part for part in (self.scenario, self.printed) if part)


def facts_of(view: ExportView, today: date) -> Facts:
    """Return the facts of a plan on a day."""
    info = view.plan.info
    alignment = alignment_name(view)
    counts = [alignment] if alignment else []
    counts.append(ntr("{n} territory", "{n} territories", view.plan.n_territories))
    counts.append(ntr("{n} unit", "{n} units", len(view.plan.units)))
    if len(view.plan.accounts):
        counts.append(accounts_words(view))
    if view.balance.unassigned_units:
        counts.append(ntr("{n} unit unassigned", "{n} units unassigned", int(view.balance.unassigned_units)))
    if info.effective_date:
        counts.append(tr("effective {date}", date=day_text(info.effective_date)))
    return Facts(
        title=drawable(info.title),
        counts=drawable(SEPARATOR.join(counts)),
        scenario=drawable(_scenario(view)),
        printed=day(today),
        sources=drawable(SEPARATOR.join(_sources(view))),
    )


def _scenario(view: ExportView) -> str:
    name, alignment = view.plan.scenario.name, alignment_name(view)
    parts = [alignment, tr("Scenario: {name}", name=name) if name else ""]
    return SEPARATOR.join(part for part in parts if part)


def _sources(view: ExportView) -> list[str]:
    info = view.plan.info
    parts = [tr("Territory Map"), *([data_word(info.unit_layer_title)] if info.unit_layer_title else [])]
    parts += [info.attribution] if info.attribution else []
    if "Natural Earth" not in info.attribution:
        parts.append(tr("land and borders: Natural Earth"))
    return parts
