"""Accounts and ground that two alignments have at once. Owns which kind of conflict that is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from territorymap.metrics.coverage.findings import (
    HORIZONTAL,
    MULTICHANNEL,
    OVERLAP,
    VERTICAL,
    Finding,
    grouped,
    of_accounts,
)
from territorymap.metrics.coverage.situation import Ix, Mask, Situation
from territorymap.model.role_matrix import EXCLUSIVE


def find_clashes(now: Situation) -> Iterator[Finding]:
    """Yield what two alignments have at once though the rule between their roles is "must not".

    Each account that two territories own falls into one kind, for each pair of alignments, by who stands against whom;
    nothing where one and the same rep is in both teams.

    ``horizontal.account``
        partner against partner.
    ``horizontal.ground``
        units that two partners hold, without an account owned by both so far; not where the two scopes have no
        account in common.
    ``vertical.rep``
        own rep against partner, and both are at work: one of them has an open deal on the account, or was given it by
        name.
    ``multichannel.indirect``
        direct against indirect: scope and ground point both there, and nobody is at work yet.
    ``multichannel.inside``
        inside against outside.
    ``overlap.exclusive``
        any other two roles.

    Worked example
    --------------
    Accounts 0..3 in units 0..3, revenue 10, 20, 30, 40. Alignment "field": territory N (rep 1) has all units. Alignment
    "partner": territory A (partner 7) has units 0 and 1, B (partner 8) has unit 3. Partner 7 has an open deal on 0.
    Alignment "second partner programme", role partner too: territory C (partner 8) has units 1, 2 and 3.

    - field against partner: 0 is ``vertical.rep`` (N, A: 10), 1 is ``multichannel.indirect`` (N, A: 20), 3 is
      ``multichannel.indirect`` (N, B: 40).
    - field against the second programme: 1, 2, 3 are ``multichannel.indirect`` (N, C: 90).
    - partner against the second programme: 1 is ``horizontal.account`` (A, C: 20); 3 is the same partner twice, so
      nothing.
    """
    for s, t in combinations(range(len(now.sides)), 2):
        if now.matrix.rule(now.sides[s].role, now.sides[t].role) != EXCLUSIVE:
            continue
        yield from _on_accounts(now, s, t)
        yield from _on_ground(now, s, t)
    yield from _off_ground(now)


def _on_accounts(now: Situation, s: int, t: int) -> Iterator[Finding]:
    one, other = now.sides[s], now.sides[t]
    both = np.flatnonzero((one.owner >= 0) & (other.owner >= 0))
    if not len(both):
        return
    at_work = _at_work(now, s, t)
    width = len(other.teams)
    codes = one.owner[both].astype(np.int64) * width + other.owner[both]
    for code, accounts in grouped(codes, both):
        a, b = divmod(code, width)
        if set(one.teams[a]) & set(other.teams[b]):
            continue
        holders = ((s, a), (t, b))
        n_indirect = int(one.is_indirect[a]) + int(other.is_indirect[b])
        if n_indirect == 1:
            busy = at_work[accounts]
            if busy.any():
                yield of_accounts(now, VERTICAL, "rep", accounts[busy], holders)
            if not busy.all():
                yield of_accounts(now, MULTICHANNEL, "indirect", accounts[~busy], holders)
        elif n_indirect == 2:
            yield of_accounts(now, HORIZONTAL, "account", accounts, holders)
        elif one.is_inside != other.is_inside:
            yield of_accounts(now, MULTICHANNEL, "inside", accounts, holders)
        else:
            yield of_accounts(now, OVERLAP, "exclusive", accounts, holders)


def _at_work(now: Situation, s: int, t: int) -> Mask:
    """(A,) whether one of the owners has a deal that stands there, or was given the account by name."""
    one, other, deals = now.sides[s], now.sides[t], now.deals
    busy: Mask = one.by_name | other.by_name
    live = np.flatnonzero(deals.stands(now.today) & (deals.account >= 0))
    if len(live):
        account, rep = deals.account[live], deals.rep[live]
        is_theirs = one.has_in_team(rep, one.owner[account]) | other.has_in_team(rep, other.owner[account])
        busy[account[is_theirs]] = True
    return busy


def _on_ground(now: Situation, s: int, t: int) -> Iterator[Finding]:
    """Yield ground that two partners hold, besides what is told by its accounts."""
    one, other = now.sides[s], now.sides[t]
    if not (one.is_indirect.any() and other.is_indirect.any()):
        return
    if not (one.is_whole and other.is_whole) and not (one.in_scope & other.in_scope).any():
        return
    indirect = np.append(one.is_indirect, False)[one.unit_territory]
    indirect &= np.append(other.is_indirect, False)[other.unit_territory]
    told = now.unit_ix[(one.owner >= 0) & (other.owner >= 0)]
    indirect[told[told >= 0]] = False
    units = np.flatnonzero(indirect)
    width = max(1, len(other.teams))
    codes = one.unit_territory[units].astype(np.int64) * width + other.unit_territory[units]
    for code, ground in grouped(codes, units):
        a, b = divmod(code, width)
        if not set(one.teams[a]) & set(other.teams[b]):
            yield Finding(HORIZONTAL, "ground", ground=ground, holders=((s, a), (t, b)))


def _off_ground(now: Situation) -> Iterator[Finding]:
    """Yield ``vertical.territory``: accounts that a partner was given by name outside what was agreed with it.

    Agreed are the ground of its own territories and the scope of the alignment.

    Worked example: partner 7 has unit 0, partner 8 unit 1; an account in unit 1 was given to 7 by name: 7 works outside
    its territory terms. Given to 7 by name, an account in unit 0 that is out of scope is outside too.
    """
    for s, side in enumerate(now.sides):
        given = np.flatnonzero(side.by_name & (side.owner >= 0) & np.append(side.is_indirect, False)[side.owner])
        if not len(given):
            continue
        ground = side.by_ground(now.unit_ix[given])
        leader = np.array([team[0] if team else -1 for team in side.teams] + [-1], dtype=np.int64)
        is_own = (ground == side.owner[given]) | side.has_in_team(leader[side.owner[given]], ground)
        outside: Ix = given[~(is_own & side.in_scope[given])]
        for territory, accounts in grouped(side.owner[outside], outside):
            yield of_accounts(now, VERTICAL, "territory", accounts, ((s, territory),))
