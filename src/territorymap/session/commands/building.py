"""Taking a plan that the optimiser found, as one undoable step. Owns the rows, not what goes where."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.i18n import ntr, tr
from territorymap.mapview.palette import assign_colors
from territorymap.model.plan import Plan
from territorymap.session.building import Task, territory_of_answer
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command


def take_answer(plan: Plan, task: Task, label: NDArray[np.int32]) -> Command:
    """Give the units as an answer says; territories that are missing are made, those left over go.

    Raises
    ------
    KeyError
        when it is done, if the plan has other units than the task by then.
    """
    label = np.asarray(label, dtype=np.int32).copy()

    def run(writer: Writer, plan: Plan) -> None:
        if task.unit_ix.max(initial=-1) >= len(plan.units):
            raise KeyError("the plan has other units now")
        ids = territory_of_answer(plan, task, label)
        colors = _colors(plan, task, label, ids)
        names = _new_names(plan, sum(row_id is None for row_id in ids))
        made: list[int] = []
        for t, row_id in enumerate(ids):
            if row_id is None:
                row = territory_row(plan, names[len(made)], colors[t], None, len(made))
                made += writer.insert("territory", [row])
        rest = iter(made)
        final = [next(rest) if row_id is None else row_id for row_id in ids]
        before = np.array([t.territory_id for t in plan.territories] + [-1])[plan.unit_territory[task.unit_ix]]
        after = np.array(final)[label]
        for row_id in np.unique(after[before != after]).tolist():
            moving = task.unit_ix[(after == row_id) & (before != after)]
            writer.assign(plan.units.unit_id[moving], row_id)
        left_over = {t.territory_id for t in plan.territories} - {*final, *task.kept_ids}
        gone = np.flatnonzero(np.isin([t.territory_id for t in plan.territories], sorted(left_over)))
        accounts = np.flatnonzero(np.isin(plan.account_override, gone))
        writer.set_override(plan.accounts.account_id[accounts], None, "")
        writer.delete("territory", sorted(left_over))

    n = task.n_territories
    return Command(ntr("Build {n} territory", "Build {n} territories", n), run)


def _new_names(plan: Plan, n: int) -> list[str]:
    taken = {t.name.strip().casefold() for t in plan.territories}
    names: list[str] = []
    k = len(plan.territories)
    while len(names) < n:
        k += 1
        name = tr("Territory {n}", n=k)
        if name.casefold() not in taken:
            names.append(name)
    return names


def _colors(plan: Plan, task: Task, label: NDArray[np.int32], ids: list[int | None]) -> list[str]:
    """Return a colour for each territory of the answer: its own, else one that its neighbours do not have."""
    own = {t.territory_id: t.color for t in plan.territories}
    fixed = {i: own[row_id] for i, row_id in enumerate(ids) if row_id is not None}
    ends = label[task.problem.adjacency.pair]
    ends = ends[ends[:, 0] != ends[:, 1]]
    pairs = {(int(min(a, b)), int(max(a, b))) for a, b in np.unique(ends, axis=0)}
    return assign_colors(sorted(pairs), len(ids), fixed)
