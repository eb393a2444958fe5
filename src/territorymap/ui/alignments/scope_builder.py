"""The scope builder: boxes of conditions, how they go together, how many accounts are meant, and the sentence.

Owns the boxes and the live count; what a scope means is the model's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, number, percent, tr
from territorymap.model.plan import Plan
from territorymap.model.scope import (
    All,
    Field,
    OneOf,
    PlanFields,
    Scope,
    check_scope,
    conditions,
    folded,
    mask,
    scope_fields,
    sentence,
)
from territorymap.ui import icons
from territorymap.ui.alignments.condition_row import ConditionRow, Suggest
from territorymap.ui.alignments.scope_kinds import WAYS, Box, Line, as_box, as_scope
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.value_field import Counted, count_values

COUNT_AFTER_MS = 120
_MOST_MISSING = 5  # values that are named
DEEPEST = 4  # boxes in boxes that can be added by hand; what a file holds is shown however deep it is


class GroupBox(QFrame):
    """A group: how its parts go together, then the parts, then buttons that add one."""

    changed = Signal()
    removed = Signal()

    def __init__(
        self, fields: Sequence[Field], suggest: Suggest, box: Box, depth: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fields, self._suggest, self._depth = fields, suggest, depth
        self.parts: list[ConditionRow | GroupBox] = []
        self.setFrameShape(QFrame.Shape.NoFrame if depth == 0 else QFrame.Shape.StyledPanel)
        self.way = QComboBox()
        self.way.setAccessibleName(tr("How the conditions go together"))
        for name, label in WAYS:
            self.way.addItem(label(), name)
        self.way.setCurrentIndex(max(0, self.way.findData(box.way)))
        self.way.currentIndexChanged.connect(lambda _at: self.changed.emit())
        head = QHBoxLayout()
        head.addWidget(self.way)
        head.addStretch(1)
        if depth:
            head.addWidget(self._button("close", tr("Take this group away"), self.removed.emit))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(ems(self, 0.8))
        self._rows.setContentsMargins(ems(self, 2), 0, 0, 0)
        self.add_condition = self._button("panel-new", tr("&Condition"), self._add_condition, has_text=True)
        self.add_group = self._button("panel-new", tr("&Group"), self._add_group, has_text=True)
        self.add_group.setVisible(depth < DEEPEST)
        foot = QHBoxLayout()
        foot.setContentsMargins(ems(self, 2), 0, 0, 0)
        foot.addWidget(self.add_condition)
        foot.addWidget(self.add_group)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        margin = ems(self, 0.8) if depth else 0
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(ems(self, 0.8))
        layout.addLayout(head)
        layout.addLayout(self._rows)
        layout.addLayout(foot)
        for part in box.parts:
            inner: ConditionRow | GroupBox
            if isinstance(part, Box):
                inner = GroupBox(fields, suggest, part, depth + 1)
            else:
                inner = ConditionRow(fields, suggest, part)
            self._take(inner)

    @property
    def box(self) -> Box | None:
        """What stands there; None while something is missing. A box in the box that asks nothing is left out."""
        parts: list[Line | Box] = []
        for part in self.parts:
            if isinstance(part, GroupBox):
                inner = part.box
                if inner is None:
                    return None
                if inner.parts:
                    parts.append(inner)
            else:
                line = part.line
                if line is None:
                    return None
                parts.append(line)
        return Box(str(self.way.currentData()), tuple(parts))

    @property
    def problem(self) -> str:
        """What is missing first, in words."""
        return next((part.problem for part in self.parts if part.problem), "")

    def _take(self, part: ConditionRow | GroupBox) -> None:
        self.parts.append(part)
        self._rows.addWidget(part)
        part.changed.connect(self.changed)
        part.removed.connect(lambda: self._remove(part))

    def _remove(self, part: ConditionRow | GroupBox) -> None:
        at = self.parts.index(part)
        self.parts.remove(part)
        self._rows.removeWidget(part)
        part.hide()
        part.deleteLater()
        (self.parts[min(at, len(self.parts) - 1)] if self.parts else self.add_condition).setFocus()
        self.changed.emit()

    def _add_condition(self) -> None:
        row = ConditionRow(self._fields, self._suggest)
        self._take(row)
        row.setFocus()
        self.changed.emit()

    def _add_group(self) -> None:
        box = GroupBox(self._fields, self._suggest, Box("any"), self._depth + 1)
        self._take(box)
        box._add_condition()

    def _button(self, icon: str, text: str, run: Callable[[], None], *, has_text: bool = False) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIcon(icons.icon(icon))
        button.setText(text)
        button.setToolTip(text.replace("&", ""))
        button.setAccessibleName(text.replace("&", ""))
        if has_text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: run())
        return button


class ScopeBuilder(QWidget):
    """Builds a scope over the accounts of a plan; the count and the sentence follow."""

    changed = Signal()  # the scope is another, or can be none now

    def __init__(self, plan: Plan, scope: Scope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan, self._values = plan, PlanFields(plan)
        self._fields = scope_fields(plan)
        self._counted: dict[str, list[Counted]] = {}
        self.root = GroupBox(self._fields, self._suggest, as_box(scope))
        self.root.changed.connect(self._changed)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.root)
        column.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidget(holder)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(lines(self, 10))
        self.sentence = QLabel()
        self.count = muted("")
        for label in (self.sentence, self.count):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(ems(self, 0.8))
        layout.addWidget(area, 1)
        layout.addWidget(self.sentence)
        layout.addWidget(self.count)
        self._rest = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._rest.timeout.connect(self.show_count)
        self.show_count()

    @property
    def scope(self) -> Scope | None:
        """What was built; None while something is missing."""
        box = self.root.box
        if box is None:
            return None
        if not box.parts:
            return as_scope(Box("all"))
        try:
            scope = check_scope(as_scope(box))
        except UserError:
            return None
        return scope.parts[0] if isinstance(scope, All) and len(scope.parts) == 1 else scope

    @property
    def problem(self) -> UserError | None:
        """Why there is no scope yet."""
        text = self.root.problem
        if text:
            return UserError(text, tr("Or take the condition away by the cross at its right."))
        box = self.root.box
        try:
            if box is not None and box.parts:
                check_scope(as_scope(box))
        except UserError as error:
            return error
        return None

    def show_count(self) -> None:
        """Say what the scope means and how many accounts satisfy it."""
        self._rest.stop()
        scope = self.scope
        if scope is None:
            problem = self.problem
            self.sentence.setText(problem.message if problem is not None else "")
            self.count.setText(tr("The accounts are counted when nothing is missing."))
            return
        self.sentence.setText(sentence(scope, self._fields))
        self.count.setText("\n".join([self._count_words(scope), *self._unknown_words(scope)]))

    def _count_words(self, scope: Scope) -> str:
        n = self._values.n
        if not n:
            return tr("The plan has no accounts yet.")
        found = mask(scope, self._values)
        n_found = int(found.sum())
        words = ntr(
            "{n} of {all} accounts is in this scope ({share}).",
            "{n} of {all} accounts are in this scope ({share}).",
            n_found,
            all=number(n),
            share=percent(n_found / n, 1),
        )
        for measure in self._plan.measures:
            values = self._plan.accounts.values.get(measure.column_name) if measure.source == "account" else None
            whole = float(np.nansum(values)) if values is not None and measure.is_shown else 0.0
            if values is not None and whole > 0:
                part = float(np.nansum(values[found]))
                share = percent(part / whole, 1)
                more = tr("{measure}: {amount} ({share}).", measure=measure.name, amount=number(part), share=share)
                return tr("{sentence} {next_sentence}", sentence=words, next_sentence=more)
        return words

    def _unknown_words(self, scope: Scope) -> list[str]:
        """Say which listed values no account has: they may be mistyped."""
        names = {field.key: field.label for field in self._fields}
        found = []
        for condition in conditions(scope):
            if isinstance(condition, OneOf) and condition.field in names:
                known = {folded(value) for value, _ in self._suggest(condition.field)}
                missing = [value for value in condition.values if folded(value) not in known]
                if missing:
                    texts = {"field": names[condition.field], "values": listed(missing[:_MOST_MISSING])}
                    found.append(
                        tr("No account has this for {field}: {values}. Values are parted by semicolons.", **texts)
                    )
        return found

    def _changed(self) -> None:
        self._rest.start()
        self.changed.emit()

    def _suggest(self, key: str) -> list[Counted]:
        if key not in self._counted:
            self._counted[key] = count_values(self._values.values(key))
        return self._counted[key]
