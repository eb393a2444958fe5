"""The few border moves of one territory that help most: single units and small connected groups, given or taken.

Owns which moves there are, that territories stay whole, and the ranking; figures of a move are situation's.

Method: groups of units over the border grow greedily (groups); each size of each is a candidate. They are looked at the
best first: exact figures, then whether the giver stays whole, seen from around the units and only if that does not tell
in the giver as a whole. What would be cut off goes along if it is small. The cost depends on the border of the
territory, not on the plan; no compiled code, so that there is nothing to wait for at the first edit.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.contiguity import n_pieces_of, pieces_gained, pieces_of
from territorymap.optimise.groups import SLACK, Groups, Growth
from territorymap.optimise.situation import NOBODY, Floats, Ints, Situation, beyond, mended

MOST_UNITS = 6
_BATCH = 48  # candidates valued exactly at a time
_MOST_BATCHES = 6
_MOST_CHECKS = 150
_LEAST = 1e-6  # overrun below it is none
_LEAST_GAIN = 0.01  # below it a move is not worth the reading, in tolerances
_LEAST_SEEN = -0.5  # what is seen below that helps neither alone nor in a group

_Heap = list[tuple[float, int, tuple[int, ...], int, int]]  # -gain, number of units, units, giver, taker


@dataclass(frozen=True)
class Move:
    """Units of one territory, or of nobody, that should go to another."""

    units: Ints  # ascending
    giver: int  # -1 = nobody
    taker: int
    gain: float  # what it takes off the overrun, less for a rough border and for customers that move
    fall: float  # what it takes off the overrun alone, in tolerances, weighed
    index_before: Floats  # (M, 2) of giver and taker; nan for nobody and where the target is 0
    index_after: Floats  # (M, 2)
    pieces_before: tuple[int, int]  # of giver and taker; 0 for nobody and for an empty territory
    pieces_after: tuple[int, int]


@dataclass
class Found:
    """What the search found for a territory: moves, the best first, or why there is none."""

    territory: int
    moves: list[Move] = field(default_factory=list)
    # "" | "locked" | "no_start" | "alone" | "neighbours_locked" | "last_unit" | "units_fixed" | "would_break" |
    # "no_better"; set where there is no move
    obstacle: str = ""


class Suggester:
    """Looks for moves in one situation; :meth:`steps` does it in small pieces, so that a window stays alive."""

    def __init__(self, situation: Situation, n_wanted: int = 5, most_units: int = MOST_UNITS) -> None:
        self._s = situation
        self._n_wanted, self._most_units = n_wanted, most_units
        self._overrun = situation.overrun(situation.total)

    def worst(self) -> list[int]:
        """Return the territories beyond a tolerance, the worst first; measures that count most decide."""
        s = self._s
        most = s.importance == s.importance.max()
        over = beyond(s.index(s.total), s.tolerance)
        first = s.importance[most] @ over[most]
        order = np.lexsort((-self._overrun, -first))
        return [int(t) for t in order if self._overrun[t] > _LEAST]

    def look(self, territory: int) -> Found:
        """Return the moves of a territory that help most."""
        found = Found(territory)
        for _ in self.steps(found):
            pass
        return found

    def steps(self, found: Found) -> Iterator[None]:
        """Fill in what is found; yields between pieces of some milliseconds."""
        if self._s.is_closed[found.territory]:
            found.obstacle = "locked"
            return
        growth = Growth(self._s, found.territory)
        groups, found.obstacle = growth.begin()
        groups = groups.rows(np.flatnonzero(growth.gain(groups) > _LEAST_SEEN))  # half of them make worse who asks
        yield
        grown: list[Groups] = []
        while len(groups):
            grown.append(groups)
            if groups.member.shape[1] >= self._most_units:
                break
            groups = growth.grow(groups)
            yield
        choice = _Choice(self._s, found, self._overrun, self._most_units)
        choice.add_strays()
        yield from choice.take(_Candidates.of(grown, growth) if grown else None, self._n_wanted)
        if found.moves:
            found.obstacle = ""


@dataclass
class _Candidates:
    """Groups of all sizes in one list, the best as they were seen first."""

    member: list[Ints]  # ascending each
    giver: Ints
    taker: Ints
    off: Floats  # (N, M)
    on: Floats
    customers: Floats
    rough: Floats
    bonus: Floats

    @classmethod
    def of(cls, grown: list[Groups], growth: Growth) -> _Candidates:
        gain = np.concatenate([growth.gain(groups) for groups in grown])
        order = np.argsort(-gain, kind="stable")
        order = order[gain[order] > _LEAST_SEEN][: _BATCH * _MOST_BATCHES]

        def all_of(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(groups, name) for groups in grown])[order]

        size = np.repeat(np.arange(len(grown)), [len(groups) for groups in grown])[order]
        first = np.cumsum([0, *(len(groups) for groups in grown)])
        member = [np.sort(grown[i].member[at - first[i]]) for i, at in zip(size.tolist(), order.tolist(), strict=True)]
        rough = np.concatenate([growth.rough(groups) for groups in grown])[order]
        return cls(
            member,
            giver=all_of("giver"),
            taker=all_of("taker"),
            off=all_of("off"),
            on=all_of("on"),
            customers=all_of("customers"),
            rough=rough,
            bonus=all_of("bonus"),
        )


class _Choice:
    """Takes the best candidates that leave their givers whole, no unit twice."""

    def __init__(self, situation: Situation, found: Found, overrun: Floats, most_units: int) -> None:
        self._s, self._found, self._overrun, self._most_units = situation, found, overrun, most_units
        self._index = situation.index(situation.total)
        self._heap: _Heap = []
        self._taken: set[int] = set()
        self._seen: set[tuple[tuple[int, ...], int]] = set()

    def add_strays(self) -> None:
        """Offer small pieces of the territory that lie apart to whom they touch."""
        s, t = self._s, self._found.territory
        if s.pieces[t] < 2:
            return
        own = np.flatnonzero(s.label == t)
        piece = pieces_of(s.adjacency, own)
        size = np.bincount(piece)
        for p in np.flatnonzero((size <= self._most_units) & (np.arange(len(size)) != np.argmax(size))):
            units = own[piece == p]
            near = s.label[s.adjacency.neighbour[s.adjacency.slots_of(units)]]
            for other in np.unique(near[(near >= 0) & (near != t)]).tolist():
                if not s.is_closed[other] and not s.is_fixed[units].any():
                    self._offer(units, t, other, mended(1, 0))

    def take(self, candidates: _Candidates | None, n_wanted: int) -> Iterator[None]:
        """Look at candidates batch by batch until enough moves are found."""
        moves, n_checks, is_broken = self._found.moves, 0, False
        n = 0 if candidates is None else len(candidates.member)
        for begin in range(0, max(n, 1), _BATCH):
            if candidates is not None:
                self._offer_batch(candidates, slice(begin, begin + _BATCH))
                yield
            while self._heap and len(moves) < n_wanted and n_checks < _MOST_CHECKS:
                _, _, units, giver, taker = heapq.heappop(self._heap)
                if not self._taken.isdisjoint(units):
                    continue
                n_checks += 1
                is_broken |= not self._try(np.array(units), giver, taker)
                if n_checks % 8 == 0:
                    yield
            if len(moves) >= n_wanted:
                break
        moves.sort(key=lambda move: -move.gain)
        if is_broken and not moves:
            self._found.obstacle = "would_break"

    def _try(self, units: Ints, giver: int, taker: int) -> bool:
        """Take a move if it leaves both whole; else put what it would cut off with it, to be tried in its turn."""
        move = self._checked(units, giver, taker)
        if isinstance(move, Move):
            if move.gain > _LEAST_GAIN and (move.fall > _LEAST or _is_mending(move)):
                self._found.moves.append(move)
                self._taken.update(units.tolist())
            return True
        if len(move):
            wider = np.union1d(units, move)
            self._offer(wider, giver, taker, _bonus_of_nobodys(wider, giver))
        return False

    # -- values --------------------------------------------------------------------------------------------------------

    def _offer_batch(self, c: _Candidates, rows: slice) -> None:
        giver, taker = c.giver[rows], c.taker[rows]
        fall = self._falls(c.off[rows], c.on[rows], giver, taker)
        gain = self._s.gain(fall.sum(axis=1), c.rough[rows], c.customers[rows], giver)
        about = fall[:, self._found.territory]
        for at, units in enumerate(c.member[rows]):
            bonus = float(c.bonus[rows][at])
            self._push(units, int(giver[at]), int(taker[at]), float(gain[at]), bonus, float(fall[at].sum()), about[at])

    def _offer(self, units: Ints, giver: int, taker: int, bonus: float) -> None:
        gain, fall = self._value(units, giver, taker)
        self._push(units, giver, taker, gain, bonus, float(fall.sum()), float(fall[self._found.territory]))

    def _push(self, units: Ints, giver: int, taker: int, gain: float, bonus: float, fall: float, about: float) -> None:
        """Keep a candidate that helps, and does not make worse who asks."""
        key = (tuple(units.tolist()), taker)
        if (
            key in self._seen
            or gain + bonus <= _LEAST_GAIN
            or not (fall > _LEAST or bonus > 0)
            or about < -SLACK - bonus
        ):
            return
        self._seen.add(key)
        heapq.heappush(self._heap, (-gain - bonus, len(units), key[0], giver, taker))

    def _value(self, units: Ints, giver: int, taker: int) -> tuple[float, Floats]:
        """Return the exact gain, pieces aside, and (P,) what the overrun of each territory falls by."""
        s = self._s
        ends = np.array([giver]), np.array([taker])
        fall = self._falls(*self._moved(units, giver, taker), *ends)[0]
        rough, customers = np.array([s.roughness(units, taker)]), np.array([s.customers[units].sum()])
        return float(s.gain(np.array([fall.sum()]), rough, customers, ends[0])[0]), fall

    def _moved(self, units: Ints, giver: int, taker: int) -> tuple[Floats, Floats]:
        """(1, M) what leaves the giver, and what comes to the taker."""
        off, on = self._s.brought(units, np.full(len(units), giver), np.full(len(units), taker))
        return off.sum(axis=0)[None], on.sum(axis=0)[None]

    def _totals(self, off: Floats, on: Floats, giver: Ints, taker: Ints) -> Floats:
        """(n, M, P) totals after each of n moves."""
        after = np.repeat(self._s.total[None], len(giver), axis=0)
        row, gives = np.arange(len(giver)), giver >= 0
        after[row[gives], :, giver[gives]] -= off[gives]
        after[row, :, taker] += on
        return after

    def _falls(self, off: Floats, on: Floats, giver: Ints, taker: Ints) -> Floats:
        """(n, P)"""
        return np.asarray(self._overrun - self._s.overrun(self._totals(off, on, giver, taker)))

    # -- wholeness -----------------------------------------------------------------------------------------------------

    def _checked(self, units: Ints, giver: int, taker: int) -> Move | Ints:
        """Return the move with its figures if the giver stays whole; else the units it would cut off, if few."""
        s = self._s
        before = (int(s.pieces[giver]) if giver >= 0 else 0, int(s.pieces[taker]))
        left = before[0] - self._pieces_with(units, giver) if giver >= 0 else 0
        if left > before[0] or (giver >= 0 and left == 0):
            return self._cut_off(units, giver)
        joined = before[1] + self._pieces_with(units, taker)
        if joined > max(before[1], 1):
            return units[:0]  # it would lie apart from the one who gets it
        gain, fall = self._value(units, giver, taker)
        gain += mended(before[0] - left + max(before[1], 1) - joined, 0) + _bonus_of_nobodys(units, giver)
        ends = np.array([giver]), np.array([taker])
        index = s.index(self._totals(*self._moved(units, giver, taker), *ends)[0])
        both = [giver, taker]
        index_before, index_after = self._index[:, both].copy(), index[:, both].copy()
        if giver < 0:
            index_before[:, 0] = index_after[:, 0] = np.nan
        return Move(units, giver, taker, gain, float(fall.sum()), index_before, index_after, before, (left, joined))

    def _pieces_with(self, units: Ints, t: int) -> int:
        """Return how many more pieces a territory has with these units than without."""
        s = self._s
        inside = set(units.tolist())
        gained = pieces_gained(s.adjacency, inside, lambda u: s.label[u] == t)
        if gained is not None:
            return gained
        others = np.flatnonzero(s.label == t)
        others = others[~np.isin(others, units)]
        return n_pieces_of(s.adjacency, np.append(others, units)) - n_pieces_of(s.adjacency, others)

    def _cut_off(self, units: Ints, giver: int) -> Ints:
        """Return what would be cut off from the largest part of the giver, if the group has room for it."""
        s = self._s
        room = self._most_units - len(units)
        others = np.flatnonzero(s.label == giver)
        others = others[~np.isin(others, units)]
        if not room or len(others) <= room:
            return units[:0]
        near = np.isin(others, s.adjacency.neighbour[s.adjacency.slots_of(units)])
        piece = pieces_of(s.adjacency, others)
        size = np.bincount(piece)
        loose = np.isin(piece, np.unique(piece[near])) & (piece != np.argmax(size))
        found = others[loose]
        return found if len(found) <= room and not s.is_fixed[found].any() else units[:0]


def _is_mending(move: Move) -> bool:
    return sum(move.pieces_after) < sum(move.pieces_before) or move.giver == NOBODY


def _bonus_of_nobodys(units: Ints, giver: int) -> float:
    return mended(0, len(units)) if giver == NOBODY else 0.0
