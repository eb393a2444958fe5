"""Asks what a part for a regional manager holds: which territories may be edited, and what is left out.

Owns the questions; the file is made by document.extracting.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.session.regions import territories_of_region
from territorymap.session.session import Session
from territorymap.ui import icons
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.scale import ems
from territorymap.ui.preferences import Preferences

_ID = int(Qt.ItemDataRole.UserRole)
SUFFIX = ".gpkg"


class PartDialog(FormDialog):
    """Territories with a tick each, regions as a short cut, the rest of the plan to be seen or partly left out."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(tr("Send a part"), tr("Write the part"), parent, width_ems=60)
        self._session, self._preferences = session, preferences
        self._is_named_by_hand = False
        self.form.addRow(
            muted(
                tr(
                    "The file holds the whole map. Only the territories ticked here, and units that nobody has, can be "
                    "edited in it. Merge it back with File, Merge."
                )
            )
        )
        self.region = QComboBox()
        self.region.addItem(tr("Choose by hand"), None)
        for region in sorted(session.plan.regions, key=lambda r: r.name.casefold()):
            self.region.addItem(region.name, region.region_id)
        self.region.currentIndexChanged.connect(self._region_chosen)
        self.form.addRow(tr("&Region"), self.region)
        self.form.setRowVisible(self.region, bool(session.plan.regions))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Territories of the part"))
        self.list.setMinimumHeight(ems(self, 22))
        for territory in sorted(session.plan.territories, key=lambda t: t.name.casefold()):
            self.list.addItem(_item(session.plan, territory))
        self.list.itemChanged.connect(self._changed)
        self.form.addRow(tr("&Territories"), self.list)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.form.addRow("", self.count)
        self.is_bare = QCheckBox(tr("&Leave out the others' accounts and figures"))
        self.form.addRow("", self.is_bare)
        self.form.addRow(
            "",
            muted(
                tr(
                    "Then they are not in the file at all, its history included: no names of customers, no revenue, no "
                    "homes of other reps. Names and outlines of territories stay. What is left out is not deleted when "
                    "the part is merged back."
                )
            ),
        )
        self._add_path()
        self._changed()
        self.submit_with(self._check)

    def _add_path(self) -> None:
        self.path = QLineEdit()
        self.path.setAccessibleName(tr("File"))
        self.path.textEdited.connect(self._named)
        browse = QPushButton(tr("Browse…"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        label = QLabel(tr("&File"))
        label.setBuddy(self.path)
        self.form.addRow(label, row)

    @property
    def territory_ids(self) -> frozenset[int]:
        return frozenset(int(item.data(_ID)) for item in self._ticked())

    @property
    def names(self) -> list[str]:
        return [item.text().split(" · ")[0] for item in self._ticked()]

    @property
    def target(self) -> Path:
        return Path(self.path.text().strip()).expanduser()

    def tick(self, territory_ids: frozenset[int]) -> None:
        """Tick these and no others."""
        self.list.blockSignals(True)
        for row in range(self.list.count()):
            item = self.list.item(row)
            is_in = int(item.data(_ID)) in territory_ids
            item.setCheckState(Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self._changed()

    def _ticked(self) -> list[QListWidgetItem]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item for item in items if item.checkState() == Qt.CheckState.Checked]

    def _region_chosen(self) -> None:
        region_id = self.region.currentData()
        if region_id is not None:
            self.tick(frozenset(territories_of_region(self._session.plan, int(region_id))))

    def _changed(self) -> None:
        n, of = len(self._ticked()), self.list.count()
        self.count.setText(
            ntr("{n} of {of} territories can be edited", "{n} of {of} territories can be edited", n, of=of)
        )
        if not self._is_named_by_hand:
            self.path.setText(str(self._proposal()))

    def _proposal(self) -> Path:
        names = self.names
        stem = self._session.document.path.stem
        what = names[0] if len(names) == 1 else tr("part")
        if self.region.currentData() is not None:
            what = self.region.currentText()
        clean = "".join(c if c.isalnum() or c in " -_.,()" else "_" for c in f"{stem} {what}").strip()
        return self._preferences.folder("send") / f"{clean[:120]}{SUFFIX}"

    def _named(self) -> None:
        self._is_named_by_hand = True

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            tr("Write the part to"),
            self.path.text(),
            tr("Plans (*.gpkg)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            self._is_named_by_hand = True
            path = Path(chosen)
            self.path.setText(str(path if path.suffix.casefold() == SUFFIX else path.with_name(path.name + SUFFIX)))

    def _check(self) -> UserError | None:
        if not self._ticked():
            return UserError(tr("No territory is ticked."), tr("Tick those that may be edited in the part."))
        target = self.target
        if not self.path.text().strip():
            return UserError(tr("There is no file name yet."), tr("Type one, or press Browse."))
        if target.suffix.casefold() != SUFFIX:
            target = target.with_name(target.name + SUFFIX)
            self.path.setText(str(target))
        if not target.parent.is_dir():
            return UserError(
                tr("The folder {folder} is not there.", folder=target.parent), tr("Choose another folder.")
            )
        if target.exists():
            return UserError(tr("{name} is already there.", name=target.name), tr("Choose another name."))
        return None


def _item(plan: Plan, territory: Territory) -> QListWidgetItem:
    rep = plan.rep(territory.rep_id)
    text = tr("{territory} · {rep}", territory=territory.name, rep=rep.name) if rep else territory.name
    item = QListWidgetItem(icons.swatch(territory.color), text)
    item.setData(_ID, territory.territory_id)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Unchecked)
    return item
