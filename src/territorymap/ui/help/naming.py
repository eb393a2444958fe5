"""The words of the running program by name: commands with their menus and keys, panels, planning pages.

Owns how a text of the help names what is on the screen, so that it is never another word than the screen's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from territorymap.i18n import listed, tr
from territorymap.ui.docks import list_places
from territorymap.ui.planning.pages import list_pages

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

_ARROW = " > "


class Names(Protocol):
    """What a text may name; unknown names raise KeyError."""

    def menu(self, name: str) -> str: ...
    def key(self, name: str) -> str: ...
    def panel(self, name: str) -> str: ...
    def page(self, name: str) -> str: ...


class WindowNames:
    """The names of one main window."""

    def __init__(self, window: MainWindow) -> None:
        self._panels = {place.name: place.title for place in list_places()}
        self._pages = {page.name: page.title for page in list_pages()}
        owners: list[QObject] = [window, *window.panels.values(), window.alignments, window.scenarios, window.present]
        self._actions: dict[str, QAction] = {}
        for action in (action for owner in owners for action in owner.findChildren(QAction)):
            self._actions.setdefault(action.objectName(), action)
        self._paths: dict[QAction, list[QAction]] = {}
        for entry in window.menuBar().actions():
            self._walk(entry, [])

    def _walk(self, entry: QAction, above: list[QAction]) -> None:
        path = [*above, entry]
        menu = entry.menu()
        if isinstance(menu, QMenu):
            for inner in menu.actions():
                self._walk(inner, path)
        else:
            self._paths.setdefault(entry, path)

    def action(self, name: str) -> QAction:
        """Return a command by its name: of the menus, or of a panel."""
        return self._actions[name]

    def menu(self, name: str) -> str:
        """Return "Menu > Command"; a command that stands in no menu is named alone."""
        action = self.action(name)
        return _ARROW.join(label_of(entry) for entry in self._paths.get(action, [action]))

    def key(self, name: str) -> str:
        """Return the keys of a command."""
        keys = keys_of(self.action(name))
        if not keys:
            raise KeyError(f"{name} has no key")
        return keys

    def panel(self, name: str) -> str:
        return self._panels[name]

    def page(self, name: str) -> str:
        return self._pages[name]


def keys_of(action: QAction) -> str:
    """Return the keys of an action as this system writes them."""
    return listed(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


def plain(text: str) -> str:
    """Return a label without access keys: "&Cut units" and "切分单元(&C)" alike."""
    text = re.sub(r"\(&\w\)", "", text)
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").replace("…", "").strip()


def leaves_of(menu: QMenu, behind: str = "") -> Iterator[tuple[str, QAction]]:
    """Yield the commands of a menu and its submenus, each with the submenu's title before it."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from leaves_of(inner, plain(inner.title()))
        elif not action.isSeparator():
            yield behind, action


def label_of(action: QAction) -> str:
    """Return what a command is called; undo and redo carry the step in their text, and are named without."""
    if action.objectName() in ("undo", "redo"):
        return plain(tr("&Undo") if action.objectName() == "undo" else tr("&Redo"))
    return plain(action.text())
