"""Ties alignments into the window: tabs over the map, the menu Coverage, the page. Owns the wiring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from territorymap.i18n import tr
from territorymap.model.covering import told_scope
from territorymap.model.scope import scope_fields
from territorymap.session.session import PlanChange, Session
from territorymap.ui.alignments.commands import AlignmentCommands
from territorymap.ui.alignments.tabs import AlignmentTabs

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class AlignmentPart(QObject):
    """Alignments of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self.commands = commands = AlignmentCommands(window.selection, window.map_view.second)
        commands.setParent(window)
        commands.failed.connect(window.refuse)
        commands.said.connect(window.tell)
        commands.changed.connect(self._show)
        self.tabs = tabs = AlignmentTabs(window)
        tabs.switch_wanted.connect(commands.switch)
        tabs.edit_wanted.connect(lambda alignment_id: commands.ask_edit(alignment_id, window))
        tabs.menu_wanted.connect(self._open_menu)
        tabs.lines.menu().aboutToShow.connect(lambda: self._fill_lines(tabs.lines.menu()))
        window.add_over_map(tabs)
        window.territory_panel.teams_wanted.connect(lambda: window.planning.show("teams"))
        window.addActions(commands.actions())  # shortcuts work from everywhere in the window
        menu = window.menus.coverage
        self.second_menu = QMenu(tr("&Second alignment as lines"), menu)
        self.second_menu.aboutToShow.connect(lambda: self._fill_lines(self.second_menu))
        first = menu.actions()[0] if menu.actions() else None
        groups: list[QAction] = [*commands.by_number, self._rule(), commands.new, commands.next, commands.previous]
        groups += [commands.outline, self.second_menu.menuAction(), self._rule()]
        for action in groups:
            menu.insertAction(first, action) if first is not None else menu.addAction(action)

    def _rule(self) -> QAction:
        rule = QAction(self)
        rule.setSeparator(True)
        return rule

    # -- the plan ------------------------------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show the alignments of another plan, or none."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self.commands.set_session(session)
        self._stop = session.listen(self._changed) if session is not None else None
        self._show()

    def _changed(self, change: PlanChange) -> None:
        if change.touches("segment", "measure"):
            self._show()

    def _show(self) -> None:
        commands, session = self.commands, self._session
        if session is None or session is not commands.session:
            self.tabs.show_alignments([], -1, [], "")
            return
        fields = scope_fields(session.plan)
        tips = [told_scope(alignment.scope, fields) for alignment in commands.alignments]
        second = next((a.name for a in commands.alignments if a.alignment_id == commands.second.alignment_id), "")
        self.tabs.show_alignments(commands.alignments, commands.in_use, tips, second)

    # -- menus ---------------------------------------------------------------------------------------------------------

    def _fill_lines(self, menu: QMenu) -> None:
        menu.clear()
        for old in menu.findChildren(QActionGroup):
            old.deleteLater()
        group = QActionGroup(menu)
        for action in self.commands.outline_actions(menu.addAction):
            group.addAction(action)

    def _open_menu(self, alignment_id: int, where: QPoint) -> None:
        commands, window = self.commands, self._window
        menu = QMenu(window)
        switch = menu.addAction(tr("&Work in it"))
        switch.setEnabled(alignment_id != commands.in_use)
        switch.triggered.connect(lambda: commands.switch(alignment_id))
        lines = menu.addAction(tr("Draw it as &lines"))
        lines.setCheckable(True)
        lines.setChecked(commands.second.alignment_id == alignment_id)
        lines.setEnabled(alignment_id != commands.in_use)
        lines.triggered.connect(lambda is_on: commands.show_outline(alignment_id if is_on else -1))
        edit = menu.addAction(tr("&Edit…"))
        edit.setEnabled(commands.can_write)
        edit.triggered.connect(lambda: commands.ask_edit(alignment_id, window))
        menu.addSeparator()
        menu.addAction(commands.new)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)
