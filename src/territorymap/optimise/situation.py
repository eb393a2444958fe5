"""A plan as it stands, frozen for a look at single moves: who has what, what is aimed at, what may not be touched.

Owns what a move does to the figures, exactly as the program's metrics would have it after the move; not which moves
there are (suggest).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.geo.distance import great_circle_km

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NOBODY = -1

# What a move is worth, beside what it takes off the overrun, in tolerances of one territory.
_ROUGHNESS = 1.0  # share of the overrun taken off that a spike into the giver loses
_CUSTOMERS = 1.0  # for as many customers as a territory has on average
_PIECE = 1.0  # for a piece less
_NOBODYS = 0.1  # for each unit that nobody had


@dataclass(frozen=True)
class Ways:
    """The measure that grows with the way from a territory's home to its accounts: the workload."""

    measure: int  # row of the situation's measures
    start: Ints  # (U + 1,) accounts of unit u are account[start[u] : start[u + 1]]
    account: Ints  # (A',)
    per_km: Floats  # (A,) what a kilometre from home adds; 0 for an account that does not go with its unit
    lon: Floats  # (A,) nan = no place
    lat: Floats  # (A,)
    home: Floats  # (2, P + 1) lon and lat, nan = none; the last column stands for nobody

    def added(self, unit: NDArray[np.integer], territory: NDArray[np.integer]) -> Floats:
        """(n,) what the ways add for each unit, if its territory is the one named beside it; -1 = nobody."""
        lo = self.start[unit]
        n = self.start[np.asarray(unit) + 1] - lo
        at = np.repeat(np.arange(len(n)), n)
        if not len(at):
            return np.zeros(len(n))
        account = self.account[np.arange(len(at)) + np.repeat(lo - (np.cumsum(n) - n), n)]
        home = self.home[:, np.asarray(territory)[at]]
        km = great_circle_km(home[0], home[1], self.lon[account], self.lat[account])
        return np.bincount(at, self.per_km[account] * np.where(np.isfinite(km), km, 0.0), len(n)).astype(np.float64)


@dataclass(frozen=True)
class Situation:
    """P territories, U units, M measures that are to be even. Positions are the plan's; -1 = nobody."""

    adjacency: Adjacency
    label: NDArray[np.int32]  # (U,)
    weight: Floats  # (M, U) what each unit brings, ways not included
    total: Floats  # (M, P) what each territory has, all included
    share: Floats  # (P,) of what all have that is each territory's target
    tolerance: Floats  # (M,) > 0
    importance: Floats  # (M,)
    customers: Floats  # (U,) that go with the unit
    is_fixed: NDArray[np.bool_]  # (U,) must stay where it is
    is_closed: NDArray[np.bool_]  # (P,) neither gives nor takes
    pieces: NDArray[np.int32]  # (P,)
    first_unit: NDArray[np.int64]  # (P,) where an empty territory would begin, -1 = anywhere
    ways: Ways | None = None

    @property
    def n_territories(self) -> int:
        return int(self.total.shape[1])

    @property
    def target(self) -> Floats:
        """(M, P)"""
        return np.asarray(self.total.sum(axis=1, keepdims=True) * self.share)

    def index(self, total: Floats) -> Floats:
        """(..., M, P) total over target, which follows the totals; nan where the target is 0."""
        target = total.sum(axis=-1, keepdims=True) * self.share
        return np.asarray(total / np.where(target == 0, np.nan, target))

    def overrun(self, total: Floats) -> Floats:
        """(..., P) how far each territory is beyond the tolerances, in tolerances, weighed."""
        return np.asarray(np.einsum("...mp,m->...p", beyond(self.index(total), self.tolerance), self.importance))

    def brought(self, unit: Ints, giver: Ints, taker: Ints) -> tuple[Floats, Floats]:
        """(n, M) what each unit takes off the one who has it and what it adds to who gets it, ways included."""
        off = self.weight[:, unit].T
        on = off.copy()
        if self.ways is not None:
            off = off.copy()
            off[:, self.ways.measure] += self.ways.added(unit, giver)
            on[:, self.ways.measure] += self.ways.added(unit, taker)
        return off, on

    def gain(self, fall: Floats, rough: Floats, customers: Floats, giver: Ints) -> Floats:
        """(n,) what takes ``fall`` off the overrun is worth, less for rough borders and for customers that move.

        Customers that nobody had cost nothing.
        """
        each = max(float(self.customers.sum()) / max(self.n_territories, 1), 1.0)
        shape = _ROUGHNESS * rough * np.maximum(fall, 0.0)
        return np.asarray(fall - shape - np.where(giver >= 0, _CUSTOMERS * customers / each, 0.0))

    def roughness(self, unit: Ints, taker: int) -> float:
        """Return by how much borders between territories grow when units go to a taker; see :meth:`rough`."""
        slots = self.adjacency.slots_of(unit)
        other, km = self.adjacency.neighbour[slots], self.adjacency.border_km[self.adjacency.pair_ix[slots]]
        giver = self.label[unit[0]]
        is_outer = ~np.isin(other, unit)
        gets_cut = is_outer & (self.label[other] == giver)
        heals = is_outer & (self.label[other] == taker)
        longer, outline = km[gets_cut].sum() - km[heals].sum(), km[is_outer].sum()
        return float(self.rough(np.array([longer]), np.array([outline]), np.array([km.sum()]), np.array([taker]))[0])

    def rough(self, longer_km: Floats, outline_km: Floats, single_km: Floats, taker: Ints) -> Floats:
        """(n,) -1 .. 1: growth of borders as a share of the outline of the group that goes.

        1 for what touches the taker in a point, about 0.3 for a round cap, below 0 for what fills a bay. A territory
        that has nothing yet has no border to keep round: for it, half of what remains of the outlines of the units
        taken one by one, 0.5 for one unit, less for a round group.
        """
        begins = self.pieces[taker] == 0
        return np.where(begins, 0.5 * share_of(longer_km, single_km), share_of(longer_km, outline_km))


def beyond(index: Floats, tolerance: Floats) -> Floats:
    """(..., M, P) how far indices are beyond their tolerance, in tolerances; what is far off counts up to twice.

    So a territory at 1.30 may give to one at 1.10: it helps the worse one more than it harms the better one.
    """
    limit = tolerance[:, None]
    x = np.fmax(np.abs(index - 1) - limit, 0.0) / limit  # nan is not beyond anything
    return np.asarray(x + x * x / (1 + x))


def share_of(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole > 0)


def mended(pieces_less: int, n_nobodys: int) -> float:
    """Return what pieces that join and units that nobody had are worth."""
    return _PIECE * pieces_less + _NOBODYS * n_nobodys
