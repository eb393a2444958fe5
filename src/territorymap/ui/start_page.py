"""The first page: sample, new plan, open, recent plans, and where files can be dropped.

Owns what is shown and says what was chosen; opens nothing itself.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.document.backups import list_backups
from territorymap.document.state_folder import backup_folder
from territorymap.i18n import moment, tr
from territorymap.ui import icons
from territorymap.ui.parts.scale import scaled
from territorymap.ui.preferences import Preferences


class StartPage(QWidget):
    """Shown while no plan is open."""

    sample_wanted = Signal()
    new_wanted = Signal()
    open_wanted = Signal()
    recent_wanted = Signal(object)  # Path
    tour_wanted = Signal()

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._preferences = preferences
        self.sample_button = StartAction(
            "sample", tr("Try the sample plan"), tr("About 20 territories to mend, in a copy")
        )
        self.new_button = StartAction("new-plan", tr("New plan…"), tr("Choose units, bring accounts and reps"))
        self.open_button = StartAction("open", tr("Open a plan…"), tr("A .gpkg file from this computer"))
        self.tour_button = StartAction(
            "help", tr("Take the tour"), tr("Six steps on the sample plan, a few minutes"), parent=self
        )
        self.tour_button.hide()  # until it is known to be new to this person
        self.tour_button.clicked.connect(self.tour_wanted)
        self.sample_button.clicked.connect(self.sample_wanted)
        self.new_button.clicked.connect(self.new_wanted)
        self.open_button.clicked.connect(self.open_wanted)
        self._recent_box = QVBoxLayout()
        self._recent_box.setSpacing(2)
        self._recent_title = _heading(tr("Recent plans"))
        self._build()
        preferences.recent_changed.connect(self.refresh)
        self.refresh()

    def show_tour(self, is_shown: bool) -> None:
        """Offer the tour among the first things, or no more."""
        self.tour_button.setVisible(is_shown)

    def refresh(self) -> None:
        """Read the list of recent plans again; whether they are still there, too."""
        while (item := self._recent_box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        recent = self._preferences.recent
        for path in recent:
            row = RecentRow(path)
            row.chosen.connect(self.recent_wanted)
            row.removed.connect(self._preferences.remove_recent)
            self._recent_box.addWidget(row)
            row.show()
        if not recent:
            empty = QLabel(tr("Plans that you open will be listed here."))
            empty.setProperty("role", "muted")
            self._recent_box.addWidget(empty)
        self._recent_box.addStretch(1)

    def showEvent(self, event: QEvent) -> None:
        self.refresh()

    def _build(self) -> None:
        logo = QLabel()
        logo.setPixmap(icons.app_icon().pixmap(QSize(56, 56)))
        title = QLabel(tr("Territory Map"))
        title.setFont(scaled(title.font(), 2.1, bold=True))
        line = QLabel(tr("Draw, reassign and balance sales territories. Everything stays on this computer."))
        line.setWordWrap(True)
        line.setProperty("role", "muted")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(line)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(logo)
        head.addLayout(words, 1)

        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(_heading(tr("Start")))
        for button in (self.tour_button, self.sample_button, self.new_button, self.open_button):
            left.addWidget(button)
        left.addSpacing(8)
        left.addLayout(_drop_hint())
        left.addStretch(1)

        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self._recent_title)
        right.addLayout(self._recent_box, 1)

        columns = QHBoxLayout()
        columns.setSpacing(48)
        columns.addLayout(left, 4)
        columns.addLayout(right, 5)

        body = QWidget()
        body.setObjectName("startPage")
        body.setMaximumWidth(1040)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(40, 48, 40, 32)
        inner.setSpacing(36)
        inner.addLayout(head, 0)
        inner.addLayout(columns, 1)
        holder = QWidget()
        holder.setObjectName("startPage")
        around = QHBoxLayout(holder)
        around.addStretch(1)
        around.addWidget(body, 100)
        around.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setObjectName("startScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


class RecentRow(QFrame):
    """One recent plan: name, folder, when; greyed if the file is gone and has no backup either."""

    chosen = Signal(object)  # Path
    removed = Signal(object)  # Path

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.is_missing = not path.is_file()
        self.can_open = not self.is_missing or bool(list_backups(backup_folder(path)))
        self.setObjectName("recentRow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.can_open else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(path.stem)
        name = QLabel(path.stem, self)
        name.setTextFormat(Qt.TextFormat.PlainText)
        weight = QFont(name.font())
        weight.setWeight(QFont.Weight.DemiBold)
        name.setFont(weight)
        where = _Elided(str(path.parent), self)
        self.note = QLabel(self._note(), self)
        for label in (where, self.note):
            label.setProperty("role", "muted")
        self.remove_button = QToolButton(self)
        self.remove_button.setAutoRaise(True)
        self.remove_button.setToolTip(tr("Remove from this list (the file stays)"))
        self.remove_button.setAccessibleName(tr("Remove {name} from the list", name=path.stem))
        icons.set_icon(self.remove_button, "close")
        self.remove_button.setIconSize(QSize(14, 14))
        self.remove_button.clicked.connect(lambda: self.removed.emit(self.path))
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 6, 6, 6)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.note, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(where, 1, 0, 1, 2)
        grid.addWidget(self.remove_button, 0, 2, 2, 1)
        name.setEnabled(self.can_open)
        where.setEnabled(self.can_open)
        if self.can_open:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(tr("Choose one of its backups") if self.is_missing else tr("Open this plan"))

    def _note(self) -> str:
        if self.is_missing:
            return tr("not found; there are backups") if self.can_open else tr("not found")
        return moment(datetime.fromtimestamp(self.path.stat().st_mtime))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.can_open and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.can_open:
            self.chosen.emit(self.path)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(self.path)
        else:
            super().keyPressEvent(event)


class _Elided(QLabel):
    """A path cut in the middle to fit; whole in the tooltip of its row."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def resizeEvent(self, event: QEvent) -> None:
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, self.width()))


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(scaled(label.font(), 1.2, bold=True))
    return label


class StartAction(QPushButton):
    """A large button: icon, what it does, and a line under it."""

    def __init__(self, icon_name: str, text: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startAction")
        self.setAccessibleName(text)
        self.setAccessibleDescription(hint)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icon_name = icon_name
        self._picture = QLabel(self)
        title = QLabel(text, self)
        title.setFont(scaled(title.font(), 1.08, bold=True))
        line = QLabel(hint, self)
        line.setProperty("role", "muted")
        for label in (self._picture, title, line):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._picture, 0, 0, 2, 1)
        grid.addWidget(title, 0, 1)
        grid.addWidget(line, 1, 1)
        self._paint_icon()

    def sizeHint(self) -> QSize:
        return self._grid.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._grid.minimumSize()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._paint_icon()

    def _paint_icon(self) -> None:
        color = self.palette().color(QPalette.ColorRole.Accent).name()
        self._picture.setPixmap(icons.pixmap(self._icon_name, 32, color, self.devicePixelRatioF()))


def _drop_hint() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    button = QToolButton()
    button.setEnabled(False)
    button.setAutoRaise(True)
    button.setIconSize(QSize(24, 24))
    icons.set_icon(button, "drop")
    text = QLabel(
        tr("Or drop a file on this window: a plan opens; a list of accounts or a file of boundaries starts a new plan.")
    )
    text.setWordWrap(True)
    text.setProperty("role", "muted")
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return row
