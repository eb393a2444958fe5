"""A task after a plan for it was found: whose each territory is, what only that one has, and targets of what all need.

Owns the step from one round of a search to the next; ways and targets are task's.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territorymap.optimise.problem import Labels
from territorymap.session.solving.answers import matched_territories, variant_of_answer
from territorymap.session.solving.marks import has_marks, obey
from territorymap.session.solving.still import Still
from territorymap.session.solving.targets import targets_of
from territorymap.session.solving.task import Task, with_ways


def settled(still: Still, task: Task, label: Labels) -> Task | None:
    """Return the task with territories bound to those that a plan makes of them; None if nothing depends on that.

    That is so for ways from home, accounts given by name, and accounts that are marked.

    The search counts the way to the middle of a unit's accounts, in a plane. What the plan's own totals say of each
    territory beside that is taken over as something that it has besides, so that targets and figures are those that
    the program shows.
    """
    ids = matched_territories(still, task, label)
    nearer = with_ways(still, task, label, ids)
    is_marked = has_marks(still)
    if nearer is None and is_marked:
        bound = {t: territory_id for t, territory_id in enumerate(ids) if territory_id is not None}
        nearer = replace(task, bound=bound)
    if nearer is None or (nearer.problem.way is None and not is_marked):
        return nearer
    problem, rows = nearer.problem, list(nearer.rows)
    variant = obey(still, variant_of_answer(still, nearer, label, ids)).variant
    shown = still.totals_of(variant).territory_total[rows]  # (M, T)
    labels, first = np.unique(label, return_index=True)
    at = variant.unit_territory[nearer.unit_ix[first]]
    brought = problem.brought(label)
    besides = problem.besides.copy()
    for m in range(len(rows)):
        load = np.bincount(label, brought[m], minlength=problem.n_territories)
        besides[m, labels] = shown[m, at] - load[labels]
    besides[np.abs(besides) < 1e-9 * problem.target] = 0.0
    found = targets_of(
        still,
        nearer.aims,
        nearer.rows,
        brought.sum(axis=1),
        besides,
        nearer.shares_or_even,
        is_whole=np.ones(len(rows), dtype=np.bool_),
    )
    notes = tuple(dict.fromkeys((*task.notes, *found.notes)))
    return replace(nearer, problem=replace(problem, besides=besides, target=found.target), notes=notes)
