"""The index at the end of a book: territories, reps and parts of the country with their pages.

Owns what is listed; drawn in columns, each entry a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territorymap.exporters.book.layout import Page
from territorymap.exporters.book.overview import place_of
from territorymap.exporters.book.territory_page import Book
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.sheet import INK, QUIET, Box
from territorymap.exporters.view import ExportView
from territorymap.i18n import listed, number, tr

COLUMN = 250.0  # design pixels
GAP = 26.0
ROW = 16.5
HEADING = 30.0
MAX_PARENTS = 600
MAX_PAGES = 8  # of a part of the country, named one by one


@dataclass(frozen=True)
class Entry:
    """A line of the index: a heading where there are no pages."""

    text: str
    pages: str = ""
    place: str = ""

    @property
    def height(self) -> float:
        return ROW if self.place else HEADING


def index_entries(view: ExportView, page_by_territory: dict[int, int]) -> list[Entry]:
    """Return the lines of the index."""
    plan = view.plan
    entries = [Entry(tr("Territories"))]
    for ix in sorted(page_by_territory, key=lambda ix: plan.territories[ix].name.casefold()):
        entries.append(_entry(plan.territories[ix].name, [ix], page_by_territory))
    covered = {
        rep.rep_id: [ix for ix in page_by_territory if plan.territories[ix].rep_id == rep.rep_id] for rep in plan.reps
    }
    if any(covered.values()):
        entries.append(Entry(tr("Reps")))
        for rep in sorted(plan.reps, key=lambda rep: rep.name.casefold()):
            if covered[rep.rep_id]:
                entries.append(_entry(rep.name, covered[rep.rep_id], page_by_territory))
    return entries + _parents(view, page_by_territory)


def _parents(view: ExportView, page_by_territory: dict[int, int]) -> list[Entry]:
    """Return the parts of the country that the units name as parents, each with the pages of its territories."""
    plan = view.plan
    names = plan.units.parent_name
    found: dict[str, set[int]] = {}
    has = np.flatnonzero(plan.unit_territory >= 0)
    for name, ix in zip(names[has], plan.unit_territory[has], strict=True):
        if name and int(ix) in page_by_territory:
            found.setdefault(str(name), set()).add(int(ix))
    if not 0 < len(found) <= MAX_PARENTS:
        return []
    entries = [Entry(tr("Parts of the country"))]
    for name in sorted(found, key=str.casefold):
        entries.append(_entry(name, sorted(found[name], key=page_by_territory.__getitem__), page_by_territory))
    return entries


def _entry(name: str, territories: Sequence[int], page_by_territory: dict[int, int]) -> Entry:
    pages = [number(page_by_territory[ix]) for ix in territories]
    if len(pages) > MAX_PAGES:
        pages = [*pages[:MAX_PAGES], "…"]
    return Entry(drawable(name), listed(pages), place_of(territories[0]))


def index_pages(book: Book, entries: Sequence[Entry]) -> list[list[list[Entry]]]:
    """Return the columns of each page of the index."""
    room = Page.on(book.paper, book.facts, 0).draw_head(tr("Index"), "")
    n_columns = max(int((room.width + GAP) // (COLUMN + GAP)), 1)
    columns: list[list[Entry]] = [[]]
    used = 0.0
    for n, entry in enumerate(entries):
        keep = entry.height + (ROW if not entry.place and n + 1 < len(entries) else 0.0)
        if used + keep > room.height and columns[-1]:
            columns.append([])
            used = 0.0
        columns[-1].append(entry)
        used += entry.height
    return [columns[n : n + n_columns] for n in range(0, len(columns), n_columns)]


def draw_index_page(
    book: Book, columns: Sequence[Sequence[Entry]], page_number: int
) -> tuple[Page, list[tuple[Box, str]]]:
    """Return one page of the index and its links."""
    page = Page.on(book.paper, book.facts, page_number)
    room = page.draw_head(tr("Index"), "")
    n_columns = max(int((room.width + GAP) // (COLUMN + GAP)), 1)
    width = (room.width - GAP * (n_columns - 1)) / n_columns
    links: list[tuple[Box, str]] = []
    for n, entries in enumerate(columns):
        left, y = room.left + n * (width + GAP), room.top
        for entry in entries:
            if not entry.place:
                page.texts.write(left, y - HEADING * 0.6, entry.text, 11.0, INK, "bold", room=width)
                page.sheet.rule(left, y - HEADING + 4, left + width, y - HEADING + 4)
            else:
                used = page.texts.write(
                    left + width, y - ROW / 2, entry.pages, 8.8, QUIET, room=width * 0.5, ha="right"
                )
                page.texts.write(left, y - ROW / 2, entry.text, 8.8, room=width - used - 10)
                links.append((Box(left, y - ROW, width, ROW), entry.place))
            y -= entry.height
    return page, links
