"""A strip over the map that offers the tour once. Owns its words and buttons; part.py says when."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from territorymap.i18n import tr


class TourOffer(QFrame):
    """Start it, or not: both are remembered."""

    wanted = Signal()
    refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("solving")  # the look of the strips over the map
        text = QLabel(tr("New here? The tour shows the main things in six steps, a few minutes."), self)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        self.start = QPushButton(tr("Start the &tour"), self)
        self.no = QPushButton(tr("Not &now"), self)
        self.start.clicked.connect(self.wanted)
        self.no.clicked.connect(self.refused)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(text, 1)
        row.addWidget(self.start)
        row.addWidget(self.no)
