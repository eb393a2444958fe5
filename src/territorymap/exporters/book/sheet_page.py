"""One web page with a sheet for every holder that is asked for, and a list of their names at its top.

Owns the run over the holders; what stands in a sheet is rep_html's or one_to_one's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from territorymap.exporters.book.changes import Holder
from territorymap.exporters.book.rep_html import document
from territorymap.exporters.book.rep_pages import SheetStyle, holder_title
from territorymap.exporters.book.sheet_setting import sheet_book, sheet_holders
from territorymap.exporters.book.territory_page import Book
from territorymap.exporters.registry import ExportOptions
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView

# Of a holder, under a key: the sheet, and the colours that it needs rules for.
MakeSheet = Callable[[Book, Holder, SheetStyle, datetime, str], tuple[str, list[str]]]


def write_sheet_page(view: ExportView, path: Path, options: ExportOptions, make_sheet: MakeSheet) -> None:
    """Write the page; its sheets print on pages of their own."""
    now, check = datetime.now(), check_of(options.is_cancelled)
    holders = sheet_holders(view, options.names("reps"))
    book = sheet_book(view, options, now)
    style = SheetStyle(options.flag("colleagues"))
    sections, colors, links = [], [], []
    for n, holder in enumerate(holders):
        check()
        options.progress(n, len(holders))
        section, used = make_sheet(book, holder, style, now, f"sheet-{n + 1}")
        sections.append(section)
        colors += used
        links.append((f"sheet-{n + 1}", holder_title(view, holder)))
    path.write_text(
        document(view.plan.info.title, sections, colors, links if len(links) > 1 else ()),
        encoding="utf-8",
        newline="\n",
    )
    options.progress(len(holders), len(holders))
