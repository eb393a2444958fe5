"""A line over the map that asks why the last step was done: on request, or after each step if the planner wants that.

Owns the line and when it asks; the note is kept by the document, beside the step.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.records import Step
from territorymap.session.session import PlanChange, Session
from territorymap.ui import icons
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.scale import ems
from territorymap.ui.preferences import Preferences
from territorymap.ui.selection import Selection

ASK_FOR_NOTES = "ask_for_notes"  # the preference; its values:
ASK_NEVER, ASK_DECISIONS, ASK_ALWAYS = "", "decisions", "always"
_DECISIONS = frozenset({"scenario", "conflict", "override"})  # tables whose rows are decisions


class NoteBar(QFrame):
    """Shows itself over the head of its parent; Enter keeps the note, Esc passes over it."""

    annotated = Signal()
    failed = Signal(object)  # UserError

    def __init__(self, selection: Selection, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._area, self._preferences = parent, preferences
        self._session: Session | None = None
        self._stop: object = None
        self._step: Step | None = None
        self.label = ElidedLabel(parent=self)
        self.text = QLineEdit(self, clearButtonEnabled=True)
        self.text.setPlaceholderText(tr("Why? For example: asked by the regional manager"))
        self.text.setAccessibleName(tr("Why the step was done"))
        self.text.setMaxLength(1_000)
        self.text.returnPressed.connect(self._keep)
        self.text.installEventFilter(self)
        self.keep = QPushButton(tr("Keep the note"), self)
        self.keep.clicked.connect(self._keep)
        self.skip = QToolButton(self)
        self.skip.setAutoRaise(True)
        self.skip.setToolTip(tr("No note for this step (Esc)"))
        self.skip.setAccessibleName(tr("No note for this step"))
        icons.set_icon(self.skip, "close")
        self.skip.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.addWidget(self.label, 2)
        row.addWidget(self.text, 3)
        row.addWidget(self.keep)
        row.addWidget(self.skip)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        parent.installEventFilter(self)
        self.hide()

    def set_session(self, session: Session | None) -> None:
        if callable(self._stop):
            self._stop()
        self._session, self._step = session, None
        self._stop = session.listen(self._changed) if session is not None else None
        self.hide()

    def ask(self) -> None:
        """Ask for the note of the last step that stands, and put the cursor there."""
        step = self._last_step()
        if step is None:
            self.failed.emit(
                UserError(tr("There is no step to write a note for."), tr("Change something in the plan first."))
            )
            return
        self._show(step)
        self.text.setFocus()

    def _last_step(self) -> Step | None:
        if self._session is None or self._session.is_read_only:
            return None
        line = [step for step in self._session.timeline() if not step.is_undone and step.kind != "create"]
        return line[-1] if line else None

    def _changed(self, change: PlanChange) -> None:
        if change.kind != "do" or not change.changes:
            if change.kind != "switch":
                self.hide()  # the step that was asked about may be taken back
            return
        wish = self._preferences.text(ASK_FOR_NOTES)
        step = self._last_step()
        if step is not None and (wish == ASK_ALWAYS or (wish == ASK_DECISIONS and _is_decision(change))):
            self._show(step)
        else:
            self.hide()

    def _show(self, step: Step) -> None:
        self._step = step
        self.label.setText(step.label)
        self.text.setText(step.note)
        self._place()
        self.show()
        self.raise_()

    def _keep(self) -> None:
        if self._session is None or self._step is None:
            return
        try:
            self._session.document.annotate(self._step.step_id, self.text.text())
        except UserError as error:
            self.failed.emit(error)
            return
        self.hide()
        self.annotated.emit()

    def hideEvent(self, event: object) -> None:
        if self.text.hasFocus():
            self._area.setFocus()
        super().hideEvent(event)  # type: ignore[arg-type]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._area:
            self._place()
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.text
        if is_key and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.hide()
            return True
        return False

    def _place(self) -> None:
        width = min(self._area.width() - 24, ems(self, 90))
        self.setGeometry((self._area.width() - width) // 2, 8, width, self.sizeHint().height())


def _is_decision(change: PlanChange) -> bool:
    """Whether a step locked something, gave an account by name, or settled something about scenarios."""
    return any(
        row.table in _DECISIONS or (row.table in ("territory", "unit") and "locked" in (row.new or {}) and row.old)
        for row in change.changes
    )
