"""One-to-one sheets: for the talk between manager and rep, one web page for everyone or those who are named.

Owns contents and choices; the sheet is book.one_to_one's.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.formats.repsheets import COLLEAGUES, REPS
from territorymap.exporters.registry import ExportOptions, exporter
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
    from territorymap.exporters.book.sheet_page import write_sheet_page
    from territorymap.model.period import parse_period

    text = options.text("period").strip()
    until = parse_period(text) if text else None
    write_sheet_page(view, path, options, partial(one_to_one, until=until, most=options.number("top")))
