"""Accounts that nobody covers. Owns the three causes; not what is done about them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.coverage.findings import GAP, Finding, Holder, grouped, grouped_sums, of_accounts
from territorymap.metrics.coverage.situation import Ix, Situation


def find_gaps(now: Situation) -> Iterator[Finding]:
    """Yield the gaps of a plan: by unit where scope or unit is the cause, by territory where a vacancy is.

    ``scope``
        in no alignment's scope, and given to nobody by name.
    ``unassigned``
        in the scope of an alignment in which its unit has no territory, or that has no unit; told once for each
        alignment, since each of them means to cover it. Partners come on top of one's own sales: in an alignment of
        partners it is a gap only where nobody else covers the account.
    ``vacant``
        owned by a territory with nobody in charge. A vacant territory without accounts is told by its units.

    ``uncovered`` of a finding is how many of its accounts no territory with somebody in charge has, in any alignment.

    Worked example
    --------------
    Accounts 0..4 in units 0, 0, 1, 2, none, with revenue 10, 20, 30, 40, 50. One alignment with territories P (vacant)
    and Q over units 0 = P, 1 = Q, 2 = unassigned. Its scope has all but account 1.

    - scope: account 1 (unit 0), 20.
    - unassigned: account 3 (unit 2), 40; account 4 (no unit), 50.
    - vacant: account 0 (P), 10. Account 1 is out of scope, so P does not have it.

    All of them are uncovered. With a second alignment whose territory R (rep 2) has everything, account 1 is no gap any
    more, and 0, 3 and 4 stay gaps of the first one with none uncovered, unless that is one of partners.
    """
    if not now.sides:
        return
    n = len(now.unit_ix)
    in_any, owned = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    covered = np.zeros(n, dtype=np.bool_)
    for side in now.sides:
        in_any |= side.in_scope
        owned |= side.owner >= 0
        covered |= np.append(~side.is_vacant, False)[side.owner]
    uncovered = (~covered).astype(np.float64)
    yield from _gaps(now, "scope", (), np.flatnonzero(~in_any & ~owned), uncovered)
    for s, side in enumerate(now.sides):
        is_lost = side.in_scope & (side.owner < 0)
        lost = np.flatnonzero(is_lost & ~covered if side.is_channel else is_lost)
        yield from _gaps(now, "unassigned", ((s, -1),), lost, uncovered)
    for s, _ in enumerate(now.sides):
        yield from _vacancies(now, s, uncovered)


def _gaps(
    now: Situation, cause: str, holders: tuple[Holder, ...], lost: Ix, uncovered: NDArray[np.float64]
) -> Iterator[Finding]:
    """Yield a finding for each unit in which lost accounts lie."""
    codes = now.unit_ix[lost]
    alone = (n for *_, n in grouped_sums(codes, lost, uncovered))
    for (_, accounts, money), n in zip(grouped_sums(codes, lost, now.money), alone, strict=True):
        yield of_accounts(now, GAP, cause, accounts, holders, money, round(n))


def _vacancies(now: Situation, s: int, uncovered: NDArray[np.float64]) -> Iterator[Finding]:
    side = now.sides[s]
    if not side.is_vacant.any():
        return
    # A last place, also reached by -1: what belongs to nobody is not vacant.
    is_vacant = np.append(side.is_vacant, False)
    held = np.flatnonzero(is_vacant[side.owner])
    has_accounts = set()
    for territory, accounts in grouped(side.owner[held], held):
        has_accounts.add(territory)
        n = round(uncovered[accounts].sum())
        yield of_accounts(now, GAP, "vacant", accounts, ((s, territory),), uncovered=n)
    units = np.flatnonzero(is_vacant[side.unit_territory])
    for territory, ground in grouped(side.unit_territory[units], units):
        if territory not in has_accounts:
            yield Finding(GAP, "vacant", ground=ground, holders=((s, territory),))
