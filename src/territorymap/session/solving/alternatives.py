"""Several answers to one build: more even, or rounder than what was asked for, and which of them are worth showing.

Owns the courses and the choice; each is found by a builder that goes on from the best plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.optimise.build import Answer
from territorymap.optimise.problem import Labels, Problem
from territorymap.optimise.shapes import AnyBuilder, builder_for
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.proposal import Proposal

SHARE_OF_MAIN = 0.6  # of the limits, for the plan that was asked for; the courses share the rest
# Each looks for a plan as if the tolerances were so many times those asked for: narrow ones are even, wide ones round.
TOLERANCES = (0.5, 2.0, 0.2, 3.0, 5.0)
_ALIKE = np.array([0.02, 0.005, 0.005])  # differences of _objectives that a planner would not care about


def other_answers(problem: Problem, begin: Labels, clock: Clock, shape: str) -> Iterator[tuple[AnyBuilder, Answer]]:
    """Yield the best answer of each course, as long as the clock lets them."""
    part = (1 - SHARE_OF_MAIN) / len(TOLERANCES)
    for i, times in enumerate(TOLERANCES):
        budget = clock.budget(SHARE_OF_MAIN + part * i)
        if budget.is_over() and clock.watch.is_stopped():
            return
        wanted = replace(problem, tolerance=problem.tolerance * times)
        builder = builder_for(wanted, clock.limits.seed + i, begin, shape)
        until = SHARE_OF_MAIN + part * (i + 1)
        *_, last = builder.run(clock.budget(until, lambda builder=builder: builder.n_done))  # type: ignore[misc]
        clock.n_done += builder.n_done
        yield builder, last


def worth_showing(main: Proposal, others: Sequence[Proposal]) -> list[Proposal]:
    """Return the plan that was asked for, and those that none is as good as in everything, with their labels."""
    kept = [main]
    for other in others:
        if not any(_is_as_good(known, other) for known in kept):
            kept = [main, *(known for known in kept[1:] if not _is_as_good(other, known)), other]
    even = min(kept, key=lambda p: p.figures.worst)
    near = min(kept, key=lambda p: p.figures.rms_km)
    roundest = max(kept, key=lambda p: p.figures.polsby_popper_mean)

    def label(proposal: Proposal) -> str:
        for known, words in (
            (main, tr("As asked for")),
            (even, tr("Most even")),
            (roundest, tr("Roundest")),
            (near, tr("Shortest ways")),
        ):
            if proposal is known:
                return words
        return tr("In between")

    return [replace(proposal, label=label(proposal)) for proposal in kept]


def _objectives(proposal: Proposal) -> NDArray[np.float64]:
    """(3,) worst deviation in tolerances, logarithm of the distance to the centre, compactness; less is better."""
    figures = proposal.figures
    return np.array([figures.worst, np.log(max(figures.rms_km, 1e-9)), -figures.polsby_popper_mean])


def _is_as_good(one: Proposal, other: Proposal) -> bool:
    return bool((_objectives(one) <= _objectives(other) + _ALIKE).all())
