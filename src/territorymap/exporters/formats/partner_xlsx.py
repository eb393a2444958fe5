"""Sheets of partners as a workbook: the review of a quarter, or the assessment of a year.

Owns contents and choices; the sheets are partners'.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from territorymap.exporters.partners.chosen import CONTENTS, LABELS, PARTNERS, PERIOD, chosen_sheets
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr


@exporter(
    "partner_xlsx",
    extension="xlsx",
    label=lambda: tr("Partner sheets as a workbook (Excel)"),
    what=CONTENTS,
    choices=(PERIOD, PARTNERS),
    labels=lambda: {name: label() for name, label in LABELS.items()},
    group="office",
)
def write_partner_workbook(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the workbook: all partners on the first sheet, then a sheet each."""
    from territorymap.exporters.partners.workbook import write_sheets

    today = date.today()
    write_sheets(view, path, chosen_sheets(view, what, options, today), options, today)
