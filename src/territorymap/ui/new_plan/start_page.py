"""Page 4 of New plan: which territories the plan starts with.

Owns the choice between the four ways; making them is session/create.py's.
"""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSpinBox, QWidget

from territorymap.i18n import ntr, tr
from territorymap.session.create import MAX_TERRITORIES
from territorymap.ui.import_wizard.table_form import TableChoice, TableForm
from territorymap.ui.new_plan.page import Page
from territorymap.ui.preferences import Preferences


class StartChoicePage(Page):
    """Empty territories, an alignment list, one a rep, or none."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__(
            tr("Territories"),
            tr("What do you start from?"),
            tr("You can make, merge and delete territories at any time later."),
            is_optional=True,
        )
        self.empty = QRadioButton(tr("&Empty territories:"))
        self.alignment = QRadioButton(tr("A &list that says which unit belongs to which territory"))
        self.per_rep = QRadioButton(tr("&One empty territory for each rep"))
        self.none = QRadioButton(tr("&No territory yet"))
        self._group = QButtonGroup(self)
        for button in (self.empty, self.alignment, self.per_rep, self.none):
            self._group.addButton(button)
        self.count = QSpinBox()
        self.count.setRange(1, MAX_TERRITORIES)
        self.count.setValue(10)
        self.count.setAccessibleName(tr("Number of territories"))
        self.form = TableForm(
            "alignment", tr("Two columns are enough: the unit's code and the territory's name."), preferences
        )
        row = QHBoxLayout()
        row.addWidget(self.empty)
        row.addWidget(self.count)
        row.addStretch(1)
        self.body.addLayout(row)
        for button in (self.per_rep, self.none, self.alignment):
            self.body.addWidget(button)
        self.body.addWidget(self.form, 1)
        self._filler = QWidget()
        self.body.addWidget(self._filler, 1)
        self.empty.setChecked(True)
        self._group.buttonToggled.connect(self._toggled)
        self.count.valueChanged.connect(self.changed)
        self.count.valueChanged.connect(lambda: self.empty.setChecked(True))
        self.form.changed.connect(self.changed)
        self.set_has_reps(False)
        self._toggled()

    @property
    def n_territories(self) -> int:
        return self.count.value() if self.empty.isChecked() else 0

    @property
    def is_per_rep(self) -> bool:
        return self.per_rep.isChecked()

    @property
    def alignment_choice(self) -> TableChoice | None:
        return self.form.choice if self.alignment.isChecked() else None

    def set_has_reps(self, has_reps: bool) -> None:
        """One territory a rep can be had only with a file of reps."""
        self.per_rep.setEnabled(has_reps)
        self.per_rep.setToolTip("" if has_reps else tr("Bring a file of reps on the page before."))
        if not has_reps and self.per_rep.isChecked():
            self.empty.setChecked(True)

    def why_not(self) -> str:
        if not self.alignment.isChecked():
            return ""
        return self.form.why_not() if self.form.has_file else tr("Choose the list of units and territories.")

    def summary(self) -> str:
        if self.empty.isChecked():
            return ntr("{n} empty territory", "{n} empty territories", self.count.value())
        if self.per_rep.isChecked():
            return tr("one for each rep")
        if self.alignment.isChecked():
            return self.form.path.name if self.form.path is not None else ""
        return tr("none yet")

    def _toggled(self) -> None:
        self.form.setVisible(self.alignment.isChecked())
        self._filler.setVisible(not self.alignment.isChecked())
        self.changed.emit()
