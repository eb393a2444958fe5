"""Pay of an alignment: which plan each rep is paid by, payouts by territory, statements, and how fair it is.

Owns the gathering; the arithmetic is metrics.pay's. Partners are not paid by pay plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.forecasting import WON
from territorymap.metrics.pay import LEVELS, POINT, awarded, payout_at, to_cent
from territorymap.metrics.pay_fairness import Explained, explained_share
from territorymap.metrics.pay_statement import Achieved, PayLine, Prize, SpiffDeal, statement
from territorymap.metrics.pay_terms import ATTAINMENT, ONE, ZERO, Contest, PayTerms, terms_from_json
from territorymap.metrics.quota_split import rounded_to_sum
from territorymap.model.coverage import Figure, PayPlan
from territorymap.model.period import Period, is_period, parse_period
from territorymap.model.records import Rep
from territorymap.session.money.deals import DealArrays
from territorymap.session.money.forecasts import ForecastTable, Lines, region_of_territories
from territorymap.session.money.ground import Ground

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Paid:
    """One rep of the alignment: plan, figures of the period, lines."""

    rep: Rep
    plan: PayPlan | None  # None = nothing says how he or she is paid
    terms: PayTerms | None
    quota: float  # nan = none
    booked: float
    forecast: float
    lines: list[PayLine]  # of what is booked
    expected: Decimal  # pay if the forecast comes true
    total: Decimal  # of the lines


@dataclass(frozen=True)
class Standing:
    """A territory's place in a contest."""

    contest: Contest
    territory_ix: int
    value: float
    place: int
    prize: Decimal


