"""One-to-one sheets: for the talk between manager and rep, one web page for everyone or those who are named.

Owns contents and choices; the sheet is book.one_to_one's.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.formats.repsheets import COLLEAGUES, REPS
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

_PERIOD = Choice(
    "period",
    lambda: tr("Period of the talk"),
    "text",
    hint=lambda: tr("A week, month or quarter such as 2026-W41; empty = the newest numbers."),
)
_TOP = Choice("top", lambda: tr("Accounts in each list"), "number", 10, minimum=1, maximum=200)


@exporter(
    "onetoone",
    extension="html",
    label=lambda: tr("One-to-one sheets on one web page (HTML)"),
    what=("sheets",),
    choices=(REPS, _PERIOD, _TOP, COLLEAGUES),
    labels=lambda: {"sheets": tr("A sheet for each rep: numbers, accounts moved, territory plan, notes")},
    group="print",
)
def write_onetoone(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the page: a list of names at the top, then a sheet each, which prints on pages of its own."""
    from territorymap.exporters.book.one_to_one import one_to_one
    from territorymap.exporters.book.rep_html import document
    from territorymap.exporters.book.rep_pages import SheetStyle, holder_title
    from territorymap.exporters.book.sheet_setting import sheet_book, sheet_holders
    from territorymap.model.period import parse_period

    text = options.text("period").strip()
    until = parse_period(text) if text else None
    now, check = datetime.now(), check_of(options.is_cancelled)
    holders = sheet_holders(view, options.names("reps"))
    book = sheet_book(view, options, now)
    style = SheetStyle(options.flag("colleagues"))
    sections, colors, links = [], [], []
    for n, holder in enumerate(holders):
        check()
        options.progress(n, len(holders))
        body, used = one_to_one(book, holder, style, now, f"sheet-{n + 1}", until=until, most=options.number("top"))
        sections.append(body)
        colors += used
        links.append((f"sheet-{n + 1}", holder_title(view, holder)))
    path.write_text(
        document(view.plan.info.title, sections, colors, links if len(links) > 1 else ()),
        encoding="utf-8",
        newline="\n",
    )
    options.progress(len(holders), len(holders))
