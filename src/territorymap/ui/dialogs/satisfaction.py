"""How satisfied the selected accounts are. Owns the question; the command is the panel's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QWidget

from territorymap.i18n import ntr, number, tr
from territorymap.model.accounts import MOST_SATISFIED
from territorymap.model.plan import Plan
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.scale import ems


class SatisfactionDialog(FormDialog):
    """One number for all of them, or "not told"."""

    def __init__(self, plan: Plan, account_ix: NDArray[np.integer], parent: QWidget | None = None) -> None:
        super().__init__(tr("Satisfaction"), tr("&Apply"), parent, width_ems=40)
        present = plan.accounts.satisfaction[account_ix]
        told = present[np.isfinite(present)]
        self.form.addRow(
            muted(
                ntr(
                    "How satisfied is the selected account?",
                    "How satisfied are the {n} selected accounts? One answer for all of them.",
                    len(account_ix),
                )
            )
        )
        self.told = QCheckBox(tr("It is &known"))
        self.told.setChecked(True)
        self.box = QDoubleSpinBox()
        self.box.setRange(0, MOST_SATISFIED)
        self.box.setDecimals(1)
        self.box.setSingleStep(0.5)
        self.box.setSuffix(tr(" of {most}", most=number(MOST_SATISFIED)))
        self.box.setValue(float(np.mean(told)) if len(told) else 8.0)
        self.box.setToolTip(tr("0 = not at all, {most} = entirely", most=number(MOST_SATISFIED)))
        self.box.setAccessibleName(tr("Satisfaction"))
        self.box.setFixedWidth(ems(self.box, 18))
        self.told.toggled.connect(self.box.setEnabled)
        self.form.addRow("", self.told)
        self.form.addRow(tr("&Satisfaction"), self.box)
        self.box.setFocus()
        self.box.selectAll()

    @property
    def value(self) -> float | None:
        """What was answered; None = not told."""
        return self.box.value() if self.told.isChecked() else None
