"""A territory for a new rep, grown from a home. Owns where it may begin and the run; optimise.adding searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.records import Territory
from territorymap.optimise.problem import Labels
from territorymap.session.commands.checks import (
    clean_name,
    find_rep,
    refuse_locked_territories,
    refuse_locked_units,
)
from territorymap.session.solving import alter_words as words
from territorymap.session.solving.aims import Aim, Limits
from territorymap.session.solving.alteration import alter, last_of, usual_aims
from territorymap.session.solving.answers import variant_of_answer
from territorymap.session.solving.dissolving import DIRECT
from territorymap.session.solving.home import Home
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.proposal import FIRST_NEW_ID, Proposal
from territorymap.session.solving.still import Still
from territorymap.session.solving.watch import NOBODY, Watch


class AddJob:
    """Makes a territory for a new rep, grown from a home; in the first proposal nothing else changes hands."""

    def __init__(
        self,
        still: Still,
        name: str,
        home: Home,
        aims: Sequence[Aim] = (),
        rep_id: int | None = None,
        color: str = "",
    ) -> None:
        """Raise UserError if the name is taken, or the home is where nothing may be taken."""
        self.still, self.home, plan = still, home, still.plan
        name = clean_name(name, [t.name for t in plan.territories], tr("territory"))
        rep = find_rep(plan, rep_id) if rep_id is not None else None
        if not plan.territories:
            raise UserError(
                tr("The plan has no territories yet, so there is nothing to take from."),
                tr("Build territories first, or make one and paint its units."),
            )
        self.aims = usual_aims(still, aims)
        order = max(t.sort_order for t in plan.territories) + 1
        self.territory = Territory(FIRST_NEW_ID, "", name, color, rep_id, sort_order=order)
        self._check_home()
        before = still.variant
        after = replace(before, territories=[*before.territories, self.territory])
        self.title = tr("Add {name} for {rep}", name=name, rep=rep.name) if rep else tr("Add {name}", name=name)
        none = np.zeros(len(plan.units), dtype=np.bool_)
        self.alteration = alter(still, self.aims, after, none, protects=True, takes_unassigned=True)
        self.newcomer = len(plan.territories)
        self.scope = ~plan.units.locked

    def _check_home(self) -> None:
        plan, unit = self.still.plan, self.home.unit_ix
        if plan.units.locked[unit]:
            refuse_locked_units(plan, np.array([unit]))
        holder = int(plan.unit_territory[unit])
        if holder >= 0:
            refuse_locked_territories([plan.territories[holder]], plan)
            if (plan.unit_territory == holder).sum() == 1:
                raise UserError(
                    tr(
                        "{unit} is all that {name} has, so nothing would be left of it.",
                        unit=self.home.unit_name(plan),
                        name=plan.territories[holder].name,
                    ),
                    tr(
                        "Choose a home in another unit, or give {name} to the new rep.",
                        name=plan.territories[holder].name,
                    ),
                )

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return the plan in which only the new territory takes, and one with further moves if it lacks something."""
        from territorymap.optimise.adding import adding, is_worth_its_shape
        from territorymap.optimise.alter import warm_up
        from territorymap.optimise.standing import fair_bands
        from territorymap.optimise.widening import further

        warm_up()
        clock, a = Clock(limits, watch), self.alteration
        home = int(np.flatnonzero(a.unit_ix == self.home.unit_ix)[0])
        found = []
        for is_compact, until in ((True, 0.25), (False, DIRECT)):
            search = adding(a.problem, a.standing, self.newcomer, home, limits.seed, is_compact=is_compact)
            for answer in search.run(clock.budget(until, lambda search=search: search.n_done)):  # type: ignore[misc]
                if is_compact and clock.is_time_to_show():
                    watch.on_best(self._proposal(answer.label, clock))
            clock.n_done += search.n_done
            found.append(answer)
        compact, even = found
        if is_worth_its_shape(even, compact, int(search.rules.is_open.sum())):
            return [self._proposal(even.label, clock)]
        proposals = [self._proposal(compact.label, clock)]
        problem = a.retargeted(compact.label)
        low, high = fair_bands(problem, a.standing)
        low[self.newcomer] = (problem.target.T * (1 - problem.tolerance))[self.newcomer]
        load = search.loads(compact.label)
        if not ((load > high) | (load < low)).any():
            return proposals
        watch.on_best(proposals[0])
        fixed = ~a.standing.may_move
        fixed[home] = True
        second = last_of(further(problem, a.standing, compact.label, fixed, clock.budget(1.0), limits.seed), clock)
        if second is not None and (second != compact.label).any():
            proposals.append(self._proposal(second, clock, compact.label))
        return proposals

    def _proposal(self, label: Labels, clock: Clock, direct: Labels | None = None) -> Proposal:
        a, rep_id = self.alteration, self.territory.rep_id
        ids: list[int | None] = [t.territory_id for t in self.still.plan.territories]
        variant = variant_of_answer(
            self.still,
            a.task,
            a.told(label),
            [*ids, None],
            names={self.newcomer: self.territory.name},
            rep_ids={} if rep_id is None else {self.newcomer: rep_id},
        )
        made = next(t for t in variant.territories if t.territory_id == FIRST_NEW_ID)
        new = replace(self.territory, color=self.territory.color or made.color)  # one that those beside do not have
        variant = replace(variant, territories=[new if t is made else t for t in variant.territories])
        share = float(a.problem.target[0, self.newcomer] / max(a.problem.target[0, :-1].sum(), 1e-300))
        figures = a.figures(label, variant, share * (1 - self.aims[0].tolerance))
        sentences = words.of_adding(a, figures, self.territory, self.home, label, direct)
        said = "" if direct is None else tr("with further moves")
        return a.proposal(self.title, variant, figures, sentences, clock, said)
