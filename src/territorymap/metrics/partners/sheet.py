"""All that is known of one partner for one period, in one record: what page, command line and exports show alike.

Owns what belongs on it; the formulas are figures', tiers', credentials', pipeline's, market's and corrective's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from territorymap.metrics.partners.corrective import Flag, raise_flags
from territorymap.metrics.partners.credentials import Held, held
from territorymap.metrics.partners.figures import (
    Series,
    Told,
    annualised,
    attainment,
    growth,
    newest,
    series_of,
    share_of_period,
    sum_over,
    year_to,
)
from territorymap.metrics.partners.market import NO_MARKET, Market, market_share
from territorymap.metrics.partners.pipeline import Pipeline, pipeline
from territorymap.metrics.partners.programme import Programme
from territorymap.metrics.partners.recruiting import Recruitment, recruitment_score
from territorymap.metrics.partners.tiers import Gap, Move, Reached, gaps, in_order, next_tier, tier_earned, transitions
from territorymap.model.coverage import Action, Credential, Deal, Figure, Partner, Quota, Tier, TierChange
from territorymap.model.period import Period, parse_period, period_of

REVENUE, SATISFACTION = "revenue", "satisfaction"  # metrics of figures
_Record = TypeVar("_Record", Credential, Deal, Action, TierChange)
TREND = 8  # periods shown
WORKING = ("agreed", "active")  # statuses in which a partner has a tier, figures and rules


@dataclass(frozen=True)
class ConflictLine:
    """One conflict that a partner is in, as its sheet tells it."""

    kind: str
    sentence: str
    account: str = ""
    revenue: float = 0.0
    about: str = ""  # the same in a few words, "" = the sentence

    @property
    def short(self) -> str:
        return self.about or self.sentence


@dataclass(frozen=True)
class Point:
    """One period of the trend."""

    period: Period
    revenue: Told
    target: Told
    satisfaction: float


@dataclass(frozen=True)
class PartnerInputs:
    """What the sheets are made of, held still: records by kind, and what was computed of the accounts."""

    partners: tuple[Partner, ...]
    names: Mapping[int, str]  # by rep_id
    territories: Mapping[int, tuple[str, ...]]  # by rep_id: names of what it holds, of all alignments
    tiers: tuple[Tier, ...]
    changes: tuple[TierChange, ...]
    credentials: tuple[Credential, ...]
    deals: tuple[Deal, ...]
    actions: tuple[Action, ...]
    figures: tuple[Figure, ...]
    quotas: tuple[Quota, ...]
    programme: Programme
    markets: Mapping[int, Market]  # by rep_id
    conflicts: Mapping[int, tuple[ConflictLine, ...]]  # by rep_id
    probability_of: Mapping[str, float]  # of a deal's stage
    account_names: Mapping[int, str] = field(default_factory=dict)  # of the deals' accounts, by account_id
    revenue_name: str = ""  # of the measures that penetration and share are computed of, "" = the plan has none
    potential_name: str = ""
    currency: str = ""
    figures_rev: object = None  # where it is that of a former book, the figures are the same; None = not told


@dataclass(frozen=True)
class PartnerSheet:
    """One partner, one period."""

    partner: Partner
    name: str
    period: Period
    day: date  # on which deals, certifications and actions are looked at; see day_of
    territories: tuple[str, ...]
    revenue: Told
    target: Told
    ahead: Period  # what open deals are held against: the period, or where it is over the one of the day
    ahead_missing: float  # of its target, >= 0; nan without a target
    before: Told  # revenue of the period before
    year_before: Told  # revenue of the same period of the year before
    revenue_year: Told  # of the twelve months to the end of the period
    year_earlier: Told  # of the twelve months before these
    reached: Reached
    satisfaction_before: float
    tier_now: Tier | None
    tier_before: Tier | None  # at the end of the period before
    tier_changes: tuple[tuple[TierChange, str, str], ...]  # the newest first, with the names before and after
    tier_earned: Tier | None
    tier_next: Tier | None  # above the one earned
    gaps: tuple[Gap, ...]  # to the next
    held: Held
    coming: tuple[Credential, ...]  # that begin later
    pipeline: Pipeline
    market: Market
    conflicts: tuple[ConflictLine, ...]
    actions: tuple[Action, ...]  # of all kinds, open ones first, by due date
    deals: tuple[Deal, ...]
    trend: tuple[Point, ...]
    recruitment: Recruitment
    flags: tuple[Flag, ...] = ()

    @property
    def is_working(self) -> bool:
        return self.partner.status in WORKING

    @property
    def attainment(self) -> float:
        return attainment(self.revenue.amount, self.target.amount)

    @property
    def change(self) -> float:
        """Growth against the period before."""
        return growth(self.revenue, self.before)

    @property
    def growth(self) -> float:
        """Growth against the same period of the year before."""
        return growth(self.revenue, self.year_before)

    @property
    def market_share(self) -> float:
        return market_share(annualised(self.revenue_year), self.market.potential)

    @property
    def missing_revenue(self) -> float:
        """What of the target is not made, >= 0; nan without a target."""
        return _missing(self.revenue, self.target)

    @property
    def cover(self) -> float:
        """Weighted open deals / what is missing of the target ahead; nan without one, infinite where it is reached."""
        missing = self.ahead_missing
        return self.pipeline.weighted / missing if missing > 0 else math.inf if missing == 0 else math.nan

    def open_actions(self, *kinds: str) -> tuple[Action, ...]:
        return tuple(a for a in self.actions if not a.done_on and (not kinds or a.kind in kinds))

    def overdue(self, *kinds: str) -> tuple[Action, ...]:
        return tuple(a for a in self.open_actions(*kinds) if a.due_on and date.fromisoformat(a.due_on) < self.day)


class PartnerBook:
    """Makes the sheets; groups the records by partner once."""

    def __init__(self, inputs: PartnerInputs, former: PartnerBook | None = None) -> None:
        """``former``: a book of the same plan, of which what did not change is taken over."""
        self.inputs = inputs
        self.tiers = in_order(inputs.tiers)
        self._tier_of = {tier.row_id: tier for tier in self.tiers}
        self.partners = {partner.rep_id: partner for partner in inputs.partners}
        is_same = former is not None and None is not inputs.figures_rev == former.inputs.figures_rev
        self._series: dict[tuple[str, int], dict[Period, float]] = (
            former._series if former is not None and is_same else series_of(inputs.figures)
        )
        self._targets = _targets(inputs.quotas)
        self._credentials = _by_rep(inputs.credentials)
        self._deals = _by_rep(inputs.deals)
        self._actions = _by_rep(inputs.actions)
        self._changes = _by_rep(sorted(inputs.changes, key=lambda c: (c.changed_on, c.row_id)))

    def revenue(self, rep_id: int) -> Series:
        return self._series.get((REVENUE, rep_id), {})

    def periods(self, kind: str) -> list[Period]:
        """Return the periods of a kind for which anything is told of a partner, the newest first."""
        told = {p for (_, rep_id), series in self._series.items() if rep_id in self.partners for p in series}
        return sorted({period_of(kind, p.end) for p in told}, reverse=True)

    def sheets(self, period: Period, today: date) -> list[PartnerSheet]:
        """Return the sheet of every partner, in the order of their names."""
        ordered = sorted(self.partners, key=lambda rep_id: self.inputs.names.get(rep_id, "").casefold())
        return [self.sheet(rep_id, period, today) for rep_id in ordered]

    def sheet(self, rep_id: int, period: Period, today: date) -> PartnerSheet:
        """Return the sheet of a partner; KeyError if there is none."""
        partner, inputs = self.partners[rep_id], self.inputs
        day = day_of(period, today)
        revenue = self.revenue(rep_id)
        start, end = year_to(period.end)
        revenue_year = sum_over(revenue, start, end)
        year_earlier = sum_over(revenue, *year_to(date.fromordinal(start.toordinal() - 1)))
        holds = held(self._credentials.get(rep_id, ()), day, self._soon_days())
        level, told_for = newest(self._series.get((SATISFACTION, rep_id), {}), min(period.end, day))
        if told_for is None and partner.satisfaction is not None:
            level = partner.satisfaction
        reached = Reached(revenue_year.amount, holds.n_certifications, level, growth(revenue_year, year_earlier))
        earned = tier_earned(self.tiers, reached)
        above = next_tier(self.tiers, earned)
        ahead = period if day <= period.end else period_of(period.kind, day)
        targets = self._targets.get(rep_id, {})
        sheet = PartnerSheet(
            partner=partner,
            name=inputs.names.get(rep_id, ""),
            period=period,
            day=day,
            territories=tuple(inputs.territories.get(rep_id, ())),
            revenue=sum_over(revenue, period.start, period.end),
            target=share_of_period(targets, period.start, period.end),
            ahead=ahead,
            ahead_missing=_missing(
                sum_over(revenue, ahead.start, ahead.end), share_of_period(targets, ahead.start, ahead.end)
            ),
            before=sum_over(revenue, period.previous.start, period.previous.end),
            year_before=sum_over(revenue, period.year_before.start, period.year_before.end),
            revenue_year=revenue_year,
            year_earlier=year_earlier,
            reached=reached,
            satisfaction_before=newest(self._series.get((SATISFACTION, rep_id), {}), period.previous.end)[0],
            tier_now=self.tier_at(rep_id, day, today),
            tier_before=self.tier_at(rep_id, period.previous.end, today),
            tier_changes=tuple(
                (change, self._tier_name(change.tier_before), self._tier_name(change.tier_after))
                for change in reversed(self._changes.get(rep_id, ()))
            ),
            tier_earned=earned,
            tier_next=above,
            gaps=gaps(above, reached) if above is not None else (),
            held=holds,
            coming=tuple(c for c in self._credentials.get(rep_id, ()) if c.obtained_on > day.isoformat()),
            pipeline=pipeline(self._deals.get(rep_id, ()), day, period.start, period.end, inputs.probability_of),
            market=inputs.markets.get(rep_id, NO_MARKET),
            conflicts=tuple(inputs.conflicts.get(rep_id, ())),
            actions=tuple(sorted(self._actions.get(rep_id, ()), key=_order)),
            deals=tuple(self._deals.get(rep_id, ())),
            trend=self.trend(rep_id, period),
            recruitment=recruitment_score(scores_of(partner), inputs.programme.criteria),
        )
        return (
            replace(sheet, flags=raise_flags(sheet, inputs.programme.rules, self._rank)) if sheet.is_working else sheet
        )

    def told(self, rep_id: int, period: str) -> dict[str, float | None]:
        """Return revenue, target and satisfaction as they stand for exactly this period; None = not told."""
        at = parse_period(period)
        return {
            "revenue": self.revenue(rep_id).get(at),
            "target": self._targets.get(rep_id, {}).get(at),
            "satisfaction": self._series.get((SATISFACTION, rep_id), {}).get(at),
        }

    def tier_at(self, rep_id: int, day: date, today: date) -> Tier | None:
        """Return the tier that a partner held at the end of a day, by the changes told; now its own.

        Examples
        --------
        Gold now; changes: none -> Silver on 2026-02-01, Silver -> Gold on 2026-07-01. On 2026-03-31: Silver; on
        2026-01-15: none; today: Gold.
        """
        later = [c for c in self._changes.get(rep_id, ()) if date.fromisoformat(c.changed_on) > day]
        key = later[0].tier_before if later and day < today else self.partners[rep_id].tier_id
        return self._tier_of.get(key) if key is not None else None

    def tiers_at(self, day: date, today: date) -> dict[int, int | None]:
        """Return the tier of every partner that worked on a day, by rep_id: active, and agreed by then."""
        found: dict[int, int | None] = {}
        for rep_id, partner in self.partners.items():
            has_begun = bool(partner.agreed_on) and date.fromisoformat(partner.agreed_on) <= day
            is_working = partner.status in WORKING and (has_begun or not partner.agreed_on)
            had_left = bool(partner.left_on) and date.fromisoformat(partner.left_on) <= day
            if (is_working or (partner.status == "left" and has_begun)) and not had_left:
                tier = self.tier_at(rep_id, day, today)
                found[rep_id] = tier.row_id if tier is not None else None
        return found

    def _tier_name(self, row_id: int | None) -> str:
        tier = self._tier_of.get(row_id) if row_id is not None else None
        return tier.tier_name if tier is not None else ""

    def _rank(self, tier: Tier | None) -> int:
        return -1 if tier is None else next(i for i, t in enumerate(self.tiers) if t.row_id == tier.row_id)

    def _soon_days(self) -> int:
        rule = self.inputs.programme.rule("credentials")
        return int(rule.limit) if math.isfinite(rule.limit) else 60

    def trend(self, rep_id: int, period: Period) -> tuple[Point, ...]:
        """Return the last periods of one kind up to this one, the newest last."""
        points = []
        for _ in range(TREND):
            points.append(
                Point(
                    period,
                    sum_over(self.revenue(rep_id), period.start, period.end),
                    share_of_period(self._targets.get(rep_id, {}), period.start, period.end),
                    newest(
                        {
                            p: v
                            for p, v in self._series.get((SATISFACTION, rep_id), {}).items()
                            if p.end >= period.start
                        },
                        period.end,
                    )[0],
                )
            )
            period = period.previous
        return tuple(reversed(points))


def moves_of(book: PartnerBook, period: Period, today: date) -> list[Move]:
    """Return who moved between tiers since the end of the period before, up to the day the period is looked at."""
    before = book.tiers_at(period.previous.end, today)
    return transitions(before, book.tiers_at(day_of(period, today), today), book.tiers)


def _missing(revenue: Told, target: Told) -> float:
    """Return what of a target is not made, >= 0; nan without a target."""
    return max(target.amount - (revenue.amount if revenue.is_told else 0.0), 0.0)


def day_of(period: Period, today: date) -> date:
    """Return the day on which a period is looked at: today until the period after it is over, then its last day.

    Examples
    --------
    On 2026-11-20, Q3 and Q4 of 2026 are looked at as of that day, and Q2 as of 2026-06-30.
    """
    return today if today <= period.following.end else period.end


def scores_of(partner: Partner) -> dict[str, float]:
    """Return a candidate's scores by key of a criterion; what is no number is left out."""
    if not partner.scores:
        return {}
    try:
        told = json.loads(partner.scores)
    except ValueError:
        return {}  # written by another program: nothing is scored then, as the sheet shows
    if not isinstance(told, dict):
        return {}
    return {str(k): float(v) for k, v in told.items() if isinstance(v, int | float) and not isinstance(v, bool)}


def _targets(quotas: Sequence[Quota]) -> dict[int, dict[Period, float]]:
    """Return the revenue target of each partner by period: its own quota, else the sum of those by territory."""
    as_figures = [Figure(q.row_id, q.uuid, "quota", q.period, q.rep_id, q.territory_id, q.amount) for q in quotas]
    return {rep_id: series for (_, rep_id), series in series_of(as_figures).items()}


def _by_rep(records: Sequence[_Record]) -> dict[int, list[_Record]]:
    grouped: dict[int, list[_Record]] = {}
    for record in records:
        if record.rep_id is not None:
            grouped.setdefault(record.rep_id, []).append(record)
    return grouped


def _order(action: Action) -> tuple[bool, str, int]:
    return bool(action.done_on), action.due_on or "9999", action.row_id
