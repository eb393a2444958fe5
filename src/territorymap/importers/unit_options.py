"""What the person says about boundary files, and what came of them, as values. Owns no step in between."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.layer import UnitLayer
from territorymap.geo.repair import needs_mending
from territorymap.geo.survey import Fault
from territorymap.importers.rejects import Reject

DEFAULT_TOLERANCE_M = 1.0  # gaps narrower than this are closed by a repair; overlaps always are


@dataclass(frozen=True)
class UnitOptions:
    """What the person says about boundary files."""

    code: str | None = None  # header; None = guessed, "" = none
    name: str | None = None
    parent: str | None = None
    measures: tuple[str, ...] = ()
    layer: str = ""  # "" = the likeliest, "*" = all
    member: str = ""
    crs: str = ""  # of the files that tell none; where all tell one, instead of it
    encoding: str = ""
    is_swapped: bool | None = None  # None = only where the numbers allow nothing else
    repair_m: float | None = None  # None = borders stay as they are
    dissolve: str = ""  # header; units of one value become one
    is_kept_apart: bool = False  # a code that stands in two files means two units


@dataclass(frozen=True)
class FilePlace:
    """Where the coordinates of one file were found to be."""

    name: str
    crs: str
    is_swapped: bool
    is_swap_doubtful: bool


@dataclass(frozen=True)
class LayerImport:
    """A unit layer, and what became of every row on the way to it."""

    layer: UnitLayer
    read: int  # features of the files
    rejects: list[Reject] = field(default_factory=list)  # row = running number of the feature, from 1
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)  # as found
    left: list[Fault] = field(default_factory=list)  # of them, what is still there
    codes: list[str] = field(default_factory=list)  # of the units that the faults name; before any dissolving
    unit_of_row: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # (read,) -1 = left out
    colliding: list[str] = field(default_factory=list)  # codes that stand in several files
    places: list[FilePlace] = field(default_factory=list)
    countries: dict[str, int] = field(default_factory=dict)  # code -> units; "" = at sea
    repair_m: float | None = None

    @property
    def can_be_repaired(self) -> bool:
        """Whether borders are wrong that a repair would mend, and none was made."""
        return self.repair_m is None and any(needs_mending(fault, DEFAULT_TOLERANCE_M) for fault in self.left)

    def mended(self) -> list[bool]:
        """Return for each fault whether the repair has mended it: it is gone, or at least no longer where it was."""
        if self.repair_m is None:
            return [False] * len(self.faults)
        left = {(fault.kind, fault.units, round(fault.area_km2, 3)) for fault in self.left}
        return [
            needs_mending(fault, self.repair_m) and (fault.kind, fault.units, round(fault.area_km2, 3)) not in left
            for fault in self.faults
        ]
