"""The question which coordinate system files are in, in the place of the map that cannot be drawn without it.

Owns the words and the buttons of the suggestions; which systems would fit is importers/unit_crs.py's.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.importers.unit_crs import CrsQuestion
from territorymap.ui.parts.scale import ems, scaled


class CrsPanel(QWidget):
    """What the file says, and a button for each system that its numbers would fit."""

    chosen = Signal(str)  # code

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = QLabel(tr("In which coordinate system are these boundaries?"))
        head.setFont(scaled(head.font(), 1.2, bold=True))
        head.setWordWrap(True)
        self._message, self._advice = QLabel(), QLabel()
        self._message.setProperty("role", "danger")
        for label in (self._message, self._advice):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(ems(self, 1))
        self._layout.setContentsMargins(0, ems(self, 2), 0, 0)
        for widget in (head, self._message, self._advice):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)

    def ask(self, question: CrsQuestion) -> None:
        """Show what is known and what would fit."""
        self._message.setText(question.message)
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        for suggestion in question.suggestions:
            button = QPushButton(suggestion.name.replace("&", "&&"))
            button.clicked.connect(lambda _checked=False, code=suggestion.code: self.chosen.emit(code))
            at = self._layout.count() - 1
            self._layout.insertWidget(at, button, 0, Qt.AlignmentFlag.AlignLeft)
            self.buttons.append(button)
        if self.buttons:
            self._advice.setText(
                tr("Its numbers would fit these. Choose one: the map then shows where the units land.")
            )
        else:
            self._advice.setText(tr("Ask who made the file, and type the EPSG code at the left."))
