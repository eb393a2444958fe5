"""Two scenarios of an open plan compared: figures of both sides, moves, days since each last change.

Owns what is kept until the plan changes; not the arithmetic (metrics.comparison) nor the journal (document).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.document.last_change import LastChanges
from territorymap.metrics.comparison import Comparison, Side, plan_as, side_of
from territorymap.metrics.move_figures import Ages
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.model.variant import Variant

Floats = NDArray[np.float64]


class ComparedSession(Protocol):
    """What is read of a session, veiled or not."""

    @property
    def plan(self) -> Plan: ...

    @property
    def totals(self) -> Totals: ...

    @property
    def rev(self) -> int: ...

    def variant(self, scenario_id: int) -> Variant: ...

    def last_changes(self, scenario_ids: Sequence[int]) -> LastChanges: ...


class Comparer:
    """Compares scenarios of one session; what was worked out is kept until it is void."""

    def __init__(self, session: ComparedSession, now: Callable[[], datetime] | None = None) -> None:
        self.session = session
        self._now = now or (lambda: datetime.now(UTC))
        self._sides: dict[int, tuple[object, Side]] = {}  # by scenario_id; the key says what it was made from
        self._made: tuple[tuple[object, ...], Comparison] | None = None
        self._ages: tuple[tuple[object, ...], Ages] | None = None

    def side(self, scenario_id: int) -> Side:
        """Return a scenario with its figures."""
        session = self.session
        if scenario_id == session.plan.scenario.scenario_id:
            key: object = ("in use", session.rev, session.plan)
        else:
            key = (session.variant(scenario_id), *self._ground())
        known = self._sides.get(scenario_id)
        if known is not None and _is_same(known[0], key):
            return known[1]
        if scenario_id == session.plan.scenario.scenario_id:
            side = side_of(session.plan, session.totals)
        else:
            plan = plan_as(session.plan, session.variant(scenario_id))
            side = side_of(plan, session.totals.of_other(plan))
        there = {scenario.scenario_id for scenario in session.plan.scenarios}
        self._sides = {at: kept for at, kept in self._sides.items() if at in there}  # a side holds a whole plan
        self._sides[scenario_id] = (key, side)
        return side

    def _ground(self) -> tuple[object, ...]:
        """What the figures of every scenario depend on beside its own choices."""
        plan = self.session.plan
        return plan.units, plan.accounts, tuple(plan.measures), tuple(plan.reps), plan.info

    def compare(self, before_id: int, after_id: int) -> Comparison:
        """Return what differs from one scenario to another."""
        before, after = self.side(before_id), self.side(after_id)
        if self._made is not None and _is_same(self._made[0], (before, after)):
            return self._made[1]
        made = Comparison(before, after)
        self._made = (before, after), made
        return made

    def ages(self, before_id: int, after_id: int) -> Ages:
        """Return days since the last change of each unit and account in either scenario; one pass over the history."""
        return self.ages_of(self.compare(before_id, after_id))

    def ages_of(self, comparison: Comparison) -> Ages:
        """Return the same for a comparison, which may be older than the plan: a scenario of it may be gone by now."""
        key = (comparison.before, comparison.after, self.session.rev)
        if self._ages is not None and _is_same(self._ages[0], key):
            return self._ages[1]
        ages = ages_of(self.session, comparison.before, comparison.after, self._now())
        self._ages = key, ages
        return ages

    def ages_with(self, scenario_id: int) -> Ages:
        """Return the same for a scenario and the one in use."""
        return self.ages(scenario_id, self.session.plan.scenario.scenario_id)


def _is_same(a: object, b: object) -> bool:
    """Whether two keys are of the same things: arrays and records by identity, small values by their worth."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(_is_same(x, y) for x, y in zip(a, b, strict=True))
    return a is b or (isinstance(a, int | str) and a == b)


def ages_of(session: ComparedSession, before: Side, after: Side, now: datetime) -> Ages:
    """Return days since the last change in either of two scenarios."""
    plan = before.plan
    wanted = [before.plan.scenario.scenario_id, after.plan.scenario.scenario_id]
    found = session.last_changes(wanted)
    unit = _days(plan.units.unit_id, found.unit, now)
    account = np.fmin(
        _days(plan.accounts.account_id, found.override, now), _days(plan.accounts.account_id, found.lying, now)
    )
    for side in (before, after):
        rep = _days_of_reps(side, found.rep, now)
        unit = np.fmin(unit, rep[side.plan.unit_territory])
        account = np.fmin(account, rep[side.account_territory])
    # Who is given by name in both scenarios does not follow its unit.
    follows = (before.plan.account_override < 0) | (after.plan.account_override < 0)
    follows &= plan.accounts.unit_ix >= 0
    account[follows] = np.fmin(account[follows], unit[plan.accounts.unit_ix[follows]])
    return Ages(unit, account)


def _days_of_reps(side: Side, moments: dict[int, str], now: datetime) -> Floats:
    """(T + 1,) days since each territory got its rep; the last, also reached by -1, is nan."""
    ids = np.array([t.territory_id for t in side.plan.territories], dtype=np.int64)
    order = np.argsort(ids)
    days = np.full(len(ids) + 1, np.nan)
    days[order] = _days(ids[order], moments, now)
    return days


def _days(ids: NDArray[np.int64], moments: dict[int, str], now: datetime) -> Floats:
    days = np.full(len(ids), np.nan)
    if not moments or not len(ids):
        return days
    known = {text: (now - datetime.fromisoformat(text)).total_seconds() / 86400 for text in set(moments.values())}
    wanted = np.fromiter(moments, np.int64, len(moments))
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    is_there = ids[at] == wanted
    values = np.array([known[text] for text in moments.values()])
    days[at[is_there]] = np.maximum(values[is_there], 0.0)
    return days
