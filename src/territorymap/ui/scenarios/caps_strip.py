"""How the caps and the protected accounts stand, a line each. Owns the lines; what exceeds a cap is metrics.caps'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from territorymap.i18n import ntr, tr
from territorymap.metrics.caps import Breach, breach_text, cap_row, cap_text, displaced_accounts
from territorymap.metrics.disruption import Disruption
from territorymap.model.plan import Plan
from territorymap.ui import icons
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.theme import tokens

MOST_LINES = 5


class CapsStrip(QWidget):
    """What is beyond its cap first, in red; a click goes to the rep or selects the accounts."""

    rep_wanted = Signal(int)  # column of the disruption
    accounts_wanted = Signal(object)  # (n,) account_ix

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        pad = ems(self, 0.8)
        self._layout.setContentsMargins(pad, 0, pad, 0)
        self._layout.setSpacing(1)
        self.texts: list[str] = []  # as shown, for who reads the screen aloud, and for tests
        self._shown: tuple[object, ...] = ()

    def show(self, plan: Plan, disruption: Disruption, breaches: Sequence[Breach]) -> None:  # type: ignore[override]
        """Show how things stand now."""
        displaced = displaced_accounts(plan, disruption)
        kept = [cap for cap in plan.caps if all(b.cap is not cap for b in breaches) and cap_row(plan, cap) is not None]
        state = (tuple(breaches), tuple(kept), len(displaced), tokens(), tuple(r.name for r in plan.reps))
        if state == self._shown:
            return
        self._shown = state
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.texts = []
        if len(displaced):
            n = int(plan.accounts.is_protected.sum())
            text = ntr(
                "{k} of {n} protected account has another rep than in the baseline.",
                "{k} of {n} protected accounts have another rep than in the baseline.",
                n,
                k=len(displaced),
            )
            self._add_breach(text, partial(self.accounts_wanted.emit, displaced))
        for breach in breaches[:MOST_LINES]:
            text = breach_text(plan, disruption, breach)
            self._add_breach(text, None if breach.at is None else partial(self.rep_wanted.emit, breach.at))
        if len(breaches) > MOST_LINES:
            n_more = len(breaches) - MOST_LINES
            self._add_line(ntr("and {n} more beyond a cap", "and {n} more beyond their caps", n_more), "danger")
        for cap in kept[:MOST_LINES]:
            row = cap_row(plan, cap)
            assert row is not None
            self._add_line(tr("Kept: {cap}", cap=cap_text(plan.measures[row], cap)), "good")
        self.setVisible(bool(self.texts))
        self.setAccessibleName("\n".join(self.texts))

    def _add_breach(self, text: str, go: Callable[[], None] | None) -> None:
        if go is None:
            self._add_line(text, "danger")
            return
        button = QPushButton(icons.icon("panel-warning", tokens().danger), text)
        button.setFlat(True)
        button.setStyleSheet("text-align: left; padding: 1px 0;")
        palette = button.palette()
        palette.setColor(QPalette.ColorRole.ButtonText, QColor(tokens().danger))
        button.setPalette(palette)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setToolTip(plain_tip(tr("{text} Click to select the accounts.", text=text)))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda _checked=False: go())
        self._layout.addWidget(button)
        self.texts.append(text)

    def _add_line(self, text: str, role: str) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(ems(self, 0.6))
        mark = QLabel()
        color = tokens().danger if role == "danger" else tokens().good
        name = "panel-warning" if role == "danger" else "check"
        mark.setPixmap(icons.pixmap(name, ems(self, 2), color, self.devicePixelRatio()))
        label = ElidedLabel(text)
        label.setProperty("role", role)
        row.addWidget(mark)
        row.addWidget(label, 1)
        self._layout.addWidget(line)
        self.texts.append(text)
