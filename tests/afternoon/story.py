"""What the hours of the afternoon hand on to each other, and what every hour asks of window and file.

Owns the comparison of table, file and arithmetic; what is done in an hour is in the tests.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTableView, QWidget

from tests.afternoon.office_files import Office
from tests.afternoon.plan_file import PlanFile, Territory
from tests.support.window import Window

TITLE = "Field force 2026"
PICTURES = "TERRITORYMAP_PICTURES"
Content = dict[str, list[tuple[Any, ...]]]


@dataclass
class Story:
    """The window, the desk, and what is remembered from hour to hour."""

    window: Window
    office: Office
    desk: Path
    failed: str = ""  # the hour that went wrong
    remembered: dict[str, Content] = field(default_factory=dict)

    @property
    def plan(self) -> PlanFile:
        return PlanFile(self.desk / f"{TITLE}.gpkg")

    @property
    def revenue_column(self) -> str:
        return str(self.plan.value("SELECT column_name FROM measure WHERE measure_name = 'Umsatz EUR'"))

    @property
    def table(self) -> QTableView:
        return self.window.main.territory_panel.view

    def totals(self) -> dict[str, Territory]:
        """Return each territory's totals by the rows of the file and our own arithmetic."""
        return self.plan.totals(self.revenue_column)

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """Keep a picture for whoever wants to look at the hour."""
        folder = os.environ.get(PICTURES)
        if not folder:
            return
        path = Path(folder) / f"{name}.png"
        if widget is None:
            self.window.save_picture(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            assert widget.grab().save(str(path))

    def assert_table_shows_the_file(self) -> dict[str, Territory]:
        """The totals in the table's rows, and under them, are those of the rows in the file."""
        totals = self.totals()
        shown = {self.window.cell(self.table, row, "Territory"): row for row in range(self.table.model().rowCount())}
        assert shown.keys() == totals.keys()
        for name, row in shown.items():
            told = [self.window.cell(self.table, row, title) for title in ("Accounts", "Units", "Workload h", "Rep")]
            t = totals[name]
            assert told == [f"{t.n_accounts:,}", f"{t.n_units:,}", f"{t.workload_h:,.0f}", t.rep or "vacant"], name
        sums = self.window.main.territory_panel.totals_row.texts
        all_of_them = {
            "Accounts": f"{sum(t.n_accounts for t in totals.values()):,}",
            "Units": f"{sum(t.n_units for t in totals.values()):,}",
            "Workload h": f"{sum(t.workload_h for t in totals.values()):,.0f}",
        }
        assert {title: sums[self.window.column_of(self.table, title)] for title in all_of_them} == all_of_them
        return totals

    def select_territory(self, name: str) -> None:
        """Click a row of the table; the map flies there."""
        self.window.click_cell(self.table, self.window.row_of(self.table, "Territory", name), "Territory")
        self.window.rest()

    def card(self) -> dict[str, dict[str, str]]:
        """Return what the card beside the pointer says: territory -> measure -> number now, and its chips."""
        found = self.window.js(
            "[...document.querySelectorAll('.tm-card:not([hidden]) .tm-card-table')].map(table => ["
            "table.previousElementSibling.querySelector('.tm-card-name').innerText,"
            "['measure', 'now'].map(k => [...table.querySelectorAll('.tm-card-' + k)].map(e => e.innerText)),"
            "[...table.querySelectorAll('.tm-chip')].map(e => e.innerText)])"
        )
        return {
            name: {m: f"{now} {chip}" for m, now, chip in zip(measures, values, chips, strict=True)}
            for name, (measures, values), chips in found
        }

    def assert_map_and_table_speak_of_the_same_measure(self) -> None:
        """The index under the names on the map is of the measure that the table's bars show."""
        panel, session = self.window.main.territory_panel, self.window.main.session
        assert session is not None
        chosen = session.plan.measures[int(panel.bar_choice.currentData())].name
        assert self.window.js("__tm.plan.measures[__tm.labelMeasure()].name") == chosen

    def index_of(self, territory: str) -> str:
        return self.window.cell(self.table, self.window.row_of(self.table, "Territory", territory), "Index")

    def unit_ix(self, code: str) -> int:
        session = self.window.main.session
        assert session is not None
        return int(session.plan.units.ix_by_code[code])

    def color_of(self, territory: str) -> str:
        return str(self.plan.value("SELECT color FROM territory WHERE territory_name = ?", territory))


def texts_in(widget: QWidget) -> str:
    """Return all that the labels of a dialog say."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def button(dialog: QDialog, text: str) -> QPushButton:
    """Return the button of a dialog that says this."""
    shown = [b for b in dialog.findChildren(QPushButton) if b.isVisible()]
    found = [b for b in shown if b.text().replace("&", "") == text]
    assert len(found) == 1, [b.text() for b in shown]
    return found[0]


def rows_of(view: QTableView) -> list[list[str]]:
    """Return the texts of a table."""
    model = view.model()
    return [[str(model.index(r, c).data()) for c in range(model.columnCount())] for r in range(model.rowCount())]
