"""Asks which fields tell language and vertical of an account, and from when on a home is far. Owns the fields."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QWidget

from territorymap.i18n import tr
from territorymap.metrics.fit_settings import MAX_FACTOR, MAX_KM, NOT_ASKED, FitSettings, resolved
from territorymap.model.plan import Plan
from territorymap.ui.dialogs.form import FormDialog, muted


class FitDialog(FormDialog):
    """What teams are compared with."""

    def __init__(self, plan: Plan, settings: FitSettings, parent: QWidget | None = None) -> None:
        super().__init__(tr("What teams are compared with"), tr("&Save"), parent, width_ems=60)
        found = resolved(settings, plan)
        self.language = self._field(plan, found.language_field)
        self.vertical = self._field(plan, found.vertical_field)
        self.form.addRow(tr("&Language of an account"), self.language)
        self.form.addRow(tr("&Vertical of an account"), self.vertical)
        self.far_km = self._number(settings.far_km, MAX_KM, 0, tr(" km"))
        self.far_factor = self._number(settings.far_factor, MAX_FACTOR, 1, tr(" times"))
        self.form.addRow(tr("A home is far: &more than"), self.far_km)
        self.form.addRow(tr("and more than"), self.far_factor)
        self.insert(
            muted(
                tr(
                    "The mean way from the home to the accounts is compared with the mean way from the middle of the "
                    "accounts: it is far where it is longer by that many kilometres and that many times as long."
                )
            )
        )
        if not plan.segments:
            self.insert(
                muted(
                    tr("The accounts have no text columns yet. Import them with a column of languages or industries.")
                )
            )

    def _field(self, plan: Plan, key: str) -> QComboBox:
        box = QComboBox()
        box.addItem(tr("not compared"), NOT_ASKED)
        for segment in plan.segments:
            key_of_segment = f"segment:{segment.uuid}"
            box.addItem(segment.name, key_of_segment)
        box.setCurrentIndex(max(0, box.findData(key)))
        return box

    def _number(self, value: float, most: float, digits: int, suffix: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(0, most)
        box.setDecimals(digits)
        box.setValue(value)
        box.setSuffix(suffix)
        return box

    @property
    def settings(self) -> FitSettings:
        """What was chosen."""
        return FitSettings(
            str(self.language.currentData()),
            str(self.vertical.currentData()),
            self.far_km.value(),
            self.far_factor.value(),
        )
