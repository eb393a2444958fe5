"""What is seen over the map while a plan is opened: its outlines, that it is under way, and how to stop it.

Owns the overlay and that nothing else takes input meanwhile; not the reading (opening).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.mapview.palette import dark_variant
from territorymap.mapview.sketch import Sketch, rings_in_pixels
from territorymap.ui.theme import tokens

_CANCEL_AFTER_MS = 700
_SEA = {False: "#d5e1ea", True: "#161d26"}  # as resources/web/theme.js
_BORDER = {False: QColor(33, 40, 51, 150), True: QColor(8, 11, 15, 200)}
_ALPHA = 225


class OpeningView(QWidget):
    """Lies over the map from the first moment until the map itself is painted."""

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("opening")
        self._area = parent
        self._sketch: Sketch | None = None
        self._picture: QPixmap | None = None
        self._held: list[QWidget | QAction] = []  # disabled by us
        self._covers: list[_Cover] = []
        self._build()
        parent.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        self.box = QFrame(self)
        self.box.setObjectName("opening_box")
        self.box.setAutoFillBackground(True)
        self.label = QLabel(self.box)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.detail = QLabel(self.box)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setEnabled(False)
        self.bar = QProgressBar(self.box)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.button = QPushButton(tr("Cancel"), self.box)
        self.button.clicked.connect(self._cancel)
        column = QVBoxLayout()
        column.addWidget(self.label)
        column.addWidget(self.detail)
        column.addWidget(self.bar)
        row = QHBoxLayout(self.box)
        row.setContentsMargins(16, 12, 16, 12)
        row.addLayout(column, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, singleShot=True, interval=_CANCEL_AFTER_MS)
        self._timer.timeout.connect(self.button.show)

    @property
    def has_picture(self) -> bool:
        return self._sketch is not None

    def begin(self, name: str, others: Sequence[QWidget | QAction]) -> None:
        """Cover the map; ``others`` take no input until :meth:`let_in`, so that nothing but Cancel can be done."""
        self._sketch = self._picture = None
        self.label.setText(tr("Opening {name}…", name=name))
        self.setAccessibleName(self.label.text())
        self.show_progress(0, 0, tr("Reading the file…"))
        self.button.setEnabled(True)
        self.button.hide()
        self._timer.start()
        self._held = [other for other in others if other.isEnabled()]
        for other in self._held:
            other.setEnabled(False)
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def cover(self, panels: Iterable[QWidget]) -> None:
        """Leave these blank until :meth:`let_in`."""
        self._covers = [_Cover(panel) for panel in panels]

    def show_sketch(self, sketch: Sketch) -> None:
        """Draw the plan's outlines, until the map does better."""
        self._sketch, self._picture = sketch, None
        self.update()

    def show_progress(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if text:
            self.detail.setText(text)
        self._place()

    def let_in(self) -> None:
        """The plan is open: the window may be used, the picture stays until the map is painted."""
        self._release()
        self._timer.stop()
        self.button.hide()
        self.show_progress(0, 0, tr("Drawing the map…"))

    def end(self) -> None:
        """The map is painted, or there will be none."""
        self._release()
        self._timer.stop()
        self._sketch = self._picture = None
        self.hide()

    def _release(self) -> None:
        for cover in self._covers:
            cover.deleteLater()
            cover.hide()
        self._covers = []
        held, self._held = self._held, []
        for other in held:
            other.setEnabled(True)

    def _cancel(self) -> None:
        self.button.setEnabled(False)
        self.detail.setText(tr("Stopping…"))
        self.cancelled.emit()

    # -- events --------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._area and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._held and event.key() == Qt.Key.Key_Escape:
            self._cancel()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        is_dark = tokens().is_dark
        painter.fillRect(self.rect(), QColor(_SEA[is_dark]))
        if self._sketch is None:
            return
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != self.size() * ratio:
            self._picture = draw_sketch(self._sketch, self.width(), self.height(), ratio, is_dark=is_dark)
        painter.drawPixmap(0, 0, self._picture)

    def _place(self) -> None:
        self.setGeometry(self._area.rect())
        size = self.box.sizeHint()
        width = max(min(460, self.width() - 32), 160)
        self.box.setGeometry(QRect((self.width() - width) // 2, 18, width, size.height()))


class _Cover(QWidget):
    """A blank sheet over a panel, as large as it."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self.setAutoFillBackground(True)
        self.setGeometry(panel.rect())
        panel.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False


def draw_sketch(sketch: Sketch, width: int, height: int, ratio: float, *, is_dark: bool) -> QPixmap:
    """Return the picture of a plan's outlines as the map of that size will show them."""
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(_SEA[is_dark]))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_BORDER[is_dark], 1.0))
    for territory, rings in rings_in_pixels(sketch, width, height):
        color = QColor(dark_variant(sketch.color[territory]) if is_dark else sketch.color[territory])
        color.setAlpha(_ALPHA)
        path = QPainterPath()  # odd-even: holes stay open
        for ring in rings:
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
        painter.setBrush(color)
        painter.drawPath(path)
    painter.end()
    return picture
