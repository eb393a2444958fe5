"""What differs between two scenarios by identity: territories, owners of units, accounts given by name.

Owns finding and counting it; what changes hands against the baseline, by rep, is metrics' (moves, disruption).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.model.records import Territory
from territorymap.model.variant import Variant

Ids = NDArray[np.int64]
NOBODY = -1
FIELDS = ("name", "color", "rep_id", "region_id", "locked")


@dataclass(frozen=True)
class TerritoryDifference:
    """A territory whose record differs; None = the scenario does not have it."""

    territory_id: int
    mine: Territory | None
    theirs: Territory | None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what differs; none where only one of them has the territory."""
        if self.mine is None or self.theirs is None:
            return ()
        return tuple(name for name in FIELDS if getattr(self.mine, name) != getattr(self.theirs, name))


@dataclass(frozen=True)
class Differences:
    """Keys of territories, not positions, for the scenarios may have others; NOBODY = none."""

    territories: tuple[TerritoryDifference, ...]
    unit_ix: NDArray[np.int64]  # (n,) units that another territory has
    unit_mine: Ids  # (n,) territory_id
    unit_theirs: Ids  # (n,)
    account_ix: NDArray[np.int64]  # (m,) accounts given by name to another, or by only one of them
    account_mine: Ids  # (m,)
    account_theirs: Ids  # (m,)

    @property
    def n(self) -> int:
        """How many things differ."""
        return len(self.territories) + len(self.unit_ix) + len(self.account_ix)


def find_differences(mine: Variant, theirs: Variant) -> Differences:
    """Return what is not the same in two scenarios of one plan."""
    unit_mine, unit_theirs = (v.territory_ids()[v.unit_territory] for v in (mine, theirs))
    account_mine, account_theirs = (v.territory_ids()[v.account_override] for v in (mine, theirs))
    unit_ix = np.flatnonzero(unit_mine != unit_theirs)
    account_ix = np.flatnonzero(account_mine != account_theirs)
    return Differences(
        tuple(_territories(mine, theirs)),
        unit_ix,
        unit_mine[unit_ix],
        unit_theirs[unit_ix],
        account_ix,
        account_mine[account_ix],
        account_theirs[account_ix],
    )


def _territories(mine: Variant, theirs: Variant) -> list[TerritoryDifference]:
    of_mine = {t.territory_id: t for t in mine.territories}
    of_theirs = {t.territory_id: t for t in theirs.territories}
    pairs = [TerritoryDifference(i, of_mine.get(i), of_theirs.get(i)) for i in dict.fromkeys([*of_theirs, *of_mine])]
    return [pair for pair in pairs if pair.mine is None or pair.theirs is None or pair.fields]
