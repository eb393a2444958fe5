"""Opens a plan in the window: covered while it is read, let in when it stands, said when it cannot be.

Owns the order of events on the screen; reading is Opening's, the cover opening_view's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from territorymap.errors import Cancelled, UserError
from territorymap.i18n import tr
from territorymap.session.session import Session
from territorymap.ui.opening import Opening
from territorymap.ui.repair.offer import tell_unopened

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class PlanOpener(QObject):
    """One opening at a time, for one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._opening: Opening | None = None
        self._is_close_asked = False

    @property
    def is_under_way(self) -> bool:
        return self._opening is not None

    def close_after(self) -> None:
        """Stop reading, and close the window then."""
        self._is_close_asked = True
        if self._opening is not None:
            self._opening.cancel()

    def read(self, path: Path, read_only: bool) -> Session | None:
        """Read a plan in a thread with its picture shown; None if that failed (which is then said) or was stopped."""
        window, view = self._window, self._window.opening_view
        window.show_page(is_plan=True)
        others = [window.menuBar(), window.tools, window.notices, window.map_view.view, *window.docks.by_name.values()]
        view.begin(path.name, [*others, *window.actions()])
        if window.session is None:
            # That no plan is open would not be true for long.
            view.cover(window.panels.values())
        self._opening = opening = Opening(path, author=window.preferences.author or None, read_only=read_only)
        opening.sketched.connect(view.show_sketch)
        opening.progressed.connect(view.show_progress)
        view.cancelled.connect(opening.cancel)
        session, window.map_view.is_plan_expected = None, True
        try:
            session = opening.wait()
        except UserError as error:
            self._stop()
            tell_unopened(window, path, error)
        except Cancelled:
            window.tell(tr("{name} was not opened.", name=path.name))
        finally:
            self._opening, window.map_view.is_plan_expected = None, False
            opening.deleteLater()
            if session is None:
                self._stop()
            if self._is_close_asked:
                QTimer.singleShot(0, window.close)
        return session

    def _stop(self) -> None:
        self._window.opening_view.end()
        self._window.show_page()
