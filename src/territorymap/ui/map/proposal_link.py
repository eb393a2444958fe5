"""A proposal on the map in place of the plan: which one, in which way, and how often the page is told.

Owns what the page is told; where proposals come from is ui/solving's and ui/proposals'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from territorymap.mapview import proposing
from territorymap.mapview.replies import Reply
from territorymap.model.variant import Variant
from territorymap.session.session import PlanChange, Session

# A new one every so often: the page fetches each before it may be replaced, and the pointer is answered in between.
_PAUSE_MS = 150


class Shown(Protocol):
    """What is to be known of a proposal to draw it."""

    @property
    def title(self) -> str: ...

    @property
    def variant(self) -> Variant: ...


class ProposalLink(QObject):
    """Shows a plan that is only proposed."""

    changed = Signal()  # another proposal, another way, or none

    def __init__(
        self, send: Callable[[Reply], None], put: Callable[[str, bytes], str], parent: QObject | None = None
    ) -> None:
        """``send`` tells the page; ``put`` keeps data for it and returns its URL."""
        super().__init__(parent)
        self._send, self._put = send, put
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._decides: NDArray[np.bool_] | None = None
        self._measure = ""
        self._scope: NDArray[np.bool_] | None = None  # units that are being solved
        self.shown: Shown | None = None
        self.way = "fill"  # one of proposing.WAYS
        self._since = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._tell)

    def set_session(self, session: Session | None) -> None:
        """Follow another plan; nothing is proposed at first."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self._stop = session.listen(self._plan_changed) if session is not None else None
        self._scope = None
        self._forget()

    def show(self, proposal: Shown | None, decides: NDArray[np.bool_] | None = None, measure: str = "") -> None:
        """Show a proposal, None = the plan again; what it does not decide is shown as it is in the plan.

        ``decides``: (U,) units of which it says who has them; None = those that move.
        ``measure``: whose index stands under the names, "" = the one that is chosen.
        """
        if proposal is None:
            if self.shown is not None:
                self._forget()
                self._send(proposing.no_proposal())
                self.changed.emit()
            return
        self.shown, self._decides, self._measure = proposal, decides, measure
        waited = self._since.elapsed() if self._since.isValid() else _PAUSE_MS
        if waited >= _PAUSE_MS:
            self._tell()
        elif not self._timer.isActive():
            self._timer.start(_PAUSE_MS - waited)
        self.changed.emit()

    def set_way(self, way: str) -> None:
        """Show what is proposed in another of proposing.WAYS."""
        if way not in proposing.WAYS:
            raise ValueError(way)
        self.way = way
        if self.shown is not None:
            self._tell()
        self.changed.emit()

    def set_solving(self, scope: NDArray[np.bool_] | None) -> None:
        """Let strokes leave these units alone, for they are being solved; None = all may be edited."""
        if scope is None and self._scope is None:
            return
        self._scope = scope
        self._tell_scope()

    def _tell_scope(self) -> None:
        scope = self._scope
        self._send(proposing.solving("" if scope is None else self._put("solving", proposing.pack_solving(scope))))

    def send(self) -> None:
        """Tell the page anew, which has forgotten all."""
        if self._scope is not None:
            self._tell_scope()
        if self.shown is not None:
            self._tell()

    def _forget(self) -> None:
        self._timer.stop()
        self.shown, self._decides, self.way = None, None, "fill"

    def _tell(self) -> None:
        session, shown = self._session, self.shown
        self._timer.stop()
        if session is None or shown is None:
            return
        self._since.start()
        url = self._put("proposal", proposing.pack_proposal(session.plan, shown.variant, self._decides))
        self._send(proposing.proposal(url, shown.title, self.way, self._measure))

    def _plan_changed(self, change: PlanChange) -> None:
        """A proposal is of the units and the scenario that it was made for; other edits show through it."""
        if self.shown is not None and (change.delta.is_ground_changed or change.kind == "switch"):
            self.show(None)
