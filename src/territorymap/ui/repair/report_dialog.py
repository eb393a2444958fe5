"""What a repair saved and what it could not, to read and to copy. Owns the dialog; the sentences are the report's."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.document.repairing import RepairReport
from territorymap.i18n import ntr, number, tr
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems, scaled


class ReportDialog(QDialog):
    """Accepted, the repaired plan is to be opened."""

    def __init__(self, target: Path, report: RepairReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Repaired"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(ems(self, 84), ems(self, 48))
        n_kept = sum(table.n_kept for table in report.tables.values())
        head = QLabel(self._head(report, n_kept))
        head.setFont(scaled(self.font(), 1.2, bold=True))
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setWordWrap(True)
        self.list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.list.setSpacing(2)
        self.list.addItems(report.sentences())
        self._text = "\n".join([head.text(), str(target), *report.sentences()])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.open_button = buttons.addButton(tr("&Open the repaired plan"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy_button = QPushButton(tr("&Copy the list"))
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(self._text))
        self.open_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(head)
        column.addWidget(muted(tr("The new plan is {path}. The damaged file is as it was.", path=target)))
        column.addWidget(self.list, 1)
        column.addWidget(buttons)

    @staticmethod
    def _head(report: RepairReport, n_kept: int) -> str:
        if report.is_everything_saved:
            return ntr("Everything was saved: {n} row.", "Everything was saved: {n} rows.", n_kept)
        if not report.n_lost and not report.may_miss_more:
            return tr("All rows that are known of were saved; some of it is to be looked at.")
        if report.may_miss_more:
            return ntr(
                "{kept} rows were saved, {n} is known to be lost; of some tables nothing tells how much there was.",
                "{kept} rows were saved, {n} are known to be lost; of some tables nothing tells how much there was.",
                report.n_lost, kept=number(n_kept),
            )  # fmt: skip
        return ntr(
            "{kept} rows were saved, {n} is lost.", "{kept} rows were saved, {n} are lost.", report.n_lost,
            kept=number(n_kept),
        )  # fmt: skip
