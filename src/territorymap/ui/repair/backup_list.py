"""The automatic backups of one plan, by date, the newest first. Owns the dialog; copies and opens nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from territorymap.i18n import moment, moments, number, tr
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems


def moment_of(backup: Path) -> str:
    """Return when a backup was made, in the words of the language."""
    return moment(_made_at(backup))


def _made_at(backup: Path) -> datetime:
    return datetime.fromtimestamp(backup.stat().st_mtime)


class BackupDialog(QDialog):
    """Lets one of the backups be chosen."""

    def __init__(self, plan: Path, backups: Sequence[Path], folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Backups of {name}", name=plan.stem))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(ems(self, 56), ems(self, 40))
        self._backups = list(backups)
        self.list = QListWidget(self)
        for backup, made in zip(backups, moments([_made_at(backup) for backup in backups]), strict=True):
            size_mb = number(backup.stat().st_size / 1_000_000, 1)
            item = QListWidgetItem(tr("{moment}   ({size} MB)", moment=made, size=size_mb))
            item.setToolTip(str(backup))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _item: self.accept())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.open_button = buttons.addButton(tr("&Open a copy"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(
            muted(tr("Each is the plan as it was then. A copy of it is put into {folder} and opened.", folder=folder))
        )
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.list.setFocus()

    @property
    def chosen(self) -> Path | None:
        row = self.list.currentRow()
        return self._backups[row] if row >= 0 else None
