"""Handing a plan over: which format, what is in it, where to.

Owns the questions and the run with progress; the files are written by exporters/.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QMessageBox, QPushButton, QWidget

from territorymap.errors import UserError
from territorymap.exporters.registry import Exporter, ExportOptions, export, offered
from territorymap.exporters.view import take_view
from territorymap.i18n import tr
from territorymap.model.privacy import NOTHING_HIDDEN, Privacy
from territorymap.model.veil import Veil, veiled
from territorymap.session.session import Session
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.choice_fields import ChoiceField, read_fields
from territorymap.ui.parts.scale import ems
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import run_task

_LABEL_EMS = 22  # longer ones wrap, so that the fields keep their room


class ExportDialog(FormDialog):
    """Asks what to export; the file is written after the dialog has closed."""

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        name: str = "",
        parent: QWidget | None = None,
        *,
        hidden: tuple[Privacy, str] = (NOTHING_HIDDEN, ""),
    ) -> None:
        """``hidden``: what no file may hold now, and the same in words."""
        super().__init__(tr("Export"), tr("Export"), parent, width_ems=70)
        self._privacy = hidden[0]
        self._session = session
        self._preferences = preferences
        groups = offered()
        self.fields: dict[str, ChoiceField] = {}  # of the format that is chosen
        self.format = QComboBox()
        for group in groups:
            if self.format.count():
                self.format.insertSeparator(self.format.count())
            for exporter in group:
                self.format.addItem(exporter.label(), exporter.name)
        self.format.setMaxVisibleItems(30)
        self._exporters = {exporter.name: exporter for group in groups for exporter in group}
        self.what = QComboBox()
        self.path = QLineEdit()
        self.path.setAccessibleName(tr("File"))
        browse = QPushButton(tr("Browse…"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        self.form.addRow(tr("F&ormat"), self.format)
        self.form.addRow(tr("&Content"), self.what)
        label = QLabel(tr("&File"))
        label.setBuddy(self.path)
        self.form.addRow(label, row)
        self.format.currentIndexChanged.connect(self._format_changed)
        self.what.currentIndexChanged.connect(self._content_changed)
        self.format.setCurrentIndex(max(0, self.format.findData(name)))
        self._format_changed()
        if self._privacy.is_any:
            self.insert(muted(hidden[1]))
        self.submit_with(self._check)

    @property
    def exporter(self) -> Exporter:
        return self._exporters[str(self.format.currentData())]

    @property
    def content(self) -> str:
        return str(self.what.currentData())

    @property
    def target(self) -> Path:
        return Path(self.path.text().strip()).expanduser()

    @property
    def options(self) -> ExportOptions:
        return ExportOptions(read_fields(self.fields), privacy=self._privacy)

    def _format_changed(self) -> None:
        self.what.blockSignals(True)
        self.what.clear()
        for what in self.exporter.what:
            self.what.addItem(self.exporter.content_label(what), what)
        self.what.blockSignals(False)
        self.form.setRowVisible(self.what, len(self.exporter.what) > 1)
        self._make_fields()
        self._content_changed()

    def _make_fields(self) -> None:
        """Put the choices of the format between content and file."""
        for field in self.fields.values():
            self.form.removeRow(field.widget)
        plan = veiled(Veil(self._session.plan, self._privacy)) if self._privacy.is_any else self._session.plan
        names = {"territories": [t.name for t in plan.territories], "reps": [r.name for r in plan.reps], "": []}
        names["partners"] = [r.name for r in plan.reps if r.is_partner]
        self.fields = {c.name: ChoiceField(c, names[c.names_of]) for c in self.exporter.choices}
        for field in self.fields.values():
            label = QLabel(field.label)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setFixedWidth(ems(self, _LABEL_EMS))
            label.setMinimumHeight(max(0, label.heightForWidth(label.width())))
            label.setBuddy(field.widget)
            self.form.insertRow(self.form.rowCount() - 1, label, field.widget)

    def _content_changed(self) -> None:
        for field in self.fields.values():
            self.form.setRowVisible(field.widget, field.choice.concerns(self.content))
        QTimer.singleShot(0, self.adjustSize)
        self._propose_path()

    def _propose_path(self) -> None:
        typed = self.path.text().strip()
        folder = Path(typed).parent if typed else self._preferences.folder("export")
        stem = self._session.document.path.stem
        suffix = "" if len(self.exporter.what) == 1 or self.content == "all" else f" {self.content}"
        if self.exporter.name != self.exporter.extension:
            suffix = f" {self.exporter.name}{suffix}"
        self.path.setText(str(folder / f"{stem}{suffix}.{self.exporter.extension}"))

    def _browse(self) -> None:
        extension = self.exporter.extension
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            tr("Export to"),
            self.path.text(),
            f"{self.exporter.label()} (*.{extension})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            path = Path(chosen)
            self.path.setText(str(path if path.suffix else path.with_suffix(f".{extension}")))

    def _check(self) -> UserError | None:
        target = self.target
        extension = f".{self.exporter.extension}"
        if not self.path.text().strip():
            return UserError(tr("There is no file name yet."), tr("Type one, or press Browse."))
        if target.suffix.casefold() != extension:
            target = target.with_name(target.name + extension)
            self.path.setText(str(target))
        if not target.parent.is_dir():
            return UserError(
                tr("The folder {folder} is not there.", folder=target.parent), tr("Choose another folder.")
            )
        if target.exists() and target.samefile(self._session.document.path):
            return UserError(tr("This is the plan itself."), tr("Choose another name for the export."))
        if target.exists() and not self._may_replace(target):
            return UserError(tr("{name} was left as it is.", name=target.name), tr("Choose another name."))
        return None

    def _may_replace(self, target: Path) -> bool:
        box = QMessageBox.question(
            self, tr("Replace the file?"), tr("{name} is already there. Replace it?", name=target.name)
        )
        return box == QMessageBox.StandardButton.Yes


def run_export(
    window: QWidget,
    session: Session,
    target: Path,
    content: str,
    options: ExportOptions,
    preferences: Preferences,
    *,
    name: str | None = None,
) -> None:
    """Write the file with progress and cancel, then say where it is; ``name`` is the format, else the extension's."""
    view = take_view(session)
    preferences.set_folder("export", target.parent)

    def work(progress: object, is_cancelled: object) -> Path:
        watched = dataclasses.replace(options, progress=progress, is_cancelled=is_cancelled)  # type: ignore[arg-type]
        return export(view, target, content, watched, name=name)  # type: ignore[arg-type]  # a view is as good as what it was taken from

    run_task(window, tr("Writing {name}…", name=target.name), work, lambda path: _tell(window, path))


def _tell(window: QWidget, path: Path) -> None:
    toast = getattr(window, "toast", None)
    if toast is not None:
        toast.show_message(tr("{name} was written to {folder}.", name=path.name, folder=path.parent))
