"""Asks what an alignment is called, for which role it is, and which accounts it covers. Owns the fields."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QLabel, QLineEdit, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.mapview.second import INKS, ink_of
from territorymap.model.coverage import ROLES
from territorymap.model.plan import Plan
from territorymap.model.records import Alignment
from territorymap.model.role_words import role_label
from territorymap.model.scope import EVERYTHING, Scope, scope_from_json
from territorymap.ui.alignments.scope_builder import ScopeBuilder
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.dialogs.territory import ColorGrid
from territorymap.ui.parts.scale import ems

_EMPTY = -1


class AlignmentDialog(FormDialog):
    """Fields of an alignment; a new one may begin as a copy of another one's territories."""

    def __init__(self, plan: Plan, alignment: Alignment | None = None, parent: QWidget | None = None) -> None:
        title = tr("New alignment") if alignment is None else tr("Edit alignment {name}", name=alignment.name)
        super().__init__(title, tr("&Make") if alignment is None else tr("&Save"), parent, width_ems=104)
        self._is_new = alignment is None
        self.role = QComboBox(editable=True)
        for role in ROLES:
            self.role.addItem(role_label(role), role)
        self.role.setToolTip(tr("The sales role that covers accounts in this alignment; write any other name too."))
        free = next((role for role in ROLES if role not in {a.role for a in plan.alignments}), ROLES[0])
        self.role.setCurrentText(role_label(free if alignment is None else alignment.role))
        self.name = QLineEdit(role_label(free) if alignment is None else alignment.name)
        self.name.setMaxLength(200)
        self.name.selectAll()
        self.form.addRow(tr("&Name"), self.name)
        self.form.addRow(tr("&Role"), self.role)
        if alignment is None:
            self._add_source(plan)
        color = INKS[(len(plan.alignments) + 1) % len(INKS)] if alignment is None else ink_of(alignment)
        self.colors = ColorGrid(INKS, color)
        label = QLabel(tr("Co&lour"))
        label.setBuddy(self.colors.buttons[0])
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.form.addRow(label, self.colors)
        self.note = QLineEdit("" if alignment is None else alignment.note)
        self.note.setPlaceholderText(tr("What this alignment is for"))
        self.form.addRow(tr("N&ote"), self.note)
        scope, broken = _scope_of(alignment)
        rule = QFrame()
        rule.setFrameShape(QFrame.Shape.HLine)
        self.insert(rule)
        self.insert(muted(tr("Which accounts it covers; without a condition it covers all.")))
        self.builder = ScopeBuilder(plan, scope)
        self.builder.setMinimumHeight(ems(self, 44))
        self.insert(self.builder)
        self.body.setStretchFactor(self.builder, 20)
        self.resize(max(self.width(), ems(self, 116)), ems(self, 92))
        self._follows_role = alignment is None  # until the name is typed by hand
        self.name.textEdited.connect(self._named)
        self.role.currentTextChanged.connect(self._role_chosen)
        self.name.textChanged.connect(lambda _text: self._enable())
        self.builder.changed.connect(self._enable)
        self._enable()
        if broken is not None:
            self.show_problem(broken)
        self.name.setFocus()

    def _add_source(self, plan: Plan) -> None:
        self.source = QComboBox()
        self.source.addItem(tr("no territories"), _EMPTY)
        for other in plan.alignments:
            self.source.addItem(tr("the territories of {name}", name=other.name), other.alignment_id)
        self.form.addRow(tr("&Begin with"), self.source)
        self.with_reps = QCheckBox(tr("with the same re&ps; else they are vacant"))
        self.with_reps.setEnabled(False)
        self.source.currentIndexChanged.connect(lambda at: self.with_reps.setEnabled(at > 0))
        self.form.addRow("", self.with_reps)
        self.switch = QCheckBox(tr("&Work in it from now on"))
        self.switch.setChecked(True)
        self.form.addRow("", self.switch)

    def _named(self) -> None:
        self._follows_role = False

    def _role_chosen(self, text: str) -> None:
        if self._follows_role:
            self.name.setText(text)

    def _enable(self) -> None:
        self.ok.setEnabled(bool(self.name.text().strip()) and self.builder.scope is not None)
        self.show_problem(None)

    # -- what was filled in --------------------------------------------------------------------------------------------

    @property
    def fields(self) -> dict[str, str]:
        """Values as the commands take them; UserError where a condition is not whole."""
        scope = self.builder.scope
        if scope is None:
            raise self.builder.problem or UserError(tr("The rule for the accounts is not whole."))
        return {
            "name": self.name.text().strip(),
            "role": self.role.currentText(),
            "color": self.colors.color,
            "note": self.note.text().strip(),
            "scope": scope.to_json(),
        }

    @property
    def copy_of(self) -> int | None:
        data = self.source.currentData() if self._is_new else None
        return None if data is None or data == _EMPTY else int(data)


def _scope_of(alignment: Alignment | None) -> tuple[Scope, UserError | None]:
    """Return the scope of an alignment; where its text is damaged, the one of all accounts and what is wrong."""
    try:
        return scope_from_json(alignment.scope if alignment is not None else ""), None
    except UserError as error:
        return EVERYTHING, error
