"""The switches that hide names, revenue and pay from an audience, and which numbers those are.

Owns the menu and what is remembered of it; what is hidden of a plan is model.veil's.
"""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from territorymap.i18n import listed, tr
from territorymap.model.plan import Plan
from territorymap.model.privacy import NOTHING_HIDDEN, Privacy, hideable_columns, pay_columns, revenue_columns
from territorymap.ui import icons
from territorymap.ui.parts.tick_menu import TickMenu
from territorymap.ui.preferences import Preferences

SWITCHES = ("rep_names", "account_names", "revenue", "pay")
_REMEMBERED = "hidden"


class PrivacySwitches(QObject):
    """What is hidden of the open plan; remembered for each plan on this computer."""

    changed = Signal(object)  # Privacy

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._plan: Plan | None = None
        self._more: set[str] = set()  # columns hidden one by one
        self._shown: set[str] = set()  # columns shown although a switch would hide them
        self.actions: dict[str, QAction] = {}
        words = {
            "rep_names": tr("Names of &reps"),
            "account_names": tr("Names of &accounts"),
            "revenue": tr("Re&venue"),
            "pay": tr("&Pay, quotas, capacity and FTE"),
        }
        for name, text in words.items():
            action = QAction(text, self)
            action.setCheckable(True)
            action.toggled.connect(self._tell)
            self.actions[name] = action
        self._menus: list[QMenu] = []

    # -- the plan ------------------------------------------------------------------------------------------------------

    def set_plan(self, plan: Plan | None) -> None:
        """Take over what was hidden of this plan when it was last shown."""
        self._plan = plan
        kept = self._remembered()
        for name, action in self.actions.items():
            action.blockSignals(True)
            action.setChecked(name in kept["switches"])
            action.blockSignals(False)
        self._more, self._shown = set(kept["more"]), set(kept["shown"])
        self.changed.emit(self.privacy)

    @property
    def privacy(self) -> Privacy:
        """What is hidden now."""
        plan = self._plan
        if plan is None:
            return NOTHING_HIDDEN
        on = {name: action.isChecked() for name, action in self.actions.items()}
        known = set(hideable_columns(plan))
        revenue = set(revenue_columns(plan)) if on["revenue"] else set()
        pay = set(pay_columns(plan)) if on["pay"] else set()
        return Privacy(
            rep_names=on["rep_names"],
            account_names=on["account_names"],
            revenue=frozenset(((revenue - self._shown) | self._more) & known),
            pay=frozenset(pay - self._shown),
            hides_terms=on["pay"],
        )

    def describe(self, hidden: Privacy | None = None) -> str:
        """Return what is hidden, by default in a presentation, as a sentence; "" where nothing is."""
        privacy = self.privacy if hidden is None else hidden
        parts = [
            *([tr("names of reps")] if privacy.rep_names else []),
            *([tr("names of accounts")] if privacy.account_names else []),
            *([tr("pay, quotas, capacity and FTE")] if privacy.hides_terms else []),
            *sorted(privacy.columns),
        ]
        return tr("Hidden, as in the presentation: {what}.", what=listed(parts)) if parts else ""

    # -- menu ----------------------------------------------------------------------------------------------------------

    def make_button(self, parent: QWidget) -> QToolButton:
        """Return a button with the switches as its menu."""
        button = QToolButton(parent)
        icons.set_icon(button, "present-hide")
        button.setText(tr("Hide"))
        button.setToolTip(tr("Hide names, revenue or pay from the audience"))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setIconSize(QSize(22, 22))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = TickMenu(tr("Hide"), button)
        self.fill(menu)
        button.setMenu(menu)
        return button

    def fill(self, menu: QMenu) -> None:
        """Put the switches into a menu; which numbers they mean is a list below."""
        menu.addActions(list(self.actions.values()))
        menu.addSeparator()
        numbers = TickMenu(tr("&Numbers and columns"), menu)
        menu.addMenu(numbers)
        numbers.aboutToShow.connect(lambda: self._fill_numbers(numbers))
        self._fill_numbers(numbers)  # an empty menu would not open

    def _fill_numbers(self, menu: QMenu) -> None:
        menu.clear()
        if self._plan is None:
            return
        hidden = self.privacy.columns
        for name in hideable_columns(self._plan):
            text = tr("Workload") if name == "workload_h" else name
            action = menu.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name in hidden)
            action.triggered.connect(lambda on, name=name: self._hide_column(name, on))

    def _hide_column(self, name: str, on: bool) -> None:
        (self._more.add if on else self._more.discard)(name)
        (self._shown.discard if on else self._shown.add)(name)
        self._tell()

    # -- remembering ---------------------------------------------------------------------------------------------------

    def _tell(self, _on: bool = False) -> None:
        if self._plan is not None:
            on = [name for name, action in self.actions.items() if action.isChecked()]
            kept = {"switches": on, "more": sorted(self._more), "shown": sorted(self._shown)}
            text = json.dumps(kept) if any(kept.values()) else ""
            self._preferences.set_plan_text(self._plan.info.uuid, _REMEMBERED, text)
        self.changed.emit(self.privacy)

    def _remembered(self) -> dict[str, list[str]]:
        empty: dict[str, list[str]] = {"switches": [], "more": [], "shown": []}
        if self._plan is None:
            return empty
        try:
            kept = json.loads(self._preferences.plan_text(self._plan.info.uuid, _REMEMBERED) or "{}")
        except ValueError:
            return empty
        if not isinstance(kept, dict):
            return empty
        return {key: [str(x) for x in kept.get(key, [])] if isinstance(kept.get(key), list) else [] for key in empty}
