"""Messages that need an answer or must be read: errors, questions, notes.

Owns their look; refusals while drawing go to the toast (toast.py), not here.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr

_MAX_CHARS = 1200


def show_error(parent: QWidget | None, error: UserError, title: str = "") -> QMessageBox:
    """Show what happened and what to do next; returns the open box, does not wait."""
    return _show(parent, QMessageBox.Icon.Warning, title or tr("That did not work"), error.message, error.hint)


def ask(
    parent: QWidget | None, title: str, message: str, hint: str, choices: list[str], default: int = 0
) -> int | None:
    """Ask a question and return the position of the answer, None for Cancel."""
    box = message_box(parent, QMessageBox.Icon.Question, title, message, hint)
    buttons: list[QPushButton] = [box.addButton(text, QMessageBox.ButtonRole.AcceptRole) for text in choices]
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(buttons[default])
    box.exec()
    clicked = box.clickedButton()
    answer = next((i for i, button in enumerate(buttons) if button is clicked), None)
    box.deleteLater()
    return answer


def _show(parent: QWidget | None, icon: QMessageBox.Icon, title: str, message: str, hint: str) -> QMessageBox:
    box = message_box(parent, icon, title, message, hint)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.open()
    return box


def message_box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, message: str, hint: str) -> QMessageBox:
    """Return a box with a message and what to do next, to be given its buttons and opened."""
    box = QMessageBox(parent)
    box.setIcon(icon)
    box.setWindowTitle(title or QApplication.applicationDisplayName())
    box.setText(_short(message))
    if hint:
        box.setInformativeText(_short(hint))
    # Names from data are text, never HTML; QMessageBox.setTextFormat forgets the informative text.
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return box


def _short(text: str) -> str:
    return text if len(text) <= _MAX_CHARS else text[: _MAX_CHARS - 1] + "…"
