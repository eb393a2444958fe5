"""The page Role metrics: one metric at a time by territory, with trend and roll-up; import, map, sheets, deleting.

Owns what is chosen and the way to the commands; columns and lines are columns'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import listed, ntr, tr
from territorymap.mapview.shading.figure import PREFIX as FIGURE
from territorymap.metrics.team import OVERLAY, plan_teams
from territorymap.model.coverage import Figure
from territorymap.model.period import parse_period
from territorymap.model.role_metrics import KNOWN, metric_label
from territorymap.session.commands.role_metrics import delete_figures
from territorymap.session.metrics_shown import show_period
from territorymap.session.role_metrics import figures_of, kinds_told, metric_table, metrics_told, usual_kind
from territorymap.session.session import PlanChange
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.record_table import RecordTable
from territorymap.ui.parts.region_rows import RegionRows
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.planning.reading import RegisterReading
from territorymap.ui.role_metrics.columns import MetricRow, columns_of, region_rows, rows_of
from territorymap.ui.selection import Selection

if TYPE_CHECKING:
    from territorymap.session.role_metrics import MetricTable
    from territorymap.ui.main_window import MainWindow

ORIGIN = "role_metrics_page"
_TABLES = ("figure", "territory", "territory_variant", "rep", "region", "alignment")


class RoleMetricsPage(PlanningPage):
    """Numbers by which roles are measured."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self._main: MainWindow | None = None
        self.table: MetricTable | None = None
        self._make_actions()
        self.metric_box, self.kind_box, self.period_box = QComboBox(), QComboBox(), QComboBox()
        for box, name, tip in (
            (self.metric_box, tr("Metric"), tr("What is shown of each territory")),
            (self.kind_box, tr("By"), tr("Finer numbers are added up, or averaged where a sum would mean nothing")),
            (self.period_box, tr("On the map"), tr("The period that the map and the territory table show")),
        ):
            box.setAccessibleName(name)
            box.setToolTip(tip)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.metric_box.currentIndexChanged.connect(self._metric_chosen)
        self.kind_box.currentIndexChanged.connect(self._show_table)
        self.records: RecordTable[MetricRow] = RecordTable(
            columns_of("calls", []), lambda row: row.territory_id, tr("Role metrics")
        )
        self.records.opened.connect(self._go_to)
        self.records.offer([self.go, self.color, self.sheets, None, self.delete])
        self.regions = RegionRows(self.records.view, self.records.fit)
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.empty = EmptyState("balance", tr("No numbers yet"), "")
        self.empty.offer(self.bring)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content())
        self.reading = RegisterReading(self)
        self.reading.done.connect(self.refresh_now)
        self.reading.failed.connect(self.failed)
        self.session_replaced()

    def _make_actions(self) -> None:
        make = self.make_action
        self.bring = make(
            "metrics_import",
            tr("&Import numbers…"),
            tr("Bring numbers of reps or territories by period from CSV or Excel"),
            self.ask_import,
            icon="import",
        )
        self.color = make(
            "metrics_map", tr("Show on the &map"), tr("Colour the map by this metric"), self.color_map, icon="fill"
        )
        self.sheets = make(
            "metrics_sheets",
            tr("One-to-one &sheets…"),
            tr("A sheet for each rep: territory plan, the period's numbers, accounts moved in and out"),
            self.ask_sheets,
            icon="export",
        )
        self.go = make(
            "metrics_go", tr("&Go to the territory"), tr("Show the territory on the map"), self.go_to, icon="panel-zoom"
        )
        self.delete = make(
            "metrics_delete",
            tr("&Delete this metric…"),
            tr("Delete all numbers of the metric that is shown"),
            self.ask_delete,
            icon="panel-delete",
        )

    def _content(self) -> QWidget:
        content = QWidget()
        top = QHBoxLayout()
        top.setSpacing(ems(self, 1))
        boxes = (self.metric_box, self.kind_box, self.period_box)
        for text, box in zip((tr("M&etric"), tr("&By"), tr("On the ma&p")), boxes, strict=True):
            label = QLabel(text)
            label.setBuddy(box)
            top.addWidget(label)
            top.addWidget(box)
        top.addStretch(1)
        buttons = QHBoxLayout()
        for action in (self.bring, self.color, self.sheets, self.delete):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(content)
        layout.addLayout(top)
        layout.addLayout(buttons)
        layout.addWidget(self.records, 1)
        layout.addWidget(self.regions)
        layout.addWidget(self.note)
        return content

    # -- showing -------------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.reading.forget()
        super().session_replaced()

    def take_window(self, main: MainWindow) -> None:
        self._main = main

    def concerns(self, change: PlanChange) -> bool:
        return change.delta.is_full or change.touches(*_TABLES)

    def refresh(self) -> None:
        """List the metrics that there are, and show the one that was chosen."""
        session = self.session
        can_write = self.can_write
        self.bring.setEnabled(can_write)
        if session is not None and not self.reading.is_ready(session, (Figure,)):
            self.empty.say(tr("Looking…"), tr("There are many deals or figures: they are read from the plan."))
            self._stack.setCurrentIndex(0)
            return
        told = metrics_told(session) if session is not None else []
        for action in (self.color, self.sheets, self.go):
            action.setEnabled(bool(told))
        self.delete.setEnabled(can_write and bool(told))
        if not told:
            names = listed([metric.label() for metric in KNOWN.values()][:6])
            self.empty.say(
                tr("No numbers yet"),
                tr("Import what your roles are measured by, by week, month or quarter: {names} …", names=names),
            )
            self._stack.setCurrentIndex(0)
            return
        chosen = self.metric_box.currentData()
        self.metric_box.blockSignals(True)
        self.metric_box.clear()
        for metric in told:
            self.metric_box.addItem(metric_label(metric), metric)
        self.metric_box.setCurrentIndex(max(0, self.metric_box.findData(chosen)))
        self.metric_box.blockSignals(False)
        self._stack.setCurrentIndex(1)
        self._metric_chosen()

    def _metric_chosen(self) -> None:
        session = self.session
        if session is None or self.metric_box.currentData() is None:
            return
        metric, figures = str(self.metric_box.currentData()), figures_of(session)
        wanted = usual_kind(figures, metric, str(self.kind_box.currentData() or ""))
        labels = {
            "year": tr("Year"),
            "quarter": tr("Quarter"),
            "month": tr("Month"),
            "week": tr("Week"),
            "day": tr("Day"),
        }
        self.kind_box.blockSignals(True)
        self.kind_box.clear()
        for kind in kinds_told(figures, metric):
            self.kind_box.addItem(labels[kind], kind)
        self.kind_box.setCurrentIndex(max(0, self.kind_box.findData(wanted)))
        self.kind_box.blockSignals(False)
        self._show_table()

    def _show_table(self) -> None:
        session = self.session
        if session is None or self.metric_box.currentData() is None:
            return
        metric, kind = str(self.metric_box.currentData()), str(self.kind_box.currentData() or "")
        plan = session.plan
        self.table = metric_table(plan, figures_of(session), metric, kind)
        periods = self.table.series.periods
        chosen = self.period_box.currentData()
        self.period_box.clear()
        for period in reversed(periods):
            self.period_box.addItem(period.label, period.text)
        self.period_box.setCurrentIndex(max(0, self.period_box.findData(chosen)))
        columns = columns_of(metric, periods)
        self.records.set_columns(columns)
        people = [
            listed([seat.rep.name for seat in seats if seat.kind != OVERLAY]) or tr("vacant")
            for seats in plan_teams(plan)
        ]
        self.records.show_records(rows_of(plan, self.table, people))
        self.regions.show_rows(region_rows(self.table, columns), [c.is_number for c in columns])
        n_told = sum(any(v == v for v in row.values) for row in self.records.model.rows)
        self.note.setText(
            ntr(
                "{told} of {n} territory has numbers of {metric}.",
                "{told} of {n} territories have numbers of {metric}.",
                plan.n_territories,
                told=n_told,
                metric=metric_label(metric),
            )
        )

    # -- doing ---------------------------------------------------------------------------------------------------------

    def ask_import(self) -> None:
        from territorymap.ui.role_metrics.import_dialog import MetricImportDialog

        if self.session is None or self._main is None:
            return
        dialog = MetricImportDialog(self.session, self._main.preferences, self)
        dialog.imported.connect(self.said)
        dialog.open()

    def color_map(self) -> None:
        """Show the chosen period in the territory table and on the map."""
        session = self.session
        if session is None or self.table is None or not self.table.series.periods:
            return
        key = show_period(session, self.table.metric, str(self.period_box.currentData() or ""))
        self.color_wanted.emit(FIGURE + key)
        self.said.emit(
            tr(
                "The map shows {metric}, {period}.",
                metric=metric_label(self.table.metric),
                period=parse_period(str(self.period_box.currentData())).label,
            )
        )

    def ask_sheets(self) -> None:
        if self._main is not None:
            self._main.files.export("onetoone", self)

    def go_to(self) -> None:
        for row in self.records.selected[:1]:
            self._go_to(row)

    def _go_to(self, row: MetricRow) -> None:
        if self.session is not None:
            self.selection.set_territory(row.territory_id, ORIGIN)
            self.zoom_to_units(self.session.plan.units_of(row.territory_ix))

    def ask_delete(self) -> None:
        session = self.session
        if session is None or self.table is None:
            return
        metric = self.table.metric
        n = sum(figure.metric == metric for figure in session.register(Figure).values())
        answer = QMessageBox.question(
            self,
            tr("Delete a metric"),
            ntr(
                "Delete {n} number of {metric}? Undo brings it back.",
                "Delete {n} numbers of {metric}? Undo brings them back.",
                n,
                metric=metric_label(metric),
            ),
        )
        if answer == QMessageBox.StandardButton.Yes:
            self.do(lambda plan: delete_figures(session.register(Figure), metric))
