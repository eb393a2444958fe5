"""The page of one territory: its map, totals against targets, top accounts, what it gains and loses.

Owns what stands on it; blocks and map are drawn elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.book.blocks import (
    BLOCK_GAP,
    draw_changes,
    draw_facts,
    draw_measures,
    draw_top_accounts,
    territory_facts,
)
from territorymap.exporters.book.changes import Comparison
from territorymap.exporters.book.figures import AccountMeasure, account_measures, accounts_of, measure_rows, ranked
from territorymap.exporters.book.layout import Page, take
from territorymap.exporters.headline import headline_measure
from territorymap.exporters.picture.facts import SEPARATOR, Facts
from territorymap.exporters.picture.fit import Fit
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.ground import Drawing
from territorymap.exporters.picture.paper import Paper
from territorymap.exporters.picture.scalebar import draw_scale_bar
from territorymap.exporters.picture.sheet import QUIET, RULE, Box, Sheet
from territorymap.exporters.picture.territory import draw_territories
from territorymap.exporters.view import ExportView
from territorymap.i18n import percent, tr

SCALE_ORDER = 200.0
KEY = 16.0  # design pixels under a map, for the meaning of its marks
TOP_WIDE, TOP_HIGH = 16, 20


@dataclass(frozen=True)
class Book:
    """What all pages of a book share."""

    drawing: Drawing
    paper: Paper
    facts: Facts
    comparison: Comparison | None

    @property
    def view(self) -> ExportView:
        return self.drawing.view


def draw_territory_page(book: Book, ix: int, page_number: int) -> Page:
    """Return the page of a territory."""
    view, territory = book.view, book.view.plan.territories[ix]
    page = Page.on(book.paper, book.facts, page_number)
    figure, word = headline(view, [ix])
    room = page.draw_head(drawable(territory.name), _subtitle(view, ix), [territory.color], figure, word)
    map_box, columns = page.split(room)
    draw_map_of(page, book.drawing, [ix], map_box)
    color = territory.color
    measures = account_measures(view)
    accounts = ranked(accounts_of(view, [ix]), measures, view.plan.accounts.name)
    sheet, texts = page.sheet, page.texts
    first, last = columns[0], columns[-1]
    left = take(first, draw_facts(texts, first, territory_facts(view, [ix])), BLOCK_GAP * 0.7)
    rows = measure_rows(view, [ix])
    left = take(left, draw_measures(sheet, texts, left, rows, color), BLOCK_GAP)
    if page.is_wide:
        last = left
    changes_height = 0.0
    if book.comparison is not None:
        box = last if page.is_wide else left
        changes = book.comparison.by_territory(ix)
        if page.is_wide:
            # Both lists must have room: what changes comes first, the top accounts take the rest.
            box = Box(box.left, box.top - box.height * 0.5, box.width, box.height * 0.5)
        changes_height = draw_changes(sheet, texts, box, view, changes, measures, book.comparison, most=3)
        if page.is_wide:
            last = take(last, changes_height, BLOCK_GAP)
    draw_top_accounts(sheet, texts, last, view, accounts, measures, most=TOP_WIDE if page.is_wide else TOP_HIGH)
    return page


def draw_map_of(
    page: Page, drawing: Drawing, territories: list[int], box: Box, *, has_neighbour_names: bool = True
) -> None:
    """Draw the map of some territories with their accounts by size; where they have no ground, say so."""
    view = drawing.view
    if not np.isin(drawing.owner, territories).any():
        page.sheet.box(box, "#f7f8fa", RULE)
        middle = box.bottom + box.height / 2
        said = tr("No unit belongs to it yet, so there is no map.")
        page.texts.write(box.left + box.width / 2, middle, said, 11.0, QUIET, room=box.width - 20, ha="center")
        return
    box = Box(box.left, box.bottom + KEY, box.width, box.height - KEY)
    measures = account_measures(view)
    value = account_values(view, territories, measures)
    this = draw_territories(page.sheet, drawing, territories, box, value, has_neighbour_names=has_neighbour_names)
    draw_scale_on_map(page.sheet, this.fit)
    reps = {view.plan.territories[ix].rep_id for ix in territories}
    has_home = any(rep.has_home and rep.rep_id in reps for rep in view.plan.reps)
    marks = [("circle", tr("accounts by {measure}", measure=measures[0].label) if measures else tr("accounts"))]
    marks += [("star", tr("home of the rep"))] if has_home else []
    draw_key(page, box, [*marks, *before_mark(drawing)])


def account_values(
    view: ExportView, territories: Sequence[int], measures: Sequence[AccountMeasure]
) -> NDArray[np.float64]:
    """Return (A,) what the circles of the accounts of some territories show; nan for all others."""
    value = np.full(len(view.plan.accounts), np.nan)
    own = accounts_of(view, territories)
    value[own] = np.nan_to_num(measures[0].values[own]) if measures else 0.0
    return value


def before_mark(drawing: Drawing) -> list[tuple[str, str]]:
    """Return the mark of borders as they were, where a map has them."""
    return [("dashes", tr("border in the baseline"))] if drawing.before is not None else []


def draw_key(page: Page, box: Box, marks: Sequence[tuple[str, str]]) -> None:
    """Tell under the box of a map what its marks mean."""
    left, middle = box.left, box.bottom - KEY + 6
    for kind, text in marks:
        page.sheet.mark(kind, left + 6, middle)
        left += 18 + page.texts.write(left + 16, middle, text, 7.4, QUIET) + 14


def draw_scale_on_map(sheet: Sheet, fit: Fit) -> None:
    """Draw the scale bar in the lower right corner of a map."""
    _, south, east, _ = fit.view
    draw_scale_bar(sheet, fit, east / sheet.unit - 14, south / sheet.unit + 20, order=SCALE_ORDER)


def headline(view: ExportView, territories: list[int]) -> tuple[str, str]:
    """Return the share of target that speaks for the territories, and of what; "" where there is none."""
    at = headline_measure(view)
    if at < 0:
        return "", ""
    total = float(view.territory_total[view.balance.measure_ix[at], territories].sum())
    target = float(np.nansum(view.balance.target[at, territories]))
    if not target:
        return "", ""
    name = view.balance.measures[at]
    words = {"workload_h": tr("of target workload"), "accounts": tr("of target accounts")}
    return percent(total / target), words.get(name, tr("of target units"))


def _subtitle(view: ExportView, ix: int) -> str:
    plan, territory = view.plan, view.plan.territories[ix]
    rep = plan.rep_of(ix)
    parts = []
    if rep is None:
        parts.append(tr("Vacant"))
    else:
        parts.append(rep.name)
        home = rep.home_city or rep.home_postal_code
        if home:
            parts.append(tr("home: {place}", place=home))
    region = next((r.name for r in plan.regions if r.region_id == territory.region_id), "")
    if region:
        parts.append(region)
    if territory.locked:
        parts.append(tr("locked"))
    return drawable(SEPARATOR.join(parts))
