"""Says so when an edit went beyond a cap or moved a protected account. Owns what was beyond before; refuses nothing."""

from __future__ import annotations

from collections.abc import Callable

from territorymap.i18n import listed, ntr, tr
from territorymap.metrics.caps import SLACK, breach_text, displaced_accounts, find_breaches
from territorymap.session.session import PlanChange, Session

_Known = dict[tuple[int, int | None], float]  # (cap_id, column) -> share
MOST_SENTENCES = 2
MAP = "map"


class LimitsNote:
    """Watches one session; ``say`` gets a sentence or two after an edit that made something worse."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._known: _Known = {}
        self._displaced: frozenset[int] = frozenset()

    def set_session(self, session: Session | None) -> None:
        """Watch another plan, or none; what is beyond a cap already is not told."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self._stop = session.listen(self._changed) if session is not None else None
        self._look()

    def _look(self) -> list[str]:
        """Remember how things stand; returns what is worse than before, in sentences."""
        session = self._session
        disruption = session.disruption if session is not None else None
        if session is None or disruption is None:
            self._known, self._displaced = {}, frozenset()
            return []
        plan = session.plan
        breaches = find_breaches(plan, disruption) if plan.caps else []
        before, self._known = self._known, {(b.cap.cap_id, b.at): b.share for b in breaches}
        worse = [b for b in breaches if b.share > before.get((b.cap.cap_id, b.at), 0.0) + SLACK]
        said = [breach_text(plan, disruption, breach) for breach in worse[:MOST_SENTENCES]]
        if len(worse) > MOST_SENTENCES:
            n_more = len(worse) - MOST_SENTENCES
            said.append(ntr("And {n} more is beyond a cap.", "And {n} more are beyond their caps.", n_more))
        former = self._displaced
        self._displaced = frozenset(displaced_accounts(plan, disruption).tolist())
        came = sorted(self._displaced - former)
        if came:
            names = listed(str(plan.accounts.name[a] or plan.accounts.key[a]) for a in came[:MOST_SENTENCES])
            names = names if len(came) <= MOST_SENTENCES else tr("{names} …", names=names)
            said.append(
                ntr(
                    "{n} protected account has another rep now: {names}.",
                    "{n} protected accounts have another rep now: {names}.",
                    len(came),
                    names=names,
                )
            )
        return said

    def _changed(self, change: PlanChange) -> None:
        said = self._look()
        # The map says so itself of what was done there.
        if said and change.kind in ("do", "redo") and change.initiator != MAP:
            self._say(" ".join(said))
