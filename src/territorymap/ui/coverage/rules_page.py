"""The page of rules: a matrix of roles, each cell what the two may do with one account.

Owns the matrix; a change is one step of session.commands.role_rules.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import listed, tr
from territorymap.model.coverage import RoleRule
from territorymap.model.coverage_words import rule_label
from territorymap.model.role_matrix import EXCLUSIVE, HANDOVER, SHARE, RoleMatrix, default_rule
from territorymap.model.role_words import role_label
from territorymap.session.commands.role_rules import roles_of, set_role_rule
from territorymap.session.session import PlanChange
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

ORIGIN = "rules"
_DEFAULT = "default"
Pair = tuple[str, str]


class RuleBox(QComboBox):
    """A cell of the matrix: closed it tells the rule in short, open it names who hands over to whom."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        rule = str(self.currentData())
        if rule.startswith(HANDOVER):
            option.currentText = rule_label(HANDOVER)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, field.width() - 4
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class RulesPage(PlanningPage):
    """What two roles may do with one account."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.cells: dict[Pair, QComboBox] = {}
        self._roles: list[str] = []
        self._in_use: dict[str, str] = {}  # role -> names of its alignments
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setSpacing(ems(self, 0.6))
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._grid_holder)
        pad = ems(self, 1.2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.setSpacing(pad)
        layout.addWidget(
            muted(
                tr(
                    "What two sales roles may do with one account. “Must not share” makes it a conflict when both own "
                    "it; “hand over” puts it on the hand-over list once a deal is won. A rule in brackets is the "
                    "program's own, until you choose one."
                )
            )
        )
        layout.addWidget(scroll, 1)
        self.session_replaced()

    def concerns(self, change: PlanChange) -> bool:
        return change.touches("role_rule", "alignment")

    def refresh(self) -> None:
        rules = self.session.register(RoleRule) if self.session is not None else {}
        roles = roles_of(self.session.plan, rules) if self.session is not None else []
        named: dict[str, list[str]] = {}
        for alignment in self.session.plan.alignments if self.session is not None else ():
            named.setdefault(alignment.role.casefold(), []).append(alignment.name)
        in_use = {role: listed(names) for role, names in named.items()}
        if (roles, in_use) != (self._roles, self._in_use):
            self._roles, self._in_use = roles, in_use
            self._build_matrix()
        matrix = RoleMatrix.of((rule.role_a, rule.role_b, rule.rule) for rule in rules.values())
        for (one, other), box in self.cells.items():
            is_said = matrix.is_declared(one, other)
            rule = matrix.rule(one, other)
            wanted = _DEFAULT
            if is_said:
                is_turned = rule == HANDOVER and matrix.handover(one, other) != (one, other)
                wanted = f"{HANDOVER}-back" if is_turned else rule
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(wanted)))
            box.setToolTip(box.currentText())
            box.setEnabled(self.can_write)

    def _build_matrix(self) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.cells.clear()
        for at, role in enumerate(self._roles):
            self._grid.addWidget(self._head(role), 0, at + 1, Qt.AlignmentFlag.AlignBottom)
            self._grid.addWidget(self._head(role), at + 1, 0)
            for column in range(at + 1):
                box = self._cell(self._roles[column], role)
                self._grid.addWidget(box, at + 1, column + 1)
        self._grid.setRowStretch(len(self._roles) + 1, 1)
        self._grid.setColumnStretch(len(self._roles) + 1, 1)

    def _head(self, role: str) -> QLabel:
        label = QLabel(role_label(role))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMinimumWidth(ems(self, 11))
        names = self._in_use.get(role.casefold(), "")
        font = label.font()
        font.setBold(bool(names))
        label.setFont(font)
        label.setEnabled(bool(names))
        tip = tr("Alignments of this role: {names}", names=names) if names else tr("No alignment has this role.")
        label.setToolTip(tip)
        return label

    def _cell(self, one: str, other: str) -> QComboBox:
        box = RuleBox()
        box.setAccessibleName(tr("Rule for {one} and {other}", one=role_label(one), other=role_label(other)))
        box.addItem(tr("({rule})", rule=rule_label(default_rule(one, other))), _DEFAULT)
        for rule in (SHARE, EXCLUSIVE):
            box.addItem(rule_label(rule), rule)
        if one.casefold() != other.casefold():
            giver, taker = RoleMatrix().handover(one, other)
            is_fixed = RoleMatrix().handover(other, one) == (giver, taker)
            pairs = [(giver, taker)] if is_fixed else [(one, other), (other, one)]
            for a, b in pairs:
                text = tr("{giver} hands over to {taker}", giver=role_label(a), taker=role_label(b))
                box.addItem(text, HANDOVER if (a, b) == (one, other) else f"{HANDOVER}-back")
        for at in range(box.count()):
            box.setItemData(at, box.itemText(at), Qt.ItemDataRole.ToolTipRole)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        box.view().setMinimumWidth(ems(self, 34))
        box.activated.connect(lambda _: self._chosen(one, other, str(box.currentData())))
        self.cells[one, other] = box
        return box

    def _chosen(self, one: str, other: str, rule: str) -> None:
        if self.session is None:
            return
        rules = self.session.register(RoleRule)
        if rule == f"{HANDOVER}-back":
            one, other, rule = other, one, HANDOVER
        if self.do(lambda plan: set_role_rule(rules, one, other, None if rule == _DEFAULT else rule)):
            self.said.emit(tr("The rule for {one} and {other} is set.", one=role_label(one), other=role_label(other)))
        self.refresh_now()
