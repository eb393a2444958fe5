"""A plan about to be altered: whole, as the optimiser wants it, and an answer as a proposal of the whole plan.

Owns what split, join, dissolve and add have in common; what each asks of the optimiser is altering's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.contiguity import count_pieces
from territorymap.geo.equal_area import EqualArea
from territorymap.metrics.caps import measure_name
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.targets import capacity_shares, equal_shares
from territorymap.metrics.team import territory_capacity_h
from territorymap.metrics.workload import homes
from territorymap.model.plan import Plan
from territorymap.model.records import DEFAULT_TOLERANCE, Territory
from territorymap.model.variant import Variant
from territorymap.optimise.handover import Handed
from territorymap.optimise.problem import Floats, Labels, Problem, Way
from territorymap.optimise.standing import Standing
from territorymap.session.solving.aims import Aim
from territorymap.session.solving.figures import Figures, figures_of
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.marks import alter_sentences
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import Still, row_of_measure
from territorymap.session.solving.task import Task, adjacency_among, ways_of, weights_of, workload_row

UNITS = "units"
_NO_SHARE = 1e-9  # of all: the target of who has no capacity


@dataclass(frozen=True)
class Alteration:
    """The whole plan as a problem; what is to change has no territory in ``standing``."""

    before: Still
    territories: tuple[Territory, ...]  # afterwards
    task: Task  # of the territories afterwards, what is nobody's left out: for figures
    problem: Problem  # with one territory more, the last: what is nobody's
    standing: Standing

    @property
    def nobody(self) -> int:
        return self.problem.n_territories - 1

    def retargeted(self, label: Labels) -> Problem:
        """Return the problem with targets that are shares of what all need in a plan: ways depend on who has what."""
        load = self.problem.besides.sum(axis=1)
        held = label != self.nobody
        load = load + self.problem.brought(label)[:, held].sum(axis=1)
        target = self.problem.target.copy()
        former = target[:, : self.nobody].sum(axis=1)
        target[:, : self.nobody] *= (load / np.maximum(former, 1e-300))[:, None]
        return replace(self.problem, target=np.maximum(target, 1e-300))

    @property
    def unit_ix(self) -> NDArray[np.int64]:
        return self.task.unit_ix

    def measure_words(self, m: int) -> str:
        """Return what a measure of the problem is called within a sentence."""
        return measure_name(self.before.plan.measures[self.task.rows[m]])

    def task_name(self, t: int) -> str:
        """Return what a territory of the problem is called."""
        return self.territories[t].name

    def territory_position(self, territory_id: int) -> int:
        return next(ix for ix, t in enumerate(self.territories) if t.territory_id == territory_id)

    def pieces(self, label: Labels) -> NDArray[np.int64]:
        """(P,) pieces of each territory on the plan's own ground: an island is one."""
        plan = self.before.plan
        units = np.full(len(plan.units), -1, dtype=np.int32)
        units[self.unit_ix] = self.told(label)
        return count_pieces(self.before.adjacency, units, self.nobody).astype(np.int64)

    def told(self, label: Labels) -> Labels:
        """Return an answer with -1 for what is nobody's."""
        return np.where(label == self.nobody, np.int32(-1), label).astype(np.int32)

    def figures(self, label: Labels, variant: Variant, lower_bound: float | None = None) -> Figures:
        """Return what a plan is worth; ``label`` as the problem has it."""
        kind = self.before.plan.info.target_kind
        return figures_of(self.before, self.task, self.told(label), variant, lower_bound=lower_bound, target_kind=kind)

    def indices(self, figures: Figures) -> Floats:
        """(M, P) of the measures asked for, as the program shows them."""
        return figures.balance.index[[figures.balance.measure_ix.index(row) for row in self.task.rows]]

    def share_of(self, units: NDArray[np.bool_]) -> float | None:
        """Return how much of the first measure some units bring; None where nothing does."""
        amount = np.nan_to_num(self.before.totals.unit_measure[self.task.rows[0]])
        whole = float(amount.sum())
        return float(amount[units].sum()) / whole if whole > 0 else None

    def proposal(
        self,
        title: str,
        variant: Variant,
        figures: Figures,
        sentences: Sequence[str],
        clock: Clock,
        said: str = "",
    ) -> Proposal:
        """Return an answer as a proposal for the units that it moves."""
        before = self.before.variant
        scope = variant.territory_ids()[variant.unit_territory] != before.territory_ids()[before.unit_territory]
        return Proposal(
            title,
            variant,
            scope,
            before,
            self.before.plan.units.unit_id,
            figures,
            (*sentences, *alter_sentences(self.before, variant, scope)),
            said,
            clock.n_done,
            clock.seconds,
            protected=self.before.protected,
        )


