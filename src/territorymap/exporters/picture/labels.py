"""Where a name fits inside its territory.

Owns the search for a place; not the text's size (measured by the caller) nor how it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

GRID = 9  # places tried a side of the shape's box
INSIDE_AT_LEAST = 0.55  # of the smallest label; below it the territory stays without a name in the picture


@dataclass(frozen=True)
class Place:
    """The middle of a label in the shape's coordinates."""

    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (
            self.x - self.width / 2,
            self.y - self.height / 2,
            self.x + self.width / 2,
            self.y + self.height / 2,
        )


def find_place(
    shape: shapely.Geometry, sizes: list[tuple[float, float]], taken: list[Place]
) -> tuple[int, Place] | None:
    """Return which of the sizes (width, height), tried in order, fits inside the shape, and where; None if none does.

    The last size may stick out a little. Places already taken are kept free.
    """
    parts = shapely.get_parts(shape)
    home = parts[int(np.argmax(shapely.area(parts)))]
    centers = _candidates(home)
    free_of = shapely.STRtree([shapely.box(*place.box) for place in taken])
    shapely.prepare(home)
    for number, (width, height) in enumerate(sizes):
        boxes = shapely.box(
            centers[:, 0] - width / 2, centers[:, 1] - height / 2, centers[:, 0] + width / 2, centers[:, 1] + height / 2
        )
        is_free = np.ones(len(boxes), dtype=bool)
        is_free[free_of.query(boxes, predicate="intersects")[0]] = False
        fits = np.flatnonzero(is_free & shapely.contains(home, boxes))
        if len(fits):
            # Candidates come best first: the middle of the widest spot, then by distance from the border.
            return number, Place(float(centers[fits[0], 0]), float(centers[fits[0], 1]), width, height)
        if number == len(sizes) - 1 and is_free.any():
            share = shapely.area(shapely.intersection(boxes, home)) / (width * height)
            best = int(np.argmax(np.where(is_free, share, -1.0)))
            if share[best] >= INSIDE_AT_LEAST:
                return number, Place(float(centers[best, 0]), float(centers[best, 1]), width, height)
    return None


def _candidates(shape: shapely.Geometry) -> NDArray[np.float64]:
    """Return (n, 2) points inside, the farthest from the border first, but the shape's middle before its corners."""
    west, south, east, north = shape.bounds
    xs, ys = (np.linspace(low, high, GRID + 2)[1:-1] for low, high in ((west, east), (south, north)))
    grid = shapely.points(np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2))
    tolerance = max(east - west, north - south) / 100
    circle = shapely.maximum_inscribed_circle(shape, tolerance)
    points = np.concatenate([[shapely.get_point(circle, 0), shape.centroid], grid])
    points = points[shapely.contains(shape, points)]
    room = shapely.distance(points, shape.boundary)
    off_center = shapely.distance(points, shape.centroid)
    order = np.argsort(0.35 * off_center - room, kind="stable")
    return np.asarray(shapely.get_coordinates(points[order]))
