"""What the program is and the data it brings: a dialog to read. Owns the way to it; about_pages has the pages."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from territorymap.ui.about_pages.dialog import AboutDialog


def about_dialog(parent: QWidget | None = None) -> AboutDialog:
    """Return the dialog with versions, data sources and licences."""
    return AboutDialog(parent)
