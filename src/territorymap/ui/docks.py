"""The panels around the map: which there are, where they belong, how wide they start.

Owns the dock widgets and their default layout; not what a panel shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDockWidget, QMainWindow, QTabWidget, QWidget

from territorymap.i18n import tr
from territorymap.ui.parts.scale import ems

_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
_RIGHT_EMS, _RIGHT_SHARE = 84, 0.40
_BOTTOM_SHARE = 0.27


@dataclass(frozen=True)
class Place:
    """One panel: its name, title, key and side."""

    name: str
    title: str
    shortcut: str
    area: Qt.DockWidgetArea
    is_shown: bool = True  # from the beginning


def list_places() -> list[Place]:
    """Return the panels in the order of the View menu."""
    return [
        Place("territories", tr("Territories"), "Ctrl+1", _RIGHT),
        Place("history", tr("History"), "Ctrl+2", _RIGHT),
        Place("accounts", tr("Accounts"), "Ctrl+3", _BOTTOM),
        Place("reps", tr("Reps"), "Ctrl+4", _BOTTOM),
        Place("lists", tr("To do"), "Ctrl+5", _BOTTOM),
        Place("compare", tr("Compare"), "Ctrl+6", _BOTTOM),
        Place("scenarios", tr("Scenarios"), "Ctrl+7", _RIGHT),
        Place("disruption", tr("Disruption"), "Ctrl+8", _RIGHT),
        Place("changes", tr("Changes"), "Ctrl+9", _RIGHT),
        Place("scenes", tr("Scenes"), "Ctrl+Alt+S", _RIGHT),
        Place("moves", tr("Next moves"), "Ctrl+Alt+D", _BOTTOM),
        Place("coverage", tr("Coverage"), "Ctrl+Alt+V", _RIGHT),
        Place("conflicts", tr("Merge conflicts"), "Ctrl+Alt+C", _BOTTOM),
        Place("proposals", tr("Proposals"), "Ctrl+Alt+P", _RIGHT, is_shown=False),
    ]


class Docks:
    """The dock widgets of a window by name."""

    def __init__(self, window: QMainWindow, panels: dict[str, QWidget], work: QWidget) -> None:
        """``work`` takes the keys when the panel that had them is hidden."""
        self._window, self._work = window, work
        self._titles = QTimer(window, singleShot=True, interval=0)
        self._titles.timeout.connect(self._show_titles)
        self.by_name: dict[str, QDockWidget] = {}
        self._switches: dict[str, QAction] = {}
        self._in_front: set[str] = set()
        self._offered: dict[str, tuple[bool, str]] = {}  # by panel: whether it was hidden, and what stood in its place
        window.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.tabifiedDockWidgetActivated.connect(self._tab_chosen)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        for place in list_places():
            self._add(place, panels[place.name])
        self.reset()
        self.hide()

    def actions(self) -> list[QAction]:
        """Return the switches of the panels, in order."""
        return [self._switches[place.name] for place in list_places()]

    def reset(self) -> None:
        """Put all panels back to their places and default sizes."""
        for place in list_places():
            dock = self.by_name[place.name]
            dock.setFloating(False)
            self._window.addDockWidget(place.area, dock)
            dock.setVisible(place.is_shown)
        self._window.tabifyDockWidget(self.by_name["territories"], self.by_name["history"])
        self._window.tabifyDockWidget(self.by_name["history"], self.by_name["scenarios"])
        self._window.tabifyDockWidget(self.by_name["scenarios"], self.by_name["disruption"])
        self._window.tabifyDockWidget(self.by_name["disruption"], self.by_name["changes"])
        self._window.tabifyDockWidget(self.by_name["changes"], self.by_name["scenes"])
        self._window.tabifyDockWidget(self.by_name["scenes"], self.by_name["coverage"])
        self._window.tabifyDockWidget(self.by_name["coverage"], self.by_name["proposals"])
        self._window.tabifyDockWidget(self.by_name["accounts"], self.by_name["reps"])
        self._window.tabifyDockWidget(self.by_name["reps"], self.by_name["lists"])
        self._window.tabifyDockWidget(self.by_name["lists"], self.by_name["compare"])
        self._window.tabifyDockWidget(self.by_name["compare"], self.by_name["moves"])
        self._window.tabifyDockWidget(self.by_name["moves"], self.by_name["conflicts"])
        self.by_name["territories"].raise_()
        self.by_name["accounts"].raise_()
        self.size_by_window()

    def size_by_window(self) -> None:
        """Give the panels their share of the window."""
        width = min(ems(self._window, _RIGHT_EMS), round(self._window.width() * _RIGHT_SHARE))
        height = round(self._window.height() * _BOTTOM_SHARE)
        self._window.resizeDocks([self.by_name["territories"]], [width], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self.by_name["accounts"]], [height], Qt.Orientation.Vertical)

    def hide(self) -> None:
        """Hide all panels, e.g. while the start page is shown."""
        for dock in self.by_name.values():
            dock.hide()
            dock.toggleViewAction().setEnabled(False)
        for switch in self._switches.values():
            switch.setEnabled(False)

    def enable(self) -> None:
        for dock in self.by_name.values():
            dock.toggleViewAction().setEnabled(True)
        for switch in self._switches.values():
            switch.setEnabled(True)

    def bring_up(self, name: str) -> None:
        """Show a panel, in front of those that share its place."""
        dock = self.by_name[name]
        dock.show()
        dock.raise_()

    def offer(self, name: str) -> None:
        """Show a panel that the planner did not ask for; :meth:`put_away` brings back what stood in its place."""
        dock, seen = self.by_name[name], set(self._in_front)
        was_hidden = dock.isHidden()
        self.bring_up(name)
        if name not in seen:  # Qt knows the tabs beside it only once it is shown
            beside = {self._name_of(other) for other in self._window.tabifiedDockWidgets(dock)}
            self._offered[name] = was_hidden, next(iter(beside & seen), "")

    def put_away(self, name: str) -> None:
        """Hide a panel that came with an offer, and bring back what stood in its place if it is still in front.

        One that stood before the offer, or that the planner went to since, stays.
        """
        was_hidden, former = self._offered.pop(name, (False, ""))
        if former and name in self._in_front and not self.by_name[former].isHidden():
            self.bring_up(former)
        if was_hidden:
            self.by_name[name].hide()

    def _name_of(self, dock: QDockWidget) -> str:
        return next(name for name, known in self.by_name.items() if known is dock)

    def go_to(self, name: str) -> None:
        """Show a panel and give it the keys: the planner asked for it."""
        self._offered.pop(name, None)
        self.bring_up(name)
        self._give_focus(self.by_name[name])

    def _give_focus(self, dock: QDockWidget) -> None:
        """Put the focus where it was in a panel, else into its list or first field."""
        panel = dock.widget()
        last = panel.focusWidget()
        fields = [w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        seen = [w for w in fields if w.isEnabled() and w.isVisibleTo(panel)]
        lists = [w for w in seen if isinstance(w, QAbstractItemView)]
        if last in seen:
            last.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif seen:
            (lists or seen)[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            panel.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _tab_chosen(self, dock: QDockWidget) -> None:
        """Qt tells so of a tab that comes to the front, by whomever; only a click moves the focus."""
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            QTimer.singleShot(0, dock, lambda: self._give_focus(dock))

    def _switch(self, name: str) -> None:
        """Hide a panel that is seen; show one that is hidden, or stands behind another in its tabs."""
        if name in self._in_front:
            self.by_name[name].hide()
        else:
            self.go_to(name)
        self._switches[name].setChecked(not self.by_name[name].isHidden())

    def _visibility_changed(self, name: str, is_seen: bool) -> None:
        """Qt tells so of a panel that is hidden or shown, and of one whose tab is left or chosen."""
        (self._in_front.add if is_seen else self._in_front.discard)(name)
        dock, focus = self.by_name[name], QApplication.focusWidget()
        # Qt would go on to the next field or button of any panel: Ctrl+Z would write there, Space press it.
        if focus is not None and dock.isHidden() and dock.isAncestorOf(focus) and self._work.isVisible():
            self._work.setFocus()

    def _show_titles(self) -> None:
        """A panel among tabs is named by its tab; one that stands alone needs its title bar."""
        for dock in self.by_name.values():
            is_tabbed = not dock.isFloating() and any(
                not other.isHidden() for other in self._window.tabifiedDockWidgets(dock)
            )
            has_bar = dock.titleBarWidget() is None
            if is_tabbed and has_bar:
                dock.setTitleBarWidget(QWidget(dock))
            elif not is_tabbed and not has_bar:
                bar = dock.titleBarWidget()
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]
                bar.deleteLater()

    def _add(self, place: Place, panel: QWidget) -> None:
        dock = QDockWidget(place.title, self._window)
        dock.setObjectName(f"dock_{place.name}")
        dock.setWidget(panel)
        # Qt's own switch hides a panel that stands behind another tab instead of bringing it to the front.
        switch = QAction(place.title, self._window, checkable=True)
        switch.setShortcut(QKeySequence(place.shortcut))
        switch.setToolTip(tr("Show or hide the panel {title}", title=place.title))
        switch.triggered.connect(lambda: self._switch(place.name))
        dock.toggleViewAction().toggled.connect(switch.setChecked)
        dock.visibilityChanged.connect(lambda is_seen: self._visibility_changed(place.name, is_seen))
        self._switches[place.name] = switch
        for signal in (dock.visibilityChanged, dock.dockLocationChanged, dock.topLevelChanged):
            signal.connect(lambda *_: self._titles.start())
        self.by_name[place.name] = dock
        self._window.addDockWidget(place.area, dock)
