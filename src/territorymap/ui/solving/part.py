"""Building and rebalancing in one window: dialogs, the run, its picture on the map, what becomes of its result.

Owns the order of events; threads are runner.py's, widgets bar.py's, the search session.solving's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.holding import Hold
from territorymap.session.session import Command, PlanChange, Session
from territorymap.ui.proposals.taking import ask_scenario, take_as_scenario
from territorymap.ui.solving.bar import SolvingBar
from territorymap.ui.solving.runner import Runner
from territorymap.ui.solving.warming import Warmer

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Limits
    from territorymap.session.solving.jobs import Job
    from territorymap.session.solving.proposal import Proposal
    from territorymap.ui.main_window import MainWindow
    from territorymap.ui.solving.dialog import SolvingDialog

ORIGIN = "solving"
_ROOM_MS = 250
_NEARLY_ALL = 0.85  # of the units that are solved


class SolvingPart(QObject):
    """What is solved in a window: one job at a time, and its proposals until they are taken or discarded."""

    finished = Signal(object)  # list[Proposal], the best first, of a run that has ended
    put_away = Signal()  # taken, discarded, or the plan is closed

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None
        self._stop_listening: Callable[[], None] | None = None
        self._hold: Hold | None = None
        self._shown: Proposal | None = None  # the best so far, or the one that waits to be taken
        self._job: Job | None = None  # of the last run
        self._ask: Callable[[], None] | None = None  # opens the dialog of the last run
        self.proposals: list[Proposal] = []  # that wait to be taken
        self.runner, self.warmer = Runner(self), Warmer(self)
        self.warms_up = False  # after a plan was opened; app.py says so
        self.bar = SolvingBar(window)
        window.add_over_map(self.bar)
        self._wire()

    def _wire(self) -> None:
        runner, bar, link = self.runner, self.bar, self._window.map_view.proposal
        runner.best.connect(self._show_best)
        runner.progress.connect(bar.show_progress)
        runner.finished.connect(self.offer)
        runner.failed.connect(self._show_failed)
        runner.cancelled.connect(self.discard)
        bar.stop_wanted.connect(self.stop)
        bar.cancel_wanted.connect(runner.cancel)
        bar.take_wanted.connect(self.take)
        bar.scenario_wanted.connect(self.ask_scenario)
        bar.discard_wanted.connect(self.discard)
        bar.way_wanted.connect(link.set_way)
        bar.again_wanted.connect(self._ask_again)
        bar.left.connect(self.leave)
        self._window.map_view.proposal_left.connect(self.leave)
        link.changed.connect(lambda: bar.show_way(link.way))
        compare = self._window.map_view.compare
        compare.changed.connect(lambda: link.set_way("fill") if compare.is_on and link.way != "fill" else None)
        self._window.proposals_panel.hovered.connect(self._look_at)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each command of the menus runs."""
        return {"build": self.ask_build, "rebalance": self.ask_rebalance}

    def set_session(self, session: Session | None) -> None:
        """Work on another plan, or none; a run is dropped."""
        self.runner.cancel()
        self.discard()
        if self._stop_listening is not None:
            self._stop_listening()
        self._session = session
        self._stop_listening = session.listen(self._plan_changed) if session is not None else None
        if session is not None and self.warms_up and not session.is_read_only:
            self._window.map_view.when_ready(self.warmer.begin_soon)

    # -- asking --------------------------------------------------------------------------------------------------------

    def ask_build(self, n: int | None = None) -> None:
        """Ask what territories are to be like, and build them; ``n``: so many are offered first."""
        from territorymap.ui.solving.build_dialog import BuildDialog

        session = self._session
        if session is None or not self.may_begin():
            return
        dialog = BuildDialog(session, self._window.selection, self._window.preferences, self._window)
        if n is not None:
            dialog.offer_number(n)
        self._open(dialog, self.ask_build)

    def ask_rebalance(self) -> None:
        """Ask how the plan as it is should be rebalanced, and do it."""
        from territorymap.ui.solving.rebalance_dialog import RebalanceDialog

        session = self._session
        if session is None or not self.may_begin():
            return
        self._open(RebalanceDialog(session, self._window.preferences, self._window), self.ask_rebalance)

    def _open(self, dialog: SolvingDialog, ask: Callable[[], None]) -> None:
        dialog.ready.connect(lambda job, limits: self.run(job, limits, ask))
        dialog.open()

    def _ask_again(self) -> None:
        ask = self._ask
        self.discard()
        if ask is not None:
            ask()

    def may_begin(self) -> bool:
        """Tell whether something can be solved now; says why where it cannot."""
        if self._session is None or self._session.is_read_only:
            return False
        if self.bar.state == "failed":
            self.discard()
        if not self.runner.is_running and not self.proposals:
            return True
        self._window.refuse(
            UserError(
                tr("“{title}” is under way.", title=self.bar.title.text()),
                tr("Stop, take or discard it first, above the map."),
            )
        )
        return False

    # -- the run -------------------------------------------------------------------------------------------------------

    def run(self, job: Job, limits: Limits, ask: Callable[[], None] | None = None) -> None:
        """Run a job made of the plan as it is; its units stand still until its result is taken or discarded.

        ``ask``: opens the dialog that it was asked for in.
        """
        session = self._session
        assert session is not None
        if not self.may_begin():
            return
        self._shown, self._ask, self._job = None, ask, job
        self._hold = Hold(session.plan, job.scope, job.title)
        session.hold = self._hold.check
        self.bar.show_running(job.title, limits, is_first=not self.warmer.is_ready)
        self.warmer.hold_back()
        self._bring_into_view(session, job.scope)
        self._window.map_view.compare.end()
        self._window.map_view.proposal.set_way("fill")
        self._window.map_view.set_solving(job.scope)
        self.runner.start(job, limits)

    def _bring_into_view(self, session: Session, scope: NDArray[np.bool_]) -> None:
        """Show the whole plan where nearly all of it was seen: the strip takes some of the map's height."""
        view, units = self._window.map_view, session.plan.units
        if view.bounds is None or not scope.any():
            return
        west, south, east, north = view.bounds
        inside = (units.lon > west) & (units.lon < east) & (units.lat > south) & (units.lat < north)
        if inside[scope].mean() > _NEARLY_ALL:
            # After the strip has taken its room, and the page has heard of it.
            QTimer.singleShot(_ROOM_MS, lambda: view.glide_to(None) if self.bar.state else None)

    def stop(self) -> None:
        """End the run with the best so far."""
        if self.runner.is_running:
            self.bar.show_stopping()
            self.runner.stop()

    def leave(self) -> None:
        """Esc: a run ends with the best so far, and what was found is put away; nothing found is lost by one key."""
        if self.runner.is_running:
            if self._shown is None:
                self.runner.cancel()
            else:
                self.stop()
        else:
            self.discard()

    def _show_best(self, proposal: Proposal) -> None:
        assert self._session is not None
        self._shown = proposal
        self.bar.show_best(self._session, proposal)
        self._draw()

    def _show_failed(self, error: UserError) -> None:
        title = self._hold.title if self._hold is not None else ""
        self._let_go()
        self.bar.show_failed(title, error, can_ask=self._ask is not None)

    def _draw(self) -> None:
        """Show the proposal on the map while its scenario is in use."""
        session, shown = self._session, self._shown
        if session is None or shown is None:
            return
        is_here = shown.variant.is_in_use(session.plan)
        self._window.map_view.show_proposal(shown if is_here else None, shown.scope, _measure_of(shown))

    def _look_at(self, proposal: Proposal | None) -> None:
        """Show what the panel with the chart is looking at; then again what is solved here, or the plan."""
        if proposal is not None:
            self._window.map_view.show_proposal(proposal, proposal.scope, _measure_of(proposal))
        elif self._shown is not None:
            self._draw()
        else:
            self._window.map_view.show_proposal(None)

    def _plan_changed(self, change: PlanChange) -> None:
        if change.kind == "switch":
            self._draw()

    # -- what becomes of it --------------------------------------------------------------------------------------------

    def offer(self, proposals: Sequence[Proposal]) -> None:
        """Let the planner take or discard what was found, the best first."""
        QApplication.alert(self._window)  # who works in another program meanwhile
        if len(proposals) > 1:
            self._hand_over(list(proposals))
            return
        self.proposals = list(proposals)
        if self._hold is not None:
            self._hold.is_waiting = True
        self.choose(self.proposals[0])
        self.finished.emit(self.proposals)

    def _hand_over(self, proposals: list[Proposal]) -> None:
        """Let the panel with the chart show several proposals: there they are compared, looked at and taken."""
        from territorymap.ui.solving.compared import ComparedJob

        facts = self._job.facts if isinstance(self._job, ComparedJob) else None
        self.discard()
        self._window.proposals.show(proposals, facts)
        self.finished.emit(proposals)

    def choose(self, proposal: Proposal) -> None:
        """Show a proposal, to be taken from the strip."""
        assert self._session is not None
        self._shown = proposal
        self.bar.show_done(self._session, proposal)
        self._bring_into_view(self._session, proposal.scope)
        self._draw()

    def take(self) -> None:
        """Make what is shown the plan, as one step."""
        from territorymap.session.commands.solving import take_proposal

        session, shown = self._session, self._shown
        if session is None or shown is None or self.runner.is_running:
            return
        session.switch_to(shown.variant, ORIGIN)
        change = self._do(take_proposal(session.plan, shown))
        if change is not None:
            # What was made even is what the bars show: another measure would look as if nothing had come of it.
            self._window.territory_panel.show_index_of(_measure_of(shown))
            self._window.say(tr("Done: {step}. Undo takes it back.", step=change.label))

    def ask_scenario(self) -> None:
        """Ask what a new scenario is called that has what is shown."""
        session, shown = self._session, self._shown
        if session is None or shown is None or self.runner.is_running:
            return

        def create(name: str, is_switching: bool) -> UserError | None:
            session.switch_to(shown.variant, ORIGIN)
            return take_as_scenario(
                session, shown, name, self._do, self._window.say, is_switching=is_switching, origin=ORIGIN
            )

        ask_scenario(session, shown.label or shown.title, create, self._window, is_switching=True)

    def _do(self, command: Command) -> PlanChange | None:
        """Run a command that takes what is shown; the strip says why it was refused."""
        session, hold = self._session, self._hold
        assert session is not None
        session.hold = None
        try:
            with self._window.waiting(tr("Taking it…")):
                change = session.do(command, ORIGIN)
        except UserError as error:
            session.hold = hold.check if hold is not None else None
            self.bar.show_problem(error)
            return None
        self.discard()
        return change

    def discard(self) -> None:
        """Put away what was found; the plan is shown again."""
        had = bool(self.bar.state)
        self._let_go()
        self.bar.put_away()
        if self.warms_up and self._session is not None and had:
            self.warmer.begin_soon()  # with what was held back
        if had:
            self.put_away.emit()

    def _let_go(self) -> None:
        """Let everything be edited again, and the map show the plan."""
        self.proposals, self._shown, self._hold = [], None, None
        if self._session is not None:
            self._session.hold = None
        self._window.map_view.show_proposal(None)
        self._window.map_view.set_solving(None)


def _measure_of(proposal: Proposal) -> str:
    """Return the measure whose index tells how good a proposal is: the first that was to be even."""
    measures = proposal.figures.measures
    return measures[0].measure if measures else ""
