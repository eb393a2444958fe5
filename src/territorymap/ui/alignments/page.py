"""The page of alignments: which there are, for which role, which accounts each covers, how much each has.

Owns the table and the text of the chosen scope; what can be done is commands'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr, tr_as
from territorymap.mapview.second import ink_of
from territorymap.model.records import Alignment
from territorymap.model.role_words import role_label
from territorymap.model.scope import scope_fields, scope_from_json, sentence
from territorymap.session.session import PlanChange
from territorymap.ui import icons
from territorymap.ui.alignments.commands import AlignmentCommands
from territorymap.ui.parts.buttons import action_button
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

ORIGIN = "alignments_page"


@dataclass(frozen=True)
class AlignmentRow:
    """One alignment with its figures in the scenario in use."""

    alignment: Alignment
    is_in_use: bool
    scope: str  # as a sentence
    is_broken: bool
    n_territories: int
    n_vacant: int
    n_units: int  # assigned
    n_in_scope: int
    n_owned: int
    unowned: int  # in scope, and nobody has them
    n_accounts: int


def alignment_columns() -> list[RecordColumn[AlignmentRow]]:
    """Return the columns, in order."""

    def chip(row: AlignmentRow) -> QIcon:
        return icons.swatch_icon(ink_of(row.alignment))

    return [
        RecordColumn("name", tr("Alignment"), tr("Double-click to work in it; the one in use is bold."),
                     lambda r: r.alignment.name, icon=chip, most_ems=40, priority=1),
        RecordColumn("role", tr("Role"), tr("The sales role it is for."), lambda r: role_label(r.alignment.role),
                     most_ems=26, priority=1),
        RecordColumn("scope", tr("Scope"), tr("Which accounts it covers."), lambda r: r.scope,
                     ink=lambda r: "danger" if r.is_broken else "", priority=0),
        RecordColumn("territories", tr("Territories"), tr("Number of territories."), lambda r: number(r.n_territories),
                     order=lambda r: r.n_territories, is_number=True, priority=2),
        RecordColumn("vacant", tr("Vacant"), tr("Territories without a rep."), lambda r: number(r.n_vacant),
                     order=lambda r: r.n_vacant, is_number=True, priority=4,
                     ink=lambda r: "warning" if r.n_vacant else ""),
        RecordColumn("units", tr("Units"), tr("Units that belong to a territory."), lambda r: number(r.n_units),
                     order=lambda r: r.n_units, is_number=True, priority=5),
        RecordColumn("in_scope", tr("In scope"), tr("Accounts that the scope covers."), lambda r: number(r.n_in_scope),
                     order=lambda r: r.n_in_scope, is_number=True, priority=2),
        RecordColumn("share", tr("Of all"), tr("Share of all accounts that the scope covers."),
                     lambda r: percent(r.n_in_scope / r.n_accounts) if r.n_accounts else "",
                     order=lambda r: r.n_in_scope, is_number=True, priority=4),
        RecordColumn("owned", tr("Owned"), tr("Accounts that a territory has, those given by name included."),
                     lambda r: number(r.n_owned), order=lambda r: r.n_owned, is_number=True, priority=3),
        RecordColumn("unowned", tr("Without owner"), tr("Accounts in scope that no territory has."),
                     lambda r: number(r.unowned), order=lambda r: r.unowned, is_number=True, priority=3,
                     ink=lambda r: "warning" if r.unowned else ""),
        RecordColumn("note", tr("Note"), tr("What it is for."), lambda r: r.alignment.note, most_ems=40, priority=6),
    ]  # fmt: skip


class AlignmentsPage(PlanningPage):
    """All alignments of the plan."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.commands: AlignmentCommands | None = None
        self.new = self.make_action(
            "alignments_new", tr("&New…"), tr("Make an alignment for another sales role"), self._new, icon="panel-new"
        )
        self.edit = self.make_action(
            "alignments_edit", tr("&Edit and scope…"), tr("Name, role, colour and the accounts it covers"), self._edit,
            shortcut="F2", icon="panel-edit", is_local=True,
        )  # fmt: skip
        self.use = self.make_action(
            "alignments_use", tr("&Work in it"), tr("Show and edit this alignment on the map"), self._use, icon="check"
        )
        self.lines = self.make_action(
            "alignments_lines", tr("As &lines"), tr("Draw its borders over the alignment in use"), self._toggle_lines,
            icon="border", is_checkable=True,
        )  # fmt: skip
        self.up = self.make_action(
            "alignments_up", tr_as("move", "&Up"), tr("Put it one place earlier"), lambda: self._shift(-1),
            shortcut="Alt+Up", icon="undo", is_local=True,
        )  # fmt: skip
        self.down = self.make_action(
            "alignments_down", tr("&Down"), tr("Put it one place later"), lambda: self._shift(1), shortcut="Alt+Down",
            icon="redo", is_local=True,
        )  # fmt: skip
        self.delete = self.make_action(
            "alignments_delete", tr("De&lete…"), tr("Delete the alignment with its territories"), self._delete,
            shortcut="Del", icon="panel-delete", is_local=True,
        )  # fmt: skip
        self.table: RecordTable[AlignmentRow] = RecordTable(
            alignment_columns(), lambda r: r.alignment.alignment_id, tr("Alignments"), is_sortable=False, least_ems=36
        )
        self.table.model.set_bold(lambda row: row.is_in_use)
        self.table.offer([self.use, self.lines, None, self.edit, self.up, self.down, None, self.new, self.delete])
        self.table.opened.connect(lambda _row: self._use())
        self.table.chosen.connect(self._show_chosen)
        self.scope = QLabel()
        self.scope.setTextFormat(Qt.TextFormat.PlainText)
        self.scope.setWordWrap(True)
        self._build()
        self.session_replaced()

    def _build(self) -> None:
        pad = ems(self, 0.8)
        bar = QHBoxLayout()
        for action in (self.new, self.edit, self.use, self.lines, self.up, self.down, self.delete):
            is_bare = action in (self.up, self.down)
            styles = Qt.ToolButtonStyle
            bar.addWidget(
                action_button(action, styles.ToolButtonTextOnly if is_bare else styles.ToolButtonTextBesideIcon)
            )
        bar.addStretch(1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.scope)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(
            EmptyState("alignment", tr("No plan is open"), tr("Open a plan to see its alignments here."))
        )
        self._stack.addWidget(content)

    def take_window(self, main: MainWindow) -> None:
        """Do through the window's commands what is to be done."""
        self.commands = commands = main.alignments.commands
        commands.changed.connect(self._show_chosen)

    # -- following -----------------------------------------------------------------------------------------------------

    def concerns(self, change: PlanChange) -> bool:
        return True

    def refresh(self) -> None:
        session = self.session
        self._stack.setCurrentIndex(int(session is not None))
        if session is None:
            self.table.show_records([])
            return
        plan, fields = session.plan, scope_fields(session.plan)
        rows = []
        for coverage in session.coverages():
            is_broken = False
            try:
                words = sentence(scope_from_json(coverage.alignment.scope), fields)
            except UserError as error:
                words, is_broken = error.message, True
            rows.append(
                AlignmentRow(
                    coverage.alignment,
                    coverage.alignment.alignment_id == plan.alignment.alignment_id,
                    words,
                    is_broken,
                    len(coverage.territories),
                    sum(territory.rep_id is None for territory in coverage.territories),
                    int((coverage.unit_territory >= 0).sum()),
                    int(coverage.in_scope.sum()),
                    int((coverage.owner >= 0).sum()),
                    int((coverage.in_scope & (coverage.owner < 0)).sum()),
                    len(plan.accounts),
                )
            )
        self.table.show_records(rows)
        if not self.table.selected:
            self.table.select([plan.alignment.alignment_id])
        self._show_chosen()

    @property
    def chosen(self) -> AlignmentRow | None:
        selected = self.table.selected
        return selected[0] if len(selected) == 1 else None

    def _show_chosen(self) -> None:
        row, can = self.chosen, self.can_write and self.commands is not None
        n = self.table.model.rowCount()
        at = self.table.model.rows.index(row) if row is not None else -1
        self.new.setEnabled(can)
        self.edit.setEnabled(can and row is not None)
        self.use.setEnabled(row is not None and not row.is_in_use)
        self.lines.setEnabled(row is not None and not row.is_in_use)
        second = self.commands.second.alignment_id if self.commands is not None else -1
        self.lines.setChecked(row is not None and row.alignment.alignment_id == second)
        self.up.setEnabled(can and at > 0)
        self.down.setEnabled(can and 0 <= at < n - 1)
        self.delete.setEnabled(can and row is not None and n > 1)
        self.scope.setText(self._words(row) if row is not None else "")

    def _words(self, row: AlignmentRow) -> str:
        if self.table.model.rowCount() == 1:
            hint = tr("A second alignment, say for inside sales, covers the same ground with territories of its own.")
            return tr("{sentence} {next_sentence}", sentence=row.scope, next_sentence=hint)
        return row.scope

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _new(self) -> None:
        if self.commands is not None:
            self.commands.ask_new(self)

    def _edit(self) -> None:
        if self.commands is not None and self.chosen is not None:
            self.commands.ask_edit(self.chosen.alignment.alignment_id, self)

    def _use(self) -> None:
        if self.commands is not None and self.chosen is not None:
            self.commands.switch(self.chosen.alignment.alignment_id)

    def _toggle_lines(self) -> None:
        if self.commands is not None and self.chosen is not None:
            self.commands.show_outline(self.chosen.alignment.alignment_id if self.lines.isChecked() else -1)

    def _shift(self, by: int) -> None:
        if self.commands is not None and self.chosen is not None:
            self.commands.shift(self.chosen.alignment.alignment_id, by)

    def _delete(self) -> None:
        if self.commands is not None and self.chosen is not None:
            self.commands.ask_delete(self.chosen.alignment.alignment_id, self)
