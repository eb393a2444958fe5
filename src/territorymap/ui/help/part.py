"""Ties the help into the main window: F1 on what has the focus, links that do something, shortcuts, the tour.

Owns the wiring; the help window is made when it is first wanted, so that no start waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QMainWindow, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.ui import theme
from territorymap.ui.help.asking import KEY
from territorymap.ui.help.contexts import topic_of
from territorymap.ui.help.library import FIRST
from territorymap.ui.help.tour.offer import TourOffer

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.ui.help.sheet import ShortcutSheet
    from territorymap.ui.help.tour.tour import Tour
    from territorymap.ui.help.window import HelpWindow
    from territorymap.ui.main_window import MainWindow

TOUR_KNOWN = "tour_known"
_SEEN_BY_OTHERS = "AudienceWindow"  # no help before an audience


class HelpPart(QObject):
    """The help of one main window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._main = window
        self.window: HelpWindow | None = None
        self.sheet: ShortcutSheet | None = None
        self.tour: Tour | None = None
        self._offer = TourOffer(window)
        self._offer.hide()
        window.add_over_map(self._offer)
        self._offer.wanted.connect(self.start_tour)
        self._offer.refused.connect(self.forget_offer)
        window.start_page.tour_wanted.connect(self.start_tour)
        window.start_page.show_tour(self.is_tour_new)
        QApplication.instance().focusChanged.connect(self._give_key)  # type: ignore[union-attr]
        found = theme.current()
        if found is not None:
            found.changed.connect(self._theme_changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each command of the menu Help runs."""
        return {
            "help": self.help_here,
            "help_contents": lambda: self.show(FIRST),
            "shortcuts": self.show_shortcuts,
            "tour": self.start_tour,
        }

    # -- topics --------------------------------------------------------------------------------------------------------

    def help_here(self) -> None:
        """Show the topic of what has the focus."""
        self.help_on(QApplication.focusWidget() or QApplication.activeWindow())

    def help_on(self, widget: QWidget | None) -> None:
        """Show the topic of a widget."""
        self.show(topic_of(widget, self._main.map_view.tool) if self._main.session is not None else self._bare(widget))

    def show(self, name: str) -> HelpWindow:
        """Bring up the help with a topic."""
        window = self._made()
        window.open_topic(name)
        blocking = QApplication.activeModalWidget()
        if blocking is not None and blocking.windowModality() == Qt.WindowModality.ApplicationModal:
            # A window that belongs to the question may be used while it waits; Qt looks at that when it is shown.
            window.hide()
            window.winId()
            window.windowHandle().setTransientParent(blocking.windowHandle())
        window.show_in_front()
        return window

    @property
    def topic_shown(self) -> str:
        """The topic that can be read now, "" where the help is closed."""
        return self.window.topic if self.window is not None and self.window.isVisible() else ""

    def _bare(self, widget: QWidget | None) -> str:
        """Without a plan the map page is not seen, whatever had the focus in it."""
        is_dialog = widget is not None and isinstance(widget.window(), QDialog)
        return topic_of(widget, "pick") if is_dialog else topic_of(self._main.start_page, "pick")

    def _made(self) -> HelpWindow:
        if self.window is None:
            from territorymap.ui.help.naming import WindowNames
            from territorymap.ui.help.window import HelpWindow

            self.window = HelpWindow(WindowNames(self._main), self._main.preferences)
            self.window.do_wanted.connect(self.follow)
        return self.window

    # -- links ---------------------------------------------------------------------------------------------------------

    def follow(self, target: str) -> None:
        """Carry out a link: ``do:build``, ``panel:reps``, ``page:quota``; says so where that is not possible now."""
        try:
            self._follow(target)
        except UserError as error:
            if self.window is not None:
                self.window.tell(error)

    def _follow(self, target: str) -> None:
        kind, _, name = target.partition(":")
        if kind == "do":
            self._trigger(name)
            return
        if self._main.session is None:
            raise UserError(tr("No plan is open."), tr("Open one, or the sample plan, then choose the link again."))
        self._in_front()
        if kind == "panel":
            self._main.docks.go_to(name)
        elif kind == "page":
            self._main.planning.show(name)
        else:
            raise KeyError(target)

    def _trigger(self, name: str) -> None:
        from territorymap.ui.help.naming import WindowNames, plain

        action = WindowNames(self._main).action(name)
        if not action.isEnabled():
            what = plain(action.text())
            if self._main.session is None:
                raise UserError(
                    tr("“{command}” needs an open plan.", command=what),
                    tr("Open one, or the sample plan, then choose the link again."),
                )
            raise UserError(
                tr("“{command}” is not possible now.", command=what),
                tr("Something has to be selected for it, or the plan is open for reading only."),
            )
        if QApplication.activeModalWidget() is not None:
            raise UserError(tr("A dialog is open."), tr("Close it first, then choose the link again."))
        self._in_front()
        action.trigger()

    def _in_front(self) -> None:
        self._main.raise_()
        self._main.activateWindow()

    # -- shortcuts -----------------------------------------------------------------------------------------------------

    def show_shortcuts(self) -> None:
        """Bring up the sheet of all keys."""
        from territorymap.ui.help.keys import list_areas
        from territorymap.ui.help.sheet import ShortcutSheet

        if self.sheet is None:
            self.sheet = ShortcutSheet(list_areas(self._main), self._main.preferences, self._main)
            self.sheet.destroyed.connect(self._sheet_gone)
        self.sheet.show()
        self.sheet.raise_()
        self.sheet.activateWindow()

    def _sheet_gone(self) -> None:
        self.sheet = None

    # -- tour ----------------------------------------------------------------------------------------------------------

    def start_tour(self) -> None:
        """Begin the tour in a copy of the sample plan: in the one that is open, else in a new one."""
        from territorymap.ui.help.tour.opening import open_tour_plan
        from territorymap.ui.help.tour.tour import Tour

        self.end_tour()
        self._main.raise_()
        self._main.activateWindow()
        if QApplication.activeModalWidget() is not None or not open_tour_plan(self._main):
            return
        session = self._main.session
        assert session is not None
        self._offer.hide()
        self.tour = Tour(self._main, session)
        self.tour.ended.connect(self._tour_ended)

    def end_tour(self) -> None:
        """Put the tour away, if one is under way."""
        if self.tour is not None:
            self.tour.end()

    def offer_tour(self) -> None:
        """Offer the tour over the map, once: when the sample plan is opened and nobody has taken or refused it."""
        if self.is_tour_new and self.tour is None:
            self._offer.show()

    @property
    def is_tour_new(self) -> bool:
        """Whether the tour was neither taken nor refused on this computer."""
        return not self._main.preferences.flag(TOUR_KNOWN, default=False)

    def _tour_ended(self, was_whole: bool) -> None:
        self.forget_offer()
        if self.tour is not None:
            self.tour.deleteLater()
        self.tour = None
        told = tr("That was the tour. F1 helps wherever you are.")
        self._main.tell(told if was_whole else tr("The tour was put away. It stands in the menu Help."))

    def forget_offer(self) -> None:
        """Offer the tour no more; the menu Help has it."""
        self._main.preferences.set_flag(TOUR_KNOWN, value=True)
        self._offer.hide()
        self._main.start_page.show_tour(False)

    def set_session(self, session: Session | None) -> None:
        """Another plan, or none: a tour is about the one that it began in."""
        self.end_tour()
        self._offer.hide()

    # -- life ----------------------------------------------------------------------------------------------------------

    def _give_key(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Give every window that gets the focus the key of help: a modal one keeps the main window's keys out."""
        window = now.window() if now is not None else None
        if window is None or isinstance(window, (QMainWindow, QDockWidget)) or window is self.window:
            return
        if type(window).__name__ == _SEEN_BY_OTHERS or not (window.windowFlags() & Qt.WindowType.Window):
            return
        if window.windowType() in (Qt.WindowType.Popup, Qt.WindowType.ToolTip):
            return
        if window.findChild(QShortcut, KEY, Qt.FindChildOption.FindDirectChildrenOnly) is not None:
            return
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_F1), window)
        shortcut.setObjectName(KEY)
        shortcut.activated.connect(self.help_here)

    def _theme_changed(self) -> None:
        if self.window is not None:
            self.window.refresh_theme()

    def end(self) -> None:
        """Let go of the help window, which belongs to no other."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._give_key)
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None
