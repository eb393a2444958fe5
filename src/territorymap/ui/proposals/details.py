"""What stands beside the chart: the table of figures, the chosen proposal in words, the buttons. Owns the look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from territorymap.ui.parts.scale import ems, lines

_LEAST_EMS = 44
_WORD_LINES, _MOST_WORD_LINES, _SHARE = 4.4, 8.2, 0.3  # of the words: at least, at most, part of the height


class ProposalDetails(QWidget):
    """Table above, words and buttons below; the last button stands apart."""

    def __init__(self, table: QWidget, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        pad = ems(self, 0.8)
        self.words = _text(pad)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scroll = scroll = QScrollArea()
        scroll.setWidget(self.words)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note = _text(pad)
        self.note.setProperty("role", "warning")
        self.note.hide()
        self.buttons = [_button(action) for action in actions]
        row = QHBoxLayout()
        row.setContentsMargins(pad, pad // 2, pad, pad)
        for button in self.buttons:
            row.addWidget(button)
        row.insertStretch(len(self.buttons) - 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(table, 1)
        column.addWidget(scroll)
        column.addWidget(self.note)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(ems(self, _LEAST_EMS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least, most = lines(self, _WORD_LINES), lines(self, _MOST_WORD_LINES)
        self._scroll.setFixedHeight(min(most, max(least, round(self.height() * _SHARE))))

    def show_note(self, text: str) -> None:
        """Say what stands in the way, "" = nothing."""
        self.note.setText(text)
        self.note.setVisible(bool(text))


def _text(pad: int) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    label.setContentsMargins(pad, pad // 2, pad, 0)
    return label


def _button(action: QAction) -> QPushButton:
    """Return a button that stands and falls with an action."""
    button = QPushButton()
    button.setAutoDefault(False)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setText(action.text())
        button.setIcon(action.icon())
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return button
