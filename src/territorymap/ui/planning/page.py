"""What every page of the planning window is: a panel that costs nothing while it is not seen.

Owns when a page looks at the plan again; not what it shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from territorymap.session.session import PlanChange
from territorymap.ui.panels.panel import Panel
from territorymap.ui.selection import Selection

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

SOON_MS = 80  # several steps in a row are looked at once


class PlanningPage(Panel):
    """Implement :meth:`refresh`; it is called when the page is seen and the plan is another than it showed.

    Signals besides those of a panel: ``said`` (text: something was done), ``page_wanted`` (name of another page),
    ``build_wanted`` (how many territories), ``color_wanted`` (key of a choice of "Colour by").
    """

    said = Signal(str)
    page_wanted = Signal(str)
    build_wanted = Signal(int)
    color_wanted = Signal(str)

    def __init__(self, selection: Selection, origin: str, parent: QWidget | None = None) -> None:
        super().__init__(selection, origin, parent)
        self._is_stale = True
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.refresh_now)

    def take_window(self, main: MainWindow) -> None:
        """Get to know the window whose commands the page offers; most pages need none."""

    def refresh(self) -> None:
        """Show ``self.session`` (None: nothing) as it is now."""
        raise NotImplementedError

    def concerns(self, change: PlanChange) -> bool:
        """Whether a step may have changed what this page shows."""
        return True

    def refresh_now(self) -> None:
        """Refresh at once where the page is seen, else when it will be."""
        self._soon.stop()
        self._is_stale = not self.isVisible()
        if not self._is_stale:
            self.refresh()

    def session_replaced(self) -> None:
        """Another plan: what was shown is not kept a moment longer."""
        self._is_stale = True
        self.refresh_now()

    def plan_changed(self, change: PlanChange) -> None:
        """Look again soon; an edit on the map does not wait for it."""
        if self.concerns(change):
            self._is_stale = True
            if self.isVisible():
                self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh_now()
