"""Two scenarios side by side: territories old -> new with their figures, and which units and accounts move.

Owns the matching and what counts as a move; not how scenarios are stored, nor who is burdened by it (disruption).

Territories are matched by their uuid: one that is renamed, recoloured or given to another rep is still the same. A unit
or account *moves* if its territory is another or the rep of its territory is another; both are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.balance import Balance, compute_balance
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory
from territorymap.model.variant import Variant

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Positions = NDArray[np.int32]

SAME, REP, TERRITORY = 0, 1, 2  # of a unit or account: stays; another rep of the same territory; another territory


@dataclass(frozen=True)
class Side:
    """One scenario with its figures; they stand still."""

    plan: Plan  # the plan as if this scenario were in use
    balance: Balance
    total: Floats  # (M, T)
    n_units: Ints  # (T,)
    n_accounts: Ints  # (T,)
    account_workload_h: Floats  # (A,) hours a year, the way from the home of the rep who has it here
    unit_total: Floats  # (M, U) what each unit brings to its territory, without accounts given by name

    @property
    def name(self) -> str:
        return self.plan.scenario.name

    @cached_property
    def account_territory(self) -> Positions:
        """(A,) territory_ix, -1 = none."""
        return self.plan.territory_of_accounts()

    @cached_property
    def reps(self) -> list[Rep | None]:
        """Of each territory; None for a vacancy, and at the end, also reached by -1."""
        known = {rep.rep_id: rep for rep in self.plan.reps}
        return [known.get(t.rep_id) if t.rep_id is not None else None for t in self.plan.territories] + [None]

    def territory(self, ix: int) -> Territory | None:
        return self.plan.territories[ix] if ix >= 0 else None


@dataclass(frozen=True)
class Pair:
    """A territory in both scenarios; -1 where it is not in one of them."""

    before: int  # territory_ix
    after: int
    n_units_kept: int  # units that it had and still has
    n_accounts_kept: int
    kept: float  # share of its accounts, or of its units where the plan has no account, that it keeps; nan = had none


class Comparison:
    """What differs between two scenarios of one plan; arrays are (U,) and (A,) in the plan's order."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        self.unit_from, self.unit_to = before.plan.unit_territory, after.plan.unit_territory
        self.account_from, self.account_to = before.account_territory, after.account_territory
        keys = _Keys(before.plan.territories, after.plan.territories)
        self.unit_kind = keys.kinds(self.unit_from, self.unit_to)
        self.account_kind = keys.kinds(self.account_from, self.account_to)
        n_units = keys.kept(self.unit_from, self.unit_to)
        n_accounts = keys.kept(self.account_from, self.account_to)
        self.pairs = [self._pair(was, is_, n_units, n_accounts) for was, is_ in keys.pairs()]

    def _pair(self, was: int, is_: int, n_units: Ints, n_accounts: Ints) -> Pair:
        units, accounts = (int(n_units[was]), int(n_accounts[was])) if was >= 0 and is_ >= 0 else (0, 0)
        has_accounts = len(self.before.plan.accounts) > 0
        had = (self.before.n_accounts if has_accounts else self.before.n_units)[was] if was >= 0 else 0
        kept = (accounts if has_accounts else units) / int(had) if had else float("nan")
        return Pair(was, is_, units, accounts, kept)

    @cached_property
    def units(self) -> Ints:
        """unit_ix of all that move."""
        return np.flatnonzero(self.unit_kind)

    @cached_property
    def accounts(self) -> Ints:
        """account_ix of all that move."""
        return np.flatnonzero(self.account_kind)

    @property
    def is_empty(self) -> bool:
        """Whether nothing moves; territories may still have other names."""
        return not len(self.units) and not len(self.accounts)


