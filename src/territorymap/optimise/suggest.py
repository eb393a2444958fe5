"""The few border moves of one territory that help most: single units and small connected groups, given or taken.

Owns which moves there are, that territories stay whole, and the ranking; figures of a move are situation's.

Method: every pair of a border unit and a territory across the border begins a group; groups grow one unit a round, all
at once in numpy, by what helps most (greedy). Each size of each group is a candidate. They are looked at the best
first: exact figures, then whether the giver stays whole, seen from around the units and only if that does not tell in
the giver as a whole. What would be cut off goes along if it is small. The cost depends on the border of the territory,
not on the plan; no compiled code, so that there is nothing to wait for at the first edit.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.contiguity import n_pieces_of, pieces_gained, pieces_of
from territorymap.optimise.situation import NOBODY, Floats, Ints, Situation, beyond, mended, share_of

MOST_UNITS = 6
_BATCH = 48  # candidates valued exactly at a time
_MOST_BATCHES = 6
_MOST_CHECKS = 150
_LEAST = 1e-6  # gain below it is none
_SLACK = 1e-3  # targets follow a move a little
_WORSE = 1e3  # puts a move last that is no help to who asks
_MOST_BEGINNINGS = 400  # of groups; the best singles of a longer border

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


@dataclass
class _Groups:
    """S groups that grow; a row each."""

    member: Ints  # (S, n)
    giver: Ints  # (S,)
    taker: Ints  # (S,)
    off: Floats  # (S, M) what leaves the giver
    on: Floats  # (S, M) what comes to the taker
    customers: Floats  # (S,)
    longer_km: Floats  # (S,) by how much borders between territories grow
    outline_km: Floats  # (S,) border with other units
    bonus: Floats  # (S,)

    def __len__(self) -> int:
        return len(self.giver)

    def rows(self, at: NDArray[np.integer]) -> _Groups:
        return _Groups(*(getattr(self, name)[at] for name in self.__dataclass_fields__))


class Suggester:
    """Looks for moves in one situation; :meth:`steps` does it in small pieces, so that a window stays alive."""

    def __init__(self, situation: Situation, n_wanted: int = 5, most_units: int = MOST_UNITS) -> None:
        self._s = situation
        self._n_wanted, self._most_units = n_wanted, most_units
        self._target = situation.target
        self._overrun = situation.overrun(situation.total)
        self._index = situation.index(situation.total)
        self._about = -1  # whose moves are looked for: it must not get worse by them

    @property
    def overrun(self) -> Floats:
        """(P,) how far each territory is beyond the tolerances, in tolerances, weighed."""
        return self._overrun

    def worst(self) -> list[int]:
        """Return the territories beyond a tolerance, the worst first."""
        order = np.argsort(-self._overrun, kind="stable")
        return [int(t) for t in order if self._overrun[t] > _LEAST]

    def look(self, territory: int) -> Found:
        """Return the moves of a territory that help most."""
        found = Found(territory)
        for _ in self.steps(found):
            pass
        return found

    def steps(self, found: Found) -> Iterator[None]:
        """Fill in what is found; yields between pieces of some milliseconds."""
        self._about = found.territory
        if self._s.is_closed[found.territory]:
            found.obstacle = "locked"
            return
        groups, found.obstacle = self._begin(found.territory)
        yield
        heap: _Heap = []
        self._add_strays(found.territory, heap)
        grown: list[_Groups] = []
        while len(groups):
            grown.append(groups)
            if groups.member.shape[1] >= self._most_units:
                break
            yield
            groups = self._grow(groups)
        yield
        yield from self._choose(found, grown, heap)
        if found.moves:
            found.obstacle = ""

    # -- where groups begin --------------------------------------------------------------------------------------------

    def _begin(self, t: int) -> tuple[_Groups, str]:
        """Return groups of one unit over the border of a territory, both ways, and what stands in the way of more."""
        s = self._s
        own = np.flatnonzero(s.label == t)
        if not len(own):
            units = self._first_units(t)
            taker = np.full(len(units), t, dtype=np.int64)
            return self._singles(units, taker), "no_better" if len(units) else "no_start"
        slots = s.adjacency.slots_of(own)
        here = np.repeat(own, s.adjacency.start[own + 1] - s.adjacency.start[own])
        there = s.adjacency.neighbour[slots].astype(np.int64)
        is_over = s.label[there] != t
        here, there = here[is_over], there[is_over]
        other = s.label[there].astype(np.int64)
        if not len(other):
            return self._singles(own[:0], own[:0]), "alone"
        is_open = (other == NOBODY) | ~s.is_closed[other]
        if not is_open.any():
            return self._singles(own[:0], own[:0]), "neighbours_locked"
        here, there, other = here[is_open], there[is_open], other[is_open]
        gives = (other >= 0) & ~s.is_fixed[here] & (len(own) > 1)
        takes = ~s.is_fixed[there]
        unit = np.concatenate([here[gives], there[takes]])
        taker = np.concatenate([other[gives], np.full(int(takes.sum()), t)])
        if not len(unit):
            return self._singles(unit, taker), "last_unit" if len(own) == 1 else "units_fixed"
        key = np.unique(unit * s.n_territories + taker)
        groups = self._singles(key // s.n_territories, key % s.n_territories)
        if s.pieces[t] > 1:
            self._reward_joining(groups, t, own)
        if len(groups) > _MOST_BEGINNINGS:
            groups = groups.rows(np.sort(np.argsort(-self._gain(groups), kind="stable")[:_MOST_BEGINNINGS]))
        return groups, "last_unit" if len(own) == 1 and self._overrun[t] > 0 and self._index_above(t) else "no_better"

    def _index_above(self, t: int) -> bool:
        return bool((self._index[:, t] > 1 + self._s.tolerance).any())

    def _first_units(self, t: int) -> Ints:
        """Return where an empty territory could begin: at its rep's home, else at borders of who has too much."""
        s = self._s
        first = int(s.first_unit[t])
        if first >= 0 and not s.is_fixed[first] and (s.label[first] < 0 or not s.is_closed[s.label[first]]):
            return np.array([first], dtype=np.int64)
        may_give = ~s.is_closed & (np.bincount(s.label[s.label >= 0], minlength=s.n_territories) > 1)
        if not may_give.any():
            return np.flatnonzero((s.label < 0) & ~s.is_fixed)[:_MOST_BEGINNINGS]
        load = np.where(may_give, np.nan_to_num(self._index, nan=-np.inf).max(axis=0), -np.inf)
        rich = int(np.argmax(load))
        own = np.flatnonzero((s.label == rich) & ~s.is_fixed)
        return own[:: max(1, len(own) // _MOST_BEGINNINGS)]

    def _reward_joining(self, groups: _Groups, t: int, own: Ints) -> None:
        """Favour units that touch two pieces of the territory."""
        s = self._s
        piece = np.full(len(s.label), -1, dtype=np.int64)
        piece[own] = pieces_of(s.adjacency, own)
        for row in np.flatnonzero(groups.taker == t):
            near = piece[s.adjacency.neighbours_of(int(groups.member[row, 0]))]
            groups.bonus[row] += mended(max(len(np.unique(near[near >= 0])) - 1, 0), 0)

    def _singles(self, unit: Ints, taker: Ints) -> _Groups:
        s = self._s
        giver = s.label[unit].astype(np.int64)
        off, on = s.brought(unit, giver, taker)
        customers = s.customers[unit]
        bonus = np.where(giver < 0, mended(0, 1), 0.0)
        none = np.full((len(unit), 1), -1, dtype=np.int64)
        borders = self._borders_km(np.arange(len(unit)), unit, none, giver, taker)
        return _Groups(unit[:, None], giver, taker, off, on, customers, *borders, bonus)

    def _add_strays(self, t: int, heap: _Heap) -> None:
        """Offer small pieces of the territory that lie apart to whom they touch."""
        s = self._s
        if s.pieces[t] < 2:
            return
        own = np.flatnonzero(s.label == t)
        piece = pieces_of(s.adjacency, own)
        size = np.bincount(piece)
        for p in np.flatnonzero(size <= self._most_units):
            units = own[piece == p]
            if size[p] == size.max() and p == np.argmax(size):
                continue  # the territory itself
            if s.is_fixed[units].any():
                continue
            near = s.label[s.adjacency.neighbour[s.adjacency.slots_of(units)]]
            for other in np.unique(near[(near >= 0) & (near != t)]).tolist():
                if not s.is_closed[other]:
                    self._push(heap, units, t, other, mended(1, 0))

    # -- growing -------------------------------------------------------------------------------------------------------

    def _grow(self, groups: _Groups) -> _Groups:
        """Return the groups with the unit more that helps each most; those that can grow no more are left out."""
        s = self._s
        n = groups.member.shape[1]
        slots = s.adjacency.slots_of(groups.member.ravel())
        degree = s.adjacency.start[groups.member.ravel() + 1] - s.adjacency.start[groups.member.ravel()]
        row = np.repeat(np.repeat(np.arange(len(groups)), n), degree)
        unit = s.adjacency.neighbour[slots].astype(np.int64)
        may = (s.label[unit] == groups.giver[row]) & ~s.is_fixed[unit]
        row, unit = row[may], unit[may]
        key = np.unique(row * len(s.label) + unit)
        row, unit = key // len(s.label), key % len(s.label)
        is_new = ~(groups.member[row] == unit[:, None]).any(axis=1)
        row, unit = row[is_new], unit[is_new]
        if not len(row):
            return groups.rows(row)
        off, on = self._brought_once(unit, groups.giver[row], groups.taker[row])
        grown = groups.rows(row)
        longer, outline = self._borders_km(row, unit, groups.member, grown.giver, grown.taker)
        grown.longer_km, grown.outline_km = grown.longer_km + longer, grown.outline_km + outline
        grown.member = np.column_stack([grown.member, unit])
        grown.off, grown.on = grown.off + off, grown.on + on
        grown.customers = grown.customers + s.customers[unit]
        grown.bonus = grown.bonus + np.where(grown.giver < 0, mended(0, 1), 0.0)
        order = np.lexsort((unit, -self._gain(grown), row))
        first = np.ones(len(order), dtype=bool)
        first[1:] = row[order][1:] != row[order][:-1]
        return grown.rows(order[first])

    def _brought_once(self, unit: Ints, giver: Ints, taker: Ints) -> tuple[Floats, Floats]:
        """The same units come up in many groups: their ways are measured once."""
        key, back = np.unique(unit * self._s.n_territories + taker, return_inverse=True)
        once, to = key // self._s.n_territories, key % self._s.n_territories
        off, on = self._s.brought(once, self._s.label[once].astype(np.int64), to)
        return off[back], on[back]

    def _borders_km(self, row: Ints, unit: Ints, member: Ints, giver: Ints, taker: Ints) -> tuple[Floats, Floats]:
        """(n,) by how much borders between territories grow, and the outline, when a unit joins ``member[row]``."""
        adjacency, label = self._s.adjacency, self._s.label
        slots = adjacency.slots_of(unit)
        at = np.repeat(np.arange(len(unit)), adjacency.start[unit + 1] - adjacency.start[unit])
        other, km = adjacency.neighbour[slots], adjacency.border_km[adjacency.pair_ix[slots]]
        is_inner = (member[row[at]] == other[:, None]).any(axis=1)
        heals = is_inner | (label[other] == taker[at])
        is_cut = ~heals & (label[other] == giver[at])
        longer = np.bincount(at, np.where(heals, -km, np.where(is_cut, km, 0.0)), len(unit))
        outline = np.bincount(at, np.where(is_inner, -km, km), len(unit))
        return longer.astype(np.float64), outline.astype(np.float64)

    def _gain(self, groups: _Groups) -> Floats:
        """(S,) the gain as seen from giver and taker alone: targets hardly follow a move."""
        s, taker = self._s, groups.taker
        giver = np.maximum(groups.giver, 0)
        left = self._overrun[giver] - self._beyond(s.total[:, giver] - groups.off.T, self._target[:, giver])
        filled = self._overrun[taker] - self._beyond(s.total[:, taker] + groups.on.T, self._target[:, taker])
        own = np.where(taker == self._about, filled, left)
        fall = np.where(groups.giver >= 0, left, 0.0) + filled
        rough = share_of(groups.longer_km, groups.outline_km)
        gain = s.gain(fall, rough, groups.customers, groups.giver) + groups.bonus
        return np.where(own < -_SLACK - groups.bonus, gain - _WORSE, gain)

    def _beyond(self, total: Floats, target: Floats) -> Floats:
        """(n,) of (M, n) totals."""
        index = total / np.where(target == 0, np.nan, target)
        return np.asarray(self._s.importance @ beyond(index, self._s.tolerance))

    # -- choosing ------------------------------------------------------------------------------------------------------

    def _choose(self, found: Found, grown: list[_Groups], heap: _Heap) -> Iterator[None]:
        """Take the best candidates that leave their givers whole, no unit twice."""
        gains = np.concatenate([self._gain(groups) for groups in grown]) if grown else np.empty(0)
        size = np.concatenate([np.full(len(groups), i) for i, groups in enumerate(grown)]) if grown else np.empty(0)
        first = np.cumsum([0, *(len(groups) for groups in grown)])
        order = np.argsort(-gains, kind="stable")
        order = order[gains[order] > -0.5]  # the exact gain may be a little more than was seen
        taken: set[int] = set()
        seen: set[tuple[tuple[int, ...], int]] = set()
        n_checks, is_broken = 0, False
        for batch in range(_MOST_BATCHES + 1):
            for at in order[batch * _BATCH : (batch + 1) * _BATCH].tolist() if batch < _MOST_BATCHES else []:
                groups, row = grown[int(size[at])], at - first[int(size[at])]
                units = np.sort(groups.member[row])
                key = (tuple(units.tolist()), int(groups.taker[row]))
                if key in seen or not taken.isdisjoint(key[0]):
                    continue
                seen.add(key)
                self._push(heap, units, int(groups.giver[row]), key[1], float(groups.bonus[row]))
            yield
            while heap and len(found.moves) < self._n_wanted and n_checks < _MOST_CHECKS:
                _, _, units_of, giver, taker = heapq.heappop(heap)
                if not taken.isdisjoint(units_of):
                    continue
                n_checks += 1
                move = self._checked(np.array(units_of), giver, taker)
                if isinstance(move, Move):
                    if move.gain > _LEAST and (move.fall > _LEAST or _is_mending(move)):
                        found.moves.append(move)
                        taken.update(units_of)
                else:
                    is_broken = True
                    wider = np.union1d(np.array(units_of), move)
                    key = (tuple(wider.tolist()), taker)
                    if len(move) and key not in seen:
                        seen.add(key)
                        self._push(heap, wider, giver, taker, _bonus_of_nobodys(wider, giver))
                if n_checks % 8 == 0:
                    yield
            if len(found.moves) >= self._n_wanted or (batch + 1) * _BATCH >= len(order):
                break
        found.moves.sort(key=lambda move: -move.gain)
        if is_broken and not found.moves:
            found.obstacle = "would_break"

    def _push(self, heap: _Heap, units: Ints, giver: int, taker: int, bonus: float) -> None:
        gain, fall, own = self._value(units, giver, taker)
        if gain + bonus > _LEAST and (fall > _LEAST or bonus > 0) and own > -_SLACK - bonus:
            heapq.heappush(heap, (-gain - bonus, len(units), tuple(units.tolist()), giver, taker))

    def _value(self, units: Ints, giver: int, taker: int) -> tuple[float, float, float]:
        """Return the exact gain, pieces aside, and the fall of the overrun of all territories and of who asks."""
        s = self._s
        fall = self._overrun - s.overrun(self._total_after(units, giver, taker))
        rough, customers = np.array([s.roughness(units, taker)]), np.array([s.customers[units].sum()])
        gain = s.gain(np.array([fall.sum()]), rough, customers, np.array([giver]))
        return float(gain[0]), float(fall.sum()), float(fall[self._about])

    def _total_after(self, units: Ints, giver: int, taker: int) -> Floats:
        s = self._s
        off, on = s.brought(units, np.full(len(units), giver), np.full(len(units), taker))
        total = s.total.copy()
        if giver >= 0:
            total[:, giver] -= off.sum(axis=0)
        total[:, taker] += on.sum(axis=0)
        return total

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
        gain, fall, _ = self._value(units, giver, taker)
        gain += mended(before[0] - left + max(before[1], 1) - joined, 0) + _bonus_of_nobodys(units, giver)
        index = s.index(self._total_after(units, giver, taker))
        both = [giver, taker]
        index_before, index_after = self._index[:, both].copy(), index[:, both].copy()
        if giver < 0:
            index_before[:, 0] = index_after[:, 0] = np.nan
        return Move(units, giver, taker, gain, fall, index_before, index_after, before, (left, joined))

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
