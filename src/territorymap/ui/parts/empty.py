"""What stands in a panel that has nothing to show: what it is for and what to do next.

Owns the look; the sentences and buttons are the panel's.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from territorymap.ui import icons
from territorymap.ui.parts.inks import faint
from territorymap.ui.parts.scale import ems, scaled


class EmptyState(QWidget):
    """Icon, heading, sentence and, where something can be done here, a button."""

    def __init__(self, icon_name: str, heading: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        self.heading = QLabel(heading, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.heading.setWordWrap(True)
        self.heading.setFont(scaled(self.font(), 1.15, bold=True))
        self.sentence = QLabel(sentence, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("role", "muted")
        for label in (self.heading, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)  # they may hold names
        self._layout = QVBoxLayout(self)
        margin = ems(self, 2)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(ems(self, 1))
        self._layout.addStretch(2)
        for widget in (self._icon, self.heading, self.sentence):
            self._layout.addWidget(widget)
        self._layout.addStretch(3)
        self._paint_icon()

    def say(self, heading: str, sentence: str) -> None:
        """Show other words."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)

    def offer(self, action: QAction) -> QPushButton:
        """Add a button that triggers the action and is there only while the action can be done."""
        button = QPushButton(action.icon(), action.text())
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        button.setVisible(action.isEnabled())
        action.enabledChanged.connect(button.setVisible)
        self._layout.insertWidget(self._layout.count() - 1, button, alignment=Qt.AlignmentFlag.AlignHCenter)
        return button

    def _paint_icon(self) -> None:
        side = ems(self, 5)
        self._icon.setPixmap(icons.pixmap(self._icon_name, side, faint(self.palette()).name(), self.devicePixelRatio()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "sentence"):
            self._paint_icon()
