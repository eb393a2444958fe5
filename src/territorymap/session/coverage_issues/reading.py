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
        chosen = money_measure(self._session.plan, measure)
        asked = (chosen.uuid if chosen is not None else "", (today or date.today()).isoformat())
        if asked not in self._kept:
            self._kept[asked] = self._look(chosen, asked[1])
        return self._kept[asked]

    def _follow(self, change: PlanChange) -> None:
        if change.touches(*_JUDGED_TABLES) or change.delta.is_full or change.elsewhere:
            self._kept.clear()
        if change.touches("deal", "account") or change.delta.is_full:
            self._deals = None

    def _look(self, measure: Measure | None, today: str) -> Look:
        plan, coverages = self._session.plan, self._session.coverages()
        if self._deals is None:
            records = list(self._session.register(Deal).values())
            self._deals = records, deal_arrays(records, plan)
        records_of_deals, deals = self._deals
        rules = self._session.register(RoleRule).values()
        matrix = RoleMatrix.of((rule.role_a, rule.role_b, rule.rule) for rule in rules)
        flips = _flips(plan, coverages, matrix) if len(deals) else {}
        now = Situation(
            sides=[_side(coverage, plan) for coverage in coverages],
            unit_ix=plan.accounts.unit_ix,
            revenue=_amounts(plan, measure),
            today=today,
            matrix=matrix,
            deals=deals,
            partners=frozenset(rep.rep_id for rep in plan.reps if rep.is_partner),
            covered_after={(s, t): covers_after(plan, coverages[t].alignment, *flip) for (s, t), flip in flips.items()},
        )
        return Look(judge(now), plan, coverages, records_of_deals, measure, flips)


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
