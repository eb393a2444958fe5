"""What one step changed: rows as the journal has them, and the same in array positions.

Owns the vocabulary between document, plan, metrics and listeners.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Value = None | int | float | str | bytes
Row = Mapping[str, Value]


class RowChange(NamedTuple):
    """One row before and after. Insert: old is None. Delete: new is None.

    On update both hold only the columns that differ. ``row_id`` is the integer primary key.
    """

    table: str
    row_id: int
    old: Row | None
    new: Row | None

    def inverted(self) -> RowChange:
        return RowChange(self.table, self.row_id, self.new, self.old)


def _empty() -> NDArray[np.int32]:
    return np.empty(0, dtype=np.int32)


@dataclass(frozen=True)
class PlanDelta:
    """The change in array positions after it was applied; -1 = unassigned / no override.

    ``is_full``: arrays were built anew, positions before are void; read everything again.
    Territory positions are those after the change; where a territory was removed its units are listed as
    coming from -1 and ``removed_territory_ix`` (positions before) says which columns went.
    """

    unit_ix: NDArray[np.int32] = field(default_factory=_empty)  # (n,) units that moved
    unit_from: NDArray[np.int32] = field(default_factory=_empty)  # (n,)
    unit_to: NDArray[np.int32] = field(default_factory=_empty)  # (n,)
    account_ix: NDArray[np.int32] = field(default_factory=_empty)  # (m,) accounts whose override changed
    account_from: NDArray[np.int32] = field(default_factory=_empty)  # (m,) override before
    account_to: NDArray[np.int32] = field(default_factory=_empty)  # (m,)
    locked_unit_ix: NDArray[np.int32] = field(default_factory=_empty)  # units whose lock changed
    added_territory_ix: tuple[int, ...] = ()
    removed_territory_ix: tuple[int, ...] = ()
    changed_territory_ix: tuple[int, ...] = ()  # name, colour, rep, lock ...
    changed_rep_ids: tuple[int, ...] = ()
    is_home_changed: bool = False  # a rep's home or a territory's rep: stems differ
    is_settings_changed: bool = False  # constants, target, tolerances, title, note
    is_full: bool = False
    is_ground_changed: bool = False  # units came, went or got other borders: geometry and neighbours differ
