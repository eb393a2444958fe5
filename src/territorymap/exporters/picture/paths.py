"""Shapely shapes as matplotlib paths in a frame's metres.

Owns the conversion; neither colours nor order.
"""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray

from territorymap.exporters.picture.frames import Frame

STEP = 0.5  # degrees


def projected(shapes: NDArray[np.object_], frame: Frame) -> NDArray[np.object_]:
    """Return the shapes in the frame's metres; None and what the projection cannot show are left out as None."""
    shapes = np.asarray(shapes, dtype=object)
    out = np.full(len(shapes), None, dtype=object)
    has_shape = np.array([shape is not None and not shape.is_empty for shape in shapes], dtype=bool)
    if has_shape.any():
        # A long straight edge, such as the 49th parallel, is a curve in most projections.
        moved = shapely.transform(shapely.segmentize(shapes[has_shape], STEP), frame.project)
        moved[~np.isfinite(shapely.bounds(moved)).all(axis=1)] = None
        out[has_shape] = moved
    return out


def polygon_path(shapes: NDArray[np.object_]) -> Path | None:
    """Return one path of all polygons, holes left open; None where there is nothing."""
    parts = shapely.get_parts(shapes[shapes != np.array(None)])
    parts = parts[shapely.get_type_id(parts) == 3]
    if not len(parts):
        return None
    # Agg fills where the winding is not zero, so holes must run the other way round.
    _, coordinates, (ring_start, _) = shapely.to_ragged_array(shapely.orient_polygons(parts, exterior_cw=False))
    codes = np.full(len(coordinates), Path.LINETO, dtype=np.uint8)
    codes[ring_start[:-1]] = Path.MOVETO
    codes[ring_start[1:] - 1] = Path.CLOSEPOLY
    return Path(coordinates, codes)


def line_path(lines: list[NDArray[np.float64]]) -> Path | None:
    """Return one path of all lines, each (n, 2)."""
    lines = [line for line in lines if len(line) > 1 and np.isfinite(line).all()]
    if not lines:
        return None
    coordinates = np.concatenate(lines)
    codes = np.full(len(coordinates), Path.LINETO, dtype=np.uint8)
    codes[np.concatenate([[0], np.cumsum([len(line) for line in lines])[:-1]])] = Path.MOVETO
    path = Path(coordinates, codes)
    path.should_simplify = False  # it is thin already, and its ends must stay
    return path


def shape_lines(shapes: NDArray[np.object_]) -> list[NDArray[np.float64]]:
    """Return the coordinates of each part of the lines."""
    parts = shapely.get_parts(shapes[shapes != np.array(None)])
    coordinates, index = shapely.get_coordinates(parts, return_index=True)
    return np.split(coordinates, np.flatnonzero(np.diff(index)) + 1) if len(coordinates) else []
