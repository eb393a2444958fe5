"""Proposals made by hand on a real plan: their figures are the program's own, what moves is the test's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from territorymap.model.plan import Plan
from territorymap.session.session import Session
from territorymap.session.solving.aims import Aim, Wishes
from territorymap.session.solving.figures import Figures, figures_of
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import Still, still_of
from territorymap.session.solving.task import Task, prepare_build


def task_of(still: Still, measure: str, tolerance: float) -> Task:
    """Return the plan as a task of as many territories as it has."""
    return prepare_build(still, Wishes((Aim(measure, tolerance),)))


def figures_now(session: Session, measure: str = "Revenue", tolerance: float = 0.05) -> Figures:
    """Return what the plan as it is is worth."""
    still = still_of(session)
    task = task_of(still, measure, tolerance)
    return figures_of(still, task, still.plan.unit_territory[task.unit_ix], still.variant)


def proposal_of(
    session: Session,
    moves: Mapping[int, int],
    label: str = "",
    *,
    measure: str = "Revenue",
    tolerance: float = 0.05,
    title: str = "Rebalance",
) -> Proposal:
    """Return the plan with these units (unit_ix -> territory_ix) in other hands."""
    still = still_of(session)
    task = task_of(still, measure, tolerance)
    unit_territory = still.plan.unit_territory.copy()
    for unit, territory in moves.items():
        unit_territory[unit] = territory
    variant = replace(still.variant, unit_territory=unit_territory)
    figures = figures_of(still, task, unit_territory[task.unit_ix], variant)
    scope = np.zeros(len(still.plan.units), dtype=np.bool_)
    scope[task.unit_ix] = True
    return Proposal(title, variant, scope, still.variant, still.plan.units.unit_id, figures, label=label)


def border_units(plan: Plan, session: Session, giver: int, taker: int) -> list[int]:
    """Return the units of a territory that touch another one, in the order of the plan."""
    adjacency = session.adjacency
    return [
        int(u)
        for u in np.flatnonzero(plan.unit_territory == giver)
        if taker in plan.unit_territory[adjacency.neighbours_of(int(u))]
    ]
