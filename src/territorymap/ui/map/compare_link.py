"""Comparing on the map: with which scenario, in which way, and telling the page when its copy is void.

Owns the choice and the messages; the figures are the comparer's (session.comparison), the commands ui/compare's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from territorymap.mapview import comparing
from territorymap.mapview.replies import Reply
from territorymap.mapview.shading.registry import TERRITORY, Case, Choice, Shades, find_choice
from territorymap.mapview.strings import measure_labels
from territorymap.session.comparison import Comparer
from territorymap.session.session import PlanChange, Session
from territorymap.ui.map.shading_link import ShadingLink


class CompareLink(QObject):
    """Shows another scenario beside, over or around the one in use."""

    changed = Signal()  # begun, ended, another way or another scenario

    def __init__(
        self,
        send: Callable[[Reply], None],
        put: Callable[[str, bytes], str],
        shading: ShadingLink,
        parent: QObject | None = None,
    ) -> None:
        """``send`` tells the page; ``put`` keeps data for it and returns its URL."""
        super().__init__(parent)
        self._send, self._put, self._shading = send, put, shading
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._sent: object = None  # the side that the page has
        self._in_use = -1
        self.comparer: Comparer | None = None
        self.way = ""  # one of comparing.WAYS, "" = nothing is compared
        self.scenario_id = -1  # the other scenario
        shading.sent.connect(self._send_shading)

    @property
    def is_on(self) -> bool:
        return self.way != ""

    def set_session(self, session: Session | None) -> None:
        """Follow another plan; nothing is compared at first."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self._stop = session.listen(self._plan_changed) if session is not None else None
        self.comparer = session.comparer if session is not None else None
        self._in_use = session.plan.scenario.scenario_id if session is not None else -1
        self._forget()
        self.changed.emit()

    def begin(self, scenario_id: int, way: str) -> None:
        """Compare the scenario in use with another one, in one of comparing.WAYS."""
        session = self._session
        if way not in comparing.WAYS:
            raise ValueError(way)
        if session is None or scenario_id == session.plan.scenario.scenario_id:
            return
        self.scenario_id, self.way, self._sent = scenario_id, way, None
        self._follow()
        self.changed.emit()

    def end(self) -> None:
        """Show one scenario again."""
        if not self.is_on:
            return
        self._forget()
        self._send(comparing.compare_no_more())
        self._shading.send()
        self.changed.emit()

    def send(self) -> None:
        """Tell the page anew, which has forgotten all."""
        self._sent = None
        if self.is_on:
            self._follow()

    def _forget(self) -> None:
        self.way, self.scenario_id, self._sent = "", -1, None
        self._shading.compared = None

    def _follow(self) -> None:
        """Send what the page has not, or has in an older state."""
        session, comparer = self._session, self.comparer
        assert session is not None
        assert comparer is not None
        side = comparer.side(self.scenario_id)
        if side is self._sent:
            return
        self._sent = side
        self._shading.compared = session.variant(self.scenario_id)
        self._shading.send()  # the other's colours go first, so that its first picture has them
        url = self._put("compare", comparing.pack_side(side))
        self._send(comparing.compare(self.way, url, side.name, session.plan.scenario.name))

    def _send_shading(self, shades: Shades) -> None:
        """Colour the other scenario as the one in use is coloured."""
        session, comparer = self._session, self.comparer
        if not self.is_on or session is None or comparer is None:
            return
        if self.scenario_id not in {s.scenario_id for s in session.plan.scenarios}:
            return  # colours hear of a change first; that this scenario is gone ends comparing in a moment
        side = comparer.side(self.scenario_id)
        key = self._shading.key
        case = Case(side.plan, session.totals, measure_labels(session.plan))
        found = find_choice(case, key)
        if found is None:
            # Such as a change: the other side has nothing to be measured against, and shows its territories.
            other, choice = Shades("territory"), Choice(TERRITORY, "", "")
        else:
            # Numbers of units are the same on both sides.
            choice = found[1]
            other = shades if shades.form == "unit" else found[0].shade(case, key, self._shading.classing)
        message = comparing.matched_shades(other, shades).message(choice)
        self._send({**message, "kind": "compare_shading"})

    def _plan_changed(self, change: PlanChange) -> None:
        session = self._session
        assert session is not None
        former, self._in_use = self._in_use, session.plan.scenario.scenario_id
        if not self.is_on:
            return
        known = {s.scenario_id for s in session.plan.scenarios}
        if self.scenario_id not in known:
            self.end()
            return
        if self._in_use != former:
            # Who switches to the other scenario wants to see the first one beside it.
            if self.scenario_id == self._in_use:
                self.scenario_id = former
            self._sent = None
            self.changed.emit()
        if self.scenario_id == self._in_use or self.scenario_id not in known:
            self.end()
            return
        self._follow()
