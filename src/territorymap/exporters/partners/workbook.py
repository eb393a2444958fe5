"""Sheets of partners as a workbook: a list of all, then a sheet each with its blocks and a native chart of the trend.

Owns what stands where; numbers stay numbers, texts stay texts whatever they look like.
"""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

from territorymap.exporters.office.book import LINE, QUIET, Book, Sheet, Style, write_text
from territorymap.exporters.office.facts import facts_of
from territorymap.exporters.office.headings import PERCENT, TEXT, WHOLE
from territorymap.exporters.office.texts import shortened
from territorymap.exporters.partners.chosen import Sheets
from territorymap.exporters.registry import ExportOptions
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.metrics.partners import words
from territorymap.metrics.partners.sheet import PartnerSheet
from territorymap.metrics.partners.telling import Block

_POINTS = "0.0"
_WIDTHS = (36.0, 34.0, 26.0, 18.0, 14.0, 14.0)
_CHART_ROWS = 15


def write_sheets(view: ExportView, path: Path, sheets: Sheets, options: ExportOptions, today: date) -> None:
    """Write the workbook."""
    with Book(path, facts_of(view, today), options, 40 * len(sheets.sheets)) as book:
        _overview(book, sheets)
        for sheet in sheets.sheets:
            book.breathe()
            _partner(book, sheets, sheet)
            book.tick(40)


def _overview(book: Book, sheets: Sheets) -> None:
    """Write one line a partner; the amounts as numbers, to be sorted and summed."""
    sheet, _ = book.sheet(tr("Partners"), color="#2f6fb0")
    heads = (
        (tr("Partner"), 30.0, TEXT), (tr("Type"), 18.0, TEXT), (tr("Status"), 12.0, TEXT), (tr("Tier"), 14.0, TEXT),
        (tr("Earned"), 14.0, TEXT), (tr("Satisfaction"), 12.0, _POINTS), (tr("Revenue"), 14.0, WHOLE),
        (tr("Target"), 14.0, WHOLE), (tr("of target"), 10.0, PERCENT), (tr("Growth"), 10.0, PERCENT),
        (tr("Open deals, weighted"), 14.0, WHOLE), (tr("Penetration"), 12.0, PERCENT),
        (tr("Market share"), 12.0, PERCENT), (tr("Conflicts"), 10.0, WHOLE), (tr("To put right"), 10.0, WHOLE),
    )  # fmt: skip
    sheet.set_row(0, 32)
    for at, (head, width, number_format) in enumerate(heads):
        style = book.head_style("left" if number_format == TEXT else "right")
        write_text(sheet, 0, at, head, style, style)
        sheet.set_column(at, at, width)
    plain, quoted = book.text_styles()
    for row, one in enumerate(sheets.sheets, start=1):
        values: list[str | float] = [
            one.name,
            words.type_word(one.partner.partner_type),
            words.status_word(one.partner.status),
            one.tier_now.tier_name if one.tier_now else "",
            one.tier_earned.tier_name if one.tier_earned else "",
            one.reached.satisfaction, one.revenue.amount, one.target.amount, one.attainment, one.growth,
            one.pipeline.weighted, one.market.penetration, one.market_share,
            float(len(one.conflicts)), float(len(one.flags)),
        ]  # fmt: skip
        for at, value in enumerate(values):
            if isinstance(value, str):
                write_text(sheet, row, at, value, plain, quoted)
            elif math.isfinite(value):
                sheet.write_number(row, at, value, book.style(num_format=heads[at][2], valign="top"))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(sheets.sheets), 1), len(heads) - 1)
    sheet.repeat_rows(0)


def _partner(book: Book, sheets: Sheets, one: PartnerSheet) -> None:
    sheet, name = book.sheet(one.name or tr("Partner"), is_landscape=False)
    sheet.hide_gridlines(2)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    title = book.style(bold=True, font_size=18, num_format=TEXT)
    sheet.set_row(0, 28)
    write_text(sheet, 0, 0, one.name, title, title)
    kind = tr("Yearly assessment") if sheets.is_year else tr("Partner review")
    quiet = book.style(font_color=QUIET, num_format=TEXT)
    write_text(sheet, 1, 0, f"{kind} · {one.period.label}", quiet, quiet)
    row = 3
    for block in sheets.blocks(one):
        row = _block(book, sheet, block, row)
        if block.key == "trend" and not sheets.is_year:
            row = _trend(book, sheet, name, one, row)
        row += 1
    _meeting(book, sheet, sheets.is_year, row)


