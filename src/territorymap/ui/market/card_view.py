"""One territory's scorecard: its criteria on the scale of all territories, and its goals and synergies.

Owns the look and which goal is chosen; what is done to goals is the page's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from territorymap.i18n import day_text, money, number, percent, tr
from territorymap.metrics.capacity.scorecard import GOAL, SYNERGY, Card, Scorecards
from territorymap.model.coverage import Action
from territorymap.model.plan import Plan
from territorymap.ui.market.words import score_text, value_text
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.scale import ems


class CardView(QWidget):
    """Criteria at the left, goals and synergies at the right."""

    goal_wanted = Signal(str)  # GOAL or SYNERGY: a new one
    change_wanted = Signal(object)  # Action
    done_wanted = Signal(object)  # list[Action]
    delete_wanted = Signal(object)  # list[Action]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel()
        self.heading.setProperty("role", "strong")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.facts = QLabel()
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(ems(self, 1))
        self.table: RecordTable[Action] = RecordTable(_columns(), lambda a: a.row_id, tr("Goals and synergies"))
        self.table.opened.connect(self.change_wanted)
        self.table.chosen.connect(self._enable)
        self._can_write = False
        self.buttons = {
            "goal": self._button(tr("New &goal…"), tr("Add a goal of this territory"),
                                 lambda: self.goal_wanted.emit(GOAL)),
            "synergy": self._button(tr("New &synergy…"), tr("Add what helps this territory, and with whom"),
                                    lambda: self.goal_wanted.emit(SYNERGY)),
            "done": self._button(tr("&Done"), tr("Tick the chosen ones off"),
                                 lambda: self.done_wanted.emit(self.table.selected)),
            "delete": self._button(tr("D&elete"), tr("Delete the chosen ones"),
                                   lambda: self.delete_wanted.emit(self.table.selected)),
        }  # fmt: skip
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.heading)
        left.addWidget(self.facts)
        left.addLayout(self._grid)
        left.addStretch(1)
        right.addWidget(self.table, 1)
        row = QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        right.addLayout(row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(left, 2)
        layout.addLayout(right, 3)

    def _button(self, text: str, tip: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def show_card(self, plan: Plan, card: Card | None, found: Scorecards, *, can_write: bool) -> None:
        """Show a territory, or that none is chosen."""
        self._can_write = can_write and card is not None
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if card is None:
            self.heading.setText(tr("Choose a territory to see its scorecard."))
            self.facts.setText("")
            self.table.show_records([])
            self._enable()
            return
        self.heading.setText(plan.territories[card.territory_ix].name)
        self.facts.setText(facts_sentence(plan, card, found))
        for row, criterion in enumerate(found.ranked.criteria):
            self._add_criterion(row, criterion.name, float(found.ranked.value[row, card.territory_ix]),
                                float(found.ranked.scaled[row, card.territory_ix]))  # fmt: skip
        self.table.show_records([*card.goals, *card.synergies])
        self._enable()

    def _add_criterion(self, row: int, name: str, value: float, scaled: float) -> None:
        label, number_label, bar = QLabel(name), QLabel(value_text(value)), QProgressBar()
        label.setTextFormat(Qt.TextFormat.PlainText)
        number_label.setAlignment(Qt.AlignmentFlag.AlignRight)
        bar.setRange(0, 100)
        bar.setTextVisible(False)
        bar.setFixedHeight(ems(self, 1.2))
        bar.setValue(0 if scaled != scaled else round(100 * scaled))
        bar.setToolTip(
            tr("Not told") if scaled != scaled else tr("{share} on the scale of all territories", share=percent(scaled))
        )
        bar.setAccessibleName(name)
        for column, widget in enumerate((label, number_label, bar)):
            self._grid.addWidget(widget, row, column)
        self._grid.setColumnStretch(2, 1)

    def _enable(self) -> None:
        chosen = self.table.selected
        for key in ("goal", "synergy"):
            self.buttons[key].setEnabled(self._can_write)
        self.buttons["done"].setEnabled(self._can_write and any(not action.done_on for action in chosen))
        self.buttons["delete"].setEnabled(self._can_write and bool(chosen))


def facts_sentence(plan: Plan, card: Card, found: Scorecards) -> str:
    """Return rank, score, penetration and quota in lines."""
    rep = plan.rep_of(card.territory_ix)
    lines = [tr("Rep: {name}", name=rep.name) if rep is not None else tr("Vacant")]
    if card.rank:
        lines.append(
            tr("Rank {rank} of {n}, score {score}", rank=number(card.rank), n=number(len(found.cards)),
               score=score_text(card.score))
        )  # fmt: skip
    if card.penetration == card.penetration:
        lines.append(tr("{share} of the potential is sold", share=percent(card.penetration, 1)))
    if card.quota is not None:
        lines.append(tr("Quota of {year}: {amount}", year=found.year, amount=money(card.quota, plan.info.currency)))
    return "\n".join(lines)


def _columns() -> list[RecordColumn[Action]]:
    def is_late(action: Action) -> bool:
        return bool(action.due_on) and not action.done_on and action.due_on < date.today().isoformat()

    return [
        RecordColumn("title", tr("Goal or synergy"), tr("What is to be reached, or what helps"), lambda a: a.title,
                     priority=0, ink=lambda a: "muted" if a.done_on else ""),
        RecordColumn("kind", tr("Kind"), tr("Goal or synergy"),
                     lambda a: tr("goal") if a.kind == GOAL else tr("synergy"), priority=1),
        RecordColumn("owner", tr("Owner"), tr("Who sees to it"), lambda a: a.owner, priority=3, most_ems=16),
        RecordColumn("due", tr("Until"), tr("Day by which it is due"), lambda a: day_text(a.due_on),
                     lambda a: a.due_on, priority=2, ink=lambda a: "warning" if is_late(a) else ""),
        RecordColumn("done", tr("Done"), tr("Day on which it was done"), lambda a: day_text(a.done_on),
                     lambda a: a.done_on, priority=3),
    ]  # fmt: skip
