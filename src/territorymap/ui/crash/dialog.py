"""The dialog that shows the report of an error and says what to do.

Owns its words and look; what is in a report is report.py's.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import ntr, tr
from territorymap.ui.parts.scale import ems, lines, scaled

_MAX_BLOCKS = 2000


class CrashDialog(QDialog):
    """Says that something went wrong, that work is saved, and offers the report."""

    def __init__(self, report: str, parent: QWidget | None = None, *, place: str = "", is_over: bool = False) -> None:
        """``is_over``: the program had ended by it, and was started again."""
        super().__init__(parent)
        self._reports: dict[str, int] = {}  # how often each came
        self.setWindowTitle(tr("Something unforeseen happened"))
        symbol = QLabel(self)
        icon: QIcon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        symbol.setPixmap(icon.pixmap(32, 32))
        head = QLabel(tr("Territory Map came upon an error that nobody foresaw."), self)
        if is_over:
            head.setText(tr("Territory Map ended by itself last time, through an error that nobody foresaw."))
        head.setWordWrap(True)
        head.setFont(scaled(head.font(), 1.2))
        row = QHBoxLayout()
        row.addWidget(symbol)
        row.addWidget(head, 1)
        saved = QLabel(tr("Your work is saved up to the last step."), self)
        saved.setFont(scaled(saved.font(), 1.0, bold=True))
        self.go_on = QLabel(self)
        self.go_on.setWordWrap(True)
        self.go_on.setText(
            tr("Open the plan again and go on.")
            if is_over
            else tr("You can go on. If the window behaves oddly, close it and open the plan again.")
        )
        text = QLabel(
            tr(
                "The report below tells versions, what was done last by kind, and the place of the error. It holds no "
                "data of your plan. Copy it and send it to whoever looks after the program."
            ),
            self,
        )
        text.setWordWrap(True)
        self.times = QLabel(self)
        self.times.hide()
        self.report = QPlainTextEdit(self)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(tr("Report of the error"))
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.kept = QLabel(self)
        self.kept.setWordWrap(True)
        self.kept.hide()
        buttons = QDialogButtonBox(self)
        self.copy = QPushButton(tr("&Copy the report"), self)
        self.close_button = close = QPushButton(tr("&Go on"), self)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        self.copy.clicked.connect(self.copy_report)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        for widget in (saved, self.go_on, text, self.report, self.times, self.kept, buttons):
            layout.addWidget(widget)
        layout.setStretchFactor(self.report, 1)
        self.resize(ems(self, 88), lines(self, 30))
        self.add(report, place)

    def copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy.setText(tr("Copied"))

    def add(self, report: str, place: str = "") -> None:
        """Append a further error instead of opening a second dialog; one that comes again is only counted.

        ``place`` tells errors apart: two with the same are the same error.
        """
        key = place or report
        self._reports[key] = self._reports.get(key, 0) + 1
        if self._reports[key] == 1 and self.report.blockCount() < _MAX_BLOCKS:
            self.report.appendPlainText(("\n\n" if self.report.toPlainText() else "") + report)
            self.copy.setText(tr("&Copy the report"))
        n = sum(self._reports.values())
        self.times.setText(ntr("{n} error so far", "{n} errors so far", n))
        self.times.setVisible(n > 1)

    def tell_kept(self, path: Path | None) -> None:
        """Say where a copy of the report stands."""
        self.kept.setVisible(path is not None)
        if path is not None:
            self.kept.setText(tr("A copy is kept in {path}", path=path))

    def tell_end(self) -> None:
        """Say that the program cannot go on after this."""
        self.go_on.setText(tr("The program has to end now. Start it again; if it ends again, send the report."))
        self.close_button.setText(tr("&Close"))
