"""What to tell of a plan that was found: hard wishes that it breaks, pieces, what is still beyond its tolerance.

Owns the sentences; the figures are the program's own totals of the plan as it would be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import ntr, number, tr
from territorymap.metrics.totals import Totals
from territorymap.model.variant import Variant
from territorymap.optimise.energy import Ground
from territorymap.optimise.problem import Labels
from territorymap.optimise.reach import distances_km, too_far
from territorymap.optimise.relax import rounded_up
from territorymap.session.solving.aims import Wishes
from territorymap.session.solving.figures import pieces_with_bridges
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task

_N_NAMED = 3
_HAIR = 1e-9


def sentences_about(
    still: Still,
    wishes: Wishes,
    task: Task,
    label: Labels,
    variant: Variant,
    ids: Sequence[int | None],
    totals: Totals,
    ground: Ground,
) -> list[str]:
    """Return what a planner must be told of a proposal, the gravest first; nothing where all wishes are met."""
    return [
        *_broken_limits(task, variant, totals),
        *_broken_radius(still, wishes, task, label),
        *_pieces(still, task, label, ids),
        *task.notes,
    ]


def _broken_limits(task: Task, variant: Variant, totals: Totals) -> list[str]:
    found: list[str] = []
    locked = {ix for ix, t in enumerate(variant.territories) if t.territory_id in task.kept_ids}
    for aim, row in zip(task.aims, task.rows, strict=True):
        total = totals.territory_total[row]
        if aim.most is not None:
            found += _beyond(variant, locked, total, aim.measure, aim.most, is_most=True)
        if aim.least is not None:
            found += _beyond(variant, locked, total, aim.measure, aim.least, is_most=False)
    return found


def _beyond(
    variant: Variant, locked: set[int], total: NDArray[np.float64], measure: str, limit: float, *, is_most: bool
) -> list[str]:
    over = total - limit if is_most else limit - total
    worst = np.argsort(-over, kind="stable")
    broken = [t for t in worst.tolist() if over[t] > _HAIR * max(limit, 1.0)]
    if not broken:
        return []
    names = ", ".join(
        tr("{name} {value}", name=variant.territories[t].name, value=number(round(float(total[t]), 2)))
        + (tr(" (locked)") if t in locked else "")
        for t in broken[:_N_NAMED]
    )
    values = {"measure": measure, "limit": number(limit), "names": names}
    if is_most:
        return [
            ntr(
                "{n} territory has more than {limit} {measure}: {names}.",
                "{n} territories have more than {limit} {measure}: {names} ...",
                len(broken),
                **values,
            )
        ]
    return [
        ntr(
            "{n} territory has less than {limit} {measure}: {names}.",
            "{n} territories have less than {limit} {measure}: {names} ...",
            len(broken),
            **values,
        )
    ]


def _broken_radius(still: Still, wishes: Wishes, task: Task, label: Labels) -> list[str]:
    if wishes.max_radius_km is None:
        return []
    far = np.flatnonzero(too_far(task.problem, label) > 0)
    if not len(far):
        return []
    km = distances_km(task.problem, label)
    farthest = far[np.argsort(-km[far], kind="stable")]
    return [
        ntr(
            "{n} unit lies farther than {radius} km from the middle or the home of its territory: {names}. This plan "
            "does with {enough} km.",
            "{n} units lie farther than {radius} km from the middle or the home of their territory, such as {names}. "
            "This plan does with {enough} km.",
            len(far),
            radius=number(wishes.max_radius_km),
            names=", ".join(names_of(still.plan, task.unit_ix[farthest[:_N_NAMED]].tolist())),
            enough=number(rounded_up(float(km[far].max()))),
        )
    ]


def _pieces(still: Still, task: Task, label: Labels, ids: Sequence[int | None]) -> list[str]:
    """Tell of territories that are not whole, and why: what is locked, or given by barriers, lies apart."""
    pieces = pieces_with_bridges(task, label)
    apart = np.flatnonzero(pieces > 1)
    fixed = task.problem.stays >= 0
    found = []
    for t in apart.tolist()[:_N_NAMED]:
        name = _name_of(still, task, t, ids)
        if (task.problem.stays[fixed] == t).sum() > 1:
            found.append(
                tr(
                    "{name} is in {n} pieces, because units that are locked in it lie apart.",
                    name=name,
                    n=number(int(pieces[t])),
                )
            )
        else:
            found.append(tr("{name} is in {n} pieces.", name=name, n=number(int(pieces[t]))))
    return found


def _name_of(still: Still, task: Task, t: int, ids: Sequence[int | None]) -> str:
    territory_id = ids[t]
    if territory_id is not None:
        return still.plan.territories[still.plan.territory_ix(territory_id)].name
    return task.names.get(t, tr("A new territory"))
