"""The first pages of a book: the whole plan with its legend and balance, and the table of all territories.

Owns what stands on them; the map is picture's.
"""

from __future__ import annotations

import numpy as np

from territorymap.exporters.book.blocks import ALARM, HEADING, draw_heading
from territorymap.exporters.book.figures import amount
from territorymap.exporters.book.layout import Page
from territorymap.exporters.book.table import Column, Line, Row, draw_table, pages_of
from territorymap.exporters.book.territory_page import KEY, Book, before_mark, draw_key, draw_scale_on_map
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.legend import draw_legend, legend_height, legend_width
from territorymap.exporters.picture.page import MapFrames, draw_maps
from territorymap.exporters.picture.sheet import QUIET, Box
from territorymap.exporters.view import ExportView
from territorymap.i18n import number, percent, tr
from territorymap.mapview.strings import measure_labels

GAP = 18.0
BALANCE_ROW = 31.0
MAX_MEASURES = 4
LEGEND_SHARE = 0.36


def draw_overview(book: Book, frames: MapFrames) -> Page:
    """Return page 1: map, legend, and how even the plan is."""
    view = book.view
    page = Page.on(book.paper, book.facts, 1)
    room = page.draw_head(book.facts.title, book.facts.counts)
    balance = _balance_rows(view)
    height = HEADING + BALANCE_ROW * len(balance) if balance else 0.0
    if page.is_wide:
        width = legend_width(view, room)
        map_box = Box(room.left, room.bottom, room.width - width - GAP, room.height)
        side = Box(map_box.right + GAP, room.bottom + height, width, room.height - height)
        foot = Box(side.left, room.bottom, width, height)
    else:
        legend = legend_height(view, room.width, room.height * LEGEND_SHARE)
        foot = Box(room.left, room.bottom, room.width, height)
        side = Box(room.left, foot.top + GAP, room.width, legend)
        map_box = Box(room.left, side.top + GAP, room.width, room.top - side.top - GAP)
    marks = before_mark(book.drawing)
    if marks:
        map_box = Box(map_box.left, map_box.bottom + KEY, map_box.width, map_box.height - KEY)
        draw_key(page, map_box, marks)
    this = draw_maps(page.sheet, book.drawing, frames, map_box)
    draw_scale_on_map(page.sheet, this.fit)
    draw_legend(page.sheet, view, side)
    if balance:
        _draw_balance(page, foot, balance)
    return page


def table_columns(view: ExportView) -> list[Column]:
    """Return the columns of the table of territories."""
    columns = [Column(tr("Territory"), 3.0), Column(tr("Rep"), 2.2), Column(tr("Accounts"), 1.0, is_number=True)]
    for _, label in _table_measures(view):
        columns += [Column(label, 1.3, is_number=True), Column(tr("of target"), 0.9, is_number=True)]
    return [*columns, Column(tr("Page"), 0.6, is_number=True)]


def table_rows(view: ExportView, page_by_territory: dict[int, int]) -> list[Line]:
    """Return a row for each territory; a click on it leads to its page."""
    measures = _table_measures(view)
    rows: list[Line] = []
    for ix, territory in enumerate(view.plan.territories):
        rep = view.plan.rep_of(ix)
        cells = [
            drawable(territory.name),
            drawable(rep.name) if rep else tr("vacant"),
            number(int(view.n_accounts[ix])),
        ]
        bold, colors = set(), {}
        for at, _ in measures:
            index = float(view.balance.index[at, ix])
            cells.append(amount(float(view.territory_total[view.balance.measure_ix[at], ix])))
            if np.isfinite(index) and abs(index - 1) > view.balance.tolerance[at]:
                bold.add(len(cells))
                colors[len(cells)] = ALARM
            cells.append(percent(index) if np.isfinite(index) else "–")
        cells.append(number(page_by_territory[ix]) if ix in page_by_territory else "")
        place = place_of(ix) if ix in page_by_territory else ""
        rows.append(Row(tuple(cells), territory.color, frozenset(bold), colors, place))
    return rows


def place_of(territory_ix: int) -> str:
    """Return the name by which links lead to the page of a territory."""
    return f"territory-{territory_ix}"


def table_pages(book: Book, n_rows: int) -> tuple[int, float]:
    """Return how many pages the table takes, and how high each is."""
    page = Page.on(book.paper, book.facts, 2)
    room = page.draw_head(tr("Balance of all territories"), book.facts.counts)
    return len(pages_of([Row(())] * n_rows, [room.height])), room.height


def draw_table_page(book: Book, lines: list[Line], page_number: int) -> tuple[Page, list[tuple[Box, str]]]:
    """Return one page of the table and its links."""
    page = Page.on(book.paper, book.facts, page_number)
    room = page.draw_head(tr("Balance of all territories"), book.facts.counts)
    links = draw_table(page.sheet, page.texts, room, table_columns(book.view), lines)
    return page, links


def _table_measures(view: ExportView) -> list[tuple[int, str]]:
    """Return rows of the balance that the table shows, and their labels."""
    labels = measure_labels(view.plan)
    shown = []
    for at, ix in enumerate(view.balance.measure_ix):
        measure = view.plan.measures[ix]
        if measure.is_shown and measure.column_name not in ("accounts", "units"):
            shown.append((at, drawable(labels.get(measure.name, measure.name))))
    return shown[:MAX_MEASURES]


def _balance_rows(view: ExportView) -> list[tuple[str, str]]:
    """Return label and figures of each shown measure."""
    labels = measure_labels(view.plan)
    rows = []
    for at, ix in enumerate(view.balance.measure_ix):
        measure = view.plan.measures[ix]
        if not measure.is_shown or not np.isfinite(view.balance.max_deviation[at]):
            continue
        figures = tr(
            "{n} of {all} beyond ± {tolerance}, at most {deviation} off",
            n=number(int(view.balance.outside[at])),
            all=number(view.plan.n_territories),
            tolerance=percent(float(view.balance.tolerance[at])),
            deviation=percent(float(view.balance.max_deviation[at])),
        )
        rows.append((drawable(labels.get(measure.name, measure.name)), figures))
    return rows[:MAX_MEASURES]


def _draw_balance(page: Page, box: Box, rows: list[tuple[str, str]]) -> None:
    top = box.top - draw_heading(page.sheet, page.texts, box, tr("Balance")) - 2
    for n, (label, figures) in enumerate(rows):
        page.texts.write(box.left, top - n * BALANCE_ROW - 7, label, 8.8, room=box.width)
        page.texts.write(box.left, top - n * BALANCE_ROW - 21, figures, 7.2, QUIET, room=box.width)
