"""A short message over the map: refusals and news that must be seen but need no answer.

Owns the overlay and its time; not the wording.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from territorymap.ui import icons
from territorymap.ui.theme import tokens

_MS_PER_CHAR = 60
_MIN_MS, _MAX_MS = 4000, 12000


class Toast(QWidget):
    """One message at a time at the foot of its parent; a click or time takes it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._area = parent
        self._color = ""
        self._icon = QLabel(self)
        self._icon.setFixedSize(20, 20)
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 16, 10)
        layout.setSpacing(10)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._label, 1)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def show_message(self, text: str, level: str = "info") -> None:
        """Show a message; level is "info", "warning" or "error"."""
        t = tokens()
        self._color = {"warning": t.warning, "error": t.danger}.get(level, t.accent)
        ratio = self.devicePixelRatioF()
        name = {"warning": "warning", "error": "error"}.get(level, "info")
        self._icon.setPixmap(icons.pixmap(name, 20, self._color, ratio))
        self._label.setText(text)
        self._label.setStyleSheet(f"color: {t.text};")
        self._place()
        self.show()
        self.raise_()
        self._timer.start(min(max(_MIN_MS, len(text) * _MS_PER_CHAR), _MAX_MS))
        self.setAccessibleName(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)
        painter.fillPath(path, QColor(t.raised))
        painter.setPen(QPen(QColor(self._color or t.border), 1.5))
        painter.drawPath(path)

    def _place(self) -> None:
        area = self._area.rect()
        width = min(620, area.width() - 32)
        natural = self._label.fontMetrics().horizontalAdvance(self._label.text()) + 66
        width = max(180, min(width, natural))
        height = self._row.heightForWidth(width) if self._row.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry(QRect((area.width() - width) // 2, area.height() - height - 34, width, height))
