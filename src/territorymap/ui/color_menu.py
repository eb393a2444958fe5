"""The list "Colour by": in the menu Map and at the legend of the map; remembered for each plan on this computer.

Owns its entries and what is remembered; not the colours (mapview.shading) and not telling the page (map.shading_link).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from territorymap.i18n import ntr, tr
from territorymap.mapview.shading.classes import CLASSIFIER, load_classifier
from territorymap.mapview.shading.registry import FEWEST_CLASSES, MOST_CLASSES, TERRITORY, Choice, Classing
from territorymap.session.session import Session
from territorymap.ui.tasks import Worker

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

_REMEMBERED = "color_by"
_METHOD, _CLASSES, _PER_KM2 = "class_method", "class_count", "class_per_km2"


class ColorMenu(QObject):
    """Fills the menu anew each time it is shown, so that it offers what the plan has now."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shading = window.map_view.shading
        self._menu: QMenu = window.menus.colors
        self._uuid = ""
        self._is_fetching = False
        self._wanted: tuple[str, Classing | None] | None = None  # chosen, and to be shown once the library is there
        self._before = ""  # what the map was coloured by before it was coloured by territory
        self._menu.aboutToShow.connect(self.fill)
        window.map_view.color_menu_wanted.connect(self._show)

    def set_session(self, session: Session | None) -> None:
        """Colour a plan as it was when it was last seen here."""
        preferences = self._window.preferences
        self._uuid = session.plan.info.uuid if session is not None else ""
        self._before, self._wanted = "", None
        if session is None:
            return
        kept = preferences.plan_text(self._uuid, _REMEMBERED)
        if kept and kept != TERRITORY:
            self._choose(kept, self._remembered_classing())

    def fill(self) -> None:
        """List the choices, and how numbers are classed where that matters."""
        menu, shading = self._menu, self._shading
        menu.clear()
        for old in (*menu.findChildren(QActionGroup), *menu.findChildren(QMenu)):
            old.deleteLater()
        group = QActionGroup(menu)
        for heading, choices in shading.choices():
            if heading:
                menu.addSection(heading)
            for choice in choices:
                self._add_choice(group, choice)
        now = shading.choice
        if any(choice.is_classed for _, choices in shading.choices() for choice in choices):
            self._fetch_classifier()
        if now is not None and now.is_classed:
            self._add_classing()

    def _fetch_classifier(self) -> None:
        """The library of classes takes a second or more to come, in a thread: nothing stands still meanwhile."""
        if self._is_fetching or CLASSIFIER in sys.modules:
            return
        self._is_fetching = True
        worker = Worker(lambda *_: load_classifier(), QCoreApplication.instance())
        worker.finished.connect(self._fetched)
        worker.finished.connect(worker.deleteLater)
        worker.begin()

    def _fetched(self) -> None:
        self._is_fetching = False
        if self._wanted is not None:
            self._color(*self._wanted)

    def swap(self) -> None:
        """Go from another colouring to the territories' own colours, and back."""
        now = self._shading.key
        if now != TERRITORY:
            self._choose(TERRITORY)
            return
        offered = [choice.key for _, choices in self._shading.choices() for choice in choices]
        index = next((key for key in offered if key.startswith("index:")), TERRITORY)
        self._choose(self._before if self._before in offered else index)

    # -- entries -------------------------------------------------------------------------------------------------------

    def _add_choice(self, group: QActionGroup, choice: Choice) -> None:
        action = self._checkable(self._menu, group, _menu_text(choice.label), choice.key == self._shading.key)
        action.setData(choice.key)
        action.triggered.connect(lambda: self._choose(choice.key))

    def _add_classing(self) -> None:
        menu, classing = self._menu, self._shading.classing
        menu.addSection(tr("Classes"))
        methods = QActionGroup(menu)
        for method, text in (("quantiles", tr("&Quantiles")), ("natural_breaks", tr("&Natural breaks"))):
            action = self._checkable(menu, methods, text, classing.method == method)
            action.triggered.connect(lambda _=False, method=method: self._class(method=method))
        number = menu.addMenu(ntr("{n} class", "{n} classes", classing.n_classes))
        numbers = QActionGroup(number)
        for n in range(FEWEST_CLASSES, MOST_CLASSES + 1):
            action = self._checkable(number, numbers, ntr("{n} class", "{n} classes", n), classing.n_classes == n)
            action.triggered.connect(lambda _=False, n=n: self._class(n_classes=n))
        density = menu.addAction(tr("&Per square kilometre"))
        density.setCheckable(True)
        density.setChecked(classing.per_km2)
        density.triggered.connect(lambda on: self._class(per_km2=on))

    def _checkable(self, menu: QMenu, group: QActionGroup, text: str, is_checked: bool) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(is_checked)
        group.addAction(action)
        return action

    # -- choosing ------------------------------------------------------------------------------------------------------

    def color_by(self, key: str) -> None:
        """Colour by a choice, as if it was taken from the list."""
        self._choose(key)

    def _choose(self, key: str, classing: Classing | None = None) -> None:
        if key == TERRITORY and self._shading.key != TERRITORY:
            self._before = self._shading.key
        self._window.preferences.set_plan_text(self._uuid, _REMEMBERED, "" if key == TERRITORY else key)
        offered = {choice.key: choice for _, choices in self._shading.choices() for choice in choices}
        if key in offered and offered[key].is_classed and CLASSIFIER not in sys.modules:
            self._wanted = (key, classing)
            self._window.tell(tr("Colouring the map…"))
            self._fetch_classifier()
            return
        self._color(key, classing)

    def _color(self, key: str, classing: Classing | None) -> None:
        self._wanted = None
        with self._window.waiting(tr("Colouring the map…")):
            self._shading.choose(key, classing)

    def _class(self, **changes: str | int | bool) -> None:
        classing = Classing(**{**vars(self._shading.classing), **changes})
        self._choose(self._shading.key, classing)
        preferences = self._window.preferences
        preferences.set_plan_text(self._uuid, _METHOD, classing.method)
        preferences.set_plan_text(self._uuid, _CLASSES, str(classing.n_classes))
        preferences.set_plan_text(self._uuid, _PER_KM2, "1" if classing.per_km2 else "")

    def _remembered_classing(self) -> Classing:
        preferences = self._window.preferences
        method, n, per_km2 = (preferences.plan_text(self._uuid, name) for name in (_METHOD, _CLASSES, _PER_KM2))
        return Classing.read(method, n, per_km2)

    def _show(self, place: QPoint) -> None:
        self._menu.popup(self._window.map_view.mapToGlobal(place))


def _menu_text(label: str) -> str:
    short = label if len(label) <= 50 else label[:49] + "…"
    return short.replace("&", "&&")
