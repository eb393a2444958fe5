"""Rebalancing the plan as it is: the tolerances reached, as little moved as can be. Owns the run and its words.

What binds the search is rebalance_task's; the search is optimise's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import ntr, number, percent, tr
from territorymap.metrics.caps import breach_text, find_breaches
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.totals import Totals
from territorymap.model.variant import Variant
from territorymap.optimise import front as fronts
from territorymap.optimise.build import Budget
from territorymap.optimise.energy import deviations
from territorymap.optimise.front import COURSES, MAIN, Front, run_courses
from territorymap.optimise.problem import Floats, Labels
from territorymap.optimise.rebalance import Rebalancer
from territorymap.optimise.ruler import WITHIN, Rebalanced, Taste
from territorymap.session.solving.afterwards import giant_sentences
from territorymap.session.solving.aims import Limits, Wishes, aim_word
from territorymap.session.solving.answers import variant_of_answer
from territorymap.session.solving.figures import Figures, figures_of, plain
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.marks import obey, obeying, pinned, sentences_of
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.rebalance_task import RebalanceWishes, prepare_rebalancing
from territorymap.session.solving.still import Still, names_of, row_of_measure
from territorymap.session.solving.task import with_ways
from territorymap.session.solving.watch import NOBODY, Watch

_MOST_PROPOSALS = 8
_TOLD_FROM = 0.0005  # a bound below that is 0.0 % on the screen
_MOST_BREACHES = 3
_LEGS = (0.25, 0.45, 0.65, 0.8)  # shares of the limits after which targets are set anew, where ways from home count
_TIGHTER = 0.97  # and the tolerances that are aimed at then
_ROUND_WHERE_WAYS_COUNT = 0.1  # weight of the moment of inertia: what is far costs hours
_HAIR = 1e-9  # as figures has it


@dataclass
class _Run:
    """The budgets of one run after the other, of one clock."""

    clock: Clock
    _last: Callable[[], int] | None = None

    def budget(self, until: float, n_done: Callable[[], int]) -> Budget:
        """Return the budget up to a share of what is left for the courses."""
        self.close()
        self._last = n_done
        return self.clock.budget(self._start + (1 - self._start) * until, n_done)

    def leg(self, rebalancer: Rebalancer, until: float, begin: Labels | None) -> Iterator[Rebalanced]:
        """Run up to a share of the limits; the courses begin there."""
        self._start = 0.0
        yield from rebalancer.run(self.budget(until, lambda: rebalancer.n_done), begin)
        self._start = until

    def close(self) -> None:
        """Count the steps of what has run."""
        if self._last is not None:
            self.clock.n_done += self._last()
        self._last = None

    _start: float = 0.0


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
        self.begun = obeying(still)  # with accounts marked "change rep" where they are to be
        at = pinned(self.begun, still)
        self.cut = prepare_rebalancing(self.begun, wishes, asked or RebalanceWishes(), at)
        self.scope = np.zeros(len(still.plan.units), dtype=np.bool_)
        self.scope[self.cut.task.unit_ix] = True
        self.lower_bound: float | None = None  # share of the measure that costs, known when it runs
        self.flow: float | None = None
        self._ruler = self._rebalancer(Taste())

    @property
    def least(self) -> str:
        """The measure of which as little as can be moves."""
        return self.cut.least

    def now(self) -> Figures:
        """Return the figures of the plan as it is."""
        task = self.cut.task
        at = np.full(self.still.plan.n_territories + 1, -1, dtype=np.int32)
        for t, territory_id in task.bound.items():
            at[self.still.plan.territory_ix(territory_id)] = t
        held = at[self.still.plan.unit_territory[task.unit_ix]]
        label = np.where(held >= 0, held, task.problem.base).astype(np.int32)  # those dealt out are nobody's now
        return self._figures(label, self.still.variant, self.still.totals)

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return proposals, the one that moves least within the tolerances first; see jobs.Job."""
        clock = Clock(limits, watch)
        run = _Run(clock)
        self._measure(self._rebalancer(Taste(), limits.seed))
        begin: Labels | None = None
        if self.cut.task.problem.way is not None:
            for until in _LEGS:
                for found in run.leg(self._rebalancer(Taste(), limits.seed), until, begin):
                    begin = found.label
                    if clock.is_time_to_show():
                        watch.on_best(self._proposal(fronts.FEWEST, found, clock))
                if begin is not None:
                    self._aim_anew(begin)
        several, best, front = self.n_proposals > 1, None, Front()

        def make(taste: Taste, on_found: Callable[[Rebalanced], None]) -> Rebalancer:
            return self._rebalancer(taste, limits.seed, on_found)

        courses = COURSES if several else (MAIN,)
        for course, found in run_courses(make, front, run.budget, courses, begin):
            if course is courses[0]:
                best = found
                if clock.is_time_to_show():
                    watch.on_best(self._proposal(fronts.FEWEST, found, clock))
        run.close()
        assert best is not None, "the plan as it is comes first"
        chosen = front.chosen(min(self.n_proposals, _MOST_PROPOSALS)) if several else [(fronts.FEWEST, best)]
        return [self._proposal(kind, found, clock) for kind, found in chosen]

    def _measure(self, ruler: Rebalancer) -> None:
        self._ruler, self.flow, self.lower_bound = ruler, ruler.flow_share, ruler.lower_bound()

    def _aim_anew(self, label: Labels) -> None:
        """Share what the territories need now that ways from home are others than before."""
        cut, still = self.cut, self.begun
        ids = [cut.task.bound[t] for t in range(cut.task.problem.n_territories)]
        task = with_ways(still, cut.task, label, ids)
        if task is not None:
            self.cut = replace(cut, task=task)
            self._ruler = self._rebalancer(Taste())

    def _rebalancer(
        self, taste: Taste, seed: int = 1, on_found: Callable[[Rebalanced], None] | None = None
    ) -> Rebalancer:
        cut = self.cut
        if cut.task.problem.way is not None:  # targets move a little with every way
            taste = replace(
                taste, tightness=taste.tightness * _TIGHTER, inertia=max(taste.inertia, _ROUND_WHERE_WAYS_COUNT)
            )
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

    def _proposal(self, kind: str, found: Rebalanced, clock: Clock) -> Proposal:
        still, task = self.still, self.cut.task
        ids = [task.bound[t] for t in range(task.problem.n_territories)]
        obeyed = obey(still, variant_of_answer(self.begun, task, found.label, ids))
        variant = obeyed.variant
        totals = still.totals_of(variant)
        disruption = Disruption(plan_as(still.plan, variant), totals, still.variant)
        figures = self._figures(found.label, variant, totals)
        off = self._deviations(found.label, variant, figures)
        return Proposal(
            self.title,
            variant,
            self.scope,
            still.variant,
            still.plan.units.unit_id,
            figures,
            (*self._sentences(found, off), *sentences_of(still, obeyed), *self._breaches(variant, totals)),
            label=label_of(kind, found),
            protected=still.protected,
            n_steps=clock.n_done,
            seconds=clock.seconds,
            extra={
                "least": self.least,
                "flow": plain(self.flow),
                "moved_share": round(found.moved, 6),
                "within_tolerance": not self._is_outside(off).any(),
                "changes_rep": self._changes_rep(disruption),
                "reps": self._by_rep(disruption),
            },
        )

    def _figures(self, label: Labels, variant: Variant, totals: Totals) -> Figures:
        still, task, ruler = self.still, self.cut.task, self._ruler
        return figures_of(
            still,
            task,
            label,
            variant,
            ground=ruler.ground if len(ruler.giants.unit) else None,
            oversize=tuple(names_of(still.plan, task.unit_ix[ruler.giants.unit].tolist())),
            lower_bound=self.lower_bound,
            target_kind="capacity" if self.wishes.by_capacity else "equal",
            totals=totals,
        )

    def _deviations(self, label: Labels, variant: Variant, figures: Figures) -> Floats:
        """(P, M) how far each territory is off its target as the program shows it, giants set apart."""
        task = self.cut.task
        if len(self._ruler.giants.unit):
            return deviations(self._ruler.ground, label)
        rows = [figures.balance.measure_ix.index(row) for row in task.rows]
        at = [variant.ix_by_id[task.bound[t]] for t in range(task.problem.n_territories)]
        return np.nan_to_num(figures.balance.index[np.ix_(rows, at)].T - 1)

    def _is_outside(self, off: Floats) -> NDArray[np.bool_]:
        """(P,) whether a territory is outside the tolerance of a measure that counts."""
        problem = self.cut.task.problem
        return np.asarray(((np.abs(off) > problem.tolerance + _HAIR) & (problem.importance > 0)).any(axis=1))

    def _changes_rep(self, disruption: Disruption) -> dict[str, Any]:
        """Return what leaves its rep: units, accounts, and the share of each measure; between two territories of one
        rep nothing does."""
        shares = zip(self.still.plan.measures, disruption.share, strict=True)
        found: dict[str, Any] = {
            "units": int(disruption.n_lost[0, :-1].sum()),
            "accounts": int(disruption.n_lost[1, :-1].sum()),
        }
        return found | {m.name: plain(float(share)) for m, share in shares if m.name not in found}

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

    def _sentences(self, found: Rebalanced, off: Floats) -> list[str]:
        is_outside = self._is_outside(off)
        told = [self._what_moves(found, is_within=not is_outside.any())]
        if is_outside.any():
            told.append(self._what_is_left(off, int(is_outside.sum())))
        told += self._yardsticks()
        told += giant_sentences(self.still, self.cut.task, self._ruler.giants)
        told += self.cut.notes
        if len(self.cut.dealt):
            told.append(
                ntr(
                    "{n} unit that nobody had is dealt out.",
                    "{n} units that nobody had are dealt out.",
                    len(self.cut.dealt),
                )
            )
        return told

    def _what_moves(self, found: Rebalanced, is_within: bool) -> str:
        label, base = found.label, self.cut.task.problem.base
        moving = self.cut.holder[label] != self.cut.holder[base]
        if not moving.any():
            return (
                tr("Every territory is within the tolerances: nothing needs to move.")
                if is_within
                else tr("Nothing moves: no move was found that helps and that may be made.")
            )
        values = {
            "amount": number(float(self.cut.cost[moving].sum())),
            "measure": self.least,
            "share": percent(found.moved, 1),
        }
        return tr("Moves {amount} {measure} ({share}).", **values)

    def _yardsticks(self) -> list[str]:
        """Return what no plan can do with less than, and the flow between neighbours, as one sentence."""
        if self.lower_bound is None or self.flow is None or not (self.lower_bound > 0 or self.flow > 0):
            return []
        if self.lower_bound < _TOLD_FROM:
            return [tr("The flow over the borders is {flow}.", flow=percent(self.flow, 1))]
        values = {"least": percent(self.lower_bound, 1), "flow": percent(self.flow, 1)}
        if self.cut.task.problem.way is None:
            return [
                tr(
                    "No plan within the tolerances does with less than {least}; the flow over the borders is {flow}.",
                    **values,
                )
            ]
        return [
            tr(
                "With the hours that ways take now, no plan can do with less than {least}; the flow over the borders "
                "is {flow}.",
                **values,
            )
        ]

    def _what_is_left(self, off: Floats, n: int) -> str:
        plan, task = self.still.plan, self.cut.task
        t = int(np.argmax((np.abs(off) / task.problem.tolerance).max(axis=1)))
        m = int(np.argmax(np.abs(off[t]) / task.problem.tolerance))
        name = next(x.name for x in plan.territories if x.territory_id == task.bound[t])
        values = {"name": name, "share": percent(float(off[t, m]), 1), "measure": aim_word(plan, task.aims[m])}
        if n > 1:
            return tr(
                "{n} territories stay outside; the worst is {name}, {share} off by {measure}.", n=number(n), **values
            )
        return tr("{name} stays outside, {share} off by {measure}.", **values)

    def _breaches(self, variant: Variant, totals: Totals) -> list[str]:
        """Return what would exceed its cap: what exceeds it already, or hours that changed with the ways from home."""
        plan = self.still.plan
        if not plan.caps:
            return []
        baseline = self.still.variant if self.still.baseline is None else self.still.baseline
        disruption = Disruption(plan_as(plan, variant), totals, baseline)
        return [breach_text(plan, disruption, breach) for breach in find_breaches(plan, disruption)[:_MOST_BREACHES]]


def label_of(kind: str, found: Rebalanced) -> str:
    """Return what a proposal stands for, in words."""
    words = {
        fronts.FEWEST: tr("Fewest moves") if found.beyond <= WITHIN else tr("Nearest"),
        fronts.ONE_LEFT: tr("One territory left") if found.outside == 1 else tr("One more outside"),
        fronts.EVEN: tr("Most even"),
        fronts.ROUND: tr("Roundest"),
        fronts.NEAR: tr("Shortest ways"),
        fronts.BETWEEN: tr("In between"),
    }
    return words[kind]
