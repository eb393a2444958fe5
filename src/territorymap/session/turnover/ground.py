"""What a leaver's ground and everybody's work are, in each alignment: hours, who lies around, who has how much to do.

Owns these figures; who takes what is heirs' to find.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.comparison import plan_as
from territorymap.metrics.team import OVERLAY, plan_teams
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory
from territorymap.session.coverages import Coverage
from territorymap.session.session import Session

Floats = NDArray[np.float64]
LOOKED_AT = 6  # of the neighbours, those with most room


class Ground:
    """One alignment with its totals."""

    def __init__(self, session: Session, coverage: Coverage) -> None:
        self.coverage = coverage
        self.adjacency = session.adjacency
        is_in_use = coverage.alignment.alignment_id == session.plan.alignment.alignment_id
        self.plan = plan_as(session.plan, coverage.variant)
        self.totals: Totals = session.totals if is_in_use else session.totals.of_other(self.plan)
        self.row = next(
            (i for i, m in enumerate(session.plan.measures) if m.is_workload),
            0,
        )
        self.hours = np.nan_to_num(self.totals.unit_measure[self.row])

    @property
    def territories(self) -> Sequence[Territory]:
        return self.coverage.territories

    def territories_of(self, rep_id: int) -> list[int]:
        return [t for t, territory in enumerate(self.territories) if territory.rep_id == rep_id]

    def hours_for(self, t: int, units: NDArray[np.int64], rep: Rep) -> Floats:
        """(n,) hours that each unit of a territory asks of a rep, the ways from that home included."""
        accounts, parts = self.plan.accounts, self.totals.ledger.parts
        of_unit = np.full(len(self.plan.units) + 1, -1, dtype=np.int64)
        of_unit[units] = np.arange(len(units))
        mine = np.flatnonzero((self.coverage.owner == t) & (self.plan.account_override < 0))
        mine = mine[of_unit[accounts.unit_ix[mine]] >= 0]
        lon, lat = (rep.lon, rep.lat) if rep.has_home else (np.nan, np.nan)
        stem_h = parts.stem_h(mine, np.full(len(mine), lon), np.full(len(mine), lat))
        ways = np.bincount(of_unit[accounts.unit_ix[mine]], np.nan_to_num(stem_h), minlength=len(units))
        return np.asarray(self.hours[units] + ways, dtype=np.float64)

    def candidates(self, t: int, leaver: int, reps: dict[int, Rep]) -> list[int]:
        """Return the territories around one that have another rep and are not locked, one a rep: longest border first.

        Where none touches it, the nearest ones.
        """
        unit_territory = self.coverage.unit_territory
        able = {
            ix
            for ix, territory in enumerate(self.territories)
            if territory.rep_id in reps and territory.rep_id != leaver and not territory.locked
        }
        borders: dict[int, int] = {}
        for u in np.flatnonzero(unit_territory == t).tolist():
            for v in self.adjacency.neighbours_of(u):
                other = int(unit_territory[v])
                if other in able:
                    borders[other] = borders.get(other, 0) + 1
        order = sorted(borders, key=lambda ix: (-borders[ix], ix)) or self._nearest(t, able)
        first: dict[int | None, int] = {}
        for ix in order:
            first.setdefault(self.territories[ix].rep_id, ix)
        return list(first.values())

    def _nearest(self, t: int, able: set[int]) -> list[int]:
        units, unit_territory = self.plan.units, self.coverage.unit_territory

        def middle(ix: int) -> tuple[float, float]:
            held = np.flatnonzero(unit_territory == ix)
            if not len(held):
                return float("nan"), float("nan")
            return float(units.lon[held].mean()), float(units.lat[held].mean())

        lon, lat = middle(t)
        away = {}
        for ix in able:
            x, y = middle(ix)
            gap = np.hypot((x - lon) * np.cos(np.radians(lat)), y - lat)
            away[ix] = float(gap) if np.isfinite(gap) else float("inf")
        return sorted(away, key=lambda ix: (away[ix], ix))[:LOOKED_AT]


class Workloads:
    """Hours a year of each rep in all alignments, and what each can do."""

    def __init__(self, plan: Plan, places: Sequence[Ground]) -> None:
        self.reps = {rep.rep_id: rep for rep in plan.reps}
        self.before: dict[int, float] = dict.fromkeys(self.reps, 0.0)
        for place in places:
            for rep_id, hours in hours_by_rep(place.plan, place.totals, place.row).items():
                self.before[rep_id] = self.before.get(rep_id, 0.0) + hours
        told = [rep.capacity_h for rep in plan.reps if rep.capacity_h]
        busy = [hours for hours in self.before.values() if hours > 0]
        self.usual = float(np.median(told)) if told else float(np.mean(busy)) if busy else 1.0
        self.is_any_told = bool(told)

    def capacity(self, rep_id: int) -> float:
        hours = self.reps[rep_id].capacity_h
        return hours if hours else self.usual


def hours_by_rep(plan: Plan, totals: Totals, row: int) -> dict[int, float]:
    """Return what each rep has to do in one alignment; the people of a team share by their shares."""
    found: dict[int, float] = {}
    for hours, seats in zip(totals.territory_total[row].tolist(), plan_teams(plan), strict=True):
        people = [seat for seat in seats if seat.kind != OVERLAY and seat.share > 0]
        shares = sum(seat.share for seat in people)
        for seat in people:
            found[seat.rep.rep_id] = found.get(seat.rep.rep_id, 0.0) + hours * seat.share / shares
    return found
