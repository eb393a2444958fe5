"""Sheets of partners as one HTML page to print: the review of a quarter, or the assessment of a year.

Owns contents and choices; the page is partners'.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from territorymap.exporters.partners.chosen import CONTENTS, LABELS, PARTNERS, PERIOD, chosen_sheets
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr


@exporter(
    "partner_html",
    extension="html",
    label=lambda: tr("Partner sheets on one web page (HTML)"),
    what=CONTENTS,
    choices=(PERIOD, PARTNERS),
    labels=lambda: {name: label() for name, label in LABELS.items()},
    group="print",
)
def write_partner_page(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the page: a list of names at the top, then a sheet each, which prints on pages of its own."""
    from territorymap.exporters.partners.page import document

    today = date.today()
    sheets = chosen_sheets(view, what, options, today)
    options.stop_if_cancelled()
    path.write_text(document(sheets, view.plan.info.title, today), encoding="utf-8", newline="\n")
    options.progress(1, 1)
