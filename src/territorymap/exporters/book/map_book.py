"""The map book: overview, table, a page for each territory, index.

Owns the order of pages, their numbers, bookmarks and links; not what is on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from territorymap.exporters.book.index_page import draw_index_page, index_entries, index_pages
from territorymap.exporters.book.overview import (
    draw_overview,
    draw_table_page,
    place_of,
    table_pages,
    table_rows,
)
from territorymap.exporters.book.table import pages_of
from territorymap.exporters.book.territory_page import Book, draw_territory_page
from territorymap.exporters.picture.page import MapFrames
from territorymap.exporters.picture.pdf_file import PdfBook
from territorymap.i18n import tr

FIRST_PAGE = "first"


def write_map_book(
    pdf: PdfBook,
    book: Book,
    frames: MapFrames,
    territories: Sequence[int],
    progress: Callable[[int, int], None],
) -> None:
    """Write all pages; ``territories`` are those that get one, in this order."""
    view = book.view
    n_table, height = table_pages(book, view.plan.n_territories)
    page_by_territory = {ix: 1 + n_table + n + 1 for n, ix in enumerate(territories)}
    entries = index_entries(view, page_by_territory)
    index = index_pages(book, entries)
    n_pages = 1 + n_table + len(territories) + len(index)

    def done() -> None:
        progress(pdf.n_pages, n_pages + 1)  # one more for the fonts

    progress(0, n_pages + 1)
    pdf.add(draw_overview(book, frames).finish(), tr("Overview"), place=FIRST_PAGE)
    done()
    for n, lines in enumerate(pages_of(table_rows(view, page_by_territory), [height])):
        page, links = draw_table_page(book, lines, 2 + n)
        pdf.add(page.finish(), tr("Balance of all territories") if n == 0 else "", links=links)
        done()
    for n, ix in enumerate(territories):
        page = draw_territory_page(book, ix, page_by_territory[ix])
        if n == 0:
            pdf.group(tr("Territories"))
        pdf.add(page.finish(), view.plan.territories[ix].name, is_child=True, place=place_of(ix))
        done()
    for n, columns in enumerate(index):
        page, links = draw_index_page(book, columns, pdf.n_pages + 1)
        pdf.add(page.finish(), tr("Index") if n == 0 else "", links=links)
        done()
