"""What selected accounts ask for themselves: visits, minutes and the rest, or the plan's values.

Owns the fields; the command is the panel's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from territorymap.i18n import ntr, number, tr
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.plan import Plan
from territorymap.model.records import CONSTANT_RANGES
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.scale import ems

LEAVE, PLAN, OWN = range(3)


def constant_label(name: str) -> str:
    """Return what a workload constant is called, with a mnemonic."""
    return {
        "visits": tr("&Visits"),
        "visit_min": tr("&Time per visit"),
        "speed_kmh": tr("&Speed"),
        "detour": tr("&Detour"),
        "stops_per_trip": tr("St&ops per trip"),
    }[name]


def constant_suffix(name: str) -> str:
    """Return the unit of a workload constant, with a space before it, as it stands behind the number."""
    return {
        "visits": tr(" a year"),
        "visit_min": tr(" min"),
        "speed_kmh": tr(" km/h"),
        "detour": tr(" road km per km"),
        "stops_per_trip": tr(" stops"),
    }[name]


def constant_tip(name: str) -> str:
    """Return one sentence on what a workload constant means."""
    return {
        "visits": tr("How often an account is visited in a year."),
        "visit_min": tr("How long one visit takes, in minutes."),
        "speed_kmh": tr("Average driving speed, door to door."),
        "detour": tr("How much longer the road is than the straight line; 1.3 is usual."),
        "stops_per_trip": tr("How many accounts are visited on one trip from home; they share the way there and back."),
    }[name]


def constant_box(name: str, value: float) -> QDoubleSpinBox:
    """Return a spin box for a workload constant, with its range, unit and explanation."""
    box = QDoubleSpinBox()
    low, high = CONSTANT_RANGES[name]
    box.setRange(low, high)
    box.setDecimals(2 if name == "detour" else 1)
    box.setSingleStep(0.05 if name == "detour" else 1.0)
    box.setSuffix(constant_suffix(name))
    box.setGroupSeparatorShown(True)
    box.setValue(value)
    box.setToolTip(constant_tip(name))
    box.setAccessibleName(constant_label(name).replace("&", ""))
    box.setAccessibleDescription(constant_tip(name))
    box.setFixedWidth(ems(box, 25))
    return box


class ConstantsDialog(FormDialog):
    """For each constant: leave as it is, the plan's value, or an own one."""

    def __init__(self, plan: Plan, account_ix: NDArray[np.integer], parent: QWidget | None = None) -> None:
        super().__init__(tr("Visit constants"), tr("&Apply"), parent, width_ems=60)
        n = len(account_ix)
        self.form.addRow(
            muted(
                ntr(
                    "These values hold for the selected account only; all others follow the plan.",
                    "These values hold for the {n} selected accounts only; all others follow the plan.",
                    n,
                )
            )
        )
        self.modes: dict[str, QComboBox] = {}
        self.boxes: dict[str, QDoubleSpinBox] = {}
        for row, name in enumerate(CONSTANT_COLUMNS):
            self._add_row(plan, name, plan.accounts.constants[row, account_ix])

    def _add_row(self, plan: Plan, name: str, present: NDArray[np.float64]) -> None:
        of_plan = float(getattr(plan.info.constants, name))
        own = np.unique(present[np.isfinite(present)])
        is_uniform = len(own) == 1 and bool(np.isfinite(present).all())
        mode = QComboBox()
        mode.addItem(tr("Leave as it is"), LEAVE)
        digits = 0 if of_plan == round(of_plan) else 2
        mode.addItem(tr("The plan's: {value}", value=number(of_plan, digits)), PLAN)
        mode.addItem(tr("Own value"), OWN)
        mode.setAccessibleName(constant_label(name).replace("&", ""))
        mode.setToolTip(constant_tip(name))
        box = constant_box(name, float(own[0]) if len(own) else of_plan)
        start = OWN if is_uniform else PLAN if not len(own) else LEAVE
        mode.setCurrentIndex(start)
        box.setEnabled(start == OWN)
        mode.currentIndexChanged.connect(lambda i, box=box: box.setEnabled(i == OWN))
        line = QHBoxLayout()
        line.setSpacing(ems(self, 1))
        line.addWidget(mode, 1)
        line.addWidget(box)
        label = QLabel(constant_label(name))
        label.setBuddy(mode)
        self.form.addRow(label, line)
        self.modes[name], self.boxes[name] = mode, box

    @property
    def values(self) -> dict[str, float | None]:
        """What is to change; None = the plan's value."""
        chosen: dict[str, float | None] = {}
        for name, mode in self.modes.items():
            if mode.currentIndex() != LEAVE:
                chosen[name] = self.boxes[name].value() if mode.currentIndex() == OWN else None
        return chosen
