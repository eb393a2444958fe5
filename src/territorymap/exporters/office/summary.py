"""The first sheet: what the plan is, how even it is, and who is furthest from the target.

Owns what stands where on that sheet; figures come from the view.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

import numpy as np

from territorymap.exporters.headline import headline_measure
from territorymap.exporters.office.book import QUIET, Book, Sheet, Style, write_text
from territorymap.exporters.office.charts import Charted
from territorymap.exporters.office.conditions import add_deviation_bars, color_by_tolerance
from territorymap.exporters.office.facts import measure_order, status_label
from territorymap.exporters.office.headings import HOURS, INDEX, PERCENT, TEXT, WHOLE, letters_wide, number_format_of
from territorymap.exporters.office.texts import shortened
from territorymap.exporters.office.who import parts_of
from territorymap.exporters.tables import Column
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, tr
from territorymap.mapview.strings import measure_labels

MOST_SHOWN = 40  # territories in the table and the charts: more bars cannot be read
_LONGEST_NAME = 100  # letters, here and in the charts; the sheet of territories has all
_WIDTHS = (26.0, 24.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0)

Cell = str | float | int | None


def write_summary(book: Book, view: ExportView) -> Charted | None:
    """Write the sheet; returns the table that charts can stand on, None where there is no balance to show."""
    sheet, name = book.sheet(tr("Summary"), color="#2f6fb0")
    sheet.hide_gridlines(2)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    row = _title_block(book, sheet)
    row = _plan_figures(book, sheet, view, row + 1)
    row = _measure_figures(book, sheet, view, row + 1)
    row = _changes(book, sheet, view, row + 1)
    table = _furthest(book, sheet, name, view, row + 1)
    book.tick()
    return table


def _title_block(book: Book, sheet: Sheet) -> int:
    facts = book.facts
    title = book.style(bold=True, font_size=18, num_format=TEXT)
    sheet.set_row(0, 28)
    write_text(sheet, 0, 0, facts.title, title, title)
    row = 1
    lines: list[tuple[str, Cell | datetime]] = [
        (tr("Alignment"), facts.alignment),
        (tr("Scope"), facts.scope),
        (tr("Scenario"), facts.scenario),
    ]
    if facts.baseline and facts.baseline != facts.scenario:
        lines.append((tr("Baseline"), facts.baseline))
    if facts.effective is not None:
        lines.append((tr("Effective"), datetime.combine(facts.effective, time())))
    lines.append((tr("Written"), datetime.combine(facts.written, time())))
    lines += [(tr("Note"), facts.note), (tr("Data"), facts.attribution)]
    label = book.style(font_color=QUIET, valign="top")
    plain, quoted = book.text_styles()
    day = book.style(num_format=14, align="left")  # Excel's own short date, in the order of the reader's country
    for what, value in lines:
        if value in ("", None):
            continue
        sheet.write_string(row, 0, what, label)
        if isinstance(value, datetime):
            sheet.write_datetime(row, 1, value, day)
        else:
            write_text(sheet, row, 1, value, plain, quoted)
        row += 1
    return row


def _plan_figures(book: Book, sheet: Sheet, view: ExportView, row: int) -> int:
    """Write how much there is of what."""
    plan, balance = view.plan, view.balance
    vacant = sum(plan.rep_of(ix) is None for ix in range(plan.n_territories))
    n_covered = int((plan.in_scope | (plan.account_override >= 0)).sum())
    covered = [] if n_covered == len(plan.accounts) else [(tr("of these covered by this alignment"), n_covered)]
    status = [(tr("Status"), status_label(plan.scenario.status))] if book.facts.scenario else []
    figures: list[tuple[str, int | str]] = [
        *status,
        (tr("Territories"), plan.n_territories),
        (tr("of these without a rep"), vacant),
        (tr("of these in several pieces"), int(balance.noncontiguous)),
        (tr("Reps"), len(plan.reps)),
        (tr("Units"), len(plan.units)),
        (tr("of these unassigned"), int(balance.unassigned_units)),
        (tr("Accounts"), len(plan.accounts)),
        *covered,
        (tr("of these in no territory"), int(balance.unassigned_accounts)),
    ]
    row = _heading(book, sheet, row, tr("The plan"))
    number = book.style(num_format=WHOLE, align="left")
    text = book.style(num_format=TEXT)
    for what, value in figures:
        sheet.write_string(row, 0, what, book.style(indent=0 if what[:1].isupper() else 1))
        if isinstance(value, str):
            write_text(sheet, row, 1, value, text, text)
        else:
            sheet.write_number(row, 1, value, number)
        row += 1
    return row


def _measure_figures(book: Book, sheet: Sheet, view: ExportView, row: int) -> int:
    """Write how even the plan is in each measure."""
    balance, labels = view.balance, measure_labels(view.plan)
    row = _heading(book, sheet, row, tr("Balance"))
    heads = (
        tr("Measure"), tr("Assigned in all"), tr("Lowest index"), tr("Highest index"), tr("Max deviation"), tr("CV"),
        tr("Outside tolerance"), tr("Tolerance"),
    )  # fmt: skip
    # The second column is wide for names; figures begin in the third.
    _headings(book, sheet, row, ("", *heads[1:]), first=heads[0])
    for i, name in enumerate(balance.measures):
        row += 1
        total = float(view.territory_total[balance.measure_ix[i]].sum())
        index = balance.index[i][np.isfinite(balance.index[i])]
        values: list[tuple[Cell, str]] = [
            (total, HOURS if name == "workload_h" else number_format_of(Column("", np.array([total])))),
            (float(index.min()) if len(index) else None, INDEX),
            (float(index.max()) if len(index) else None, INDEX),
            (float(balance.max_deviation[i]), PERCENT),
            (float(balance.cv[i]), PERCENT),
            (int(balance.outside[i]), WHOLE),
            (float(balance.tolerance[i]), PERCENT),
        ]
        write_text(sheet, row, 0, labels.get(name, name), *book.text_styles())
        for at, (value, number_format) in enumerate(values):
            _number(sheet, row, at + 2, value, book.style(num_format=number_format))
    return row + 1


def _changes(book: Book, sheet: Sheet, view: ExportView, row: int) -> int:
    """Write how much changes rep against the baseline, where there is one."""
    if view.baseline is None:
        return row - 1
    labels = measure_labels(view.plan)
    title = tr("What changes against the baseline {name}", name=view.baseline.scenario.name)
    row = _heading(book, sheet, row, title)
    heads = ("", tr("With reps in the baseline"), tr("Changes rep"), tr("Share"))
    _headings(book, sheet, row, heads, first=tr("Measure"))
    for part in parts_of(view.plan, view.baseline):
        row += 1
        write_text(sheet, row, 0, labels.get(part.name, part.name), *book.text_styles())
        amounts = np.array([part.base[:-1].sum(), part.moved])
        number_format = number_format_of(Column("", amounts))
        for at, (value, shown) in enumerate(
            zip([*amounts, part.share], (number_format, number_format, PERCENT), strict=True)
        ):
            _number(sheet, row, at + 2, float(value), book.style(num_format=shown))
    return row + 1


def _furthest(book: Book, sheet: Sheet, name: str, view: ExportView, row: int) -> Charted | None:
    """Write the territories that are furthest from their target."""
    measure = headline_measure(view)
    if measure < 0 or not view.plan.n_territories:
        text = book.style(font_color=QUIET)
        sheet.write_string(row, 0, tr("Nothing is assigned to a territory yet, so there is no balance to show."), text)
        return None
    balance, labels = view.balance, measure_labels(view.plan)
    label = labels.get(balance.measures[measure], balance.measures[measure])
    shown = measure_order(view, measure)[:MOST_SHOWN]
    row = _heading(book, sheet, row, tr("Furthest from the target: {measure}", measure=label))
    if len(shown) < view.plan.n_territories:
        rest = ntr("{n} territory is shown; all of them stand in the next sheet.",
                   "{n} territories are shown; all of them stand in the next sheet.", len(shown))  # fmt: skip
        sheet.write_string(row, 0, rest, book.style(font_color=QUIET))
        row += 1
    _headings(book, sheet, row, (tr("Rep"), label, tr("Target"), tr("Index"), tr("Deviation")), first=tr("Territory"))
    top = row + 1
    total = view.territory_total[balance.measure_ix[measure]]
    formats = [number_format_of(Column("", total)), number_format_of(Column("", balance.target[measure]))]
    if balance.measures[measure] == "workload_h":
        formats = [HOURS, HOURS]
    names, reps = view.territory_names(), view.rep_names()
    for ix in shown:
        row += 1
        write_text(sheet, row, 0, shortened(names[ix], _LONGEST_NAME), *book.text_styles())
        write_text(sheet, row, 1, shortened(reps[ix], _LONGEST_NAME), *book.text_styles())
        index = float(balance.index[measure, ix])
        values = (total[ix], balance.target[measure, ix], index, index - 1)
        for at, (value, number_format) in enumerate(zip(values, (*formats, INDEX, PERCENT), strict=True)):
            _number(sheet, row, at + 2, float(value), book.style(num_format=number_format))
    tolerance = float(balance.tolerance[measure])
    color_by_tolerance(book, sheet, (top, row), 4, tolerance)
    off = np.abs(balance.index[measure] - 1)
    largest = float(np.nanmax(off)) if np.isfinite(off).any() else 0.0
    add_deviation_bars(sheet, (top, row), 5, max(largest, tolerance))
    return Charted(
        sheet=name,
        top=top,
        labels=[shortened(names[ix], _LONGEST_NAME) for ix in shown],
        total=total[shown],
        target=balance.target[measure, shown],
        index=balance.index[measure, shown],
        tolerance=tolerance,
        measure=label,
    )


def _heading(book: Book, sheet: Sheet, row: int, text: str) -> int:
    style = book.style(bold=True, font_size=13, num_format=TEXT)
    write_text(sheet, row, 0, text, style, style)
    return row + 1


def _headings(book: Book, sheet: Sheet, row: int, heads: Sequence[str], first: str) -> None:
    """Write column headings, the first two to the left."""
    sheet.set_row(row, 32 if any(letters_wide(head) > 13 for head in heads) else 18)
    for at, head in enumerate((first, *heads)):
        style = book.head_style("left" if at < 2 else "right")
        write_text(sheet, row, at, head, style, style)


def _number(sheet: Sheet, row: int, column: int, value: Cell, style: Style) -> None:
    if isinstance(value, (int, float)) and np.isfinite(value):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_blank(row, column, None, style)
