"""What a territory or a rep gains, keeps and loses against the baseline.

Owns the comparison by territory and by rep; not the baseline (session) nor disruption as a figure (metrics).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.view import ExportView
from territorymap.model.records import Territory
from territorymap.model.units import strings
from territorymap.model.variant import Variant

NOBODY = -1
GAINED, KEPT, LOST = "gained", "kept", "lost"


@dataclass(frozen=True)
class Changes:
    """Accounts and units by what became of them; positions in the plan's accounts and units."""

    gained: NDArray[np.int64]
    kept: NDArray[np.int64]
    lost: NDArray[np.int64]
    units_gained: NDArray[np.int64]
    units_lost: NDArray[np.int64]

    @property
    def is_any(self) -> bool:
        return bool(len(self.gained) or len(self.lost) or len(self.units_gained) or len(self.units_lost))


class Comparison:
    """The plan against its baseline, by any key that a territory has (its id, its rep)."""

    def __init__(self, view: ExportView, before: Variant) -> None:
        self.view = view
        self.before = before
        self._account_now = view.account_territory
        self._account_before = before.territory_of_accounts(view.plan.accounts)

    @property
    def name(self) -> str:
        """The name of the baseline."""
        return self.before.scenario.name

    def by_territory(self, territory_ix: int) -> Changes:
        """Return what one territory gains and loses; one that is new loses nothing."""
        territory_id = self.view.plan.territories[territory_ix].territory_id
        return self._changes(lambda territory: territory.territory_id == territory_id)

    def by_rep(self, rep_id: int) -> Changes:
        """Return what a rep gains and loses, over all the rep's territories then and now."""
        return self._changes(lambda territory: territory.rep_id == rep_id)

    def rep_before(self, accounts: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return the name of the rep who had each account, else of the territory, "" for nobody."""
        return self._holder(self.before.territories, self._account_before[accounts])

    def rep_now(self, accounts: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return the name of the rep who has each account now, else of the territory, "" for nobody."""
        return self._holder(self.view.plan.territories, self._account_now[accounts])

    def _holder(self, territories: Sequence[Territory], at: NDArray[np.int32]) -> NDArray[np.object_]:
        reps = {rep.rep_id: rep.name for rep in self.view.plan.reps}
        names = [reps.get(t.rep_id, t.name) if t.rep_id is not None else t.name for t in territories]
        return strings(names[ix] if ix >= 0 else "" for ix in at)

    def _changes(self, is_own: _Test) -> Changes:
        now = _positions(self.view.plan.territories, is_own)
        then = _positions(self.before.territories, is_own)
        has_now, had = np.isin(self._account_now, now), np.isin(self._account_before, then)
        unit_now = np.isin(self.view.plan.unit_territory, now)
        unit_then = np.isin(self.before.unit_territory, then)
        return Changes(
            gained=np.flatnonzero(has_now & ~had),
            kept=np.flatnonzero(has_now & had),
            lost=np.flatnonzero(~has_now & had),
            units_gained=np.flatnonzero(unit_now & ~unit_then),
            units_lost=np.flatnonzero(~unit_now & unit_then),
        )


class _Test(Protocol):
    def __call__(self, territory: Territory, /) -> bool: ...


def _positions(territories: Sequence[Territory], is_own: _Test) -> list[int]:
    return [ix for ix, territory in enumerate(territories) if is_own(territory)] or [NOBODY - 1]


def comparison_of(view: ExportView) -> Comparison | None:
    """Return the comparison with the baseline; None where none is set, or it is what the view shows."""
    return None if view.baseline is None else Comparison(view, view.baseline)


def holders(view: ExportView) -> list[Holder]:
    """Return who gets a sheet: every rep in the plan's order, then every territory without a rep.

    In a part of a plan, territories outside it are nobody's business, nor are reps who have no other.
    """
    found = []
    for rep in view.plan.reps:
        covered = [(ix, t.is_outside) for ix, t in enumerate(view.plan.territories) if t.rep_id == rep.rep_id]
        if not covered or not all(is_outside for _, is_outside in covered):
            found.append(Holder(rep.name, rep.rep_id, tuple(ix for ix, is_outside in covered if not is_outside)))
    known = {rep.rep_id for rep in view.plan.reps}
    for ix, territory in enumerate(view.plan.territories):
        if territory.rep_id not in known and not territory.is_outside:
            found.append(Holder(territory.name, None, (ix,)))
    return found


@dataclass(frozen=True)
class Holder:
    """Somebody who gets a sheet: a rep, or a territory that waits for one."""

    name: str
    rep_id: int | None  # None = a vacancy
    territories: tuple[int, ...]

    def changes(self, comparison: Comparison) -> Changes:
        if self.rep_id is not None:
            return comparison.by_rep(self.rep_id)
        return comparison.by_territory(self.territories[0])
