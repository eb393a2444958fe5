"""What may not be edited while it is solved, or while what was found for it waits to be taken. Owns the refusals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.change import RowChange
from territorymap.model.plan import Plan


class Hold:
    """Refuses steps that touch units of a search in the scenario and alignment that it is of; all others pass.

    Beside the holders of these units that is: their locks, the territories that have them, and cutting or joining any
    units, for then what is found would no more fit the plan.
    """

    def __init__(self, plan: Plan, scope: NDArray[np.bool_], title: str) -> None:
        """``scope``: (U,) units that are solved; ``title``: what is done with them."""
        self.title = title
        self.is_waiting = False  # the search has ended, and the planner has not said what becomes of its result
        self._scenario_id, self._alignment_id = plan.scenario.scenario_id, plan.alignment.alignment_id
        self._units = set(plan.units.unit_id[scope].tolist())
        holders = np.unique(plan.unit_territory[scope])
        self._territories = {plan.territories[ix].territory_id for ix in holders.tolist() if ix >= 0}

    def check(self, changes: Sequence[RowChange]) -> None:
        """Raise UserError if a step changes what is being solved."""
        units: set[int] = set()
        for change in changes:
            row = {**(change.old or {}), **(change.new or {})}
            if change.table == "unit":
                if change.old is None or change.new is None:
                    raise self._of_ground()
                if change.row_id in self._units and "locked" in row:
                    units.add(change.row_id)
            elif change.table == "assignment" and self._is_here(change):
                unit_id = int(str(row["unit_id"]))
                if unit_id in self._units:
                    units.add(unit_id)
            elif change.table in ("territory", "territory_variant") and self._is_of_territory(change):
                raise self._of_territory()
        if units:
            raise self._of_units(len(units))

    def _is_here(self, change: RowChange) -> bool:
        row = {**(change.old or {}), **(change.new or {})}
        is_alignment = row.get("alignment_id", self._alignment_id) == self._alignment_id
        return is_alignment and row.get("scenario_id", self._scenario_id) == self._scenario_id

    def _is_of_territory(self, change: RowChange) -> bool:
        """Whether a territory goes or is locked that has a part of what is solved; its name and colour are free."""
        if change.table == "territory":
            gone = change.new is None
            return change.row_id in self._territories and (gone or "locked" in (change.new or {}))
        row = {**(change.old or {}), **(change.new or {})}
        if not self._is_here(change) or row.get("territory_id") not in self._territories:
            return False
        before, after = change.old or {}, change.new or {}
        return any(before.get(name, 0) != after.get(name, 0) for name in ("is_absent", "locked") if name in row)

    def _hint(self) -> str:
        if self.is_waiting:
            return tr("Take or discard what was found for “{title}” first, above the map.", title=self.title)
        return tr("Wait for “{title}”, or stop it above the map.", title=self.title)

    def _of_units(self, n: int) -> UserError:
        if self.is_waiting:
            message = ntr("A proposal for this unit is waiting.", "A proposal for these {n} units is waiting.", n)
        else:
            message = ntr(
                "This unit is being solved and cannot be changed now.",
                "These {n} units are being solved and cannot be changed now.",
                n,
            )
        return UserError(message, self._hint())

    def _of_territory(self) -> UserError:
        return UserError(tr("The units of this territory are being solved."), self._hint())

    def _of_ground(self) -> UserError:
        return UserError(tr("Units cannot be cut or joined while territories are being solved."), self._hint())
