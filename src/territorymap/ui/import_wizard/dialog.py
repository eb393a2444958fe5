"""The dialog of an import: choose and correct, look at what came of it, then one undoable step.

Owns the two pages and their buttons; what is read and written is said by the subclasses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import Cancelled, UserError
from territorymap.i18n import ntr, tr
from territorymap.importers.table import RawTable, read_table
from territorymap.session.session import Command, Session
from territorymap.ui.help.asking import help_button
from territorymap.ui.import_wizard.result_view import ImportReport, ReportView
from territorymap.ui.import_wizard.table_form import TableChoice, TableForm
from territorymap.ui.messages import show_error
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Progress, run_task

_MANY = 5_000  # rows: the step of fewer is made at once


@dataclass(frozen=True)
class Outcome:
    """What was read: the report that is shown and the importer's own result."""

    report: ImportReport
    result: Any


class ImportDialog(QDialog):
    """Two pages: the file, the outcome."""

    imported = Signal(str)  # what was done, a sentence

    def __init__(
        self, session: Session, preferences: Preferences, kind: str, title: str, hint: str, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.session = session
        self.outcome: Outcome | None = None
        self.form = TableForm(kind, hint, preferences)
        self.form.set_removable(False)
        self.form.set_unit_codes([str(code) for code in session.plan.units.code])
        self._result_page = QWidget()
        self._result_layout = QVBoxLayout(self._result_page)
        self._result_layout.setContentsMargins(0, 0, 0, 0)
        self.view: ReportView | None = None
        self.pages = QStackedWidget()
        self.pages.addWidget(self.form)
        self.pages.addWidget(self._result_page)
        self._head = QLabel()
        self._head.setWordWrap(True)
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._head.setProperty("role", "muted")
        self.back = QPushButton(tr("&Back"))
        self.next = QPushButton(tr("&Check the rows"))
        self.apply = QPushButton(tr("&Import"))
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        self.written = QProgressBar()
        self.written.setRange(0, 1000)
        self.written.setFormat(tr("Writing: {share}", share="%p %"))
        self.written.setAccessibleName(tr("How much is written"))
        self.written.setVisible(False)
        buttons = QHBoxLayout()
        buttons.addWidget(help_button(self))
        buttons.addWidget(self.written, 1)
        buttons.addStretch(1)
        for button in (self.back, self.next, self.apply, self._cancel):
            buttons.addWidget(button)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.check_rows)
        self.apply.clicked.connect(self.do_import)
        self.form.changed.connect(self._refresh)
        layout = QVBoxLayout(self)
        layout.addWidget(self._head)
        layout.addWidget(self.pages, 1)
        layout.addLayout(buttons)
        self.resize(ems(self, 138), lines(self, 38))
        self._refresh()
        self.form.choose_button.setFocus()  # Enter chooses a file: there is nothing else to do yet

    # -- for subclasses ------------------------------------------------------------------------------------------------

    def prepare(self) -> Any:
        """Return what reading needs from the session; called on the GUI thread."""
        return None

    def read(self, table: RawTable, choice: TableChoice, ground: Any, progress: Progress, is_cancelled: Any) -> Outcome:
        """Return what the table holds; called in a thread, so no session here."""
        raise NotImplementedError

    def command(self, outcome: Outcome) -> Command:
        """Return the step that writes it."""
        raise NotImplementedError

    def size_of(self, outcome: Outcome) -> int:
        """Return how many records the step would write."""
        return outcome.report.imported

    def command_work(self, outcome: Outcome) -> Callable[[], Command] | None:
        """Return what makes the step in a thread, of what is held still for it; None where it is made at once."""
        return None

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        """Add to the page of the outcome what this import has to ask."""

    # -- pages ---------------------------------------------------------------------------------------------------------

    def check_rows(self) -> None:
        """Read the whole file and show what came of it."""
        choice = self.form.choice
        if choice is None:
            return
        ground = self.prepare()

        def work(progress: Progress, is_cancelled: Any) -> Outcome:
            table = read_table(choice.path, choice.options, lambda part: progress(part * 0.3), is_cancelled)
            return self.read(table, choice, ground, lambda part: progress(0.3 + part * 0.7), is_cancelled)

        run_task(self, tr("Reading {name}…", name=choice.path.name), work, self._show_outcome)

    def go_back(self) -> None:
        self.pages.setCurrentWidget(self.form)
        self._refresh()

    def do_import(self) -> None:
        """Write the rows as one step and close; of many rows the step is made in a thread first, and can be stopped."""
        outcome = self.outcome
        if outcome is None:
            return
        make = self.command_work(outcome) if self.size_of(outcome) >= _MANY else None
        if make is None:
            self._write(lambda: self.command(outcome))
            return
        rev = self.session.rev

        def work(_progress: Progress, is_cancelled: Any) -> Command:
            command = make()
            if is_cancelled():
                raise Cancelled
            return command

        def done(command: Command) -> None:
            if self.session.rev == rev:
                self._write(lambda: command)
            else:  # somebody worked on meanwhile
                self.do_import()

        run_task(self, tr("Comparing with the plan…"), work, done)

    def _write(self, make: Callable[[], Command]) -> None:
        """Write a step while a bar shows how far it is. The step is whole or not at all, so nothing else runs then."""
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        self._show_writing(True)
        try:
            change = self.session.do(make(), initiator="import", watch=self._tell_written)
            self._tell_written(1.0)
        except UserError as error:
            self._show_writing(False)
            show_error(self, error)
            self._refresh()
            return
        finally:
            QApplication.restoreOverrideCursor()
        self.imported.emit(tr("Done: {step}", step=change.label))
        self.accept()

    def _show_writing(self, is_on: bool) -> None:
        for button in (self.back, self.apply, self._cancel):
            button.setEnabled(not is_on)
        self.written.setVisible(is_on)
        self.written.setValue(0)
        layout = self.layout()
        if is_on and layout is not None:
            layout.activate()
            self.repaint()

    def _tell_written(self, share: float) -> None:
        self.written.setValue(round(share * self.written.maximum()))
        self.written.repaint()  # no event is looked at meanwhile: it would find the step half done

    def _show_outcome(self, outcome: Outcome) -> None:
        self.outcome = outcome
        if self.view is not None:
            self._result_layout.removeWidget(self.view)
            self.view.deleteLater()
        self.view = ReportView(outcome.report)
        self._result_layout.addWidget(self.view, 1)
        self.decorate(self.view, outcome)
        self.pages.setCurrentWidget(self._result_page)
        self._refresh()

    def _refresh(self) -> None:
        is_form = self.pages.currentWidget() is self.form
        self.back.setVisible(not is_form)
        self.next.setVisible(is_form)
        self.apply.setVisible(not is_form)
        self.next.setEnabled(self.form.choice is not None)
        n = self.outcome.report.imported if self.outcome is not None else 0
        self.apply.setEnabled(not is_form and n > 0)
        self.apply.setText(self.apply_text(n))
        (self.next if is_form else self.apply).setDefault(True)
        self._head.setText(self._head_text(is_form))
        self._head.setVisible(bool(self._head.text()))

    def apply_text(self, n: int) -> str:
        """Return what the button says that writes the rows."""
        return ntr("&Import {n} row", "&Import {n} rows", n)

    def _head_text(self, is_form: bool) -> str:
        if is_form:
            if not self.form.has_file:
                return ""
            return tr("Look at the first rows, and correct above each column what it means. Nothing is changed yet.")
        report = self.outcome.report if self.outcome is not None else None
        if report is None:
            return ""
        return ntr(
            "{name}: {n} row was read. Nothing is changed yet.",
            "{name}: {n} rows were read. Nothing is changed yet.",
            report.read,
            name=report.table.name,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        self.form.clear()
        super().closeEvent(event)
