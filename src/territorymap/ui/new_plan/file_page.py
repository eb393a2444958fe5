"""Page 5 of New plan: title and file, and what is about to be made.

Owns the name of the plan; writing it is build.py's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton

from territorymap.i18n import tr
from territorymap.ui.dialogs.form import make_form
from territorymap.ui.new_plan.page import Page
from territorymap.ui.preferences import Preferences

_BAD = '<>:"/\\|?*'


class FilePage(Page):
    """Where the plan is kept; every edit is saved there."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__(
            tr("File"),
            tr("Where is the plan kept?"),
            tr("A plan is one file. Every edit is saved when it is made, so there is no Save later."),
            is_optional=False,
        )
        self._folder = preferences.folder("plans")
        self._is_path_typed = False
        self.title = QLineEdit(tr("New plan"))
        self.title.setMaxLength(200)
        self.path = QLineEdit()
        browse = QPushButton(tr("&Browse…"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        form = make_form(self)
        form.addRow(tr("&Title"), self.title)
        label = QLabel(tr("&File"))
        label.setBuddy(self.path)
        form.addRow(label, row)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._problem = QLabel()
        self._problem.setProperty("role", "danger")
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        self._summary = QLabel()
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addLayout(form)
        self.body.addWidget(self._problem)
        self.body.addSpacing(12)
        self.body.addWidget(self._summary)
        self.body.addStretch(1)
        self.title.textChanged.connect(self._propose)
        self.path.textEdited.connect(self._path_typed)
        self.path.textChanged.connect(self.changed)
        self._propose()

    @property
    def target(self) -> Path:
        """The file of the plan."""
        path = Path(self.path.text().strip()).expanduser()
        return path if path.suffix.casefold() == ".gpkg" else path.with_name(path.name + ".gpkg")

    def suggest_title(self, title: str) -> None:
        """Propose a title as long as the planner has not typed one."""
        if not self.title.isModified():
            self.title.setText(title)

    def show_summary(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show what the plan will start with."""
        none = tr("none, can be added later")
        self._summary.setText("\n".join(tr("{what}: {value}", what=w, value=v or none) for w, v in lines))

    def entered(self) -> None:
        self._refresh()

    def why_not(self) -> str:
        if not self.title.text().strip():
            return tr("Give the plan a title.")
        if not self.path.text().strip():
            return tr("Say where the plan is kept.")
        target = self.target
        if not target.parent.is_dir():
            return tr("The folder {folder} is not there.", folder=target.parent)
        if target.exists():
            return tr("There is already a file {name}; choose another name.", name=target.name)
        if not os.access(target.parent, os.W_OK):
            return tr("You may not write to the folder {folder}.", folder=target.parent)
        return ""

    def summary(self) -> str:
        return self.target.name if self.path.text().strip() else ""

    def _propose(self) -> None:
        if not self._is_path_typed:
            stem = "".join("-" if c in _BAD or not c.isprintable() else c for c in self.title.text()).strip(" .")
            self.path.setText(str(_free(self._folder / f"{stem[:80]}.gpkg")) if stem else "")
        self._refresh()

    def _path_typed(self) -> None:
        self._is_path_typed = True
        self._refresh()

    def _refresh(self) -> None:
        self._problem.setText(self.why_not())
        self._problem.setVisible(bool(self._problem.text()))
        self.changed.emit()

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            tr("Keep the plan in"),
            self.path.text(),
            tr("Plans (*.gpkg)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            self._is_path_typed = True
            self.path.setText(str(Path(chosen)))
            self._refresh()


def _free(path: Path) -> Path:
    candidate, n = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem} {n}{path.suffix}")
        n += 1
    return candidate
