"""Ties scenarios, disruption and caps into the window. Owns the wiring; each part's work is in its own file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import PlanChange, Session
from territorymap.ui.scenarios.agreed_bar import AgreedBar
from territorymap.ui.scenarios.disruption_panel import DisruptionPanel
from territorymap.ui.scenarios.limits_note import LimitsNote
from territorymap.ui.scenarios.scenario_commands import ScenarioCommands
from territorymap.ui.scenarios.scenario_model import in_order
from territorymap.ui.scenarios.scenario_panel import ScenarioPanel
from territorymap.ui.scenarios.switcher import ScenarioSwitcher

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class ScenarioPart(QObject):
    """Scenarios of one window."""

    def __init__(self, window: MainWindow, panel: ScenarioPanel, disruption: DisruptionPanel) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self.panel, self.disruption = panel, disruption
        self.commands = ScenarioCommands(window.selection, lambda: panel.selected_id, panel.rename_selected)
        self.commands.setParent(window)
        self.switcher = ScenarioSwitcher(window)
        self.agreed = AgreedBar(window)
        self.note = LimitsNote(lambda text: window.refuse(UserError(text)))
        window.tools.add_before_steps(self.switcher)
        window.add_over_map(self.agreed)
        self._wire()
        self._fill_menu()

    def _wire(self) -> None:
        commands = self.commands
        commands.failed.connect(self._window.refuse)
        commands.said.connect(self._window.tell)
        self.switcher.switch_wanted.connect(commands.switch)
        self.switcher.new_wanted.connect(commands.menu_actions["new"].trigger)
        self.panel.switch_wanted.connect(commands.switch)
        self.panel.view.selectionModel().currentRowChanged.connect(lambda *_: commands.refresh())
        self.disruption.baseline_wanted.connect(commands.menu_actions["baseline"].trigger)
        self.disruption.caps_wanted.connect(commands.ask_caps)
        self.agreed.copy_wanted.connect(commands.menu_actions["new"].trigger)
        self.agreed.edit_wanted.connect(self._edit_agreed)
        row = commands.row_actions
        self.panel.offer(
            [row["switch"], None, row["new"], row["copy"], row["edit"], row["rename"], None, row["baseline"],
             row["take_over"], None, row["delete"]]
        )  # fmt: skip
        # Shortcuts work from everywhere in the window.
        self._window.addActions(commands.actions())

    def _fill_menu(self) -> None:
        menu, commands = self._window.menus.scenario, self.commands
        a = commands.menu_actions
        groups: list[list[QAction]] = [
            [a["new"], a["copy"], a["edit"], a["delete"]],
            [a["baseline"], a["take_over"], commands.caps],
            [commands.next, commands.previous],
        ]
        for group in groups:
            menu.addActions(group)
            menu.addSeparator()
        menu.addActions(commands.by_number)

    # -- the plan --------------------------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show the scenarios of another plan, or none."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self.commands.set_session(session)
        self.note.set_session(session)
        self._stop = session.listen(self._changed) if session is not None else None
        self.agreed.set_session(session)
        self._show()

    def _changed(self, change: PlanChange) -> None:
        if change.delta.is_full or change.touches("scenario"):
            self.agreed.refresh()
            self._show()

    def _show(self) -> None:
        session = self._session
        if session is None:
            self.switcher.show_scenarios([], 0, can_write=False)
            return
        ordered = [scenario for scenario, _ in in_order(session.plan.scenarios)]
        self.switcher.show_scenarios(ordered, session.plan.scenario.scenario_id, can_write=not session.is_read_only)

    def _edit_agreed(self) -> None:
        self.agreed.allow()
        self._window.tell(tr("The agreed scenario is edited."))
