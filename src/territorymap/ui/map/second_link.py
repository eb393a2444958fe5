"""A second alignment on the map as lines over the one in use: which one, and telling the page when its copy is void.

Owns the choice and the messages; what stands in the container is mapview.second's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from territorymap.mapview import second
from territorymap.mapview.replies import Reply
from territorymap.model.records import Alignment
from territorymap.session.session import PlanChange, Session


class SecondLink(QObject):
    """Shows another alignment over the one in use."""

    changed = Signal()  # begun, ended, or another alignment

    def __init__(
        self, send: Callable[[Reply], None], put: Callable[[str, bytes], str], parent: QObject | None = None
    ) -> None:
        """``send`` tells the page; ``put`` keeps data for it and returns its URL."""
        super().__init__(parent)
        self._send, self._put = send, put
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._sent: tuple[object, ...] = ()  # what the page's copy was made from
        self._in_use = -1
        self.alignment_id = -1  # the one that is drawn as lines, -1 = none

    @property
    def is_on(self) -> bool:
        return self.alignment_id >= 0

    def set_session(self, session: Session | None) -> None:
        """Follow another plan; one alignment is shown at first."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self._stop = session.listen(self._plan_changed) if session is not None else None
        self._in_use = session.plan.alignment.alignment_id if session is not None else -1
        self.alignment_id, self._sent = -1, ()
        self.changed.emit()

    def begin(self, alignment_id: int) -> None:
        """Draw an alignment over the one in use."""
        if self._session is None or alignment_id == self._session.plan.alignment.alignment_id:
            return
        self.alignment_id, self._sent = alignment_id, ()
        self._follow()
        self.changed.emit()

    def end(self) -> None:
        """Show one alignment again."""
        if not self.is_on:
            return
        self.alignment_id, self._sent = -1, ()
        self._send(second.no_second())
        self.changed.emit()

    def send(self) -> None:
        """Tell the page anew, which has forgotten all."""
        self._sent = ()
        self._follow()

    def _alignment(self) -> Alignment | None:
        plan = self._session.plan if self._session is not None else None
        return next((a for a in plan.alignments if a.alignment_id == self.alignment_id), None) if plan else None

    def _follow(self) -> None:
        """Send what the page has not, or has in an older state."""
        session, alignment = self._session, self._alignment()
        if session is None or alignment is None:
            return
        variant = session.variant(session.plan.scenario.scenario_id, alignment.alignment_id)
        made_from = (variant, alignment, session.plan.alignment.name, tuple(session.plan.reps))
        if len(self._sent) == len(made_from) and self._sent[0] is variant and self._sent[1:] == made_from[1:]:
            return
        self._sent = made_from
        url = self._put("second", second.pack_second(variant, session.plan.reps))
        self._send(second.second(url, alignment, session.plan.alignment.name))

    def _plan_changed(self, change: PlanChange) -> None:
        session = self._session
        assert session is not None
        former, self._in_use = self._in_use, session.plan.alignment.alignment_id
        if not self.is_on:
            return
        if self._in_use == self.alignment_id:
            # Who switches to the alignment that was drawn as lines wants to see the first one as lines.
            self.alignment_id = former
        if self._alignment() is None or self.alignment_id == self._in_use:
            self.end()
            return
        if self._in_use != former:
            self.changed.emit()
        self._follow()
