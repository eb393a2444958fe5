"""All about money of an open plan, put together when asked and kept until the plan is another.

Owns what is kept and when it is void.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar, cast

import numpy as np

from territorymap.errors import UserError
from territorymap.i18n import locale_name, tr
from territorymap.metrics.forecasting import OPEN, weighted_by
from territorymap.metrics.pay_terms import terms_from_json
from territorymap.model.coverage import Assumption, Deal, Figure, PayPlan, Quota
from territorymap.model.period import Period, period_of
from territorymap.session.coverages import Coverage
from territorymap.session.money.deals import DealArrays, deal_arrays
from territorymap.session.money.forecasts import ForecastTable, forecast_table
from territorymap.session.money.ground import Ground, ground_in_use, ground_of
from territorymap.session.money.pays import PayTable
from territorymap.session.money.quotas import QuotaBook, QuotaTable, quota_table
from territorymap.session.money.rules import ForecastRules, QuotaRules, forecast_rules, quota_rules
from territorymap.session.session import Session

_Table = TypeVar("_Table")


class Money:
    """Quota, forecast and pay of one session; tables are made anew for each revision that is looked at."""

    def __init__(self, session: Session, today: Callable[[], date] = date.today) -> None:
        self._session, self._today = session, today
        self.chosen: Period | None = None  # by the person, for all views; not kept in the file
        self._deals: DealArrays | None = None
        self._deals_of: tuple[object, ...] = ()
        self._book: QuotaBook | None = None
        self._book_rev = -1
        self._grounds: dict[int, tuple[Coverage, Ground]] = {}  # of alignments that are not in use
        self._rev = -1
        self._tables: dict[tuple[str, int, Period, date, str], object] = {}  # of the plan as it is now

    # -- when ----------------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The day as of which all is looked at."""
        return self._today()

    @property
    def period(self) -> Period:
        """The period that is looked at: the one that was chosen, else the usual one."""
        return self.chosen or self.usual_period(self.today)

    # -- what it is made of --------------------------------------------------------------------------------------------

    @property
    def deals(self) -> DealArrays:
        """The deals; made anew when one of them, or the list of accounts, is another."""
        session = self._session
        source = session.register_rev(Deal), session.plan.accounts.account_id
        if self._deals is None or source[0] != self._deals_of[0] or source[1] is not self._deals_of[1]:
            self._deals, self._deals_of = deal_arrays(session.register(Deal).values(), session.plan.accounts), source
        return self._deals

    @property
    def book(self) -> QuotaBook:
        """The quotas; made anew when one of them is another."""
        rev = self._session.register_rev(Quota)
        if self._book is None or rev != self._book_rev:
            self._book, self._book_rev = QuotaBook(self._session.register(Quota).values()), rev
        return self._book

    @property
    def quota_rules(self) -> QuotaRules:
        return quota_rules(self._session.register(Assumption))

    @property
    def forecast_rules(self) -> ForecastRules:
        return forecast_rules(self._session.register(Assumption))

    def figure_names(self) -> list[str]:
        """Return the names of all figures by period, as they are first written."""
        names: dict[str, str] = {}
        for figure in self._session.register(Figure).values():
            names.setdefault(figure.metric.casefold(), figure.metric)
        return sorted(names.values(), key=str.casefold)

    def usual_period(self, today: date) -> Period:
        """Return the period to look at first: of those with a quota the shortest that holds today, else the latest.

        Without any quota the year of the plan's effective date, or this year.
        """
        periods = self.book.periods()
        current = [p for p in periods if p.contains(today)]
        if current:
            return min(current, key=lambda p: p.n_days)
        if periods:
            return periods[-1]
        day = self._session.plan.info.effective_date
        return period_of("year", date.fromisoformat(day) if day else today)

    # -- tables --------------------------------------------------------------------------------------------------------

    def grounds(self) -> list[Ground]:
        """Return all alignments, the one in use first."""
        session = self._session
        out = [ground_in_use(session)]
        for coverage in session.coverages():
            key = coverage.alignment.alignment_id
            if key == session.plan.alignment.alignment_id:
                continue
            kept = self._grounds.get(key)
            if kept is None or kept[0] is not coverage or kept[1].plan.reps is not session.plan.reps:
                kept = self._grounds[key] = (coverage, ground_of(session, coverage))
            out.append(kept[1])
        return out

    def _kept(self, kind: str, ground: Ground, period: Period, today: date, make: Callable[[], _Table]) -> _Table:
        """Return a table that was made since the last step, else make it."""
        if self._rev != self._session.rev:
            self._tables.clear()
            self._rev = self._session.rev
        key = kind, ground.alignment_id, period, today, locale_name()  # lines of pay are told in words
        if key not in self._tables:
            self._tables[key] = make()
        return cast(_Table, self._tables[key])

    def _in_use(self, ground: Ground | None) -> Ground:
        return ground or ground_in_use(self._session)

    def _elsewhere(self, ground: Ground) -> set[int]:
        """Return who has a territory in another alignment."""
        others = [other for other in self.grounds() if other.alignment_id != ground.alignment_id]
        return {rep_id for other in others for rep_id in other.territories_of}

    def forecast(self, period: Period, today: date, ground: Ground | None = None) -> ForecastTable:
        """Return the forecast of an alignment, by default of the one in use."""
        ground = self._in_use(ground)

        def make() -> ForecastTable:
            return forecast_table(
                ground,
                self.deals,
                self.book,
                self._session.register(Figure).values(),
                self.forecast_rules,
                self.quota_rules,
                period,
                today,
                self._elsewhere(ground),
            )

        return self._kept("forecast", ground, period, today, make)

    def series(self, period: Period, today: date) -> list[ForecastTable]:
        """Return the forecasts of the quarters of a year, of the months of a quarter, else of the year."""
        kind = {"year": "quarter", "quarter": "month"}.get(period.kind, "quarter")
        whole = period if period.kind in ("year", "quarter") else period_of("year", period.start)
        part, out = period_of(kind, whole.start), []
        while part.start <= whole.end:
            out.append(self.forecast(part, today))
            part = part.following
        return out

    def quotas(self, period: Period, today: date, ground: Ground | None = None) -> QuotaTable:
        """Return the quotas of an alignment, by default of the one in use."""
        ground = self._in_use(ground)

        def make() -> QuotaTable:
            found = self.forecast(period, today, ground)
            weight = np.where(found.kind == OPEN, found.probability, 0.0)
            pipeline = weighted_by(found.owner, self.deals.amount, weight, ground.n)[: ground.n]
            return quota_table(ground, self.book, self.quota_rules, period, pipeline)

        return self._kept("quotas", ground, period, today, make)

    def pay(self, period: Period, today: date, ground: Ground | None = None) -> PayTable:
        """Return the pay of an alignment, by default of the one in use."""
        ground = self._in_use(ground)

        def make() -> PayTable:
            plans = list(self._session.register(PayPlan).values())
            return PayTable(
                ground,
                self.forecast(period, today, ground),
                self.deals,
                plans,
                list(self._session.register(Figure).values()),
                self._session.plan.info.currency,
                _unreadable(plans),
            )

        return self._kept("pay", ground, period, today, make)


def _unreadable(plans: Sequence[PayPlan]) -> dict[int, str]:
    """Return what is wrong with plans that cannot be read, so that one does not hide the others."""
    found = {}
    for plan in plans:
        try:
            terms_from_json(plan.content)
        except UserError as error:
            found[plan.row_id] = tr("{name}: {reason}", name=plan.plan_name, reason=error.message)
    return found
