"""Which partners and which period the sheets are of. Owns the choices of both formats, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from territorymap.errors import UserError
from territorymap.exporters.choices import Choice
from territorymap.exporters.registry import ExportOptions
from territorymap.exporters.view import ExportView
from territorymap.i18n import listed, tr
from territorymap.metrics.partners.assessing import assessment, year_by_quarters
from territorymap.metrics.partners.sheet import PartnerBook, PartnerSheet
from territorymap.metrics.partners.telling import Block, blocks_of
from territorymap.model.period import Period, parse_period, period_of

CONTENTS = ("review", "year")
PARTNERS = Choice("partners", lambda: tr("Only these partners"), "names", names_of="partners")
PERIOD = Choice(
    "period",
    lambda: tr("Period"),
    "text",
    hint=lambda: tr("A quarter such as 2026-Q3, or a year; empty: the newest that is told."),
)
LABELS: dict[str, Callable[[], str]] = {
    "review": lambda: tr("Review of the quarter: numbers, trend, conflicts, agreed actions"),
    "year": lambda: tr("Assessment of the year: the same by quarters, with a verdict"),
}


@dataclass(frozen=True)
class Sheets:
    """What is written."""

    book: PartnerBook
    sheets: Sequence[PartnerSheet]
    is_year: bool
    period: Period

    def blocks(self, sheet: PartnerSheet) -> list[Block]:
        """Return the blocks of one sheet, those of an assessment first."""
        blocks = blocks_of(sheet, self.book.inputs)
        if not self.is_year:
            return blocks
        # The year's own trend is by quarters.
        quarters = year_by_quarters(self.book, sheet)
        at = next((i for i, block in enumerate(blocks) if block.key == "trend"), None)
        if at is not None:
            blocks[at] = quarters
        return [assessment(sheet, self.book.inputs), *blocks] if sheet.is_working else blocks


def chosen_sheets(view: ExportView, what: str, options: ExportOptions, today: date) -> Sheets:
    """Return the sheets that are asked for.

    Raises
    ------
    UserError
        if the plan has no partners, a name is none of theirs, or the period is none.
    """
    if view.partners is None:
        raise UserError(
            tr("The plan has no partners yet."), tr("Add them on the page Partners, or bring in a list of them.")
        )
    book = PartnerBook(view.partners)
    period = _period(book, options.text("period"), what == "year", today)
    by_name = {name.casefold(): rep_id for rep_id, name in view.partners.names.items()}
    wanted = options.names("partners")
    for name in wanted:
        if name.casefold() not in by_name:
            known = listed(list(view.partners.names.values())[:12])
            raise UserError(tr("There is no partner {name}.", name=repr(name)), tr("There are: {names}.", names=known))
    ids = {by_name[name.casefold()] for name in wanted}
    sheets = [s for s in book.sheets(period, today) if not ids or s.partner.rep_id in ids]
    return Sheets(book, sheets, what == "year", period)


def _period(book: PartnerBook, text: str, is_year: bool, today: date) -> Period:
    kind = "year" if is_year else "quarter"
    if not text.strip():
        told = [p for p in book.periods(kind) if p.end <= today] or [p for p in book.periods(kind) if p.start <= today]
        return told[0] if told else period_of(kind, today).previous
    period = parse_period(text)
    return period_of("year", period.end) if is_year else period
