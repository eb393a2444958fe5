"""An open plan in memory with all that is worked out of it: read once, then brought to what each step left in the file.

Owns what is kept and when it is void; writes no step and tells nobody (session).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from territorymap.collecting import uncollected
from territorymap.document import Document
from territorymap.metrics.balance import Balance, compute_balance
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.totals import Totals
from territorymap.model.change import PlanDelta, RowChange
from territorymap.model.plan import Plan
from territorymap.model.variant import Variant, variant_of
from territorymap.session.apply import apply_changes
from territorymap.session.coverages import Coverage, Coverages
from territorymap.session.outline_keeper import OutlineKeeper
from territorymap.session.part import lock_outside, part_of
from territorymap.session.registers import Registers
from territorymap.session.standing import Standing
from territorymap.session.variants import Variants

_LISTED = frozenset({"scenario", "cap", "scene", "conflict", "alignment", "region"})


@dataclass(frozen=True)
class Followed:
    """What a step changed in memory."""

    delta: PlanDelta
    touched: tuple[int, ...]  # territory_ix whose numbers or record changed
    elsewhere: frozenset[int]  # alignment_id of those not in use whose territories or owners changed


class Memory:
    """Of one session, which alone makes it follow."""

    def __init__(self, document: Document, progress: Callable[[float], None] | None = None) -> None:
        self._document = document
        self.plan: Plan = document.load(progress)
        self.part = part_of(self.plan)  # None: a whole plan
        self._lock_outside()
        self.rev = 0
        self.ground_rev = 0  # goes up when units come, go or get other borders
        self._begin()

    def _begin(self) -> None:
        """Forget all that was worked out of the plan."""
        document = self._document
        self._balance: Balance | None = None
        self._disruption: Disruption | None = None
        self._totals: Totals | None = None
        self.standing = Standing(document, len(self.plan.units))
        self._place = document.place
        self._variants = Variants(document)
        self._coverages = Coverages()
        self.outlines = OutlineKeeper(document)
        self.registers = Registers(document)

    def read_anew(self) -> None:
        """Read the whole plan from its file; nothing that was worked out of it stands."""
        self.plan = self._document.load()
        self._lock_outside()
        self._begin()
        self.ground_rev += 1
        self.rev += 1

    def _lock_outside(self) -> None:
        if self.part is not None:
            lock_outside(self.plan)

    # -- figures -------------------------------------------------------------------------------------------------------

    @property
    def totals(self) -> Totals:
        """Totals of every territory; computed in full once, then by deltas."""
        if self._totals is None:
            self._totals = Totals(self.plan, self.standing.adjacency, self.standing.perimeter_km)
        return self._totals

    @property
    def balance(self) -> Balance:
        """Index, deviation and the plan's figures, with the plan's own target and tolerances."""
        if self._balance is None:
            self._balance = compute_balance(self.plan, self.totals)
        return self._balance

    @property
    def disruption(self) -> Disruption | None:
        """What changes rep against the baseline; None where there is none, or where it is the scenario in use."""
        baseline = None if self.plan.scenario.is_baseline else self.baseline
        if baseline is None:
            self._disruption = None
        elif self._disruption is None or self._disruption.baseline is not baseline:
            self._disruption = Disruption(self.plan, self.totals, baseline)
        return self._disruption

    # -- scenarios and alignments --------------------------------------------------------------------------------------

    @property
    def in_use(self) -> tuple[int, int]:
        """The scenario_id and alignment_id in use."""
        return self._document.scenario_id, self._document.alignment_id

    @property
    def baseline(self) -> Variant | None:
        """Who has what in the baseline; None where the planner has not said which scenario that is."""
        scenario = self.plan.baseline
        return None if scenario is None else self.variant(scenario.scenario_id)

    def variant(self, scenario_id: int, alignment_id: int | None = None) -> Variant:
        """Return who has what in a scenario and alignment (the one in use, if none is named); KeyError without it.

        Of the place in use the arrays are live; those of others stand until they change.
        """
        if scenario_id not in {scenario.scenario_id for scenario in self.plan.scenarios}:
            raise KeyError(scenario_id)
        in_use = self.in_use
        place = scenario_id, in_use[1] if alignment_id is None else alignment_id
        if place[1] not in {alignment.alignment_id for alignment in self.plan.alignments}:
            raise KeyError(alignment_id)
        return variant_of(self.plan) if place == in_use else self._variants.get(self.plan, place)

    def coverages(self) -> list[Coverage]:
        """Return who covers what in every alignment of the scenario in use, in the order of the plan."""
        scenario_id, in_use = self.in_use
        return [
            self._coverages.in_use(self.plan, variant_of(self.plan))
            if alignment.alignment_id == in_use
            else self._coverages.other(self.plan, alignment, self.variant(scenario_id, alignment.alignment_id))
            for alignment in self.plan.alignments
        ]

    def take_place(self, former: tuple[int, int], variant: Variant) -> None:
        """Take up who has what in the place that the document has in use from now on, instead of the former one."""
        totals, before = self.totals, self.plan
        self._variants.take(self.in_use)
        self._variants.keep(former, variant_of(before))  # nobody edits these arrays any more
        self._place = self._document.place
        self._take_variant(variant)
        totals.apply(self.plan, PlanDelta(is_full=True))
        self.outlines.ask_document()
        self.rev += 1

    def _take_variant(self, variant: Variant) -> None:
        self._coverages.forget()
        alignment = self._document.alignment_id
        self.plan = replace(
            self.plan,
            scenario=variant.scenario,
            alignment=next(a for a in self.plan.alignments if a.alignment_id == alignment),
            in_scope=self._variants.in_scope(self.plan, alignment),
            # Copies: who holds the variant must not see what is edited from now on.
            territories=list(variant.territories),
            unit_territory=variant.unit_territory.copy(),
            account_override=variant.account_override.copy(),
            overrides=dict(variant.overrides),
        )
        self._lock_outside()
        self._balance = self._disruption = None

    # -- after a step --------------------------------------------------------------------------------------------------

    @uncollected()
    def follow(self, changes: Sequence[RowChange], *, is_merge: bool = False) -> Followed:
        """Take up what the document's last step changed, ``changes`` being what the place in use sees of it.

        The totals must have been asked for before the step, so that a delta can be put on them.
        """
        elsewhere = self._document.changed_elsewhere
        may_be_asked = self._variants.follow(self.plan, changes, elsewhere, is_all=is_merge)
        self.registers.follow(changes)
        if not changes and not elsewhere:
            return Followed(PlanDelta(), (), elsewhere)
        totals = self.totals
        before, unit_id = self.plan, self.plan.units.unit_id
        self.plan, delta = apply_changes(self.plan, changes, self._document.load)
        # The scenario in use went, or stands on another one.
        is_elsewhere, self._place = self._document.place != self._place, self._document.place
        self._take_lists(changes)
        if is_elsewhere:
            delta = replace(delta, is_full=True)
            self._variants.take(self.in_use)
            self._take_variant(self._document.variant(self._document.scenario_id, self.plan))
        elif may_be_asked and self._cover_anew():
            delta = replace(delta, is_full=True)
        plan = self.plan
        self._lock_outside()
        if delta.is_ground_changed:
            self.standing.renew(before, unit_id, plan, changes)
            self.ground_rev += 1
            totals.take_ground(plan, self.standing.adjacency, self.standing.perimeter_km)
        self._balance = None
        touched = tuple(sorted({int(ix) for ix in totals.apply(plan, delta)} | set(delta.changed_territory_ix)))
        self._follow_disruption(delta)
        self._coverages.follow(delta, totals)
        self.outlines.mark(delta, plan, is_elsewhere=bool(elsewhere))
        self.rev += 1
        return Followed(delta, touched, elsewhere)

    def _take_lists(self, changes: Sequence[RowChange]) -> None:
        """Read the short lists again where a step changed one, and the scenario in use where that is another now."""
        if any(change.table in _LISTED for change in changes):
            lists = self._document.lists()
            self.plan.scenarios, self.plan.caps = lists.scenarios, lists.caps
            self.plan.scenes, self.plan.conflicts = lists.scenes, lists.conflicts
            self.plan.alignments, self.plan.regions = lists.alignments, lists.regions
        scenario_id, alignment_id = self.in_use
        self.plan.scenario = next(s for s in self.plan.scenarios if s.scenario_id == scenario_id)
        self.plan.alignment = next(a for a in self.plan.alignments if a.alignment_id == alignment_id)

    def _cover_anew(self) -> bool:
        """Find anew which accounts the alignment in use covers; tells whether they are others."""
        in_scope = self._variants.in_scope(self.plan, self._document.alignment_id)
        if np.array_equal(in_scope, self.plan.in_scope):
            return False
        self.plan.in_scope = in_scope
        return True

    def _follow_disruption(self, delta: PlanDelta) -> None:
        """Bring what changes rep to the new state; let go of it where the baseline must be read anew."""
        kept, scenario = self._disruption, self.plan.baseline
        if kept is None:
            return
        place = None if scenario is None else (scenario.scenario_id, self._document.alignment_id)
        if place is None or self._variants.known(place) is not kept.baseline:
            self._disruption = None
        else:
            kept.apply(self.plan, self.totals, delta)
