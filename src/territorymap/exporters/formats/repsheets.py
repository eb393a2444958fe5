"""Reps' sheets as one HTML page: for everyone in one go, to be read on a screen or printed.

Owns contents and choices; the page is book's.
"""

from __future__ import annotations

from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

REPS = Choice("reps", lambda: tr("Only these reps"), "names", names_of="reps")
COLLEAGUES = Choice("colleagues", lambda: tr("Name the other rep at gains and losses"), "flag", True)


@exporter(
    "repsheets",
    extension="html",
    label=lambda: tr("Reps' sheets on one web page (HTML)"),
    what=("sheets",),
    choices=(REPS, COLLEAGUES),
    labels=lambda: {"sheets": tr("A sheet for each rep, with the list of accounts")},
    group="print",
)
def write_repsheets(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the page: a list of names at the top, then a sheet each, which prints on pages of its own."""
    from territorymap.exporters.book.rep_html import section
    from territorymap.exporters.book.sheet_page import write_sheet_page

    write_sheet_page(view, path, options, section)
