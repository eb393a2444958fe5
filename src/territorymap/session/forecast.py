"""What the totals of territories would be after a cut, before anything is written. Owns that sum; changes nothing.

The same rules as the cut itself: accounts go to their part, numbers of the ground are shared by area, the way between
stops and from home is worked out anew for what was cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.cut import Cut, CutPart
from territorymap.geo.distance import great_circle_km
from territorymap.geo.layer import interior_points, measure_geometry
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.totals import Totals
from territorymap.metrics.workload import filled_constants, hop_km
from territorymap.model.plan import Plan
from territorymap.session.commands.cutting import heirs_of
from territorymap.session.commands.parts import shared_by_area
from territorymap.session.forecast_flow import FlowForecast

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """Totals by territory; the last column is a new territory, which may have nothing."""

    total: Floats  # (M, T + 1)
    n_units: NDArray[np.int64]  # (T + 1,)
    n_accounts: NDArray[np.int64]  # (T + 1,)
    touched: tuple[int, ...]  # territory_ix, T = the new one, ascending
    flow: FlowForecast | None = None  # what would change rep, where that was asked for


def forecast_cut(
    plan: Plan,
    totals: Totals,
    cut: Cut,
    inside: NDArray[np.int64],
    target_ix: int,
    disruption: Disruption | None = None,
) -> Forecast:
    """Return the totals after a cut whose inner parts, and the whole units ``inside``, go to a territory.

    Parameters
    ----------
    target_ix : T for one that does not exist yet
    disruption : to be told what would change rep
    """
    sums = _Sums(plan, totals, None if disruption is None else FlowForecast(plan, totals, disruption))
    sums.move_whole(np.setdiff1d(inside, np.array(list(cut.revised), dtype=np.int64)), target_ix)
    # A neighbour that got the end points of the cut has a slightly different area: it is like a cut into one part.
    for unit_ix, shape in cut.revised.items():
        sums.split(unit_ix, [CutPart(unit_ix, shape, bool(np.isin(unit_ix, inside)))], target_ix)
    for whole_ix in cut.wholes:
        sums.split(whole_ix, cut.parts_of(whole_ix), target_ix)
    return sums.forecast(target_ix)


class _Sums:
    """Totals being changed. Columns: the territories, a new one, and last what is unassigned, so -1 addresses it."""

    def __init__(self, plan: Plan, totals: Totals, flow: FlowForecast | None = None) -> None:
        self._plan, self._totals, self._ledger, self._flow = plan, totals, totals.ledger, flow
        n = plan.n_territories
        self._total = np.zeros((len(plan.measures), n + 2))
        self._total[:, :n] = totals.territory_total
        self._n_units, self._n_accounts = np.zeros(n + 2, dtype=np.int64), np.zeros(n + 2, dtype=np.int64)
        self._n_units[:n], self._n_accounts[:n] = totals.n_units, totals.n_accounts
        self._home = np.full((2, n + 2), np.nan)
        self._home[:, :n] = totals.home
        self._touched: set[int] = set()
        visits, _, speed_kmh, detour, _ = filled_constants(plan.accounts.constants, plan.info.constants)
        self._hours_per_km = visits * detour / speed_kmh

    def forecast(self, target_ix: int) -> Forecast:
        n = self._plan.n_territories + 1
        touched = tuple(sorted({ix for ix in self._touched if ix >= 0} | {target_ix}))
        return Forecast(self._total[:, :n], self._n_units[:n], self._n_accounts[:n], touched, self._flow)

    def move_whole(self, units: NDArray[np.int64], target_ix: int) -> None:
        owner = self._plan.unit_territory[units]
        account, at = self._ledger.accounts_in(units)
        is_free = self._plan.goes_with_unit(account)
        account, holder = account[is_free], owner[at[is_free]]
        brought = self._ledger.unit_measure[:, units]
        np.subtract.at(self._total.T, owner, brought.T)
        np.subtract.at(self._n_units, owner, 1)
        np.subtract.at(self._n_accounts, holder, 1)
        self._total[:, target_ix] += brought.sum(axis=1)
        self._n_units[target_ix] += len(units)
        self._n_accounts[target_ix] += len(account)
        for ix in np.unique(holder):
            self._add_stems(account[holder == ix], int(ix), -1)
        self._add_stems(account, target_ix, 1)
        self._touched.update(int(ix) for ix in np.unique(owner))
        if self._flow is None:
            return
        own, amount = self._ledger.own_measure[:, units], self._ledger.account_amount[:, account]
        place = self._ledger.parts.lon[account], self._ledger.parts.lat[account]
        column, target = self._flow.column_of, np.array([target_ix])
        self._flow.put_units(-1, units, column(owner), own)
        self._flow.put_units(1, units, column(np.repeat(target, len(units))), own)
        self._flow.put_accounts(-1, account, column(holder), amount, *place)
        self._flow.put_accounts(1, account, column(np.repeat(target, len(account))), amount, *place)

    def split(self, whole_ix: int, parts: list[CutPart], target_ix: int) -> None:
        plan = self._plan
        owner = int(plan.unit_territory[whole_ix])
        shapes = np.array([part.geometry for part in parts], dtype=object)
        area_km2, _ = measure_geometry(shapes)
        taker = np.array([target_ix if part.is_inside else owner for part in parts])
        is_changed = len(parts) > 1 or bool((taker != owner).any())
        if is_changed:
            self._touched.update((owner, *taker.tolist()))
        self._share_ground(whole_ix, owner, taker, area_km2)
        account, part = heirs_of(plan, whole_ix, parts)
        if len(account):
            holders = self._share_accounts(whole_ix, account, part, taker, area_km2, np.array(interior_points(shapes)))
            if is_changed:
                self._touched |= holders

    def _share_ground(self, whole_ix: int, owner: int, taker: NDArray[np.int64], area_km2: Floats) -> None:
        """Numbers of the unit itself by area; each part counts as a unit."""
        plan = self._plan
        own = np.zeros((len(plan.measures), len(taker)))
        for row, measure in enumerate(plan.measures):
            if measure.source == "unit":
                value = float(np.nan_to_num(plan.units.values[measure.column_name][whole_ix], posinf=0.0, neginf=0.0))
                shares = [share or 0.0 for share in shared_by_area(value, area_km2.tolist())]
            elif measure.source == "builtin" and measure.column_name == "units":
                value, shares = 1.0, [1.0] * len(area_km2)
            else:
                continue
            self._total[row, owner] -= value
            np.add.at(self._total[row], taker, shares)
            own[row] = shares
        self._n_units[owner] -= 1
        np.add.at(self._n_units, taker, 1)
        if self._flow is not None:
            whole, parts = np.array([whole_ix]), np.full(len(taker), whole_ix)
            column = self._flow.column_of
            self._flow.put_units(-1, whole, column(np.array([owner])), self._ledger.own_measure[:, whole])
            self._flow.put_units(1, parts, column(taker), own)

    def _share_accounts(
        self,
        whole_ix: int,
        account: NDArray[np.int64],
        part: NDArray[np.int64],
        taker: NDArray[np.int64],
        area_km2: Floats,
        point: Floats,
    ) -> set[int]:
        """Each account from who has it to who will have it; the workload anew, for way and stops are others.

        Returns the territories that have or will have some.
        """
        plan, parts = self._plan, self._ledger.parts
        n_in_part = np.bincount(part[plan.in_scope[account]], minlength=len(area_km2))
        is_held = plan.in_scope[account] | (plan.account_override[account] >= 0)
        account, part = account[is_held], part[is_held]
        given = plan.account_override[account]
        before = np.where(given >= 0, given, plan.unit_territory[whole_ix])
        after = np.where(given >= 0, given, taker[part])
        amount = self._ledger.account_amount[:, account]
        np.subtract.at(self._total.T, before, amount.T)
        for ix in np.unique(before):
            self._add_stems(account[before == ix], int(ix), -1)
        if self._flow is not None:
            column = self._flow.column_of(before)
            self._flow.put_accounts(-1, account, column, amount, parts.lon[account], parts.lat[account])
        row = self._ledger.workload_row
        if row >= 0:
            hops = hop_km(area_km2, np.maximum(n_in_part, 1))[part]
            amount[row] = parts.base_h[account] + self._hours_per_km[account] * hops
        placed = np.isfinite(plan.accounts.lon[account]) & np.isfinite(plan.accounts.lat[account])
        lon, lat = (
            np.where(placed, own[account], place[part])
            for own, place in ((plan.accounts.lon, point[0]), (plan.accounts.lat, point[1]))
        )
        if self._flow is not None:
            self._flow.put_accounts(1, account, self._flow.column_of(after), amount, lon, lat)
        if row >= 0:
            km = great_circle_km(self._home[0, after], self._home[1, after], lon, lat)
            amount[row] += parts.stem_weight[account] * np.where(np.isfinite(km), km, 0.0)
        np.add.at(self._total.T, after, amount.T)
        np.subtract.at(self._n_accounts, before, 1)
        np.add.at(self._n_accounts, after, 1)
        return {int(ix) for ix in np.union1d(before, after)}

    def _add_stems(self, account: NDArray[np.int64], ix: int, sign: int) -> None:
        row = self._ledger.workload_row
        if row >= 0:
            self._total[row, ix] += sign * float(self._ledger.parts.stem_h(account, *self._home[:, ix]).sum())
