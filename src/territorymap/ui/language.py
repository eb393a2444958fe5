"""The language of the window: what is chosen, what Qt says itself, and a switch while a plan is open.

Owns the order of a switch: another window is built on the same session and put in the place of the former one, for
sentences stand in widgets, models and the page of the map. Which languages there are is i18n's.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QGuiApplication

from territorymap import i18n
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.resources import translations
from territorymap.session.session import Session
from territorymap.ui.preferences import Preferences

if TYPE_CHECKING:
    from territorymap.session.solving.proposal import Proposal
    from territorymap.ui.main_window import MainWindow
    from territorymap.ui.selection import Ix

CHOICE = "language"  # in the preferences: a key of i18n.LANGUAGES, or i18n.AS_SYSTEM
ORIGIN = "language"
_CATALOGUES = ("qtbase", "qtwebengine")
_OURS = "territorymap_language"


def start_language(preferences: Preferences) -> str:
    """Speak as the environment says, else as was chosen here, else as the system; return the language."""
    for wish in (os.environ.get(i18n.LANGUAGE_VARIABLE, ""), preferences.text(CHOICE), i18n.AS_SYSTEM):
        if wish == i18n.AS_SYSTEM or i18n.find_language(wish) is not None:
            return use_language(wish)
    raise AssertionError("the system has some language")


def use_language(wish: str) -> str:
    """Speak a language from now on, Qt's own words included; what is shown already stays as it is."""
    language = i18n.use_language(wish, translations(), _system_locale())
    QLocale.setDefault(QLocale(i18n.locale_name()))
    app = QCoreApplication.instance()
    if app is None:
        return language
    for old in app.findChildren(QTranslator):
        if old.objectName() == _OURS:
            app.removeTranslator(old)
            old.deleteLater()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for catalogue in _CATALOGUES:
        translator = QTranslator(app)
        translator.setObjectName(_OURS)
        if language != "en" and translator.load(f"{catalogue}_{language}", folder):
            app.installTranslator(translator)
    QGuiApplication.setApplicationDisplayName(tr("Territory Map"))
    return language


def _system_locale() -> str:
    """Return the system's locale; on Windows and macOS Qt knows it better than the environment."""
    return i18n.system_locale() or QLocale.system().name()


# -- switching ---------------------------------------------------------------------------------------------------------


def switch_language(window: MainWindow, wish: str) -> MainWindow | None:
    """Put a window in another language in the place of this one; None, and a word why, where that cannot be now."""
    try:
        _check(window)
    except UserError as error:
        window.refuse(error)
        return None
    window.preferences.set_text(CHOICE, wish)
    window.preferences.sync()
    use_language(wish)
    return rebuild(window)


def rebuild(window: MainWindow) -> MainWindow:
    """Build the window anew on the same session: place, panels, selection, map and presentation stay."""
    from territorymap.ui.main_window import MainWindow

    look = _Look.of(window)
    session = window.release_session()
    new = MainWindow(None, window.preferences)
    new.solving.warms_up = window.solving.warms_up
    new.restoreGeometry(window.saveGeometry())
    if not window.isMaximized() and not window.isFullScreen():
        new.resize(window.size())  # Qt takes a window back that is larger than its screen
    new.show()  # before the former one goes: the program ends with its last window
    if session is not None:
        new.set_session(session)
        look.give_to(new)
    if topic := window.help.topic_shown:
        new.help.show(topic)
    window.hide()
    window.replaced.emit(new)
    window.settling.end()
    window.end()
    return new


def _check(window: MainWindow) -> None:
    if window.opener.is_under_way:
        raise UserError(tr("A plan is being opened."), tr("Change the language when it is open."))
    if window.solving.runner.is_running or window.solving.proposals:
        raise UserError(
            tr("The language cannot be changed while territories are being solved."),
            tr("Stop, take or discard it first, above the map."),
        )


@dataclass
class _Look:
    """What a window shows of a session besides what session and preferences remember."""

    territory_id: int | None
    units: Ix
    accounts: Ix
    bounds: tuple[float, float, float, float] | None
    tool: str
    target: tuple[int | None, bool]
    radius_px: int
    level: int
    measure: str | None
    compared: tuple[int, str] | None  # scenario before, way
    page: str  # of the planning window, "" = closed
    scene_id: int | None
    is_presenting: bool
    proposals: list[Proposal]

    @classmethod
    def of(cls, window: MainWindow) -> _Look:
        view, selection, planning = window.map_view, window.selection, window.planning.window
        link, presentation = view.compare, window.present.presentation
        return cls(
            territory_id=selection.territory_id,
            units=selection.units,
            accounts=selection.accounts,
            bounds=view.bounds if view.is_ready else None,
            tool=view.tool,
            target=(view.target, window.commands["erase"].isChecked()),
            radius_px=view.brush_radius_px,
            level=view.level,
            measure=view.index_measure,
            compared=(link.scenario_id, link.way) if link.is_on and link.scenario_id is not None else None,
            page=planning.page_name if planning is not None and planning.isVisible() else "",
            scene_id=presentation.scene_id,
            is_presenting=presentation.is_on,
            proposals=list(window.proposals_panel.proposals),
        )

    def give_to(self, window: MainWindow) -> None:
        """Show the same in another window, on the same session."""
        session = window.session
        assert session is not None
        view, selection = window.map_view, window.selection
        selection.set_territory(self.territory_id, ORIGIN)
        selection.set_units(np.asarray(self.units), ORIGIN)
        selection.set_accounts(np.asarray(self.accounts), ORIGIN)
        view.set_brush_radius(self.radius_px)
        window.tools.set_brush(self.radius_px)
        view.set_tool(self.tool)
        window.tools.set_tool(self.tool)
        territory_id, is_erasing = self.target
        window.commands["erase"].setChecked(is_erasing)
        if is_erasing or territory_id is not None:
            view.set_target(None if is_erasing else territory_id)
            window.tools.set_target(None if is_erasing else territory_id)
        if self.measure is not None:
            view.set_index_measure(self.measure)
        view.when_ready(lambda: view.glide_to(self.bounds, is_smooth=False) if self.bounds else None)
        view.when_ready(lambda: self._set_level(window))
        self._compare(window, session)
        if self.proposals:
            window.proposals_panel.set_proposals(self.proposals)
        if self.page:
            window.planning.show(self.page)
        if self.is_presenting:
            window.present.presentation.begin(self.scene_id)

    def _set_level(self, window: MainWindow) -> None:
        window.map_view.set_level(self.level)
        window.map_tools.show_levels()

    def _compare(self, window: MainWindow, session: Session) -> None:
        if self.compared is not None:
            before, way = self.compared
            window.compare_commands.show(before, session.plan.scenario.scenario_id, way)
