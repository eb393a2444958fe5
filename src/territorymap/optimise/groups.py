"""Groups of units that could cross a border of one territory: where they begin, and how they grow.

Owns the groups and the gain as seen from giver and taker; choosing among them, and wholeness, is suggest's.

Method: every pair of a border unit and a territory across the border begins a group; groups grow one unit a round, all
at once in numpy, by what helps most (greedy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.contiguity import pieces_of
from territorymap.optimise.situation import NOBODY, Floats, Ints, Situation, beyond, mended

_MOST_BEGINNINGS = 400  # of groups; the best singles of a longer border
_MOST_STARTS = 60  # inside a territory, for one that has nothing yet
SLACK = 1e-3  # by how much who asks may get worse: targets follow a move a little
_WORSE = 1e3  # puts a move last that is no help to who asks


@dataclass
class Groups:
    """S groups that grow; a row each."""

    member: Ints  # (S, n)
    giver: Ints  # (S,)
    taker: Ints  # (S,)
    off: Floats  # (S, M) what leaves the giver
    on: Floats  # (S, M) what comes to the taker
    customers: Floats  # (S,)
    longer_km: Floats  # (S,) by how much borders between territories grow
    outline_km: Floats  # (S,) border with other units
    single_km: Floats  # (S,) the same of each of its units, added up
    bonus: Floats  # (S,)

    def __len__(self) -> int:
        return len(self.giver)

    def rows(self, at: NDArray[np.integer]) -> Groups:
        return Groups(*(getattr(self, name)[at] for name in self.__dataclass_fields__))


class Growth:
    """Groups over the borders of one territory, in a situation that stands still."""

    def __init__(self, situation: Situation, territory: int) -> None:
        self._s, self._about = situation, territory
        self._target = situation.target
        self._overrun = situation.overrun(situation.total)
        self._index = situation.index(situation.total)

    # -- where groups begin --------------------------------------------------------------------------------------------

    def begin(self) -> tuple[Groups, str]:
        """Return groups of one unit over the border of a territory, both ways, and what stands in the way of more."""
        s, t = self._s, self._about
        own = np.flatnonzero(s.label == t)
        if not len(own):
            units = self._first_units(t)
            taker = np.full(len(units), t, dtype=np.int64)
            return self._singles(units, taker), "no_better" if len(units) else "no_start"
        unit, taker, obstacle = self._across(own)
        beginning, empty = self._to_empty(own)
        unit = np.concatenate([unit, beginning])
        taker = np.concatenate([taker, np.full(len(beginning), empty)])
        key = np.unique(unit * s.n_territories + taker)
        groups = self._singles(key // s.n_territories, key % s.n_territories)
        if s.pieces[t] > 1:
            self._reward_joining(groups, t, own)
        if len(groups) > _MOST_BEGINNINGS:
            groups = groups.rows(np.sort(np.argsort(-self.gain(groups), kind="stable")[:_MOST_BEGINNINGS]))
        return groups, obstacle

    def _across(self, own: Ints) -> tuple[Ints, Ints, str]:
        """Return (unit, taker) of each unit that may cross a border of the territory, and what may stop them."""
        s, t = self._s, self._about
        there = s.adjacency.neighbour[s.adjacency.slots_of(own)].astype(np.int64)
        here = np.repeat(own, s.adjacency.start[own + 1] - s.adjacency.start[own])
        here, there = here[s.label[there] != t], there[s.label[there] != t]
        other = s.label[there].astype(np.int64)
        is_open = (other == NOBODY) | ~s.is_closed[other]
        gives = is_open & (other >= 0) & ~s.is_fixed[here] & (len(own) > 1)
        takes = is_open & ~s.is_fixed[there]
        unit = np.concatenate([here[gives], there[takes]])
        taker = np.concatenate([other[gives], np.full(int(takes.sum()), t)])
        if not len(other):
            return unit, taker, "alone"
        if not is_open.any():
            return unit, taker, "neighbours_locked"
        if len(own) == 1 and (not len(unit) or self._is_above(t)):
            return unit, taker, "last_unit"
        return unit, taker, "no_better" if len(unit) else "units_fixed"

    def _is_above(self, t: int) -> bool:
        return bool((self._index[:, t] > 1 + self._s.tolerance).any())

    def _to_empty(self, own: Ints) -> tuple[Ints, int]:
        """Return where in the territory one that has nothing could begin, and which: none unless there is too much."""
        s = self._s
        empty = np.flatnonzero((np.bincount(s.label[s.label >= 0], minlength=s.n_territories) == 0) & ~s.is_closed)
        if not len(empty) or len(own) < 2 or not self._is_above(self._about):
            return own[:0], -1
        here = np.flatnonzero(np.isin(s.first_unit[empty], own))
        if len(here):
            units, e = s.first_unit[empty[here[:1]]], int(empty[here[0]])
        else:
            units, e = own, int(empty[0])
        units = units[~s.is_fixed[units]]
        return units[:: max(1, len(units) // _MOST_STARTS)], e

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

    def _reward_joining(self, groups: Groups, t: int, own: Ints) -> None:
        """Favour units that touch two pieces of the territory."""
        s = self._s
        piece = np.full(len(s.label), -1, dtype=np.int64)
        piece[own] = pieces_of(s.adjacency, own)
        for row in np.flatnonzero(groups.taker == t):
            near = piece[s.adjacency.neighbours_of(int(groups.member[row, 0]))]
            groups.bonus[row] += mended(max(len(np.unique(near[near >= 0])) - 1, 0), 0)

    def _singles(self, unit: Ints, taker: Ints) -> Groups:
        s = self._s
        giver = s.label[unit].astype(np.int64)
        off, on = s.brought(unit, giver, taker)
        customers = s.customers[unit]
        bonus = np.where(giver < 0, mended(0, 1), 0.0)
        none = np.full((len(unit), 1), -1, dtype=np.int64)
        borders = self._borders_km(np.arange(len(unit)), unit, none, giver, taker)
        return Groups(unit[:, None], giver, taker, off, on, customers, *borders, bonus)

    # -- growing -------------------------------------------------------------------------------------------------------

    def grow(self, groups: Groups) -> Groups:
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
        longer, outline, single = self._borders_km(row, unit, groups.member, grown.giver, grown.taker)
        grown.longer_km, grown.outline_km = grown.longer_km + longer, grown.outline_km + outline
        grown.single_km = grown.single_km + single
        grown.member = np.column_stack([grown.member, unit])
        grown.off, grown.on = grown.off + off, grown.on + on
        grown.customers = grown.customers + s.customers[unit]
        grown.bonus = grown.bonus + np.where(grown.giver < 0, mended(0, 1), 0.0)
        order = np.lexsort((unit, -self.gain(grown), row))
        first = np.ones(len(order), dtype=bool)
        first[1:] = row[order][1:] != row[order][:-1]
        return grown.rows(order[first])

    def _brought_once(self, unit: Ints, giver: Ints, taker: Ints) -> tuple[Floats, Floats]:
        """The same units come up in many groups: their ways are measured once."""
        key, back = np.unique(unit * self._s.n_territories + taker, return_inverse=True)
        once, to = key // self._s.n_territories, key % self._s.n_territories
        off, on = self._s.brought(once, self._s.label[once].astype(np.int64), to)
        return off[back], on[back]

    def _borders_km(
        self, row: Ints, unit: Ints, member: Ints, giver: Ints, taker: Ints
    ) -> tuple[Floats, Floats, Floats]:
        """(n,) by how much borders, outline and outlines one by one grow when a unit joins ``member[row]``."""
        adjacency, label = self._s.adjacency, self._s.label
        slots = adjacency.slots_of(unit)
        at = np.repeat(np.arange(len(unit)), adjacency.start[unit + 1] - adjacency.start[unit])
        other, km = adjacency.neighbour[slots], adjacency.border_km[adjacency.pair_ix[slots]]
        is_inner = (member[row[at]] == other[:, None]).any(axis=1)
        heals = is_inner | (label[other] == taker[at])
        is_cut = ~heals & (label[other] == giver[at])
        longer = np.bincount(at, np.where(heals, -km, np.where(is_cut, km, 0.0)), len(unit))
        outline = np.bincount(at, np.where(is_inner, -km, km), len(unit))
        single = np.bincount(at, km, len(unit))
        return longer.astype(np.float64), outline.astype(np.float64), single.astype(np.float64)

    def gain(self, groups: Groups) -> Floats:
        """(S,) the gain as seen from giver and taker alone: targets hardly follow a move."""
        s, taker = self._s, groups.taker
        giver = np.maximum(groups.giver, 0)
        left = self._overrun[giver] - self._beyond(s.total[:, giver] - groups.off.T, self._target[:, giver])
        filled = self._overrun[taker] - self._beyond(s.total[:, taker] + groups.on.T, self._target[:, taker])
        own = np.where(taker == self._about, filled, left)
        fall = np.where(groups.giver >= 0, left, 0.0) + filled
        gain = s.gain(fall, self.rough(groups), groups.customers, groups.giver) + groups.bonus
        return np.where(own < -SLACK - groups.bonus, gain - _WORSE, gain)

    def rough(self, groups: Groups) -> Floats:
        """(S,)"""
        return self._s.rough(groups.longer_km, groups.outline_km, groups.single_km, groups.taker)

    def _beyond(self, total: Floats, target: Floats) -> Floats:
        """(n,) of (M, n) totals."""
        index = total / np.where(target == 0, np.nan, target)
        return np.asarray(self._s.importance @ beyond(index, self._s.tolerance))
