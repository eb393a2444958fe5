"""Territories from nothing, around what is locked. Owns the phases of a run; the search is optimise's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from territorymap.i18n import ntr, number, tr
from territorymap.optimise.bounds import Bound
from territorymap.optimise.build import Answer, Budget, warm_up
from territorymap.optimise.problem import Labels
from territorymap.optimise.relax import within_limits
from territorymap.optimise.shapes import AnyBuilder, builder_for
from territorymap.session.solving.afterwards import giant_sentences, sentences_about
from territorymap.session.solving.aims import Limits, Wishes
from territorymap.session.solving.alternatives import SHARE_OF_MAIN, other_answers, worth_showing
from territorymap.session.solving.answers import matched_territories, variant_of_answer
from territorymap.session.solving.bound_words import proven_bounds
from territorymap.session.solving.counting import fewest_territories, with_goal
from territorymap.session.solving.figures import figures_of, plain
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.marks import has_marks, obey, sentences_of
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.reasons import refuse_impossible
from territorymap.session.solving.settling import settled
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task, counts_ways, prepare_build
from territorymap.session.solving.watch import NOBODY, Watch

_SECONDS_OF_A_REASON = (2.0, 30.0)  # how long it is looked for a wish near one that cannot be, whatever the limit
_ROUNDS_WITH_WAYS = (0.4, 0.6, 0.75, 0.9, 1.0)
_ROUNDS_WITH_NAMES = (0.6, 1.0)
_ROUNDS_OF_RADIUS = tuple(k / 8 for k in range(1, 9))


class BuildJob:
    """Builds territories; nothing of the plan as it is but what is locked binds them."""

    def __init__(self, still: Still, wishes: Wishes, *, is_several: bool = False) -> None:
        """Raise UserError if the wishes cannot be; ``is_several``: rounder and more even plans are found beside."""
        self.still, self.wishes, self.is_several = still, with_goal(still, wishes), is_several
        self.task = prepare_build(still, self.wishes)
        self._set_title()
        self.scope = np.zeros(len(still.plan.units), dtype=np.bool_)
        self.scope[self.task.unit_ix] = True
        self.scope[self.task.nobody] = True

    def _set_title(self) -> None:
        n = self.task.n_territories
        self.title = ntr("Build {n} territory", "Build {n} territories", n)

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return the best plan; see jobs.Job."""
        warm_up()
        clock = Clock(limits, watch, share=SHARE_OF_MAIN if self.is_several else 1.0)
        most_s = seconds_of_a_reason(limits)
        refuse_impossible(self.still, self.wishes, self.task, lambda: watch.is_stopped() or clock.seconds > most_s)
        begin = None
        if self.wishes.goal is not None and self.wishes.goal.is_cap:
            begin = self._find_count(clock)
        else:
            begin = within_limits(
                self.task.problem, watch.is_stopped if limits.seconds is None else clock.budget(0.25).is_over
            )
        last: tuple[Task, AnyBuilder, Answer] | None = None
        for last in self._answers(clock, begin):
            if clock.is_time_to_show():
                watch.on_best(self._proposal(clock, *last))
        assert last is not None, "a search always has a first answer"
        task, builder, answer = last
        main = self._proposal(clock, task, builder, answer, builder.bounds(answer))
        clock.share = 1.0
        if not self.is_several:
            return [replace(main, n_steps=clock.n_done)]
        others = other_answers(task.problem, answer.label, clock, self.wishes.shape)
        found = worth_showing(main, [self._proposal(clock, task, *other) for other in others])
        return [replace(proposal, n_steps=clock.n_done) for proposal in found]

    def _find_count(self, clock: Clock) -> Labels | None:
        """Take as many territories as the cap needs, and return a plan that keeps it; by sums a least is known."""
        fewest = self.task.n_territories
        seconds = clock.limits.seconds
        is_over = clock.watch.is_stopped if seconds is None else clock.budget(0.5).is_over
        left = None if seconds is None else seconds * clock.share / 2 - clock.seconds
        self.task, found = fewest_territories(self.still, self.wishes, is_over, left)
        n = self.task.n_territories
        self.wishes = replace(self.wishes, n_territories=n)
        if found is not None and n > fewest:
            note = tr(
                "By sums {fewest} territories would do; as units stay whole, {n} is the first count for which a plan "
                "was found.",
                fewest=number(fewest),
                n=number(n),
            )
            self.task = replace(self.task, notes=(*self.task.notes, note))
        self._set_title()
        return found

    def _answers(self, clock: Clock, begin: Labels | None) -> Iterator[tuple[Task, AnyBuilder, Answer]]:
        """Yield better and better plans, in rounds: each goes on from the best of the last, with what it settled."""
        task = self.task
        if begin is not None:
            task = settled(self.still, task, begin) or task
        rounds = self._rounds()
        judged: list[tuple[Task, AnyBuilder, Answer]] = []
        for until in rounds:
            builder = builder_for(task.problem, clock.limits.seed, begin, self.wishes.shape)
            answer: Answer | None = None
            for answer in builder.run(clock.budget(until, lambda builder=builder: builder.n_done)):  # type: ignore[misc]
                yield task, builder, answer
            clock.n_done += builder.n_done
            if answer is None:
                return
            begin = answer.label
            nearer = settled(self.still, task, begin)
            if nearer is not None:
                # Ways are other than before, so targets are: what a plan is worth is told by its own.
                task = nearer
                judge = builder_for(task.problem, clock.limits.seed, begin, self.wishes.shape)
                judged += [(task, judge, found) for found in islice(judge.run(Budget(0)), 1)]
        if judged:
            yield min(judged, key=lambda one: one[2].rank[:2])

    def _rounds(self) -> tuple[float, ...]:
        """Return up to which share of the limits each round may go on.

        What depends on whose a territory is (ways from home, accounts given by name or marked) comes in when that is
        known, and targets follow the ways; the middle from which a radius counts moves with the territory.
        """
        if counts_ways(self.still, self.task):
            return _ROUNDS_WITH_WAYS
        if (self.still.plan.account_override >= 0).any() or has_marks(self.still):
            return _ROUNDS_WITH_NAMES
        problem = self.task.problem
        return _ROUNDS_OF_RADIUS if problem.has_radius and not np.isfinite(problem.anchor_km).all() else (1.0,)

    def _proposal(
        self, clock: Clock, task: Task, builder: AnyBuilder, answer: Answer, bounds: Sequence[Bound] = ()
    ) -> Proposal:
        still = self.still
        ids = matched_territories(still, task, answer.label)
        obeyed = obey(still, variant_of_answer(still, task, answer.label, ids))
        variant = obeyed.variant
        giants = builder.giants
        totals = still.totals_of(variant)
        told = sentences_about(still, self.wishes, task, answer.label, variant, totals, builder.ground, bounds)
        figures = figures_of(
            still,
            task,
            answer.label,
            variant,
            ground=builder.ground,
            oversize=tuple(names_of(still.plan, task.unit_ix[giants.unit].tolist())),
            target_kind="capacity" if self.wishes.by_capacity else "equal",
            totals=totals,
        )
        return Proposal(
            self.title,
            variant,
            self.scope,
            still.variant,
            still.plan.units.unit_id,
            figures,
            (*giant_sentences(still, task, giants), *told, *sentences_of(still, obeyed)),
            extra={"bounds": _bounds_json(still, task, answer, bounds)},
            n_steps=clock.n_done + answer.n_steps,
            seconds=clock.seconds,
            protected=still.protected,
        )


def seconds_of_a_reason(limits: Limits) -> float:
    """Return how long a wish near one that cannot be may be looked for: no longer than a plan, and some time at least.

    Where there is no limit, or one of an hour, nobody waits so long for a reason.
    """
    least, most = _SECONDS_OF_A_REASON
    return most if limits.seconds is None else min(max(limits.seconds, least), most)


def _bounds_json(still: Still, task: Task, answer: Answer, bounds: Sequence[Bound]) -> list[dict[str, object]]:
    """Return what ``--json`` prints of bounds: no plan does better for the territory of this unit."""
    return [
        {
            "unit": str(still.plan.units.code[task.unit_ix[bound.unit]]),
            "measure": task.aims[bound.measure].measure,
            "deviation": plain(bound.deviation),
        }
        for bound in proven_bounds(task, answer.label, bounds)
    ]
