"""What the dialogs of building and rebalancing have in common: measures, limits of the run, a job made in a thread.

Owns these fields and the way from Enter to a job; what else is asked is each dialog's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.session.session import Session
from territorymap.ui.dialogs.form import FormDialog, make_form, muted
from territorymap.ui.parts.scale import ems
from territorymap.ui.preferences import Preferences
from territorymap.ui.solving.asked import (
    flag_of,
    locked_sentence,
    number_of,
    remember,
    remembered,
    shared_measures,
    usual_seconds,
)
from territorymap.ui.solving.measure_grid import MeasureGrid
from territorymap.ui.tasks import Worker

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Limits
    from territorymap.session.solving.jobs import Job

_BESIDE, _DOWN, _RIGHT = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ArrowType.DownArrow, Qt.ArrowType.RightArrow


class SolvingDialog(FormDialog):
    """Fields, a folded "More", and a job that is made before the dialog closes: what cannot be is said here."""

    ready = Signal(object, object)  # Job, Limits

    def __init__(
        self, title: str, accept_text: str, key: str, session: Session, preferences: Preferences,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """``key``: under which what is asked for is remembered."""
        super().__init__(title, accept_text, parent, width_ems=76)
        self.session, self._preferences, self._key = session, preferences, key
        self.asked = remembered(preferences, session.plan, key)
        self._accept_text = accept_text
        self._worker: Worker | None = None
        self.shared = shared_measures(session)
        measures = self.asked.get("measures")
        self.measures = MeasureGrid(self.shared, measures if isinstance(measures, list) else [])
        self.seconds = QDoubleSpinBox()
        self.seconds.setRange(1, 3600)
        self.seconds.setDecimals(0)
        self.seconds.setSuffix(tr(" s"))
        self.seconds.setValue(number_of(self.asked, "seconds", usual_seconds(len(session.plan.units))))
        self.seconds.setToolTip(tr("The search ends by then; it can be stopped at any time, and keeps the best so far"))
        self.seconds.setAccessibleName(tr("Time limit"))
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setValue(int(number_of(self.asked, "seed", 1)))
        self.seed.setToolTip(tr("Another number begins the search elsewhere"))
        self.locked = muted(locked_sentence(session.plan))
        self.locked.setVisible(bool(self.locked.text()))

    def time_row(self) -> QHBoxLayout:
        """Return the time limit with what is to be known of it."""
        row = QHBoxLayout()
        row.setSpacing(ems(self, 1))
        row.addWidget(self.seconds)
        hint = muted(tr("Stop whenever it is good enough."))
        hint.setWordWrap(False)
        row.addWidget(hint)
        row.addStretch(1)
        return row

    def add_more(self, fill: Callable[[QFormLayout], None]) -> None:
        """Add the folded part; ``fill`` gets its form."""
        self.more = QToolButton()
        self.more.setAutoRaise(True)
        self.more.setCheckable(True)
        self.more.setText(tr("Mor&e"))
        self.more.setToolButtonStyle(_BESIDE)
        self._folded = QWidget()
        form = make_form(self)
        form.setContentsMargins(ems(self, 2), 0, 0, 0)
        self._folded.setLayout(form)
        fill(form)
        form.addRow(label_of(tr("Seed of the search"), self.seed), self.seed)
        self.more.toggled.connect(self._fold)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.more)
        column.addWidget(self._folded)
        self.insert(holder)
        self.more.setChecked(flag_of(self.asked, "more", False))
        self._fold(self.more.isChecked())

    def _fold(self, is_open: bool) -> None:
        self._folded.setVisible(is_open)
        self.more.setArrowType(_DOWN if is_open else _RIGHT)
        self.adjustSize()

    # -- from Enter to a job -------------------------------------------------------------------------------------------

    def read(self) -> dict[str, Any]:
        """Return all that is asked for, to be remembered; each dialog adds its own."""
        more = {"more": self.more.isChecked()} if hasattr(self, "more") else {}
        return {"measures": self.measures.as_json(), "seconds": self.seconds.value(), "seed": self.seed.value()} | more

    def prepare(self) -> Callable[[], Job]:
        """Return what makes the job, in a thread; UserError says what is wrong with the fields."""
        raise NotImplementedError

    def limits(self) -> Limits:
        from territorymap.session.solving.aims import Limits

        return Limits(self.seconds.value(), None, self.seed.value())

    @property
    def is_preparing(self) -> bool:
        return self._worker is not None

    def accept(self) -> None:
        if self._worker is not None:
            return
        if not self.measures.wanted:
            self.show_problem(UserError(tr("No measure is ticked."), tr("Tick at least one that is to be even.")))
            return
        try:
            make = self.prepare()
        except UserError as error:
            self.show_problem(error)
            return
        self.show_problem(None)
        remember(self._preferences, self.session.plan, self._key, self.read())
        self._wait(True)
        # The application owns the thread: the dialog may be closed before it has ended.
        worker = self._worker = Worker(lambda *_: make(), QCoreApplication.instance())
        worker.finished.connect(worker.deleteLater)
        worker.finished.connect(self._made)
        worker.begin()

    def _wait(self, is_waiting: bool) -> None:
        self.ok.setEnabled(not is_waiting)
        self.ok.setText(tr("Getting ready…") if is_waiting else self._accept_text)

    def _made(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None or worker.cancel.is_set():
            return
        self._wait(False)
        error = worker.error
        if isinstance(error, UserError):
            self.show_problem(error)
            return
        if error is not None:
            self.reject()
            raise error
        job, limits = worker.result, self.limits()
        QDialog.accept(self)
        self.ready.emit(job, limits)

    def reject(self) -> None:
        if self._worker is not None:
            self._worker.cancel.set()
        super().reject()


def capacity_box(plan: Plan, asked: dict[str, Any]) -> QCheckBox:
    """Return the switch of targets by capacity, off where nobody has told one."""
    box = QCheckBox(tr("Targets in proportion to the reps' &capacity"))
    is_known = any(rep.capacity_h is not None and rep.capacity_h > 0 for rep in plan.reps)
    box.setEnabled(is_known)
    box.setChecked(is_known and flag_of(asked, "capacity", plan.info.target_kind == "capacity"))
    box.setToolTip(
        tr("Who works half the hours gets half a territory")
        if is_known
        else tr("No rep's capacity is known yet: fill in hours a year in the panel Reps.")
    )
    return box


def label_of(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label
