"""A strip above the map for news about the plan itself, e.g. that it is open for reading only.

Owns the rows; each stays until it is closed or another plan is opened.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.ui import icons


class NoticeBar(QWidget):
    """Notices under each other; takes no room when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)

    @property
    def texts(self) -> list[str]:
        """The notices shown now."""
        return [row.text for row in self.findChildren(NoticeRow) if not row.isHidden()]

    def set_notices(self, notices: list[str], ways: Sequence[QAction] = ()) -> None:
        """Show these and forget all before; ``ways`` on from there stand as buttons beside the last."""
        for row in self.findChildren(NoticeRow):
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        for n, text in enumerate(notices, 1):
            row = NoticeRow(text, ways if n == len(notices) else (), self)
            self._rows.addWidget(row)
            row.show()


class NoticeRow(QFrame):
    """One notice with the ways on from it, and a button that closes it."""

    def __init__(self, text: str, ways: Sequence[QAction] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.text = text
        sign = QToolButton(self)
        sign.setAutoRaise(True)
        sign.setEnabled(True)
        sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        icons.set_icon(sign, "info")
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton(self)
        close.setAutoRaise(True)
        close.setIconSize(QSize(14, 14))
        close.setToolTip(tr("Close this notice"))
        close.setAccessibleName(tr("Close this notice"))
        icons.set_icon(close, "close")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 6, 4)
        row.addWidget(sign)
        row.addWidget(label, 1)
        self.buttons = [self._button(way) for way in ways]
        for button in self.buttons:
            row.addWidget(button)
        row.addWidget(close)

    def _button(self, way: QAction) -> QPushButton:
        button = QPushButton(way.text(), self)
        button.setToolTip(way.toolTip())
        # Afterwards: the row may go with the plan that it is about.
        button.clicked.connect(way.trigger, Qt.ConnectionType.QueuedConnection)
        return button
