"""Filling what a territory surrounds. Owns what is left out; what is a hole is geo.holes'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.geo.holes import Hole
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.session import Command


def fill_holes(plan: Plan, holes: Sequence[Hole]) -> Command:
    """Give holes to the territories that surround them, as one step; what is locked stays.

    Raises
    ------
    UserError
        if there is nothing to fill, or all of it is locked.
    """
    if not holes:
        raise UserError(tr("There is no hole to fill."), tr("Nothing lies enclosed in one territory."))
    free = [hole for hole in holes if not _is_locked(plan, hole)]
    if not free:
        names = sorted({plan.territories[h.territory_ix].name for h in holes})
        raise UserError(
            tr("What lies enclosed in {names} is locked, or they are.", names=enumerate_names(names)),
            tr("Unlock it in the Territory or Map menu first."),
        )
    n_units = sum(len(hole.units) for hole in free)
    label = (
        ntr("Fill a hole of {name}: {n} unit", "Fill a hole of {name}: {n} units", n_units,
            name=plan.territories[free[0].territory_ix].name)
        if len(free) == 1
        else tr("Fill {n} holes: {units} units", n=len(free), units=n_units)
    )  # fmt: skip

    def run(writer: Writer, plan: Plan) -> None:
        for territory_ix in sorted({hole.territory_ix for hole in free}):
            units = np.concatenate([hole.units for hole in free if hole.territory_ix == territory_ix])
            writer.assign(plan.units.unit_id[np.sort(units)], plan.territories[territory_ix].territory_id)

    return Command(label, run)


def _is_locked(plan: Plan, hole: Hole) -> bool:
    return (
        plan.territories[hole.territory_ix].locked
        or (hole.holder_ix >= 0 and plan.territories[hole.holder_ix].locked)
        or bool(plan.units.locked[hole.units].any())
    )
