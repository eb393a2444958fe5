"""An open plan as an audience may see it: a session whose names and numbers are veiled, and which can be edited.

Owns what such a view reads and hears; all writing is the real session's. What is not given here cannot be read through
it, so that a view made for a session shows nothing hidden by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.last_change import LastChanges
from territorymap.document.state_folder import cache_folder
from territorymap.errors import UserError
from territorymap.geo.adjacency import Adjacency
from territorymap.geo.topology import Topology
from territorymap.metrics.balance import Balance, shown_rows
from territorymap.metrics.totals import Totals
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.model.privacy import NOTHING_HIDDEN, Privacy
from territorymap.model.units import Units
from territorymap.model.variant import Variant
from territorymap.model.veil import Veil, lists, veiled
from territorymap.session.comparison import Comparer
from territorymap.session.coverages import Coverage
from territorymap.session.figures import Figures
from territorymap.session.listeners import Listener, Listeners
from territorymap.session.packed import load_packed
from territorymap.session.session import Command, PlanChange, Session


class VeiledSession:
    """What a view reads of a session, veiled. Positions and revisions are the session's own."""

    plan: Plan
    totals: Totals
    _veil: Veil

    def __init__(self, session: Session, privacy: Privacy = NOTHING_HIDDEN) -> None:
        self.source = session
        self.privacy = privacy
        self._listeners = Listeners()
        self._former: dict[str, str] = {}
        # By scenario_id and alignment_id: the session's own, and as shown.
        self._variants: dict[tuple[int, int | None], tuple[Variant, Variant]] = {}
        self.comparer = Comparer(self)
        self._take_all()
        self._stop: Callable[[], None] | None = session.listen(self._heard)

    def close(self) -> None:
        """Hear of no more changes; the session stays open."""
        self._listeners.clear()
        if self._stop is not None:
            self._stop()
            self._stop = None

    def set_privacy(self, privacy: Privacy) -> None:
        """Hide something else from now on; every view reads all anew."""
        if privacy == self.privacy:
            return
        self.privacy, former = privacy, self.plan.units
        self._take_all()
        every = tuple(range(self.plan.n_territories))
        delta = PlanDelta(
            is_full=True,
            is_settings_changed=True,
            is_home_changed=True,
            is_ground_changed=not _are_called_alike(former, self.plan.units),  # the map has their names, too
        )
        self._tell(PlanChange(self.rev, "veil", "", "", delta, every, ()))

    def text(self, text: str) -> str:
        """Return a sentence about the plan without hidden names."""
        return self._veil.text(text) if self.privacy.is_any else text

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def rev(self) -> int:
        return self.source.rev

    @property
    def ground_rev(self) -> int:
        return self.source.ground_rev

    @property
    def is_read_only(self) -> bool:
        return self.source.is_read_only

    @property
    def plan_to_edit(self) -> Plan:
        """The plan as commands need it; nothing of it is shown."""
        return self.source.plan

    @property
    def balance(self) -> Balance:
        """The balance of the measures that are shown; targets by capacity stand although the capacity is hidden."""
        balance, privacy = self.source.balance, self.privacy
        if not privacy.is_any:
            return balance
        return shown_rows(balance, self._veil.measure_rows, has_capacity=not privacy.hides_terms)

    def variant(self, scenario_id: int, alignment_id: int | None = None) -> Variant:
        """Return who has what in a scenario and alignment, without hidden names."""
        variant = self.source.variant(scenario_id, alignment_id)
        if not self.privacy.is_any:
            return variant
        place = scenario_id, alignment_id
        known = self._variants.get(place)
        if known is None or known[0] is not variant:
            known = self._variants[place] = (variant, self._veil.variant(variant))
        return known[1]

    def coverages(self) -> list[Coverage]:
        """Return who covers what in every alignment, without hidden names."""
        found = self.source.coverages()
        if not self.privacy.is_any:
            return found
        scenario_id = self.source.plan.scenario.scenario_id
        return [
            replace(
                coverage,
                alignment=self._veil.alignment(coverage.alignment),
                variant=self.variant(scenario_id, coverage.alignment.alignment_id),
            )
            for coverage in found
        ]

    @property
    def baseline(self) -> Variant | None:
        scenario = self.plan.baseline
        return None if scenario is None else self.variant(scenario.scenario_id)

    def last_changes(self, scenario_ids: Sequence[int]) -> LastChanges:
        return self.source.last_changes(scenario_ids)

    @property
    def figures(self) -> Figures:
        """Figures of territories that come from registers; pay and quotas are nobody's business here."""
        return Figures(self.source, hides_pay=True)

    @property
    def disruption(self) -> None:
        """What changes rep is told to the planner only, and so are caps."""

    @property
    def geometry(self) -> NDArray[np.object_]:
        return self.source.geometry

    @property
    def topology(self) -> Topology:
        return self.source.topology

    @property
    def adjacency(self) -> Adjacency:
        return self.source.adjacency

    def take_packed(self) -> bytes:
        """Return the unit layer as the map page wants it; units that were called after reps are not."""
        if _are_called_alike(self.plan.units, self.source.plan.units):
            return self.source.take_packed()
        return load_packed(self.topology, self.plan, cache_folder())

    def levels_to_find(self) -> None:
        """Levels of detail are found for the plan's own map."""

    # -- writing -------------------------------------------------------------------------------------------------------

    def do(self, command: Command, initiator: str = "", **more: Any) -> PlanChange:
        """Run a command made with ``plan_to_edit``; what is told of it has no hidden name."""
        try:
            return self._shown(self.source.do(command, initiator, **more))
        except UserError as error:
            raise UserError(self.text(error.message), self.text(error.hint)) from error

    # -- telling -------------------------------------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener after each change; returns how to stop that."""
        return self._listeners.add(listener)

    def _heard(self, change: PlanChange) -> None:
        if self.privacy.is_any and self._veil.plan is self.source.plan and _is_small(change):
            self._take_choices()
            self.totals.apply(self.plan, change.delta)
        elif self.privacy.is_any and change.kind == "switch":
            self._veil = self._veil.beside(self.source.plan)
            self.plan = veiled(self._veil, is_live=True, like=self.plan)
            self.totals.apply(self.plan, change.delta)
        else:
            self._take_all()
        self._tell(self._shown(change))

    def _shown(self, change: PlanChange) -> PlanChange:
        """Return the change as it is told here; rows of the file are nobody's business."""
        return replace(
            change, label=self.text(change.label), changes=(), notes=tuple(self.text(note) for note in change.notes)
        )

    def _tell(self, change: PlanChange) -> None:
        self._listeners.tell(change)

    # -- the veiled plan -----------------------------------------------------------------------------------------------

    def _take_all(self) -> None:
        source = self.source
        self._veil = Veil(source.plan, self.privacy, self._former)
        self._former = self._veil.known_reps  # the steps of the history go on naming them
        self._variants.clear()
        self.plan = veiled(self._veil, is_live=True) if self.privacy.is_any else source.plan
        self.totals = source.totals_for(self.plan) if self.privacy.is_any else source.totals

    def _take_choices(self) -> None:
        """Take over who has what; units, accounts, reps and measures are as before."""
        plan = self.source.plan
        self.plan = replace(
            self.plan,
            territories=self._veil.territories(plan.territories),
            overrides={key: self._veil.override(override) for key, override in plan.overrides.items()},
            unit_territory=plan.unit_territory,
            account_override=plan.account_override,
            **lists(self._veil),
        )


def _are_called_alike(units: Units, others: Units) -> bool:
    return all(
        one is other or np.array_equal(one, other)
        for one, other in ((units.name, others.name), (units.parent_name, others.parent_name))
    )


def _is_small(change: PlanChange) -> bool:
    """Tell whether only units, overrides and territories changed."""
    delta = change.delta
    return not (
        delta.is_full
        or delta.is_ground_changed
        or delta.is_settings_changed
        or delta.is_home_changed
        or delta.changed_rep_ids
    )
