"""What can be done to scenarios: new, copy, edit, delete, baseline, take over, switch. Owns actions and questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import Scenario
from territorymap.session import commands
from territorymap.session.session import Command, PlanChange
from territorymap.ui.panels.panel import Panel
from territorymap.ui.scenarios.caps_dialog import CapsDialog
from territorymap.ui.scenarios.dialog import (
    CHIPS,
    ScenarioDialog,
    ScenarioFields,
    chip_color,
    fields_of,
    free_name,
)
from territorymap.ui.scenarios.scenario_model import in_order
from territorymap.ui.scenarios.take_over_dialog import TakeOverDialog
from territorymap.ui.selection import Selection

ORIGIN = "scenarios"
MOST_KEYS = 9  # Alt+1 .. Alt+9


class ScenarioCommands(Panel):
    """The scenario commands of a window; an invisible panel, for it writes as panels do.

    Those of the menu are about the scenario in use, those of the list about its selected row.
    """

    said = Signal(str)

    def __init__(self, selection: Selection, chosen: Callable[[], int | None], rename: Callable[[], None]) -> None:
        super().__init__(selection, ORIGIN)
        self._chosen = chosen
        self.menu_actions = self._make("", self._in_use, has_keys=True)
        self.row_actions = self._make("row_", chosen, has_keys=False)
        self.row_actions["rename"] = self.make_action(
            "scenario_row_rename", tr("&Rename"), tr("Give the scenario another name, in the list"), rename,
            icon="panel-edit",
        )  # fmt: skip
        self.row_actions["switch"] = self.make_action(
            "scenario_row_switch", tr("&Work in it"), tr("Show and edit this scenario"),
            lambda: self.switch(chosen()), icon="check",
        )  # fmt: skip
        self.next = self.make_action(
            "scenario_next", tr("Ne&xt scenario"), tr("Show the next scenario"), lambda: self._step(1),
            shortcut="Ctrl+Tab",
        )  # fmt: skip
        self.previous = self.make_action(
            "scenario_previous", tr("Pre&vious scenario"), tr("Show the scenario before"), lambda: self._step(-1),
            shortcut="Ctrl+Shift+Tab",
        )  # fmt: skip
        self.caps = self.make_action(
            "scenario_caps", tr("&Caps on what changes rep…"),
            tr("How much of what may change rep before the program warns"), self.ask_caps, icon="panel-warning",
        )  # fmt: skip
        self.by_number = [
            self.make_action(
                f"scenario_{n}", "", tr("Show this scenario"), partial(self._go_to_number, n), shortcut=f"Alt+{n}"
            )
            for n in range(1, MOST_KEYS + 1)
        ]
        self.hide()

    def _make(self, prefix: str, about: Callable[[], int | None], *, has_keys: bool) -> dict[str, QAction]:
        make = self._maker(prefix, about)
        return {
            "new": make(
                "new",
                tr("&New from this…"),
                tr("Make a scenario that begins as this one and is changed on its own"),
                self.ask_new,
                "panel-new",
                "Ctrl+Alt+N" if has_keys else "",
            ),
            "copy": make(
                "copy",
                tr("Make a cop&y…"),
                tr("Make a scenario that has the same, with its colour, date and note"),
                self.ask_copy,
                "copy",
            ),
            "edit": make(
                "edit",
                tr("&Edit…"),
                tr("Name, colour, status, effective date and note of the scenario"),
                self.ask_edit,
                "properties",
            ),
            "baseline": make(
                "baseline",
                tr("Make it the &baseline"),
                tr("Measure what changes rep against this scenario"),
                self.make_baseline,
                "panel-baseline",
            ),
            "take_over": make(
                "take_over",
                tr("&Take over from another…"),
                tr("Take territories, or only some changes, from another scenario"),
                self.ask_take_over,
                "panel-take-over",
            ),
            "delete": make(
                "delete",
                tr("&Delete…"),
                tr("Delete the scenario; those made from it keep all they have"),
                self.ask_delete,
                "panel-delete",
            ),
        }

    def _maker(self, prefix: str, about: Callable[[], int | None]) -> Callable[..., QAction]:
        """Return what makes an action that does something to one scenario."""

        def make(
            name: str, text: str, tip: str, run: Callable[[int | None], None], icon: str, shortcut: str = ""
        ) -> QAction:
            return self.make_action(
                f"scenario_{prefix}{name}", text, tip, lambda: run(about()), shortcut=shortcut, icon=icon
            )

        return make

    def session_replaced(self) -> None:
        self.refresh()

    def plan_changed(self, change: PlanChange) -> None:
        if change.delta.is_full or change.touches("scenario"):
            self.refresh()

    def _in_use(self) -> int | None:
        return self.session.plan.scenario.scenario_id if self.session is not None else None

    def _find(self, scenario_id: int | None) -> Scenario | None:
        if self.session is None or scenario_id is None:
            return None
        return next((s for s in self.session.plan.scenarios if s.scenario_id == scenario_id), None)

    def refresh(self) -> None:
        """Enable what can be done now."""
        session, can = self.session, self.can_write
        scenarios = session.plan.scenarios if session is not None else []
        for actions, about in ((self.menu_actions, self._in_use), (self.row_actions, self._chosen)):
            scenario = self._find(about())
            for name, action in actions.items():
                action.setEnabled(can and scenario is not None)
                if name == "baseline":
                    action.setEnabled(can and scenario is not None and not scenario.is_baseline)
                elif name == "delete":
                    action.setEnabled(can and scenario is not None and len(scenarios) > 1)
                elif name == "take_over":
                    action.setEnabled(can and len(scenarios) > 1)
                elif name == "switch":
                    action.setEnabled(scenario is not None and scenario.scenario_id != self._in_use())
        for action in (self.next, self.previous):
            action.setEnabled(len(scenarios) > 1)
        self.caps.setEnabled(can)
        ordered = in_order(scenarios)
        for n, action in enumerate(self.by_number):
            is_there = n < len(ordered)
            action.setEnabled(is_there)
            action.setVisible(is_there)
            action.setText(ordered[n][0].name.replace("&", "&&") if is_there else "")
            action.setCheckable(True)
            action.setChecked(is_there and ordered[n][0].scenario_id == self._in_use())

    # -- switching -------------------------------------------------------------------------------------------------

    def switch(self, scenario_id: int | None) -> None:
        """Show and edit another scenario."""
        session, scenario = self.session, self._find(scenario_id)
        if session is None or scenario is None or scenario.scenario_id == self._in_use():
            self.refresh()  # a checked action that was clicked again
            return
        try:
            session.switch_scenario(scenario.scenario_id)
        except UserError as error:
            self.failed.emit(error)
            return
        self.said.emit(tr("Scenario: {name}", name=scenario.name))

    def _step(self, by: int) -> None:
        if self.session is None:
            return
        ids = [s.scenario_id for s, _ in in_order(self.session.plan.scenarios)]
        self.switch(ids[(ids.index(self.session.plan.scenario.scenario_id) + by) % len(ids)])

    def _go_to_number(self, n: int) -> None:
        ordered = in_order(self.session.plan.scenarios) if self.session is not None else []
        if n <= len(ordered):
            self.switch(ordered[n - 1][0].scenario_id)

    # -- questions -------------------------------------------------------------------------------------------------

    def ask_new(self, scenario_id: int | None) -> None:
        """Ask for a new scenario that begins as this one."""
        self._ask_made(scenario_id, is_copy=False)

    def ask_copy(self, scenario_id: int | None) -> None:
        """Ask for a copy of this scenario."""
        self._ask_made(scenario_id, is_copy=True)

    def _ask_made(self, scenario_id: int | None, *, is_copy: bool) -> None:
        session, origin = self.session, self._find(scenario_id)
        if session is None or origin is None:
            return
        plan = session.plan
        name = free_name(plan, tr("Copy of {name}", name=origin.name) if is_copy else tr("Proposal"))
        fields = ScenarioFields(name, _free_chip(plan), "draft", "", "")
        if is_copy:
            fields = replace(fields, color=chip_color(origin), effective_date=origin.effective_date, note=origin.note)
        dialog = ScenarioDialog(
            tr("Copy of {name}", name=origin.name) if is_copy else tr("New scenario from {name}", name=origin.name),
            tr("&Create"),
            fields,
            tr("It begins with all that {name} has now. From then on each is changed on its own.", name=origin.name),
            self._window(),
            asks_to_switch=True,
            baseline=origin.name if plan.baseline is None else "",
        )

        def create() -> UserError | None:
            wants_baseline = dialog.as_baseline.isChecked()
            return self._made(
                lambda plan: _new(plan, origin.scenario_id, dialog.fields, is_baseline=wants_baseline),
                is_switching=dialog.switch.isChecked(),
            )

        dialog.submit_with(create)
        dialog.open()

    def _made(self, build: Callable[[Plan], Command], *, is_switching: bool) -> UserError | None:
        assert self.session is not None
        before = {s.scenario_id for s in self.session.plan.scenarios}
        error = self.attempt(build)
        made = [s.scenario_id for s in self.session.plan.scenarios if s.scenario_id not in before]
        if error is None and is_switching and made:
            self.switch(made[0])
        return error

    def ask_edit(self, scenario_id: int | None) -> None:
        """Ask for other fields of a scenario."""
        scenario = self._find(scenario_id)
        if scenario is None:
            return
        dialog = ScenarioDialog(tr("Edit scenario"), tr("&Save"), fields_of(scenario), "", self._window())

        def save() -> UserError | None:
            return self.attempt(
                lambda plan: commands.edit_scenario(plan, scenario.scenario_id, **_values(dialog.fields))
            )

        dialog.submit_with(save)
        dialog.open()

    def make_baseline(self, scenario_id: int | None) -> None:
        """Measure what changes rep against this scenario from now on."""
        scenario = self._find(scenario_id)
        if scenario is not None and self.do(lambda plan: commands.set_baseline(plan, scenario.scenario_id)):
            self.said.emit(tr("{name} is the baseline now.", name=scenario.name))

    def ask_delete(self, scenario_id: int | None) -> None:
        """Delete a scenario after a question; undo brings it back."""
        scenario = self._find(scenario_id)
        if scenario is None:
            return
        box = QMessageBox(
            QMessageBox.Icon.Question,
            tr("Delete scenario"),
            tr("Delete {name}?", name=scenario.name),
            QMessageBox.StandardButton.Cancel,
            self._window(),
        )
        box.setTextFormat(box.textFormat().PlainText)
        box.setInformativeText(tr("Scenarios made from it keep all they have. Undo brings it back."))
        delete = box.addButton(tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(lambda: self.delete(scenario.scenario_id))
        box.finished.connect(box.deleteLater)
        box.open()

    def delete(self, scenario_id: int) -> None:
        """Delete a scenario; one in use is left first, for the one that it was made from."""
        session = self.session
        if session is None:
            return
        self.do(lambda plan: commands.delete_scenario(plan, scenario_id))

    def ask_take_over(self, scenario_id: int | None) -> None:
        """Ask what the scenario in use is to take over; from the given one unless that is itself."""
        session = self.session
        if session is None or len(session.plan.scenarios) < 2:
            return
        source = scenario_id if scenario_id != self._in_use() else session.plan.scenario.parent_id
        mine = session.variant(session.plan.scenario.scenario_id)
        dialog = TakeOverDialog(session.plan, mine, session.variant, source, self._window())

        def take() -> UserError | None:
            taken = dialog.chosen
            return self.attempt(lambda plan: commands.take_over(plan, dialog.theirs, taken))

        dialog.submit_with(take)
        dialog.open()

    def ask_caps(self) -> None:
        """Ask for the caps of the plan."""
        if self.session is None:
            return
        dialog = CapsDialog(self.session.plan, self._window())
        dialog.submit_with(lambda: self.attempt(lambda plan: commands.set_caps(plan, dialog.wishes)))
        dialog.open()

    def _window(self) -> Panel:
        return self.window()  # type: ignore[return-value]


def _values(fields: ScenarioFields) -> dict[str, str]:
    return {
        "name": fields.name,
        "color": fields.color,
        "status": fields.status,
        "effective_date": fields.effective_date,
        "note": fields.note,
    }


def _new(plan: Plan, origin_id: int, fields: ScenarioFields, *, is_baseline: bool) -> Command:
    """Return the command that makes a scenario, and the one that it comes from the baseline, as one step."""
    values = {"color": fields.color, "note": fields.note, "effective_date": fields.effective_date}
    made = commands.new_scenario(plan, fields.name, parent_id=origin_id, **values)
    if not is_baseline:
        return made
    marked = commands.set_baseline(plan, origin_id)

    def run(writer: Writer, plan: Plan) -> None:
        made.run(writer, plan)
        marked.run(writer, plan)

    return Command(made.label, run)


def _free_chip(plan: Plan) -> str:
    """Return the chip that fewest scenarios have."""
    taken = [chip_color(s) for s in plan.scenarios]
    return min(CHIPS, key=taken.count)
