"""Rebalancing the plan as it is: the tolerances reached, as little moved as can be. Owns the run and its words.

What binds the search is rebalance_task's; the search is optimise's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from territorymap.i18n import number, percent, tr
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.totals import Totals
from territorymap.model.variant import Variant
from territorymap.optimise import front as fronts
from territorymap.optimise.build import Budget
from territorymap.optimise.energy import deviations
from territorymap.optimise.front import COURSES, MAIN, Front, run_courses
from territorymap.optimise.rebalance import Rebalanced, Rebalancer, Taste
from territorymap.session.solving.aims import Limits, Wishes
from territorymap.session.solving.answers import variant_of_answer
from territorymap.session.solving.figures import Figures, figures_of, plain
from territorymap.session.solving.jobs import (
    Clock,
    IsStopped,
    OnBest,
    OnProgress,
    nobody_looks,
    nobody_stops,
    nobody_waits,
)
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.rebalance_task import RebalanceWishes, prepare_rebalancing
from territorymap.session.solving.still import Still, names_of, row_of_measure

_MOST_PROPOSALS = 8
_WITHIN = 1e-6


class RebalanceJob:
    """Moves as little as can be until every territory is within the tolerances."""

    def __init__(
        self,
        still: Still,
        wishes: Wishes,
        asked: RebalanceWishes | None = None,
        *,
        n_proposals: int = 1,
    ) -> None:
        """Raise UserError if nothing can be rebalanced; ``n_proposals`` above 1 = several that differ."""
        self.still, self.wishes, self.n_proposals = still, wishes, n_proposals
        self.title = tr("Rebalance")
        self.cut = prepare_rebalancing(still, wishes, asked or RebalanceWishes())
        self.scope = np.zeros(len(still.plan.units), dtype=np.bool_)
        self.scope[self.cut.task.unit_ix] = True
        self.lower_bound: float | None = None  # known when it runs
        self.flow: float | None = None

    @property
    def least(self) -> str:
        """The measure of which as little as can be moves."""
        return self.cut.least

    def now(self) -> Figures:
        """Return the figures of the plan as it is."""
        rebalancer = self._rebalancer(Taste())
        return self._figures(rebalancer, self.cut.task.problem.base, self.still.variant, self.still.totals)

    def run(
        self,
        limits: Limits,
        is_stopped: IsStopped = nobody_stops,
        on_best: OnBest = nobody_looks,
        on_progress: OnProgress = nobody_waits,
    ) -> list[Proposal]:
        """Return proposals, the one that moves least within the tolerances first; see jobs.Job."""
        clock = Clock(limits, is_stopped, on_progress)
        seed, done = limits.seed, [lambda: 0]
        several = self.n_proposals > 1
        front = Front()
        best: Rebalanced | None = None
        ruler: Rebalancer | None = None

        def make(taste: Taste, on_found: Callable[[Rebalanced], None]) -> Rebalancer:
            return self._rebalancer(taste, seed, on_found)

        def budget_until(until: float, n_done: Callable[[], int]) -> Budget:
            clock.n_done += done[-1]()
            done.append(n_done)
            return clock.budget(until, n_done)

        for course, rebalancer, found in run_courses(make, front, budget_until, COURSES if several else (MAIN,)):
            if ruler is None:
                ruler, self.flow, self.lower_bound = rebalancer, rebalancer.flow_share, rebalancer.lower_bound()
            if course in (COURSES[0], MAIN):
                best = found
                if clock.is_time_to_show():
                    on_best(self._proposal(ruler, fronts.FEWEST, found, clock))
        assert ruler is not None, "the plan as it is comes first"
        assert best is not None, "the plan as it is comes first"
        clock.n_done += done[-1]()
        chosen = front.chosen(min(self.n_proposals, _MOST_PROPOSALS)) if several else [(fronts.FEWEST, best)]
        return [self._proposal(ruler, kind, found, clock) for kind, found in chosen]

    def _rebalancer(
        self, taste: Taste, seed: int = 1, on_found: Callable[[Rebalanced], None] | None = None
    ) -> Rebalancer:
        cut = self.cut
        return Rebalancer(
            cut.task.problem,
            cut.cost,
            cut.caps,
            seed,
            taste,
            holder=cut.holder,
            is_open=cut.is_open,
            on_found=on_found,
        )

    # -- proposals -----------------------------------------------------------------------------------------------------

    def _proposal(self, ruler: Rebalancer, kind: str, found: Rebalanced, clock: Clock) -> Proposal:
        still, task = self.still, self.cut.task
        ids = [task.bound[t] for t in range(task.problem.n_territories)]
        variant = variant_of_answer(still, task, found.label, ids)
        totals = still.totals_of(variant)
        disruption = Disruption(plan_as(still.plan, variant), totals, still.variant)
        return Proposal(
            self.title,
            variant,
            self.scope,
            still.variant,
            still.plan.units.unit_id,
            self._figures(ruler, found.label, variant, totals),
            tuple(self._sentences(ruler, found, disruption)),
            label=label_of(kind),
            n_steps=clock.n_done,
            seconds=clock.seconds,
            extra={
                "least": self.least,
                "flow": plain(self.flow),
                "moved_share": round(found.moved, 6),
                "within_tolerance": found.beyond <= _WITHIN,
                "reps": self._by_rep(disruption),
            },
        )

    def _figures(self, ruler: Rebalancer, label: np.ndarray, variant: Variant, totals: Totals) -> Figures:
        still, task = self.still, self.cut.task
        return figures_of(
            still,
            task,
            label,
            variant,
            ground=ruler.ground,
            oversize=tuple(names_of(still.plan, task.unit_ix[ruler.giants.unit].tolist())),
            lower_bound=self.lower_bound,
            target_kind="capacity" if self.wishes.by_capacity else "equal",
            totals=totals,
        )

    def _by_rep(self, disruption: Disruption) -> list[dict[str, Any]]:
        """Return who gives and takes how much of the measure that costs, and how many accounts."""
        row = row_of_measure(self.still.plan, self.least)
        found = []
        for at in np.flatnonzero(disruption.n_lost[0, :-1] + disruption.n_gained[0, :-1] > 0).tolist():
            held = float(disruption.base[row, at])
            given, taken = float(disruption.lost[row, at]), float(disruption.gained[row, at])
            found.append(
                {
                    "rep": disruption.name_of(at),
                    "given": plain(given / held) if held > 0 else None,
                    "taken": plain(taken / held) if held > 0 else None,
                    "accounts_given": int(disruption.n_lost[1, at]),
                    "accounts_taken": int(disruption.n_gained[1, at]),
                    "units_given": int(disruption.n_lost[0, at]),
                    "units_taken": int(disruption.n_gained[0, at]),
                }
            )
        return found

    def _sentences(self, ruler: Rebalancer, found: Rebalanced, disruption: Disruption) -> list[str]:
        told = [self._what_moves(ruler, found)]
        if found.beyond > _WITHIN:
            told.append(self._what_is_left(ruler, found))
        told += self._about_giants(ruler)
        told += self.cut.notes
        if len(self.cut.dealt):
            told.append(tr("{n} units that nobody had are dealt out.", n=number(len(self.cut.dealt))))
        return told

    def _what_moves(self, ruler: Rebalancer, found: Rebalanced) -> str:
        label, base = found.label, self.cut.task.problem.base
        moving = self.cut.holder[label] != self.cut.holder[base]
        if not moving.any():
            return (
                tr("Every territory is within the tolerances: nothing needs to move.")
                if found.beyond <= _WITHIN
                else tr("Nothing moves: no move was found that helps and that may be made.")
            )
        values = {
            "amount": number(float(self.cut.cost[moving].sum())),
            "measure": self.least,
            "share": percent(found.moved, 1),
        }
        parts = [tr("Moves {amount} {measure} ({share}).", **values)]
        if self.lower_bound is not None and self.lower_bound > 0:
            parts.append(
                tr("No plan within the tolerances does with less than {share}.", share=percent(self.lower_bound, 1))
            )
        if ruler.flow_share > 0:
            parts.append(tr("The flow over the borders is {share}.", share=percent(ruler.flow_share, 1)))
        return " ".join(parts)

    def _what_is_left(self, ruler: Rebalancer, found: Rebalanced) -> str:
        plan, task = self.still.plan, self.cut.task
        off = deviations(ruler.ground, found.label)
        over = (np.abs(off) / task.problem.tolerance).max(axis=1)
        t = int(np.argmax(over))
        m = int(np.argmax(np.abs(off[t]) / task.problem.tolerance))
        name = next(x.name for x in plan.territories if x.territory_id == task.bound[t])
        values = {"name": name, "share": percent(float(off[t, m]), 1), "measure": task.aims[m].measure}
        n = int((over > 1 + 1e-7).sum())
        if n > 1:
            return tr(
                "{n} territories stay outside; the worst is {name}, {share} off by {measure}.", n=number(n), **values
            )
        return tr("{name} stays outside, {share} off by {measure}.", **values)

    def _about_giants(self, ruler: Rebalancer) -> list[str]:
        giants, task = ruler.giants, self.cut.task
        names = names_of(self.still.plan, task.unit_ix[giants.unit].tolist())
        return [
            tr(
                "{unit} alone is {times} territories by {measure}: split it or give it a team.",
                unit=name,
                times=number(float(times), 1),
                measure=task.aims[int(m)].measure,
            )
            for name, m, times in zip(names, giants.measure, giants.times, strict=True)
        ]


def label_of(kind: str) -> str:
    """Return what a proposal stands for, in words."""
    words = {
        fronts.FEWEST: tr("Fewest moves"),
        fronts.ONE_LEFT: tr("One territory left"),
        fronts.EVEN: tr("Most even"),
        fronts.ROUND: tr("Roundest"),
        fronts.NEAR: tr("Shortest ways"),
        fronts.BETWEEN: tr("In between"),
    }
    return words[kind]
