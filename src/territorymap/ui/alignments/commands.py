"""What can be done to alignments: new, edit, order, delete, switch, draw one over another.

Owns actions and questions; the table is the page's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox, QWidget

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.records import Alignment
from territorymap.session import commands
from territorymap.session.session import PlanChange
from territorymap.ui.alignments.dialog import AlignmentDialog
from territorymap.ui.map.second_link import SecondLink
from territorymap.ui.panels.panel import Panel
from territorymap.ui.selection import Selection

ORIGIN = "alignments"
MOST_IN_MENU = 9


class AlignmentCommands(Panel):
    """The alignment commands of a window; an invisible panel, for it writes as panels do."""

    said = Signal(str)
    changed = Signal()  # what can be done is another

    def __init__(self, selection: Selection, second: SecondLink) -> None:
        super().__init__(selection, ORIGIN)
        self.second = second
        make = self.make_action
        self.new = make(
            "alignment_new", tr("&New alignment…"), tr("Make an alignment for another sales role, with its scope"),
            lambda: self.ask_new(self.window()), icon="panel-new",
        )  # fmt: skip
        self.next = make(
            "alignment_next", tr("Ne&xt alignment"), tr("Show and edit the next alignment"), lambda: self._step(1),
            shortcut="Ctrl+PgDown",
        )  # fmt: skip
        self.previous = make(
            "alignment_previous", tr("Pre&vious alignment"), tr("Show and edit the alignment before"),
            lambda: self._step(-1), shortcut="Ctrl+PgUp",
        )  # fmt: skip
        self.outline = make(
            "alignment_outline", tr("&Other alignment as lines"),
            tr("Draw the borders of the next alignment over the one in use, then the one after, then none"),
            self.next_outline, shortcut="Ctrl+Shift+PgDown", icon="border",
        )  # fmt: skip
        self.by_number = [
            make(
                f"alignment_{n}",
                "",
                tr("Show and edit this alignment"),
                partial(self._go_to_number, n),
                is_checkable=True,
            )
            for n in range(1, MOST_IN_MENU + 1)
        ]
        second.changed.connect(self.refresh)
        self.hide()
        self.refresh()

    # -- following -----------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.refresh()

    def plan_changed(self, change: PlanChange) -> None:
        if change.delta.is_full or change.touches("alignment"):
            self.refresh()

    @property
    def alignments(self) -> list[Alignment]:
        return list(self.session.plan.alignments) if self.session is not None else []

    @property
    def in_use(self) -> int:
        return self.session.plan.alignment.alignment_id if self.session is not None else -1

    def refresh(self) -> None:
        """Enable what can be done now."""
        alignments = self.alignments
        self.new.setEnabled(self.can_write)
        for action in (self.next, self.previous, self.outline):
            action.setEnabled(len(alignments) > 1)
        for n, action in enumerate(self.by_number):
            is_there = n < len(alignments)
            action.setEnabled(is_there)
            action.setVisible(is_there)
            action.setText(alignments[n].name.replace("&", "&&") if is_there else "")
            action.setChecked(is_there and alignments[n].alignment_id == self.in_use)
        self.changed.emit()

    # -- switching -----------------------------------------------------------------------------------------------------

    def switch(self, alignment_id: int) -> bool:
        """Show and edit another alignment."""
        if self.session is None or alignment_id == self.in_use:
            self.refresh()  # a checked action that was clicked again
            return False
        try:
            self.session.switch_alignment(alignment_id)
        except UserError as error:
            self.failed.emit(error)
            self.refresh()
            return False
        self.said.emit(tr("Alignment: {name}", name=self.session.plan.alignment.name))
        return True

    def _step(self, by: int) -> None:
        ids = [alignment.alignment_id for alignment in self.alignments]
        if len(ids) > 1:
            self.switch(ids[(ids.index(self.in_use) + by) % len(ids)])

    def _go_to_number(self, n: int) -> None:
        if n <= len(self.alignments):
            self.switch(self.alignments[n - 1].alignment_id)

    # -- a second one --------------------------------------------------------------------------------------------------

    def show_outline(self, alignment_id: int) -> None:
        """Draw an alignment as lines over the one in use; -1 = none."""
        if alignment_id < 0:
            self.second.end()
        else:
            self.second.begin(alignment_id)

    def next_outline(self) -> None:
        """Draw the next of the other alignments as lines; after the last, none."""
        others = [-1, *(a.alignment_id for a in self.alignments if a.alignment_id != self.in_use)]
        at = others.index(self.second.alignment_id) if self.second.alignment_id in others else 0
        self.show_outline(others[(at + 1) % len(others)])

    def outline_actions(self, make: Callable[[str], QAction]) -> list[QAction]:
        """Return an action for "none" and for each other alignment, the one that is drawn checked."""
        found = []
        named = [(-1, tr("&None")), *((a.alignment_id, a.name.replace("&", "&&")) for a in self.alignments)]
        for alignment_id, name in named:
            if alignment_id == self.in_use:
                continue
            action = make(name)
            action.setCheckable(True)
            action.setChecked(alignment_id == self.second.alignment_id)
            action.triggered.connect(partial(self._outline_chosen, alignment_id))
            found.append(action)
        return found

    def _outline_chosen(self, alignment_id: int, _checked: bool = False) -> None:
        self.show_outline(alignment_id)

    # -- questions -----------------------------------------------------------------------------------------------------

    def ask_new(self, owner: QWidget) -> None:
        """Ask what the new alignment is called and covers; ``owner`` holds the dialog."""
        session = self.session
        if session is None:
            return
        dialog = AlignmentDialog(session.plan, None, owner)

        def save() -> UserError | None:
            try:
                fields = dialog.fields
            except UserError as error:
                return error
            known = {alignment.alignment_id for alignment in session.plan.alignments}
            refusal = self.attempt(
                lambda plan: commands.new_alignment(
                    plan, **fields, copy_of=dialog.copy_of, with_reps=dialog.with_reps.isChecked()
                )
            )
            if refusal is not None:
                return refusal
            made = next((a for a in session.plan.alignments if a.alignment_id not in known), None)
            if made is not None:
                self.said.emit(tr("Made the alignment {name}.", name=made.name))
                if dialog.switch.isChecked():
                    self.switch(made.alignment_id)
            return None

        dialog.submit_with(save)
        dialog.open()

    def ask_edit(self, alignment_id: int, owner: QWidget) -> None:
        """Ask for name, role, colour, note and scope of an alignment."""
        session = self.session
        alignment = next((a for a in self.alignments if a.alignment_id == alignment_id), None)
        if session is None or alignment is None:
            return
        dialog = AlignmentDialog(session.plan, alignment, owner)

        def save() -> UserError | None:
            try:
                fields = dialog.fields
            except UserError as error:
                return error
            return self.attempt(lambda plan: commands.edit_alignment(plan, alignment_id, **fields))

        dialog.submit_with(save)
        dialog.open()

    def shift(self, alignment_id: int, by: int) -> None:
        """Put an alignment one place earlier or later."""
        ids = [alignment.alignment_id for alignment in self.alignments]
        at = ids.index(alignment_id)
        to = at + by
        if 0 <= to < len(ids):
            ids[at], ids[to] = ids[to], ids[at]
            self.do(lambda plan: commands.order_alignments(plan, ids))

    def ask_delete(self, alignment_id: int, owner: QWidget) -> None:
        """Ask whether an alignment is to go with all that is in it."""
        session = self.session
        alignment = next((a for a in self.alignments if a.alignment_id == alignment_id), None)
        if session is None or alignment is None:
            return
        n = len(session.variant(session.plan.scenario.scenario_id, alignment_id).territories)
        box = QMessageBox(QMessageBox.Icon.Question, tr("Delete alignment"), "", parent=owner)
        box.setText(tr("Delete the alignment {name}?", name=alignment.name))
        box.setInformativeText(
            ntr(
                "Its {n} territory with assignments, overrides, regions and quotas goes, in every scenario. "
                "Undo brings all back.",
                "Its {n} territories with assignments, overrides, regions and quotas go, in every scenario. "
                "Undo brings all back.",
                n,
            )
            if n
            else tr("It has no territories. Undo brings it back.")
        )
        delete = box.addButton(tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)

        def clicked(button: object) -> None:
            if button is delete and self.do(lambda plan: commands.delete_alignment(plan, alignment_id)):
                self.said.emit(tr("Deleted the alignment {name}.", name=alignment.name))

        box.buttonClicked.connect(clicked)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
