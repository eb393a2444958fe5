"""Who visits and who calls: rules in their order, each with its reason and how many accounts it takes.

Owns the table and its commands; what is told goes out through ``changed``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import number, tr, tr_as
from territorymap.metrics.capacity.assumed import ChannelRule, Sizing
from territorymap.metrics.capacity.groups import rule_sentence
from territorymap.metrics.capacity.sized import Line, Sized
from territorymap.model.plan import Plan
from territorymap.ui.capacity.inputs import Chooser, label_for
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.value_field import Counted
from territorymap.ui.sizing.rule_dialog import RuleDialog


@dataclass(frozen=True)
class Row:
    """One rule; ``at`` is its place, -1 for the accounts that fit none."""

    at: int
    rule: ChannelRule | None
    line: Line
    channel: str


class RuleView(QWidget):
    """Rules over the channel of all others."""

    changed = Signal(object)  # Sizing

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        self._sizing, self._classes = Sizing(), list[Counted]()
        self._can_write = False
        self.table: RecordTable[Row] = RecordTable(
            _columns(), lambda row: row.at, tr("Rules, the first that fits decides"), is_sortable=False
        )
        self.table.opened.connect(self._edit)
        self.table.chosen.connect(self._enable)
        self.otherwise = Chooser(tr("All others are"))
        self.otherwise.when_changed(lambda word: self._emit(replace(self._sizing, otherwise=str(word))))
        self.buttons = {
            "new": self._button(tr("&New…"), tr("Add a rule"), lambda: self._ask(None)),
            "edit": self._button(tr("&Change…"), tr("Change the chosen rule (Return)"), lambda: self._edit(None)),
            "up": self._button(tr_as("move", "&Up"), tr("Let the rule decide earlier"), lambda: self._move(-1)),
            "down": self._button(tr("&Down"), tr("Let the rule decide later"), lambda: self._move(1)),
            "delete": self._button(tr("D&elete"), tr("Delete the chosen rules"), self._delete),
        }
        row = QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(label_for(tr("All &others are"), self.otherwise))
        row.addWidget(self.otherwise)
        layout = QVBoxLayout(self)
        layout.addWidget(muted(tr("The first rule that fits an account decides; the reason is told with it.")))
        layout.addWidget(self.table, 1)
        layout.addLayout(row)

    def _button(self, text: str, tip: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def forget(self) -> None:
        """Let go of the plan, until one is shown."""
        self._plan = None

    def show_sized(self, plan: Plan, sizing: Sizing, sized: Sized, *, can_write: bool) -> None:
        """Show the rules with what they take."""
        self._plan, self._sizing, self._can_write = plan, sizing, can_write
        self._classes = [(line.name, line.n_accounts) for line in sized.by_class()]
        sentences = [*(rule_sentence(plan, r) for r in sizing.rules), rule_sentence(plan, None, sizing.otherwise)]
        lines = sized.by_rule(sentences)
        rules: list[ChannelRule | None] = [*sizing.rules, None]
        self.table.show_records(
            [
                Row(at if rule is not None else -1, rule, line, sizing.otherwise if rule is None else rule.channel)
                for at, (rule, line) in enumerate(zip(rules, lines, strict=True))
            ]
        )
        self.otherwise.show_choices([(tr("visited"), "field"), (tr("called"), "inside")], sizing.otherwise)
        self.otherwise.setEnabled(can_write)
        self._enable()

    def _chosen(self) -> list[int]:
        return [row.at for row in self.table.selected if row.rule is not None]

    def _enable(self) -> None:
        chosen, n = self._chosen(), len(self._sizing.rules)
        one = chosen[0] if len(chosen) == 1 else None
        self.buttons["new"].setEnabled(self._can_write)
        self.buttons["edit"].setEnabled(self._can_write and one is not None)
        self.buttons["up"].setEnabled(self._can_write and one is not None and one > 0)
        self.buttons["down"].setEnabled(self._can_write and one is not None and one < n - 1)
        self.buttons["delete"].setEnabled(self._can_write and bool(chosen))

    # -- what is told --------------------------------------------------------------------------------------------------

    def _emit(self, sizing: Sizing) -> None:
        self.changed.emit(sizing)

    def _edit(self, row: Row | None) -> None:
        at = row.at if row is not None else (self._chosen() or [-1])[0]
        if self._can_write and at >= 0:
            self._ask(at)

    def _ask(self, at: int | None) -> None:
        assert self._plan is not None
        rule = None if at is None else self._sizing.rules[at]
        dialog = RuleDialog(self._plan, self._classes, rule, self)

        def submit() -> UserError | None:
            try:
                found = dialog.rule()
            except UserError as error:
                return error
            rules = list(self._sizing.rules)
            if at is None:
                rules.append(found)
            else:
                rules[at] = found
            self._emit(replace(self._sizing, rules=tuple(rules)))
            return None

        dialog.submit_with(submit)
        dialog.open()

    def _move(self, by: int) -> None:
        (at,) = self._chosen()
        rules = list(self._sizing.rules)
        rules[at], rules[at + by] = rules[at + by], rules[at]
        self._emit(replace(self._sizing, rules=tuple(rules)))
        self.table.select([at + by])

    def _delete(self) -> None:
        gone = set(self._chosen())
        rules = tuple(rule for at, rule in enumerate(self._sizing.rules) if at not in gone)
        self._emit(replace(self._sizing, rules=rules))


def _columns() -> list[RecordColumn[Row]]:
    return [
        RecordColumn(
            "reason", tr("Reason"), tr("Which accounts, and why"), lambda row: row.line.name, priority=0
        ),
        RecordColumn(
            "channel", tr("They are"), tr("Who looks after them"),
            lambda row: tr("called") if row.channel == "inside" else tr("visited"), priority=1,
        ),
        RecordColumn(
            "accounts", tr("Accounts"), tr("Accounts that the rule takes"), lambda row: number(row.line.n_accounts),
            is_number=True, priority=1,
        ),
        RecordColumn(
            "hours", tr("Hours"), tr("Hours a year"), lambda row: number(row.line.field_h + row.line.inside_h),
            is_number=True, priority=2,
        ),
        RecordColumn(
            "people", tr("People"), tr("Full-time people, by sums"), lambda row: _people(row.line), is_number=True,
            priority=1,
        ),
    ]  # fmt: skip


def _people(line: Line) -> str:
    fte = line.field_fte + line.inside_fte
    return "–" if fte != fte else number(fte, 2)
