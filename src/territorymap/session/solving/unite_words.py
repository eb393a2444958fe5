"""What the planner is told of territories joined and split. Owns the sentences, with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import listed, ntr, number, percent, tr
from territorymap.model.records import Territory
from territorymap.model.variant import Variant
from territorymap.optimise.problem import Labels
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.solving.alter_words import (
    HAIR,
    MOST,
    displaced,
    enumerated,
    n_accounts_in,
    protected_sentence,
)
from territorymap.session.solving.still import Still, names_of

if TYPE_CHECKING:
    from territorymap.session.solving.alteration import Alteration
    from territorymap.session.solving.figures import Figures
    from territorymap.session.solving.splitting import SplitJob

# -- join --------------------------------------------------------------------------------------------------------------


def of_joining(
    a: Alteration, figures: Figures, joined: Sequence[Territory], into: Territory, free: NDArray[np.bool_]
) -> list[str]:
    """Return what goes over, whether they touch, and how it is balanced then."""
    plan = a.before.plan
    units = np.flatnonzero(free)
    names = enumerate_names([t.name for t in joined])
    ids = {t.territory_id for t in joined}
    sentences = [
        tr(
            "{target} takes {units} and {accounts} of {names}.",
            target=into.name,
            units=ntr("{n} unit", "{n} units", len(units)),
            accounts=ntr("{n} account", "{n} accounts", n_accounts_in(plan, units)),
            names=names,
        )
    ]
    given = sum(o.territory_id in ids for o in plan.overrides.values())
    if given:
        sentences.append(
            ntr(
                "{n} account given to {names} by name goes with it.",
                "{n} accounts given to {names} by name go with it.",
                given,
                names=names,
            )
        )
    target = a.territory_position(into.territory_id)
    apart = _apart(a.before, joined, into)
    if apart:
        sentences.append(
            tr(
                "{names} and {target} do not touch: {target} is in {n} pieces then.",
                names=enumerate_names(apart),
                target=into.name,
                n=number(int(a.pieces(a.standing.label)[target])),
            )
        )
    index = a.indices(figures)
    for m, aim in enumerate(a.task.aims):
        if abs(index[m, target] - 1) > aim.tolerance + HAIR:
            sentences.append(
                tr(
                    "{target} has {index} times its target then, by {measure}.",
                    target=into.name,
                    index=number(float(index[m, target]), 2),
                    measure=a.measure_words(m),
                )
            )
    reps = [rep.name for t in joined if (rep := plan.rep(t.rep_id)) is not None and rep.rep_id != into.rep_id]
    kept = {t.rep_id for t in plan.territories if t.territory_id not in ids}
    idle = [name for name in dict.fromkeys(reps) if all(plan.rep(i) is None or plan.rep(i).name != name for i in kept)]  # type: ignore[union-attr]
    if idle:
        sentences.append(tr("{reps} has no territory then.", reps=enumerate_names(idle)))
    return sentences + _protected_of(a.before, units, joined, into)


def _apart(still: Still, joined: Sequence[Territory], into: Territory) -> list[str]:
    """Return the names of those that have ground and touch it neither directly nor through another of them."""
    plan = still.plan
    position = {t.territory_id: ix for ix, t in enumerate(plan.territories)}
    left = {position[t.territory_id]: t.name for t in joined if (plan.unit_territory == position[t.territory_id]).any()}
    sides = plan.unit_territory[still.adjacency.pair[~still.adjacency.is_bridge]]
    beside = {(int(a), int(b)) for a, b in np.unique(np.sort(sides, axis=1), axis=0).tolist()}
    reached = {position[into.territory_id]}
    while True:
        new = {ix for ix in left if any((min(ix, at), max(ix, at)) in beside for at in reached)}
        if not new:
            return list(left.values())
        reached |= new
        left = {ix: name for ix, name in left.items() if ix not in new}


def _protected_of(still: Still, units: NDArray[np.int64], joined: Sequence[Territory], into: Territory) -> list[str]:
    if all(t.rep_id in (None, into.rep_id) for t in joined):
        return []
    plan = still.plan
    accounts = plan.accounts.in_units(units)
    moved = accounts[plan.accounts.is_protected[accounts] & plan.goes_with_unit(accounts)]
    return protected_sentence(plan, moved)


# -- split -------------------------------------------------------------------------------------------------------------


def of_splitting(
    a: Alteration,
    job: SplitJob,
    variant: Variant,
    part: Labels,
    off: NDArray[np.float64],
    giants: NDArray[np.int64],
) -> list[str]:
    """Return which part keeps the name and why, what stays in it, and how even the parts are."""
    plan, name = a.before.plan, job.territory.name
    rep = plan.rep(job.territory.rep_id)
    sizes = [ntr("{n} unit", "{n} units", int((part == k).sum())) for k in range(job.n_parts)]
    parts = [tr("{name} ({units})", name=t.name, units=size) for t, size in zip(job.new, sizes[1:], strict=True)]
    new = tr("{names} and {n} more", names=listed(parts[:MOST]), n=len(parts) - MOST)
    sentences = [
        tr(
            "{name} keeps {units}; new and vacant: {parts}.",
            name=name,
            units=sizes[0],
            parts=enumerated(parts) if len(parts) <= MOST else new,
        )
    ]
    if rep is not None and job.home is not None:
        home = names_of(plan, [job.home])[0]
        sentences.append(tr("{rep} keeps the part around home, {unit}.", rep=rep.name, unit=home))
    elif rep is not None:
        sentences.append(tr("{rep} keeps the largest part; no home is known.", rep=rep.name))
    locked = int(plan.units.locked[job.units].sum())
    if locked:
        sentences.append(ntr("{n} locked unit stays in {name}.", "{n} locked units stay in {name}.", locked, name=name))
    given = sum(o.territory_id == job.territory.territory_id for o in plan.overrides.values())
    if given:
        sentences.append(
            ntr(
                "{n} account given to {name} by name stays with it.",
                "{n} accounts given to {name} by name stay with it.",
                given,
                name=name,
            )
        )
    for unit in giants.tolist():
        sentences.append(
            tr(
                "{unit} alone is more than a part; units cannot be shared.",
                unit=names_of(plan, [int(job.units[unit])])[0],
            )
        )
    for m, (aim, far) in enumerate(zip(a.task.aims, off, strict=True)):
        if far > aim.tolerance + HAIR:
            sentences.append(
                tr(
                    "By {measure} a part is {off} from the mean of the parts; {tolerance} is asked.",
                    measure=a.measure_words(m),
                    off=percent(float(far), 1),
                    tolerance=percent(aim.tolerance, 1),
                )
            )
    return sentences + protected_sentence(plan, np.flatnonzero(displaced(a.before, variant)))
