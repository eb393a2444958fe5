"""Accounts that pass from one role to another when a deal is closed. Owns who, to whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from territorymap.metrics.coverage.findings import HANDOVER, Finding, Holder
from territorymap.metrics.coverage.situation import Ix, Mask, Situation

DUE, COMING, DONE, STAYS = "due", "coming", "done", "stays"
STATES = (DUE, COMING, DONE, STAYS)


@dataclass(frozen=True)
class HandOver:
    """One account that passes on; positions of sides and territories, -1 = nobody yet."""

    account: int
    state: str  # of STATES
    giver: tuple[int, int]  # side, territory; territory -1: the account has left it
    taker: tuple[int, int]  # side, territory; -1: nobody there has its ground
    deal: int  # position in Deals
    day: str  # "" = not told


def find_handovers(now: Situation) -> list[HandOver]:
    """Return the accounts that pass on where the rule between two roles is "hand-over at close".

    Of each account the newest won deal counts; without one, the open deal that is expected first.

    ``due``
        a deal was won, and the giver still owns the account; the day is that of the close.
    ``coming``
        the giver owns it and a deal stands open; the day is the one that its close is expected on.
    ``done``
        a deal of somebody of the giving side was won, the giver has the account no more and the taker has it.

    ``stays``
        it would be due or coming, but the taking scope does not cover the account, and a won deal does not change that.

    A scope that tells customers from prospects covers an account from the moment it is a customer: the taking scope
    need not hold it yet (``Situation.covered_after``). A scope by size or place asks the same before and after a deal.
    The taker is who owns the account there, else who has its ground where the scope covers it afterwards. Where several
    alignments could take, it is the first that owns the account, else the first that covers it and has its ground.

    Worked example
    --------------
    New business: territory N (rep 1) has units 0 and 1. Account management: M (rep 2) has units 0 and 1. Accounts 0 and
    1 in units 0 and 1 and 3 in unit 1 are in the scope of new business, 2 (unit 0) is in that of account management
    alone. Once a deal is won, account management covers 0, 1 and 2. Deals of rep 1: on 0 won 2026-03-01, on 1 open and
    expected 2026-09-30, on 2 won 2026-01-15, on 3 won 2026-02-01.

    - 0: due, N (rep 1) to M (rep 2), 2026-03-01.
    - 1: coming, N to M, 2026-09-30.
    - 2: done, N to M, 2026-01-15.
    - 3: stays with N: account management does not cover it.
    """
    found: list[HandOver] = []
    for s, side in enumerate(now.sides):
        takers = [t for t, other in enumerate(now.sides) if t != s and now.matrix.hands_over(side.role, other.role)]
        if takers:
            found += _from(now, s, takers)
    rank = {state: i for i, state in enumerate(STATES)}
    return sorted(found, key=lambda h: (rank[h.state], h.day or "9999", h.account))


def _from(now: Situation, s: int, takers: list[int]) -> Iterator[HandOver]:
    giver, deals = now.sides[s], now.deals
    placed = deals.account >= 0
    won = _last_won(now, np.flatnonzero(deals.is_won & placed))
    coming = _next_open(now, np.flatnonzero(deals.stands(now.today) & placed))
    # A deal that has been won settles it, whatever else is open on the account.
    coming = coming[~np.isin(deals.account[coming], deals.account[won])]
    sellers = np.array(sorted({rep for team in giver.teams for rep in team}), dtype=np.int64)
    takes = [now.takes(s, t) for t in takers]
    for deal in won.tolist():
        account = int(deals.account[deal])
        owner, taker = int(giver.owner[account]), _taker(now, takers, takes, account)
        day = str(deals.closed[deal] or deals.expected[deal])
        if owner >= 0:
            yield _passing(DUE, account, (s, owner), taker, deal, day, takers)
        elif taker is not None and now.sides[taker[0]].owner[account] >= 0 and np.isin(deals.rep[deal], sellers):
            yield HandOver(account, DONE, (s, _seat(now, s, int(deals.rep[deal]))), taker, deal, day)
    for deal in coming.tolist():
        account = int(deals.account[deal])
        if giver.owner[account] >= 0:
            held, taker = (s, int(giver.owner[account])), _taker(now, takers, takes, account)
            yield _passing(COMING, account, held, taker, deal, str(deals.expected[deal]), takers)


def _passing(
    state: str, account: int, giver: Holder, taker: Holder | None, deal: int, day: str, takers: list[int]
) -> HandOver:
    if taker is None:
        return HandOver(account, STAYS, giver, (takers[0], -1), deal, day)
    return HandOver(account, state, giver, taker, deal, day)


def _taker(now: Situation, takers: list[int], takes: list[Mask], account: int) -> Holder | None:
    """Return who takes an account: side and territory, -1 = nobody there has its ground; None: no scope covers it."""
    owners = [(t, int(now.sides[t].owner[account])) for t in takers]
    covering = [t for t, will_take in zip(takers, takes, strict=True) if will_take[account]]
    by_ground = [(t, int(now.sides[t].by_ground(now.unit_ix[[account]])[0])) for t in covering]
    held = next((holder for holder in [*owners, *by_ground] if holder[1] >= 0), None)
    return held or (by_ground[0] if by_ground else None)


def _seat(now: Situation, s: int, rep_id: int) -> int:
    """Return the first territory of a rep on a side."""
    return next((i for i, team in enumerate(now.sides[s].teams) if rep_id in team), -1)


def _last_won(now: Situation, those: Ix) -> Ix:
    """Return of each account the deal that was closed last."""
    deals = now.deals
    day = np.where(deals.closed[those] == "", deals.expected[those], deals.closed[those])
    those = those[np.lexsort([deals.row_id[those], day, deals.account[those]])[::-1]]
    _, first = np.unique(deals.account[those], return_index=True)
    return np.asarray(those[first])


def _next_open(now: Situation, those: Ix) -> Ix:
    """Return of each account the deal that is expected first; one without a day comes last."""
    deals = now.deals
    day = np.where(deals.expected[those] == "", "9999-99-99", deals.expected[those])
    those = those[np.lexsort([deals.row_id[those], day, deals.account[those]])]
    _, first = np.unique(deals.account[those], return_index=True)
    return np.asarray(those[first])


def as_findings(now: Situation, handovers: list[HandOver]) -> Iterator[Finding]:
    """Yield those that are due or coming as findings."""
    for one in handovers:
        if one.state in (DUE, COMING):
            account = np.array([one.account], dtype=np.int64)
            amount = float(now.deals.amount[one.deal])
            yield Finding(
                HANDOVER,
                one.state,
                account,
                None,
                (one.deal,),
                (one.giver, one.taker),
                float(now.money[one.account]),
                amount if np.isfinite(amount) else 0.0,
                one.day,
                unit_ix=now.unit_ix,
            )
