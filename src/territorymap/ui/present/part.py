"""Ties scenes, presentation and what-if into the window. Owns the wiring; each part's work is in its own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.privacy import Privacy
from territorymap.model.scene_view import SceneView, read_scene_view
from territorymap.session.commands.scenes import find_scene
from territorymap.session.session import Session
from territorymap.ui import icons
from territorymap.ui.map_specs import MAP_OPTIONS
from territorymap.ui.parts.tick_menu import TickMenu
from territorymap.ui.present.bars import WhatIfBar
from territorymap.ui.present.presentation import Presentation
from territorymap.ui.present.scenes_panel import ScenesPanel
from territorymap.ui.present.showing import place_of, show_looks
from territorymap.ui.present.stops import where_of
from territorymap.ui.present.what_if import WhatIf

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class PresentPart(QObject):
    """Presenting, of one window."""

    def __init__(self, window: MainWindow, panel: ScenesPanel, what_if: WhatIf) -> None:
        super().__init__(window)
        self._window, self._panel, self.what_if = window, panel, what_if
        self.presentation = Presentation(window, panel.thumbnails)
        self.bar = WhatIfBar(window, has_tools=False)
        window.add_over_map(self.bar)
        self.what_if_action = QAction(tr("&What if"), window)
        self.what_if_action.setCheckable(True)
        self.what_if_action.setToolTip(tr("Try changes in a scratch scenario; keep it under a name, or drop it"))
        self.what_if_action.setShortcut("Ctrl+T")
        icons.set_icon(self.what_if_action, "present-what-if")
        window.addAction(self.what_if_action)
        self._displays = QMenu(tr("&Display of the audience"), window)
        self._hiding = TickMenu(tr("&Hide"), window)
        icons.set_icon(self._hiding.menuAction(), "present-hide")
        self._wire()
        self._fill_menu()
        self._follow()

    def _wire(self) -> None:
        self._panel.present_wanted.connect(self.presentation.begin)
        self._panel.show_wanted.connect(self.show_scene)
        self.what_if_action.triggered.connect(self._toggle_what_if)
        self.bar.kept.connect(self.what_if.keep)
        self.bar.dropped.connect(self.what_if.drop)
        self.what_if.changed.connect(self._follow)
        self._displays.aboutToShow.connect(self._list_displays)

    def _fill_menu(self) -> None:
        menu = self._window.menus.present
        present, here, add, update = self._panel.actions_of_menu()
        menu.addActions([present, here])
        menu.addMenu(self._displays)
        menu.addMenu(self._hiding)
        menu.addAction(self.presentation.hide_pay)
        self.presentation.switches.fill(self._hiding)
        menu.addSeparator()
        menu.addActions([add, update])
        menu.addSeparator()
        menu.addAction(self.what_if_action)

    @property
    def privacy(self) -> Privacy:
        """What no export may hold now."""
        return self.presentation.privacy

    # -- the plan ------------------------------------------------------------------------------------------------------

    def leave_session(self) -> None:
        """End what belongs to the plan that is about to be closed."""
        self.presentation.end()

    def set_session(self, session: Session | None) -> None:
        """Present another plan, or none."""
        self.presentation.switches.set_plan(session.plan if session is not None else None)
        self.presentation.follow_pay()
        self.what_if.set_session(session)
        self._follow()

    def show_scene(self, scene_id: int) -> None:
        """Show a scene on the plan's own map: its scenario, place, colours and options."""
        session, window = self._window.session, self._window
        if session is None:
            return
        try:
            view = read_scene_view(find_scene(session.plan, scene_id).content)
            self._switch(session, view)
        except UserError as error:
            window.refuse(error)
            return
        for name, value in view.options.items():
            if name in MAP_OPTIONS:
                window.commands[name].setChecked(value)
        with window.waiting(tr("Colouring the map…")):
            show_looks(window.map_view, view)
        window.map_view.glide_to(place_of(view))

    def _switch(self, session: Session, view: SceneView) -> None:
        if not self.what_if.is_on:
            session.switch_place(*where_of(session.plan, view.scenario, view.alignment))

    # -- what-if -------------------------------------------------------------------------------------------------------

    def _toggle_what_if(self, on: bool) -> None:
        if on and not self.what_if.is_on:
            self.what_if.begin()
        elif not on and self.what_if.is_on:
            self.what_if.ask()
        self._follow()

    def _follow(self) -> None:
        """Show the banner over the map while a what-if is on."""
        session = self._window.session
        can_write = session is not None and not session.is_read_only
        self.what_if_action.setEnabled(can_write or self.what_if.is_on)
        self.what_if_action.setChecked(self.what_if.is_on)
        self.bar.text.setText(self.what_if.text)
        self.bar.setVisible(self.what_if.is_on)

    # -- displays ------------------------------------------------------------------------------------------------------

    def _list_displays(self) -> None:
        """List the displays anew: one may have been plugged in."""
        self._displays.clear()
        group = QActionGroup(self._displays)
        chosen = self.presentation.screen_name
        for screen in QGuiApplication.screens():
            size = screen.geometry()
            name = screen.name()
            text = tr("{name}, {width} × {height}", name=name, width=size.width(), height=size.height())
            action = self._displays.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name == chosen)
            group.addAction(action)
            action.triggered.connect(lambda _=False, name=name: self.presentation.choose_screen(name))
