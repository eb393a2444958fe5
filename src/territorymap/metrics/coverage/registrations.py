"""Conflicts between registered deals. Owns the first-come and the territory rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from territorymap.metrics.coverage.findings import DEAL, HORIZONTAL, VERTICAL, Finding, Holder
from territorymap.metrics.coverage.situation import Ix, Mask, Situation
from territorymap.model.role_matrix import PARTNER, SHARE

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
    ``vertical.bid``
        The same without a difference in price: they bid against each other. Not where all roles of the rep may share
        with partners.
    ``horizontal.bid``
        Two partners have deals that stand on one account; the first one is told with each other one, unless partners
        may share with each other.

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
    - 7 is a partner: price 90 against 100 on account 0, 10 % apart. With 97 against 100 it would be a bid.
    """
    deals = now.deals
    if not len(deals):
        return
    placed = deals.account >= 0
    standing = deals.stands(now.today) & placed
    yield from _second(now, np.flatnonzero(standing))
    yield from _outside(now, np.flatnonzero(standing & (deals.rep >= 0)))
    lapsed = np.flatnonzero(deals.is_open & ~deals.stands(now.today))
    yield from _told(now, DEAL, "expired", lapsed)
    sold = standing & (deals.rep >= 0)
    apart = list(_prices(now, sold & (deals.amount > 0)))
    yield from apart
    yield from _vertical_bids(now, sold, np.array([int(f.accounts[0]) for f in apart], dtype=np.int64))
    if now.matrix.rule(PARTNER, PARTNER) != SHARE:
        yield from _horizontal_bids(now, np.flatnonzero(sold & now.is_partner(deals.rep)))


def _second(now: Situation, live: Ix) -> Iterator[Finding]:
    deals = now.deals
    live = live[_by_time(now, live)]
    account = deals.account[live]
    _, start, inverse = np.unique(account, return_index=True, return_inverse=True)
    first = live[start[inverse]]
    stood = (deals.expires[first] == "") | (deals.expires[first] >= deals.registered[live])
    is_second = (deals.rep[live] != deals.rep[first]) & stood
    yield from _told(now, DEAL, "second", live[is_second], first[is_second])


def _outside(now: Situation, live: Ix) -> Iterator[Finding]:
    deals = now.deals
    account, rep = deals.account[live], deals.rep[live]
    is_own = np.zeros(len(live), dtype=np.bool_)
    for side in now.sides:
        is_own |= side.has_in_team(rep, side.owner[account])
    yield from _told(now, DEAL, "outside", live[~is_own])


def _told(now: Situation, kind: str, cause: str, at_issue: Ix, first: Ix | None = None) -> Iterator[Finding]:
    """Yield a finding for each deal at issue; ``first``: the deal that each of them is in the way of."""
    deals = now.deals
    account = deals.account[at_issue]
    # A last place, also reached by -1: a deal on no account.
    owners = [np.append(side.owner, np.int32(-1))[account].tolist() for side in now.sides]
    money = np.append(now.money, 0.0)[account].tolist()
    amounts = np.nan_to_num(deals.amount[at_issue], nan=0.0, posinf=0.0, neginf=0.0)
    if first is not None and kind != DEAL:
        amounts = amounts + np.nan_to_num(deals.amount[first])
    pairs = at_issue[:, None] if first is None else np.column_stack([first, at_issue])
    has_account = (account >= 0).tolist()
    rows = zip(pairs.tolist(), money, amounts.tolist(), has_account, strict=True)
    for i, (pair, worth, amount, is_placed) in enumerate(rows):
        holders: tuple[Holder, ...] = tuple((s, t) for s, owner in enumerate(owners) if (t := owner[i]) >= 0)
        only = account[i : i + 1] if is_placed else account[:0]
        yield Finding(kind, cause, only, None, tuple(pair), holders, worth, amount, unit_ix=now.unit_ix)


