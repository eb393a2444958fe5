"""A look at who covers what in an open plan, kept until the plan changes.

Owns how alignments, teams and deals of a plan become the arrays that metrics.coverage judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.coverage.judging import Judgement, judge
from territorymap.metrics.coverage.situation import Deals, Ix, Side, Situation
from territorymap.model.coverage import Deal, RoleRule
from territorymap.model.covering import told_scope
from territorymap.model.plan import Plan
from territorymap.model.records import Measure, Rep, Segment, Territory
from territorymap.model.role_matrix import RoleMatrix
from territorymap.model.scope import scope_fields
from territorymap.session.coverage_issues.flipping import covers_after, flipped_segment
from territorymap.session.coverages import Coverage
from territorymap.session.registers import MANY, Aside
from territorymap.session.session import PlanChange, Session

_MONEY_WORDS = ("revenue", "sales", "turnover", "umsatz", "arr", "收入", "销售")
_CLOSED = ("won", "lost")
_JUDGED_TABLES = (
    "account", "unit", "rep", "territory", "territory_variant", "assignment", "override", "alignment", "role_rule",
    "deal", "measure", "plan", "scenario", "segment",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Look:
    """What was found in a plan, and what the positions in it mean."""

    judgement: Judgement
    plan: Plan
    coverages: Sequence[Coverage]  # by position of the side
    deals: Sequence[Deal]  # by position of the deal
    measure: Measure | None  # whose sums are called revenue; None: there is no measure of accounts
    flips: Mapping[tuple[int, int], tuple[Segment, str]] = field(default_factory=dict)  # what a won deal changes

    @property
    def now(self) -> Situation:
        return self.judgement.now

    @property
    def today(self) -> str:
        return self.now.today

    @cached_property
    def scopes(self) -> list[str]:
        """The scope of each side as a sentence."""
        fields = scope_fields(self.plan)
        return [told_scope(c.alignment.scope, fields, max_listed=3) for c in self.coverages]

    @cached_property
    def rep_by_id(self) -> dict[int, Rep]:
        return {rep.rep_id: rep for rep in self.plan.reps}

    def territory(self, holder: tuple[int, int]) -> Territory | None:
        """Return the territory of a holder, None for nobody."""
        side, at = holder
        return self.coverages[side].territories[at] if at >= 0 else None

    def lead(self, holder: tuple[int, int]) -> Rep | None:
        """Return who leads a territory; None for a vacancy and for nobody."""
        side, at = holder
        team = self.now.sides[side].teams[at] if at >= 0 else ()
        return self.rep_by_id.get(team[0]) if team else None


class CoverageWatch:
    """Looks at a session when asked; an edit makes the next look a new one, and costs nothing itself.

    One a session, ``session.coverage_watch``: panel and pages share what was found.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[tuple[str, str], Look] = {}  # by measure and day
        self._deals: tuple[Sequence[Deal], Deals] | None = None
        self.stop = session.listen(self._follow, is_first=True)

    def look(self, measure: str | None = None, today: date | None = None) -> Look:
        """Return what is found now; ``measure`` names the measure that counts as revenue."""
        task = self.begin(measure, today)
        return task if isinstance(task, Look) else self.take(task, *task.run())

    def begin(self, measure: str | None = None, today: date | None = None) -> Look | LookTask:
        """Return what is known already, else what is to be run for it; of many deals in another thread."""
        session = self._session
        chosen = money_measure(session.plan, measure)
        asked = (chosen.uuid if chosen is not None else "", (today or date.today()).isoformat())
        if asked in self._kept:
            return self._kept[asked]
        deals: Sequence[Deal] = ()
        aside = session.aside(Deal) if self._deals is None else None
        if self._deals is None and aside is None:
            deals = list(session.register(Deal).values())
        rules = session.register(RoleRule).values()
        matrix = RoleMatrix.of((rule.role_a, rule.role_b, rule.rule) for rule in rules)
        coverages = session.coverages()
        return LookTask(asked, session.rev, session.plan, coverages, chosen, matrix, aside, deals, self._deals)

    def take(self, task: LookTask, look: Look, deals: Deals, read: dict[int, Deal] | None) -> Look:
        """Keep what a task has found, where the plan is still the one that it looked at."""
        if task.rev == self._session.rev:
            self._kept[task.asked] = look
            self._deals = look.deals, deals
            if task.aside is not None and read is not None:
                self._session.take_aside(task.aside, read)
        return look

    def _follow(self, change: PlanChange) -> None:
        if change.touches(*_JUDGED_TABLES) or change.delta.is_full or change.elsewhere:
            self._kept.clear()
        if change.touches("deal", "account") or change.delta.is_full:
            self._deals = None


