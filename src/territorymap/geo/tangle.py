"""How often borders cross themselves. Owns the count and its limit; making them valid is GEOS's.

Making a border valid takes time and memory for each of its crossings: a star of a million rays would have 10^11.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

MOST_CROSSINGS = 100_000
_FEW = 400  # corners; fewer cannot cross so often
_MOST_PAIRS = 4_000_000  # looked at in one go


def is_tangled(geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    """(n,) True where the borders of an area meet themselves more often than can be mended in reasonable time."""
    out = np.zeros(len(geometry), dtype=bool)
    for i in np.flatnonzero(shapely.get_num_coordinates(geometry) > _FEW).tolist():
        out[i] = _is_tangled(geometry[i])
    return out


def _is_tangled(area: shapely.Geometry) -> bool:
    coords, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts([area])), return_index=True)
    if not np.isfinite(coords).all():
        return False  # it is refused for that
    is_edge = ring[1:] == ring[:-1]
    edges = shapely.linestrings(np.stack([coords[:-1], coords[1:]], axis=1)[is_edge])
    tree = shapely.STRtree(edges)
    # An edge meets itself and both its neighbours.
    n_met, at, step = 0, 0, max(1, _MOST_PAIRS // (16 * len(edges)))
    while at < len(edges):
        hits = tree.query(edges[at : at + step], predicate="intersects").shape[1]
        n_met += hits - 3 * min(step, len(edges) - at)
        if n_met > 2 * MOST_CROSSINGS:
            return True
        at += step
        if hits < 20 * step:
            step *= 2
        elif hits > _MOST_PAIRS:
            step = max(1, step // 2)
    return False
