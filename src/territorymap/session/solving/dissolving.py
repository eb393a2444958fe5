"""A leaver's ground given to those around it. Owns who may be dissolved and the run; optimise.dissolving searches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.records import Territory
from territorymap.optimise.problem import Labels
from territorymap.session.commands.checks import (
    enumerate_names,
    find_territory,
    refuse_locked_territories,
    refuse_locked_units,
)
from territorymap.session.solving import alter_words as words
from territorymap.session.solving.aims import Aim, Limits
from territorymap.session.solving.alteration import alter, last_of, usual_aims, without
from territorymap.session.solving.answers import variant_of_answer
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import Still
from territorymap.session.solving.watch import NOBODY, Watch

DIRECT = 0.5  # of the limits for what moves nobody else; the rest for further moves


class DissolveJob:
    """Gives the ground of leavers to those around it; nobody else's customers move in the first proposal.

    Where that leaves somebody beyond the tolerance, a second one has the smallest further moves.
    """

    def __init__(self, still: Still, territory_ids: Sequence[int], aims: Sequence[Aim] = ()) -> None:
        """Raise UserError if a territory is locked, or nobody is there to take its ground."""
        self.still, plan = still, still.plan
        self.leavers = [find_territory(plan, i) for i in dict.fromkeys(territory_ids)]
        self.aims = usual_aims(still, aims)
        refuse_locked_territories(self.leavers, plan)
        names = enumerate_names([t.name for t in self.leavers])
        if len(self.leavers) == len(plan.territories):
            raise UserError(
                tr("Nobody is there to take the ground of {names}: there is no other territory.", names=names),
                tr("Delete it instead, or make another territory first."),
            )
        ids = [t.territory_id for t in self.leavers]
        after, self._free = without(still, ids)
        refuse_locked_units(plan, np.flatnonzero(self._free))
        self.title = tr("Dissolve {names}", names=names)
        self.alteration = alter(still, self.aims, after, self._free, protects=True)
        if self._free.any():
            words.refuse_enclosed(self.alteration, names)
        self.scope = self._free | ~plan.units.locked

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return the plan in which nobody else's customers move, and one with further moves if it lacks something."""
        from territorymap.optimise.alter import warm_up
        from territorymap.optimise.dissolving import Dissolving
        from territorymap.optimise.standing import fair_bands
        from territorymap.optimise.widening import further

        warm_up()
        clock, a = Clock(limits, watch), self.alteration
        if not self._free.any():
            return [self._proposal(a.standing.label, clock)]
        search = Dissolving(a.problem, a.standing, limits.seed)
        label = a.standing.label
        for answer in search.run(clock.budget(DIRECT, lambda: search.n_done)):
            label = answer.label
            if clock.is_time_to_show():
                watch.on_best(self._proposal(label, clock))
        clock.n_done += search.n_done
        first = self._proposal(label, clock)
        problem = a.retargeted(label)
        low, high = fair_bands(problem, a.standing)
        load = search.loads(label)
        if not ((load > high) | (load < low)).any():
            return [first]
        watch.on_best(first)
        fixed = ~a.standing.may_move
        second = last_of(further(problem, a.standing, label, fixed, clock.budget(1.0), limits.seed), clock)
        if second is None or (second == label).all():
            return [first]
        return [first, self._proposal(second, clock, label)]

    def _proposal(self, label: Labels, clock: Clock, direct: Labels | None = None) -> Proposal:
        a = self.alteration
        ids = [t.territory_id for t in self._after_territories]
        variant = variant_of_answer(self.still, a.task, a.told(label), ids)
        figures = a.figures(label, variant, a.share_of(self._free))
        sentences = words.of_dissolving(a, figures, self.leavers, label, direct)
        said = "" if direct is None else tr("with further moves")
        return a.proposal(self.title, variant, figures, sentences, clock, said)

    @property
    def _after_territories(self) -> list[Territory]:
        gone = {t.territory_id for t in self.leavers}
        return [t for t in self.still.plan.territories if t.territory_id not in gone]
