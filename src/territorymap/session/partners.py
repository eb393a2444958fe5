"""The partners of an open plan as their sheets need them: records, markets of their territories, conflicts.

Owns where the inputs come from; the sheets are metrics.partners'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.coverage.findings import DEAL, HORIZONTAL, MULTICHANNEL, OVERLAP, VERTICAL, Finding
from territorymap.metrics.partners.market import Market, markets
from territorymap.metrics.partners.programme import Programme, programme_of
from territorymap.metrics.partners.sheet import ConflictLine, PartnerBook, PartnerInputs
from territorymap.metrics.role_figures import readable_figures
from territorymap.model.coverage import (
    Action,
    Assumption,
    Credential,
    Deal,
    Figure,
    Partner,
    Quota,
    Tier,
    TierChange,
)
from territorymap.model.period import Period, period_of
from territorymap.model.plan import Plan
from territorymap.model.privacy import revenue_columns
from territorymap.model.records import Measure, Territory
from territorymap.session.coverage_issues.kind_words import cause_label
from territorymap.session.coverage_issues.naming import about_text, account_name, place_text
from territorymap.session.coverage_issues.reading import CoverageWatch, Look
from territorymap.session.coverage_issues.reasons import why
from territorymap.session.money.rules import forecast_rules

if TYPE_CHECKING:
    from territorymap.session.session import Session

_POTENTIAL = ("potential", "potenzial", "market", "markt", "潜力", "opportunity", "tam", "sam")
_REVENUE = ("收入", "销售额", "营收")
_CONFLICTS = (OVERLAP, HORIZONTAL, VERTICAL, MULTICHANNEL, DEAL)  # kinds that a partner is in; gaps have nobody
_MOST_TOLD = 100  # conflicts of a partner that are told in sentences; the others are counted
# What a step must have touched for a sheet to be another one.
TABLES = (
    "partner", "tier", "tier_change", "credential", "deal", "action", "figure", "quota", "assumption", "rep",
    "territory", "territory_variant", "assignment", "override", "account", "alignment", "plan", "role_rule",
)  # fmt: skip


def partner_book(session: Session, look: Look | None = None, former: PartnerBook | None = None) -> PartnerBook:
    """Return what makes the sheets of the partners, as the plan stands now; ``look`` as for the inputs.

    ``former`` is a book of this session, of which what did not change is taken over.
    """
    return PartnerBook(partner_inputs(session, look), former)


def partner_inputs(session: Session, look: Look | None = None) -> PartnerInputs:
    """Return what the sheets of the partners are made of, held still; no targets while pay and quotas are hidden.

    ``look`` is a look at conflicts that is at hand already; else the plan is looked at.
    """
    plan = session.plan
    partners = tuple(session.register(Partner).values())
    rep_ids = [partner.rep_id for partner in partners]
    programme = programme_of(session.register(Assumption).values())
    revenue, potential = market_measures(plan, programme)
    ground = _ground(session)
    own = set(rep_ids)
    deals = tuple(deal for deal in session.register(Deal).values() if deal.rep_id in own)
    names = {rep.rep_id: rep.name for rep in plan.reps}
    return PartnerInputs(
        partners=partners,
        names={rep_id: names.get(rep_id, "") for rep_id in rep_ids},
        territories=_territories(plan, ground, own),
        tiers=tuple(session.register(Tier).values()),
        changes=tuple(session.register(TierChange).values()),
        credentials=tuple(session.register(Credential).values()),
        deals=deals,
        actions=tuple(session.register(Action).values()),
        figures=tuple(figure for figure in readable_figures(session.register(Figure).values()) if figure.rep_id in own),
        quotas=() if session.hides_pay else partner_quotas(plan, ground, session.register(Quota).values(), own),
        programme=programme,
        markets=_markets(plan, ground, rep_ids, revenue, potential),
        conflicts=conflicts_of(session, own, look),
        probability_of=forecast_rules(session.register(Assumption)).stages,
        account_names=_account_names(plan, deals),
        revenue_name=revenue.name if revenue else "",
        potential_name=potential.name if potential else "",
        currency=plan.info.currency,
        figures_rev=(session.register_rev(Figure), tuple(rep_ids)),
    )


def usual_period(book: PartnerBook, today: date) -> Period:
    """Return the quarter to begin with: the newest of which a figure is told, else the one that ended last."""
    told = [period for period in book.periods("quarter") if period.start <= today]
    return told[0] if told else period_of("quarter", today).previous


def market_measures(plan: Plan, programme: Programme) -> tuple[Measure | None, Measure | None]:
    """Return the measures that penetration and market share are computed of: as chosen, else by their names."""
    of_accounts = [m for m in plan.measures if m.source == "account"]
    by_uuid = {m.uuid: m for m in of_accounts}
    named = revenue_columns(plan)
    potential = next((m for m in of_accounts if _has_word(m.name, _POTENTIAL)), None)
    revenue = next((m for m in of_accounts if m.name in named or _has_word(m.name, _REVENUE)), None)
    if revenue is not None and potential is not None and revenue.name == potential.name:
        revenue = next((m for m in of_accounts if m.name in named and m is not potential), None)
    return by_uuid.get(programme.revenue_measure, revenue), by_uuid.get(programme.potential_measure, potential)


def _has_word(name: str, words: Sequence[str]) -> bool:
    return any(word in name.casefold() for word in words)


Ground = list[
    tuple[Sequence[Territory], NDArray[np.int32]]
]  # of each alignment: territories, (A,) who has each account


def _ground(session: Session) -> Ground:
    return [(coverage.territories, coverage.owner) for coverage in session.coverages()]


def holders(plan: Plan, territory: Territory) -> set[int]:
    """Return the reps of a territory: its own, and the members of its team; overlay specialists cover no ground."""
    by_uuid = {rep.uuid: rep.rep_id for rep in plan.reps}
    team = {by_uuid[m.rep_uuid] for m in territory.team if m.kind == "member" and m.rep_uuid in by_uuid}
    return team | ({territory.rep_id} if territory.rep_id is not None else set())


def _territories(plan: Plan, ground: Ground, own: set[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for territories, _ in ground:
        for territory in territories:
            for rep_id in holders(plan, territory) & own:
                found.setdefault(rep_id, []).append(territory.name)
    return {rep_id: tuple(names) for rep_id, names in found.items()}


def partner_quotas(plan: Plan, ground: Ground, quotas: Iterable[Quota], own: set[int]) -> tuple[Quota, ...]:
    """Return the quotas of partners: their parts of the territories they lead or help in, then what is set for them.

    Of two for one territory and period the later one counts, and one of the partner as a whole before both.

    Examples
    --------
    Texas has a quota of 90 and is Lone Star's alone, Ohio one of 60, led by Sun with half of Moon: Lone Star 90, Sun
    40, Moon 20. A quota of 50 set for Sun in Ohio comes after the 40.
    """
    shares: dict[int, list[tuple[int, float]]] = {}
    by_uuid = {rep.uuid: rep.rep_id for rep in plan.reps}
    for territories, _ in ground:
        for territory in territories:
            if not holders(plan, territory) & own:
                continue
            told = {
                by_uuid[m.rep_uuid]: m.share for m in territory.team if m.kind == "member" and m.rep_uuid in by_uuid
            }
            parts = {rep_id: told.get(rep_id, 1.0) for rep_id in holders(plan, territory)}
            whole = sum(parts.values())
            shares[territory.territory_id] = [
                (rep_id, part / whole) for rep_id, part in parts.items() if rep_id in own and whole > 0
            ]
    every = list(quotas)
    of_ground = [
        replace(quota, rep_id=rep_id, amount=quota.amount * share)
        for quota in every
        if quota.rep_id is None and quota.territory_id is not None
        for rep_id, share in shares.get(quota.territory_id, ())
    ]
    return (*of_ground, *(quota for quota in every if quota.rep_id in own))


def _markets(
    plan: Plan, ground: Ground, rep_ids: Sequence[int], revenue: Measure | None, potential: Measure | None
) -> Mapping[int, Market]:
    at = {rep_id: i for i, rep_id in enumerate(rep_ids)}
    who: list[NDArray[np.int64]] = []
    what: list[NDArray[np.int64]] = []
    for territories, owner in ground:
        for ix, territory in enumerate(territories):
            partners = [at[rep_id] for rep_id in holders(plan, territory) if rep_id in at]
            if not partners:
                continue
            accounts = np.flatnonzero(owner == ix)
            for partner in partners:
                who.append(np.full(len(accounts), partner, dtype=np.int64))
                what.append(accounts)
    none = np.empty(0, dtype=np.int64)
    found = markets(
        np.concatenate([none, *who]),
        np.concatenate([none, *what]),
        _values(plan, revenue),
        _values(plan, potential),
        len(rep_ids),
    )
    return dict(zip(rep_ids, found, strict=True))


def _values(plan: Plan, measure: Measure | None) -> NDArray[np.float64]:
    """Return (A,) the values of a measure of the accounts, all nan where there is none."""
    if measure is None:
        return np.full(len(plan.accounts), np.nan)
    return plan.accounts.values[measure.column_name]


def _account_names(plan: Plan, deals: Sequence[Deal]) -> dict[int, str]:
    wanted = {deal.account_id for deal in deals if deal.account_id is not None}
    if not wanted:
        return {}
    at = np.flatnonzero(np.isin(plan.accounts.account_id, np.array(sorted(wanted))))
    return {int(plan.accounts.account_id[ix]): str(plan.accounts.name[ix]) for ix in at}


def conflicts_of(session: Session, own: set[int], look: Look | None = None) -> dict[int, tuple[ConflictLine, ...]]:
    """Return the open conflicts that each partner is in: as who covers a side of it, or who registered a deal."""
    if not own:
        return {}
    if look is None:
        watch = CoverageWatch(session)
        look = watch.look()
        watch.stop()
    found: dict[int, list[ConflictLine]] = {}
    for finding in look.judgement.findings:
        if finding.kind not in _CONFLICTS:
            continue
        for rep_id in sorted(_concerned(look, finding) & own):
            lines = found.setdefault(rep_id, [])
            place = account_name(look.plan, int(finding.accounts[0])) if len(finding.accounts) == 1 else ""
            said = why(look, finding) if len(lines) < _MOST_TOLD else ""
            label = cause_label(finding.kind, finding.cause)
            about = about_text(look, finding) if said else ""
            lines.append(ConflictLine(label, said or label, place or place_text(look, finding), _value(finding), about))
    return {rep_id: tuple(lines) for rep_id, lines in found.items()}


def _concerned(look: Look, finding: Finding) -> set[int]:
    """Return the reps that a finding is between."""
    sides = look.now.sides
    teams = {rep_id for side, at in finding.holders if at >= 0 for rep_id in sides[side].teams[at]}
    return teams | {rep_id for at in finding.deals if (rep_id := look.deals[at].rep_id) is not None}


def _value(finding: Finding) -> float:
    return finding.amount if finding.deals else finding.revenue
