"""A menu of ticks that do not exclude each other: it stays open while several are set in a row.

Owns what a click and Space do there; the entries are whoever fills it. Enter, Esc and a click elsewhere close it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu


class TickMenu(QMenu):
    """Only ticks of their own keep it open: one of a group replaces another, and with any other entry it is done."""

    _pressed: QAction | None = None  # the tick under the button that went down in this menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._tick_at(event)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        action = self._tick_at(event)
        if action is None or pressed is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)  # also a button that went down on the menu's title and was drawn here
        elif action is pressed:
            self._tick(action)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and _is_tick(action):
            self._tick(action)
            return
        super().keyPressEvent(event)

    def _tick(self, action: QAction) -> None:
        action.trigger()
        self.setActiveAction(action)

    def _tick_at(self, event: QMouseEvent) -> QAction | None:
        action = self.actionAt(event.position().toPoint())
        return action if action is not None and _is_tick(action) else None


def _is_tick(action: QAction) -> bool:
    group = action.actionGroup()
    is_of_its_own = group is None or not group.isExclusive()
    return action.isCheckable() and action.isEnabled() and is_of_its_own and action.menu() is None
