"""The planning window: a list of pages at the left, the page at the right, what was said or refused below.

Owns pages being made when first wanted, and the window's memory; not what a page does.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import Session
from territorymap.ui import icons
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.planning.pages import PageSpec
from territorymap.ui.preferences import Preferences
from territorymap.ui.selection import Selection

_WIDTH_EMS, _HEIGHT_EMS, _LIST_EMS = 110, 66, 17


class PlanningWindow(QWidget):
    """One window for all pages; it stays beside the map and follows the plan that is open there."""

    zoom_requested = Signal(float, float, float, float)
    page_made = Signal(str, object)  # name, the page

    def __init__(
        self, specs: Sequence[PageSpec], selection: Selection, preferences: Preferences, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._specs = {spec.name: spec for spec in specs}
        self._selection, self._preferences = selection, preferences
        self.session: Session | None = None
        self.pages: dict[str, PlanningPage] = {}
        self.list = QListWidget(self)
        self.list.setObjectName("planning_pages")
        self.list.setAccessibleName(tr("Pages"))
        self.list.setIconSize(QSize(ems(self, 2), ems(self, 2)))
        self.list.setFixedWidth(ems(self, _LIST_EMS))
        self.stack = QStackedWidget(self)
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setContentsMargins(*[ems(self, 0.6)] * 4)
        for spec in specs:
            item = QListWidgetItem(icons.icon(spec.icon), spec.title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, spec.name)
            item.setToolTip(spec.tip)
        side = QVBoxLayout()
        side.addWidget(self.stack, 1)
        side.addWidget(self.told)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addLayout(side, 1)
        self.list.currentItemChanged.connect(lambda item, _: item and self._show(item.data(Qt.ItemDataRole.UserRole)))
        close = QAction(tr("Close"), self)
        close.setShortcuts([QKeySequence("Ctrl+W"), QKeySequence("Escape")])
        close.triggered.connect(self.close)
        self.addAction(close)
        geometry = preferences.blob("planning")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(ems(self, _WIDTH_EMS), ems(self, _HEIGHT_EMS))
        self._set_title()

    @property
    def page_name(self) -> str:
        """The name of the page that is shown, "" = none yet."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def set_session(self, session: Session | None) -> None:
        """Show another plan, or none: then the window closes."""
        self.session = session
        self.say("")
        for page in self.pages.values():
            page.set_session(session)
        if session is None:
            self.hide()
        self._set_title()

    def show_page(self, name: str) -> PlanningPage:
        """Bring the window up with a page, and return it."""
        row = list(self._specs).index(name)
        self.list.setCurrentRow(row)
        page = self._show(name)
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()
        page.setFocus()
        return page

    def say(self, text: str, role: str = "") -> None:
        """Show what was done, or why something was refused (role "warning"); "" shows nothing."""
        self.told.setProperty("role", role)
        self.told.style().polish(self.told)
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _show(self, name: str) -> PlanningPage:
        page = self.pages.get(name)
        if page is None:
            page = self.pages[name] = self._specs[name].make(self._selection)
            page.zoom_requested.connect(self.zoom_requested)
            page.failed.connect(self._refuse)
            page.said.connect(self.say)
            page.page_wanted.connect(self.show_page)
            self.stack.addWidget(page)
            page.set_session(self.session)
            self.page_made.emit(name, page)
        if self.stack.currentWidget() is not page:
            self.say("")
            self.stack.setCurrentWidget(page)
        self._preferences.set_text("planning_page", name)
        return page

    def _refuse(self, error: UserError) -> None:
        self.say(f"{error.message} {error.hint}".strip(), "warning")

    def _set_title(self) -> None:
        name = ""
        if self.session is not None:
            name = self.session.plan.info.title or self.session.document.path.stem
        self.setWindowTitle(tr("Planning: {plan}", plan=name) if name else tr("Planning"))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._preferences.set_blob("planning", self.saveGeometry())
        event.accept()
