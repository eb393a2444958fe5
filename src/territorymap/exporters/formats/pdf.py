"""PDF for people: the map book, the wall map, the reps' sheets; vectors, with text that can be searched.

Owns contents and choices; pages are book's, the file is picture's.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from territorymap.errors import UserError
from territorymap.exporters.choices import Choice
from territorymap.exporters.picture.paper_choices import ORIENTATION, PAPER
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import listed, tr

if TYPE_CHECKING:
    from territorymap.exporters.picture.pdf_file import PdfBook

BOOK, WALL, SHEETS = "book", "wall", "sheets"


def _labels() -> dict[str, str]:
    return {
        BOOK: tr("Map book: a page for each territory"),
        WALL: tr("Wall map on one sheet"),
        SHEETS: tr("A sheet for each rep, with the list of accounts"),
    }


_CHOICES = (
    PAPER,
    ORIENTATION,
    Choice("territories", lambda: tr("Only these territories"), "names", what=(BOOK,), names_of="territories"),
    Choice("unit_borders", lambda: tr("Unit borders"), "flag", True, what=(WALL,)),
    Choice("accounts", lambda: tr("A dot for each account"), "flag", what=(WALL,)),
    Choice("reps", lambda: tr("Only these reps"), "names", what=(SHEETS,), names_of="reps"),
    Choice(
        "colleagues",
        lambda: tr("Name the other rep at gains and losses"),
        "flag",
        True,
        what=(SHEETS,),
    ),
)


@exporter(
    "pdf",
    label=lambda: tr("Map book, wall map or reps' sheets (PDF)"),
    what=(BOOK, WALL, SHEETS),
    choices=_CHOICES,
    labels=_labels,
    group="print",
)
def write_pdf(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the book, the wall map or the sheets."""
    from territorymap.exporters.picture.pdf_file import open_pdf

    check = check_of(options.is_cancelled)
    now = datetime.now().astimezone()
    with open_pdf(path, view.plan.info.title, _labels()[what], now, check) as pdf:
        write = {BOOK: _write_book, WALL: _write_wall, SHEETS: _write_sheets}[what]
        n_pages = write(pdf, view, options, now)
        options.progress(n_pages, n_pages + 1)
    options.progress(n_pages + 1, n_pages + 1)


def _write_book(pdf: PdfBook, view: ExportView, options: ExportOptions, now: datetime) -> int:
    from territorymap.exporters.book.changes import comparison_of
    from territorymap.exporters.book.map_book import write_map_book
    from territorymap.exporters.book.territory_page import Book
    from territorymap.exporters.picture.facts import facts_of
    from territorymap.exporters.picture.ground import Drawing
    from territorymap.exporters.picture.page import is_wide, plan_frames
    from territorymap.exporters.picture.paper import choose_paper

    territories = _chosen(view, options.names("territories"))
    comparison = comparison_of(view)
    drawing = Drawing(view, before=comparison.before if comparison else None, check=check_of(options.is_cancelled))
    frames = plan_frames(drawing)
    paper = choose_paper(options.text("paper"), options.text("orientation"), is_wide(drawing, frames))
    book = Book(drawing, paper, facts_of(view, now.date()), comparison)
    write_map_book(pdf, book, frames, territories, options.progress)
    return pdf.n_pages


def _write_wall(pdf: PdfBook, view: ExportView, options: ExportOptions, now: datetime) -> int:
    from territorymap.exporters.picture.facts import facts_of
    from territorymap.exporters.picture.ground import Drawing
    from territorymap.exporters.picture.page import draw_page, is_wide, plan_frames
    from territorymap.exporters.picture.paper import choose_paper
    from territorymap.exporters.picture.sheet import Sheet

    options.progress(0, 2)
    check = check_of(options.is_cancelled)
    drawing = Drawing(view, options.flag("unit_borders"), options.flag("accounts"), check=check, has_cities=True)
    frames = plan_frames(drawing)
    wide = is_wide(drawing, frames)
    sheet = Sheet.of_paper(choose_paper(options.text("paper"), options.text("orientation"), wide, is_wall=True))
    draw_page(sheet, drawing, facts_of(view, now.date()), frames)
    pdf.add(sheet, view.plan.info.title)
    return pdf.n_pages


def _write_sheets(pdf: PdfBook, view: ExportView, options: ExportOptions, now: datetime) -> int:
    from territorymap.exporters.book.rep_pages import SheetStyle, write_rep_sheets
    from territorymap.exporters.book.sheet_setting import sheet_book, sheet_holders

    holders = sheet_holders(view, options.names("reps"))
    book = sheet_book(view, options, now)
    write_rep_sheets(pdf, book, holders, SheetStyle(options.flag("colleagues")), options.progress)
    return pdf.n_pages


def _chosen(view: ExportView, names: tuple[str, ...]) -> list[int]:
    """Return the territories of these names, in the plan's order; all where none is named, of a part its own.

    Raises
    ------
    UserError
        if there is no such territory.
    """
    if not names:
        own = [ix for ix, territory in enumerate(view.plan.territories) if not territory.is_outside]
        return own or list(range(view.plan.n_territories))
    found = []
    for name in names:
        territory = view.plan.territory_named(name)
        if territory is None:
            known = listed(t.name for t in view.plan.territories[:8])
            raise UserError(
                tr("There is no territory {name}.", name=repr(name)), tr("There are: {names}.", names=known)
            )
        found.append(view.plan.territories.index(territory))
    return sorted(set(found))
