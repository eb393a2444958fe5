"""What-if: changes that are tried in a scratch scenario, with all totals live, and kept under a name or dropped.

Owns beginning and both ends, and that nothing is lost when the program ends in between: the scratch scenario is in the
plan from the first moment, and which one it is, is remembered on this computer until it is kept or dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.records import Scenario
from territorymap.session.commands.scenarios import delete_scenario, edit_scenario, new_scenario
from territorymap.session.session import PlanChange, Session
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.windows import windows_shown

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

ORIGIN = "what_if"
_REMEMBERED = "what_if"


class WhatIf(QObject):
    """The what-if of the open plan; there is one or none."""

    changed = Signal()  # begun, kept, dropped, or looked away from

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._uuid = ""

    # -- the plan ------------------------------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Follow another plan; a what-if that was open when it was last closed goes on."""
        if self._stop is not None:
            self._stop()
        self._session, self._uuid = session, ""
        self._stop = session.listen(self._plan_changed) if session is not None else None
        if session is not None:
            kept = self._window.preferences.plan_text(session.plan.info.uuid, _REMEMBERED)
            self._uuid = kept if any(s.uuid == kept for s in session.plan.scenarios) else ""
            if self._uuid:
                self._window.say(
                    tr(
                        "A what-if was open when this plan was closed. Nothing of it is lost: {name} is among the "
                        "scenarios. Keep it or drop it above the map.",
                        name=self._scenario.name if self._scenario else "",
                    )
                )
        self.changed.emit()

    def _plan_changed(self, change: PlanChange) -> None:
        if self._uuid and self._scenario is None:
            self._forget()  # its beginning was taken back, or somebody deleted it
        elif self._uuid and (change.kind == "switch" or change.delta.is_full):
            self.changed.emit()

    @property
    def _scenario(self) -> Scenario | None:
        scenarios = self._session.plan.scenarios if self._session is not None else []
        return next((scenario for scenario in scenarios if scenario.uuid == self._uuid), None)

    @property
    def is_on(self) -> bool:
        return bool(self._uuid)

    @property
    def is_shown(self) -> bool:
        """Whether the scenario in use is that of the what-if."""
        return self._session is not None and bool(self._uuid) and self._session.plan.scenario.uuid == self._uuid

    @property
    def text(self) -> str:
        """The sentence of the banner; "" where there is no what-if."""
        scenario = self._scenario
        if scenario is None:
            return ""
        if self.is_shown:
            return tr("What if: you are trying changes. Totals follow; keep them as a scenario, or drop them.")
        return tr("A what-if is waiting in the scenario {name}.", name=scenario.name)

    # -- begin and end -------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Make a scratch scenario from the one in use, and go to it."""
        session = self._session
        if session is None or self.is_on:
            return
        plan = session.plan
        name = _free_name(plan.scenarios, tr("What if"))
        try:
            session.do(new_scenario(plan, name), ORIGIN)
            made = next(s for s in session.plan.scenarios if s.name == name)
            self._remember(made.uuid)
            session.switch_scenario(made.scenario_id)
        except UserError as error:
            self._window.refuse(error)
        self.changed.emit()

    def keep(self) -> None:
        """Ask for a name, and let the what-if be a scenario like the others."""
        scenario, session = self._scenario, self._session
        if scenario is None or session is None:
            return
        dialog = KeepDialog(_free_name(session.plan.scenarios, tr("Proposal")), self._parent())
        scenario_id = scenario.scenario_id

        def submit() -> UserError | None:
            try:
                session.do(edit_scenario(session.plan, scenario_id, name=dialog.name.text()), ORIGIN)
            except UserError as error:
                return error
            self._forget()
            self._window.say(tr("Kept as the scenario {name}.", name=dialog.name.text().strip()))
            return None

        dialog.submit_with(submit)
        dialog.open()

    def drop(self) -> None:
        """Go back to the scenario that the what-if began from, and delete it; undo brings it back."""
        scenario, session = self._scenario, self._session
        if scenario is None or session is None:
            return
        try:
            if self.is_shown:
                session.switch_scenario(scenario.parent_id or session.plan.scenarios[0].scenario_id)
            self._forget()
            session.do(delete_scenario(session.plan, scenario.scenario_id), ORIGIN)
        except UserError as error:
            self._window.refuse(error)
            return
        self._window.say(tr("The what-if was dropped. The plan is as it was before."))

    def take_back(self) -> None:
        """Undo the last step, as long as it was made in the what-if."""
        session = self._session
        if session is None or not self.is_shown:
            return
        standing = [step for step in session.timeline() if not step.is_undone]
        if standing and standing[-1].scenario_uuid == self._uuid:
            session.undo(ORIGIN)
        else:
            self._window.say(tr("There is nothing to take back in the what-if."))

    def ask(self) -> None:
        """Ask whether to keep or to drop it."""
        box = self._question(tr("What becomes of the what-if?"), tr("Go on trying"))
        box.open()

    def may_close(self) -> bool:
        """Ask what becomes of an open what-if before its plan is closed; False = stay."""
        if self._scenario is None or self._session is None or self._session.is_read_only:
            return True
        box = self._question(tr("A what-if is open. What becomes of it?"), tr("Cancel"))
        box.exec()
        chosen = box.clickedButton()
        is_decided = chosen is not None and box.buttonRole(chosen) != QMessageBox.ButtonRole.RejectRole
        return is_decided and not self._is_dialog_open()

    def _question(self, text: str, stay: str) -> QMessageBox:
        box = QMessageBox(self._parent())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("What if"))
        box.setText(text)
        box.setInformativeText(tr("Kept, it is a scenario like the others. Undo brings back one that was dropped."))
        keep = box.addButton(tr("&Keep as scenario…"), QMessageBox.ButtonRole.AcceptRole)
        drop = box.addButton(tr("&Drop"), QMessageBox.ButtonRole.DestructiveRole)
        rest = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(rest)
        keep.clicked.connect(self.keep)
        drop.clicked.connect(self.drop)
        box.finished.connect(box.deleteLater)
        box.finished.connect(lambda _: self.changed.emit())
        return box

    def _is_dialog_open(self) -> bool:
        """The name is still being asked for: the plan stays open until it is told."""
        return bool(windows_shown(KeepDialog))

    def _parent(self) -> QWidget:
        active = QApplication.activeWindow()
        return active if active is not None and active.isVisible() else self._window

    # -- remembering ---------------------------------------------------------------------------------------------------

    def _remember(self, uuid: str) -> None:
        self._uuid = uuid
        self._keep_in_preferences(uuid)

    def _forget(self) -> None:
        self._uuid = ""
        self._keep_in_preferences("")
        self.changed.emit()

    def _keep_in_preferences(self, uuid: str) -> None:
        assert self._session is not None
        self._window.preferences.set_plan_text(self._session.plan.info.uuid, _REMEMBERED, uuid)
        self._window.preferences.sync()  # the program may be killed at any moment


class KeepDialog(FormDialog):
    """Asks for the name of the scenario that a what-if becomes."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Keep the what-if"), tr("&Keep"), parent)
        self.name = QLineEdit(name, self)
        self.name.selectAll()
        self.form.addRow(tr("&Name of the scenario"), self.name)
        self.insert(muted(tr("It stays in use. What it began from is unchanged.")))


def _free_name(scenarios: list[Scenario], wanted: str) -> str:
    taken = {scenario.name.strip().casefold() for scenario in scenarios}
    name, n = wanted, 1
    while name.casefold() in taken:
        n += 1
        name = tr("{name} {n}", name=wanted, n=n)
    return name
