"""The bubble of the tour, and the ring around what it points at.

Owns where both stand: beside the thing, never over it, within the window whatever its size; not what they say.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.ui import icons
from territorymap.ui.parts.scale import ems, scaled
from territorymap.ui.theme import tokens

_GAP, _EDGE, _ARROW, _RING = 16, 8, 10, 3  # pixels
_WIDTH_EMS = 46
KEY = "F12"


class Ring(QWidget):
    """A frame that lets every click through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("tour_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def surround(self, target: QRect) -> None:
        """Stand around a place of the window; nothing but the frame itself is painted over."""
        outer = target.adjusted(-_RING, -_RING, _RING, _RING) & self._window.rect()
        self.setGeometry(outer)
        inner = QRect(QPoint(0, 0), outer.size()).adjusted(_RING, _RING, -_RING, -_RING)
        self.setMask(QRegion(QRect(QPoint(0, 0), outer.size())) - QRegion(inner))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(tokens().accent))


class Bubble(QWidget):
    """Title, text, what to try, and Next, Back, Skip; Esc skips."""

    next_wanted = Signal()
    back_wanted = Signal()
    skip_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("tour_bubble")
        self.setAccessibleName(tr("Tour"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._target: QRect | None = None
        self._kept_free: QRect | None = None
        self._side = ""
        self._progress, self._title, self._text, self._wish = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self._title, self._text, self._wish):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._title.setFont(scaled(self.font(), 1.25, bold=True))
        self._wish.setFont(scaled(self.font(), 1.0, bold=True))
        self._progress.setProperty("role", "muted")
        self._tick = QLabel()
        self._tick.setFixedSize(18, 18)
        self.skip = QPushButton(tr("Skip the tour"))
        self.skip.setFlat(True)
        self.back = QPushButton(tr("Back"))
        self.next = QPushButton(tr("Next"))
        for button, wanted in (
            (self.skip, self.skip_wanted),
            (self.back, self.back_wanted),
            (self.next, self.next_wanted),
        ):
            button.setAutoDefault(True)
            button.clicked.connect(wanted)
        self.next.setToolTip(tr("From anywhere in the window {key} comes back to this button", key=KEY))
        # Letters with Alt would be those of other buttons of the window too.
        QShortcut(QKeySequence(KEY), self, self.next.setFocus)
        self._build()
        self.hide()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._progress, 0, Qt.AlignmentFlag.AlignTop)
        wish = QHBoxLayout()
        wish.setSpacing(8)
        wish.addWidget(self._tick, 0, Qt.AlignmentFlag.AlignTop)
        wish.addWidget(self._wish, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.skip)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        column = QVBoxLayout(self)
        pad = ems(self, 1.8) + _ARROW
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(ems(self, 1.1))
        column.addLayout(head)
        column.addWidget(self._text)
        column.addLayout(wish)
        column.addLayout(foot)
        self._column = column

    # -- words ---------------------------------------------------------------------------------------------------------

    def say(self, title: str, text: str, wish: str, *, at: int, of: int) -> None:
        """Show a step."""
        self._title.setText(title)
        self._text.setText(text)
        self._progress.setText(tr("{at} of {n}", at=at + 1, n=of))
        self._set_wish(wish, is_done=False)
        self.back.setEnabled(at > 0)
        self.next.setText(tr("Done") if at + 1 == of else tr("Next"))
        self.skip.setVisible(at + 1 < of)
        self.setAccessibleDescription(" ".join(part for part in (title, text, wish) if part))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def wish_for(self, text: str) -> None:
        """Say what is to be tried."""
        if text != self.wish:
            self._set_wish(text, is_done=False)

    def praise(self, text: str) -> None:
        """Say that what was wished has been done."""
        self._set_wish(text, is_done=True)
        self.next.setDefault(True)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def progress(self) -> str:
        return self._progress.text()

    @property
    def wish(self) -> str:
        return self._wish.text()

    def _set_wish(self, text: str, *, is_done: bool) -> None:
        t = tokens()
        self._wish.setText(text)
        self._wish.setVisible(bool(text))
        self._tick.setVisible(bool(text))
        color = t.good if is_done else t.accent
        self._wish.setStyleSheet(f"color: {color};")
        self._tick.setPixmap(icons.pixmap("check" if is_done else "pick", 18, color, self.devicePixelRatioF()))
        if self.isVisible():
            self.stand_by(self._target, self._kept_free)

    # -- place ---------------------------------------------------------------------------------------------------------

    def stand_by(self, target: QRect | None, kept_free: QRect | None = None) -> None:
        """Stand beside a place, off a larger box if that can be; None = at the foot of the window."""
        kept_free = kept_free if kept_free is not None else target
        self._target, self._kept_free = target, kept_free
        size = self._size()
        room = self._window.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        place, self._side = place_beside(kept_free, size, room)
        if kept_free is not None and kept_free != target and place.intersects(kept_free):
            place, self._side = place_beside(target, size, room)
        self.setGeometry(place)
        self.update()
        self.show()
        self.raise_()

    def _size(self) -> QSize:
        width = min(ems(self, _WIDTH_EMS), self._window.width() - 2 * _EDGE)
        self._column.activate()
        return QSize(width, max(self._column.totalHeightForWidth(width), self._column.totalMinimumSize().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()).adjusted(_ARROW, _ARROW, -_ARROW, -_ARROW), 9, 9)
        painter.fillPath(path.united(self._arrow()), QColor(t.raised))
        painter.setPen(QPen(QColor(t.accent), 1.5))
        painter.drawPath(path.united(self._arrow()))

    def _arrow(self) -> QPainterPath:
        """Return the tip that points at the middle of the target's near side."""
        path = QPainterPath()
        if self._target is None or not self._side:
            return path
        middle = self.mapFromParent(self._target.center())
        low, w, h = _ARROW + 14, self.width(), self.height()
        x, y = min(max(middle.x(), low), w - low), min(max(middle.y(), low), h - low)
        tips = {
            "right": ((0, y), (_ARROW + 1, y - _ARROW), (_ARROW + 1, y + _ARROW)),
            "left": ((w, y), (w - _ARROW - 1, y - _ARROW), (w - _ARROW - 1, y + _ARROW)),
            "below": ((x, 0), (x - _ARROW, _ARROW + 1), (x + _ARROW, _ARROW + 1)),
            "above": ((x, h), (x - _ARROW, h - _ARROW - 1), (x + _ARROW, h - _ARROW - 1)),
        }
        points = [QPoint(*tip) for tip in tips[self._side]]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
        path.closeSubpath()
        return path

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.skip_wanted.emit()
            return
        super().keyPressEvent(event)


