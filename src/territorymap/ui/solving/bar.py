"""The strip over the map while territories are built or rebalanced, and when they are: progress, figures, what to do.

Owns the widgets and what they say; what the buttons do is part.py's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.session.session import Session
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.solving.told import ToldFigures

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Limits
    from territorymap.session.solving.proposal import Proposal

_TICK_MS = 200
_MOST_LINES = 5  # of sentences; more are scrolled to


class SolvingBar(QFrame):
    """Running: progress, Stop, Cancel. Done: Take, As new scenario, Compare, Discard."""

    stop_wanted = Signal()
    cancel_wanted = Signal()
    take_wanted = Signal()
    scenario_wanted = Signal()
    discard_wanted = Signal()
    again_wanted = Signal()  # to ask for something else
    way_wanted = Signal(str)  # one of proposing.WAYS
    left = Signal()  # Esc

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("solving")
        self._limits: Limits | None = None
        self._n_steps = 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.state = ""  # "" | "running" | "done" | "failed"
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("role", "strong")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note = QLabel()  # seconds and steps
        self.note.setProperty("role", "muted")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(max(4, lines(self, 0.3)))
        self.progress.setAccessibleName(tr("Progress"))
        self.figures = ToldFigures()
        self.sentences = QLabel()
        self.sentences.setTextFormat(Qt.TextFormat.PlainText)
        self.sentences.setWordWrap(True)
        self.sentences.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self.sentences)
        self._scroll.viewport().setAutoFillBackground(False)
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setProperty("role", "danger")
        self._make_buttons()
        self._lay_out()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.left)
        self.hide()

    def _make_buttons(self) -> None:
        def make(text: str, tip: str, signal: object) -> QPushButton:
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]
            return button

        self.stop = make(tr("St&op"), tr("End the search and keep the best so far (Esc)"), self.stop_wanted)
        self.cancel = make(tr("Ca&ncel"), tr("End the search and drop what it has found"), self.cancel_wanted)
        self.take = make(tr("Ta&ke it"), tr("Make it the plan, as one step that can be undone"), self.take_wanted)
        self.take.setDefault(True)
        self.scenario = make(
            tr("As new s&cenario…"), tr("Leave this plan as it is and take it in a new scenario"), self.scenario_wanted
        )
        self.discard = make(tr("D&iscard"), tr("Put it away and show the plan as it is (Esc)"), self.discard_wanted)
        self.compare = QPushButton(tr("C&ompare"))
        self.compare.setToolTip(tr("How the map shows what would be different"))
        menu = QMenu(self.compare)
        menu.setToolTipsVisible(True)
        self.ways: dict[str, QAction] = {}
        group = QActionGroup(self)
        for way, text, tip in (
            ("fill", tr("&Today's borders over it"), tr("Lines where a border would go")),
            ("outline", tr("&Old colours around what moves"), tr("Who has it today, as outline in his colour")),
            ("swipe", tr("&Swipe"), tr("Today at the left of a line that is dragged, the proposal at its right")),
        ):
            action = QAction(text, group)
            action.setToolTip(tip)
            action.setCheckable(True)
            action.triggered.connect(lambda _on=False, way=way: self.way_wanted.emit(way))
            menu.addAction(action)
            self.ways[way] = action
        self.compare.setMenu(menu)
        self.again = make(tr("Chan&ge what is asked…"), tr("Ask for something that can be"), self.again_wanted)
        self._of_run = [self.stop, self.cancel]
        self._of_end = [self.take, self.scenario, self.compare, self.discard]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(ems(self, 0.8))
        head.addWidget(self.title, 1)
        head.addWidget(self.note)
        for button in (*self._of_run, self.again, *self._of_end):
            head.addWidget(button)
        column = QVBoxLayout(self)
        margin = ems(self, 1)
        column.setContentsMargins(ems(self, 1.2), margin // 2, margin, margin // 2)
        column.setSpacing(ems(self, 0.5))
        column.addLayout(head)
        for widget in (self.progress, self.figures, self.problem, self._scroll):
            column.addWidget(widget)

    # -- states --------------------------------------------------------------------------------------------------------

    def show_running(self, title: str, limits: Limits, *, is_first: bool) -> None:
        """A search begins; ``is_first``: the optimiser may have to be compiled before."""
        self.state, self._limits, self._n_steps = "running", limits, 0
        self.title.setText(title)
        self._first = tr("Getting ready. On a new computer this takes some seconds, once.") if is_first else ""
        self.progress.setRange(0, 0)
        self.stop.setEnabled(True)
        self._show(self._of_run, self.progress)
        self._clock.start()
        self._timer.start()
        self._tick()
        self.show()

    def show_progress(self, share: float, n_steps: int) -> None:
        """How far it is, 0..1, and the steps so far."""
        if not self._n_steps:
            self._clock.start()  # the time limit counts from here, not from the getting ready
        self._first, self._n_steps = "", n_steps
        self.progress.setRange(0, 1000)
        self.progress.setValue(round(1000 * share))

    def show_best(self, session: Session, proposal: Proposal) -> None:
        """Tell what the best so far is worth."""
        self._first = ""
        self.title.setText(proposal.title)  # a cap may need more territories than were thought
        self.figures.tell(session.plan, proposal.figures, session.balance)
        self.figures.show()
        self.figures.setAccessibleName(self.figures.text)

    def show_stopping(self) -> None:
        """The search has been asked to end."""
        self.stop.setEnabled(False)
        self.note.setText(tr("Stopping…"))
        self._timer.stop()

    def show_done(self, session: Session, proposal: Proposal) -> None:
        """The search has ended: what was found, and what is to be told of it."""
        self.state = "done"
        self._timer.stop()
        self.discard.setText(tr("D&iscard"))
        title = tr("{title}: {label}", title=proposal.title, label=proposal.label) if proposal.label else proposal.title
        self.title.setText(title)
        self.note.setText(
            tr("{seconds} s, {steps} steps", seconds=number(proposal.seconds, 1), steps=_steps(proposal.n_steps))
        )
        self._show(self._of_end, self.figures, *([self._scroll] if proposal.sentences else []))
        self.figures.tell(session.plan, proposal.figures, session.balance)
        self._tell(proposal.sentences)
        self.show()

    def show_failed(self, title: str, error: UserError, *, can_ask: bool = False) -> None:
        """The search found no plan: why, and what to do; ``can_ask``: something else can be asked for."""
        self.state = "failed"
        self._timer.stop()
        self.discard.setText(tr("&Close"))
        self.title.setText(title)
        self.note.setText("")
        self._show([self.again, self.discard] if can_ask else [self.discard])
        self.show_problem(error)
        self.show()

    def show_problem(self, error: UserError | None) -> None:
        """Say why something was refused; None takes the line away."""
        self.problem.setVisible(error is not None)
        if error is not None:
            self.problem.setText("\n".join(part for part in (error.message, error.hint) if part))

    def show_way(self, way: str) -> None:
        """Tick the way in which the map shows it."""
        for name, action in self.ways.items():
            action.setChecked(name == way)

    def put_away(self) -> None:
        """Nothing is solved any more."""
        self.state = ""
        self._timer.stop()
        self.hide()

    def _show(self, buttons: Sequence[QPushButton], *widgets: QWidget) -> None:
        for button in (*self._of_run, self.again, *self._of_end):
            button.setVisible(button in buttons)
        for widget in (self.progress, self.figures, self.problem, self._scroll):
            widget.setVisible(widget in widgets)

    def _tell(self, sentences: Sequence[str]) -> None:
        self.sentences.setText("\n".join(sentences))
        width = max(ems(self, 40), self.width() - ems(self, 6))
        height = self.sentences.heightForWidth(width)
        self._scroll.setFixedHeight(min(height, lines(self, _MOST_LINES)) + 2)

    def _tick(self) -> None:
        if self._first:
            self.note.setText(self._first)
            return
        gone = number(math.floor(self._clock.elapsed() / 1000))
        seconds = self._limits.seconds if self._limits is not None else None
        time = tr("{gone} of {all} s", gone=gone, all=number(seconds)) if seconds else tr("{gone} s", gone=gone)
        steps = tr("{time}, {steps} steps", time=time, steps=_steps(self._n_steps))
        self.note.setText(steps if self._n_steps else time)


def _steps(n: int) -> str:
    """Return a number of steps in few digits."""
    if n >= 1_000_000:
        return tr("{n} million", n=number(n / 1_000_000, 1))
    return number(n)
