"""Moving and locking units. Owns what is refused; the arithmetic is elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import find_territory, refuse_locked_territories, refuse_locked_units
from territorymap.session.session import Command


def assign_units(plan: Plan, unit_ix: NDArray[np.integer], territory_id: int | None) -> Command:
    """Give units to a territory, or to none; units that are already there do not count.

    Refused if a unit, the territory that gives or the one that takes is locked.
    """
    unit_ix = np.unique(np.asarray(unit_ix, dtype=np.int64))
    if len(unit_ix) and (unit_ix[0] < 0 or unit_ix[-1] >= len(plan.units)):
        raise UserError(tr("This unit is not in the plan."), tr("Open the plan again and repeat the edit."))
    target_ix = -1 if territory_id is None else plan.territory_ix(find_territory(plan, territory_id).territory_id)
    moving = unit_ix[plan.unit_territory[unit_ix] != target_ix]
    name = plan.territories[target_ix].name if target_ix >= 0 else ""
    label = (
        ntr("Unassign {n} unit", "Unassign {n} units", len(moving))
        if target_ix < 0
        else ntr("Give {n} unit to {name}", "Give {n} units to {name}", len(moving), name=name)
    )

    def run(writer: Writer, plan: Plan) -> None:
        if not len(moving):
            return
        touched = np.unique(np.append(plan.unit_territory[moving], target_ix))
        refuse_locked_territories((plan.territories[ix] for ix in touched if ix >= 0), plan)
        refuse_locked_units(plan, moving)
        writer.assign(plan.units.unit_id[moving], territory_id)

    return Command(label, run)


def set_units_locked(plan: Plan, unit_ix: NDArray[np.integer], is_locked: bool) -> Command:
    """Lock or unlock units against hand edits."""
    changing = np.flatnonzero(plan.units.locked != is_locked)
    changing = np.intersect1d(changing, unit_ix)
    label = (
        ntr("Lock {n} unit", "Lock {n} units", len(changing))
        if is_locked
        else ntr("Unlock {n} unit", "Unlock {n} units", len(changing))
    )

    def run(writer: Writer, plan: Plan) -> None:
        writer.update("unit", {int(plan.units.unit_id[ix]): {"locked": int(is_locked)} for ix in changing})

    return Command(label, run)
