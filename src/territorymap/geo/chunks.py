"""A large layer in compact handfuls of units, so that long work can tell how far it is and be stopped.

Owns the division; not the work.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries

MOST_VERTICES = 200_000  # of a chunk; GEOS takes about half a second for the borders of so many


def chunks_of(geometry: Geometries, most_vertices: int = MOST_VERTICES) -> list[NDArray[np.int64]]:
    """Return the positions of all units in chunks that lie together: strips from west to east, each cut from south to
    north."""
    n_vertices = shapely.get_num_coordinates(geometry)
    n_chunks = math.ceil(int(n_vertices.sum()) / most_vertices)
    if n_chunks <= 1:
        return [np.arange(len(geometry))]
    box = shapely.bounds(geometry)
    x, y = np.nan_to_num((box[:, 0] + box[:, 2]) / 2), np.nan_to_num((box[:, 1] + box[:, 3]) / 2)
    n_strips = math.ceil(math.sqrt(n_chunks))
    out = []
    for strip in _cut(np.argsort(x, kind="stable"), n_vertices, n_strips):
        out += _cut(strip[np.argsort(y[strip], kind="stable")], n_vertices, math.ceil(n_chunks / n_strips))
    return out


def _cut(order: NDArray[np.int64], weight: NDArray[np.int64], n: int) -> list[NDArray[np.int64]]:
    """Return an order in ``n`` parts of about the same weight, none of them empty."""
    before = np.cumsum(weight[order]) - weight[order]
    part = (before * n) // max(int(weight[order].sum()), 1)
    return [order[part == i] for i in range(n) if (part == i).any()]


def with_neighbours(chunk: NDArray[np.int64], geometry: Geometries, tree: shapely.STRtree) -> NDArray[np.int64]:
    """Return the units of a chunk first, then all others whose boxes meet one of theirs."""
    found = np.unique(tree.query(geometry[chunk])[1])
    return np.concatenate([chunk, found[~np.isin(found, chunk)]])
