"""Territories joined into one. Owns what becomes of accounts given by name; the rows are commands.solving's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.commands.checks import (
    enumerate_names,
    find_territory,
    refuse_locked_territories,
    refuse_locked_units,
)
from territorymap.session.solving import unite_words as words
from territorymap.session.solving.aims import Aim, Limits
from territorymap.session.solving.alteration import alter, usual_aims, without
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import Still
from territorymap.session.solving.watch import NOBODY, Watch


class JoinJob:
    """Gives all that territories have to another one, which keeps its name, colour and rep."""

    def __init__(self, still: Still, territory_ids: Sequence[int], into: int, aims: Sequence[Aim] = ()) -> None:
        """Raise UserError if one is locked, or it is only one."""
        self.still, plan = still, still.plan
        self.into = find_territory(plan, into)
        self.joined = [find_territory(plan, i) for i in dict.fromkeys(territory_ids) if i != into]
        if not self.joined:
            raise UserError(
                tr("{name} cannot be joined with itself.", name=self.into.name), tr("Name two different territories.")
            )
        refuse_locked_territories([self.into, *self.joined], plan)
        after, free = without(still, [t.territory_id for t in self.joined])
        refuse_locked_units(plan, np.flatnonzero(free))
        names = enumerate_names([t.name for t in self.joined])
        self.title = tr("Merge {names} into {target}", names=names, target=self.into.name)
        ids = {t.territory_id for t in self.joined}
        position = after.ix_by_id[into]
        unit_territory = after.unit_territory.copy()
        unit_territory[free] = position
        override = after.account_override.copy()
        given = {key: o for key, o in still.plan.overrides.items() if o.territory_id in ids}
        override[plan.accounts.ix_of(np.array(sorted(given), dtype=np.int64))] = position
        overrides = dict(after.overrides) | {key: replace(o, territory_id=into) for key, o in given.items()}
        self.variant = replace(after, unit_territory=unit_territory, account_override=override, overrides=overrides)
        self._free, self._after = free, after
        self.aims = usual_aims(still, aims)
        self.scope = free

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return the one plan that there is."""
        clock = Clock(limits, watch)
        a = alter(self.still, self.aims, self.variant, np.zeros_like(self._free))
        figures = a.figures(a.standing.label, self.variant, a.share_of(self._free))
        sentences = words.of_joining(a, figures, self.joined, self.into, self._free)
        return [replace(a.proposal(self.title, self.variant, figures, sentences, clock), scope=self._free)]
