"""The last sheet: how each figure is computed, by the registry of metrics, and the plan's own constants.

Owns what is listed; formulas and meanings are the metrics' own.
"""

from __future__ import annotations

import numpy as np

from territorymap.exporters.office.book import Book, Sheet, write_text
from territorymap.exporters.office.grid import write_headings
from territorymap.exporters.office.headings import DECIMAL, PERCENT, TEXT, Field, field_of
from territorymap.exporters.tables import Column
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.mapview.strings import measure_labels
from territorymap.metrics.registry import metrics

_WIDTHS = (28.0, 52.0, 70.0, 10.0, 46.0)


def write_definitions(book: Book, view: ExportView) -> None:
    """Write the sheet: metrics, then constants of the workload, the target, tolerances."""
    sheet, _ = book.sheet(tr("Definitions"))
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    heads = (tr("Figure"), tr("Formula"), tr("Meaning"), tr("Unit of measurement"), tr("Source"))
    write_headings(book, sheet, [_text_field(head) for head in heads], 0)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    style = book.style(num_format=TEXT, text_wrap=True, valign="top")
    row = 1
    for metric in metrics().values():
        cells = (metric.label(), metric.formula(), metric.meaning(), metric.unit, metric.source)
        for at, text in enumerate(cells):
            write_text(sheet, row, at, text, style, style)
        row += 1
        book.tick()
    row = _constants(book, sheet, view, row + 1)
    _tolerances(book, sheet, view, row + 1)


def _constants(book: Book, sheet: Sheet, view: ExportView, row: int) -> int:
    info = view.plan.info
    row = _heading(book, sheet, row, tr("Constants of this plan"))
    constants = info.constants
    for what, value in (
        (tr("Visits a year to an account, where no column tells"), constants.visits),
        (tr("Minutes a visit"), constants.visit_min),
        (tr("Driving speed, km/h"), constants.speed_kmh),
        (tr("Detour: road kilometres to a kilometre as the crow flies"), constants.detour),
        (tr("Stops a trip"), constants.stops_per_trip),
    ):
        _line(book, sheet, row, what, value, DECIMAL)
        row += 1
    by_capacity = view.balance.target_kind == "capacity"
    kind = tr("in proportion to the capacity of the reps") if by_capacity else tr("equal shares")
    _line(book, sheet, row, tr("Target of a territory"), kind, TEXT)
    return row + 1


def _tolerances(book: Book, sheet: Sheet, view: ExportView, row: int) -> None:
    labels = measure_labels(view.plan)
    row = _heading(book, sheet, row, tr("Tolerances: how far an index may be from 100 %"))
    for name, tolerance in zip(view.balance.measures, view.balance.tolerance, strict=True):
        _line(book, sheet, row, labels.get(name, name), float(tolerance), PERCENT)
        row += 1


def _heading(book: Book, sheet: Sheet, row: int, text: str) -> int:
    style = book.style(bold=True, font_size=13, num_format=TEXT)
    write_text(sheet, row, 0, text, style, style)
    return row + 1


def _line(book: Book, sheet: Sheet, row: int, what: str, value: str | float, number_format: str) -> None:
    label = book.style(num_format=TEXT, text_wrap=True, valign="top")
    write_text(sheet, row, 0, what, label, label)
    style = book.style(num_format=number_format, align="left", valign="top")
    if isinstance(value, str):
        write_text(sheet, row, 1, value, style, style)
    else:
        sheet.write_number(row, 1, value, style)


def _text_field(title: str) -> Field:
    return field_of(Column(title, np.array([""], dtype=object)), title)
