"""The last things that were done, for the report of an error: names of commands and kinds of rows, never data.

Owns the list; who fills it, fills it by :func:`note`.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable

from PySide6.QtGui import QAction

from territorymap.session.session import PlanChange, Session

_LENGTH = 40


class Trail:
    """A short memory of commands and steps."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._entries: deque[tuple[float, str, int]] = deque(maxlen=_LENGTH)  # when last, what, how often in a row

    def note(self, what: str) -> None:
        """Remember something by a name of ours."""
        now = self._clock()
        if self._entries and self._entries[-1][1] == what:
            self._entries[-1] = (now, what, self._entries[-1][2] + 1)
        else:
            self._entries.append((now, what, 1))

    def lines(self) -> list[str]:
        """Return what was done, the oldest first."""
        return [
            f"{time.strftime('%H:%M:%S', time.localtime(when))} {what}" + (f" ({n} times)" if n > 1 else "")
            for when, what, n in self._entries
        ]

    def follow_actions(self, actions: Iterable[QAction]) -> None:
        """Note each command by its name when it is triggered."""
        for action in actions:
            action.triggered.connect(_Noter(self, f"command {action.objectName()}"))

    def follow_session(self, session: Session) -> None:
        """Note each change by its kind and the number of rows, and the plan by how large it is."""
        plan = session.plan
        self.note(f"plan of {len(plan.units)} units, {len(plan.accounts)} accounts, {plan.n_territories} territories")
        session.listen(self._changed)

    def _changed(self, change: PlanChange) -> None:
        rows = Counter(row.table for row in change.changes)
        counted = ", ".join(f"{n} of {table}" for table, n in sorted(rows.items()))
        by = f" by {change.initiator}" if change.initiator else ""
        self.note(f"{change.kind}{by}: {counted or 'everything'}")


class _Noter:
    """A slot that keeps its text; a lambda would keep the whole frame."""

    def __init__(self, trail: Trail, what: str) -> None:
        self._trail, self._what = trail, what

    def __call__(self, _checked: bool = False) -> None:
        self._trail.note(self._what)