def _prices(now: Situation, live: Mask) -> Iterator[Finding]:
    deals = now.deals
    is_partner = now.is_partner(deals.rep)
    own, partner = _lowest(now, live & ~is_partner), _lowest(now, live & is_partner)
    _, at, there = np.intersect1d(deals.account[own], deals.account[partner], return_indices=True)
    own, partner = own[at], partner[there]
    apart = np.abs(deals.amount[own] - deals.amount[partner])
    is_apart = apart > PRICE_TOLERANCE * np.maximum(deals.amount[own], deals.amount[partner])
    yield from _told(now, VERTICAL, "price", partner[is_apart], own[is_apart])


def _vertical_bids(now: Situation, sold: Mask, told: Ix) -> Iterator[Finding]:
    """Yield the earliest deals of an own rep and of a partner on one account; ``told``: accounts with two prices."""
    deals = now.deals
    is_partner = now.is_partner(deals.rep)
    rivals = ~is_partner & ~np.isin(deals.rep, _sharers(now)) & ~np.isin(deals.account, told)
    own, partner = _earliest(now, np.flatnonzero(sold & rivals)), _earliest(now, np.flatnonzero(sold & is_partner))
    _, at, there = np.intersect1d(deals.account[own], deals.account[partner], return_indices=True)
    own, partner = own[at], partner[there]
    order = np.where(_comes_first(now, own, partner), 0, 1)
    pairs = np.column_stack([own, partner])
    rows = np.arange(len(pairs))
    yield from _told(now, VERTICAL, "bid", pairs[rows, 1 - order], pairs[rows, order])


def _sharers(now: Situation) -> Ix:
    """Return the own reps whose every role may share accounts with partners."""
    roles: dict[int, set[str]] = {}
    for side in now.sides:
        for team in side.teams:
            for rep in team:
                roles.setdefault(rep, set()).add(side.role)
    found = [rep for rep, of in roles.items() if all(now.matrix.rule(role, PARTNER) == SHARE for role in of)]
    return np.array(sorted(found), dtype=np.int64)


def _horizontal_bids(now: Situation, live: Ix) -> Iterator[Finding]:
    """Yield the first partner's deal on an account with the earliest of each other partner."""
    deals = now.deals
    live = live[_by_time(now, live)]
    _, first_of_seller = np.unique(np.column_stack([deals.account[live], deals.rep[live]]), axis=0, return_index=True)
    one_each = live[np.sort(first_of_seller)]
    account = deals.account[one_each]
    _, start, inverse = np.unique(account, return_index=True, return_inverse=True)
    first = one_each[start[inverse]]
    is_other = first != one_each
    yield from _told(now, HORIZONTAL, "bid", one_each[is_other], first[is_other])


def _by_time(now: Situation, those: Ix) -> Ix:
    """Return the order of deals by account, then by who came first."""
    deals = now.deals
    day = np.where(deals.registered[those] == "", "9999-99-99", deals.registered[those])
    return np.lexsort([deals.row_id[those], day, deals.account[those]])


def _comes_first(now: Situation, one: Ix, other: Ix) -> Mask:
    deals = now.deals
    days = [np.where(deals.registered[those] == "", "9999-99-99", deals.registered[those]) for those in (one, other)]
    earlier: Mask = (days[0] < days[1]) | ((days[0] == days[1]) & (deals.row_id[one] < deals.row_id[other]))
    return earlier


def _earliest(now: Situation, those: Ix) -> Ix:
    """Return of each account the deal that came first among these."""
    those = those[_by_time(now, those)]
    _, first = np.unique(now.deals.account[those], return_index=True)
    return np.asarray(those[first])


def _lowest(now: Situation, mask: Mask) -> Ix:
    """Return of each account the deal with the lowest amount among these."""
    deals, those = now.deals, np.flatnonzero(mask)
    those = those[np.lexsort([deals.row_id[those], deals.amount[those], deals.account[those]])]
    _, first = np.unique(deals.account[those], return_index=True)
    return np.asarray(those[first])
