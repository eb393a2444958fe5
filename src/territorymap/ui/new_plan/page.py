"""What every page of New plan is: a title, a sentence, a body, and whether it is done.

Owns the frame of a page; not what is asked.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from territorymap.ui.parts.scale import scaled


class Page(QWidget):
    """One page; ``changed`` says that its state may have changed."""

    changed = Signal()

    def __init__(self, short: str, title: str, sentence: str, *, is_optional: bool) -> None:
        super().__init__()
        self.short = short
        self.is_optional = is_optional
        head = QLabel(title)
        head.setFont(scaled(head.font(), 1.35, bold=True))
        text = QLabel(sentence)
        text.setWordWrap(True)
        text.setProperty("role", "muted")
        text.setTextFormat(Qt.TextFormat.PlainText)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        self.body.addWidget(head)
        self.body.addWidget(text)
        self.body.addSpacing(4)

    def why_not(self) -> str:
        """Return what is missing or wrong, "" if the plan could be made as far as this page goes."""
        return ""

    def caution(self) -> str:
        """Return what the planner should know before the plan is made, though it could be; "" if nothing."""
        return ""

    def summary(self) -> str:
        """Return in a few words what was chosen, "" if nothing."""
        return ""

    def entered(self) -> None:
        """Called when the page is shown."""
