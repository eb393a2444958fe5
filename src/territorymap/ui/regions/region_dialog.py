"""Asks what a region is called, who manages it and in which region it lies. Owns the fields; the command is given."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QLineEdit, QWidget

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import Region
from territorymap.session.commands.regions import ancestors
from territorymap.ui.dialogs.form import FormDialog

_NOWHERE = -1


class RegionDialog(FormDialog):
    """Fields of a region."""

    def __init__(
        self,
        plan: Plan,
        region: Region | None = None,
        parent: QWidget | None = None,
        *,
        parent_id: int | None = None,
        n_territories: int = 0,
    ) -> None:
        """``n_territories``: how many are chosen, and are offered to be put into the new region."""
        title = tr("New region") if region is None else tr("Edit region {name}", name=region.name)
        super().__init__(title, tr("&Make") if region is None else tr("&Save"), parent, width_ems=50)
        self.name = QLineEdit(region.name if region is not None else "")
        self.name.setMaxLength(200)
        self.form.addRow(tr("&Name"), self.name)
        self.manager = QLineEdit(region.manager if region is not None else "")
        self.manager.setPlaceholderText(tr("Nobody yet"))
        known = {r.manager for r in plan.regions if r.manager} | {rep.name for rep in plan.reps}
        self.manager.setCompleter(QCompleter(sorted(known, key=str.casefold), self.manager))
        self.form.addRow(tr("&Manager"), self.manager)
        self.around = QComboBox()
        self.around.addItem(tr("in no other region"), _NOWHERE)
        for other in sorted(plan.regions, key=lambda r: r.name.casefold()):
            is_under = region is not None and (
                other.region_id == region.region_id or region in ancestors(plan, other.region_id)
            )
            if not is_under:
                self.around.addItem(other.name, other.region_id)
        chosen = region.parent_region_id if region is not None else parent_id
        self.around.setCurrentIndex(max(0, self.around.findData(chosen)) if chosen is not None else 0)
        self.form.addRow(tr("&Within"), self.around)
        self.with_territories = QCheckBox(tr("Put the &chosen territories into it ({n})", n=n_territories))
        self.with_territories.setChecked(n_territories > 0)
        self.with_territories.setVisible(n_territories > 0)
        if n_territories:
            self.form.addRow("", self.with_territories)
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.ok.setEnabled(bool(self.name.text().strip()))
        self.name.setFocus()

    @property
    def parent_id(self) -> int | None:
        data = self.around.currentData()
        return None if data is None or data == _NOWHERE else int(data)
