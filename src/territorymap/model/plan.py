"""A plan in memory: arrays and records, and how a change of rows is put into them.

Owns the alignment in use; not totals (metrics), not storage (document).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.model.accounts import Accounts
from territorymap.model.ownership import owner_of_accounts
from territorymap.model.records import (
    Alignment,
    Cap,
    Conflict,
    Measure,
    Override,
    PlanInfo,
    Region,
    Rep,
    Scenario,
    Scene,
    Segment,
    Territory,
)
from territorymap.model.units import Units


@dataclass
class Plan:
    """One scenario of one alignment, as arrays; position in ``territories`` is ``territory_ix``."""

    info: PlanInfo
    units: Units
    accounts: Accounts
    territories: list[Territory]  # ascending sort_order, then territory_id
    reps: list[Rep]
    measures: list[Measure]  # ascending sort_order; the builtin ones first
    segments: list[Segment]
    unit_territory: NDArray[np.int32]  # (U,) territory_ix, -1 = unassigned
    account_override: NDArray[np.int32]  # (A,) territory_ix, -1 = none
    overrides: dict[int, Override] = field(default_factory=dict)  # by account_id
    regions: list[Region] = field(default_factory=list)
    scenario: Scenario = field(default_factory=lambda: Scenario(1, "", ""))  # the one that the arrays are of
    scenarios: list[Scenario] = field(default_factory=list)  # all, ascending scenario_id
    alignment: Alignment = field(default_factory=lambda: Alignment(1, "", ""))  # the one that the arrays are of
    alignments: list[Alignment] = field(default_factory=list)  # all, ascending sort_order
    caps: list[Cap] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)  # ascending sort_order
    conflicts: list[Conflict] = field(default_factory=list)  # of merges, decided ones too
    # (A,) whether the scope of the alignment covers the account; never written into, but replaced
    in_scope: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=np.bool_))

    def __post_init__(self) -> None:
        """Cover all accounts where nothing else was said."""
        if len(self.in_scope) != len(self.accounts):
            if not self.in_scope.all():
                raise ValueError("in_scope is of other accounts")
            self.in_scope = np.ones(len(self.accounts), dtype=np.bool_)

    @property
    def baseline(self) -> Scenario | None:
        """What disruption is measured against; None where the planner has not said."""
        return next((scenario for scenario in self.scenarios if scenario.is_baseline), None)

    def scenario_named(self, name: str) -> Scenario | None:
        """Return the scenario of that name, case and outer blanks aside."""
        wanted = name.strip().casefold()
        return next((s for s in self.scenarios if s.name.strip().casefold() == wanted), None)

    def alignment_named(self, name: str) -> Alignment | None:
        """Return the alignment of that name, case and outer blanks aside."""
        wanted = name.strip().casefold()
        return next((a for a in self.alignments if a.name.strip().casefold() == wanted), None)

    @property
    def n_territories(self) -> int:
        return len(self.territories)

    def territory_ix(self, territory_id: int) -> int:
        """Return the position of a territory; KeyError if there is none."""
        for ix, territory in enumerate(self.territories):
            if territory.territory_id == territory_id:
                return ix
        raise KeyError(territory_id)

    def territory_named(self, name: str) -> Territory | None:
        """Return the territory of that name, case and outer blanks aside."""
        wanted = name.strip().casefold()
        return next((t for t in self.territories if t.name.strip().casefold() == wanted), None)

    def rep(self, rep_id: int | None) -> Rep | None:
        return next((r for r in self.reps if r.rep_id == rep_id), None) if rep_id is not None else None

    def rep_of(self, territory_ix: int) -> Rep | None:
        """Return the rep of a territory position; None for a vacancy and for -1."""
        return self.rep(self.territories[territory_ix].rep_id) if territory_ix >= 0 else None

    def measure_named(self, name: str) -> Measure | None:
        wanted = name.strip().casefold()
        return next((m for m in self.measures if m.name.casefold() == wanted), None)

    def territory_of_accounts(self, account_ix: NDArray[np.integer] | None = None) -> NDArray[np.int32]:
        """Return the territory_ix that has each account: its override, else in scope its unit's; -1 = none."""
        unit_ix, override, in_scope = self.accounts.unit_ix, self.account_override, self.in_scope
        if account_ix is not None:
            unit_ix, override, in_scope = unit_ix[account_ix], override[account_ix], in_scope[account_ix]
        return owner_of_accounts(self.unit_territory, unit_ix, override, in_scope)

    def goes_with_unit(self, account_ix: NDArray[np.integer] | None = None) -> NDArray[np.bool_]:
        """Return which accounts follow their units from territory to territory: in scope, and not given by override."""
        if account_ix is None:
            return np.asarray(self.in_scope & (self.account_override < 0))
        return np.asarray(self.in_scope[account_ix] & (self.account_override[account_ix] < 0))

    def units_of(self, territory_ix: int) -> NDArray[np.int64]:
        return np.flatnonzero(self.unit_territory == territory_ix)
