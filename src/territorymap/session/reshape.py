"""The polygons of a plan's units after a step that changed some. Owns the way from rows to shapes; not topology."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.document.geopackage import decode_shapes
from territorymap.model.change import RowChange


def former_positions(
    before_id: NDArray[np.int64], after_id: NDArray[np.int64], changes: Sequence[RowChange]
) -> NDArray[np.int64]:
    """Return (U,) the position before of each unit that has its polygon still; -1 for others."""
    at = np.minimum(np.searchsorted(before_id, after_id), max(len(before_id) - 1, 0))
    was_there = before_id[at] == after_id if len(before_id) else np.zeros(len(after_id), dtype=np.bool_)
    reshaped = [c.row_id for c in changes if c.table == "unit" and c.new and "geom" in c.new]
    return np.where(was_there & ~np.isin(after_id, reshaped), at, -1)


def renewed_geometry(
    geometry: NDArray[np.object_],
    before_id: NDArray[np.int64],
    after_id: NDArray[np.int64],
    changes: Sequence[RowChange],
) -> NDArray[np.object_]:
    """Return the polygons in the order of ``after_id``: those that there were, and those that the rows bring."""
    brought = {c.row_id: c.new["geom"] for c in changes if c.table == "unit" and c.new and "geom" in c.new}
    renewed = np.empty(len(after_id), dtype=object)
    former = former_positions(before_id, after_id, changes)
    renewed[former >= 0] = geometry[former[former >= 0]]
    ids = np.array(list(brought), dtype=np.int64)
    renewed[np.searchsorted(after_id, ids)] = decode_shapes(list(brought.values()))
    return renewed