def alter(
    still: Still,
    aims: Sequence[Aim],
    after: Variant,
    free: NDArray[np.bool_],
    protects: bool = False,
    *,
    takes_unassigned: bool = False,
) -> Alteration:
    """Return the problem of altering a plan.

    Parameters
    ----------
    after : the territories that there will be, with all that does not change hands
    free : (U,) units that get another territory in any case: unassigned in ``after``
    protects : units with protected accounts stay where they are, if they need not go
    takes_unassigned : ground that nobody has takes part

    Raises
    ------
    UserError
        if there is no such measure, or one that cannot be shared.
    """
    plan = plan_as(still.plan, after)
    then = Still(plan, still.totals_of(after), still.adjacency, still.baseline)
    held = (after.unit_territory >= 0) | free
    unit_ix = np.flatnonzero(held | (takes_unassigned & ~plan.units.locked))
    rows, weight = weights_of(then, aims, unit_ix)
    n = len(after.territories)
    label = np.where(after.unit_territory < 0, n, after.unit_territory)[unit_ix].astype(np.int32)
    label[free[unit_ix]] = -1
    plane = EqualArea.around(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    xy_km = plane.to_km(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    per_km, from_km = ways_of(then, unit_ix, plane, xy_km)
    share = target_shares(plan)
    unlocked = np.array([not t.locked for t in after.territories])
    if not (unlocked & (share > 0)).any():
        share = equal_shares(n)  # only those without a capacity are left to take
    spare = weight[:, label == n].sum(axis=1) if n else np.zeros(len(aims))
    whole = still.totals.territory_total[list(rows)].sum(axis=1)
    whole = whole + np.minimum(spare, whole / max(len(still.plan.territories), 1)) * takes_unassigned
    scale = np.where(whole > 0, whole, np.maximum(weight.sum(axis=1), 1e-300))  # all may lie where nobody is
    target = np.maximum(np.append(share, 1.0)[None] * whole[:, None], _NO_SHARE * scale[:, None])
    problem = Problem(
        adjacency=adjacency_among(then, unit_ix),
        weight=weight,
        target=target,
        tolerance=np.array([aim.tolerance for aim in aims]),
        xy_km=xy_km,
        importance=np.array([aim.importance for aim in aims]),
        base=label,
    )
    task = Task(problem, tuple(aims), rows, unit_ix, {}, (), plane, per_km, from_km)
    row = workload_row(then, task)
    home = np.append(homes(plan)[:, :-1], [[np.nan], [np.nan]], axis=1)
    if row is not None and np.isfinite(home).any():
        problem = replace(problem, way=Way(row, per_km, from_km, plane.to_km(*home)))
    problem = replace(problem, besides=_besides(problem, label, then.totals.territory_total[list(rows)]))
    standing = Standing(
        label,
        may_move=~plan.units.locked[unit_ix] & ~(protects & protecting(still) & ~free)[unit_ix],
        may_share=np.append(unlocked & (share > 0), False),
        is_loose=np.arange(n + 1) == n,
    )
    return Alteration(still, tuple(after.territories), replace(task, problem=_first(problem, n)), problem, standing)


def _first(problem: Problem, n: int) -> Problem:
    """Return the problem with its first territories only: what is nobody's has no figures."""
    way = problem.way
    return Problem(
        problem.adjacency,
        problem.weight,
        problem.target[:, :n],
        problem.tolerance,
        problem.xy_km,
        problem.importance,
        way=None if way is None else replace(way, home_km=way.home_km[:n]),
        besides=problem.besides[:, :n],
    )


def _besides(problem: Problem, label: Labels, total: Floats) -> Floats:
    """(M, P) what territories have beside what their units bring: overrides, accounts in no unit."""
    load = np.zeros((problem.n_territories, problem.n_measures))
    has = label >= 0
    np.add.at(load, label[has], problem.brought(label).T[has])
    besides = np.zeros((problem.n_measures, problem.n_territories))
    besides[:, : total.shape[1]] = total - load.T[:, : total.shape[1]]
    # What is left of rounding is nothing.
    return np.where(np.abs(besides) > 1e-9 * np.maximum(np.abs(load.T), 1), besides, 0.0)


def target_shares(plan: Plan) -> Floats:
    """(T,) of all for each territory, as the plan's balance has it; equal where nobody has told a capacity."""
    if plan.info.target_kind == "capacity":
        share = capacity_shares(territory_capacity_h(plan))
        if share.any():
            return share
    return equal_shares(plan.n_territories)


def protecting(still: Still) -> NDArray[np.bool_]:
    """(U,) units with a protected account that has a rep by its unit."""
    plan = still.plan
    reps = np.array([t.rep_id is not None for t in plan.territories] + [False])
    accounts = plan.accounts.is_protected & (plan.accounts.unit_ix >= 0) & plan.goes_with_unit()
    found = np.zeros(len(plan.units), dtype=np.bool_)
    found[plan.accounts.unit_ix[accounts]] = True
    return np.asarray(found & reps[plan.unit_territory])


def usual_aims(still: Still, aims: Sequence[Aim]) -> tuple[Aim, ...]:
    """Return the aims, checked; where none is given the workload, or what there is of it is nothing, the units.

    Raises
    ------
    UserError
        if one that is given cannot be shared.
    """
    units = np.arange(len(still.plan.units))
    if aims:
        weights_of(still, aims, units)
        return tuple(aims)
    for measure in still.plan.measures:
        if measure.is_workload:
            usual = (Aim(measure.name, measure.tolerance),)
            if np.nan_to_num(still.totals.unit_measure[row_of_measure(still.plan, measure.name)]).sum() > 0:
                return usual
    tolerance = next((m.tolerance for m in still.plan.measures if m.name == UNITS), DEFAULT_TOLERANCE)
    return (Aim(UNITS, tolerance),)


def without(still: Still, territory_ids: Sequence[int]) -> tuple[Variant, NDArray[np.bool_]]:
    """Return the plan without territories, what is given to them by name cleared, and their units."""
    before = still.variant
    gone = np.array([t.territory_id in territory_ids for t in before.territories] + [False])
    position = np.append(np.cumsum(~gone[:-1]) - 1, -1).astype(np.int32)
    position[gone] = -1
    overrides = {k: o for k, o in before.overrides.items() if o.territory_id not in territory_ids}
    after = replace(
        before,
        territories=[t for t in before.territories if t.territory_id not in territory_ids],
        unit_territory=position[before.unit_territory],
        account_override=position[before.account_override],
        overrides=overrides,
    )
    return after, np.asarray(np.isin(before.unit_territory, np.flatnonzero(gone[:-1])))


def last_of(answers: Iterator[Handed], clock: Clock) -> Labels | None:
    """Return the last plan of a search, None if there is none; its steps are counted."""
    last = None
    for last in answers:  # noqa: B007
        pass
    if last is None:
        return None
    clock.n_done += last.n_steps
    return last.label
