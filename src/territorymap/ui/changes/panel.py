"""The change log: who moved what, when and why, with filters; a click shows it on the map.

Owns the panel; the words are session.changelog's, going back and forth stays with the history panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.session.changelog import ChangeLog, Entry, Sentence
from territorymap.session.changelog.log import step_title
from territorymap.session.session import PlanChange
from territorymap.ui.changes.export import write_log
from territorymap.ui.changes.filter_bar import ChangeFilterBar
from territorymap.ui.changes.model import ChangeModel
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.column_fit import ONLY_CHOSEN, ColumnFit, ColumnNeed
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.preferences import Preferences
from territorymap.ui.selection import Selection

ORIGIN = "changes_panel"
_LOOKED_AT = 1_000  # rows, for notes and scenarios
_TOLD = 500  # sentences of one step in the list below
_SENTENCE = int(Qt.ItemDataRole.UserRole)


class ChangesPanel(Panel):
    """Filters, a table of steps, and what the chosen step changed, with its note."""

    annotated = Signal(str)  # uuid of the step
    wanted = Signal()  # to be seen

    def __init__(self, selection: Selection, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self._preferences = preferences
        self._log: ChangeLog | None = None
        self._is_stale = True
        self._shown: Entry | None = None  # whose details are shown
        self.model = ChangeModel(self)
        self.copy = self.make_action(
            "changes_copy", tr("&Copy"), tr("Copy the chosen steps as text"), self._copy, icon="copy"
        )
        self.save = self.make_action(
            "changes_export",
            tr("&Write to a file…"),
            tr("Write what is shown into a CSV or Excel file, a row for each thing that changed"),
            self._save,
            icon="export",
        )
        self.of_territory = self.make_action(
            "changes_of_territory",
            tr("Who changed this territor&y?"),
            tr("Show in the change log what touched the selected territory"),
            self._show_changes_of_territory,
            icon="panel-history",
        )
        self.of_account = self.make_action(
            "changes_of_account",
            tr("Who changed this acco&unt?"),
            tr("Show in the change log what touched the selected account, or moved the unit that it lies in"),
            self._show_changes_of_account,
            icon="panel-history",
        )
        self._build()
        selection.territory_changed.connect(lambda *_: self._refresh_actions())
        selection.accounts_changed.connect(lambda *_: self._refresh_actions())
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._read)
        self.session_replaced()

    def _build(self) -> None:
        self.filters = ChangeFilterBar()
        self.filters.filter_changed.connect(lambda _wanted: self._read())
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, tr("Changes"))
        self.fit = ColumnFit(self.view, self._needs, least_ems=30)
        self.view.horizontalHeader().customContextMenuRequested.connect(self.fit.open_menu)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.view.addActions([self.copy, self.save])
        self.view.clicked.connect(lambda _index: self._go(self._all_sentences()))
        self.view.return_pressed.connect(lambda _index: self._go(self._all_sentences()))
        self.view.selectionModel().currentRowChanged.connect(self._show_details)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._refresh_actions())
        self.empty = EmptyState("panel-history", "", "")
        self._table_stack = QStackedLayout()
        self._table_stack.addWidget(self.view)
        self._table_stack.addWidget(self.empty)
        table = QWidget()
        table.setLayout(self._table_stack)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(table)
        self._splitter.addWidget(self._build_details())
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([3 * ems(self, 20), ems(self, 16)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filters)
        layout.addWidget(self._splitter, 1)
        layout.addLayout(self._build_foot())

    def _build_details(self) -> QWidget:
        self.details = QListWidget()
        self.details.setFrameShape(QListWidget.Shape.NoFrame)
        self.details.setWordWrap(True)
        self.details.setAlternatingRowColors(True)
        self.details.setAccessibleName(tr("What the chosen step changed"))
        self.details.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.details.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.details.itemClicked.connect(self._go_to_item)
        self.details.itemActivated.connect(self._go_to_item)
        self.note = QLineEdit(clearButtonEnabled=True)
        self.note.setPlaceholderText(tr("Why? A note for this step, for colleagues"))
        self.note.setAccessibleName(tr("Why: note of the chosen step"))
        self.note.setMaxLength(1_000)
        self.note.editingFinished.connect(self._keep_note)
        label = QLabel(tr("Wh&y"))
        label.setBuddy(self.note)
        row = QHBoxLayout()
        row.setSpacing(ems(self, 0.5))  # else that of the column around it
        row.addWidget(label)
        row.addWidget(self.note, 1)
        pad = ems(self, 0.6)
        row.setContentsMargins(pad, pad, pad, 0)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.details, 1)
        column.addLayout(row)
        return holder

    def _build_foot(self) -> QHBoxLayout:
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        foot = QHBoxLayout()
        pad = ems(self, 0.6)
        foot.setContentsMargins(pad, pad, pad, pad)
        for action in (self.copy, self.save):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.count)
        return foot

    def _needs(self) -> list[ColumnNeed]:
        rows = self.model.rows[:_LOOKED_AT]
        has_notes = any(row.entry.step.note for row in rows)
        has_scenarios = len({(row.entry.scenario, row.entry.alignment) for row in rows if row.entry.scenario}) > 1
        return [
            ColumnNeed("what", tr("What"), 0),
            ColumnNeed("time", tr("Time"), 1),
            ColumnNeed("author", tr("Author"), 2, most=ems(self.view, 12)),
            ColumnNeed("why", tr("Why"), 3 if has_notes else ONLY_CHOSEN, most=ems(self.view, 22)),
            ColumnNeed("scenario", tr("Scenario"), 4 if has_scenarios else ONLY_CHOSEN, most=ems(self.view, 14)),
        ]

    # -- following -----------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self._open_log()
        self._shown = None
        self.filters.choose()
        self._read()
        self.fit.reset()
        self.fit.fit()

    def _open_log(self) -> None:
        session = self.session
        self._log = ChangeLog(session.document, hides_pay=session.hides_pay) if session is not None else None

    def plan_changed(self, change: PlanChange) -> None:
        self._is_stale = True
        if change.kind == "veil":  # pay is hidden, or shown again
            self._open_log()
        if self.is_in_sight:
            self._later.start()

    def catch_up(self) -> None:
        if self._is_stale:
            self._read()

    def _show_changes_of_territory(self) -> None:
        plan = self.session.plan if self.session is not None else None
        chosen = self.selection.territory_id
        found = next((t for t in plan.territories if t.territory_id == chosen), None) if plan is not None else None
        if found is not None:
            self.show_changes_of(territory=found.name)

    def _show_changes_of_account(self) -> None:
        if self.session is not None and len(self.selection.accounts):
            accounts, ix = self.session.plan.accounts, int(self.selection.accounts[0])
            self.show_changes_of(account=str(accounts.key[ix] or accounts.name[ix]))

    def show_changes_of(self, *, territory: str = "", account: str = "") -> None:
        """Show what touched a territory or an account."""
        self.wanted.emit()
        self.filters.choose(territory=territory, account=account)

    def reread(self) -> None:
        """Read again: a note was written elsewhere."""
        self._is_stale = True
        if self.is_in_sight:
            self._later.start()

    def _read(self) -> None:
        self._is_stale = not self.is_in_sight and self.session is not None
        if self._is_stale:
            return
        kept = self._shown.step.uuid if self._shown is not None else ""
        bar = self.view.verticalScrollBar()
        at = bar.value()
        entries: list[Entry] = []
        if self._log is not None and self.session is not None:
            entries = self._log.entries(self.filters.value)
            plan = self.session.plan
            scenarios = sorted({entry.scenario for entry in entries if entry.scenario}, key=str.casefold)
            self.filters.offer([t.name for t in plan.territories], self._log.authors(), scenarios)
        n_new = self.model.show(self._log, entries)
        self.count.setText(ntr("{n} step", "{n} steps", len(entries)) if self.session is not None else "")
        self._say_if_empty()
        row = self.model.row_of(kept) if kept else -1
        if row < 0:
            self._show_entry(None)
        elif n_new is None:
            self.view.selectRow(row)
            bar.setValue(at)
        elif self.model.rows[row].entry is not self._shown:
            self._show_entry(self.model.rows[row].entry)
        if n_new and at:  # what is being read stays where it is
            bar.setValue(at + n_new * self._line_height())
        self._refresh_actions()
        self.fit.fit_later()

    def _line_height(self) -> int:
        """Return a row in the units of the scroll bar."""
        is_by_row = self.view.verticalScrollMode() == QAbstractItemView.ScrollMode.ScrollPerItem
        return 1 if is_by_row else self.view.verticalHeader().defaultSectionSize()

    def _say_if_empty(self) -> None:
        if self.session is None:
            self.empty.say(tr("No plan is open"), tr("Open a plan to see who changed what in it, when and why."))
        else:
            self.empty.say(
                tr("No step fits"),
                tr("Nothing was done to these in this time. Take a filter away with “Show all”."),
            )
        self._table_stack.setCurrentIndex(0 if self.model.rows else 1)

    def _refresh_actions(self) -> None:
        self.copy.setEnabled(bool(self._chosen()))
        self.save.setEnabled(bool(self.model.rows))
        self.note.setEnabled(self._shown is not None and self.can_write)
        has_plan = self.session is not None
        self.of_territory.setEnabled(has_plan and self.selection.territory_id is not None)
        self.of_account.setEnabled(has_plan and len(self.selection.accounts) == 1)

    # -- the chosen step -----------------------------------------------------------------------------------------------

    def _chosen(self) -> list[int]:
        return sorted({index.row() for index in self.view.selectionModel().selectedRows()})

    def _show_details(self, index: QModelIndex, _former: QModelIndex | None = None) -> None:
        self._show_entry(self.model.rows[index.row()].entry if index.isValid() else None)

    def _show_entry(self, entry: Entry | None) -> None:
        if self._shown is not None and (entry is None or entry.step.uuid != self._shown.step.uuid):
            self._keep_note()
        self._shown = entry
        self.details.clear()
        self.note.setText(entry.step.note if entry is not None else "")
        self.note.setEnabled(entry is not None and self.can_write)
        if entry is None or self._log is None:
            if self.model.rows:
                hint = QListWidgetItem(tr("Choose a step to see what it changed, on the map too."))
                hint.setFlags(Qt.ItemFlag.NoItemFlags)
                self.details.addItem(hint)
            return
        sentences = self._log.sentences(entry.step)
        for sentence in sentences[:_TOLD] or [Sentence(step_title(entry))]:
            item = QListWidgetItem(sentence.text)
            item.setData(_SENTENCE, sentence)
            item.setToolTip(sentence.text)
            self.details.addItem(item)
        if len(sentences) > _TOLD:
            n = len(sentences) - _TOLD
            self.details.addItem(ntr("and {n} more; the file has them all", "and {n} more; the file has them all", n))

    def _keep_note(self) -> None:
        entry = self._shown
        if entry is None or self.session is None or self.note.text().strip() == entry.step.note:
            return
        try:
            self.session.document.annotate(entry.step.step_id, self.note.text())
        except UserError as error:
            self.failed.emit(error)
            return
        self._shown = replace(entry, step=replace(entry.step, note=self.note.text().strip()))  # nothing is left to keep
        self._later.stop()
        self._is_stale = True
        self._read()
        self.annotated.emit(entry.step.uuid)

    # -- the map -------------------------------------------------------------------------------------------------------

    def _all_sentences(self) -> list[Sentence]:
        if self._log is None:
            return []
        return [s for row in self._chosen() for s in self._log.sentences(self.model.rows[row].entry.step)]

    def _go_to_item(self, item: QListWidgetItem) -> None:
        sentence = item.data(_SENTENCE)
        if isinstance(sentence, Sentence):
            self._go([sentence])

    def _go(self, sentences: Sequence[Sentence]) -> None:
        """Select and show what steps changed, as far as it is still there."""
        if self.session is None or not sentences:
            return
        plan = self.session.plan
        units = _positions(plan.units.unit_id, [i for s in sentences for i in s.unit_ids])
        accounts = _positions(plan.accounts.account_id, [i for s in sentences for i in s.account_ids])
        there = {t.territory_id for t in plan.territories}
        territories = [i for s in sentences for i in s.territory_ids if i in there]
        self.selection.set_territory(territories[-1] if territories else None, ORIGIN)
        self.selection.set_units(units.astype(np.int32), ORIGIN)
        self.selection.set_accounts(accounts.astype(np.int32), ORIGIN)
        if len(units):
            self.zoom_to_units(units)
        elif len(accounts):
            self.zoom_to_accounts(accounts)
        elif territories:
            self.zoom_to_units(plan.units_of(plan.territory_ix(territories[-1])))

    # -- copy and file -------------------------------------------------------------------------------------------------

    def _copy(self) -> None:
        lines = []
        for at in self._chosen():
            row = self.model.rows[at]
            lines.append("\t".join(self.model.text(row, column).strip() for column in range(self.model.columnCount())))
        QApplication.clipboard().setText("\n".join(lines))

    def _save(self) -> None:
        if self.session is None:
            return
        stem = tr("{plan} changes", plan=self.session.document.path.stem)
        proposal = self._preferences.folder("export") / f"{stem}.xlsx"
        chosen, kind = QFileDialog.getSaveFileName(
            self,
            tr("Write the change log to"),
            str(proposal),
            ";;".join([tr("Excel workbook (*.xlsx)"), tr("CSV table (*.csv)")]),
        )
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.casefold() not in (".csv", ".xlsx"):
            path = path.with_name(path.name + (".csv" if "csv" in kind else ".xlsx"))
        self._preferences.set_folder("export", path.parent)
        session = self.session
        write_log(self.window(), session.document.path, self.filters.value, path, hides_pay=session.hides_pay)


def _positions(ids: NDArray[np.int64], wanted: Sequence[int]) -> NDArray[np.int64]:
    """Return where keys stand in an ascending array; those that are gone are left out."""
    return np.flatnonzero(np.isin(ids, np.array(wanted, dtype=np.int64)))
