"""Pay statements as a file: one sheet, or one section, for each rep, line by line, to be checked by hand.

Owns the files; lines and amounts are metrics.pay_statement's. No cell of it is run as a formula but the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from territorymap.errors import UserError
from territorymap.exporters.staging import staged
from territorymap.i18n import money, tr
from territorymap.metrics.pay_statement import PayLine

EXTENSIONS = (".xlsx", ".html")
EXPLAINING = ("target", "attainment")  # lines that say how, and pay nothing themselves
_WIDTHS = (30, 64, 16)


@dataclass(frozen=True)
class StatementSheet:
    """What one rep is paid."""

    name: str
    facts: tuple[tuple[str, str], ...]  # what, its value: plan, period, territories ...
    lines: tuple[PayLine, ...]
    total: Decimal


def write_statements(path: Path, title: str, sheets: Sequence[StatementSheet], currency: str) -> None:
    """Write the statements; the extension chooses the kind of file.

    Raises
    ------
    UserError
        if the extension is neither .xlsx nor .html, there is nobody, or the file cannot be written.
    """
    kind = path.suffix.casefold()
    if kind not in EXTENSIONS:
        raise UserError(
            tr("{name} is neither .xlsx nor .html.", name=path.name), tr("Give a name that ends in .xlsx or .html.")
        )
    if not sheets:
        raise UserError(tr("There is nobody to write a statement for."), tr("Give territories reps first."))
    with staged(path) as partial:
        (_write_xlsx if kind == ".xlsx" else _write_html)(partial, title, sheets, currency)


def _write_xlsx(path: Path, title: str, sheets: Sequence[StatementSheet], currency: str) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    from territorymap.exporters.office.texts import cell_text, sheet_name

    book = Workbook()
    del book[book.sheetnames[0]]
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

    def put(sheet: Any, row: int, column: int, text: str) -> Any:
        cell = sheet.cell(row=row, column=column)
        cell.value = cell_text(text)
        cell.data_type = "s"  # text, whatever it begins with
        cell.alignment = wrapped
        return cell

    for one in sheets:
        sheet = book.create_sheet(sheet_name(one.name, book.sheetnames))
        for letter, width in zip("ABC", _WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width
        put(sheet, 1, 1, one.name).font = Font(bold=True, size=14)
        put(sheet, 2, 1, title)
        row = 3
        for name, value in one.facts:
            put(sheet, row, 1, name)
            put(sheet, row, 2, value)
            row += 1
        row += 1
        amount = tr("Amount in {currency}", currency=currency) if currency else tr("Amount")
        for column, head in enumerate((tr("What"), tr("How"), amount), 1):
            put(sheet, row, column, head).font = bold
        first = row + 1
        for line in one.lines:
            row += 1
            put(sheet, row, 1, line.label)
            put(sheet, row, 2, line.how)
            if line.kind not in EXPLAINING:
                sheet.cell(row=row, column=3, value=float(line.amount)).number_format = "#,##0.00"
        row += 1
        put(sheet, row, 1, tr("Total")).font = bold
        total = sheet.cell(row=row, column=3, value=f"=SUM(C{first}:C{row - 1})" if one.lines else 0)
        total.number_format, total.font = "#,##0.00", bold
        sheet.freeze_panes = sheet.cell(row=first, column=1)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.save(path)


def _write_html(path: Path, title: str, sheets: Sequence[StatementSheet], currency: str) -> None:
    from territorymap.exporters.book.rep_html import document

    sections = [_section(f"pay-{n}", title, one, currency) for n, one in enumerate(sheets, 1)]
    links = [(f"pay-{n}", one.name) for n, one in enumerate(sheets, 1)]
    page = document(title, sections, [], links if len(links) > 1 else ())
    path.write_text(page, encoding="utf-8", newline="\n")


def _section(key: str, title: str, one: StatementSheet, currency: str) -> str:
    def row(line: PayLine) -> str:
        amount = "" if line.kind in EXPLAINING else money(float(line.amount), currency, 2)
        quiet = ' class="quiet"' if line.kind in EXPLAINING else ""
        return (
            f'<tr><td{quiet} dir="auto">{escape(line.label)}</td><td{quiet} dir="auto">{escape(line.how)}</td>'
            f'<td class="n">{escape(amount)}</td></tr>'
        )

    facts = "".join(f'<tr><td class="quiet">{escape(n)}</td><td dir="auto">{escape(v)}</td></tr>' for n, v in one.facts)
    total = escape(money(float(one.total), currency, 2))
    return (
        f'<section id="{escape(key)}"><header><div class="who"><h1 dir="auto">{escape(one.name)}</h1>'
        f'<p class="quiet" dir="auto">{escape(title)}</p></div>'
        f'<div class="share"><b>{total}</b>{escape(tr("Total"))}</div></header>'
        f"<table>{facts}</table><h2>{escape(tr('Pay, line by line'))}</h2>"
        f'<div class="scroll"><table><thead><tr><th>{escape(tr("What"))}</th><th>{escape(tr("How"))}</th>'
        f'<th class="n">{escape(tr("Amount"))}</th></tr></thead><tbody>{"".join(map(row, one.lines))}'
        f'<tr><td><b>{escape(tr("Total"))}</b></td><td></td><td class="n"><b>{total}</b></td></tr></tbody></table>'
        "</div></section>"
    )
