"""All keys of the program by area: of the map page, of a presentation, of every menu, panel and window.

Owns the words for what the page and a presentation do by keys and mouse; all else comes from the actions themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from territorymap.i18n import tr
from territorymap.ui.docks import list_places
from territorymap.ui.help.naming import keys_of, label_of, leaves_of, plain

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


_NUMBERED = re.compile(r"scenario_\d")


@dataclass(frozen=True)
class Area:
    """A part of the program and what its keys do."""

    title: str
    entries: tuple[tuple[str, str], ...]  # what, keys


def list_areas(window: MainWindow) -> list[Area]:
    """Return all keys; what stands in no menu comes by panel."""
    areas = map_areas()
    told: set[QAction] = set()
    for entry in window.menuBar().actions():
        menu = entry.menu()
        if isinstance(menu, QMenu):
            leaves = list(leaves_of(menu))
            told.update(action for _, action in leaves)
            areas.append(Area(plain(menu.title()), tuple(_entries(action for _, action in leaves))))
    titles = {place.name: place.title for place in list_places()}
    for name, panel in window.panels.items():
        own = _of_widget(panel, told)
        areas.append(Area(tr("In the panel {title}", title=titles[name]), own))
    areas.append(Area(tr("Anywhere"), _of_widget(window, told, direct=True)))
    areas.append(Area(tr("In the help"), _help_entries()))
    return [area for area in areas if area.entries]


def _of_widget(widget: QWidget, told: set[QAction], *, direct: bool = False) -> tuple[tuple[str, str], ...]:
    actions = widget.actions() if direct else widget.findChildren(QAction)
    new = [action for action in actions if action not in told and action.text()]
    told.update(new)
    return tuple(_entries(new))


def _entries(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    found = []
    for action in actions:
        if not action.shortcuts():
            continue
        if not _NUMBERED.fullmatch(action.objectName()):
            found.append((label_of(action), keys_of(action)))
        elif action.objectName().endswith("_1"):  # the nine are named by the plan's scenarios, or not at all
            found.append((tr("Switch to the first of the scenarios, to the ninth"), tr("Alt+1 … Alt+9")))
    return list(dict.fromkeys(found))


def _help_entries() -> tuple[tuple[str, str], ...]:
    return (
        (tr("Help on what has the focus"), "F1"),
        (tr("Search in the help"), "Ctrl+F"),
        (tr("Next hit, hit before"), "F3, Shift+F3"),
        (tr("Back, forward"), tr("Alt+Left, Alt+Right")),
        (tr("Larger letters, smaller, as elsewhere"), "Ctrl++, Ctrl+-, Ctrl+0"),
        (tr("Empty the search; close"), tr("Esc")),
        (tr("Back to the bubble of the tour"), "F12"),
    )


def map_areas() -> list[Area]:
    """Return what the map page and a presentation do by themselves."""
    entries = [
        (tr("Paint units into the target territory"), tr("Brush, lasso or rectangle, then drag")),
        (tr("Paint whole parents, such as states"), tr("The list after \u201cby\u201d, or P")),
        (tr("Fill a hole or a stray piece; a whole territory"), tr("Fill, then click; Ctrl and click")),
        (tr("Move the home of a rep"), tr("Pick, then drag the house; Alt: snap to nothing")),
        (tr("Pull a border"), tr("Border, press on it, then drag; [ ] or wheel: longer or shorter")),
        (tr("Let pieces fall apart while a border is pulled"), tr("Alt")),
        (tr("Draw a boundary or a cut by clicks"), tr("Enter or double click ends, Backspace takes a point back")),
        (tr("Give up a stroke while the button is down"), tr("Esc")),
        (tr("Take a stroke back"), tr("Ctrl+Z: one stroke is one step")),
        (tr("Zoom the map"), tr("Mouse wheel, or + and -")),
        (tr("Go to a result of Find"), tr("Arrow keys, Enter")),
    ]
    by_keys = [
        (tr("Go from unit to unit"), tr("Arrow keys (F2 begins and ends; not with the tool Pan)")),
        (tr("Give the unit, or the selection it is in, to the target; fill; set a point"), tr("Space")),
        (tr("Push the border over the unit, from where the cursor comes"), tr("Border, then Space; Shift: may split")),
        (tr("Select the unit; with a tool that draws: hold, and let go"), tr("Enter")),
        (tr("Select more units"), tr("Shift and arrow keys")),
        (tr("Go to the other neighbours on a side"), tr("The arrow back, then the same arrow again")),
        (tr("Move the pointer by 10 pixels, by 2"), tr("Alt and arrow keys, Alt+Shift and arrow keys")),
        (tr("Move the map"), tr("Ctrl and arrow keys; with the tool Pan: arrow keys")),
        (tr("Open the menu of the unit"), tr("Menu key, Shift+F10")),
    ]
    presenting = [
        (tr("Next scene, scene before"), tr("Page Down, Space or right arrow; Page Up or left arrow")),
        (tr("First scene, last scene"), tr("Home, End")),
        (tr("Show nothing"), tr("B")),
        (tr("Pointer, spotlight, zoom frame"), tr("P, S, Z; wheel: size of the spotlight")),
        (tr("Back to the place of the scene"), tr("0")),
        (tr("Find, export, what if"), tr("F, E, W")),
        (tr("Put a tool away; end the presentation"), tr("Esc")),
    ]
    return [
        Area(tr("On the map"), tuple(entries)),
        Area(tr("On the map, by keys alone"), tuple(by_keys)),
        Area(tr("While presenting"), tuple(presenting)),
    ]
