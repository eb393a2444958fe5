"""The workbook of a plan: which sheets it has, in which order.

Owns that; each sheet is written by its own module.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from territorymap.exporters.move_tables import comparison_columns
from territorymap.exporters.office.book import Book
from territorymap.exporters.office.change_sheets import dressed, rep_fields
from territorymap.exporters.office.charts import write_charts
from territorymap.exporters.office.conditions import add_bars, color_by_tolerance
from territorymap.exporters.office.conflicts import conflict_columns
from territorymap.exporters.office.definitions import write_definitions
from territorymap.exporters.office.facts import facts_of
from territorymap.exporters.office.grid import Placed, write_grid
from territorymap.exporters.office.headings import Field, fields_of
from territorymap.exporters.office.log_sheet import coverage_fields, log_fields
from territorymap.exporters.office.summary import write_summary
from territorymap.exporters.registry import ExportOptions
from territorymap.exporters.tables import Column, content_columns, range_columns, with_unique_names
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

CHANGES = ("moves", "territory_changes")
_COLORS = {
    "territories": "#2e8b57",
    "regions": "#2e8b57",
    "units": "#b8860b",
    "accounts": "#8b5a9f",
    "reps": "#c77c2a",
    "territory_changes": "#c77c2a",
    "moves": "#c77c2a",
    "conflicts": "#b3261e",
    "coverage": "#b3261e",
    "handovers": "#c77c2a",
    "ranges": "#7a8288",
    "scorecards": "#1a6aa8",
    "rep_list": "#6a4c93",
    "teams": "#6a4c93",
}


def write_workbook(view: ExportView, path: Path, contents: list[str], options: ExportOptions, today: date) -> None:
    """Write a workbook with these sheets, in this order.

    Parameters
    ----------
    contents : of "summary", "territories", "regions", "units", "accounts", "reps", "territory_changes", "moves",
        "conflicts", "coverage", "handovers", "ranges", "log", "definitions"
    """
    sizes = {"territories": view.plan.n_territories, "units": len(view.plan.units), "accounts": len(view.plan.accounts)}
    if view.comparison is not None:
        sizes["moves"] = len(view.comparison.accounts) + len(view.comparison.units)
    n_rows = sum(sizes.get(content, 0) for content in contents)
    with Book(path, facts_of(view, today), options, n_rows) as book:
        for content in contents:
            book.breathe()
            if content == "summary":
                charted = write_summary(book, view)
                if charted is not None:
                    write_charts(book, charted)
            elif content == "definitions":
                write_definitions(book, view)
            else:
                _write_table(book, view, content, options)


def _write_table(book: Book, view: ExportView, content: str, options: ExportOptions) -> None:
    fields = _fields(view, content, options)
    n_frozen = 2 if content in ("units", "accounts") else 1
    placed = write_grid(book, sheet_title(content), fields, n_frozen, _COLORS.get(content, ""))
    if content in ("territories", "regions"):
        _show_balance(book, view, placed[0])


def _fields(view: ExportView, content: str, options: ExportOptions) -> list[Field]:
    if content == "reps":
        return rep_fields(view)
    if content == "log":
        return log_fields(view)
    if content in ("coverage", "handovers"):
        return coverage_fields(view, content)
    if content in CHANGES:
        return dressed(view, comparison_columns(view, content))
    return fields_of(view.plan, _columns(view, content, options))


def _columns(view: ExportView, content: str, options: ExportOptions) -> list[Column]:
    if content == "ranges":
        return with_unique_names(range_columns(view, options.flag("bridge"), options.text("rows") == "territory"))
    if content == "conflicts":
        return conflict_columns(view.plan)
    columns = content_columns(view, content)
    return _by_measure(columns) if content == "territories" else columns


def _by_measure(columns: list[Column]) -> list[Column]:
    """Return the columns with total, target and index of each measure side by side."""
    measures = list(dict.fromkeys(column.measure for column in columns if column.measure))
    first = next((at for at, column in enumerate(columns) if column.measure), len(columns))
    figures = [column for measure in measures for column in columns if column.measure == measure]
    return [*columns[:first], *figures, *(column for column in columns[first:] if not column.measure)]


def sheet_title(content: str) -> str:
    """Return what a sheet is called."""
    return {
        "territories": tr("Territories"),
        "regions": tr("Regions"),
        "units": tr("Units"),
        "accounts": tr("Accounts"),
        "ranges": tr("Ranges"),
        "conflicts": tr("Conflicts"),
        "reps": tr("Reps"),
        "moves": tr("Moves"),
        "territory_changes": tr("Territory changes"),
        "log": tr("Change log"),
        "coverage": tr("Conflicts and gaps"),
        "handovers": tr("Hand-overs"),
        "scorecards": tr("Scorecards"),
        "metrics": tr("Role metrics"),
        "rep_list": tr("Reps"),
        "teams": tr("Teams"),
    }[content]


def _show_balance(book: Book, view: ExportView, placed: Placed) -> None:
    """Colour the indices by their tolerances, and put bars behind the totals."""
    rows = (placed.top + 1, placed.last_row)
    tolerance = dict(zip(view.balance.measures, view.balance.tolerance, strict=True))
    for at, field in enumerate(placed.fields):
        column = field.column
        if column.kind == "index":
            color_by_tolerance(book, placed.sheet, rows, at, float(tolerance[column.measure]))
        elif column.measure and column.name != f"{column.measure}_target":
            add_bars(placed.sheet, rows, at)
