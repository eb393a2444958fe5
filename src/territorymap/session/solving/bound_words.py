"""What contiguity alone forbids, in words. Owns the sentences; the proofs are optimise's."""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.i18n import ntr, percent, tr
from territorymap.optimise.bounds import Bound
from territorymap.optimise.problem import Labels
from territorymap.session.solving.aims import aim_word
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task

_N_NAMED = 3


def proven_bounds(task: Task, label: Labels, bounds: Sequence[Bound]) -> list[Bound]:
    """Return those that hold for certain, one for each territory: of several units in one the worst says it.

    Where territories have something besides their units the proof does not count that, so it does not hold.
    """
    proven: dict[int, Bound] = {}
    for bound in bounds:
        if bound.is_exact and not task.problem.besides[bound.measure].any():
            proven.setdefault(int(label[bound.unit]), bound)
    return list(proven.values())


def bound_sentences(still: Still, task: Task, label: Labels, bounds: Sequence[Bound]) -> list[str]:
    """Return why territories stay beyond their tolerance whatever is tried: one sentence each, the worst first."""
    worst = proven_bounds(task, label, bounds)
    found = [_sentence(still, task, bound) for bound in worst[:_N_NAMED]]
    if n := len(worst) - len(found):
        found.append(
            ntr(
                "{n} more territory is beyond its tolerance for the same reason.",
                "{n} more territories are beyond their tolerance for the same reason.",
                n,
            )
        )
    return found


def _sentence(still: Still, task: Task, bound: Bound) -> str:
    return tr(
        "The territory of {unit} is off its target of {measure} by {off} at least, whatever the plan: no connected "
        "units with it come nearer. Split it, or widen the tolerance.",
        unit=names_of(still.plan, task.unit_ix[[bound.unit]].tolist())[0],
        measure=aim_word(still.plan, task.aims[bound.measure]),
        off=percent(bound.deviation, 1),
    )