def place_beside(target: QRect | None, size: QSize, room: QRect) -> tuple[QRect, str]:
    """Return where a bubble of a size stands within a room, and on which side of the target ("" = on none).

    It never lies over the target unless no side and no corner has the room.
    """
    if target is None:
        place = QRect(QPoint(0, 0), size)
        place.moveCenter(room.center())
        place.moveBottom(room.bottom())
        return place, ""
    middle = target.center()
    tops = {
        "left": QPoint(target.left() - _GAP - size.width(), middle.y() - size.height() // 2),
        "right": QPoint(target.right() + _GAP, middle.y() - size.height() // 2),
        "below": QPoint(middle.x() - size.width() // 2, target.bottom() + _GAP),
        "above": QPoint(middle.x() - size.width() // 2, target.top() - _GAP - size.height()),
    }
    for side, top in tops.items():
        place = _pushed_in(QRect(top, size), room)
        if not place.intersects(target):
            return place, side
    corners = [room.topLeft(), QPoint(room.right() - size.width(), room.top())]
    corners += [
        QPoint(room.left(), room.bottom() - size.height()),
        QPoint(room.right() - size.width(), room.bottom() - size.height()),
    ]
    places = [_pushed_in(QRect(corner, size), room) for corner in corners]
    return min(places, key=lambda place: _area(place & target)), ""


def _pushed_in(place: QRect, room: QRect) -> QRect:
    place = QRect(place)
    place.moveLeft(max(room.left(), min(place.left(), room.right() - place.width())))
    place.moveTop(max(room.top(), min(place.top(), room.bottom() - place.height())))
    return place


def _area(box: QRect) -> int:
    return box.width() * box.height() if box.isValid() else 0


class Follower(QObject):
    """Calls soon after a widget, or anything that it stands in, is moved, resized, shown or hidden."""

    moved = Signal()

    _KINDS = frozenset(
        {
            QEvent.Type.Move,
            QEvent.Type.Resize,
            QEvent.Type.Show,
            QEvent.Type.Hide,
            QEvent.Type.ParentChange,
            QEvent.Type.LayoutRequest,
        }
    )

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watched: list[QWidget] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.moved)

    def watch(self, widget: QWidget | None) -> None:
        """Follow another widget, or none."""
        chain: list[QWidget] = []
        while widget is not None:
            chain.append(widget)
            widget = widget.parentWidget()
        if chain == self._watched:
            return
        for old in self._watched:
            old.removeEventFilter(self)
        for new in chain:
            new.installEventFilter(self)
        self._watched = chain

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self._KINDS:
            self._soon.start()
        return False
