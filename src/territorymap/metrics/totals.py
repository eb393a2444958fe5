"""Totals of every territory, kept up to date by deltas. Owns who has what and the sums; not targets (balance).

The cost of :meth:`Totals.apply` depends on the units and accounts moved and on the pairs around them, and for pieces
on the size of the touched territories; not on how many territories, units or accounts the plan has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.geo.contiguity import count_pieces, n_pieces_of, pieces_gained, pieces_of
from territorymap.metrics.borders import BorderMove, cut_borders, cut_km_of
from territorymap.metrics.compactness import polsby_popper
from territorymap.metrics.ledger import Ledger
from territorymap.metrics.sums import Sums, count_gain_by, gain_by, sum_by
from territorymap.metrics.workload import homes
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_OUT = -2  # holder of what is out of scope: no column
_MAX_LOCAL = 100  # moved units; above it counting the pieces of the whole territory is cheaper


class Totals:
    """Sums by territory. Arrays of territories end with a column for what is unassigned, so -1 addresses it.

    What is public is by ``territory_ix`` and follows the order of ``plan.measures``. Arrays handed out are live: copy
    what is to be kept.
    """

    def __init__(self, plan: Plan, adjacency: Adjacency, perimeter_km: Floats) -> None:
        self.take_ground(plan, adjacency, perimeter_km)
        self.rebuild(plan)

    def take_ground(self, plan: Plan, adjacency: Adjacency, perimeter_km: Floats) -> None:
        """Stand on other units from now on; :meth:`rebuild` must follow."""
        self.adjacency = adjacency
        shared = np.bincount(adjacency.pair.ravel(), np.repeat(adjacency.border_km, 2), minlength=len(plan.units))
        outside_km = np.asarray(perimeter_km, dtype=np.float64) - shared[: len(plan.units)]
        self._outside_km = np.where(outside_km > 1e-9 * perimeter_km, outside_km, 0.0)  # else it is rounding

    def of_other(self, plan: Plan) -> Totals:
        """Return totals of another plan on the same units and neighbours, such as another scenario."""
        other = Totals.__new__(Totals)
        other.adjacency, other._outside_km = self.adjacency, self._outside_km
        other.rebuild(plan)
        return other

    # -- what is read --------------------------------------------------------------------------------------------------

    @property
    def unit_measure(self) -> Floats:
        """(M, U) what each unit brings, without stems, out of scope, and accounts given elsewhere by override."""
        return self._ledger.unit_measure

    @property
    def territory_total(self) -> Floats:
        """(M, T)"""
        return self._sums.value[: self._ledger.n_measures, :-1]

    @property
    def unassigned_total(self) -> Floats:
        """(M,) of unassigned units and of accounts in scope that no territory has."""
        return self._sums.value[: self._ledger.n_measures, -1]

    @property
    def n_units(self) -> Ints:
        """(T,)"""
        return self._n_units[:-1]

    @property
    def n_accounts(self) -> Ints:
        """(T,) overrides counted where they are given."""
        return self._n_accounts[:-1]

    @property
    def n_unassigned_units(self) -> int:
        return int(self._n_units[-1])

    @property
    def n_unassigned_accounts(self) -> int:
        """Accounts in scope without a territory: in an unassigned unit or in no unit, and not given by override."""
        return int(self._n_accounts[-1])

    @property
    def n_out_of_scope(self) -> int:
        """Accounts that the alignment does not cover, and that are not given by override: of no column."""
        return int(np.count_nonzero(~self._ledger.in_scope & (self._override < 0)))

    @property
    def pieces(self) -> NDArray[np.int32]:
        """(T,) 0 where there is no unit."""
        return self._pieces

    @property
    def cut_edges(self) -> Ints:
        """(T,)"""
        return self._cut_edges[:-1]

    @property
    def area_km2(self) -> Floats:
        """(T,) geodesic, WGS 84."""
        return self._sums.value[-3, :-1]

    @property
    def perimeter_km(self) -> Floats:
        """(T,) geodesic, WGS 84; holes included."""
        return np.asarray(self._sums.value[-2, :-1] + self._sums.value[-1, :-1])

    @property
    def cut_km(self) -> Floats:
        """(T,) length of borders with other territories and with unassigned units."""
        return self._sums.value[-1, :-1]

    @property
    def polsby_popper(self) -> Floats:
        """(T,) nan where there is no unit."""
        return np.where(self.n_units > 0, polsby_popper(self.area_km2, self.perimeter_km), np.nan)

    @property
    def home(self) -> Floats:
        """(2, T) lon and lat, nan = none."""
        return self._home[:, :-1]

    @property
    def ledger(self) -> Ledger:
        """Amounts per unit and account."""
        return self._ledger

    def members(self, territory_ix: int) -> Ints:
        """Return the unit_ix of a territory, in no particular order."""
        return self._members[territory_ix]

    def given(self, territory_ix: int) -> Ints:
        """Return the account_ix that a territory has by override, ascending."""
        return np.array(sorted(self._given[territory_ix]), dtype=np.int64)

    def territory_of_units(self, unit: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the territory of each unit_ix; -1 for -1."""
        territory = np.full(len(unit), -1, dtype=np.int32)
        territory[unit >= 0] = self._unit_territory[unit[unit >= 0]]
        return territory

    def piece_labels(self, territory_ix: int) -> NDArray[np.int32]:
        """Return the piece number of each of :meth:`members`."""
        return pieces_of(self.adjacency, self._members[territory_ix])

    def cut_edges_by_other(self, territory_ix: int) -> dict[int, int]:
        """Return how many cut edges the territory shares with each other one."""
        pair_ix = self.adjacency.pair_ix[self.adjacency.slots_of(self._members[territory_ix])]
        sides = self._unit_territory[self.adjacency.pair[pair_ix[self.adjacency.border_km[pair_ix] > 0]]]
        other = sides[(sides[:, 0] != sides[:, 1]) & (sides.min(axis=1, initial=0) >= 0)].ravel()
        label, n = np.unique(other[other != territory_ix], return_counts=True)
        return dict(zip(label.tolist(), n.tolist(), strict=True))

    def selection(self, plan: Plan, unit_ix: NDArray[np.integer]) -> dict[str, float]:
        """Return measure name -> total of these units: what would go with them to another territory.

        Their accounts' stems are those of today's reps; accounts given elsewhere by override stay out.
        """
        units = np.unique(np.asarray(unit_ix, dtype=np.int64))
        total = self.unit_measure[:, units].sum(axis=1)
        if self._ledger.workload_row >= 0:
            account, _ = self._ledger.accounts_in(units)
            total[self._ledger.workload_row] += self._stem_h[account[self._follows(account)]].sum()
        return {measure.name: float(value) for measure, value in zip(plan.measures, total, strict=True)}

    # -- in full -------------------------------------------------------------------------------------------------------

    def rebuild(self, plan: Plan) -> None:
        """Compute everything anew from the plan."""
        n = plan.n_territories
        self._ledger = ledger = Ledger(plan, self._outside_km)
        self._unit_territory, self._override = plan.unit_territory.copy(), plan.account_override.copy()
        self._territory_ids = [t.territory_id for t in plan.territories]
        self._home = homes(plan)

        holder = plan.territory_of_accounts()
        self._stem_h = ledger.parts.stem_h(np.arange(len(plan.accounts)), *self._home[:, holder])
        total = sum_by(self._unit_territory % (n + 1), ledger.unit_row, n + 1)
        # Accounts that no unit brings: given by override, or lying in no unit.
        is_nowhere = plan.in_scope & (plan.accounts.unit_ix < 0)
        alone = np.flatnonzero((self._override >= 0) | is_nowhere)
        total[: ledger.n_measures] += sum_by(holder[alone] % (n + 1), ledger.account_amount[:, alone], n + 1)
        if ledger.workload_row >= 0:
            total[ledger.workload_row] += np.bincount(holder % (n + 1), self._stem_h, minlength=n + 1)
        borders = cut_borders(self.adjacency, self._unit_territory, n)
        self._cut_edges, total[-1] = borders.n_edges, borders.km
        self._sums = Sums(total)
        self._nowhere = np.flatnonzero(is_nowhere)
        self._n_units = np.bincount(self._unit_territory % (n + 1), minlength=n + 1)
        counted = holder[(holder >= 0) | plan.in_scope]
        self._n_accounts = np.bincount(counted % (n + 1), minlength=n + 1)

        order = np.argsort(self._unit_territory, kind="stable")
        bounds = np.searchsorted(self._unit_territory[order], np.arange(n + 1))
        self._members = [order[bounds[t] : bounds[t + 1]] for t in range(n)]
        self._given: list[set[int]] = [set() for _ in range(n)]
        for account in np.flatnonzero(self._override >= 0):
            self._given[self._override[account]].add(int(account))

        self._pieces = count_pieces(self.adjacency, self._unit_territory, n)

    # -- by deltas -----------------------------------------------------------------------------------------------------

    def apply(self, plan: Plan, delta: PlanDelta) -> NDArray[np.int32]:
        """Bring the totals to the plan's new state; returns the territory_ix whose numbers changed, ascending.

        The plan's arrays hold the new state already; the old one is kept here, so of the delta only what changed
        counts, not where it came from.
        """
        if delta.is_full or not self._ledger.fits(plan):
            self.rebuild(plan)
            return np.arange(plan.n_territories, dtype=np.int32)
        touched: set[int] = set()
        if delta.added_territory_ix or delta.removed_territory_ix or delta.changed_territory_ix:
            touched |= self._match_territories(plan)
        rehomed = self._take_homes(plan) if delta.is_home_changed or len(delta.added_territory_ix) else []
        if len(delta.unit_ix):
            units = _distinct(delta.unit_ix)
            touched.update(self._move_units(units, plan.unit_territory[units]))
        if len(delta.account_ix):
            accounts = _distinct(delta.account_ix)
            touched.update(self._give_accounts(accounts, plan.account_override[accounts]))
        for territory in rehomed:
            self._refresh(territory)
        touched.update(rehomed)
        return np.array(sorted(touched - {-1}), dtype=np.int32)

    def _move_units(self, units: Ints, target: NDArray[np.int32]) -> set[int]:
        """Move distinct units to other territories; returns the territories touched, -1 for unassigned among them."""
        moved = self._unit_territory[units] != target
        units, target = units[moved], target[moved]
        if not len(units):
            return set()
        origin = self._unit_territory[units]
        border_move = BorderMove(self.adjacency, self._unit_territory, units)
        self._unit_territory[units] = target
        label, local = np.unique(np.concatenate([origin, target]), return_inverse=True)
        source, goal = local[: len(units)], local[len(units) :]
        rows = self._ledger.unit_row[:, units]
        gained = gain_by(source, goal, rows, rows, len(label))
        self._n_units[label] += count_gain_by(source, goal, len(label))

        account, at = self._ledger.accounts_in(units)
        is_free = self._follows(account)
        account, at = account[is_free], at[is_free]
        if len(account):
            self._n_accounts[label] += count_gain_by(source[at], goal[at], len(label))
            self._gain_stems(gained, account, source[at], goal[at], target[at])
        around, gained_edges, gained_km = border_move.gains(self._unit_territory)
        self._cut_edges[around] += gained_edges
        for territory, km in zip(around.tolist(), gained_km.tolist(), strict=True):
            gained[-1, label == territory] += km
        self._replace_members(label, units, origin, target)
        self._add(label, gained)
        return {int(ix) for ix in label} | {int(ix) for ix in around[gained_edges != 0]}

    def _replace_members(
        self, label: NDArray[np.int32], units: Ints, origin: NDArray[np.int32], target: NDArray[np.int32]
    ) -> None:
        for territory in label[label >= 0].tolist():
            known, came = self._members[territory], units[target == territory]
            stayed = known[self._unit_territory[known] == territory]
            self._members[territory] = np.concatenate([stayed, came])
            gained = self._pieces_gained(territory, units[origin == territory].tolist(), came.tolist())
            if gained is None:
                self._pieces[territory] = n_pieces_of(self.adjacency, self._members[territory])
            else:
                self._pieces[territory] += gained

    def _pieces_gained(self, territory: int, left: list[int], came: list[int]) -> int | None:
        """Return the change in pieces if it can be seen from around the moved units, else None."""
        if len(left) + len(came) > _MAX_LOCAL:
            return None
        new = set(came)
        territory_of = self._unit_territory

        def stayed(unit: int) -> bool:
            return bool(territory_of[unit] == territory) and unit not in new

        lost = pieces_gained(self.adjacency, left, stayed) if left else 0
        gained = pieces_gained(self.adjacency, came, stayed) if came else 0
        return None if lost is None or gained is None else gained - lost

    def _give_accounts(self, accounts: Ints, target: NDArray[np.int32]) -> set[int]:
        """Set or clear (-1) the overrides of distinct accounts; returns the territories touched."""
        changed = self._override[accounts] != target
        accounts, target = accounts[changed], target[changed]
        if not len(accounts):
            return set()
        origin, unit = self._override[accounts], self._ledger.accounts.unit_ix[accounts]
        self._override[accounts] = target
        for account, old, new in zip(accounts.tolist(), origin.tolist(), target.tolist(), strict=True):
            if old >= 0:
                self._given[old].discard(account)
            if new >= 0:
                self._given[new].add(account)
        self._ledger.put_accounts(np.unique(unit[unit >= 0]).astype(np.int64), self._override)

        by_unit = np.where(self._ledger.in_scope[accounts], self.territory_of_units(unit), _OUT)
        before, after = np.where(origin >= 0, origin, by_unit), np.where(target >= 0, target, by_unit)
        label, local = np.unique(np.concatenate([before, after]), return_inverse=True)
        source, goal = local[: len(accounts)], local[len(accounts) :]
        gained = np.zeros((len(self._sums.value), len(label)))
        amount = self._ledger.account_amount[:, accounts]
        gained[: self._ledger.n_measures] = gain_by(source, goal, amount, amount, len(label))
        self._gain_stems(gained, accounts, source, goal, np.maximum(after, -1))
        n_gained = count_gain_by(source, goal, len(label))
        is_column = label != _OUT
        label, gained, n_gained = label[is_column], gained[:, is_column], n_gained[is_column]
        self._n_accounts[label] += n_gained
        self._add(label, gained)
        return {int(ix) for ix in label}

    def _follows(self, account: Ints) -> NDArray[np.bool_]:
        """Return which of these accounts go with their units: in scope, and not given by override."""
        return np.asarray(self._ledger.in_scope[account] & (self._override[account] < 0))

    def _gain_stems(
        self, gained: Floats, accounts: Ints, source: Ints, goal: Ints, holder: NDArray[np.integer]
    ) -> None:
        """Give accounts the stems of their new holder and add the difference to the workload row of ``gained``."""
        before = self._stem_h[accounts][None]
        after = self._take_stems(accounts, holder)[None]
        if self._ledger.workload_row >= 0:
            gained[self._ledger.workload_row] += gain_by(source, goal, before, after, gained.shape[1])[0]

    def _take_stems(self, accounts: Ints, holder: NDArray[np.integer]) -> Floats:
        """Compute and keep the stems of accounts that these territories have from now on."""
        stem_h = self._ledger.parts.stem_h(accounts, *self._home[:, holder])
        self._stem_h[accounts] = stem_h
        return stem_h

    def _add(self, label: NDArray[np.integer], gained: Floats) -> None:
        for territory in self._sums.add(label, gained):
            self._refresh(territory)

    def _refresh(self, territory: int) -> None:
        """Sum one territory anew, stems included; for -1 what is unassigned."""
        ledger = self._ledger
        if territory >= 0:
            units, alone = self._members[territory], self.given(territory)
        else:
            units = np.flatnonzero(self._unit_territory < 0)
            alone = self._nowhere[self._override[self._nowhere] < 0]
        total = ledger.unit_row[:, units].sum(axis=1)
        total[: ledger.n_measures] += ledger.account_amount[:, alone].sum(axis=1)
        account, _ = ledger.accounts_in(units)
        account = np.concatenate([account[self._follows(account)], alone])
        stem_h = self._take_stems(account, np.full(len(account), territory))
        if ledger.workload_row >= 0:
            total[ledger.workload_row] += stem_h.sum()
        total[-1] = cut_km_of(self.adjacency, self._unit_territory, units)
        self._sums.put(territory, total)

    # -- territories come and go, homes change -------------------------------------------------------------------------

    def _match_territories(self, plan: Plan) -> set[int]:
        """Bring the columns to the plan's list of territories; returns the touched ones in the new order."""
        ids = [t.territory_id for t in plan.territories]
        old_ids = self._territory_ids
        if ids == old_ids:
            return set()
        touched: set[int] = set()
        for ix in sorted(set(range(len(old_ids))) - {i for i, known in enumerate(old_ids) if known in set(ids)}):
            given, units = self.given(ix), self._members[ix]
            touched |= self._give_accounts(given, np.full(len(given), -1, dtype=np.int32))
            touched |= self._move_units(units, np.full(len(units), -1, dtype=np.int32))
        touched_ids = {old_ids[ix] for ix in touched if ix >= 0} | (set(ids) - set(old_ids))
        self._take_columns(ids)
        return {ix for ix, territory_id in enumerate(ids) if territory_id in touched_ids}

    def _take_columns(self, ids: list[int]) -> None:
        """Put the columns in the order of these territory ids; new ones are empty, gone ones must be."""
        old_ix = {territory_id: ix for ix, territory_id in enumerate(self._territory_ids)}
        where = [old_ix.get(territory_id) for territory_id in ids]
        is_new = np.array([ix is None for ix in where] + [False])
        source = np.array([ix or 0 for ix in where] + [-1], dtype=np.int64)
        self._sums.take(source, is_new)
        self._home = np.where(is_new, np.nan, self._home[:, source])
        self._n_units = np.where(is_new, 0, self._n_units[source])
        self._n_accounts = np.where(is_new, 0, self._n_accounts[source])
        self._cut_edges = np.where(is_new, 0, self._cut_edges[source])
        self._pieces = np.where(is_new, 0, np.append(self._pieces, 0)[source])[:-1].astype(np.int32)
        none = np.empty(0, dtype=np.int64)
        self._members = [none if ix is None else self._members[ix] for ix in where]
        self._given = [set() if ix is None else self._given[ix] for ix in where]
        new_ix = np.full(len(self._territory_ids) + 1, -1, dtype=np.int32)
        new_ix[source[:-1][~is_new[:-1]]] = np.flatnonzero(~is_new[:-1])
        if not np.array_equal(new_ix[:-1], np.arange(len(self._territory_ids))):
            self._unit_territory, self._override = new_ix[self._unit_territory], new_ix[self._override]
        self._territory_ids = ids

    def _take_homes(self, plan: Plan) -> list[int]:
        """Take the homes of the plan; returns the territories whose home is another than before."""
        home = homes(plan)
        is_same = ((home == self._home) | (np.isnan(home) & np.isnan(self._home))).all(axis=0)
        self._home = home
        return [int(ix) for ix in np.flatnonzero(~is_same)]


def _distinct(ix: NDArray[np.integer]) -> Ints:
    found = np.asarray(ix, dtype=np.int64)
    return np.unique(found) if len(found) > 1 else found
