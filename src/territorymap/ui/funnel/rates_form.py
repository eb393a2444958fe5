"""The rates of one funnel, and a calculator along it: any of its numbers may be filled in, the others follow at once.

Owns the fields; what is told goes out through ``changed``. The numbers a year are tried out here, not kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from territorymap.i18n import number, tr, tr_as
from territorymap.metrics.capacity.assumed import RATE_RANGES
from territorymap.metrics.capacity.funnel import Flow, Rates, backwards, forwards, within_hours
from territorymap.ui.capacity.inputs import NumberBox
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems

STAGES = ("activities", "leads", "proposals", "closes", "amount")
_RATES = ("lead_rate", "proposal_rate", "close_rate", "deal_amount")  # under leads ... amount
_HOURS = ("activity_h", "lead_h", "proposal_h", "close_h")  # under activities ... closes


class RatesForm(QWidget):
    """A column a stage: its rate, its hours, and how many there are a year."""

    changed = Signal(object)  # Rates

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rates = Rates()
        self._person_h = 0.0
        self._anchor: tuple[str, float] | None = None  # what the planner filled in last: the other numbers follow it
        self.rate_boxes: dict[str, NumberBox] = {}
        self.boxes: dict[str, NumberBox] = {}
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        grid = QGridLayout()
        grid.setHorizontalSpacing(ems(self, 1.2))
        grid.setVerticalSpacing(ems(self, 0.7))
        for row, text in enumerate((tr("Rate"), tr("Hours each"), tr("A year")), start=1):
            label = QLabel(text)
            label.setProperty("role", "muted")
            grid.addWidget(label, row, 0)
        for column, stage in enumerate(STAGES, start=1):
            head = QLabel(stage_title(stage))
            head.setProperty("role", "strong")
            grid.addWidget(head, 0, column)
            grid.setColumnStretch(column, 1)
            self._add_stage(grid, stage, column)
        self._add_cycle(grid)
        layout = QVBoxLayout(self)
        layout.addWidget(
            muted(tr("Fill in any number a year: what comes before and after it along the funnel follows."))
        )
        layout.addLayout(grid)
        layout.addWidget(self.told)
        layout.addStretch(1)

    def _add_stage(self, grid: QGridLayout, stage: str, column: int) -> None:
        if column > 1:
            key = _RATES[column - 2]
            low, high = RATE_RANGES[key]
            is_share = stage != "amount"
            box = NumberBox(rate_words(key), low, high, is_share=is_share, digits=1 if is_share else 0, width_ems=11)
            self._add_rate(grid, key, box, 1, column)
        if column < 5:
            key = _HOURS[column - 1]
            box = NumberBox(rate_words(key), *RATE_RANGES[key], digits=2, step=0.25, suffix=tr(" h"), width_ems=11)
            self._add_rate(grid, key, box, 2, column)
        spoken = tr("{stage} a year", stage=stage_title(stage))
        trial = NumberBox(spoken, 0.0, 1e12, digits=1 if stage != "amount" else 0, width_ems=11)
        trial.setKeyboardTracking(True)  # nothing is written: follow every key
        trial.when_changed(self._follow(stage))
        self.boxes[stage] = trial
        grid.addWidget(trial, 3, column)

    def _add_cycle(self, grid: QGridLayout) -> None:
        low, high = RATE_RANGES["cycle_days"]
        text = rate_words("cycle_days")
        box = NumberBox(text, low, high, suffix=tr(" days"), width_ems=11)
        label = QLabel(text)
        label.setBuddy(box)
        grid.addWidget(label, 4, 1, 1, 3)
        self._add_rate(grid, "cycle_days", box, 4, 4)

    def _add_rate(self, grid: QGridLayout, key: str, box: NumberBox, row: int, column: int) -> None:
        box.when_changed(lambda value: self._set_rate(key, value))
        self.rate_boxes[key] = box
        grid.addWidget(box, row, column)

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_rates(self, rates: Rates, person_h: float, *, can_write: bool) -> None:
        """Show rates; ``person_h``: hours a year that a full-time person has for customers."""
        self.rates, self._person_h = rates, person_h
        for key, box in self.rate_boxes.items():
            box.show_amount(getattr(rates, key))
            box.setEnabled(can_write)
        self._show_flow()

    def flow(self) -> Flow:
        """Return what is calculated: from what was filled in last, at first what one person brings."""
        if self._anchor is None:
            return within_hours(self._person_h, self.rates)
        stage, value = self._anchor
        return flow_from(stage, value, self.rates)

    def _follow(self, stage: str) -> Callable[[float], None]:
        def told(value: float) -> None:
            self._anchor = (stage, value)
            self._show_flow(but=stage)

        return told

    def _show_flow(self, but: str = "") -> None:
        flow = self.flow()
        for stage, box in self.boxes.items():
            value = getattr(flow, stage)
            if stage != but and math.isfinite(value):
                box.blockSignals(True)
                box.setValue(value)
                box.blockSignals(False)
        self.told.setText(flow_sentence(flow, self.rates, self._person_h))

    def _set_rate(self, key: str, value: float) -> None:
        changes: dict[str, Any] = {key: value}
        self.changed.emit(replace(self.rates, **changes))


def flow_from(stage: str, value: float, rates: Rates) -> Flow:
    """Return the flow in which a stage has this value; infinite where the rates let nothing through."""
    if stage == "amount":
        return backwards(value, rates)
    share = {
        "activities": 1.0,
        "leads": rates.lead_rate,
        "proposals": rates.lead_rate * rates.proposal_rate,
        "closes": rates.closes_per_activity,
    }[stage]
    if share > 0:
        return forwards(value / share, rates)
    return forwards(0.0, rates) if value == 0 else Flow(math.inf, math.inf, math.inf, math.inf, math.inf, math.inf)


def flow_sentence(flow: Flow, rates: Rates, person_h: float) -> str:
    """Return what a flow takes, in words."""
    if not math.isfinite(flow.hours):
        return tr("A rate or the amount of a deal is 0, so no activity reaches this number.")
    values = {"hours": number(flow.hours), "days": number(rates.cycle_days)}
    if person_h > 0:
        return tr(
            "This takes {hours} hours a year, the work of {people} full-time people. A deal begins {days} days before "
            "it is closed.",
            people=number(flow.hours / person_h, 2),
            **values,
        )
    return tr("This takes {hours} hours a year. A deal begins {days} days before it is closed.", **values)


def stage_title(stage: str) -> str:
    """Return what a stage is called."""
    return {
        "activities": tr("Activities"),
        "leads": tr("Leads"),
        "proposals": tr_as("funnel", "Proposals"),
        "closes": tr("Deals"),
        "amount": tr("Amount"),
    }[stage]


def rate_words(key: str) -> str:
    """Return what a rate means, for its tip and for who hears the page."""
    return {
        "lead_rate": tr("Leads of the activities"),
        "proposal_rate": tr("Proposals of the leads"),
        "close_rate": tr("Deals of the proposals"),
        "deal_amount": tr("Amount of a deal"),
        "activity_h": tr("Hours an activity takes"),
        "lead_h": tr("Hours a lead takes"),
        "proposal_h": tr("Hours a proposal takes"),
        "close_h": tr("Hours a deal takes"),
        "cycle_days": tr("Days from the activity to the deal"),
    }[key]
