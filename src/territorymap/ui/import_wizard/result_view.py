"""What came of reading a file: how many rows, how they were located, which could not be used and why.

Owns the report and its view; the numbers are counted by importers/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, percent, tr
from territorymap.importers.rejects import Reject, write_rejects
from territorymap.importers.table import RawTable
from territorymap.ui import icons
from territorymap.ui.messages import show_error
from territorymap.ui.parts.scale import ems, lines, scaled

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class ImportReport:
    """What is shown of one import."""

    title: str
    table: RawTable
    read: int
    imported: int
    rejects: Sequence[Reject]
    located: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()
    is_done: bool = False  # the rows are in the plan already

    @property
    def has_news(self) -> bool:
        """Whether there is anything that the planner should look at."""
        return bool(self.rejects or self.notes or self.located.get("none"))


class RowsModel(QAbstractTableModel):
    """Rows of texts with headers; a plain list shown by a view."""

    def __init__(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self._headers, self._rows = headers, rows

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headers[section]
        return None


class RowsView(QTableView):
    """A table of texts to read; the last column takes the room."""

    def __init__(self, headers: Sequence[str], rows: Sequence[Sequence[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RowsModel(headers, rows)
        self.setModel(self._model)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(lines(self, 1.5))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        metrics = self.fontMetrics()
        for column in range(len(headers) - 1):
            cells = [headers[column], *(row[column] for row in rows[:200])]
            widest = max(metrics.horizontalAdvance(text[:80]) for text in cells)
            self.setColumnWidth(column, min(widest + 24, ems(self, 40)))


class ReportView(QWidget):
    """Counts at the top, lists under them; further lists can be added as tabs."""

    def __init__(self, report: ImportReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report = report
        self.save_button = QPushButton(tr("&Save as CSV…"))
        self.save_button.setToolTip(tr("Save the rows that cannot be used, with row number and reason"))
        icons.set_icon(self.save_button, "save")
        self.save_button.clicked.connect(self.save_rejects)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)
        self._layout.addLayout(self._counts())
        for note in report.notes:
            label = QLabel(note)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setProperty("role", "muted")
            self._layout.addWidget(label)
        self._layout.addWidget(self.tabs, 1)
        self._add_rejects()

    def add_tab(self, title: str, content: QWidget) -> None:
        self.tabs.addTab(content, title)

    def insert(self, widget: QWidget) -> None:
        """Put a widget between the counts and the lists."""
        self._layout.insertWidget(self._layout.count() - 1, widget)

    def save_rejects(self) -> None:
        """Ask where to and save the rows that cannot be used."""
        source = Path(self.report.table.name)
        proposal = str(Path.home() / tr("{name} rejected.csv", name=source.stem))
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save rejected rows"), proposal, tr("CSV files (*.csv)"))
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(".csv")
        try:
            write_rejects(path, self.report.table, self.report.rejects)
        except UserError as error:
            show_error(self, error)
            return
        self.save_button.setText(tr("Saved as {name}", name=path.name))

    def _counts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(ems(self, 4))
        grid.setVerticalSpacing(0)
        report = self.report
        entries = [
            (number(report.imported), tr("imported") if report.is_done else tr("can be used"), ""),
            (
                number(len(report.rejects)),
                tr("left out") if report.is_done else tr("cannot be used"),
                "danger" if report.rejects else "",
            ),
        ]
        labels = (
            ("coordinates", tr("by coordinates")),
            ("postal_code", tr("by postal code")),
            ("city", tr("by city")),
            ("none", tr("without a place")),
        )
        if report.located:
            entries += [
                (number(report.located.get(level, 0)), text, "warning" if level == "none" and n else "")
                for level, text in labels
                for n in [report.located.get(level, 0)]
            ]
        for column, (value, text, role) in enumerate(entries):
            big = QLabel(value)
            big.setFont(scaled(big.font(), 1.7, bold=True))
            small = QLabel(text)
            small.setProperty("role", "muted")
            if role:
                big.setProperty("role", role)
            grid.addWidget(big, 0, column)
            grid.addWidget(small, 1, column)
        grid.setColumnStretch(len(entries), 1)
        return grid

    def _add_rejects(self) -> None:
        rejects = sorted(self.report.rejects, key=lambda reject: reject.row)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 6, 0, 0)
        if rejects:
            rows = [(number(reject.row), reject.reason) for reject in rejects]
            column.addWidget(RowsView([tr("Row"), tr("Why it cannot be used")], rows), 1)
            column.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignLeft)
            title = ntr("{n} row cannot be used", "{n} rows cannot be used", len(rejects))
        else:
            self.save_button.hide()
            good = QLabel(tr("Every row of the file can be used."))
            good.setProperty("role", "good")
            column.addWidget(good)
            column.addStretch(1)
            title = tr("Rejected rows")
        self.tabs.addTab(page, title)


def show_reports(parent: QWidget, reports: Sequence[ImportReport]) -> None:
    """Show what came of several imports, one after the other, where there is anything to look at."""
    news = [report for report in reports if report.has_news]
    if news:
        show_report(parent, news[0]).finished.connect(lambda _result: show_reports(parent, news[1:]))


def show_report(parent: QWidget, report: ImportReport) -> QDialog:
    """Show what came of an import; returns the open dialog, does not wait."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(report.title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    view = ReportView(replace(report, is_done=True), dialog)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    head = QLabel(_head(report))
    head.setTextFormat(Qt.TextFormat.PlainText)
    head.setWordWrap(True)
    layout.addWidget(head)
    layout.addWidget(view, 1)
    layout.addWidget(buttons)
    dialog.resize(ems(dialog, 100), lines(dialog, 28))
    dialog.open()
    return dialog


def _head(report: ImportReport) -> str:
    if not report.read:
        return report.table.name
    return tr(
        "{name}: {imported} of {read} rows were imported ({share}).",
        name=report.table.name,
        imported=number(report.imported),
        read=number(report.read),
        share=percent(report.imported / report.read, 1),
    )
