"""What each territory of a task should have: the targets that the program shows afterwards, where they can be reached.

Owns shares, what lies in no unit (accounts given by name), and what locked territories leave; formulas are metrics'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import number, percent, tr
from territorymap.metrics.team import territory_capacity_h
from territorymap.optimise.problem import Floats
from territorymap.session.solving.aims import Aim
from territorymap.session.solving.still import Still

_USED_UP = 0.5  # share of the tolerance by which what is left may differ from the target that is shown


@dataclass(frozen=True)
class Targets:
    """Targets of a task."""

    target: Floats  # (M, P)
    notes: tuple[str, ...]


def shares_of(still: Still, n: int, capacity_h: Floats | None) -> Floats:
    """(P + L,) share of all that each territory should have, locked ones last; sums to 1."""
    locked = [ix for ix, t in enumerate(still.plan.territories) if t.locked]
    if capacity_h is None:
        return np.full(n + len(locked), 1 / max(n + len(locked), 1))
    of_locked = territory_capacity_h(still.plan)[locked]
    of_locked = np.where(of_locked > 0, of_locked, capacity_h.mean())
    whole = np.concatenate([capacity_h, of_locked])
    return np.asarray(whole / whole.sum())


def besides_of(still: Still, rows: Sequence[int], bound: Mapping[int, int], n: int) -> Floats:
    """(M, P) what each bound territory has by name: accounts given to it, wherever they lie."""
    plan, ledger = still.plan, still.totals.ledger
    besides = np.zeros((len(rows), n))
    if not (plan.account_override >= 0).any():
        return besides
    for t, territory_id in bound.items():
        ix = plan.territory_ix(territory_id)
        given = np.flatnonzero(plan.account_override == ix)
        if not len(given):
            continue
        besides[:, t] = ledger.account_amount[list(rows)][:, given].sum(axis=1)
        if ledger.workload_row in rows:
            lon, lat = still.totals.home[:, ix]
            besides[rows.index(ledger.workload_row), t] += float(ledger.parts.stem_h(given, lon, lat).sum())
    return besides


def targets_of(
    still: Still,
    aims: Sequence[Aim],
    rows: Sequence[int],
    brought: Floats,
    besides: Floats,
    shares: Floats,
    *,
    is_whole: NDArray[np.bool_],
) -> Targets:
    """Return the targets.

    What the plan shows is a share of all that is assigned, locked territories and accounts given by name included. It
    is the target where the others can still come to it; where locked territories hold so much, or so little, that they
    cannot, they share what is left.

    Parameters
    ----------
    brought : (M,) what the units bring in all
    besides : (M, P)
    shares : (P + L,) of :func:`shares_of`
    is_whole : (M,) whether ``brought`` is all that will be shown; else ways come on top, and what is left is shared
    """
    plan, n = still.plan, besides.shape[1]
    locked = [ix for ix, t in enumerate(plan.territories) if t.locked]
    of_locked = still.totals.territory_total[np.ix_(list(rows), locked)]  # (M, L)
    left = brought + besides.sum(axis=1)
    own, whole = shares[:n], left + of_locked.sum(axis=1)
    target = np.empty((len(rows), n))
    notes: list[str] = []
    for m, aim in enumerate(aims):
        rest, shown = own / own.sum() * left[m], own * whole[m]
        off = left[m] / max(float(own.sum() * whole[m]), np.finfo(float).tiny) - 1
        can_show = abs(off) <= _USED_UP * aim.tolerance and is_whole[m]
        target[m] = shown if can_show else rest
        if aim.importance > 0 and is_whole[m]:
            notes += _about_locked(still, aim, locked, of_locked[m], shares[n:] * whole[m], off, n)
    return Targets(np.maximum(target, np.finfo(float).tiny), tuple(notes))


def _about_locked(
    still: Still, aim: Aim, locked: Sequence[int], total: Floats, target: Floats, off: float, n: int
) -> list[str]:
    """Return what to tell of locked territories that are off their targets, and of what they leave."""
    index = np.divide(total, target, out=np.ones(len(total)), where=target > 0)
    worst = np.argsort(-np.abs(index - 1), kind="stable")
    told = [i for i in worst.tolist() if abs(index[i] - 1) > aim.tolerance][:3]
    if not told:
        return []
    names = [
        tr(
            "Locked {name} has {times} targets of {measure} and stays so.",
            name=still.plan.territories[locked[i]].name,
            times=number(float(index[i]), 2),
            measure=aim.measure,
        )
        for i in told
    ]
    if abs(off) > aim.tolerance:
        names.append(
            tr(
                "What is left makes {times} targets of {measure} for each of the other {n}: more even than {off} off "
                "the targets that the plan shows they cannot be.",
                times=number(1 + off, 2),
                measure=aim.measure,
                n=number(n),
                off=percent(abs(off), 1),
            )
        )
    return names
