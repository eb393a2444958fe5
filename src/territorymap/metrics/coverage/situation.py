"""What coverage is judged by: one side for each alignment, the registered deals, the rules between roles.

Owns the shape of these inputs and small questions about them; not any judgement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.model.role_matrix import INSIDE, PARTNER, RoleMatrix

Ix = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Side:
    """One alignment: who has which account and unit in it. Positions of territories are its own."""

    alignment_id: int
    role: str
    in_scope: Mask  # (A,)
    owner: NDArray[np.int32]  # (A,) territory position, -1 = nobody
    by_name: Mask  # (A,) given by override
    unit_territory: NDArray[np.int32]  # (U,) -1 = unassigned
    teams: tuple[tuple[int, ...], ...]  # (T,) rep_id of those in charge, the leading one first; () = vacant
    partner_led: Mask  # (T,) the leading one is a partner
    overlays: tuple[tuple[int, ...], ...] = ()  # (T,) rep_id of specialists besides the team; () = none anywhere
    is_whole: bool = False  # it has no scope: every account is covered, those to come too

    @cached_property
    def is_indirect(self) -> Mask:
        """(T,) whether partners sell there."""
        return self.partner_led | self.is_channel

    @property
    def is_channel(self) -> bool:
        """Whether it is an alignment of partners."""
        return self.role.casefold() == PARTNER

    @property
    def is_inside(self) -> bool:
        return self.role.casefold() == INSIDE

    @cached_property
    def is_vacant(self) -> Mask:
        """(T,) whether nobody is in charge."""
        return np.array([not team for team in self.teams], dtype=np.bool_)

    @cached_property
    def _team_codes(self) -> Ix:
        """(n,) rep_id * (T + 1) + territory position, of everybody who has a part in a territory."""
        n = len(self.teams) + 1
        parts = [*enumerate(self.teams), *enumerate(self.overlays)]
        return np.array([rep * n + t for t, team in parts for rep in team], dtype=np.int64)

    def has_in_team(self, rep_id: Ix, territory_ix: NDArray[np.integer]) -> Mask:
        """(n,) whether each rep is in the team of each territory, specialists included; never for -1."""
        codes = np.asarray(rep_id, dtype=np.int64) * (len(self.teams) + 1) + territory_ix
        return np.isin(codes, self._team_codes) & (territory_ix >= 0)

    def by_ground(self, unit_ix: NDArray[np.integer]) -> NDArray[np.int32]:
        """(n,) territory that has each unit, -1 for none and for no unit."""
        found: NDArray[np.int32] = np.append(self.unit_territory, np.int32(-1))[unit_ix]
        return found


def _texts() -> NDArray[np.str_]:
    return np.empty(0, dtype="U10")


def _whole() -> Ix:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Deals:
    """Registered deals as arrays; days are ISO text, "" = none."""

    row_id: Ix = field(default_factory=_whole)  # (D,)
    account: Ix = field(default_factory=_whole)  # (D,) account_ix, -1 = none
    rep: Ix = field(default_factory=_whole)  # (D,) rep_id of who registered it, -1 = nobody
    amount: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))  # (D,) nan = not told
    is_open: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))  # (D,)
    is_won: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))  # (D,)
    registered: NDArray[np.str_] = field(default_factory=_texts)  # (D,)
    expires: NDArray[np.str_] = field(default_factory=_texts)  # (D,)
    expected: NDArray[np.str_] = field(default_factory=_texts)  # (D,)
    closed: NDArray[np.str_] = field(default_factory=_texts)  # (D,)

    def __len__(self) -> int:
        return len(self.row_id)

    def stands(self, today: str) -> Mask:
        """(D,) open, and not lapsed on that day: a registration protects up to the day it expires."""
        is_live: Mask = self.is_open & ((self.expires == "") | (self.expires >= today))
        return is_live


@dataclass(frozen=True)
class Situation:
    """Everything that coverage is judged by."""

    sides: Sequence[Side]
    unit_ix: NDArray[np.int32]  # (A,) -1 = in no unit
    revenue: NDArray[np.float64]  # (A,) nan counts as none
    today: str  # ISO day
    matrix: RoleMatrix = field(default_factory=RoleMatrix)
    deals: Deals = field(default_factory=Deals)
    partners: frozenset[int] = frozenset()  # rep_id of those that are companies
    # (A,) by giving and taking side: whether the taking scope covers each account once a deal on it is won, where a
    # won deal changes an account at all.
    covered_after: Mapping[tuple[int, int], Mask] = field(default_factory=dict)

    @cached_property
    def money(self) -> NDArray[np.float64]:
        """(A,) revenue, 0 where none is told."""
        return np.nan_to_num(self.revenue, nan=0.0, posinf=0.0, neginf=0.0)

    def takes(self, giver: int, taker: int) -> Mask:
        """(A,) whether the taking scope covers each account after a deal on it is won."""
        in_scope = self.sides[taker].in_scope
        after = self.covered_after.get((giver, taker))
        return in_scope if after is None else in_scope | after

    def is_partner(self, rep_id: Ix) -> Mask:
        """(n,) whether each rep is a company."""
        return np.isin(rep_id, np.array(sorted(self.partners), dtype=np.int64))
