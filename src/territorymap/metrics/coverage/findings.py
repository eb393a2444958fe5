"""What a look at the coverage finds. Owns the shape of a finding, the kinds there are, and grouping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.coverage.situation import Ix, Situation

GAP, OVERLAP, HORIZONTAL, VERTICAL = "gap", "overlap", "horizontal", "vertical"
MULTICHANNEL, DEAL, HANDOVER = "multichannel", "deal", "handover"

# The causes of each kind, in the order to show them.
CAUSES = {
    GAP: ("scope", "unassigned", "vacant"),
    OVERLAP: ("exclusive",),
    HORIZONTAL: ("account", "ground", "bid"),
    VERTICAL: ("rep", "bid", "price", "territory"),
    MULTICHANNEL: ("indirect", "inside"),
    DEAL: ("second", "outside", "expired"),
    HANDOVER: ("due", "coming"),
}
KINDS = tuple(CAUSES)

Holder = tuple[int, int]  # position of a side, position of a territory in it; -1 = none


def _none() -> Ix:
    return np.empty(0, dtype=np.int64)


@dataclass(eq=False)  # not frozen: a plan may have 100,000, and freezing doubles what one costs
class Finding:
    """One conflict or gap: what it is about and between whom."""

    kind: str
    cause: str
    accounts: Ix = field(default_factory=_none)  # account_ix, ascending
    ground: Ix | None = None  # unit_ix, ascending; None: the units that the accounts lie in
    deals: tuple[int, ...] = ()  # positions in Deals; of two the first came first
    holders: tuple[Holder, ...] = ()  # who is concerned
    revenue: float = 0.0  # of the accounts
    amount: float = 0.0  # of the deals that are at issue
    day: str = ""  # when, of a hand-over
    uncovered: int = 0  # accounts of a gap that nobody covers in any alignment
    unit_ix: NDArray[np.int32] | None = field(default=None, repr=False)  # (A,) of all accounts, where ground is None

    @cached_property
    def units(self) -> Ix:
        """unit_ix, ascending: the ground at issue, else the units that the accounts lie in."""
        if self.ground is not None or self.unit_ix is None:
            return _none() if self.ground is None else self.ground
        found = np.unique(self.unit_ix[self.accounts])
        return found[found >= 0].astype(np.int64)

    @property
    def count(self) -> int:
        """How many accounts; deals where it is about deals; units where no account lies in them."""
        return len(self.accounts) if not self.deals and len(self.accounts) else len(self.deals) or len(self.units)

    @property
    def key(self) -> str:
        """What stays the same while a list is looked at: kind, cause, who, and the first thing it is about."""
        first = self.deals[-1] if self.deals else self.accounts[0] if len(self.accounts) else -1
        unit = self.units[0] if len(self.units) else -1
        who = ",".join(f"{side}.{territory}" for side, territory in self.holders)
        return f"{self.kind}.{self.cause}:{who}:{first}:{unit}"


def grouped(codes: NDArray[np.integer], members: Ix) -> Iterator[tuple[int, Ix]]:
    """Yield each code with its members, both ascending; members must be ascending."""
    for code, found, _ in grouped_sums(codes, members, np.zeros(0)):
        yield code, found


def grouped_sums(
    codes: NDArray[np.integer], members: Ix, values: NDArray[np.float64]
) -> Iterator[tuple[int, Ix, float]]:
    """Yield each code with its members and their sum of (A,) values, 0 where no value is given."""
    if not len(codes):
        return
    order = np.argsort(codes, kind="stable")
    ordered, sorted_members = codes[order], members[order]
    cut = np.flatnonzero(np.diff(ordered)) + 1
    starts = np.concatenate([[0], cut])
    ends = np.append(cut, len(ordered))
    sums = np.add.reduceat(values[sorted_members], starts) if len(values) else np.zeros(len(starts))
    whole = zip(ordered[starts].tolist(), starts.tolist(), ends.tolist(), sums.tolist(), strict=True)
    for code, lo, hi, total in whole:
        yield code, sorted_members[lo:hi], total


def of_accounts(
    now: Situation,
    kind: str,
    cause: str,
    accounts: Ix,
    holders: tuple[Holder, ...] = (),
    money: float | None = None,
    uncovered: int = 0,
) -> Finding:
    """Return the finding about these accounts; ``money``: their revenue, where it is known."""
    total = float(now.money[accounts].sum()) if money is None else money
    return Finding(kind, cause, accounts, None, (), holders, total, uncovered=uncovered, unit_ix=now.unit_ix)
