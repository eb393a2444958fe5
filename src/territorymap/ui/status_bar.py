"""The status bar: what the map says, the selection's totals, how much is unassigned.

Owns the line at the foot of the window; the numbers come from session and panels.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QStatusBar, QToolButton, QWidget

from territorymap.i18n import ntr, tr
from territorymap.ui import icons
from territorymap.ui.parts.elided import ElidedLabel

_MESSAGE_MS = 8000


class StatusBar(QStatusBar):
    """Message at the left, selection in the middle, unassigned at the right."""

    unassigned_wanted = Signal()
    pieces_wanted = Signal()
    conflicts_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._message = ElidedLabel(parent=self)
        self._hover = ""
        self._timer = QTimer(self, singleShot=True, interval=_MESSAGE_MS)
        self._timer.timeout.connect(self._show_hover)
        self.unassigned = QToolButton(self)
        self.unassigned.setAutoRaise(True)
        self.unassigned.setIconSize(QSize(16, 16))
        self.unassigned.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.unassigned.setToolTip(tr("Show the lists of what is left to do"))
        self.unassigned.clicked.connect(self.unassigned_wanted)
        self.in_pieces = QToolButton(self)
        self.in_pieces.setAutoRaise(True)
        self.in_pieces.setIconSize(QSize(16, 16))
        self.in_pieces.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.in_pieces.setToolTip(tr("Go to the next piece that is apart from the rest of its territory (F3)"))
        self.in_pieces.clicked.connect(self.pieces_wanted)
        icons.set_icon(self.in_pieces, "pieces")
        self.conflicts = QToolButton(self)
        self.conflicts.setAutoRaise(True)
        self.conflicts.setIconSize(QSize(16, 16))
        self.conflicts.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.conflicts.setToolTip(tr("Show what you and a colleague decided differently"))
        self.conflicts.clicked.connect(self.conflicts_wanted)
        icons.set_icon(self.conflicts, "warning")
        self.addWidget(self._message, 1)
        self.set_in_pieces(None)
        self.set_conflicts(0)
        self.set_unassigned(None)

    @property
    def message(self) -> str:
        return self._message.text()

    def add_selection(self, widget: QWidget) -> None:
        """Put the selection's totals before the unassigned count."""
        self.addPermanentWidget(widget)
        self.addPermanentWidget(self.conflicts)
        self.addPermanentWidget(self.in_pieces)
        self.addPermanentWidget(self.unassigned)

    def tell(self, text: str, role: str = "") -> None:
        """Show a message for some seconds; role is "", "warning" or "danger"."""
        self._set(text, role)
        self._timer.start()

    def set_hover(self, text: str) -> None:
        """Show what is under the pointer; gives way to messages."""
        self._hover = text
        if not self._timer.isActive():
            self._show_hover()

    def set_unassigned(self, n_units: int | None, n_accounts: int = 0) -> None:
        """Show how much is unassigned; None = no plan is open."""
        self.unassigned.setVisible(n_units is not None)
        if n_units is None:
            return
        if n_units == 0 and n_accounts == 0:
            self.unassigned.setText(tr("Everything is assigned"))
            icons.set_icon(self.unassigned, "check")
            return
        units = ntr("{n} unit unassigned", "{n} units unassigned", n_units)
        accounts = ntr("{n} account unassigned", "{n} accounts unassigned", n_accounts)
        self.unassigned.setText(tr("{units}, {accounts}", units=units, accounts=accounts) if n_accounts else units)
        icons.set_icon(self.unassigned, "unassigned")

    def set_in_pieces(self, n: int | None) -> None:
        """Show how many territories are in pieces; None = no plan is open."""
        self.in_pieces.setVisible(bool(n))
        if n:
            self.in_pieces.setText(ntr("{n} territory in pieces", "{n} territories in pieces", n))

    def set_conflicts(self, n: int) -> None:
        """Show how many conflicts of merges are open; none takes no room."""
        self.conflicts.setVisible(n > 0)
        if n:
            self.conflicts.setText(ntr("{n} open conflict", "{n} open conflicts", n))

    def _show_hover(self) -> None:
        self._set(self._hover, "")

    def _set(self, text: str, role: str) -> None:
        self._message.setText(text)
        if self._message.property("role") != role:
            self._message.setProperty("role", role)
            self._message.style().unpolish(self._message)
            self._message.style().polish(self._message)