@dataclass(frozen=True)
class PayTable:
    """Pay of one alignment and period."""

    ground: Ground
    forecast: ForecastTable
    deals: DealArrays
    plans: Sequence[PayPlan]
    figures: Sequence[Figure]
    currency: str = ""
    unreadable: dict[int, str] = field(default_factory=dict)  # row_id of a plan -> what is wrong with it

    @property
    def period(self) -> Period:
        return self.forecast.period

    # -- plans ---------------------------------------------------------------------------------------------------------

    @cached_property
    def _terms(self) -> dict[int, PayTerms]:
        return {plan.row_id: terms_from_json(plan.content) for plan in self.plans if plan.row_id not in self.unreadable}

    def plan_of(self, rep: Rep) -> PayPlan | None:
        """Return the plan of the rep's own role, else that of the alignment's role, else one for any role.

        Of several the newest. A partner has none.
        """
        if rep.kind == "partner":
            return None
        for role in dict.fromkeys((rep.role.strip(), self.ground.role.strip(), "")):
            for plan in reversed(self.plans):
                if plan.role.strip().casefold() == role.casefold() and plan.row_id in self._terms:
                    return plan
        return None

    def terms_of(self, rep: Rep) -> PayTerms | None:
        plan = self.plan_of(rep)
        return None if plan is None else self._terms[plan.row_id]

    @cached_property
    def reps(self) -> list[Rep]:
        """Reps, not partners, who lead or are in the team of a territory."""
        return [r for r in self.ground.plan.reps if r.rep_id in self.ground.territories_of and r.kind != "partner"]

    # -- payouts by territory ------------------------------------------------------------------------------------------

    def share_in(self, t: int, rep: Rep) -> Decimal:
        """Return what part of a full-time person's pay a rep has by one territory."""
        return _share_of(rep) * _decimal(self.ground.time_shares[t, rep.rep_id])

    def payouts(self, levels: Sequence[Decimal] = LEVELS) -> NDArray[np.object_]:
        """Return (len(levels), T) variable pay of each territory's team if it attains so much; None = no plan.

        Who has several territories has in each the part of his or her pay that the territory is of the work.
        """
        out = np.full((len(levels), self.ground.n), None, dtype=object)
        for t, seats in enumerate(self.ground.teams):
            for seat in seats:
                terms = self.terms_of(seat.rep)
                if terms is None:
                    continue
                share = self.share_in(t, seat.rep)
                for i, level in enumerate(levels):
                    out[i, t] = (out[i, t] or ZERO) + payout_at(terms, level, self.period.kind, share)
        return out

    def expected_of_territories(self) -> Floats:
        """Return (T,) variable pay at the forecast's attainment, nan = no plan or no quota."""
        out = np.full(self.ground.n, np.nan)
        attainment = self.forecast.territory.attainment[:-1]
        for t in np.flatnonzero(np.isfinite(attainment)).tolist():
            level = Decimal(repr(max(0.0, float(attainment[t])))).quantize(POINT)
            for seat in self.ground.teams[t]:
                terms = self.terms_of(seat.rep)
                if terms is not None:
                    share = self.share_in(t, seat.rep)
                    pay = float(payout_at(terms, level, self.period.kind, share))
                    out[t] = pay if np.isnan(out[t]) else out[t] + pay
        return out

    def fairness(self, potential: Floats) -> Explained:
        """Return how far potential per hour of capacity explains the attainment of territories."""
        hours = self.ground.capacity_h
        return explained_share(potential / hours, self.forecast.territory.attainment[:-1])

    # -- statements ----------------------------------------------------------------------------------------------------

    @cached_property
    def paid(self) -> list[Paid]:
        """Return what each rep is paid for what is booked, and would be if the forecast came true."""
        at = {rep_id: i for i, rep_id in enumerate(self.forecast.rep_ids)}
        lines = self.forecast.rep
        out = []
        for rep in self.reps:
            i = at[rep.rep_id]
            plan, terms = self.plan_of(rep), self.terms_of(rep)
            figures = float(lines.quota[i]), float(lines.booked[i]), float(lines.forecast[i])
            if plan is None or terms is None:
                out.append(Paid(rep, None, None, *figures, [], ZERO, ZERO))
                continue
            rows = statement(
                terms, self._achieved(rep, terms, figures[0], figures[1], "reached"), self.period.kind, self.currency
            )
            hoped = statement(
                terms, self._achieved(rep, terms, figures[0], figures[2], "attainment"), self.period.kind, self.currency
            )
            out.append(Paid(rep, plan, terms, *figures, rows, _sum(hoped), _sum(rows)))
        return out

    def _achieved(self, rep: Rep, terms: PayTerms, quota: float, sold: float, of: str) -> Achieved:
        return Achieved(
            sold=to_cent(_decimal(sold)),
            quota=to_cent(_decimal(quota)) if np.isfinite(quota) else ZERO,
            share=_share_of(rep),
            retention=None if terms.retention is None else self._figure_of_rep(terms.retention.metric, rep),
            team=None if terms.team is None else self._team(rep, terms.team.team, of),
            prizes=tuple(self._prizes(rep, terms)) if of == "reached" else (),
            spiffs=tuple(self._spiffs(rep, terms)) if of == "reached" else (),
        )

    def _team(self, rep: Rep, kind: str, of: str) -> Decimal | None:
        """Return the attainment of the rep's team; None without a quota, or a region where it goes by region."""
        own = self.ground.territories_of[rep.rep_id]
        lines = self.forecast.territory
        if kind == "role":
            group = np.where(np.arange(len(lines.quota)) < self.ground.n, 0, -1)
        elif kind == "territory":
            group = np.where(np.isin(np.arange(len(lines.quota)), own), 0, -1)
        else:
            _, region = region_of_territories(self.ground)
            if region[own[0]] < 0:
                return None
            group = np.where(region == region[own[0]], 0, -1)
        ratio = float(getattr(lines.grouped(_with_quota(group, lines), 1), of)[0])
        return None if np.isnan(ratio) else Decimal(repr(max(0.0, ratio))).quantize(POINT)

    def _figure_of_rep(self, metric: str, rep: Rep) -> Decimal | None:
        """Return a figure of the period: the rep's own, else the mean of those of his or her territories."""
        own = _told(self.figures, metric, self.period, rep_id=rep.rep_id)
        if own is None:
            ids = [self.ground.plan.territories[t].territory_id for t in self.ground.territories_of[rep.rep_id]]
            told = [_told(self.figures, metric, self.period, territory_id=i) for i in ids]
            known = [value for value in told if value is not None]
            own = sum(known) / len(known) if known else None
        return None if own is None else Decimal(repr(own)).quantize(POINT)

    def contest_values(self, contest: Contest, plan_id: int) -> list[float]:
        """Return what a contest of a pay plan counts, of each territory.

        nan = nothing told, or nobody there is paid by the plan: a vacancy wins no prize.
        """
        values: list[float] = self.forecast.territory.reached[:-1].tolist()
        if contest.metric != ATTAINMENT:
            values = [self._figure_of_territory(contest.metric, t) for t in range(self.ground.n)]
        takes_part = [
            any((plan := self.plan_of(seat.rep)) is not None and plan.row_id == plan_id for seat in seats)
            for seats in self.ground.teams
        ]
        return [value if takes else float("nan") for value, takes in zip(values, takes_part, strict=True)]

    def contest(self, contest: Contest, plan_id: int) -> list[tuple[int, Decimal]]:
        """Return place and prize of each territory in a contest of a pay plan."""
        return awarded(self.contest_values(contest, plan_id), contest.prizes, float(contest.least))

    def standings(self) -> list[Standing]:
        """Return the territories that are placed, contest by contest, the first first."""
        paying = {plan.row_id: plan for rep in self.reps if (plan := self.plan_of(rep)) is not None}
        out = []
        for row_id in sorted(paying):
            for contest in self._terms[row_id].contests:
                places, values = self.contest(contest, row_id), self.contest_values(contest, row_id)
                placed = [t for t, (place, _) in enumerate(places) if place]
                placed.sort(key=lambda t, places=places: places[t][0])  # type: ignore[misc]
                out += [Standing(contest, t, values[t], *places[t]) for t in placed]
        return out

    def _figure_of_territory(self, metric: str, t: int) -> float:
        own = _told(self.figures, metric, self.period, territory_id=self.ground.plan.territories[t].territory_id)
        if own is None:
            team = [_told(self.figures, metric, self.period, rep_id=s.rep.rep_id) for s in self.ground.teams[t]]
            known = [value for value in team if value is not None]
            own = sum(known) if known else None
        return float("nan") if own is None else own

    def _prizes(self, rep: Rep, terms: PayTerms) -> Iterable[Prize]:
        """Yield prizes of the rep's territories; a team shares a prize as it shares the territory."""
        plan = self.plan_of(rep)
        assert plan is not None
        for contest in terms.contests:
            results = self.contest(contest, plan.row_id)
            for t in self.ground.territories_of[rep.rep_id]:
                place, amount = results[t]
                part = _shared_cents(amount, self.ground.parts[t])[rep.rep_id]
                if place and part:
                    yield Prize(contest.name, place, part)

    def _spiffs(self, rep: Rep, terms: PayTerms) -> Iterable[SpiffDeal]:
        won = np.flatnonzero((self.forecast.kind == WON) & (self.deals.rep_id == rep.rep_id)).tolist()
        for spiff in terms.spiffs:
            words = spiff.product.casefold().split()
            for d in won:
                deal = self.deals.deals[d]
                amount = to_cent(_decimal(deal.amount))
                text = f"{deal.product} {deal.deal_name}".casefold()
                if amount < spiff.least or not all(word in text for word in words):
                    continue
                pay = to_cent(spiff.amount + max(amount, ZERO) * spiff.rate)
                yield SpiffDeal(spiff.name, deal.deal_name or deal.product, amount, pay, spiff.rate)


