"""Recruitment and onboarding of one partner: scores by criteria, its step in the pipeline, steps with due dates.

Owns this tab; the score is recruiting's, the steps are actions of the plan.
"""

from __future__ import annotations

import json
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import number, tr
from territorymap.metrics.partners import words
from territorymap.metrics.partners.programme import Programme
from territorymap.metrics.partners.sheet import PartnerSheet, scores_of
from territorymap.model.coverage import PARTNER_STATUSES, Action
from territorymap.ui.parts.scale import ems, scaled
from territorymap.ui.theme import tokens

_NOT_SCORED = -0.5  # shown as a dash


class ScoringView(QScrollArea):
    """Scores at the left, onboarding at the right; what is changed is told, nothing is written here.

    Fields stay as they are while they show the same things: who types and tabs on is not thrown out by the step that
    the typing made.
    """

    status_wanted = Signal(str)
    scores_wanted = Signal(str)  # JSON
    done_wanted = Signal(int, str)  # row_id of a step, ISO day or ""
    step_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.buttons: dict[str, QPushButton] = {}
        self.boxes: dict[str, QDoubleSpinBox] = {}
        self.steps: dict[int, QCheckBox] = {}
        self.verdict = QLabel()
        self._sheet: PartnerSheet | None = None
        self._shape: object = None

    def show_sheet(self, sheet: PartnerSheet, programme: Programme, *, can_write: bool) -> None:
        """Show one partner."""
        steps = _steps(sheet)
        shape = (sheet.partner.rep_id, programme.criteria, [step.row_id for step in steps], can_write)
        self._sheet = sheet
        if shape != self._shape:
            self._shape = shape
            self._make(programme, steps, can_write)
        self._fill(sheet, programme, steps, can_write)

    def _make(self, programme: Programme, steps: list[Action], can_write: bool) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        pad = ems(self, 1)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(ems(self, 1))
        column.addLayout(self._pipeline())
        row = QHBoxLayout()
        row.setSpacing(ems(self, 3))
        row.addLayout(self._scores(programme, can_write), 1)
        row.addLayout(self._onboarding(steps, can_write), 1)
        column.addLayout(row)
        column.addStretch(1)
        former = self.takeWidget()
        self.setWidget(body)
        if former is not None:
            former.deleteLater()  # not at once: it may be a button of it that was clicked

    def _fill(self, sheet: PartnerSheet, programme: Programme, steps: list[Action], can_write: bool) -> None:
        for status, button in self.buttons.items():
            is_now = status == sheet.partner.status
            button.setChecked(is_now)
            button.setEnabled(can_write or is_now)
        scores = scores_of(sheet.partner)
        for key, box in self.boxes.items():
            if box.value() != scores.get(key, _NOT_SCORED):
                box.blockSignals(True)
                box.setValue(scores.get(key, _NOT_SCORED))
                box.blockSignals(False)
        self.verdict.setText(_verdict(sheet, programme))
        late = {action.row_id for action in sheet.overdue("onboarding")}
        for step in steps:
            check = self.steps[step.row_id]
            check.setChecked(bool(step.done_on))
            check.setText(_step_text(step, is_late=step.row_id in late).replace("&", "&&"))
            palette = self.palette()
            if step.row_id in late:
                palette.setColor(QPalette.ColorRole.WindowText, QColor(tokens().danger))
            check.setPalette(palette)

    def _pipeline(self) -> QHBoxLayout:
        """Return the steps of the recruitment pipeline as a row of buttons, the present one pressed."""
        row = QHBoxLayout()
        row.setSpacing(0)
        self.buttons = {}
        for status in PARTNER_STATUSES:
            button = QPushButton(words.status_word(status))
            button.setCheckable(True)
            button.clicked.connect(partial(self._clicked, status))
            self.buttons[status] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _clicked(self, status: str) -> None:
        assert self._sheet is not None
        now = self._sheet.partner.status
        self.buttons[status].setChecked(status == now)  # what is so is shown when it is so
        if status != now:
            self.status_wanted.emit(status)

    def _scores(self, programme: Programme, can_write: bool) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(self._title(tr("Score by criteria")))
        grid = QGridLayout()
        grid.setHorizontalSpacing(ems(self, 1))
        self.boxes = {}
        for n, criterion in enumerate(programme.criteria):
            box = QDoubleSpinBox()
            box.setRange(_NOT_SCORED, 10.0)
            box.setSingleStep(0.5)
            box.setDecimals(1)
            box.setSpecialValueText(words.NOTHING)
            box.setKeyboardTracking(False)
            box.setEnabled(can_write)
            box.setAccessibleName(criterion.name)
            box.setValue(_NOT_SCORED)
            box.valueChanged.connect(lambda _value: self._tell_scores())
            self.boxes[criterion.key] = box
            name = QLabel(tr("{name} (weight {weight})", name=criterion.name, weight=number(criterion.weight, 1)))
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setWordWrap(True)
            name.setBuddy(box)
            grid.addWidget(name, n, 0)
            grid.addWidget(box, n, 1)
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.verdict.setFont(scaled(self.font(), 1.0, bold=True))
        column.addWidget(self.verdict)
        column.addStretch(1)
        return column

    def _tell_scores(self) -> None:
        assert self._sheet is not None
        kept = {key: value for key, value in scores_of(self._sheet.partner).items() if key not in self.boxes}
        told = {key: box.value() for key, box in self.boxes.items() if box.value() >= 0}
        self.scores_wanted.emit(json.dumps(kept | told))

    def _onboarding(self, steps: list[Action], can_write: bool) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(self._title(tr("Onboarding")))
        self.steps = {}
        for step in steps:
            box = QCheckBox()
            box.setEnabled(can_write)
            box.clicked.connect(lambda is_on, row_id=step.row_id: self._tell_done(row_id, is_on))
            self.steps[step.row_id] = box
            column.addWidget(box)
        if not steps:
            note = QLabel(
                tr("The steps come, each with its day, when the partner is agreed. They are set under Terms.")
            )
            note.setWordWrap(True)
            note.setProperty("role", "muted")
            column.addWidget(note)
        add = QPushButton(tr("Add a &step…"))
        add.setEnabled(can_write)
        add.clicked.connect(lambda: self.step_wanted.emit())
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return column

    def _tell_done(self, row_id: int, is_on: bool) -> None:
        self.done_wanted.emit(row_id, date.today().isoformat() if is_on else "")

    def _title(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setFont(scaled(self.font(), 1.05, bold=True))
        return label


def _steps(sheet: PartnerSheet) -> list[Action]:
    steps = [action for action in sheet.actions if action.kind == "onboarding"]
    return sorted(steps, key=lambda action: (action.due_on, action.row_id))


def _step_text(step: Action, *, is_late: bool) -> str:
    if step.done_on:
        return tr("{title}, done {day}", title=step.title, day=words.date_text(step.done_on))
    if is_late:
        return tr("{title}, was due {day}", title=step.title, day=words.date_text(step.due_on))
    return tr("{title}, due {day}", title=step.title, day=words.date_text(step.due_on))


def _verdict(sheet: PartnerSheet, programme: Programme) -> str:
    found, mark = sheet.recruitment, number(programme.pass_mark, 1)
    if found.missing and found.known == 0:
        return tr("Not scored yet; {mark} is asked.", mark=mark)
    score = words.points_text(found.score)
    if found.missing:
        return tr("{score} so far; {mark} is asked.", score=score, mark=mark)
    if found.passes(programme.pass_mark):
        return tr("{score}: it passes, {mark} is asked.", score=score, mark=mark)
    return tr("{score}: it does not pass, {mark} is asked.", score=score, mark=mark)
