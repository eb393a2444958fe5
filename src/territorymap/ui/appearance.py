"""Light or dark: what is chosen, and the map, the icons and the menu that follow it.

Owns the choice in one window; the colours are theme's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from territorymap.ui import icons, theme

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class Appearance(QObject):
    """Of one window, from the preferences at first."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)  # the theme outlives a window, and must not hold on to it
        self._window = window
        self._theme = theme.install(QApplication.instance(), window.preferences.theme)  # type: ignore[arg-type]
        for choice in theme.CHOICES:
            action = window.commands[f"theme_{choice}"]
            action.setChecked(self._theme.choice == choice)
            action.triggered.connect(lambda _checked=False, choice=choice: self.choose(choice))
        self._theme.changed.connect(self._follow)
        self._follow()

    def choose(self, choice: str) -> None:
        """Use "system", "light" or "dark" from now on."""
        self._window.preferences.theme = choice
        self._theme.choose(choice)
        self._window.commands[f"theme_{choice}"].setChecked(True)

    def _follow(self) -> None:
        self._window.map_view.set_option("dark", self._theme.is_dark)
        icons.refresh(self._window)
        self._window.map_tools.show_territories()
