"""What the planner is told of a territory dissolved or added. Owns the sentences, with numbers; see unite_words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, number, percent, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.model.variant import Variant
from territorymap.optimise.problem import Labels
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.solving.still import Still, names_of

if TYPE_CHECKING:
    from territorymap.session.solving.alteration import Alteration
    from territorymap.session.solving.figures import Figures
    from territorymap.session.solving.home import Home

MOST = 4  # territories that are named one by one
HAIR = 1e-9


def refuse_enclosed(a: Alteration, names: str) -> None:
    """UserError if units that are to be given away reach nobody who may take them."""
    label, pair = a.standing.label, a.problem.adjacency.pair
    ends = label[pair]
    reached = a.standing.may_share[label] & (label >= 0)
    free = label < 0
    while True:
        new = free & ~reached
        touched = np.zeros_like(reached)
        for one, other in ((0, 1), (1, 0)):
            touched[pair[reached[pair[:, one]], other]] = True
        new &= touched
        if not new.any():
            break
        reached |= new
    lost = np.flatnonzero(free & ~reached)
    if not len(lost):
        return
    beside = np.unique(ends[(ends.min(axis=1) < 0) & (ends.max(axis=1) >= 0)].max(axis=1))
    around = [a.territories[t] for t in beside.tolist() if t != a.nobody]
    locked = [t.name for t in around if t.locked]
    idle = [t.name for t in around if not t.locked]
    units = enumerate_names(names_of(a.before.plan, a.unit_ix[lost].tolist()))
    hints = []
    if locked:
        hints.append(tr("Unlock {territories}.", territories=enumerate_names(locked)))
    if idle:
        hints.append(tr("Give {territories} a rep whose capacity is told.", territories=enumerate_names(idle)))
    if not around:
        hints.append(tr("Give the ground around to territories first."))
    message = tr("Nobody may take {units} of {names}: what lies around is locked.", units=units, names=names)
    if idle:
        message = tr(
            "Nobody may take {units} of {names}: what lies around is locked or without capacity.",
            units=units,
            names=names,
        )
    raise UserError(message, " ".join(hints))


# -- dissolve ----------------------------------------------------------------------------------------------------------


def of_dissolving(
    a: Alteration, figures: Figures, leavers: Sequence[Territory], label: Labels, direct: Labels | None
) -> list[str]:
    """Return who gets what, who is beyond the tolerance, and what else follows."""
    plan = a.before.plan
    names = enumerate_names([t.name for t in leavers])
    free = a.standing.label < 0
    sentences = []
    if free.any():
        sentences.append(tr("{names} goes to {takers}.", names=names, takers=_shares(a, label, free)))
    else:
        sentences.append(tr("{names} has no ground to give away.", names=names))
    sentences += _further(a, label, direct)
    sentences += _beyond(a, figures, label, names if direct is None else "")
    cleared = sum(o.territory_id in {t.territory_id for t in leavers} for o in plan.overrides.values())
    if cleared:
        sentences.append(
            ntr(
                "{n} account given to {names} by name goes back to who has its unit.",
                "{n} accounts given to {names} by name go back to who has their units.",
                cleared,
                names=names,
            )
        )
    gone = {t.territory_id for t in leavers}
    left = {t.rep_id for t in plan.territories if t.territory_id not in gone}
    idle = [rep.name for t in leavers if (rep := plan.rep(t.rep_id)) is not None and rep.rep_id not in left]
    if idle:
        sentences.append(tr("{reps} has no territory then.", reps=enumerate_names(list(dict.fromkeys(idle)))))
    return sentences + _torn(a, label) + _protected(a, label)


def _torn(a: Alteration, label: Labels) -> list[str]:
    """Tell who is in more pieces than before: where a lock or ground of nobody lies between, that cannot be helped."""
    before, now = a.pieces(a.standing.label), a.pieces(label)
    return [
        tr("{name} is in {n} pieces then.", name=a.task_name(t), n=number(int(now[t])))
        for t in np.flatnonzero(now > np.maximum(before, 1)).tolist()
    ]


def _shares(a: Alteration, label: Labels, which: NDArray[np.bool_]) -> str:
    """Return "East (3 units, 12 accounts) and West (1 unit, 4 accounts)", the largest first."""
    plan = a.before.plan
    takers, counts = np.unique(label[which], return_counts=True)
    texts = []
    order = np.argsort(-counts, kind="stable")
    for k in order[:MOST].tolist():
        units = a.unit_ix[which & (label == takers[k])]
        n_accounts = n_accounts_in(plan, units)
        texts.append(
            tr(
                "{name} ({units}, {accounts})",
                name=a.task_name(int(takers[k])),
                units=ntr("{n} unit", "{n} units", len(units)),
                accounts=ntr("{n} account", "{n} accounts", n_accounts),
            )
        )
    rest = len(takers) - MOST
    return enumerated(texts) if rest <= 0 else tr("{names} and {n} more", names=listed(texts), n=number(rest))


def enumerated(texts: Sequence[str]) -> str:
    """Return "A, B and C"."""
    if len(texts) < 2:
        return "".join(texts)
    return tr("{first} and {last}", first=listed(texts[:-1]), last=texts[-1])


def n_accounts_in(plan: Plan, units: NDArray[np.int64]) -> int:
    accounts = plan.accounts.in_units(units)
    return int(plan.goes_with_unit(accounts).sum())


def _further(a: Alteration, label: Labels, direct: Labels | None) -> list[str]:
    """Return what moves beside what must, against the plan without further moves."""
    if direct is None:
        return []
    base = a.standing.label
    besides = (base >= 0) & (base != a.nobody) & (label != base) & (direct == base)
    if not besides.any():
        return []
    units = a.unit_ix[besides]
    among = np.unique(np.concatenate([base[besides], label[besides]]))
    weight = a.problem.weight[0]
    return [
        tr(
            "{units} more, with {accounts} and {share} of {measure}, change hands among {names}.",
            units=ntr("{n} unit", "{n} units", len(units)),
            accounts=ntr("{n} account", "{n} accounts", n_accounts_in(a.before.plan, units)),
            share=percent(float(weight[besides].sum() / max(weight.sum(), 1e-300)), 1),
            measure=a.measure_words(0),
            names=enumerate_names([a.task_name(int(t)) for t in among], MOST),
        )
    ]


def _beyond(a: Alteration, figures: Figures, label: Labels, names: str) -> list[str]:
    """Return by how much who takes part is beyond the tolerance; with ``names`` why: they cannot hold it all."""
    base = a.standing.label
    part = np.unique(np.concatenate([label[label != base], base[(label != base) & (base >= 0)]]))
    part = part[part != a.nobody]
    if not len(part):
        return []
    index, sentences = a.indices(figures), []
    for m, aim in enumerate(a.task.aims):
        off = np.nan_to_num(index[m, part] - 1)
        over = np.flatnonzero(np.abs(off) > aim.tolerance + HAIR)
        if not len(over):
            continue
        target = a.problem.target[m, part]
        mean = float((np.nan_to_num(index[m, part]) * target).sum() / target.sum())
        if names and abs(mean - 1) > aim.tolerance:
            sentences.append(
                tr(
                    "Those around cannot hold {names} within {tolerance}: even shared equally, each would have {mean} "
                    "times its target, by {measure}.",
                    names=names,
                    tolerance=percent(aim.tolerance, 1),
                    mean=number(mean, 2),
                    measure=a.measure_words(m),
                )
            )
        worst = over[np.argsort(-np.abs(off[over]), kind="stable")]
        told = [
            tr("{name} {index}", name=a.task_name(int(part[k])), index=percent(float(index[m, part[k]])))
            for k in worst[:MOST]
        ]
        sentences.append(
            ntr(
                "By {measure}, {n} is more than {tolerance} off its target: {territories}.",
                "By {measure}, {n} are more than {tolerance} off their targets: {territories}.",
                len(over),
                tolerance=percent(aim.tolerance, 1),
                measure=a.measure_words(m),
                territories=listed(told) + ("" if len(over) <= MOST else " …"),
            )
        )
    return sentences


def displaced(still: Still, variant: Variant) -> NDArray[np.bool_]:
    """(A,) protected accounts that would have another rep than now."""
    plan, before = still.plan, still.variant
    was = before.rep_ids()[before.territory_of_accounts(plan.accounts)]
    is_ = variant.rep_ids()[variant.territory_of_accounts(plan.accounts)]
    return np.asarray(plan.accounts.is_protected & (was >= 0) & (was != is_))


def _protected(a: Alteration, label: Labels) -> list[str]:
    plan = a.before.plan
    reps = np.array([-1 if t.rep_id is None else t.rep_id for t in a.territories] + [-1])
    was = np.array([-1 if t.rep_id is None else t.rep_id for t in plan.territories] + [-1])
    now_units = np.full(len(plan.units), -1, dtype=np.int64)
    now_units[a.unit_ix] = reps[np.where(label == a.nobody, -1, label)]
    accounts = np.flatnonzero(plan.accounts.is_protected & (plan.accounts.unit_ix >= 0) & plan.goes_with_unit())
    units = plan.accounts.unit_ix[accounts]
    before = was[plan.unit_territory[units]]
    moved = accounts[(before >= 0) & (before != now_units[units])]
    return protected_sentence(plan, moved)


def protected_sentence(plan: Plan, moved: NDArray[np.integer]) -> list[str]:
    if not len(moved):
        return []
    names = enumerate_names([str(plan.accounts.name[ix] or plan.accounts.key[ix]) for ix in moved])
    return [
        ntr(
            "{n} protected account gets another rep: {names}.",
            "{n} protected accounts get another rep: {names}.",
            len(moved),
            names=names,
        )
    ]


# -- add ---------------------------------------------------------------------------------------------------------------


def of_adding(
    a: Alteration, figures: Figures, new: Territory, home: Home, label: Labels, direct: Labels | None
) -> list[str]:
    """Return where it begins, from whom it takes, and who is beyond the tolerance."""
    plan = a.before.plan
    newcomer = a.nobody - 1
    own = label == newcomer
    givers, counts = np.unique(a.standing.label[own], return_counts=True)
    texts = [
        tr(
            "{name} ({units})",
            name=tr("nobody") if givers[k] == a.nobody else a.task_name(int(givers[k])),
            units=ntr("{n} unit", "{n} units", int(counts[k])),
        )
        for k in np.argsort(-counts, kind="stable")[:MOST].tolist()
    ]
    more = len(givers) - MOST
    sentences = [
        tr(
            "{name} begins at {home} and takes {accounts} from {givers}.",
            name=new.name,
            home=home.unit_name(plan),
            accounts=ntr("{n} account", "{n} accounts", n_accounts_in(plan, a.unit_ix[own])),
            givers=enumerated(texts) if more <= 0 else tr("{names} and {n} more", names=listed(texts), n=number(more)),
        )
    ]
    kept = ~a.standing.may_move & (a.standing.label != a.nobody) & ~plan.units.locked[a.unit_ix]
    if kept.any() and direct is None:
        sentences.append(
            ntr(
                "{n} unit with protected accounts stays where it is.",
                "{n} units with protected accounts stay where they are.",
                int(kept.sum()),
            )
        )
    sentences += _further(a, label, direct) + _beyond(a, figures, label, "")
    return sentences + _torn(a, label) + _protected(a, label)
