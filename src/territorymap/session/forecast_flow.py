"""What would change rep after a cut, before anything is written.

Owns that sum; which accounts go where is forecast's.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.distance import great_circle_km
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]


class FlowForecast:
    """What each rep has in the baseline, lost and gained: (M, R + 1), the last column for no rep, also -1."""

    def __init__(self, plan: Plan, totals: Totals, disruption: Disruption) -> None:
        self._disruption, self._parts = disruption, totals.ledger.parts
        self._workload_row = totals.ledger.workload_row
        self.base, self.lost, self.gained = (
            rows.copy() for rows in (disruption.base, disruption.lost, disruption.gained)
        )
        self._is_protected = plan.accounts.is_protected
        column: dict[int | None, int] = {rep.rep_id: at for at, rep in enumerate(disruption.reps)}
        # A new territory has no rep yet, and so has what is unassigned.
        of_territory = [column.get(t.rep_id, -1) for t in plan.territories]
        self._of_territory: NDArray[np.int64] = np.array([*of_territory, -1, -1], dtype=np.int64)
        self._home = np.full((2, disruption.n_reps + 1), np.nan)
        for at, rep in enumerate(disruption.reps):
            if rep.lon is not None and rep.lat is not None:
                self._home[:, at] = rep.lon, rep.lat
        self._after: dict[int, int] = {}

    def column_of(self, territory: Ints) -> Ints:
        """Return the column of each territory_ix; as many as there are = a new one."""
        return np.asarray(self._of_territory[territory])

    def put_units(self, sign: int, unit: Ints, holder: Ints, rows: Floats) -> None:
        """Add, or take off, what units or parts of them bring by themselves, (M, k), where these columns have them."""
        before = self._disruption.before_unit[unit]
        is_other = before != holder
        np.add.at(self.base.T, before, sign * rows.T)
        np.add.at(self.lost.T, before[is_other], sign * rows.T[is_other])
        np.add.at(self.gained.T, holder[is_other], sign * rows.T[is_other])

    def put_accounts(self, sign: int, account: Ints, holder: Ints, rows: Floats, lon: Floats, lat: Floats) -> None:
        """Add, or take off, accounts at these places where these columns have them; (M, k) without ways from home."""
        before = self._disruption.before_account[account]
        had = sign * self._with_stems(account, before, rows, lon, lat).T
        has = sign * self._with_stems(account, holder, rows, lon, lat).T
        is_other = before != holder
        np.add.at(self.base.T, before, had)
        np.add.at(self.lost.T, before[is_other], had[is_other])
        np.add.at(self.gained.T, holder[is_other], has[is_other])
        if sign > 0:
            self._after.update(zip(account.tolist(), holder.tolist(), strict=True))

    def _with_stems(self, account: Ints, holder: Ints, rows: Floats, lon: Floats, lat: Floats) -> Floats:
        result = rows.copy()
        if self._workload_row >= 0:
            home_lon, home_lat = self._home[:, holder]
            km = great_circle_km(home_lon, home_lat, lon, lat)
            result[self._workload_row] += self._parts.stem_weight[account] * np.where(np.isfinite(km), km, 0.0)
        return result

    def displaced(self) -> list[int]:
        """Return the protected accounts that would go to another rep than they have, and than the baseline has."""
        d = self._disruption
        return sorted(a for a, after in self._after.items() if self._is_protected[a] and self._leaves(d, a, after))

    @staticmethod
    def _leaves(d: Disruption, account: int, after: int) -> bool:
        wanted = int(d.before_account[account])
        return wanted >= 0 and after not in (wanted, int(d.now_account[account]))

    def columns(self) -> dict[str, Iterable[Iterable[float]]]:
        """Return the three as lists of columns."""
        return {"base": self.base.T.tolist(), "lost": self.lost.T.tolist(), "gained": self.gained.T.tolist()}