def _sum(lines: Sequence[PayLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def _with_quota(group: NDArray[np.integer], lines: Lines) -> NDArray[np.integer]:
    """Leave out territories without a quota: what they sell is no part of the team's attainment."""
    return np.where(np.isfinite(lines.quota), group, -1)


def _shared_cents(amount: Decimal, parts: dict[int, float]) -> dict[int, Decimal]:
    """Return a prize shared among a team, to the cent; the first named get the cents that are left over."""
    values = np.array([float(amount) * part for part in parts.values()])
    cents = rounded_to_sum(values, int(to_cent(amount) * 100), 1)
    return {rep_id: Decimal(c) / 100 for rep_id, c in zip(parts, cents, strict=True)}


def _told(
    figures: Iterable[Figure],
    metric: str,
    period: Period,
    *,
    rep_id: int | None = None,
    territory_id: int | None = None,
) -> float | None:
    """Return a figure of exactly this period, else the mean of those inside it; None = not told."""
    inside = []
    for figure in figures:
        if figure.metric.casefold() != metric.casefold() or not is_period(figure.period):
            continue
        if (rep_id is not None and figure.rep_id != rep_id) or (
            territory_id is not None and figure.territory_id != territory_id
        ):
            continue
        told = parse_period(figure.period)
        if told == period:
            return figure.amount
        if period.contains(told):
            inside.append(figure.amount)
    return sum(inside) / len(inside) if inside else None


def _share_of(rep: Rep) -> Decimal:
    return _decimal(rep.fte) if rep.fte > 0 else ONE


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))
