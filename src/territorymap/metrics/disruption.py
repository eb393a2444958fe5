"""What changes its rep against the baseline: how much, and per rep gained, kept and lost, kept up to date by deltas.

Owns who had and who has what, and the sums; not which territories differ (moves) nor what is too much (caps).

The rep of a unit is its territory's; the rep of an account is that of its owner (model.ownership). Who has no
territory, or one without a rep, has *no rep*: that counts as a holder of its own, the last column here. A new name of a
territory, or another territory of the same rep, is no change; another rep of the same territory is. What had no rep and
gets one is gained by that rep, and is lost by none. Hours depend on who has the account, for the way is from his home:
what is lost counts as the baseline has it, what is gained as it is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.ledger import Ledger
from territorymap.metrics.rep_changes import kept_by_rep, share_changed
from territorymap.metrics.sums import Sums, sum_by
from territorymap.metrics.totals import Totals
from territorymap.model.change import PlanDelta
from territorymap.model.ownership import owner_of_accounts
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Holders = NDArray[np.int32]

NO_REP = -1  # column of what has no rep
_COUNTS = 2  # rows after the measures: number of units, number of accounts


class Holding(Protocol):
    """Who has what: a scenario (model.variant.Variant), or the plan as it is shown (model.plan.Plan)."""

    @property
    def territories(self) -> Sequence[Territory]: ...

    @property
    def unit_territory(self) -> NDArray[np.int32]: ...  # (U,) position in its own territories, -1 = unassigned

    @property
    def account_override(self) -> NDArray[np.int32]: ...  # (A,) -1 = none


class Disruption:
    """The plan against its baseline. Columns are the reps in the plan's order; the last, also -1, is "no rep".

    Arrays handed out are live: copy what is to be kept. Rows of measures are those of ``plan.measures``.
    """

    def __init__(self, plan: Plan, totals: Totals, baseline: Holding) -> None:
        self.baseline = baseline
        self.rebuild(plan, totals)

    # -- what is read --------------------------------------------------------------------------------------------------

    @property
    def n_reps(self) -> int:
        return len(self.reps)

    def name_of(self, at: int) -> str:
        """Return the name of a column's rep."""
        return self.reps[at].name if 0 <= at < len(self.reps) else tr("No rep")

    @property
    def base(self) -> Floats:
        """(M, R + 1) what each rep has in the baseline."""
        return self._base[:-_COUNTS]

    @property
    def lost(self) -> Floats:
        """(M, R + 1) what each rep had and has no more, as the baseline has it."""
        return self._lost.value[:-_COUNTS]

    @property
    def gained(self) -> Floats:
        """(M, R + 1) what each rep has and had not, as it is now."""
        return self._gained.value[:-_COUNTS]

    @property
    def kept(self) -> Floats:
        """(M, R + 1) what each rep had and still has."""
        return kept_by_rep(self.base, self.lost)

    @property
    def n_base(self) -> Ints:
        """(2, R + 1) units and accounts that each rep has in the baseline."""
        return self._base[-_COUNTS:].astype(np.int64)

    @property
    def n_lost(self) -> Ints:
        """(2, R + 1) units and accounts lost."""
        return self._lost.value[-_COUNTS:].astype(np.int64)

    @property
    def n_gained(self) -> Ints:
        """(2, R + 1) units and accounts gained."""
        return self._gained.value[-_COUNTS:].astype(np.int64)

    @property
    def moved(self) -> Floats:
        """(M,) what leaves its rep, in all; what had none before is not among it."""
        return np.asarray(self.lost[:, :-1].sum(axis=1))

    @property
    def held(self) -> Floats:
        """(M,) what has a rep in the baseline."""
        return np.asarray(self.base[:, :-1].sum(axis=1))

    @property
    def share(self) -> Floats:
        """(M,) share that changes rep; nan where nothing had a rep."""
        return share_changed(self.base[:, :-1], self.lost[:, :-1])

    @property
    def is_none(self) -> bool:
        """Whether everything has the rep that it has in the baseline."""
        return not self.n_lost.any()

    @property
    def is_repless(self) -> bool:
        """Whether no territory has a rep, here or in the baseline: then nothing can change rep."""
        return not self.n_base[:, :-1].any() and not self.n_gained[:, :-1].any()

    def accounts_lost(self, at: int) -> Ints:
        """Return the account_ix that a rep had and has no more."""
        return np.flatnonzero((self.before_account == self._slot(at)) & (self.now_account != self._slot(at)))

    def accounts_gained(self, at: int) -> Ints:
        """Return the account_ix that a rep has and had not."""
        return np.flatnonzero((self.now_account == self._slot(at)) & (self.before_account != self._slot(at)))

    def units_changed(self, at: int | None = None) -> Ints:
        """Return the unit_ix that a rep lost or gained; None = any rep."""
        differs = self.before_unit != self.now_unit
        if at is not None:
            differs &= (self.before_unit == self._slot(at)) | (self.now_unit == self._slot(at))
        return np.flatnonzero(differs)

    def accounts_changed(self) -> Ints:
        """Return the account_ix that leave the rep who has them in the baseline."""
        return np.flatnonzero((self.before_account != self.now_account) & (self.before_account >= 0))

    def _slot(self, at: int) -> int:
        return at if 0 <= at < self.n_reps else NO_REP

    # -- in full -------------------------------------------------------------------------------------------------------

    def rebuild(self, plan: Plan, totals: Totals) -> None:
        """Compute everything anew."""
        self.touched: set[int] | None = None  # columns that the last change touched; None = all
        self.reps: list[Rep] = list(plan.reps)
        self._ledger: Ledger = totals.ledger
        self._home = _homes(self.reps)
        self._rep_at = _columns(self.reps)
        self._rep_of_territory = {t.territory_id: t.rep_id for t in plan.territories}
        self.before_unit, self.before_account = holders_of(plan, self.baseline)  # (U,), (A,) columns, -1 = no rep
        self.now_unit, self.now_account = holders_of(plan, plan)
        n = self.n_reps + 1
        units, accounts = np.arange(len(plan.units)), np.arange(len(plan.accounts))
        self._base = self._sum(units, accounts, self.before_unit, self.before_account, n)
        units = np.flatnonzero(self.before_unit != self.now_unit)
        accounts = np.flatnonzero(self.before_account != self.now_account)
        before = self.before_unit[units], self.before_account[accounts]
        now = self.now_unit[units], self.now_account[accounts]
        self._lost = Sums(self._sum(units, accounts, *before, n))
        self._gained = Sums(self._sum(units, accounts, *now, n))

    def _sum(self, units: Ints, accounts: Ints, of_unit: Holders, of_account: Holders, n: int) -> Floats:
        """Return (M + 2, n) sums of units and accounts by column, the hours as that column's rep has them."""
        return np.asarray(
            sum_by(of_unit % n, self._unit_rows(units), n)
            + sum_by(of_account % n, self._account_rows(accounts, of_account), n)
        )

    def _unit_rows(self, units: Ints) -> Floats:
        """Return (M + 2, k) what units bring by themselves."""
        rows = np.zeros((self._ledger.n_measures + _COUNTS, len(units)))
        rows[:-_COUNTS] = self._ledger.own_measure[:, units]
        rows[-2] = 1
        return rows

    def _account_rows(self, accounts: Ints, holder: Holders) -> Floats:
        """Return (M + 2, k) what accounts bring to these holders, the way from their homes included."""
        ledger = self._ledger
        rows = np.zeros((ledger.n_measures + _COUNTS, len(accounts)))
        rows[:-_COUNTS] = ledger.account_amount[:, accounts]
        rows[-1] = 1
        if ledger.workload_row >= 0:
            rows[ledger.workload_row] += ledger.parts.stem_h(accounts, *self._home[:, holder])
        return rows

    # -- by deltas -----------------------------------------------------------------------------------------------------

    def fits(self, plan: Plan, totals: Totals) -> bool:
        """Whether the plan still has these reps, units, accounts and measures."""
        return totals.ledger is self._ledger and [r.rep_id for r in plan.reps] == [r.rep_id for r in self.reps]

    def apply(self, plan: Plan, totals: Totals, delta: PlanDelta) -> None:
        """Bring the figures to the plan's new state; ``totals`` have been brought there already.

        The cost depends on the units and accounts moved, and for a territory that gets another rep, or a rep that gets
        another home, on what they have. A territory that is deleted, and a sum that is worn (metrics.sums), cost one
        look at who has each account.
        """
        if delta.is_full or delta.is_ground_changed or not self.fits(plan, totals):
            self.rebuild(plan, totals)
            return
        rehomed = self._take_homes(plan)
        self.touched = set(rehomed)
        units, accounts = self._touched(plan, totals, delta)
        self._move(plan, units, accounts)
        for at in rehomed:
            self._refresh(at)

    def _touched(self, plan: Plan, totals: Totals, delta: PlanDelta) -> tuple[Ints, Ints]:
        """Return the units and accounts whose rep may be another than before."""
        if delta.removed_territory_ix:
            # What a territory had when it went is told by none of the moves: it was unassigned with it.
            self._rep_of_territory = {t.territory_id: t.rep_id for t in plan.territories}
            of_unit, of_account = holders_of(plan, plan)
            return np.flatnonzero(of_unit != self.now_unit), np.flatnonzero(of_account != self.now_account)
        units = [delta.unit_ix.astype(np.int64)]
        accounts = [delta.account_ix.astype(np.int64)]
        for ix in {*delta.changed_territory_ix, *delta.added_territory_ix}:
            territory = plan.territories[ix]
            if self._rep_of_territory.get(territory.territory_id, territory.rep_id) != territory.rep_id:
                units.append(totals.members(ix))
                accounts.append(totals.given(ix))
            self._rep_of_territory[territory.territory_id] = territory.rep_id
        unit = np.unique(np.concatenate(units))
        inside, _ = self._ledger.accounts_in(unit)
        return unit, np.unique(np.concatenate([*accounts, inside]))

    def _move(self, plan: Plan, units: Ints, accounts: Ints) -> None:
        now_unit = self._of_territories(plan, plan.unit_territory[units])
        now_account = self._of_territories(plan, plan.territory_of_accounts(accounts))
        is_moved = now_unit != self.now_unit[units]
        units, now_unit = units[is_moved], now_unit[is_moved]
        is_moved = now_account != self.now_account[accounts]
        accounts, now_account = accounts[is_moved], now_account[is_moved]
        if not len(units) and not len(accounts):
            return
        before = self.before_unit[units], self.before_account[accounts]
        former = self.now_unit[units], self.now_account[accounts]
        now = now_unit, now_account
        self.now_unit[units], self.now_account[accounts] = now
        if self.touched is not None:
            self.touched.update(np.unique(np.concatenate([*before, *former, *now])).tolist())
        worn = self._count(self._lost, units, accounts, before, former, -1, before)
        worn |= self._count(self._lost, units, accounts, before, now, 1, before)
        worn |= self._count(self._gained, units, accounts, before, former, -1, former)
        worn |= self._count(self._gained, units, accounts, before, now, 1, now)
        for at in worn:
            self._renew(at)

    def _count(
        self,
        sums: Sums,
        units: Ints,
        accounts: Ints,
        before: tuple[Holders, Holders],
        holder: tuple[Holders, Holders],
        sign: int,
        credited: tuple[Holders, Holders],
    ) -> set[int]:
        """Add to, or take off, the columns of ``credited`` what is not with whom the baseline has it.

        Returns the columns whose sums are worn.
        """
        is_other = before[0] != holder[0], before[1] != holder[1]
        of_unit, of_account = credited[0][is_other[0]], credited[1][is_other[1]]
        label, local = np.unique(np.concatenate([of_unit, of_account]), return_inverse=True)
        if not len(label):
            return set()
        at_unit, at_account = local[: len(of_unit)], local[len(of_unit) :]
        gain = sum_by(at_unit, self._unit_rows(units[is_other[0]]), len(label))
        gain += sum_by(at_account, self._account_rows(accounts[is_other[1]], of_account), len(label))
        return set(sums.add(label, sign * gain))

    def _refresh(self, at: int) -> None:
        """Sum one column anew, the baseline's part included."""
        slot = self._slot(at)
        had = np.flatnonzero(self.before_unit == slot), np.flatnonzero(self.before_account == slot)
        self._base[:, at] = self._sum_one(slot, *had)
        self._renew(at)

    def _renew(self, at: int) -> None:
        """Sum anew what one column lost and gained."""
        slot = self._slot(at)
        pairs = (
            (self._lost, (self.before_unit, self.before_account), (self.now_unit, self.now_account)),
            (self._gained, (self.now_unit, self.now_account), (self.before_unit, self.before_account)),
        )
        for sums, theirs, others in pairs:
            if not sums.value[-_COUNTS:, at].any():
                sums.put(at, np.zeros(len(sums.value)))
                continue
            units, accounts = (
                np.flatnonzero((one == slot) & (other != slot)) for one, other in zip(theirs, others, strict=True)
            )
            sums.put(at, self._sum_one(slot, units, accounts))

    def _sum_one(self, slot: int, units: Ints, accounts: Ints) -> Floats:
        holder = np.full(len(accounts), slot, dtype=np.int32)
        return np.asarray(self._unit_rows(units).sum(axis=1) + self._account_rows(accounts, holder).sum(axis=1))

    def _of_territories(self, plan: Plan, territory: NDArray[np.int32]) -> Holders:
        """Return the column of each territory_ix; the cost depends on how many different ones there are."""
        label, local = np.unique(territory, return_inverse=True)
        at = [self._rep_at.get(plan.territories[ix].rep_id, NO_REP) if ix >= 0 else NO_REP for ix in label.tolist()]
        return np.array(at, dtype=np.int32)[local]

    def _take_homes(self, plan: Plan) -> list[int]:
        """Take the reps as they are now; returns the columns whose home is another than before."""
        self.reps = list(plan.reps)
        home = _homes(self.reps)
        is_same = ((home == self._home) | (np.isnan(home) & np.isnan(self._home))).all(axis=0)
        self._home = home
        return [int(at) for at in np.flatnonzero(~is_same)]


def holders_of(plan: Plan, holding: Holding) -> tuple[Holders, Holders]:
    """Return the column of each unit's and of each account's rep, (U,) and (A,); -1 = no rep."""
    column = _columns(plan.reps)
    at = np.array([column.get(t.rep_id, NO_REP) for t in holding.territories] + [NO_REP], dtype=np.int32)
    of_unit = at[holding.unit_territory]
    owner = owner_of_accounts(holding.unit_territory, plan.accounts.unit_ix, holding.account_override, plan.in_scope)
    return of_unit, at[owner]


def _columns(reps: Sequence[Rep]) -> dict[int | None, int]:
    return {rep.rep_id: at for at, rep in enumerate(reps)}


def _homes(reps: Sequence[Rep]) -> Floats:
    """Return (2, R + 1) lon and lat of each rep's home, nan = none; the last column has none."""
    home = np.full((2, len(reps) + 1), np.nan)
    for at, rep in enumerate(reps):
        if rep.lon is not None and rep.lat is not None:
            home[:, at] = rep.lon, rep.lat
    return home
