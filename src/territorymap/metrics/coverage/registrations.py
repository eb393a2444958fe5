"""Conflicts between registered deals. Owns the first-come and the territory rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from territorymap.metrics.coverage.findings import DEAL, VERTICAL, Finding, Holder
from territorymap.metrics.coverage.situation import Ix, Mask, Situation

PRICE_TOLERANCE = 0.05  # offers that differ by less are the same offer


def find_deal_conflicts(now: Situation) -> Iterator[Finding]:
    """Yield deals that are in the way of others, outside a territory, or lapsed.

    ``deal.second``
        First come: of the registrations that stand today (open, not expired) the earliest holds the account; of equal
        days the one that was put in first, one without a day after all others. Every later one of somebody else that
        was registered while the first stood is a second registration.
    ``deal.outside``
        Territory rule: an open deal whose seller is in the team of no territory that owns the account, in any
        alignment.
    ``deal.expired``
        An open deal whose day of expiry is past; on that day itself it still protects.
    ``vertical.price``
        An own rep and a partner have deals that stand on one account, and their lowest amounts are more than 5 % of the
        larger apart: two prices for one customer.

    Worked example
    --------------
    Today 2026-06-15; account 0 is owned by the territory of rep 1, account 1 by nobody.

    ==== ======= ====== ========== ========== ======
    deal account seller registered expires    amount
    ==== ======= ====== ========== ========== ======
    0    0       1      2026-03-01                90
    1    0       7      2026-02-01 2026-06-14    100
    2    0       7      2026-04-01 2026-06-15    100
    3    1       1      2026-05-01                10
    ==== ======= ====== ========== ========== ======

    - 1 has expired (14 June is past), so 0 is the first that stands; 2 is second to 0, amount 100. 2 expires today and
      still stands.
    - outside: 2 (seller 7 has no territory there), 3 (account 1 belongs to nobody). 1 would be, but has lapsed.
    - 7 is a partner: price 90 against 100 on account 0, 10 % apart.
    """
    deals = now.deals
    if not len(deals):
        return
    placed = deals.account >= 0
    standing = deals.stands(now.today) & placed
    yield from _second(now, np.flatnonzero(standing))
    yield from _outside(now, np.flatnonzero(standing & (deals.rep >= 0)))
    for deal in np.flatnonzero(deals.is_open & ~deals.stands(now.today)).tolist():
        yield _about(now, "expired", (deal,))
    yield from _prices(now, standing & (deals.rep >= 0) & (deals.amount > 0))


def _second(now: Situation, live: Ix) -> Iterator[Finding]:
    deals = now.deals
    day = np.where(deals.registered[live] == "", "9999-99-99", deals.registered[live])
    live = live[np.lexsort([deals.row_id[live], day, deals.account[live]])]
    account = deals.account[live]
    _, start, inverse = np.unique(account, return_index=True, return_inverse=True)
    first = live[start[inverse]]
    stood = (deals.expires[first] == "") | (deals.expires[first] >= deals.registered[live])
    is_second = (deals.rep[live] != deals.rep[first]) & stood
    for one, two in zip(first[is_second].tolist(), live[is_second].tolist(), strict=True):
        yield _about(now, "second", (one, two))


def _outside(now: Situation, live: Ix) -> Iterator[Finding]:
    deals = now.deals
    account, rep = deals.account[live], deals.rep[live]
    is_own = np.zeros(len(live), dtype=np.bool_)
    for side in now.sides:
        is_own |= side.has_in_team(rep, side.owner[account])
    for deal in live[~is_own].tolist():
        yield _about(now, "outside", (deal,))


def _about(now: Situation, cause: str, deals: tuple[int, ...]) -> Finding:
    """Return a finding about deals; the last one is at issue."""
    last = deals[-1]
    account = int(now.deals.account[last])
    accounts = np.array([account] if account >= 0 else [], dtype=np.int64)
    return _told(now, DEAL, cause, deals, accounts, _amount(now, last))


def _told(now: Situation, kind: str, cause: str, deals: tuple[int, ...], accounts: Ix, amount: float) -> Finding:
    units = np.unique(now.unit_ix[accounts]).astype(np.int64)
    holders: tuple[Holder, ...] = tuple(
        (s, int(side.owner[a])) for a in accounts.tolist() for s, side in enumerate(now.sides) if side.owner[a] >= 0
    )
    money = float(now.money[accounts].sum())
    return Finding(kind, cause, accounts, units[units >= 0], deals, holders, money, amount)


def _prices(now: Situation, live: Mask) -> Iterator[Finding]:
    deals = now.deals
    is_partner = now.is_partner(deals.rep)
    own, partner = _lowest(now, live & ~is_partner), _lowest(now, live & is_partner)
    accounts, at, there = np.intersect1d(deals.account[own], deals.account[partner], return_indices=True)
    own, partner = own[at], partner[there]
    apart = np.abs(deals.amount[own] - deals.amount[partner])
    is_apart = apart > PRICE_TOLERANCE * np.maximum(deals.amount[own], deals.amount[partner])
    for account, one, two in zip(accounts[is_apart], own[is_apart].tolist(), partner[is_apart].tolist(), strict=True):
        only = np.array([account], dtype=np.int64)
        yield _told(now, VERTICAL, "price", (one, two), only, _amount(now, one) + _amount(now, two))


def _lowest(now: Situation, mask: Mask) -> Ix:
    """Return of each account the deal with the lowest amount among these."""
    deals, those = now.deals, np.flatnonzero(mask)
    those = those[np.lexsort([deals.row_id[those], deals.amount[those], deals.account[those]])]
    _, first = np.unique(deals.account[those], return_index=True)
    return np.asarray(those[first])


def _amount(now: Situation, deal: int) -> float:
    amount = float(now.deals.amount[deal])
    return amount if np.isfinite(amount) else 0.0
