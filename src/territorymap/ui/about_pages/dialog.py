"""About Territory Map: versions to copy, where the data comes from, and all licences.

Owns the dialog; each page has its own module.
"""

from __future__ import annotations

import html
import json

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from territorymap import __version__
from territorymap.i18n import data_word, tr
from territorymap.resources import shipped
from territorymap.ui import icons
from territorymap.ui.about_pages.licence_page import LicencePage
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems, lines, scaled
from territorymap.ui.versions import is_installed, library_versions, system_name

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class AboutDialog(QDialog):
    """Who made what the program consists of, and under which terms."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Territory Map"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.versions = program_versions()
        self.data = QTextBrowser()
        self.data.setAccessibleName(tr("Data"))
        self.data.setOpenLinks(False)
        self.data.setHtml("".join(f"<p>{line}</p>" for line in data_lines()))
        self.licences = LicencePage()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Pages"))
        self.tabs.addTab(self._version_page(), tr("&Versions"))
        self.tabs.addTab(self.data, tr("&Data"))
        self.tabs.addTab(self.licences, tr("&Licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy = buttons.addButton(tr("&Copy versions"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(_as_text(self.versions)))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(_head())
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        self.resize(ems(self, 112), lines(self, 34))

    def _version_page(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(ems(self, 2), ems(self, 2), ems(self, 2), ems(self, 2))
        form.setHorizontalSpacing(ems(self, 3))
        for name, version in self.versions:
            label = QLabel(version)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(_SELECTABLE)
            label.setAccessibleName(name)
            form.addRow(name, label)
        form.addRow(muted(tr("Territory Map itself is under the MIT licence. Plans and maps that you make are yours.")))
        return page


def program_versions() -> list[tuple[str, str]]:
    """Return name and version, the program first."""
    kind = tr("Program that brings all it needs") if is_installed() else tr("Python package")
    return [
        (tr("Territory Map"), __version__),
        *library_versions(imports=True),
        (tr("System"), system_name()),
        (tr("Installed as"), kind),
    ]


def _as_text(versions: list[tuple[str, str]]) -> str:
    """Return the list as lines to paste into a letter."""
    return "\n".join(f"{name} {version}" for name, version in versions)


def data_lines() -> list[str]:
    """Return where the shipped data comes from, as HTML lines."""
    lines = [
        tr("Land, lakes, rivers and borders of the background: Natural Earth, public domain."),
        tr("Places and postal codes: GeoNames, CC BY 4.0."),
    ]
    result = [html.escape(line) for line in lines]
    for layer in json.loads(shipped("maps", "layers.json").read_text(encoding="utf-8")):
        facts = [layer.get("attribution") or layer.get("source", ""), layer.get("licence", "")]
        text = ", ".join(html.escape(str(fact)) for fact in facts if fact)
        result.append(f"<b>{html.escape(data_word(str(layer.get('title', ''))))}</b>: {text}")
    return result


def _head() -> QWidget:
    head = QWidget()
    logo = QLabel()
    logo.setPixmap(icons.app_icon().pixmap(QSize(48, 48)))
    name = QLabel(tr("Territory Map {version}", version=__version__))
    name.setFont(scaled(name.font(), 1.5, bold=True))
    name.setTextInteractionFlags(_SELECTABLE)
    line = QLabel(tr("Draws, reassigns and balances sales territories. It makes no network request, ever."))
    line.setWordWrap(True)
    words = QVBoxLayout()
    words.addWidget(name)
    words.addWidget(line)
    row = QHBoxLayout(head)
    row.setContentsMargins(0, 0, 0, 6)
    row.addWidget(logo)
    row.addLayout(words, 1)
    return head
