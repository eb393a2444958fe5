"""What is asked and what it comes to, in one window beside the map: numbers before and after, told at once.

Owns the widgets and the run behind them; what is done with a proposal is part.py's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import listed, number, percent, tr
from territorymap.session.session import PlanChange, Session
from territorymap.session.solving.watch import NOBODY, Watch
from territorymap.ui.altering.asks import Ask, MakeJob
from territorymap.ui.altering.change_table import ChangeTable, Told
from territorymap.ui.help.asking import add_help_button
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.words import measure_label
from territorymap.ui.preferences import Preferences
from territorymap.ui.selection import Selection
from territorymap.ui.solving.asked import flag_of, remember, remembered, shared_measures
from territorymap.ui.solving.measure_grid import MeasureGrid
from territorymap.ui.solving.runner import Runner

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Aim, Limits
    from territorymap.session.solving.jobs import Job
    from territorymap.session.solving.proposal import Proposal
    from territorymap.session.solving.still import Still

SECONDS = 8.0  # mostly it is done in one
_AFTER_MS = 250  # after the last key or step
_KEY = "alter"


class _Asked:
    """A job that is made where it is run: in the thread."""

    title = ""

    def __init__(self, still: Still, make: MakeJob, aims: tuple[Aim, ...]) -> None:
        self._still, self._make, self._aims = still, make, aims
        self.scope = np.zeros(len(still.plan.units), dtype=np.bool_)

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return what the job finds; see jobs.Job."""
        job: Job = self._make(self._still, self._aims)
        return job.run(limits, watch)


