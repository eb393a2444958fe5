"""How a target is shared: measures, weights, floors, rounding; and what a territory promises from below.

Owns the fields; what is told goes out through ``changed``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.session.money.quotas import QuotaTable
from territorymap.session.money.rules import QuotaRules
from territorymap.ui.capacity.inputs import Chooser, NumberBox, label_for
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import measure_label


class QuotaRulesForm(QWidget):
    """Three rows of phrases with fields in them: what is weighed, limits, from below."""

    changed = Signal(object)  # QuotaRules

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = QuotaRules()
        self.potential = Chooser(tr("Potential"), tr("The number that says what a territory could sell in a year"))
        self.history = Chooser(tr("History"), tr("The number that says what a territory sells in a year"))
        for chooser in (self.potential, self.history):
            chooser.setMinimumWidth(ems(self, 11))
        self.potential.when_changed(lambda uuid: self._set(potential=str(uuid)))
        self.history.when_changed(lambda uuid: self._set(history=str(uuid)))
        weight_tip = tr("How much it counts against the other two; 0 = not at all")
        self.weights = {
            name: NumberBox(text, 0, 1000, digits=1, width_ems=6, tip=weight_tip)
            for name, text in (
                ("potential", tr("Weight of potential")),
                ("history", tr("Weight of history")),
                ("capacity", tr("Weight of capacity")),
            )
        }
        self.limits = {
            "floor_of_mean": _share(
                tr("At least, of an even quota"), 1.0, tr("Nobody gets less than this share of the mean")
            ),
            "floor_of_history": _share(
                tr("At least, of history"), 10.0, tr("Nobody gets less than this share of what is sold")
            ),
            "ceiling_of_history": _share(
                tr("At most, of history"), 100.0, tr("Nobody gets more than this share of what is sold; 0 = no limit")
            ),
        }
        self.step = NumberBox(
            tr("Rounded to"),
            0.01,
            1e9,
            digits=2,
            width_ems=9,
            is_short=True,
            tip=tr("Quotas are multiples of this amount"),
        )
        tip = tr("Most that an hour of capacity brings; 0 = no limit")
        self.per_hour = NumberBox(tr("At most an hour"), 0, 1e9, digits=2, width_ems=9, is_short=True, tip=tip)
        for box in (*self.limits.values(), self.per_hour):
            box.setSpecialValueText(tr("none"))
        for name, box in (*self.weights.items(), *self.limits.items(), ("step", self.step)):
            box.when_changed(partial(self._set_split, name))
        self.kept = _share(tr("Stays"), 10, tr("Share of history that stays by itself"))
        self.captured = _share(tr("Can be won"), 1, tr("Share of the potential not sold yet that can be won"))
        for name, box in (("kept", self.kept), ("captured", self.captured), ("per_hour", self.per_hour)):
            box.when_changed(partial(self._set_below, name))
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(ems(self, 0.5))
        rows: list[tuple[str, list[tuple[str, list[QWidget]]]]] = [
            (
                tr("Share by"),
                [
                    (tr("Potential {0} × {1}"), [self.potential, self.weights["potential"]]),
                    (tr("History {0} × {1}"), [self.history, self.weights["history"]]),
                    (tr("Capacity × {0}"), [self.weights["capacity"]]),
                ],
            ),
            (
                tr("Each quota"),
                [
                    (tr("at least {0} of an equal share"), [self.limits["floor_of_mean"]]),
                    (tr("at least {0} of its history"), [self.limits["floor_of_history"]]),
                    (tr("at most {0} of its history"), [self.limits["ceiling_of_history"]]),
                    (tr("rounded to {0}"), [self.step]),
                ],
            ),
            (
                tr("From below"),
                [
                    (tr("{0} of its history stays"), [self.kept]),
                    (tr("{0} of the unsold potential is won"), [self.captured]),
                    (tr("at most {0} per hour of capacity"), [self.per_hour]),
                ],
            ),
        ]
        heads = [QLabel(head) for head, _ in rows]
        width = max(head.sizeHint().width() for head in heads)
        for head, (_, phrases) in zip(heads, rows, strict=True):
            head.setFixedWidth(width)
            head.setProperty("role", "muted")
            line = QHBoxLayout()
            line.setSpacing(ems(self, 0.6))
            line.addWidget(head)
            for n, (text, fields) in enumerate(phrases):
                line.addSpacing(ems(self, 1.0 if n else 0.4))
                _add_phrase(line, text, fields)
            line.addStretch(1)
            column.addLayout(line)

    def show_rules(self, plan: Plan, table: QuotaTable, *, can_write: bool) -> None:
        """Show the rules that are in use."""
        self._rules = rules = table.rules
        choices: list[tuple[str, object]] = [(measure_label(m), m.uuid) for m in plan.measures if m.source != "builtin"]
        for chooser, measure in ((self.potential, table.potential_measure), (self.history, table.history_measure)):
            chooser.show_choices(choices, measure.uuid if measure is not None else "", tr("no measure"))
        for name, box in (*self.weights.items(), *self.limits.items(), ("step", self.step)):
            box.show_amount(getattr(rules.split, name))
        for name, box in (("kept", self.kept), ("captured", self.captured), ("per_hour", self.per_hour)):
            box.show_amount(getattr(rules.bottom_up, name))
        self.setEnabled(can_write)

    def _set(self, **values: Any) -> None:
        self.changed.emit(replace(self._rules, **values))

    def _set_split(self, name: str, value: float) -> None:
        changed: dict[str, Any] = {name: value}
        self.changed.emit(replace(self._rules, split=replace(self._rules.split, **changed)))

    def _set_below(self, name: str, value: float) -> None:
        changed: dict[str, Any] = {name: value}
        self.changed.emit(replace(self._rules, bottom_up=replace(self._rules.bottom_up, **changed)))


def _add_phrase(line: QHBoxLayout, text: str, fields: list[QWidget]) -> None:
    """Put a phrase into a row: its words, and fields where {0} and {1} stand, in the order of the language."""
    for word, place in re.findall(r"([^{]*)(?:\{(\d)\})?", text):
        field = fields[int(place)] if place else None
        if word.strip():
            line.addWidget(label_for(word.strip(), field or fields[0]))
        if field is not None:
            line.addWidget(field)


def _share(spoken: str, most: float, tip: str) -> NumberBox:
    return NumberBox(spoken, 0, most, is_share=True, width_ems=7, tip=tip)
