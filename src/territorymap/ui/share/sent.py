"""What is said once a file for a colleague is written: where it is, how large, and the ways to hand it on.

Owns the words and the clipboard; mail programs take the file from there, for no program can attach it by itself.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import number, tr
from territorymap.ui import icons
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.folders import open_folder
from territorymap.ui.parts.scale import ems


def leave_as_text(path: Path) -> None:
    """Leave the name of a file on the clipboard in place of the file, if it is still there.

    WORKAROUND PySide6 6.11: a process that ends while a QMimeData of Python is on the clipboard crashes (offscreen).
    """
    clipboard = QApplication.clipboard()
    if [url.toLocalFile() for url in clipboard.mimeData().urls()] == [str(path)]:
        clipboard.setText(str(path))


class SentDialog(QDialog):
    """The file is there; show it, put it on the clipboard, or go on."""

    def __init__(self, path: Path, text: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.setWindowTitle(tr("Ready to send"))
        self.setMinimumWidth(ems(self, 52))
        head = QLabel(text)
        head.setWordWrap(True)
        self.place = QLineEdit(str(path))
        self.place.setReadOnly(True)
        self.place.setAccessibleName(tr("File"))
        size = muted(tr("{size} MB. {hint}", size=number(path.stat().st_size / 1e6, 1), hint=hint))
        self.copy = QPushButton(tr("&Copy the file"))
        self.copy.setToolTip(tr("Put the file on the clipboard, to be pasted into a mail"))
        icons.set_icon(self.copy, "copy")
        self.copy.clicked.connect(self._copy)
        self.show_folder = QPushButton(tr("Show the &folder"))
        icons.set_icon(self.show_folder, "open")
        self.show_folder.clicked.connect(lambda: open_folder(path.parent))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.show_folder, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (head, self.place, size, buttons):
            column.addWidget(widget)
        for label in (head, size):
            label.setTextFormat(label.textFormat().PlainText)

    def _copy(self) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self.path))])
        data.setText(str(self.path))
        QApplication.clipboard().setMimeData(data)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(partial(leave_as_text, self.path))
        self.copy.setText(tr("Copied; paste it into a mail"))
