"""Proposals side by side: chart, table, what the chosen one does; looked at on the map, taken.

Owns which proposal is looked at and the ways to take it; drawing a preview is the map's, the rows are the command's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QMenu,
    QSplitter,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.session.commands.scenarios import in_new_scenario
from territorymap.session.session import Command, PlanChange
from territorymap.ui.compare.sorted_table import SortedTable
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems, scaled
from territorymap.ui.proposals.axes_bar import AxesBar
from territorymap.ui.proposals.board import Board, Mark
from territorymap.ui.proposals.chart import NONE, ProposalChart
from territorymap.ui.proposals.details import ProposalDetails
from territorymap.ui.proposals.facts import PlanFacts, board_of, facts_of
from territorymap.ui.proposals.model import PRESENT, ProposalModel
from territorymap.ui.proposals.standing import is_as_proposed, is_of_plan, is_of_scenario, n_edited
from territorymap.ui.proposals.taking import ask_scenario
from territorymap.ui.selection import Selection

if TYPE_CHECKING:  # the solvers load seconds of libraries: not at the start of the program
    from territorymap.session.solving.proposal import Proposal

ORIGIN = "proposals_panel"
FOLLOW_AFTER_MS = 150  # after an edit: comparing the plan with every proposal waits until the hand rests
LOOK_AFTER_MS = 60  # a pointer on its way over other points does not draw them on the map
_WIDE = 1.7  # width over height beyond which the table stands beside the chart


class ProposalsPanel(Panel):
    """The proposals of the last run."""

    hovered = Signal(object)  # Proposal to be shown on the map, None = the plan
    taken = Signal(object, str)  # Proposal, and the name of the scenario that was made for it, "" = the one in use
    dropped = Signal()

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.proposals: list[Proposal] = []  # in the order of the board's marks
        self.board = Board()
        self._shown: Proposal | None = None  # on the map
        self._look = QTimer(self, singleShot=True, interval=LOOK_AFTER_MS)
        self._look.timeout.connect(self._show_on_map)
        self._rest = QTimer(self, singleShot=True, interval=FOLLOW_AFTER_MS)
        self._rest.timeout.connect(self._follow)
        self.chart = ProposalChart(self)
        self.axes = AxesBar(self)
        self.model = ProposalModel(self)
        self.view = SortedTable(
            self.model, lambda: list(self.model.columns), self._sort, (), tr("Figures of the proposals")
        )
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.view.setMouseTracking(True)
        self._make_actions()
        self._build()
        self._wire()
        self._show_state()

    # -- building ------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.take = self.make_action(
            "proposals_take", tr("&Take"), tr("Let the plan be as this proposal says; one undo takes it back"),
            self.take_chosen, icon="check",
        )  # fmt: skip
        self.as_scenario = self.make_action(
            "proposals_scenario", tr("As new &scenario…"),
            tr("Take this proposal in a scenario of its own; the one in use stays as it is"),
            self.ask_scenario, icon="panel-scenario",
        )  # fmt: skip
        self.drop = self.make_action(
            "proposals_drop", tr("&Drop all"), tr("Forget these proposals; the plan stays as it is"),
            self.drop_all, icon="panel-clear",
        )  # fmt: skip

    def _build(self) -> None:
        self.empty = EmptyState(
            "balance",
            tr("No proposals"),
            tr("When Rebalance finds several good plans, they are compared here: what each moves, and what it brings."),
        )
        self.heading = ElidedLabel()
        self.heading.setFont(scaled(self.font(), 1.0, bold=True))
        pad = ems(self, 0.8)
        self.heading.setContentsMargins(pad, pad // 2, pad, 0)
        chart = QWidget()
        column = QVBoxLayout(chart)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.axes)
        column.addWidget(self.chart, 1)
        self.details = ProposalDetails(self.view, [self.take, self.as_scenario, self.drop])
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(chart)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.splitter)

    def _wire(self) -> None:
        self.axes.chosen.connect(lambda: self.chart.choose(self.axes.value))
        self.chart.pointed.connect(self._pointed)
        self.chart.pinned.connect(self._pinned)
        self.chart.activated.connect(lambda _mark: self.take.trigger())
        self.view.selectionModel().currentRowChanged.connect(lambda index, _before: self._row_chosen(index))
        self.view.entered.connect(self._row_entered)
        self.view.viewport().installEventFilter(self)
        self.view.return_pressed.connect(lambda _index: self.take.trigger())
        self.view.doubleClicked.connect(lambda _index: self.take.trigger())
        self.view.customContextMenuRequested.connect(self._open_menu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = Qt.Orientation.Horizontal if self.width() > _WIDE * self.height() else Qt.Orientation.Vertical
        if wanted != self.splitter.orientation():
            self.splitter.setOrientation(wanted)
            room = self.width() if wanted == Qt.Orientation.Horizontal else self.height()
            self.splitter.setSizes([round(room * 0.5), round(room * 0.5)])

    # -- what is shown -------------------------------------------------------------------------------------------------

    def set_proposals(self, proposals: Sequence[Proposal], facts: PlanFacts | None = None) -> None:
        """Show other proposals, none of them on the map yet; [] = none."""
        plan = self.session.plan if self.session is not None else None
        shown = list(proposals) if plan is not None else []
        self.board, self.proposals = (Board(), []) if plan is None else board_of(plan, shown, facts or facts_of(shown))
        self.axes.show_board(self.board, self.axes.value if self.axes.across.count() else self.board.chosen)
        self.chart.show_board(self.board, self.axes.value)
        self.model.show_board(self.board)
        self.view.columns_changed()
        self.view.horizontalHeader().setSortIndicatorShown(False)
        self.view.selectionModel().clear()
        self._show_state()
        self._show_on_map()

    def drop_all(self) -> None:
        """Show no proposals any more; the panel has done its work."""
        self.set_proposals([])
        self.dropped.emit()

    @property
    def is_offering(self) -> bool:
        """Whether there are proposals in it, and it is seen."""
        return bool(self.proposals) and self.isVisible()

    @property
    def chosen(self) -> int:
        """Position of the mark that is kept; NONE."""
        return self.chart.kept

    @property
    def looked_at(self) -> int:
        """Position of the mark that is pointed at, else of the one that is kept; NONE."""
        return self.chart.pointed_at if self.chart.pointed_at != NONE else self.chart.kept

    def letter_of(self, proposal: Proposal) -> str:
        """Return by which letter a proposal is called here."""
        at = next(n for n, known in enumerate(self.proposals) if known is proposal)
        return self.board.marks[at].letter

    def session_replaced(self) -> None:
        self.set_proposals([])

    def plan_changed(self, change: PlanChange) -> None:
        if self.proposals and self.session is not None and not is_of_plan(self.session.plan, self.proposals[0]):
            self.set_proposals([])
        elif self.proposals and self.isVisible():
            self._rest.start()

    def _follow(self) -> None:
        """See how the plan stands to the proposals now."""
        self._rest.stop()
        self._show_state()
        self._show_on_map()

    def _show_state(self) -> None:
        """Say how the plan stands to the proposals, and what can be done."""
        self._stack.setCurrentIndex(int(bool(self.proposals)))
        self.heading.setText(self.board.heading)
        self.details.show_note(self._note())
        self.model.show_taken(self._taken())
        can = self._is_open and self.can_write
        chosen = self.chosen != NONE
        self.take.setEnabled(can and chosen and self.chosen != self.model.taken)
        self.as_scenario.setEnabled(can and chosen)
        self.drop.setEnabled(bool(self.proposals))
        self._show_words()

    @property
    def _is_open(self) -> bool:
        """Whether the proposals are about the scenario in use."""
        return (
            bool(self.proposals) and self.session is not None and is_of_scenario(self.session.plan, self.proposals[0])
        )

    def _taken(self) -> int:
        if not self._is_open or self.session is None:
            return PRESENT
        plan = self.session.plan
        return next((n for n, proposal in enumerate(self.proposals) if is_as_proposed(plan, proposal)), PRESENT)

    def _note(self) -> str:
        if not self.proposals or self.session is None:
            return ""
        plan, first = self.session.plan, self.proposals[0]
        if not self._is_open:
            before = first.before
            alignment = next((a.name for a in plan.alignments if a.alignment_id == before.alignment_id), "")
            if before.scenario.scenario_id == plan.scenario.scenario_id and alignment:
                return tr("These were made of the alignment {name}: go back to it to take one.", name=alignment)
            return tr("These were made of {scenario}: go back to it to take one.", scenario=before.scenario.name)
        if self.session.is_read_only:
            return tr("This plan is open for reading only, so none can be taken.")
        n = n_edited(plan, first)
        if not n or self._taken() != PRESENT:
            return ""
        return ntr(
            "{n} unit was given to another territory since; taking a proposal gives it as proposed.",
            "{n} units were given to other territories since; taking a proposal gives them as proposed.",
            n,
        )

    def _show_words(self) -> None:
        mark = self._mark(self.looked_at)
        if mark is None:
            text = tr("Point at a proposal to see it on the map; click to keep it there.")
        else:
            head = tr("{letter}  {title}.", letter=mark.letter, title=mark.title)
            text = "\n".join([f"{head} {mark.sentence}", *mark.told])
        self.details.words.setText(text)

    def _mark(self, at: int) -> Mark | None:
        return self.board.marks[at] if 0 <= at < len(self.board.marks) else None

    # -- looking -------------------------------------------------------------------------------------------------------

    def _pointed(self, _mark: int) -> None:
        self._show_words()
        self._look.start()

    def _pinned(self, mark: int) -> None:
        row = self.model.row_of(mark)
        if mark == NONE or row < 0:
            self.view.selectionModel().clear()
        elif self.view.currentIndex().row() != row:
            self.view.selectRow(row)
            self.view.setCurrentIndex(self.model.index(row, 0))
        self._show_state()
        self._look.start()

    def _row_chosen(self, index: QModelIndex) -> None:
        mark = self.model.rows[index.row()] if index.isValid() else NONE
        if mark != self.chart.kept:
            self.chart.keep(mark)
            self._show_state()
            self._look.start()

    def _row_entered(self, index: QModelIndex) -> None:
        mark = self.model.rows[index.row()] if index.isValid() else NONE
        if mark != self.chart.pointed_at:
            self.chart.point_at(mark)
            self._pointed(mark)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view.viewport() and event.type() == QEvent.Type.Leave:
            self.chart.point_at(NONE)
            self._pointed(NONE)
        return False

    def _show_on_map(self) -> None:
        """Have the map show what is looked at; the plan while this panel is not to be seen."""
        self._look.stop()
        at = self.looked_at
        is_shown = self.isVisible() and self._is_open and at != NONE and at != self.model.taken
        wanted = self.proposals[at] if is_shown else None
        if wanted is not self._shown:
            self._shown = wanted
            self.hovered.emit(wanted)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rest.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._show_on_map()

    def _sort(self, column: int, is_descending: bool) -> None:
        self.model.sort_by(column, is_descending)
        row = self.model.row_of(self.chosen) if self.chosen != NONE else -1
        if row >= 0:
            self.view.selectRow(row)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self.view)
        menu.addActions([self.take, self.as_scenario])
        menu.addSeparator()
        menu.addAction(self.drop)
        self.view.open_menu(menu, at)

    # -- taking --------------------------------------------------------------------------------------------------------

    def take_chosen(self) -> None:
        """Let the plan be as the kept proposal says, as one step."""
        if self.chosen == NONE:
            return
        proposal = self.proposals[self.chosen]
        if self.do(lambda plan: _taking(plan, proposal)):
            self._follow()
            self.taken.emit(proposal, "")

    def ask_scenario(self) -> None:
        """Ask for the name of a scenario to take the kept proposal in."""
        mark = self._mark(self.chosen)
        session = self.session
        if mark is None or session is None:
            return
        proposal = self.proposals[self.chosen]

        def create(name: str, is_switching: bool) -> UserError | None:
            return self._take_as(proposal, name, is_switching=is_switching)

        wanted = tr("{letter} {title}", letter=mark.letter, title=mark.title)
        ask_scenario(session, wanted, create, self.window(), is_switching=False)

    def _take_as(self, proposal: Proposal, name: str, *, is_switching: bool) -> UserError | None:
        session = self.session
        assert session is not None
        before = {s.scenario_id for s in session.plan.scenarios}
        error = self.attempt(lambda plan: in_new_scenario(plan, name, _taking(plan, proposal)))
        if error is not None:
            return error
        made = [s.scenario_id for s in session.plan.scenarios if s.scenario_id not in before]
        self.taken.emit(proposal, name)
        if is_switching and made:
            session.switch_scenario(made[0])
        return None


def _taking(plan: Plan, proposal: Proposal) -> Command:
    from territorymap.session.commands.solving import take_proposal

    return take_proposal(plan, proposal)
