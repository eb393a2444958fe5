"""Finds what does not fit for a view, when the hand rests and the view is seen.

Owns that moment; the rules are metrics.fit's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from territorymap.metrics.fit import FitWarning
from territorymap.session.fit import FitReport
from territorymap.session.session import Session

REST_MS = 700  # after the last edit: finding looks at all accounts


class FitWatch(QObject):
    """Warnings by territory_id, found anew some time after each change."""

    found = Signal()

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._session: Session | None = None
        self._report: FitReport | None = None
        self.by_territory: Mapping[int, Sequence[FitWarning]] = {}
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._find)
        self._is_stale = False

    def set_session(self, session: Session | None) -> None:
        """Look at another plan, or none."""
        self._session = session
        self._report = FitReport(session) if session is not None else None
        self.by_territory = {}
        self._rest.stop()
        if session is not None:
            self.look_again()

    def look_again(self) -> None:
        """The plan is another: look when the hand rests."""
        self._is_stale = True
        if self._view.isVisible():
            self._rest.start()

    def catch_up(self) -> None:
        """The view is seen again."""
        if self._is_stale:
            self._rest.start()

    def _find(self) -> None:
        session, report = self._session, self._report
        if session is None or report is None or not self._view.isVisible():
            return
        self._is_stale = False
        by_territory: dict[int, list[FitWarning]] = {}
        for warning in report.warnings():
            by_territory.setdefault(session.plan.territories[warning.territory_ix].territory_id, []).append(warning)
        if by_territory or self.by_territory:
            self.by_territory = by_territory
            self.found.emit()
