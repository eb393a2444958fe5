"""Importing numbers of reps and territories by period. Owns its questions; parsing is importers', writing session's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from territorymap.i18n import ntr, number, tr
from territorymap.importers.role_figures import build_figures
from territorymap.importers.table import RawTable
from territorymap.model.coverage import Figure
from territorymap.model.period import is_period, parse_period
from territorymap.model.role_metrics import metric_label
from territorymap.session.commands.role_metrics import import_figures
from territorymap.session.role_metrics import names_for_import
from territorymap.session.session import Command, Session
from territorymap.ui.import_wizard.dialog import ImportDialog, Outcome
from territorymap.ui.import_wizard.result_view import ImportReport, ReportView, RowsView
from territorymap.ui.import_wizard.table_form import TableChoice
from territorymap.ui.parts.scale import ems
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Progress


class MetricImportDialog(ImportDialog):
    """Calls, meetings, retention ...: a row for each number, or a column for each metric."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        self.period = QLineEdit()
        super().__init__(
            session,
            preferences,
            "metrics",
            tr("Import role metrics"),
            tr(
                "Numbers of reps or territories by period, such as calls a week: a row for each number (who, period, "
                "metric, value), or a column for each metric. Numbers that the plan has already are replaced."
            ),
            parent,
        )
        self.period.setPlaceholderText(tr("for example 2026-W41"))
        self.period.setToolTip(tr("The period of rows that name none: a year, quarter, month, week or day"))
        self.period.setFixedWidth(ems(self, 24))
        self.period.textChanged.connect(self._refresh)
        label = QLabel(tr("&Period of rows without one"))
        label.setBuddy(self.period)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.period)
        row.addStretch(1)
        self._period_row = QWidget()
        self._period_row.setLayout(row)
        self._period_row.setVisible(False)
        form = self.form.layout()
        assert form is not None
        form.addWidget(self._period_row)

    def prepare(self) -> Any:
        return names_for_import(self.session), self.period.text().strip()

    def read(self, table: RawTable, choice: TableChoice, ground: Any, progress: Progress, is_cancelled: Any) -> Outcome:
        names, period = ground
        result = build_figures(table, choice.columns, names, progress, is_cancelled, default_period=period)
        title = tr("Import of role metrics")
        report = ImportReport(title, table, result.read, result.n_rows, result.rejects, notes=result.notes)
        return Outcome(report, result)

    def command(self, outcome: Outcome) -> Command:
        return import_figures(self.session.register(Figure), outcome.result)

    def size_of(self, outcome: Outcome) -> int:
        return len(outcome.result)

    def command_work(self, outcome: Outcome) -> Callable[[], Command]:
        figures = dict(self.session.register(Figure))
        return lambda: import_figures(figures, outcome.result)

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        n_of = Counter(figure.metric for figure in outcome.result.figures)
        told = {(figure.metric, figure.period) for figure in outcome.result.figures}
        rows = []
        for metric in outcome.result.metrics:
            periods = sorted(parse_period(period) for of, period in told if of == metric)
            rows.append((metric_label(metric), number(n_of[metric]), periods[0].label, periods[-1].label))
        headers = [tr("Metric"), tr("Numbers"), tr("First"), tr("Last")]
        view.add_tab(ntr("{n} metric", "{n} metrics", len(rows)), RowsView(headers, rows))
        view.tabs.setCurrentIndex(0 if outcome.report.rejects else 1)

    def apply_text(self, n: int) -> str:
        figures = len(self.outcome.result) if self.outcome is not None else 0
        return ntr("&Import {n} number", "&Import {n} numbers", figures)

    def _refresh(self) -> None:
        super()._refresh()
        text = self.period.text().strip()
        is_fine = not text or is_period(text)
        self.period.setProperty("role", "" if is_fine else "danger")
        self.period.style().polish(self.period)
        if hasattr(self, "_period_row"):
            self._period_row.setVisible(self.form.has_file)
        self.next.setEnabled(self.next.isEnabled() and is_fine)