def _block(book: Book, sheet: Sheet, block: Block, row: int) -> int:
    heading = book.style(bold=True, font_size=12, bottom=1, bottom_color=LINE, num_format=TEXT)
    for at in range(len(_WIDTHS)):
        write_text(sheet, row, at, block.title if at == 0 else "", heading, heading)
    row += 1
    label, (plain, quoted) = book.style(font_color=QUIET, valign="top", num_format=TEXT), _texts(book)
    for what, value in block.facts:
        write_text(sheet, row, 0, what, label, label)
        write_text(sheet, row, 1, value, plain, quoted)
        row += 1
    if block.rows and block.key != "trend":
        for at, head in enumerate(block.heads):
            style = book.head_style("right" if at in block.numeric else "left")
            write_text(sheet, row, at, head, style, style)
        row += 1
        right = book.style(align="right", valign="top", num_format=TEXT)
        for line in block.rows:
            for at, cell in enumerate(line):
                write_text(sheet, row, at, cell, *((right, right) if at in block.numeric else (plain, quoted)))
            row += 1
    for line_ in block.note.splitlines():
        write_text(sheet, row, 0, line_, *book.text_styles())
        row += 1
    return row


def _texts(book: Book) -> tuple[Style, Style]:
    return book.text_styles(text_wrap=True)


def _trend(book: Book, sheet: Sheet, name: str, one: PartnerSheet, row: int) -> int:
    """Write the trend as numbers, and a chart that stands on them; returns the row below."""
    told = [p for p in one.trend if p.revenue.is_told or p.target.is_told or p.satisfaction == p.satisfaction]
    if not told:
        return row
    for at, head in enumerate((tr("Period"), tr("Revenue"), tr("Target"), tr("of target"), tr("Satisfaction"))):
        style = book.head_style("right" if at else "left")
        write_text(sheet, row, at, head, style, style)
    formats = (WHOLE, WHOLE, PERCENT, _POINTS)
    plain, quoted = _texts(book)
    for n, point in enumerate(told, start=row + 1):
        write_text(sheet, n, 0, point.period.label, plain, quoted)
        share = point.revenue.amount / point.target.amount if point.target.amount > 0 else math.nan
        for at, value in enumerate((point.revenue.amount, point.target.amount, share, point.satisfaction)):
            if math.isfinite(value):
                sheet.write_number(n, at + 1, value, book.style(num_format=formats[at], align="right"))
    first, last = row + 1, row + len(told)
    labels = [p.period.label for p in told]
    chart = book.chart(type="column")
    line = book.chart(type="line")
    series = (
        (chart, tr("Revenue"), 1, [p.revenue.amount for p in told], {"fill": {"color": "#6f9bc8"}, "gap": 60}),
        (line, tr("Target"), 2, [p.target.amount for p in told], {"line": {"color": "#1d2127", "width": 1.5}}),
    )
    for where, title, column, values, look in series:
        where.add_series(
            {
                "name": title,
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "categories_data": labels,
                "values_data": [value if math.isfinite(value) else "" for value in values],
                **look,
            }
        )
    chart.combine(line)
    chart.set_title({"name": shortened(tr("Revenue of {name}", name=one.name), 80), "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 640, "height": 20 * (_CHART_ROWS - 1)})
    about = tr("Revenue by period as columns, the target as a line")
    sheet.insert_chart(last + 2, 0, chart, {"object_position": 2, "description": about})
    return last + 2 + _CHART_ROWS


def _meeting(book: Book, sheet: Sheet, is_year: bool, row: int) -> None:
    heading = book.style(bold=True, font_size=12, bottom=1, bottom_color=LINE, num_format=TEXT)
    what = tr("Agreed for the coming year") if is_year else tr("Agreed at this review")
    for at, head in enumerate((what, tr("Owner"), tr("Due"))):
        write_text(sheet, row, at, head, heading, heading)
    empty = book.style(bottom=4, bottom_color=LINE)
    for line in range(row + 1, row + 6):
        for at in range(3):
            sheet.write_blank(line, at, None, empty)
