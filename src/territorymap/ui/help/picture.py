"""A picture of the help at its full size, in a window of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QScrollArea, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.resources import shipped


def show_picture(name: str, parent: QWidget) -> QDialog:
    """Show a picture as large as the screen has room for; Esc closes it."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(tr("Picture"))
    picture = QPixmap(str(shipped("resources", "pictures", name)))
    label = QLabel()
    label.setPixmap(picture)
    scroll = QScrollArea(dialog)
    scroll.setWidget(label)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scroll)
    room = parent.screen().availableSize()
    dialog.resize(min(picture.width() + 4, room.width() - 40), min(picture.height() + 4, room.height() - 60))
    dialog.show()
    return dialog
