"""One way to cover for a rep who leaves, and all the ways there are: the records, and the plan as it would be.

Owns what they say of themselves; planning finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.model.plan import Plan
from territorymap.model.records import Alignment, Rep, Territory


@dataclass(frozen=True)
class Heir:
    """Who takes part of a territory: with the territory itself, or with units that go to a territory of the heir."""

    rep: Rep
    territory: Territory  # where the units go: the one of the leaver, where this heir is put in charge of it
    unit_ix: NDArray[np.int64]
    n_accounts: int
    is_main: bool


@dataclass(frozen=True)
class Covered:
    """One territory of the leaver in one alignment."""

    alignment: Alignment
    territory: Territory
    heirs: tuple[Heir, ...]  # the main one first; () = nobody can


@dataclass(frozen=True)
class Load:
    """What one rep has to do, in all alignments."""

    rep: Rep
    before_h: float
    after_h: float
    capacity_h: float  # told, else what is usual
    is_told: bool

    @property
    def before(self) -> float:
        return self.before_h / self.capacity_h if self.capacity_h > 0 else float("nan")

    @property
    def after(self) -> float:
        return self.after_h / self.capacity_h if self.capacity_h > 0 else float("nan")


@dataclass(frozen=True)
class Cover:
    """One way to cover: each territory by so many neighbours at most."""

    most: int
    covered: tuple[Covered, ...]
    loads: tuple[Load, ...]  # of those who take something, the fullest first

    @property
    def n_owners(self) -> int:
        """How many people accounts get to know."""
        return len({heir.rep.rep_id for one in self.covered for heir in one.heirs})

    @property
    def worst(self) -> float:
        """The load of the fullest of them, as a share of the capacity; nan where nobody takes anything."""
        return max((load.after for load in self.loads), default=float("nan"))

    @property
    def overload_h(self) -> float:
        """Hours a year that come on top of what those who cover can do."""
        return sum(
            max(load.after_h - load.capacity_h, 0.0) - max(load.before_h - load.capacity_h, 0.0) for load in self.loads
        )

    @property
    def n_accounts(self) -> int:
        return sum(heir.n_accounts for one in self.covered for heir in one.heirs)


@dataclass(frozen=True)
class Turnover:
    """What is to be decided when a rep leaves."""

    rep: Rep
    options: tuple[Cover, ...]  # by number of new owners; each has less overload than the one before
    best: int  # position of the one that is proposed
    teams: tuple[tuple[Alignment, Territory], ...] = ()  # teams that the rep leaves
    notes: tuple[tuple[str, ...], ...] = ()  # what is to be told of each option


def covered_plan(plan: Plan, covered: Sequence[Covered], rep: Rep) -> Plan:
    """Return one alignment of a plan as it would be while others cover."""
    territories, unit_territory = list(plan.territories), plan.unit_territory.copy()
    at = {territory.territory_id: ix for ix, territory in enumerate(territories)}
    for one in covered:
        ix = at[one.territory.territory_id]
        main = one.heirs[0].rep.rep_id if one.heirs else None
        team = tuple(member for member in one.territory.team if member.rep_uuid != rep.uuid)
        territories[ix] = replace(one.territory, rep_id=main, team=team)
        for heir in one.heirs[1:]:
            unit_territory[heir.unit_ix] = at[heir.territory.territory_id]
    return replace(plan, territories=territories, unit_territory=unit_territory)
