"""Ties the planning window into the main one: a command for each page in the menu Coverage.

Owns the wiring; the window is made when it is first wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from territorymap.i18n import tr
from territorymap.session.session import Session
from territorymap.ui import icons
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.planning.pages import PageSpec, list_pages
from territorymap.ui.planning.window import PlanningWindow

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


@runtime_checkable
class LeaverPage(Protocol):
    """The page that looks at who leaves."""

    def choose_rep(self, rep_id: int) -> None: ...


class PlanningPart(QObject):
    """The planning window of one main window."""

    def __init__(self, window: MainWindow, specs: Sequence[PageSpec] | None = None) -> None:
        super().__init__(window)
        self._main = window
        self._specs = list(list_pages() if specs is None else specs)
        self.window: PlanningWindow | None = None
        self.actions = {spec.name: self._action(spec) for spec in self._specs}
        window.menus.coverage.addActions(list(self.actions.values()))
        window.rep_panel.leave_wanted.connect(self._look_at_leaver)
        self.set_session(None)

    def _look_at_leaver(self, rep_id: int) -> None:
        page = self.show("turnover")
        if isinstance(page, LeaverPage):
            page.choose_rep(rep_id)

    def _action(self, spec: PageSpec) -> QAction:
        action = QAction(tr("{page}…", page=spec.title), self._main)
        action.setObjectName(f"planning_{spec.name}")
        action.setToolTip(spec.tip)
        action.setStatusTip(spec.tip)
        icons.set_icon(action, spec.icon)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        action.triggered.connect(lambda _checked=False, name=spec.name: self.show(name))
        return action

    def show(self, name: str) -> PlanningPage | None:
        """Bring up the planning window with a page; None while no plan is open."""
        if self._main.session is None:
            return None
        return self._made().show_page(name)

    def set_session(self, session: Session | None) -> None:
        """Follow another plan, or none."""
        for action in self.actions.values():
            action.setEnabled(session is not None)
        if self.window is not None:
            self.window.set_session(session)

    def _made(self) -> PlanningWindow:
        if self.window is None:
            main = self._main
            self.window = PlanningWindow(self._specs, main.selection, main.preferences, main)
            self.window.zoom_requested.connect(partial(_fly, main))
            self.window.page_made.connect(self._wire)
            # The same commands, keys included, from this window too.
            self.window.addActions([main.commands["undo"], main.commands["redo"]])
            self.window.addActions([main.alignments.commands.next, main.alignments.commands.previous])
            self.window.set_session(main.session)
        return self.window

    def _wire(self, _name: str, page: PlanningPage) -> None:
        """Let a page ask for what the main window does."""
        page.build_wanted.connect(self._build)
        page.color_wanted.connect(self._main.color_menu.color_by)
        page.take_window(self._main)

    def _build(self, n: int) -> None:
        self._main.raise_()
        self._main.activateWindow()
        self._main.solving.ask_build(n)


def _fly(main: MainWindow, west: float, south: float, east: float, north: float) -> None:
    main.map_view.fly_to(west, south, east, north)
    main.raise_()
    main.activateWindow()
