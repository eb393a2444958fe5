"""Keeps the page's copy of caps, protected accounts and what changes rep. Owns when what is sent; not its wording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from territorymap.mapview import limits
from territorymap.mapview.replies import Reply
from territorymap.model.change import PlanDelta
from territorymap.session.session import Session


class LimitsLink:
    """Tells the page what a stroke would break; nothing where the planner has set no limit."""

    def __init__(self, put: Callable[[str, bytes], str], send: Callable[[Reply], None]) -> None:
        """``put`` keeps data for the page and returns its URL."""
        self._put, self._send = put, send
        self._session: Session | None = None
        self._sent: NDArray[Any] | None = None  # the baseline's holders as the page has them
        self._is_told = False  # the page knows limits
        self.with_names = True  # whether accounts may be named

    def set_session(self, session: Session | None) -> None:
        self._session, self._sent, self._is_told = session, None, False

    def forget(self) -> None:
        """The page begins anew and knows nothing."""
        self._sent, self._is_told = None, False

    def send(self) -> None:
        """Send everything, whatever the page knows."""
        session = self._session
        if session is None:
            return
        if not limits.has_limits(session.plan):
            if self._is_told:
                self._send(limits.no_limits())
            self._is_told = False
            return
        disruption = session.disruption
        url = None
        if disruption is not None and self._sent is not disruption.before_unit:
            self._sent, url = disruption.before_unit, self._put("limits", limits.pack_limits(disruption))
        self._send(limits.limits(session.plan, session.totals, disruption, url, with_names=self.with_names))
        self._is_told = True

    def follow(self, delta: PlanDelta) -> None:
        """Send what a small change made different."""
        session = self._session
        if session is None or not self._is_told:
            return
        disruption = session.disruption
        if len(delta.account_ix) or disruption is None or disruption.touched is None:
            self.send()
        elif disruption.touched:
            self._send(limits.disruption_rows(disruption, sorted(disruption.touched)))