class AlterDialog(QDialog):
    """Fields at the top, below what they come to; the map shows it as long as this is open."""

    previewed = Signal(object)  # Proposal or None: what the map is to show
    take_wanted = Signal(object)  # Proposal
    scenario_wanted = Signal(object)  # Proposal

    def __init__(
        self,
        ask: Ask,
        session: Session,
        selection: Selection,
        preferences: Preferences,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ask, self.session, self._selection, self._preferences = ask, session, selection, preferences
        self.setWindowTitle(ask.title)
        self._foot: QPoint | None = None
        self._is_placing = self._is_dropping = False
        self.runner = Runner(self)
        self.proposals: list[Proposal] = []
        self._still: Still | None = None
        self.chosen: Proposal | None = None
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self.begin)
        self._stop_listening = session.listen(self._plan_changed)
        self._make_widgets()
        self._lay_out()
        self._wire()
        self._show_state()

    # -- building ------------------------------------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        asked = remembered(self._preferences, self.session.plan, _KEY)
        measures = asked.get("measures")
        self.measures = MeasureGrid(
            shared_measures(self.session), measures if isinstance(measures, list) else [], has_limits=False
        )
        self.even = QToolButton()
        self.even.setAutoRaise(True)
        self.even.setCheckable(True)
        self.even.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.even.setToolTip(tr("Choose what is to be even, and how far from it is allowed"))
        self.even.setChecked(flag_of(asked, "open", False))
        self.ways = QButtonGroup(self)
        self._ways_row = QWidget()
        row = QHBoxLayout(self._ways_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ems(self, 2))
        self.choices = [QRadioButton(), QRadioButton()]
        for k, button in enumerate(self.choices):
            self.ways.addButton(button, k)
            row.addWidget(button)
        row.addStretch(1)
        self.table = ChangeTable()
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem = QLabel()
        self.problem.setProperty("role", "danger")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(max(4, lines(self, 0.3)))
        self.progress.setAccessibleName(tr("Progress"))
        keeps = self.progress.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keeps)
        self.take = QPushButton(tr("&Take it"))
        self.take.setToolTip(tr("Make it the plan, as one step that can be undone"))
        self.take.setDefault(True)
        self.scenario = QPushButton(tr("As new s&cenario…"))
        self.scenario.setToolTip(tr("Leave this plan as it is and take it in a new scenario"))
        self.scenario.setAutoDefault(False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        margin = ems(self, 1.6)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(ems(self, 1))
        buttons = QDialogButtonBox()
        buttons.addButton(self.take, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.scenario, QDialogButtonBox.ButtonRole.ActionRole)
        self.cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.cancel.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        add_help_button(buttons, self)
        for widget in (self.ask, self.even, self.measures, self._ways_row, self.table, self.progress):
            column.addWidget(widget)
        column.addWidget(self.told)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addWidget(buttons)
        self.setMinimumWidth(ems(self, 84))

    def _wire(self) -> None:
        self.ask.changed.connect(self.begin_soon)
        self.measures.changed.connect(self.begin_soon)
        self.even.toggled.connect(self._fold)
        self.ways.idToggled.connect(lambda k, on: self._choose(k) if on else None)
        self.take.clicked.connect(self._take)
        self.scenario.clicked.connect(self._as_scenario)
        self.runner.best.connect(self._show_best)
        self.runner.progress.connect(lambda share, _n: self._show_progress(share))
        self.runner.finished.connect(self._show_found)
        self.runner.failed.connect(self._show_failed)
        self.runner.cancelled.connect(self._show_dropped)
        self._selection.units_changed.connect(self._selected)
        self._fold(self.even.isChecked())

    def _selected(self, _units: object, origin: str) -> None:
        self.ask.follow(self._selection)

    def _fold(self, is_open: bool) -> None:
        self.measures.setVisible(is_open)
        self.even.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        QTimer.singleShot(0, self, self._fit)

    # -- the run -------------------------------------------------------------------------------------------------------

    def begin_soon(self) -> None:
        """Work it out anew when nothing more is typed; what was found is of something else."""
        self._drop()
        self.proposals, self.chosen = [], None
        self._timer.start()
        self._show_state()

    def begin(self) -> None:
        """Work out what is asked for, on the plan as it is."""
        from territorymap.session.solving.aims import Limits
        from territorymap.session.solving.still import still_of

        self._drop()
        self.proposals, self.chosen = [], None
        self._timer.stop()
        if not self.ask.is_there:
            self.reject()
            return
        self.setWindowTitle(self.ask.title)
        make = self.ask.maker()
        if make is None or not self.measures.wanted:
            self.previewed.emit(None)
            self.table.show_changes([], self._told_measures())
            self._show_state()
            return
        self._still = still_of(self.session)
        self.progress.setRange(0, 0)
        self.runner.start(_Asked(self._still, make, self.measures.aims()), Limits(SECONDS, None, 1))
        self._show_state()

    def _show_progress(self, share: float) -> None:
        self.progress.setRange(0, 1000)
        self.progress.setValue(round(1000 * share))

    def _show_best(self, proposal: Proposal) -> None:
        """Tell what there is so far; it can be taken when no other is looked for any more."""
        self._tell(proposal)
        QTimer.singleShot(0, self, self._fit)

    def _show_failed(self, error: UserError) -> None:
        self.previewed.emit(None)
        self.table.show_changes([], self._told_measures())
        self._show_state(error)

    def _drop(self) -> None:
        """End the run of what is no longer asked for."""
        self._is_dropping = True
        self.runner.cancel()
        self._is_dropping = False

    def _show_dropped(self) -> None:
        """Say so where a fault has ended the run: it is reported elsewhere, and nothing is worked out any more."""
        if not self._is_dropping:
            self._show_failed(
                UserError(
                    tr("It could not be worked out, for there is a fault in the program."),
                    tr("Ask for something else, or close this and try again."),
                )
            )

    def _show_found(self, proposals: list[Proposal]) -> None:
        self.proposals = proposals
        for k, button in enumerate(self.choices):
            if k < len(proposals):
                found = proposals[k]
                share = found.figures.moved.accounts / max(1, len(self.session.plan.accounts))
                label = found.label or tr("nobody else moves")
                button.setText(tr("{label} ({share} of the accounts)", label=label, share=percent(share, 1)))
        self.choices[0].setChecked(True)
        self._choose(0)

    def _choose(self, k: int) -> None:
        if k >= len(self.proposals):
            return
        self.chosen = self.proposals[k]
        self._tell(self.chosen)
        self._show_state()

    def _tell(self, proposal: Proposal) -> None:
        """Show a proposal in the table, in words and on the map."""
        from territorymap.session.solving.before_after import changes_of

        if self._still is None:
            return
        names = [m.measure for m in proposal.figures.measures]
        self.table.show_changes(changes_of(self._still, proposal, names), self._told_measures())
        self.told.setText("\n".join(proposal.sentences))
        self.previewed.emit(proposal)

    def _told_measures(self) -> list[Told]:
        return [Told(measure_label(row.shared.measure), row.tolerance.value() / 100) for row in self.measures.wanted]

    def _show_state(self, error: UserError | None = None) -> None:
        """Show what there is: a proposal, a run, something to fill in, or why it cannot be."""
        told = listed(
            tr("{measure} ± {tolerance} %", measure=t.label, tolerance=number(t.tolerance * 100, 1))
            for t in self._told_measures()
        )
        self.even.setText(tr("To be even: {measures}", measures=told or tr("nothing is ticked")))
        is_running = self.runner.is_running or self._timer.isActive()
        self.progress.setVisible(is_running)
        self.take.setEnabled(self.chosen is not None)
        self.scenario.setEnabled(self.chosen is not None)
        self._ways_row.setVisible(len(self.proposals) > 1)
        if self.chosen is None:
            self.told.setText("" if is_running or error else tr("Fill in what is asked for above."))
        self.problem.setVisible(error is not None)
        if error is not None:
            self.problem.setText("\n".join(part for part in (error.message, error.hint) if part))
            self.problem.setAccessibleName(self.problem.text())
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Take as much room as there is to say."""
        self.adjustSize()
        self.stand_on(self._foot)

    def stand_on(self, foot: QPoint | None) -> None:
        """Let the lower left corner be here, whatever the height becomes, until the planner moves the dialog."""
        self._foot = foot
        if foot is not None:
            self._is_placing = True
            self.move(foot.x(), max(0, foot.y() - self.height()))
            self._is_placing = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stand_on(self._foot)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        if not self._is_placing and self.isVisible():
            self._foot = None

    # -- its end -------------------------------------------------------------------------------------------------------

    def _take(self) -> None:
        if self.chosen is not None:
            self._remember()
            self.take_wanted.emit(self.chosen)

    def _as_scenario(self) -> None:
        if self.chosen is not None:
            self._remember()
            self.scenario_wanted.emit(self.chosen)

    def _remember(self) -> None:
        asked = {"measures": self.measures.as_json(), "open": self.even.isChecked()}
        remember(self._preferences, self.session.plan, _KEY, asked)

    def show_problem(self, error: UserError) -> None:
        """Say why it could not be taken."""
        self._show_state(error)

    def _plan_changed(self, change: PlanChange) -> None:
        """What was worked out is of the plan before."""
        self.begin_soon()

    def leave_plan(self) -> None:
        """Hear no more of the plan."""
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None  # type: ignore[assignment]

    def done(self, result: int) -> None:
        """Close: the map shows the plan again."""
        self.leave_plan()
        self._timer.stop()
        self._drop()
        self.previewed.emit(None)
        super().done(result)