class _Keys:
    """Territories of both sides as positions in one list of uuids."""

    def __init__(self, before: Sequence[Territory], after: Sequence[Territory]) -> None:
        place = {t.uuid: ix for ix, t in enumerate(after)}
        self._before, self._after = len(before), len(after)
        self._match = np.array([place.get(t.uuid, -1) for t in before] + [-1], dtype=np.int64)
        matched = set(self._match[:-1].tolist())
        self._new = [ix for ix in range(len(after)) if ix not in matched]
        # -1 is "nobody": a key of its own, so that a vacancy taken over by a vacancy changes no rep.
        self._rep_before, self._rep_after = rep_ids_of(before), rep_ids_of(after)
        # A territory that went has a key beyond those of the other side: nothing there equals it.
        gone = np.arange(len(before)) + len(after)
        self._key = np.append(np.where(self._match[:-1] >= 0, self._match[:-1], gone), -1)

    def pairs(self) -> list[tuple[int, int]]:
        """Return (before, after) in the order of after, then those that went."""
        was = {int(self._match[ix]): ix for ix in range(self._before) if self._match[ix] >= 0}
        there = [(was.get(ix, -1), ix) for ix in range(self._after)]
        return there + [(ix, -1) for ix in range(self._before) if self._match[ix] < 0]

    def kinds(self, origin: Positions, target: Positions) -> NDArray[np.int8]:
        """Return SAME, REP or TERRITORY of each."""
        is_moved = self._key[origin] != target
        is_other_rep = self._rep_before[origin] != self._rep_after[target]
        return np.where(is_moved, TERRITORY, np.where(is_other_rep, REP, SAME)).astype(np.int8)

    def kept(self, origin: Positions, target: Positions) -> Ints:
        """Return (T before,) how many of each territory stay in it."""
        stays = (self._key[origin] == target) & (origin >= 0)
        return np.bincount(origin[stays], minlength=self._before)


def kinds_of_moves(
    before: Sequence[Territory], after: Sequence[Territory], origin: Positions, target: Positions
) -> NDArray[np.int8]:
    """Return SAME, REP or TERRITORY of each unit or account, from its territory in each scenario."""
    return _Keys(before, after).kinds(origin, target)


def rep_ids_of(territories: Sequence[Territory]) -> Ints:
    """(T + 1,) rep_id of each territory, -1 for a vacancy; the last, also reached by -1, is -1."""
    return np.array([-1 if t.rep_id is None else t.rep_id for t in territories] + [-1], dtype=np.int64)


def plan_as(plan: Plan, variant: Variant) -> Plan:
    """Return the plan as if a scenario were in use; units, accounts, reps and measures are the plan's."""
    return replace(
        plan,
        territories=variant.territories,
        unit_territory=variant.unit_territory,
        account_override=variant.account_override,
        overrides=variant.overrides,
        scenario=variant.scenario,
        in_scope=plan.in_scope if variant.in_scope is None else variant.in_scope,
    )


def side_of(plan: Plan, totals: Totals) -> Side:
    """Return a scenario in use with its figures as they are now; later edits do not reach it."""
    still = replace(
        plan,
        territories=list(plan.territories),
        reps=list(plan.reps),
        unit_territory=plan.unit_territory.copy(),
        account_override=plan.account_override.copy(),
        overrides=dict(plan.overrides),
    )
    parts, holder = totals.ledger.parts, still.territory_of_accounts()
    home = np.concatenate([totals.home, np.full((2, 1), np.nan)], axis=1)
    stem_h = parts.stem_h(np.arange(len(still.accounts)), *home[:, holder])
    return Side(
        plan=still,
        balance=compute_balance(still, totals),
        total=totals.territory_total.copy(),
        n_units=totals.n_units.copy(),
        n_accounts=totals.n_accounts.copy(),
        account_workload_h=parts.base_h + parts.hop_h + stem_h,
        unit_total=_unit_total(still, totals, stem_h),
    )


def compared(plan: Plan, totals: Totals, before: Variant) -> Comparison:
    """Return what differs from a scenario to the plan as it is now, whose totals these are."""
    former = plan_as(plan, before)
    return Comparison(side_of(former, totals.of_other(former)), side_of(plan, totals))


def _unit_total(plan: Plan, totals: Totals, stem_h: Floats) -> Floats:
    total = totals.unit_measure.copy()
    if totals.ledger.workload_row >= 0:
        brought = np.flatnonzero((plan.accounts.unit_ix >= 0) & plan.goes_with_unit())
        way_h = np.bincount(plan.accounts.unit_ix[brought], stem_h[brought], minlength=len(plan.units))
        total[totals.ledger.workload_row] += way_h
    return total
