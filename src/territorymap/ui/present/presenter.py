"""What the presenter holds in hand on a display of their own: the map as shown, notes, what comes next, the clock.

Owns the widgets; what they do is presentation.py's.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRect, QSize, Qt, QTime, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.ui import icons
from territorymap.ui.parts.scale import scaled, tabular
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.present.actions import PresentActions
from territorymap.ui.present.bars import WhatIfBar, action_button
from territorymap.ui.present.privacy_menu import PrivacySwitches
from territorymap.ui.present.thumbnails import SIZE

_BAR = ("previous", "next", "", "black", "pointer", "spotlight", "zoom", "whole", "", "what_if", "export")
_SECOND_MS = 1000


class Mirror(QWidget):
    """The audience's map, small; the mouse on it moves pointer and spotlight over there."""

    pointed = Signal(object)  # QPointF of shares, None = away

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(280, 160)
        self.setAccessibleName(tr("What the audience sees"))
        self.picture = QPixmap()

    def show_picture(self, picture: QPixmap) -> None:
        self.picture = picture
        self.update()

    def _box(self) -> QRect:
        size = self.picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect((self.width() - size.width()) // 2, 0, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self.picture.isNull():
            painter.drawPixmap(self._box(), self.picture)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box = self._box()
        if not box.isEmpty():
            at = event.position() - QPointF(box.topLeft())
            inside = 0 <= at.x() <= box.width() and 0 <= at.y() <= box.height()
            self.pointed.emit(QPointF(at.x() / box.width(), at.y() / box.height()) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)


class PresenterWindow(QWidget):
    """A window on the presenter's own display."""

    key_pressed = Signal(object)  # Qt.Key
    scene_chosen = Signal(int)  # position
    edit_wanted = Signal()  # the plan's own window is to come to the front
    closed = Signal()

    def __init__(self, actions: PresentActions, switches: PrivacySwitches) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("presenter")
        self.setWindowTitle(tr("Presenter - Territory Map"))
        self.setWindowIcon(icons.app_icon())
        self._is_over = False
        self._since = QElapsedTimer()
        self._since.start()
        self.mirror = Mirror(self)
        self.caption = _label(self, 1.35, bold=True)
        self.place = _label(self, 1.1)
        self.next_caption = _label(self, 1.1)
        self.next_picture = QLabel(self)
        self.next_picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.next_picture.setFixedHeight(SIZE.height())
        self.next_picture.setAccessibleName(tr("The next scene"))
        self.clock = _label(self, 2.0, bold=True)
        self.elapsed = _label(self, 2.0)
        for label in (self.clock, self.elapsed):
            label.setFont(tabular(label.font()))
        self.restart = QPushButton(tr("&Restart the clock"), self)
        self.restart.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.restart.clicked.connect(self._restart)
        self.notes = QPlainTextEdit(self)
        self.notes.setReadOnly(True)
        self.notes.setFont(scaled(self.font(), 1.5))
        self.notes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.notes.setAccessibleName(tr("Notes"))
        self.notes.setPlaceholderText(tr("This scene has no notes. They are written in the panel Scenes."))
        self.scenes = QListWidget(self)
        self.scenes.setFlow(QListWidget.Flow.LeftToRight)
        self.scenes.setViewMode(QListWidget.ViewMode.IconMode)
        self.scenes.setMovement(QListWidget.Movement.Static)
        self.scenes.setWrapping(False)
        self.scenes.setIconSize(QSize(112, 70))
        self.scenes.setFixedHeight(118)
        self.scenes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scenes.setAccessibleName(tr("Scenes"))
        self.scenes.itemClicked.connect(lambda item: self.scene_chosen.emit(self.scenes.row(item)))
        self.edit = QPushButton(tr("&Edit the plan"), self)
        self.edit.setToolTip(tr("Bring the plan's own window to the front; the audience sees each change"))
        self.edit.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.edit.clicked.connect(self.edit_wanted)
        self.hidden = _label(self, 1.0)
        self.what_if = WhatIfBar(self, has_tools=False)
        self._lay_out(actions, switches)
        self._tick = QTimer(self, interval=_SECOND_MS)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self._show_time()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _lay_out(self, actions: PresentActions, switches: PrivacySwitches) -> None:
        bar = QHBoxLayout()
        for name in _BAR:
            if name:
                bar.addWidget(action_button(actions, name, self, has_text=True))
            else:
                bar.addSpacing(16)
        hide = switches.make_button(self)
        hide.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        bar.addWidget(hide)
        bar.addStretch(1)
        bar.addWidget(self.edit)
        bar.addWidget(action_button(actions, "end", self, has_text=True))
        times = QHBoxLayout()
        times.addWidget(self.clock)
        times.addStretch(1)
        times.addWidget(self.elapsed)
        times.addWidget(self.restart)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.caption)
        left.addWidget(self.place)
        left.addWidget(self.mirror, 1)
        left.addWidget(self.hidden)
        right.addLayout(times)
        right.addWidget(_label(self, 1.0, text=tr("Next"), role="muted"))
        right.addWidget(self.next_picture, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.next_caption)
        right.addWidget(_label(self, 1.0, text=tr("Notes"), role="muted"))
        right.addWidget(self.notes, 1)
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addLayout(left, 3)
        body.addLayout(right, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(self.what_if)
        column.addLayout(body, 1)
        column.addWidget(self.scenes)
        column.addLayout(bar)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_scenes(self, captions: list[str], pictures: list[QPixmap]) -> None:
        """List the scenes along the foot."""
        self.scenes.clear()
        for caption, picture in zip(captions, pictures, strict=True):
            item = QListWidgetItem(picture, caption)
            item.setToolTip(plain_tip(caption))
            item.setSizeHint(QSize(134, 104))
            self.scenes.addItem(item)

    def show_scene(self, at: int, caption: str, place: str, notes: str) -> None:
        """Show what is on now."""
        self.caption.setText(caption)
        self.place.setText(place)
        self.notes.setPlainText(notes)
        self.scenes.setCurrentRow(at)

    def show_next(self, caption: str, picture: QPixmap | None) -> None:
        """Show what comes next; no picture = the end."""
        self.next_caption.setText(caption)
        if picture is None:
            self.next_picture.clear()
        else:
            self.next_picture.setPixmap(picture)

    def _restart(self) -> None:
        self._since.restart()
        self._show_time()

    def _show_time(self) -> None:
        self.clock.setText(QTime.currentTime().toString("HH:mm"))
        seconds = self._since.elapsed() // 1000
        hours, rest = divmod(seconds, 3600)
        minutes = f"{rest // 60:02d}:{rest % 60:02d}"
        self.elapsed.setText(f"{hours}:{minutes}" if hours else minutes)

    # -- window --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.key_pressed.emit(Qt.Key(event.key()))

    def tear_down(self) -> None:
        self._is_over = True
        self._tick.stop()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        if not self._is_over:
            self.closed.emit()


def _label(parent: QWidget, size: float, *, bold: bool = False, text: str = "", role: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    label.setFont(scaled(parent.font(), size, bold=bold))
    if role:
        label.setProperty("role", role)
    return label
