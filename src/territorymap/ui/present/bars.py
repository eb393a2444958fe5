"""The slim bar over the audience's map and the banner of a what-if. Owns their buttons, and when the bar hides."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from territorymap.i18n import tr
from territorymap.model.records import Territory
from territorymap.ui import icons
from territorymap.ui.present.actions import PresentActions
from territorymap.ui.theme import tokens

_HIDE_MS = 3000
_BAR = ("previous", "next", "", "black", "pointer", "spotlight", "zoom", "whole", "find", "export", "", "what_if")
EDIT_TOOLS = ("pan", "pick", "brush", "border")


def action_button(actions: PresentActions, name: str, parent: QWidget, *, has_text: bool = False) -> QToolButton:
    """Return a button of a command that never takes the keys away from the map."""
    button = QToolButton(parent)
    button.setDefaultAction(actions[name])
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setIconSize(QSize(22, 22))
    if has_text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    return button


class ControlBar(QFrame):
    """Floats at the foot of the map; goes away when the mouse rests, comes back when it moves."""

    def __init__(self, actions: PresentActions, hide_button: QToolButton, over: QWidget, parent: QWidget) -> None:
        """``over``: the widget of the parent at whose foot it stands."""
        super().__init__(parent)
        self._over = over
        self.setObjectName("presentBar")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.place = QLabel(self)
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setMinimumWidth(80)
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(4)
        for name in _BAR:
            if not name:
                row.addSpacing(12)
                continue
            row.addWidget(action_button(actions, name, self))
            if name == "previous":
                row.addWidget(self.place)
        hide_button.setParent(self)
        row.addWidget(hide_button)
        row.addSpacing(12)
        row.addWidget(action_button(actions, "end", self))
        self._timer = QTimer(self, singleShot=True, interval=_HIDE_MS)
        self._timer.timeout.connect(self._rest)
        over.installEventFilter(self)
        self.wake()

    def wake(self) -> None:
        """Be there, and stay for some seconds."""
        self._put()
        self.show()
        self.raise_()
        self._timer.start()

    def _rest(self) -> None:
        # While the pointer is on it, or one of its menus is open, somebody is choosing.
        if self.underMouse() or any(b.menu() and b.menu().isVisible() for b in self.findChildren(QToolButton)):
            self._timer.start()
        else:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._over:
            self._put()
        return False

    def _put(self) -> None:
        self.adjustSize()
        foot = self._over.geometry()
        x = foot.left() + (foot.width() - self.width()) // 2
        self.move(max(0, x), foot.bottom() - self.height() - 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, tokens().border)


class WhatIfBar(QFrame):
    """Says that a what-if is on, with the tools to try changes and the two ways out."""

    kept = Signal()
    dropped = Signal()
    tool_chosen = Signal(str)
    target_chosen = Signal(object)  # territory_id
    undone = Signal()

    def __init__(self, parent: QWidget, *, has_tools: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("whatIfBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        sign = QLabel(self)
        sign.setPixmap(icons.pixmap("present-what-if", 20, _INK, self.devicePixelRatioF()))
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.tools: dict[str, QToolButton] = {}
        self.targets = QComboBox(self)
        self.targets.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.targets.setAccessibleName(tr("Paint into"))
        self.targets.setToolTip(tr("Paint into"))
        self.targets.setPlaceholderText(tr("Paint into…"))
        self.targets.setMaximumWidth(260)
        self.targets.activated.connect(lambda _: self.target_chosen.emit(self.targets.currentData()))
        self.undo = _plain_button(tr("Take back"), self)
        self.undo.clicked.connect(self.undone)
        self.keep = _plain_button(tr("Keep as scenario…"), self)
        self.drop = _plain_button(tr("Drop"), self)
        self.keep.clicked.connect(self.kept)
        self.drop.clicked.connect(self.dropped)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 10, 5)
        row.setSpacing(8)
        row.addWidget(sign)
        row.addWidget(self.text, 1)
        if has_tools:
            for name in EDIT_TOOLS:
                row.addWidget(self._tool_button(name))
            row.addWidget(self.targets)
            row.addWidget(self.undo)
        else:
            self.targets.hide()
            self.undo.hide()
        row.addWidget(self.keep)
        row.addWidget(self.drop)
        self.setStyleSheet(
            f"#whatIfBar {{ background: {_GROUND}; }} #whatIfBar QLabel {{ color: {_INK}; font-weight: 600; }}"
        )
        self.hide()

    def _tool_button(self, name: str) -> QToolButton:
        words = {
            "pan": tr("Move the map"),
            "pick": tr("Select units and territories"),
            "brush": tr("Paint units into the target territory"),
            "border": tr("Pull a border"),
        }
        button = QToolButton(self)
        button.setIcon(icons.icon(name, _INK))
        button.setIconSize(QSize(20, 20))
        button.setCheckable(True)
        button.setAutoExclusive(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(words[name])
        button.setAccessibleName(words[name])
        button.clicked.connect(lambda _=False, name=name: self.tool_chosen.emit(name))
        self.tools[name] = button
        return button

    def show_tool(self, name: str) -> None:
        """Check the button of a tool."""
        if name in self.tools:
            self.tools[name].setChecked(True)

    def show_targets(self, territories: Sequence[Territory], territory_id: int | None) -> None:
        """List what can be painted into."""
        self.targets.clear()
        for territory in sorted(territories, key=lambda t: t.name.casefold()):
            self.targets.addItem(icons.swatch_icon(territory.color), territory.name, territory.territory_id)
        self.targets.setCurrentIndex(self.targets.findData(territory_id))


def paint_card(widget: QWidget, border: str) -> None:
    """Paint a widget's ground as a card with round corners."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(widget.rect().adjusted(1, 1, -1, -1), 9, 9)
    painter.fillPath(path, QColor(tokens().raised))
    painter.setPen(QPen(QColor(border), 1))
    painter.drawPath(path)


# The banner looks the same on light and dark: it must be told from everything else.
_GROUND, _INK = "#ffd24d", "#2b2100"


def _plain_button(text: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAutoDefault(False)
    return button
