"""The list "Accounts on the map": colour, size, which ones; in the menu Map, at the accounts table and at the legend.

Owns its entries and what is remembered for each plan on this computer; telling the page is ui/map/accounts.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from territorymap.i18n import tr
from territorymap.mapview.account_style import (
    SHOW_ALL,
    SHOW_EVERY,
    SHOW_TABLE,
    SHOW_TERRITORY,
    SHOWS,
    AccountStyle,
    Choice,
    color_choices,
    fitting,
    size_choices,
)
from territorymap.session.session import Session

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

_PARTS = ("color", "size", "shows")


class AccountMenu(QObject):
    """Fills the menu anew each time it is shown, so that it offers what the plan has now."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._accounts = window.map_view.accounts
        self._menu: QMenu = window.menus.account_looks
        self._uuid = ""
        self._menu.aboutToShow.connect(self.fill)
        window.map_view.account_menu_wanted.connect(self._show)
        window.account_panel.filters.add_menu(self._menu)
        window.account_panel.shown_changed.connect(self._accounts.set_filtered)

    def set_session(self, session: Session | None) -> None:
        """Show accounts as they were when this plan was last seen here; call before the map has the plan."""
        self._uuid = session.plan.info.uuid if session is not None else ""
        kept = {part: self._window.preferences.plan_text(self._uuid, f"account_{part}") for part in _PARTS}
        if kept["shows"] not in SHOWS:
            del kept["shows"]
        self._accounts.set_style(AccountStyle(**{part: text for part, text in kept.items() if text}))

    def fill(self) -> None:
        """List the choices of the plan."""
        menu, session = self._menu, self._window.session
        menu.clear()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        plan = session.plan if session is not None else None
        style = fitting(self._accounts.style, plan) if plan is not None else AccountStyle()
        self._add(tr("Colour"), "color", color_choices(plan), style.color)
        self._add(tr("Area of the circles"), "size", size_choices(plan), style.size)
        is_all_covered = plan is None or bool(plan.in_scope.all())
        shows = [
            Choice(SHOW_ALL, tr("All accounts") if is_all_covered else tr("All accounts of this alignment")),
            Choice(SHOW_TABLE, tr("Only those that the table shows")),
            Choice(SHOW_TERRITORY, tr("Only those of the selected territory")),
        ]
        if not is_all_covered:
            shows.append(Choice(SHOW_EVERY, tr("Those out of its scope, too")))
        self._add(tr("Which accounts"), "shows", shows, style.shows)
        menu.addSeparator()
        menu.addAction(self._window.commands["show_accounts"])

    def _add(self, heading: str, part: str, choices: Sequence[Choice], chosen: str) -> None:
        menu = self._menu
        menu.addSection(heading)
        group = QActionGroup(menu)
        for choice in choices:
            short = choice.title if len(choice.title) <= 50 else choice.title[:49] + "…"
            action = menu.addAction(short.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(choice.key == chosen)
            action.setData(f"{part}={choice.key}")
            action.triggered.connect(lambda _=False, key=choice.key: self.choose(part, key))
            group.addAction(action)

    def choose(self, part: str, key: str) -> None:
        """Set "color", "size" or "shows", and remember it for this plan."""
        self._window.preferences.set_plan_text(self._uuid, f"account_{part}", key)
        if not self._window.commands["show_accounts"].isChecked():
            self._window.commands["show_accounts"].setChecked(True)  # else nothing would be seen of the choice
        with self._window.waiting(tr("Drawing the accounts…")):
            self._accounts.change(**{part: key})

    def _show(self, place: QPoint) -> None:
        self._menu.popup(self._window.map_view.mapToGlobal(place))
