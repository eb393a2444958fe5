"""The one window: start page or map, panels around it, and the plan that is open.

Owns opening and closing a session and telling every view of it; commands that need a file dialog are plan_files.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import AS_SYSTEM, tr
from territorymap.session.session import PlanChange, Session
from territorymap.ui import icons
from territorymap.ui.account_menu import AccountMenu
from territorymap.ui.actions import Actions
from territorymap.ui.alignments.part import AlignmentPart
from territorymap.ui.altering.part import AlterPart
from territorymap.ui.appearance import Appearance
from territorymap.ui.base_menu import BaseMenu
from territorymap.ui.changes.note_bar import NoteBar
from territorymap.ui.changes.panel import ChangesPanel
from territorymap.ui.color_menu import ColorMenu
from territorymap.ui.compare.commands import CompareCommands
from territorymap.ui.compare.panel import ComparePanel
from territorymap.ui.coverage.panel import CoveragePanel
from territorymap.ui.docks import Docks
from territorymap.ui.find import FindBar
from territorymap.ui.following import Following
from territorymap.ui.help.part import HelpPart
from territorymap.ui.language import CHOICE, switch_language
from territorymap.ui.map.view import MapView
from territorymap.ui.map_commands import MapCommands
from territorymap.ui.map_tools import MapTools
from territorymap.ui.memory import Settling
from territorymap.ui.menus import Menus
from territorymap.ui.merge.conflict_panel import ConflictPanel
from territorymap.ui.merge.merging import Merging
from territorymap.ui.notice_bar import NoticeBar
from territorymap.ui.opening_view import OpeningView
from territorymap.ui.outline_writing import OutlineWriting
from territorymap.ui.panels.account_panel import AccountPanel
from territorymap.ui.panels.history_panel import HistoryPanel
from territorymap.ui.panels.lists_panel import ListsPanel
from territorymap.ui.panels.rep_panel import RepPanel
from territorymap.ui.panels.selection_bar import SelectionBar
from territorymap.ui.panels.territory_panel import TerritoryPanel
from territorymap.ui.plan_files import PlanFiles
from territorymap.ui.plan_opener import PlanOpener
from territorymap.ui.planning.part import PlanningPart
from territorymap.ui.preferences import Preferences
from territorymap.ui.present.part import PresentPart
from territorymap.ui.present.scenes_panel import ScenesPanel
from territorymap.ui.present.what_if import WhatIf
from territorymap.ui.proposals.panel import ProposalsPanel
from territorymap.ui.proposals.part import ProposalsPart
from territorymap.ui.repair.offer import tell_lost
from territorymap.ui.scenarios.disruption_panel import DisruptionPanel
from territorymap.ui.scenarios.part import ScenarioPart
from territorymap.ui.scenarios.scenario_panel import ScenarioPanel
from territorymap.ui.selection import Selection
from territorymap.ui.shape_commands import ShapeCommands
from territorymap.ui.share.send import Sending
from territorymap.ui.solving.part import SolvingPart
from territorymap.ui.start_page import StartPage
from territorymap.ui.status_bar import StatusBar
from territorymap.ui.suggest.panel import MovesPanel
from territorymap.ui.toast import Toast
from territorymap.ui.tool_bar import ToolBar
from territorymap.ui.window_memory import WindowMemory
from territorymap.ui.window_title import window_title

ORIGIN = "window"


class MainWindow(QMainWindow):
    """Shows one plan at a time."""

    replaced = Signal(object)  # by this MainWindow, in another language
    session_shown = Signal(object)  # the Session that is shown from now on, or None

    def __init__(self, path: Path | None = None, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.setWindowIcon(icons.app_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.preferences = preferences or Preferences(parent=self)
        self.session: Session | None = None
        self.opener = PlanOpener(self)
        self._is_plan_shown: bool | None = None
        self._stop_listening: list[Callable[[], None]] = []
        self._farewell: QMessageBox | None = None  # what is to be read of a plan that was closed
        self.selection = Selection(self)
        self.commands = Actions(self)
        self.menus = Menus(self, self.commands)
        self.tools = ToolBar(self.commands, self)  # before the map, so that Tab goes through it first
        self.addToolBar(self.tools)
        self._build_center()
        self._build_panels()
        self._outlines = OutlineWriting(lambda: self.session, self.refuse, self)
        self.files = PlanFiles(self)
        self.sending, self.merging = Sending(self), Merging(self)
        self.map_commands = MapCommands(self)
        self.shape_commands = ShapeCommands(self)
        self.compare_commands = CompareCommands(self)
        self.color_menu, self.base_menu = ColorMenu(self), BaseMenu(self)
        self.account_menu = AccountMenu(self)
        self.what_if = WhatIf(self)
        self.present = PresentPart(self, self.scenes_panel, self.what_if)
        self.scenarios = ScenarioPart(self, self.scenario_panel, self.disruption_panel)
        self.proposals = ProposalsPart(self, self.proposals_panel)
        self.solving = SolvingPart(self)
        self.altering = AlterPart(self)
        self.menus.coverage.addAction(self.coverage_panel.show_panel)
        self.menus.coverage.addSeparator()
        self.planning = PlanningPart(self)
        self.alignments = AlignmentPart(self)
        self.coverage_panel.page_wanted.connect(self.planning.show)
        self.help = HelpPart(self)
        self.settling = Settling(self)
        self._connect()
        self.following = Following(self)
        self._memory.restore_window()
        self._show_session()
        if path is not None:
            QTimer.singleShot(0, lambda: self.open_plan(path))

    # -- the plan ------------------------------------------------------------------------------------------------------

    def open_plan(self, path: Path, *, read_only: bool = False) -> bool:
        """Open a plan in place of the one that is open; says so if that is not possible."""
        if self.session is not None and self.session.document.path.resolve() == path.resolve():
            return True
        if self.opener.is_under_way or not self.what_if.may_close():
            return False
        session = self.opener.read(path, read_only)
        if session is None:
            return False
        self.opening_view.let_in()
        self.set_session(session)
        self.map_view.when_ready(self.opening_view.end)
        self.preferences.add_recent(path)
        self.preferences.set_folder("plans", path.resolve().parent)
        return True

    def open_again(self) -> None:
        """Open the plan anew, as it is by now: for writing if that is possible."""
        if self.session is None or not self.what_if.may_close():
            return
        path = self.session.document.path
        self.set_session(None)
        self.open_plan(path)

    def close_plan(self) -> None:
        """Close the plan and show the start page."""
        if not self.what_if.may_close():
            return
        with self.waiting(tr("Closing the plan…")):
            self.set_session(None)

    def _close_former(self, former: Session) -> None:
        """Close a session; where its file is gone or another's, say so."""
        try:
            former.close()
        except UserError as error:
            self._farewell = tell_lost(self, former.document.path, error)
            self._farewell.finished.connect(self._forget_farewell)
        self.settling.end()

    def _forget_farewell(self) -> None:
        self._farewell = None

    def release_session(self) -> Session | None:
        """Show no session any more and return the one that was shown, still open, for another window."""
        former = self.session
        self.set_session(None, closes_former=False)
        return former

    def set_session(self, session: Session | None, *, closes_former: bool = True) -> None:
        """Show another session, or none; the former one is closed."""
        self.present.leave_session()
        former, self.session = self.session, session
        for stop in self._stop_listening:
            stop()
        self._stop_listening = []
        if former is not None:
            self._memory.keep_panels()
        self.selection.clear(ORIGIN)
        if session is not None:
            # First of all: no view may look up units that are no more.
            self._stop_listening.append(session.listen(self.selection.follow))
        self.account_menu.set_session(session)
        for view in self._views:
            view.set_session(session)  # type: ignore[attr-defined]
        self.color_menu.set_session(session)
        self.base_menu.set_session(session)
        self.present.set_session(session)
        self.scenarios.set_session(session)
        self.alignments.set_session(session)
        self.solving.set_session(session)
        self.altering.set_session(session)
        self.planning.set_session(session)
        self.help.set_session(session)
        if session is not None:
            self._stop_listening.append(session.listen(self._plan_changed))
        if session is None:
            self.opening_view.end()
        self._show_session()
        self.session_shown.emit(session)
        if former is not None and closes_former:
            self._close_former(former)

    def do_undo(self) -> None:
        self._step(lambda session: session.undo(ORIGIN), tr("Taken back: {step}"))

    def do_redo(self) -> None:
        self._step(lambda session: session.redo(ORIGIN), tr("Done again: {step}"))

    def _step(self, run: Callable[[Session], PlanChange], message: str) -> None:
        if self.session is None:
            return
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # a change of the unit layer takes seconds
        try:
            change = run(self.session)
        except UserError as error:
            self.refuse(error)
            return
        finally:
            QApplication.restoreOverrideCursor()
        self.status.tell(message.format(step=change.label))

    # -- telling -------------------------------------------------------------------------------------------------------

    def refuse(self, error: UserError) -> None:
        """Say, without stopping the work, why something was refused."""
        text = f"{error.message} {error.hint}".strip()
        self.toast.show_message(text, "warning")
        self.status.tell(text, "warning")

    def say(self, text: str) -> None:
        """Say something that must be seen, over the map and in the status bar."""
        self.toast.show_message(text)
        self.status.tell(text)

    def tell(self, text: str) -> None:
        """Say that something has been done."""
        self.status.tell(text)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Show that the window is busy for a moment."""
        self.status.show()
        self.status.tell(text)
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        self.status.repaint()
        try:
            yield
        finally:
            QApplication.restoreOverrideCursor()
            self.status.tell("")
            self.status.setVisible(self.session is not None)

    # -- building ------------------------------------------------------------------------------------------------------

    def _build_center(self) -> None:
        self.start_page = StartPage(self.preferences, self)
        self.map_view = MapView(self.selection, self)
        self.notices = NoticeBar(self)
        self._open_again = QAction(tr("Open a&gain"), self)
        self._open_again.setToolTip(
            tr("Read the file anew: with what was done to it meanwhile, and for editing where that is possible now")
        )
        self._open_again.triggered.connect(self.open_again)
        self.plan_page = QWidget(self)
        column = QVBoxLayout(self.plan_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.map_view, 1)
        self._plan_column = column
        self.opening_view = OpeningView(self.map_view)
        self.toast = Toast(self.plan_page)
        self.note_bar = NoteBar(self.selection, self.preferences, self.plan_page)
        self.note_bar.failed.connect(self.refuse)
        self.find_bar = FindBar(self.selection, self.plan_page)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.start_page)
        self.pages.addWidget(self.plan_page)
        self.setCentralWidget(self.pages)
        # A file dropped on the page would be opened by the browser instead of by us.
        for widget in (self.map_view, *self.map_view.findChildren(QWidget)):
            widget.setAcceptDrops(False)

    def add_over_map(self, widget: QWidget) -> None:
        """Put a strip between the notices and the map."""
        self._plan_column.insertWidget(1, widget)

    def _build_panels(self) -> None:
        self.territory_panel = TerritoryPanel(self.selection, self)
        self.territory_panel.bar_chosen.connect(self.map_view.set_index_measure)
        self.account_panel = AccountPanel(self.selection, self)
        self.rep_panel = RepPanel(self.selection, self)
        self.lists_panel = ListsPanel(self.selection, self)
        self.history_panel = HistoryPanel(self.selection, self)
        self.changes_panel = ChangesPanel(self.selection, self.preferences, self)
        self.note_bar.annotated.connect(self.changes_panel.reread)
        self.scenes_panel = ScenesPanel(self.selection, self.map_view, self)
        self.compare_panel = ComparePanel(self.selection, self)
        self.scenario_panel = ScenarioPanel(self.selection, self)
        self.disruption_panel = DisruptionPanel(self.selection, self)
        self.conflict_panel = ConflictPanel(self.selection, self)
        self.coverage_panel = CoveragePanel(self.selection, self)
        self.coverage_panel.marks_changed.connect(self.map_view.show_coverage)
        self.coverage_panel.said.connect(self.tell)
        self.proposals_panel = ProposalsPanel(self.selection, self)
        self.moves_panel = MovesPanel(self.selection, self)
        self.moves_panel.pointed.connect(self.map_view.mark_units)
        self.moves_panel.said.connect(self.tell)
        self.territory_panel.bar_chosen.connect(self.moves_panel.follow_index)
        self.selection_bar = SelectionBar(self.selection, self)
        self.panels = {
            "territories": self.territory_panel,
            "history": self.history_panel,
            "accounts": self.account_panel,
            "reps": self.rep_panel,
            "lists": self.lists_panel,
            "changes": self.changes_panel,
            "scenes": self.scenes_panel,
            "compare": self.compare_panel,
            "scenarios": self.scenario_panel,
            "disruption": self.disruption_panel,
            "coverage": self.coverage_panel,
            "conflicts": self.conflict_panel,
            "proposals": self.proposals_panel,
            "moves": self.moves_panel,
        }
        self.status = StatusBar(self)
        self.status.add_selection(self.selection_bar)
        self.setStatusBar(self.status)
        self.docks = Docks(self, dict(self.panels), self.map_view)
        for name, panel in self.panels.items():
            self.docks.by_name[name].visibilityChanged.connect(panel.set_seen)
        self.changes_panel.wanted.connect(lambda: self.docks.go_to("changes"))
        self.coverage_panel.wanted.connect(lambda: self.docks.go_to("coverage"))
        self.moves_panel.wanted.connect(lambda: self.docks.go_to("moves"))
        self._memory = WindowMemory(self, self.docks, self.preferences)
        self._views: list[QWidget] = [
            self.map_view,
            *self.panels.values(),
            self.selection_bar,
            self.find_bar,
            self.note_bar,
        ]
        self._fill_menus()

    def _fill_menus(self) -> None:
        self.menus.fill_view(self.docks.actions(), self.commands)
        self.menus.territory.addActions(self.territory_panel.actions())
        self.menus.territory.addAction(self.changes_panel.of_territory)
        self.menus.territory.addSeparator()
        self.menus.territory.addActions([self.commands["build"], self.commands["rebalance"]])
        self.territory_panel.no_territory.offer(self.commands["build"])
        self.menus.territory.addActions([self.moves_panel.show_moves, self.moves_panel.apply])
        self.menus.territory.addSeparator()
        self.menus.territory.addAction(self.commands["balance_settings"])
        self.menus.accounts.addAction(self.commands["import_accounts"])
        self.menus.accounts.addSeparator()
        self.menus.accounts.addActions(self.account_panel.actions())
        self.menus.accounts.addAction(self.changes_panel.of_account)
        self.menus.accounts.addSeparator()
        self.menus.accounts.addActions(self.lists_panel.actions())
        self.menus.reps.addAction(self.commands["import_reps"])
        self.menus.reps.addSeparator()
        self.menus.reps.addActions(self.rep_panel.actions())

    def _connect(self) -> None:
        run = {
            "quit": self.close,
            "close": self.close_plan,
            "undo": self.do_undo,
            "redo": self.do_redo,
            "find": self.find_bar.open,
            "note": self.note_bar.ask,
            "clear_selection": lambda: self.selection.clear(ORIGIN),
            "whole_map": self.map_view.fly_home,
            "swap_colors": self.color_menu.swap,
            "reset_layout": self.docks.reset,
            **self.files.handlers(),
            **self.sending.handlers(),
            **self.merging.handlers(),
            **self.map_commands.handlers(),
            **self.shape_commands.handlers(),
            **self.compare_commands.handlers(),
            **self.solving.handlers(),
            **self.help.handlers(),
        }
        for name, handler in run.items():
            self.commands[name].triggered.connect(lambda _checked=False, handler=handler: handler())
        self.commands["full_screen"].toggled.connect(self._toggle_full_screen)
        self.map_tools = MapTools(self)
        self._connect_views()
        self._appearance = Appearance(self)

    def _connect_views(self) -> None:
        for panel in self.panels.values():
            panel.zoom_requested.connect(self.map_view.fly_to)
            panel.failed.connect(self.refuse)
        self.find_bar.zoom_requested.connect(self.map_view.fly_to)
        self.find_bar.panel_wanted.connect(self.docks.bring_up)
        self.map_view.ready.connect(self.settling.begin)
        self.solving.warmer.ended.connect(self.settling.begin)
        self.status.pieces_wanted.connect(self.commands["next_piece"].trigger)
        self.status.unassigned_wanted.connect(lambda: self.docks.go_to("lists"))
        self.start_page.sample_wanted.connect(self.files.open_sample)
        self.start_page.new_wanted.connect(self.files.new_plan)
        self.start_page.open_wanted.connect(self.files.choose_plan)
        self.start_page.recent_wanted.connect(self.open_plan)

    # -- reactions -----------------------------------------------------------------------------------------------------

    def choose_theme(self, choice: str) -> None:
        """Use "system", "light" or "dark" from now on."""
        self._appearance.choose(choice)

    def choose_language(self, choice: str) -> None:
        """Speak a key of i18n.LANGUAGES, or as the system, from now on: in a window that takes the place of this."""
        if choice != (self.preferences.text(CHOICE) or AS_SYSTEM):
            QTimer.singleShot(0, self, lambda: switch_language(self, choice))  # a dialog of this window may be closing

    def _toggle_full_screen(self, on: bool) -> None:
        state = self.windowState()
        flag = Qt.WindowState.WindowFullScreen
        self.setWindowState(state | flag if on else state & ~flag)

    def _plan_changed(self, change: PlanChange) -> None:
        self.map_tools.follow(change)
        self.map_commands.refresh()
        self._show_numbers()
        self._outlines.put_off()

    def _show_session(self) -> None:
        session = self.session
        self.show_page(is_plan=session is not None)
        can_write = session is not None and not session.is_read_only
        self.commands.enable(has_plan=session is not None, can_write=can_write)
        self.following.set_session(session)
        self.show_notices()
        self.toast.hide()
        self.find_bar.hide()
        self.files.session_changed()
        self.map_tools.begin_anew()
        self.map_commands.refresh()
        self.map_tools.show_territories()
        self._show_numbers()

    def show_notices(self) -> None:
        """Show what is to be known of the plan itself, and the ways on from there."""
        session = self.session
        notices = list(session.document.notices) if session is not None else []
        is_ours = session is not None and not session.is_read_only and not self.following.is_lost
        self.notices.set_notices(notices, () if is_ours else (self.commands["save_copy"], self._open_again))

    def show_page(self, *, is_plan: bool | None = None) -> None:
        """Show the map with its panels, or the start page; by default as the plan that is open, or none, wants it."""
        is_plan = self.session is not None if is_plan is None else is_plan
        self.pages.setCurrentWidget(self.plan_page if is_plan else self.start_page)
        self.tools.setVisible(is_plan)
        self.status.setVisible(is_plan)
        if is_plan == self._is_plan_shown:
            return
        self._is_plan_shown = is_plan
        if is_plan:
            self.docks.enable()
            self._memory.restore_panels()
            self.map_view.setFocus()  # else the first tool would look chosen
        else:
            self.docks.hide()

    def _show_numbers(self) -> None:
        session = self.session
        self.shape_commands.refresh()
        self.setWindowTitle(window_title(session))
        if session is None:
            self.commands.set_undo(None, None)
            self.status.set_unassigned(None)
            return
        document = session.document
        self.commands.set_undo(
            document.undo_label if document.can_undo else None, document.redo_label if document.can_redo else None
        )
        balance = session.balance
        self.status.set_unassigned(balance.unassigned_units, balance.unassigned_accounts)

    # -- window --------------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Let go of the page and all widgets; the page must be gone before its profile."""
        self.help.end()
        self.map_view.tear_down()
        self.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.opener.is_under_way:
            self.opener.close_after()
            event.ignore()
            return
        self.scenes_panel.keep_notes()
        if not self.what_if.may_close():
            event.ignore()
            return
        self._memory.keep_window()
        if self.session is not None:
            with self.waiting(tr("Closing the plan…")):
                self.set_session(None)
        self.preferences.sync()
        if self._farewell is not None:  # first it must be read
            self._farewell.finished.connect(lambda _result: self.close())
            event.ignore()
            return
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.opener.is_under_way and self.files.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.take(event.mimeData())
        event.acceptProposedAction()
