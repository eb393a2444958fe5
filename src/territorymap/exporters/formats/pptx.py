"""PPTX: a deck of the scenes and a standard story, in our own design or the planner's template.

Owns what can be chosen of it; slides, tables and charts are office's.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

_TEMPLATE = Choice("template", lambda: tr("Template"), "file", suffixes=(".potx", ".pptx"))


@exporter(
    "pptx",
    label=lambda: tr("PowerPoint deck"),
    what=("all", "story", "scenes"),
    choices=(_TEMPLATE,),
    labels=lambda: {
        "all": tr("Scenes, then the story of the plan"),
        "story": tr("Story: today, proposal, changes, next steps"),
        "scenes": tr("Scenes of the presentation"),
    },
    group="office",
)
def write_pptx(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the deck; tables and charts can be edited, maps are pictures."""
    from territorymap.exporters.office.deck import write_deck

    write_deck(view, path, what, options, date.today())
