"""Ties split, merge, dissolve and add into the window. Owns the dialog that is open, and taking what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import Command, PlanChange, Session
from territorymap.ui.altering.asks import Ask, AskAdd, AskDissolve, AskMerge, AskSplit
from territorymap.ui.altering.dialog import AlterDialog
from territorymap.ui.panels.alter_actions import ADD, DISSOLVE, MERGE, SPLIT
from territorymap.ui.panels.panel import bounds_of_units
from territorymap.ui.parts.scale import ems
from territorymap.ui.proposals.taking import ask_scenario, take_as_scenario

if TYPE_CHECKING:
    from territorymap.session.solving.proposal import Proposal
    from territorymap.ui.main_window import MainWindow

ORIGIN = "altering"
_SOUTH = -80.0  # degrees: maps end there
_MOST_HIDDEN = 0.5
_ASKS: dict[str, type[Ask]] = {SPLIT: AskSplit, MERGE: AskMerge, DISSOLVE: AskDissolve}


class AlterPart(QObject):
    """One question at a time, beside the map."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None
        self.dialog: AlterDialog | None = None
        window.territory_panel.altering.wanted.connect(self.ask)
        window.solving.runner.started.connect(lambda _job: self.close())

    def set_session(self, session: Session | None) -> None:
        """Work on another plan, or none."""
        self.close()
        self._session = session

    def close(self) -> None:
        """Put the question away."""
        if self.dialog is not None:
            self.dialog.reject()

    def ask(self, kind: str, territory_ids: Sequence[int] | None = None, unit_ix: int = -1) -> None:
        """Open the question about some territories, those selected in the table if none are given."""
        window, session = self._window, self._session
        if session is None or session.is_read_only or not window.solving.may_begin():
            return
        ids = window.territory_panel.selected_ids() if territory_ids is None else list(territory_ids)
        if kind != ADD and not ids:
            return
        self.close()
        ask = AskAdd(session, window.selection, unit_ix) if kind == ADD else _ASKS[kind](session, ids)
        dialog = AlterDialog(ask, session, window.selection, window.preferences, window)
        self.dialog = dialog
        dialog.previewed.connect(lambda proposal: self._preview(dialog, proposal))
        dialog.take_wanted.connect(self.take)
        dialog.scenario_wanted.connect(self.ask_scenario)
        dialog.finished.connect(lambda _result: self._closed(dialog))
        self._seen = False
        dialog.begin()
        dialog.show()
        self._put_beside(dialog)
        ask.setFocus()

    def _put_beside(self, dialog: AlterDialog) -> None:
        """Stand at the lower left of the window: there it hides the least of the map."""
        dialog.adjustSize()
        gap = ems(dialog, 1)
        corner = self._window.mapToGlobal(self._window.rect().bottomLeft())
        dialog.stand_on(corner + QPoint(gap, -gap))

    def _closed(self, dialog: AlterDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _preview(self, dialog: AlterDialog, proposal: Proposal | None) -> None:
        if self.dialog is not dialog and proposal is not None:
            return
        view = self._window.map_view
        if proposal is None:
            view.show_proposal(None)
            return
        view.proposal.set_way("fill")
        view.show_proposal(proposal, proposal.scope)
        if not self._seen:
            self._seen = True
            self._bring_into_view(proposal)

    def _bring_into_view(self, proposal: Proposal) -> None:
        """Show all territories that take part, with some ground around."""
        session, plan = self._window.session, proposal.before
        moved = proposal.moved_units
        if session is None or not len(moved):
            return
        part = np.unique(plan.unit_territory[moved])
        units = np.flatnonzero(np.isin(plan.unit_territory, part[part >= 0]) | proposal.scope)
        west, south, east, north = bounds_of_units(session, units)
        hidden = self._hidden_share()
        south -= (north - south) * hidden / (1 - hidden)
        self._window.map_view.glide_to((west, max(south, _SOUTH), east, north))

    def _hidden_share(self) -> float:
        """Return how much of the map's height the dialog hides, at most a half."""
        view, dialog = self._window.map_view, self.dialog
        if dialog is None or not view.height():
            return 0.0
        lower = view.mapToGlobal(view.rect().bottomLeft()).y()
        return min(max((lower - dialog.y()) / view.height(), 0.0), _MOST_HIDDEN)

    # -- taking --------------------------------------------------------------------------------------------------------

    def take(self, proposal: Proposal) -> None:
        """Make a proposal the plan, as one step."""
        from territorymap.session.commands.solving import take_proposal

        session = self._session
        assert session is not None
        change = self._do(take_proposal(session.plan, proposal))
        if change is not None:
            self._window.say(tr("Done: {step}. Undo takes it back.", step=change.label))
            self._select(proposal)

    def _select(self, proposal: Proposal) -> None:
        """Select what was made or has grown, so that it is seen in the table."""
        session = self._session
        assert session is not None
        before = {t.territory_id for t in proposal.before.territories}
        made = [t.territory_id for t in session.plan.territories if t.territory_id not in before]
        if made:
            self._window.selection.set_territory(made[0], ORIGIN)

    def ask_scenario(self, proposal: Proposal) -> None:
        """Ask what a new scenario is called that has the proposal."""
        session = self._session
        if session is None:
            return

        def create(name: str, is_switching: bool) -> UserError | None:
            return take_as_scenario(
                session, proposal, name, self._do, self._window.say, is_switching=is_switching, origin=ORIGIN
            )

        ask_scenario(session, proposal.title, create, self.dialog or self._window, is_switching=True)

    def _do(self, command: Command) -> PlanChange | None:
        """Run a command that takes a proposal, and put the question away; it says why if it is refused."""
        session, dialog = self._session, self.dialog
        assert session is not None
        if dialog is not None:
            dialog.leave_plan()
        try:
            with self._window.waiting(tr("Taking it…")):
                change = session.do(command, ORIGIN)
        except UserError as error:
            if dialog is not None:
                dialog.show_problem(error)
            return None
        self.close()
        return change

    # -- the map's context menu ----------------------------------------------------------------------------------------

    def menu_actions(self, territory_id: int | None, unit_ix: int) -> list[QAction]:
        """Return what can be done to the territory under the pointer, and a territory that begins there."""
        window = self._window
        known = window.territory_panel.altering
        actions = []
        if territory_id is not None:
            for kind, like in ((SPLIT, known.split), (MERGE, known.merge), (DISSOLVE, known.dissolve)):
                action = QAction(like.icon(), like.text(), window)
                action.setToolTip(like.toolTip())
                is_last = self._session is not None and self._session.plan.n_territories == 1
                action.setEnabled(self._can_write and (kind == SPLIT or not is_last))
                action.triggered.connect(lambda _on=False, kind=kind: self.ask(kind, [territory_id]))
                actions.append(action)
        add = QAction(known.add.icon(), tr("&Add a territory for a rep here…"), window)
        add.setEnabled(known.add.isEnabled())
        add.triggered.connect(lambda: self.ask(ADD, [], unit_ix))
        return [*actions, add]

    @property
    def _can_write(self) -> bool:
        return self._session is not None and not self._session.is_read_only
