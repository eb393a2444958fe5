"""Deals of a partner: what is open, weighted, won and lost. Owns these sums; not who may register what (conflicts)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from territorymap.model.coverage import Deal

CLOSED = ("won", "lost")


@dataclass(frozen=True)
class Pipeline:
    """Deals of one partner on a day, and what was closed in a stretch of days."""

    n_open: int
    open_amount: float
    weighted: float  # sum of amount x probability of the open deals
    n_won: int
    won_amount: float
    n_lost: int
    lost_amount: float
    n_expired: int  # registered, neither won nor lost, and run out

    @property
    def win_rate(self) -> float:
        """Won / (won + lost), by number; nan where nothing was closed."""
        closed = self.n_won + self.n_lost
        return self.n_won / closed if closed else math.nan


def pipeline(deals: Iterable[Deal], day: date, start: date, end: date, probability_of: Mapping[str, float]) -> Pipeline:
    """Open deals of a day, weighted, and what was won and lost from ``start`` to ``end``.

    Parameters
    ----------
    deals : of one partner
    day : a deal is open if it was registered by then, is neither won nor lost, and has not run out
    probability_of : stage -> 0..1, for deals that have none of their own

    Returns
    -------
    Pipeline : zeros where there are no deals; amounts that are no number count as 0.

    Examples
    --------
    A: 100, proposal (0.5), open. B: 200, own probability 0.9, open. C: 50, won in the stretch. D: 80, lost in it.
    E: 70, run out. Open: 2 deals, 300; weighted 100 x 0.5 + 200 x 0.9 = 230; won 50, lost 80, win rate 1 / 2; one has
    run out.

    Source
    ------
    Weighted pipeline = sum of amount x stage probability, as CRM forecasting uses it.
    """
    opened: list[Deal] = []
    won: list[Deal] = []
    lost: list[Deal] = []
    n_expired = 0
    for deal in deals:
        if deal.stage in CLOSED:
            closed = deal.closed_on or deal.expected_on
            if closed and start <= date.fromisoformat(closed) <= end:
                (won if deal.stage == "won" else lost).append(deal)
        elif deal.registered_on and date.fromisoformat(deal.registered_on) > day:
            continue
        elif deal.expires_on and date.fromisoformat(deal.expires_on) < day:
            n_expired += 1
        else:
            opened.append(deal)
    return Pipeline(
        len(opened),
        math.fsum(map(_amount, opened)),
        math.fsum(_amount(deal) * _probability(deal, probability_of) for deal in opened),
        len(won),
        math.fsum(map(_amount, won)),
        len(lost),
        math.fsum(map(_amount, lost)),
        n_expired,
    )


def _amount(deal: Deal) -> float:
    return deal.amount if math.isfinite(deal.amount) else 0.0


def _probability(deal: Deal, probability_of: Mapping[str, float]) -> float:
    told = probability_of.get(deal.stage, 0.0) if deal.probability is None else deal.probability
    return min(max(told, 0.0), 1.0)
