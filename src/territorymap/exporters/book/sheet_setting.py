"""What the sheets of reps share, whatever they are written as: paper, comparison, who gets one.

Owns the preparation; not the pages (rep_pages, rep_html).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from territorymap.errors import UserError
from territorymap.exporters.book.changes import Holder, comparison_of, holders
from territorymap.exporters.book.territory_page import Book
from territorymap.exporters.picture.facts import facts_of
from territorymap.exporters.picture.ground import Drawing
from territorymap.exporters.picture.paper import AUTO, choose_paper
from territorymap.exporters.registry import ExportOptions
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import listed, tr


def sheet_book(view: ExportView, options: ExportOptions, now: datetime) -> Book:
    """Return what all sheets share; they stand upright unless asked otherwise, as lists do."""
    comparison = comparison_of(view)
    before = comparison.before if comparison else None
    drawing = Drawing(view, before=before, check=check_of(options.is_cancelled))
    # A web page has no paper to choose.
    paper_name, orientation = (str(options.chosen.get(name, AUTO)) for name in ("paper", "orientation"))
    paper = choose_paper(paper_name, orientation, is_wide=False)
    return Book(drawing, paper, facts_of(view, now.date()), comparison)


def sheet_holders(view: ExportView, wanted: Sequence[str]) -> list[Holder]:
    """Return who gets a sheet: every rep, and every territory without one; only those named, where any are.

    Raises
    ------
    UserError
        if a name is nobody's, or there is neither rep nor territory.
    """
    everyone = holders(view)
    if not everyone:
        raise UserError(
            tr("There is neither a rep nor a territory in this plan."), tr("Make territories or import reps first.")
        )
    known = {holder.name.strip().casefold(): holder for holder in everyone}
    for name in wanted:
        if name.strip().casefold() not in known:
            raise UserError(
                tr("There is no rep or vacant territory {name}.", name=repr(name)),
                tr("There are: {names}.", names=listed(holder.name for holder in everyone[:8])),
            )
    folded = {name.strip().casefold() for name in wanted}
    return [holder for holder in everyone if not folded or holder.name.strip().casefold() in folded]
