"""Looks for moves between events, some milliseconds at a time, and begins anew whenever the plan has changed.

Owns when the work is done, so that no edit waits for it; what is looked for is session.solving.suggesting's.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from territorymap.session.session import Session
from territorymap.session.solving.suggesting import Search, Suggestions, aims_with

# After an edit its picture comes first. Then as long as this at a time: half a frame of 60 a second.
_AFTER_MS = 4
_SLICE_MS = 8


class Looker(QObject):
    """The moves for one territory of a session."""

    began = Signal()  # what was found before holds no longer
    found = Signal(object)  # Suggestions

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._territory_id: int | None = None
        self._measure: str | None = None
        self._search: Search | None = None
        self._steps: Iterator[None] | None = None
        self.result: Suggestions | None = None  # None while it is looked for
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)

    def look(self, session: Session, territory_id: int | None, measure: str | None) -> None:
        """Begin anew, soon; nothing is read before this call has returned.

        ``territory_id``: None = the worst; ``measure``: what counts in full, None = all shown alike.
        """
        self._session, self._territory_id, self._measure = session, territory_id, measure
        self._search = self._steps = self.result = None
        self._timer.start(_AFTER_MS)
        self.began.emit()

    def stop(self) -> None:
        """Look for nothing."""
        self._timer.stop()
        self._session = self._search = self._steps = self.result = None

    def finish(self) -> Suggestions | None:
        """Return what is found, at once; None where nothing is looked at."""
        while self.result is None and self._session is not None:
            self._step()
        return self.result

    def _go_on(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while self.result is None and self._session is not None:
            self._step()
            if clock.elapsed() >= _SLICE_MS:
                break
        if self.result is None and self._session is not None:
            self._timer.start(0)

    def _step(self) -> None:
        session = self._session
        assert session is not None
        if self._search is None or self._search.rev != session.rev or self._steps is None:
            known = any(t.territory_id == self._territory_id for t in session.plan.territories)
            measure = self._measure if self._measure and session.plan.measure_named(self._measure) else None
            aims = aims_with(session.plan, measure)
            self._search = Search(session, self._territory_id if known else None, aims)
            self._steps = self._search.steps()
        try:
            next(self._steps)
        except StopIteration:
            self.result = self._search.result
            self._timer.stop()
            self.found.emit(self.result)
