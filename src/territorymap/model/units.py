"""Units as arrays. Owns positions and codes; not geometry (that is geo) nor totals (metrics)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Strings = NDArray[np.object_]


def strings(values: Iterable[str]) -> Strings:
    """Return texts as an array."""
    listed = list(values)
    out: Strings = np.empty(len(listed), dtype=object)
    out[:] = listed
    return out


def _no_texts() -> Strings:
    return np.empty(0, dtype=object)


@dataclass
class Units:
    """Basic areal units of a plan; position in every array is ``unit_ix``."""

    unit_id: NDArray[np.int64]  # (U,) ascending
    code: Strings  # (U,)
    name: Strings  # (U,)
    parent_code: Strings  # (U,)
    parent_name: Strings  # (U,)
    country: Strings  # (U,)
    lon: NDArray[np.float64]  # (U,) a point inside
    lat: NDArray[np.float64]  # (U,)
    area_km2: NDArray[np.float64]  # (U,) geodesic, WGS 84
    locked: NDArray[np.bool_]  # (U,)
    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)  # column_name -> (U,)
    part_of: Strings = field(default_factory=_no_texts)  # (U,) code of the unit that it was cut from, "" = is whole

    def __post_init__(self) -> None:
        if len(self.part_of) != len(self.unit_id):
            self.part_of = np.full(len(self.unit_id), "", dtype=object)

    def __len__(self) -> int:
        return len(self.unit_id)

    @cached_property
    def ix_by_code(self) -> dict[str, int]:
        return {code: ix for ix, code in enumerate(self.code)}

    def ix_of(self, unit_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return unit_ix of each unit_id; all must exist."""
        ix = np.searchsorted(self.unit_id, unit_ids)
        if len(ix) and (ix.max() >= len(self.unit_id) or (self.unit_id[ix] != unit_ids).any()):
            raise KeyError("unknown unit_id")
        return ix
