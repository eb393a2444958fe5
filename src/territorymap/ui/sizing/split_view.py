"""Whom the people are for: hours and people by reason, class, place or any column of the accounts.

Owns the choice of the split and its table; the sums are metrics.capacity's.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from territorymap.i18n import ntr, number, tr
from territorymap.metrics.capacity.assumed import Sizing
from territorymap.metrics.capacity.groups import rule_sentence
from territorymap.metrics.capacity.sized import Line, Sized
from territorymap.model.plan import Plan
from territorymap.ui.capacity.inputs import Chooser, label_for
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.scale import ems

REASON, CLASS, COUNTRY, STATE, SEGMENT = "reason", "class", "country", "state", "segment:"


class SplitView(QWidget):
    """A choice over a table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by = REASON
        self._shown: tuple[Plan, Sizing, Sized] | None = None
        self.choice = Chooser(tr("Split by"), tr("By what the accounts are told apart"))
        self.choice.when_changed(self._choose)
        self.total = QLabel()
        self.total.setProperty("role", "muted")
        self.table: RecordTable[Line] = RecordTable(_columns(), lambda line: line.name, tr("People by group"))
        row = QHBoxLayout()
        row.addWidget(label_for(tr("S&plit by"), self.choice))
        row.addWidget(self.choice)
        row.addSpacing(ems(self, 1))
        row.addWidget(self.total, 1, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)

    def forget(self) -> None:
        """Let go of the plan, until one is shown."""
        self._shown = None

    def show_sized(self, plan: Plan, sizing: Sizing, sized: Sized) -> None:
        """Show another result."""
        self._shown = (plan, sizing, sized)
        choices: list[tuple[str, object]] = [
            (tr("Reason for field or inside"), REASON), (tr("Size: class"), CLASS),
            (tr("Location: country"), COUNTRY), (tr("Location: state"), STATE),
            *((segment.name, SEGMENT + segment.uuid) for segment in plan.segments),
        ]  # fmt: skip
        if self._by not in [value for _, value in choices]:
            self._by = REASON
        self.choice.show_choices(choices, self._by)
        lines = self._lines()
        self.table.show_records(lines)
        field, inside = sized.methods[0].field, sized.methods[0].inside
        self.total.setText(
            ntr(
                "{n} account: {field} h in the field, {inside} h inside",
                "{n} accounts: {field} h in the field, {inside} h inside",
                field.n_accounts + inside.n_accounts,
                field=number(field.basis),
                inside=number(inside.basis),
            )
        )

    def _choose(self, by: object) -> None:
        self._by = str(by)
        if self._shown is not None:
            self.show_sized(*self._shown)

    def _lines(self) -> list[Line]:
        assert self._shown is not None
        plan, sizing, sized = self._shown
        if self._by == CLASS:
            return sized.by_class()
        if self._by in (COUNTRY, STATE):
            return sized.by_texts(plan.accounts.country if self._by == COUNTRY else plan.accounts.state)
        if self._by.startswith(SEGMENT):
            segment = next(s for s in plan.segments if self._by == SEGMENT + s.uuid)
            return sized.by_texts(plan.accounts.segments[segment.column_name])
        sentences = [rule_sentence(plan, rule) for rule in sizing.rules]
        return sized.by_rule([*sentences, rule_sentence(plan, None, sizing.otherwise)])


def _columns() -> list[RecordColumn[Line]]:
    def count(key: str, title: str, tip: str, digits: int, priority: int) -> RecordColumn[Line]:
        def text(line: Line) -> str:
            value = float(getattr(line, key))
            return "–" if value != value else number(value, digits)

        return RecordColumn(key, title, tip, text, lambda line: getattr(line, key), is_number=True, priority=priority)

    return [
        RecordColumn("name", tr("Group"), tr("What these accounts have in common"), lambda line: line.name, priority=0),
        count("n_accounts", tr("Accounts"), tr("Accounts of this group"), 0, 1),
        count("field_h", tr("Field h"), tr("Hours a year in the field"), 0, 3),
        count("inside_h", tr("Inside h"), tr("Hours a year by telephone"), 0, 3),
        count("field_fte", tr("Field people"), tr("Full-time people in the field, by sums"), 2, 2),
        count("inside_fte", tr("Inside people"), tr("Full-time people inside, by sums"), 2, 2),
    ]
