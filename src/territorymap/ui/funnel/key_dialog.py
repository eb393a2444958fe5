"""Asks whose funnel it is: role, market, seniority; empty = any. Owns the fields."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from territorymap.i18n import tr
from territorymap.model.coverage import ROLES
from territorymap.model.plan import Plan
from territorymap.ui.capacity.inputs import label_for
from territorymap.ui.dialogs.form import FormDialog, muted


class KeyDialog(FormDialog):
    """Three texts, with those offered that the plan knows."""

    def __init__(
        self, plan: Plan, markets: Sequence[str], key: tuple[str, str, str] | None, parent: QWidget | None = None
    ) -> None:
        """``markets``: of the territories; ``key``: of the funnel that is changed, None = a new one."""
        super().__init__(tr("New funnel") if key is None else tr("Change the funnel"), tr("&OK"), parent, width_ems=52)
        first = key or (plan.alignment.role, "", "")
        self.form.addRow(
            muted(tr("Where several funnels fit, the one that says most applies: role before market before seniority."))
        )
        known = (
            (tr("&Role"), [plan.alignment.role, *(r.role for r in plan.reps), *ROLES]),
            (tr("&Market"), list(markets)),
            (tr("&Seniority"), [r.seniority for r in plan.reps]),
        )
        self.fields: list[QComboBox] = []
        for (text, choices), value in zip(known, first, strict=True):
            field = QComboBox()
            field.setEditable(True)
            field.setAccessibleName(text.replace("&", ""))
            field.addItems(["", *dict.fromkeys(c for c in choices if c)])
            field.setCurrentText(value)
            line = field.lineEdit()
            assert line is not None
            line.setPlaceholderText(tr("any"))
            self.form.addRow(label_for(text, field), field)
            self.fields.append(field)

    @property
    def key(self) -> tuple[str, str, str]:
        """What was filled in."""
        role, market, seniority = (field.currentText().strip() for field in self.fields)
        return role, market, seniority
