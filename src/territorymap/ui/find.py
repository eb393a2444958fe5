"""The find bar: type a few letters, choose a result, the map flies there and selects it.

Owns the bar and its list; where the names come from is find_sources.py's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.session.session import PlanChange, Session
from territorymap.ui import icons
from territorymap.ui.find_sources import Finder, Hit
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.places import Places
from territorymap.ui.selection import Selection
from territorymap.ui.tasks import run_task
from territorymap.ui.theme import tokens

ORIGIN = "find"
_ICONS = {"territory": "territories", "rep": "reps", "unit": "units", "place": "place", "account": "accounts"}
_MAX_ROWS = 9
_WAIT_MS = 60


class FindBar(QWidget):
    """Floats over the map; Enter goes to the result, Esc closes."""

    zoom_requested = Signal(float, float, float, float)
    panel_wanted = Signal(str)

    def __init__(self, selection: Selection, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self._selection = selection
        self._area = parent
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._finder: Finder | None = None
        self._before: QWidget | None = None
        self.edit = QLineEdit(self)
        self.edit.setPlaceholderText(tr("Unit, place, account, rep or territory"))
        self.edit.setAccessibleName(tr("Find"))
        self.edit.setClearButtonEnabled(True)
        self.results = QListWidget(self)
        self.results.setItemDelegate(HitDelegate(self.results))
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setFrameShape(QListWidget.Shape.NoFrame)
        self.results.setMouseTracking(True)
        self._empty = QLabel(self)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        for widget in (self.edit, self._empty, self.results):
            layout.addWidget(widget)
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self.search)
        self.edit.textChanged.connect(self._timer.start)
        self.edit.installEventFilter(self)
        self.results.itemClicked.connect(lambda _item: self.choose())
        parent.installEventFilter(self)
        self.hide()

    def set_session(self, session: Session | None) -> None:
        """Search another plan."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self._finder = None
        self.edit.clear()
        self._stop = session.listen(self._plan_changed) if session is not None else None

    def open(self) -> None:
        """Show the bar and put the cursor into it."""
        if self._session is None:
            return
        self._before = self.window().focusWidget()
        if self._finder is None:
            self._finder = Finder(self._session)
            self._read_places(self._finder)
        self.show()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()
        self.search()

    def _read_places(self, finder: Finder) -> None:
        countries = finder.countries()

        def show(places: Places) -> None:
            finder.places = places
            if finder is self._finder and self.isVisible():
                self.search()

        run_task(self, tr("Reading the places…"), lambda _p, _c: Places.load(countries), show, is_quiet=True)

    def close_bar(self) -> None:
        """Hide the bar and give the focus back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def search(self) -> None:
        """Show what matches the text now."""
        self._timer.stop()
        query = self.edit.text().strip()
        hits = self._finder.search(query) if self._finder is not None else []
        self.results.clear()
        for hit in hits:
            item = QListWidgetItem(hit.name)
            item.setData(Qt.ItemDataRole.UserRole, hit)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{hit.name}, {hit.detail}")
            self.results.addItem(item)
        self.results.setCurrentRow(0)
        self._empty.setText(tr("Nothing is called “{text}” here.", text=query[:60]) if query else "")
        self._empty.setVisible(bool(query) and not hits)
        self.results.setVisible(bool(hits))
        self._place()

    def choose(self) -> None:
        """Go to the current result."""
        item = self.results.currentItem()
        if item is None or self._session is None or self._finder is None:
            return
        hit: Hit = item.data(Qt.ItemDataRole.UserRole)
        self.close_bar()
        self._go(hit)

    def _go(self, hit: Hit) -> None:
        assert self._finder is not None
        # Panels first: what they show may move the map, and the result has the last word.
        if hit.kind == "territory":
            self._selection.set_territory(hit.key, ORIGIN)
            self.panel_wanted.emit("territories")
        elif hit.kind == "unit":
            self._selection.set_units(self._finder.as_ix(hit.key), ORIGIN)
        elif hit.kind == "account":
            self._selection.set_accounts(self._finder.as_ix(hit.key), ORIGIN)
            self.panel_wanted.emit("accounts")
        elif hit.kind == "rep":
            self._selection.set_territory(self._finder.territory_of_rep(hit.key), ORIGIN)
            self.panel_wanted.emit("reps")
        bounds = self._finder.bounds(hit)
        if bounds is not None:
            self.zoom_requested.emit(*bounds)

    def _plan_changed(self, change: PlanChange) -> None:
        if self._finder is not None:
            self._finder.plan_changed(change)

    # -- keys and look -------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _MAX_ROWS, Qt.Key.Key_PageUp: -_MAX_ROWS}
        key = Qt.Key(event.key())
        if key in steps:
            row = min(max(self.results.currentRow() + steps[key], 0), self.results.count() - 1)
            self.results.setCurrentRow(row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._timer.isActive():
                self.search()
            self.choose()
        elif key == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        painter.fillPath(path, QColor(t.raised))
        painter.setPen(QPen(QColor(t.border), 1))
        painter.drawPath(path)

    def _place(self) -> None:
        area = self._area.rect()
        width = min(ems(self, 64), area.width() - 24)
        height = self.edit.sizeHint().height() + 20
        if not self.results.isHidden():
            rows = min(self.results.count(), _MAX_ROWS)
            height += rows * self.results.sizeHintForRow(0) + 10
        elif not self._empty.isHidden():
            height += self._empty.sizeHint().height() + 8
        self.setGeometry(QRect((area.width() - width) // 2, 10, width, min(height, area.height() - 20)))


class HitDelegate(QStyledItemDelegate):
    """A result: icon, name, and what it is at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self.parent()
        assert isinstance(view, QWidget)
        return QSize(0, lines(view, 1.0) + 12)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit: Hit = index.data(Qt.ItemDataRole.UserRole)
        t = tokens()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        font: QFont = option.font
        is_current = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_current:
            painter.fillRect(rect, QColor(t.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(t.hover))
        text = t.selection_text if is_current else t.text
        ratio = painter.device().devicePixelRatio()
        side = 18
        top = rect.top() + (rect.height() - side) // 2
        if hit.color:
            painter.drawPixmap(rect.left() + 8, top + 2, icons.swatch(hit.color, 14, ratio))
        else:
            painter.drawPixmap(rect.left() + 6, top, icons.pixmap(_ICONS[hit.kind], side, text, ratio))
        inner = rect.adjusted(32, 0, -10, 0)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        detail = metrics.elidedText(hit.detail, Qt.TextElideMode.ElideRight, inner.width() * 55 // 100)
        room = inner.width() - metrics.horizontalAdvance(detail) - 12
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setPen(QColor(text))
        name = metrics.elidedText(hit.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, int(flags | Qt.AlignmentFlag.AlignLeft), name)
        painter.setPen(QColor(text if is_current else t.muted))
        painter.drawText(inner, int(flags | Qt.AlignmentFlag.AlignRight), detail)
        painter.restore()
