"""What to tell of a plan that was found: hard wishes that it breaks, pieces, what is still beyond its tolerance.

Owns the sentences; the figures are the program's own totals of the plan as it would be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import listed, ntr, number, percent, tr
from territorymap.metrics.totals import Totals
from territorymap.model.variant import Variant
from territorymap.optimise.bounds import Bound
from territorymap.optimise.energy import Ground, deviations
from territorymap.optimise.giants import Giants
from territorymap.optimise.problem import Labels, pieces_of_ground
from territorymap.optimise.reach import distances_km, too_far
from territorymap.optimise.relax import rounded_up
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.solving.aims import Wishes, aim_word
from territorymap.session.solving.bound_words import bound_sentences
from territorymap.session.solving.figures import pieces_with_bridges
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task

_N_NAMED = 3
_HAIR = 1e-9
_LONG_WAYS = 0.3  # share of the workload


def sentences_about(
    still: Still,
    wishes: Wishes,
    task: Task,
    label: Labels,
    variant: Variant,
    totals: Totals,
    ground: Ground,
    bounds: Sequence[Bound] = (),
) -> list[str]:
    """Return what a planner must be told of a proposal, the gravest first; nothing where all wishes are met.

    ``bounds``: what is proven to keep territories beyond their tolerance.
    """
    names = _names_of_labels(task, label, variant)
    return [
        *_broken_limits(still, task, variant, totals),
        *_broken_radius(still, wishes, task, label),
        *_pieces(task, label, names),
        *pieces_off(still, task, ground),
        *_beyond_tolerance(task, label, names, ground),
        *bound_sentences(still, task, label, bounds),
        *_long_ways(wishes, task, label),
        *task.notes,
    ]


def giant_sentences(still: Still, task: Task, giants: Giants) -> list[str]:
    """Return what to tell of units that alone are more than a territory."""
    names = names_of(still.plan, task.unit_ix[giants.unit].tolist())
    return [
        tr(
            "{unit} alone is {times} territories by {measure}: split it or give it a team.",
            unit=name,
            times=number(float(times), 1),
            measure=aim_word(still.plan, task.aims[int(m)]),
        )
        for name, m, times in zip(names, giants.measure, giants.times, strict=True)
        if task.aims[int(m)].importance > 0 and times > 1 + _HAIR  # else a limit is told
    ]


def _broken_limits(still: Still, task: Task, variant: Variant, totals: Totals) -> list[str]:
    found: list[str] = []
    locked = {ix for ix, t in enumerate(variant.territories) if t.territory_id in task.kept_ids}
    for aim, row, weight in zip(task.aims, task.rows, task.problem.weight, strict=True):
        total = totals.territory_total[row]
        if aim.most is not None:
            found += _beyond(variant, locked, total, aim.measure, aim.most, is_most=True)
            broken = set(np.flatnonzero(total > aim.most + _HAIR * max(aim.most, 1.0)).tolist())
            if broken - locked:
                found.append(_what_to_do(still, task, aim.measure, aim.most, weight))
        if aim.least is not None:
            found += _beyond(variant, locked, total, aim.measure, aim.least, is_most=False)
    return found


def _what_to_do(still: Still, task: Task, measure: str, most: float, weight: NDArray[np.float64]) -> str:
    """Return why some have more than they may: units that alone have more, else that no better plan was found."""
    heavy = np.flatnonzero(weight > most * (1 + _HAIR))
    if not len(heavy):
        return tr(
            "No plan that keeps it was found in this time: give it more, ask for more territories, or allow more."
        )
    heavy = heavy[np.argsort(-weight[heavy], kind="stable")]
    return ntr(
        "{names} alone has more than {most} {measure}, so no plan keeps that: cut it in parts, or allow more.",
        "{names} alone have more than {most} {measure}, so no plan keeps that: cut them in parts, or allow more.",
        len(heavy),
        names=enumerate_names(names_of(still.plan, task.unit_ix[heavy].tolist())),
        most=number(most),
        measure=measure,
    )


def _beyond(
    variant: Variant, locked: set[int], total: NDArray[np.float64], measure: str, limit: float, *, is_most: bool
) -> list[str]:
    over = total - limit if is_most else limit - total
    worst = np.argsort(-over, kind="stable")
    broken = [t for t in worst.tolist() if over[t] > _HAIR * max(limit, 1.0)]
    if not broken:
        return []
    names = enumerate_names(
        [
            tr("{name} {value}", name=variant.territories[t].name, value=number(round(float(total[t]), 2)))
            + (tr(" (locked)") if t in locked else "")
            for t in broken
        ],
        _N_NAMED,
    )
    values = {"measure": measure, "limit": number(limit), "names": names}
    if is_most:
        return [
            ntr(
                "{n} territory has more than {limit} {measure}: {names}.",
                "{n} territories have more than {limit} {measure}: {names}.",
                len(broken),
                **values,
            )
        ]
    told = ntr(
        "{n} territory has less than {limit} {measure}: {names}.",
        "{n} territories have less than {limit} {measure}: {names}.",
        len(broken),
        **values,
    )
    n, whole = len(total), float(total.sum())
    if n * limit <= whole * (1 + _HAIR):
        return [told]
    sums = tr(
        "{n} of at least {limit} need {need} {measure}, and with these ways there are {whole}: enough for {enough}.",
        n=number(n),
        limit=number(limit),
        need=number(n * limit),
        measure=measure,
        whole=number(round(whole, 2)),
        enough=number(int(whole // limit)),
    )
    return [told, sums]


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
            names=listed(names_of(still.plan, task.unit_ix[farthest[:_N_NAMED]].tolist())),
            enough=number(rounded_up(float(km[far].max()))),
        )
    ]


def pieces_off(still: Still, task: Task, ground: Ground) -> list[str]:
    """Tell of ground that nothing joins to the rest and that no count of territories shares as evenly as is asked.

    A proven bound: the targets are those of the search, any count of territories is looked at.
    """
    problem = task.problem
    n_pieces, piece = pieces_of_ground(problem.adjacency.pair, problem.n_units)
    if n_pieces == 1:
        return []
    is_apart = np.zeros(n_pieces, dtype=np.bool_)  # what giants bring is set apart
    is_apart[piece[ground.is_giant]] = True
    worst: dict[int, tuple[float, int]] = {}
    for m, aim in enumerate(task.aims):
        if aim.importance == 0 or m == ground.way_measure or problem.besides[m].any():
            continue
        free = ground.target[~ground.has_giant, m]
        total = np.bincount(piece, problem.weight[m], minlength=n_pieces)
        for p in np.flatnonzero(~is_apart).tolist():
            off = _least_off(float(total[p]), float(free.min()), float(free.max()))
            if off > aim.tolerance + _HAIR and off > worst.get(p, (0.0, 0))[0]:
                worst[p] = (off, m)
    order = sorted(worst, key=lambda p: -worst[p][0])
    found = [
        tr(
            "{names}: nothing joins this ground to the rest, and its {measure} is {times} targets; no plan shares that "
            "nearer to the targets than {off}.",
            names=_names_in(still, task, np.flatnonzero(piece == p)),
            measure=aim_word(still.plan, task.aims[worst[p][1]]),
            times=number(
                float(problem.weight[worst[p][1]][piece == p].sum()) / float(ground.target[:, worst[p][1]].mean()), 2
            ),
            off=percent(worst[p][0], 1),
        )
        for p in order[:_N_NAMED]
    ]
    if len(order) > _N_NAMED:
        found.append(ntr("It is so in {n} piece more.", "It is so in {n} pieces more.", len(order) - _N_NAMED))
    return found


def _least_off(total: float, least: float, most: float) -> float:
    """Return by how much the territories of a piece are off at least, whatever their count and targets between two."""
    best = np.inf
    for k in {max(1, int(total // most)), max(1, int(total // most) + 1), max(1, int(total // max(least, 1e-300)))}:
        each = total / k
        best = min(best, each / most - 1 if each > most else (1 - each / least if each < least else 0.0))
    return float(best)


def _names_in(still: Still, task: Task, inside: NDArray[np.integer]) -> str:
    """Return what a piece of the ground is called: the area that it is, else some of its units."""
    parents = {str(name) for name in still.plan.units.parent_name[task.unit_ix[inside]]}
    if len(inside) > _N_NAMED and len(parents) == 1 and "" not in parents:
        return parents.pop()
    names = listed(names_of(still.plan, task.unit_ix[inside[:_N_NAMED]].tolist()))
    return (
        names if len(inside) <= _N_NAMED else tr("{names} and {n} more", names=names, n=number(len(inside) - _N_NAMED))
    )


def _beyond_tolerance(task: Task, label: Labels, names: dict[int, str], ground: Ground) -> list[str]:
    """Tell which territories stay beyond a tolerance; what oversize units bring is set apart."""
    off = np.abs(deviations(ground, label))
    found = []
    for m, aim in enumerate(task.aims):
        if aim.importance == 0:
            continue
        over = np.flatnonzero(off[:, m] > aim.tolerance + _HAIR)
        if not len(over):
            continue
        worst = over[np.argsort(-off[over, m], kind="stable")]
        found.append(
            ntr(
                "By {measure} {n} territory of {all} stays beyond {tolerance}: {names}. A tolerance of {enough} would "
                "do.",
                "By {measure} {n} territories of {all} stay beyond {tolerance}: {names}. A tolerance of {enough} "
                "would do.",
                len(over),
                measure=aim.measure,
                all=number(len(off)),
                tolerance=percent(aim.tolerance, 1),
                names=enumerate_names(
                    [
                        tr(
                            "{name} by {off}",
                            name=names.get(t, tr("one without units")),
                            off=percent(float(off[t, m]), 1),
                        )
                        for t in worst.tolist()
                    ],
                    _N_NAMED,
                ),
                enough=percent(np.ceil(float(off[worst[0], m]) * 1000) / 1000, 1),
            )
        )
    return found


def _long_ways(wishes: Wishes, task: Task, label: Labels) -> list[str]:
    """Tell where territories were cut without a look at homes, and the ways from there are long."""
    way = task.problem.way
    if wishes.is_bound or wishes.seeds or way is None:
        return []
    whole = float(task.problem.brought(label)[way.measure].sum())
    share = 1 - float(task.problem.weight[way.measure].sum()) / max(whole, 1e-300)
    if share < _LONG_WAYS:
        return []
    return [
        tr(
            "{share} of this workload is the way from the reps' homes, for the territories were cut without a look at "
            "them: built around the homes they would ask for less.",
            share=percent(share, 0),
        )
    ]


def _pieces(task: Task, label: Labels, names: dict[int, str]) -> list[str]:
    """Tell of territories that are not whole, and why: what is locked, or given by barriers, lies apart."""
    pieces = pieces_with_bridges(task, label)
    apart = np.flatnonzero(pieces > 1)
    fixed = task.problem.stays >= 0
    found = []
    for t in apart.tolist()[:_N_NAMED]:
        name = names[t]
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


def _names_of_labels(task: Task, label: Labels, variant: Variant) -> dict[int, str]:
    """Return what the territories of an answer are called in the plan that it makes; those without a unit have none."""
    labels, first = np.unique(label, return_index=True)
    at = variant.unit_territory[task.unit_ix[first]]
    return {int(t): variant.territories[ix].name for t, ix in zip(labels, at, strict=True) if t >= 0 and ix >= 0}