@dataclass(frozen=True, eq=False)
class LookTask:
    """All that a look needs, held still as far as can be: if the plan changes meanwhile, what it finds is void."""

    asked: tuple[str, str]  # measure and day
    rev: int  # of the session
    plan: Plan
    coverages: Sequence[Coverage]
    measure: Measure | None
    matrix: RoleMatrix
    aside: Aside[Deal] | None  # the deals are to be read
    records: Sequence[Deal]
    arrays: tuple[Sequence[Deal], Deals] | None  # of the look before

    @property
    def is_long(self) -> bool:
        """Whether it takes longer than a blink."""
        n = len(self.arrays[0]) if self.arrays is not None else len(self.records)
        return self.aside is not None or n >= MANY

    def run(self) -> tuple[Look, Deals, dict[int, Deal] | None]:
        """Return what is found, the deals as arrays, and the records that were read."""
        plan, coverages, matrix, measure = self.plan, self.coverages, self.matrix, self.measure
        read = self.aside.read() if self.aside is not None else None
        records: Sequence[Deal] = self.records if read is None else list(read.values())
        records_of_deals, deals = self.arrays or (records, deal_arrays(records, plan))
        flips = _flips(plan, coverages, matrix) if len(deals) else {}
        now = Situation(
            sides=[_side(coverage, plan) for coverage in coverages],
            unit_ix=plan.accounts.unit_ix,
            revenue=_amounts(plan, measure),
            today=self.asked[1],
            matrix=matrix,
            deals=deals,
            partners=frozenset(rep.rep_id for rep in plan.reps if rep.is_partner),
            covered_after={(s, t): covers_after(plan, coverages[t].alignment, *flip) for (s, t), flip in flips.items()},
        )
        look = Look(judge(now), plan, coverages, records_of_deals, measure, flips)
        return look, deals, read


def _flips(plan: Plan, coverages: Sequence[Coverage], matrix: RoleMatrix) -> dict[tuple[int, int], tuple[Segment, str]]:
    """Return what a won deal changes, by giving and taking side."""
    found = {}
    for s, one in enumerate(coverages):
        for t, other in enumerate(coverages):
            flip = None
            if s != t and matrix.hands_over(one.alignment.role, other.alignment.role):
                flip = flipped_segment(plan, one.alignment, other.alignment)
            if flip is not None:
                found[s, t] = flip
    return found


def money_measure(plan: Plan, name: str | None = None) -> Measure | None:
    """Return the measure that counts as revenue: the one named, else one that is called so, else the first of accounts.

    None where accounts have no measure, and where a name is not one of theirs.
    """
    own = [measure for measure in plan.measures if measure.source == "account"]
    if name is not None:
        return next((m for m in own if m.name.casefold() == name.strip().casefold()), None)
    called = (
        m for m in own if any(word in m.name.casefold().split() or word in m.column_name for word in _MONEY_WORDS)
    )
    return next(called, own[0] if own else None)


def _amounts(plan: Plan, measure: Measure | None) -> NDArray[np.float64]:
    if measure is None:
        return np.zeros(len(plan.accounts))
    return plan.accounts.values.get(measure.column_name, np.zeros(len(plan.accounts)))


def _side(coverage: Coverage, plan: Plan) -> Side:
    id_by_uuid = {rep.uuid: rep.rep_id for rep in plan.reps}
    partners = {rep.rep_id for rep in plan.reps if rep.is_partner}
    teams, overlays = [], []
    for territory in coverage.territories:
        lead = [] if territory.rep_id is None else [territory.rep_id]
        members = [(id_by_uuid.get(member.rep_uuid), member.kind) for member in territory.team]
        teams.append(_ids([*lead, *(rep for rep, kind in members if kind != "overlay")]))
        overlays.append(_ids(rep for rep, kind in members if kind == "overlay"))
    return Side(
        alignment_id=coverage.alignment.alignment_id,
        role=coverage.alignment.role,
        in_scope=coverage.in_scope,
        owner=coverage.owner,
        by_name=coverage.variant.account_override >= 0,
        unit_territory=coverage.variant.unit_territory,
        teams=tuple(teams),
        partner_led=np.array([bool(team) and team[0] in partners for team in teams], dtype=np.bool_),
        overlays=tuple(overlays),
        is_whole=not coverage.alignment.scope,
    )


def _ids(found: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(rep for rep in found if rep is not None))


def deal_arrays(deals: Sequence[Deal], plan: Plan) -> Deals:
    """Return deals as arrays; an account or rep that is no more counts as none."""
    known = plan.accounts.account_id
    account = np.array([-1 if d.account_id is None else d.account_id for d in deals], dtype=np.int64)
    at = np.searchsorted(known, account)
    is_known = (account >= 0) & (at < len(known))
    is_known[is_known] = known[at[is_known]] == account[is_known]
    return Deals(
        row_id=_whole(d.row_id for d in deals),
        account=np.where(is_known, at, -1),
        rep=_whole(-1 if d.rep_id is None else d.rep_id for d in deals),
        amount=np.array([d.amount for d in deals], dtype=np.float64),
        is_open=np.array([d.stage not in _CLOSED for d in deals], dtype=np.bool_),
        is_won=np.array([d.stage == "won" for d in deals], dtype=np.bool_),
        registered=_days(d.registered_on for d in deals),
        expires=_days(d.expires_on for d in deals),
        expected=_days(d.expected_on for d in deals),
        closed=_days(d.closed_on for d in deals),
    )


def _whole(values: Iterable[int]) -> Ix:
    return np.array(list(values), dtype=np.int64)


def _days(values: Iterable[str]) -> NDArray[np.str_]:
    return np.array(list(values), dtype="U10")
