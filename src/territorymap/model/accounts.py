"""Accounts as arrays. Owns positions, levels and values; not where they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.model.units import Strings

# Position of each constant in Accounts.constants; nan = the plan's constant applies.
CONSTANT_COLUMNS = ("visits", "visit_min", "speed_kmh", "detour", "stops_per_trip")
MOST_SATISFIED = 10.0


@dataclass
class Accounts:
    """Customers and prospects; position in every array is ``account_ix``."""

    account_id: NDArray[np.int64]  # (A,) ascending
    key: Strings  # (A,) the planner's own key, "" = none
    name: Strings  # (A,)
    postal_code: Strings  # (A,)
    city: Strings  # (A,)
    state: Strings  # (A,)
    country: Strings  # (A,)
    lon: NDArray[np.float64]  # (A,) nan = no position
    lat: NDArray[np.float64]  # (A,)
    level: NDArray[np.int8]  # (A,) index into LOCATION_LEVELS
    unit_ix: NDArray[np.int32]  # (A,) -1 = in no unit
    constants: NDArray[np.float64]  # (5, A) rows as CONSTANT_COLUMNS, nan = plan's
    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)  # measure column -> (A,)
    segments: dict[str, Strings] = field(default_factory=dict)  # segment column -> (A,)
    is_protected: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))  # (A,) should stay
    wants_change: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))  # (A,) of its rep
    satisfaction: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # (A,) 0..10, nan = not told

    def __post_init__(self) -> None:
        """Let no account be marked where nothing was said."""
        n = len(self.account_id)
        if len(self.is_protected) != n:
            self.is_protected = np.zeros(n, dtype=np.bool_)
        if len(self.wants_change) != n:
            self.wants_change = np.zeros(n, dtype=np.bool_)
        if len(self.satisfaction) != n:
            self.satisfaction = np.full(n, np.nan)

    def __len__(self) -> int:
        return len(self.account_id)

    def ix_of(self, account_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return account_ix of each account_id; all must exist."""
        ix = np.searchsorted(self.account_id, account_ids)
        if len(ix) and (ix.max() >= len(self.account_id) or (self.account_id[ix] != account_ids).any()):
            raise KeyError("unknown account_id")
        return ix

    @cached_property
    def by_unit(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(order, start): accounts of unit u are ``order[start[u + 1] : start[u + 2]]``; u = -1 works.

        ``start`` has length max(unit_ix) + 3; use :meth:`in_units`.
        """
        order = np.argsort(self.unit_ix, kind="stable")
        n = int(self.unit_ix.max(initial=-1)) + 2
        counts = np.bincount(self.unit_ix + 1, minlength=n)
        return order, np.concatenate([[0], np.cumsum(counts)])

    def in_units(self, unit_ix: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return account_ix of all accounts lying in these units, grouped in the given order."""
        order, start = self.by_unit
        slot = np.asarray(unit_ix, dtype=np.int64) + 1
        slot = slot[slot < len(start) - 1]
        lo, n = start[slot], start[slot + 1] - start[slot]
        if not len(slot) or not n.sum():
            return np.empty(0, dtype=np.int64)
        ends = np.cumsum(n)
        positions: NDArray[np.int64] = np.arange(ends[-1]) - np.repeat(ends - n, n) + np.repeat(lo, n)
        found: NDArray[np.int64] = order[positions]
        return found
