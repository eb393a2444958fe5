"""The sheet of a rep in a PDF: map, totals and what changes on the first page, all accounts on those after it.

Owns the pages of one holder; the list itself is roster's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from territorymap.exporters.book.blocks import (
    BLOCK_GAP,
    GAIN,
    LIST_ROW,
    LOSS,
    draw_changes,
    draw_facts,
    draw_heading,
    draw_measures,
    draw_top_accounts,
    territory_facts,
)
from territorymap.exporters.book.changes import Changes, Holder
from territorymap.exporters.book.figures import account_measures, accounts_of, measure_rows, ranked
from territorymap.exporters.book.layout import Page, take
from territorymap.exporters.book.roster import MARKS, Roster, Section, roster_of
from territorymap.exporters.book.table import Column, Line, Row, Title, draw_table, fitted, pages_of
from territorymap.exporters.book.territory_page import Book, draw_map_of, headline
from territorymap.exporters.picture.facts import SEPARATOR
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.pdf_file import PdfBook
from territorymap.exporters.picture.sheet import INK, QUIET, Box
from territorymap.exporters.view import ExportView
from territorymap.i18n import listed, ntr, tr

COLORS = {"gained": GAIN, "lost": LOSS}
MIN_TOP = 120.0  # design pixels that a list of top accounts needs at least
MAX_STRIPS = 6  # colours beside a rep's name


@dataclass(frozen=True)
class SheetStyle:
    """What a sheet may tell of others."""

    has_colleagues: bool  # who had the gained and who gets the lost accounts, neighbours' names on the map


def write_rep_sheets(
    pdf: PdfBook,
    book: Book,
    holders: Sequence[Holder],
    style: SheetStyle,
    progress: Callable[[int, int], None],
) -> None:
    """Write the sheets of all, one after the other, each under a bookmark of its name."""
    progress(0, len(holders) + 1)
    for n, holder in enumerate(holders):
        write_sheet(pdf, book, holder, style, first_number=1)
        progress(n + 1, len(holders) + 1)


def write_sheet(pdf: PdfBook, book: Book, holder: Holder, style: SheetStyle, first_number: int) -> None:
    """Write the sheet of one holder; its pages are numbered for themselves, as it is handed to one person."""
    view = book.view
    roster = roster_of(view, holder, book.comparison, has_colleagues=style.has_colleagues)
    pdf.add(_first_page(book, holder, style, first_number).finish(), holder_title(view, holder))
    lines = _lines(roster)
    if not lines:
        return
    title = tr("Accounts of {name}", name=drawable(holder.name))
    line = _roster_line(roster)
    page = Page.on(book.paper, book.facts, first_number + 1)
    room = page.draw_head(title, line)
    columns = fitted(_columns(roster), lines, room.width)
    for n, part in enumerate(pages_of(lines, [room.height])):
        page = Page.on(book.paper, book.facts, first_number + 1 + n)
        room = page.draw_head(title, line)
        draw_table(page.sheet, page.texts, room, columns, part)
        pdf.add(page.finish())


def holder_title(view: ExportView, holder: Holder) -> str:
    """Return the name of a rep, or of a territory and that it is vacant."""
    return holder.name if holder.rep_id is not None else tr("{territory} (vacant)", territory=holder.name)


def holder_line(view: ExportView, holder: Holder) -> str:
    """Return a rep's territories and home, or that the territory waits for a rep."""
    plan = view.plan
    rep = plan.rep(holder.rep_id)
    if rep is None:
        return tr("This territory has no rep yet.")
    names = [plan.territories[ix].name for ix in holder.territories]
    parts = [listed(names) if names else tr("no territory")]
    home = " ".join(part for part in (rep.home_postal_code, rep.home_city) if part)
    if home:
        parts.append(tr("home: {place}", place=home))
    return drawable(SEPARATOR.join(parts))


def _first_page(book: Book, holder: Holder, style: SheetStyle, number: int) -> Page:
    view = book.view
    territories = list(holder.territories)
    page = Page.on(book.paper, book.facts, number)
    figure, word = headline(view, territories) if territories else ("", "")
    colors = [view.plan.territories[ix].color for ix in territories[:MAX_STRIPS]]
    room = page.draw_head(drawable(holder_title(view, holder)), holder_line(view, holder), colors, figure, word)
    map_box, columns = page.split(room)
    draw_map_of(page, book.drawing, territories, map_box, has_neighbour_names=style.has_colleagues)
    sheet, texts = page.sheet, page.texts
    first, last = columns[0], columns[-1]
    color = colors[0] if colors else INK
    measures = account_measures(view)
    left = take(first, draw_facts(texts, first, territory_facts(view, territories)), BLOCK_GAP * 0.7)
    left = take(left, draw_measures(sheet, texts, left, measure_rows(view, territories), color), BLOCK_GAP)
    if page.is_wide:
        last = left
    if len(territories) > 1:
        last = take(last, _draw_territories(page, last, view, territories), BLOCK_GAP)
    if book.comparison is not None:
        changes: Changes = holder.changes(book.comparison)
        used = draw_changes(
            sheet, texts, last, view, changes, measures, book.comparison, has_names=style.has_colleagues, most=6
        )
        last = take(last, used, BLOCK_GAP)
    free = last if page.is_wide or book.comparison is None else left
    if free.height > MIN_TOP:
        top = ranked(accounts_of(view, territories), measures, view.plan.accounts.name)
        draw_top_accounts(sheet, texts, free, view, top, measures, most=20)
    return page


def _draw_territories(page: Page, box: Box, view: ExportView, territories: Sequence[int]) -> float:
    used = draw_heading(page.sheet, page.texts, box, tr("Territories"), tr("of target"))
    for ix in territories:
        if used + 2 * LIST_ROW > box.height:
            break
        middle = box.top - used - LIST_ROW / 2
        territory = view.plan.territories[ix]
        page.sheet.box(Box(box.left, middle - 5, 15, 10), territory.color)
        share = headline(view, [ix])[0]
        page.texts.write(box.right, middle, share, 9.0, ha="right")
        width = page.texts.write(box.left + 22, middle, drawable(territory.name), 9.0, room=box.width * 0.55)
        said = ntr("{n} account", "{n} accounts", int(view.n_accounts[ix]))
        page.texts.write(box.left + 30 + width, middle, said, 8.0, QUIET, room=box.width * 0.3)
        used += LIST_ROW
    return used


def _roster_line(roster: Roster) -> str:
    parts = [tr("{title}: {n}", title=s.title, n=len(s.rows)) for s in roster.sections if s.kind]
    return SEPARATOR.join(parts) if parts else ntr("{n} account", "{n} accounts", roster.n_rows)


def _columns(roster: Roster) -> list[Column]:
    return [Column("", 0.25), *(Column(c.head, c.share, c.is_number) for c in roster.columns)]


def _lines(roster: Roster) -> list[Line]:
    lines: list[Line] = []
    for section in roster.sections:
        if not section.rows:
            continue
        color = COLORS.get(section.kind, INK)
        if section.kind:
            lines.append(Title(section.title, ntr("{n} account", "{n} accounts", len(section.rows)), color))
        lines += _rows(section, color)
    return lines


def _rows(section: Section, color: str) -> list[Row]:
    mark = MARKS.get(section.kind, "")
    return [Row((mark, *row.cells), bold=frozenset({0}), colors={0: color}) for row in section.rows]
