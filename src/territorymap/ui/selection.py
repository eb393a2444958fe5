"""What the planner has selected, shared by map, tables and menus.

Owns the selection only; what is done with it is up to whoever listens.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from territorymap.session.session import PlanChange

Ix = NDArray[np.int32]


def distinct(ix: Ix) -> Ix:
    """Return positions ascending, each once.

    A million that are so already cost a millisecond; np.unique of numpy 2.4 hashes others: 1.5 s instead of 20 ms.
    """
    if bool((ix[1:] > ix[:-1]).all()):
        return ix.copy()
    ascending = np.sort(ix)
    is_new = np.ones(len(ascending), dtype=bool)
    is_new[1:] = ascending[1:] != ascending[:-1]
    return ascending[is_new]


class Selection(QObject):
    """Current territory, units and accounts; each signal names its origin so that a view can skip its own."""

    territory_changed = Signal(object, str)  # territory_id or None, origin
    units_changed = Signal(object, str)  # (n,) int32 unit_ix, origin
    accounts_changed = Signal(object, str)  # (n,) int32 account_ix, origin

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.territory_id: int | None = None
        self.units: Ix = np.empty(0, dtype=np.int32)
        self.accounts: Ix = np.empty(0, dtype=np.int32)

    def set_territory(self, territory_id: int | None, origin: str) -> None:
        if territory_id != self.territory_id:
            self.territory_id = territory_id
            self.territory_changed.emit(territory_id, origin)

    def set_units(self, unit_ix: Ix, origin: str) -> None:
        self.units = distinct(np.asarray(unit_ix, dtype=np.int32))
        self.units_changed.emit(self.units, origin)

    def set_accounts(self, account_ix: Ix, origin: str) -> None:
        self.accounts = distinct(np.asarray(account_ix, dtype=np.int32))
        self.accounts_changed.emit(self.accounts, origin)

    def follow(self, change: PlanChange) -> None:
        """Let go of units when units came or went: the positions mean others now."""
        if change.delta.is_ground_changed and len(self.units):
            self.set_units(np.empty(0, dtype=np.int32), "plan")

    def clear(self, origin: str) -> None:
        self.set_territory(None, origin)
        self.set_units(np.empty(0, dtype=np.int32), origin)
        self.set_accounts(np.empty(0, dtype=np.int32), origin)
