"""Reps' sheets as one HTML page: for everyone in one go, to be read on a screen or printed.

Owns contents and choices; the page is book's.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
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
    from territorymap.exporters.book.rep_html import document, section
    from territorymap.exporters.book.rep_pages import SheetStyle, holder_title
    from territorymap.exporters.book.sheet_setting import sheet_book, sheet_holders

    now, check = datetime.now(), check_of(options.is_cancelled)
    holders = sheet_holders(view, options.names("reps"))
    book = sheet_book(view, options, now)
    style = SheetStyle(options.flag("colleagues"))
    sections, colors, links = [], [], []
    for n, holder in enumerate(holders):
        check()
        options.progress(n, len(holders))
        text, used = section(book, holder, style, now, f"sheet-{n + 1}")
        sections.append(text)
        colors += used
        links.append((f"sheet-{n + 1}", holder_title(view, holder)))
    path.write_text(
        document(view.plan.info.title, sections, colors, links if len(links) > 1 else ()),
        encoding="utf-8",
        newline="\n",
    )
    options.progress(len(holders), len(holders))
