"""The help window: contents and search at the left, the topic at the right, back and forward through what was read.

Owns the reading; what a link of the form do:, panel: or page: does is part.py's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.ui import icons
from territorymap.ui.help import search
from territorymap.ui.help.browser import PICTURE, TopicBrowser
from territorymap.ui.help.filling import fill
from territorymap.ui.help.library import FIRST, list_groups, title_of, topic_names, topic_text
from territorymap.ui.help.markup import to_plain
from territorymap.ui.help.naming import Names
from territorymap.ui.help.picture import show_picture
from territorymap.ui.help.sheet import children_of
from territorymap.ui.parts.scale import ems, scaled
from territorymap.ui.preferences import Preferences

_TOPIC = Qt.ItemDataRole.UserRole
_WIDTH_EMS, _HEIGHT_EMS, _LIST_EMS = 128, 88, 32
_ZOOM = "help_zoom"


@dataclass
class _Read:
    """A topic that was read, and how far down."""

    name: str
    place: int = 0


class HelpWindow(QWidget):
    """One window beside the plan's; it has no parent, so that no dialog of the plan locks it."""

    do_wanted = Signal(str)  # a link that is to be carried out, such as "do:build"

    def __init__(self, names: Names, preferences: Preferences) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setWindowIcon(icons.app_icon())
        self._names, self._preferences = names, preferences
        self._texts: dict[str, str] = {}
        self._pages: list[search.Page] = []
        self._past: list[_Read] = []
        self._at = -1
        self.browser = TopicBrowser(self)
        self.browser.setAccessibleName(tr("Topic"))
        self.field = QLineEdit(self)
        self.contents = QTreeWidget(self)
        self.results = QListWidget(self)
        self.told = QLabel(self)
        self._build()
        self._restore()

    # -- what is read --------------------------------------------------------------------------------------------------

    @property
    def topic(self) -> str:
        """The name of the topic that is shown, "" = none yet."""
        return self._past[self._at].name if self._at >= 0 else ""

    def open_topic(self, name: str, terms: list[str] | None = None) -> None:
        """Show a topic; those that lay before it after going back are forgotten."""
        if name not in topic_names():
            raise KeyError(name)
        self._keep_place()
        if name != self.topic:
            self._past = [*self._past[: self._at + 1], _Read(name)]
            self._at = len(self._past) - 1
        else:
            self._past[self._at].place = 0
        self._show(terms if terms is not None else [])

    def go(self, step: int) -> None:
        """Go back (-1) or forward (1) in what was read."""
        if 0 <= self._at + step < len(self._past):
            self._keep_place()
            self._at += step
            self._show([])

    def follow(self, target: str) -> None:
        """Do what a link says: a picture large, another topic here, anything else goes out."""
        if target.startswith(PICTURE):
            show_picture(target.removeprefix(PICTURE).partition("?")[0], self)
        elif ":" in target:
            self.do_wanted.emit(target)
        else:
            self.open_topic(target)

    def tell(self, error: UserError | None) -> None:
        """Say why a link could not be followed now; None takes it away."""
        self.told.setVisible(error is not None)
        if error is not None:
            self.told.setText(f"{error.message} {error.hint}".strip())

    def text_of(self, name: str) -> str:
        """Return a topic with all its braces filled."""
        if name not in self._texts:
            self._texts[name] = fill(topic_text(name), self._names)
        return self._texts[name]

    def show_in_front(self) -> None:
        """Bring the window up, out of the task bar too."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def refresh_theme(self) -> None:
        """Draw in the colours of another theme."""
        icons.refresh(self)
        self.browser.refresh()

    def _show(self, terms: list[str]) -> None:
        read = self._past[self._at]
        self.tell(None)
        text = self.text_of(read.name)
        self.browser.show_text(text, terms, place=read.place)
        self.setWindowTitle(tr("{topic} - Help", topic=title_of(text)))
        self._mark_contents(read.name)
        self._back.setEnabled(self._at > 0)
        self._forward.setEnabled(self._at < len(self._past) - 1)
        self._tell_hits()

    def _keep_place(self) -> None:
        if self._at >= 0:
            self._past[self._at].place = self.browser.verticalScrollBar().value()

    def _mark_contents(self, name: str) -> None:
        self.contents.blockSignals(True)
        for group in children_of(self.contents.invisibleRootItem()):
            for item in children_of(group):
                if item.data(0, _TOPIC) == name:
                    group.setExpanded(True)
                    self.contents.setCurrentItem(item)
                    self.contents.scrollToItem(item)
        self.contents.blockSignals(False)

    # -- search --------------------------------------------------------------------------------------------------------

    def search_for(self, query: str) -> None:
        """List the topics that hold the words; nothing asked brings the contents back."""
        terms = search.terms_of(query)
        self.results.clear()
        self.left.setCurrentWidget(self.results if terms else self.contents)
        if not terms:
            self.browser.set_terms([])
            self._tell_hits()
            return
        hits = search.find(self._read_all(), query)
        for hit in hits:
            item = QListWidgetItem(f"{hit.title}\n{hit.line}", self.results)
            item.setData(_TOPIC, hit.name)
            item.setToolTip(hit.line)
        if hits:
            self.results.setCurrentRow(0)
        else:
            item = QListWidgetItem(tr("No topic has all of these words. Fewer words find more."), self.results)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._tell_hits()

    def _read_all(self) -> list[search.Page]:
        if not self._pages:
            for name in topic_names():
                text = self.text_of(name)
                headings = "\n".join(line for line in text.splitlines() if line.startswith("##"))
                self._pages.append(search.Page(name, title_of(text), headings, to_plain(text)))
        return self._pages

    def _chosen(self, item: QListWidgetItem | QTreeWidgetItem | None) -> None:
        name = None
        if isinstance(item, QListWidgetItem):
            name = item.data(_TOPIC)
        elif item is not None:
            name = item.data(0, _TOPIC)
        if name:
            self.open_topic(str(name), search.terms_of(self.field.text()))

    def _tell_hits(self) -> None:
        n, at = self.browser.n_hits, self.browser.hit_at
        found = tr("{at} of {n}", at=at + 1, n=n) if at >= 0 else ntr("{n} hit", "{n} hits", n)
        self._hits.setText(found if n else "")
        for action in (self._next, self._previous):
            action.setEnabled(n > 0)

    def _step_hit(self, step: int) -> None:
        self.browser.next_hit(step)
        self._tell_hits()

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        bar = self._build_bar()
        self.field.setPlaceholderText(tr("Search in the help"))
        self.field.setAccessibleName(tr("Search in the help"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.search_for)
        self.field.returnPressed.connect(lambda: self._step_hit(1))
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName(tr("Contents"))
        self.contents.setObjectName("help_contents")
        self.contents.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setAccessibleName(tr("Topics found"))
        self.results.setFrameShape(QListWidget.Shape.NoFrame)
        self.results.setWordWrap(True)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setSpacing(3)
        self._fill_contents()
        self.contents.currentItemChanged.connect(lambda item, _: self._chosen(item))
        self.results.currentItemChanged.connect(lambda item, _: self._chosen(item))
        self.browser.followed.connect(self.follow)
        self.browser.zoomed.connect(lambda zoom: self._preferences.set_text(_ZOOM, str(zoom)))
        self.left = QStackedWidget(self)
        self.left.addWidget(self.contents)
        self.left.addWidget(self.results)
        side = QWidget(self)
        column = QVBoxLayout(side)
        pad = ems(self, 0.8)
        column.setContentsMargins(pad, pad, pad, 0)
        column.addWidget(self.field)
        column.addWidget(self.left, 1)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setProperty("role", "warning")
        self.told.setContentsMargins(pad, pad, pad, pad)
        self.told.hide()
        right = QWidget(self)
        page = QVBoxLayout(right)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.told)
        page.addWidget(self.browser, 1)
        self.splitter = QSplitter(self)
        self.splitter.addWidget(side)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        side.setMinimumWidth(ems(self, 20))
        right.setMinimumWidth(ems(self, 36))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.splitter, 1)

    def _build_bar(self) -> QToolBar:
        bar = QToolBar(self)
        bar.setIconSize(QSize(18, 18))
        self._back = self._action(bar, tr("Back"), "Alt+Left", "present-previous", lambda: self.go(-1))
        self._forward = self._action(bar, tr("Forward"), "Alt+Right", "present-next", lambda: self.go(1))
        self._action(bar, tr("First page"), "Alt+Home", "help", lambda: self.open_topic(FIRST))
        bar.addSeparator()
        self._action(bar, tr("Larger letters"), "Ctrl++", "zoom-in", partial(self.browser.step_zoom, 1), "Ctrl+=")
        self._action(bar, tr("Smaller letters"), "Ctrl+-", "zoom-out", partial(self.browser.step_zoom, -1))
        bar.addSeparator()
        self._previous = self._action(bar, tr("Hit before"), "Shift+F3", "", partial(self._step_hit, -1))
        self._next = self._action(bar, tr("Next hit"), "F3", "", partial(self._step_hit, 1))
        self._hits = QLabel(self)
        self._hits.setContentsMargins(ems(self, 1), 0, 0, 0)
        bar.addWidget(self._hits)
        for text, key, run in (
            (tr("Letters as large as elsewhere"), "Ctrl+0", lambda: self.browser.set_zoom(1.0)),
            (tr("Search in the help"), "Ctrl+F", self._to_search),
            (tr("Close"), "Ctrl+W", self.close),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _checked=False, run=run: run())
            self.addAction(action)
        return bar

    def _action(self, bar: QToolBar, text: str, key: str, icon: str, run: object, other: str = "") -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(name) for name in (key, other) if name])
        action.setToolTip(tr("{what} ({keys})", what=text, keys=action.shortcut().toString()))
        if icon:
            icons.set_icon(action, icon)
        action.triggered.connect(lambda _checked=False: run())  # type: ignore[operator]
        bar.addAction(action)
        self.addAction(action)
        return action

    def _fill_contents(self) -> None:
        for group in list_groups():
            head = QTreeWidgetItem(self.contents, [group.title])
            head.setFont(0, scaled(self.font(), 1.0, bold=True))
            for name in group.topics:
                item = QTreeWidgetItem(head, [title_of(topic_text(name))])
                item.setData(0, _TOPIC, name)
            head.setExpanded(True)

    def _to_search(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    # -- window --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the search, and then closes."""
        if event.key() == Qt.Key.Key_Escape:
            if self.field.text():
                self.field.clear()
            else:
                self.close()
            return
        super().keyPressEvent(event)

    def _restore(self) -> None:
        self.splitter.setSizes([ems(self, _LIST_EMS), ems(self, _WIDTH_EMS - _LIST_EMS)])
        geometry = self._preferences.blob("help")
        if geometry is None or not self.restoreGeometry(geometry):
            room = self.screen().availableSize()
            width, height = room.width() - 40, room.height() - 60
            self.resize(min(ems(self, _WIDTH_EMS), width), min(ems(self, _HEIGHT_EMS), height))
        zoom = self._preferences.text(_ZOOM)
        try:
            self.browser.zoom = float(zoom) if zoom else 1.0
        except ValueError:
            self.browser.zoom = 1.0  # the settings file was edited by hand

    def closeEvent(self, event: QCloseEvent) -> None:
        self._preferences.set_blob("help", self.saveGeometry())
        event.accept()
