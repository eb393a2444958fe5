"""Land, lakes and border lines under and over the territories, from maps/context.

Owns which files are read for a frame; not how they look.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.picture.fit import Fit
from territorymap.geo.gdal import pyogrio
from territorymap.resources import shipped

MARGIN = 0.5  # degrees beyond the map, so that nothing ends inside the picture
WORLD_MIN_ZOOM = 3  # a picture of the earth has no room for smaller pieces


@dataclass(frozen=True)
class Context:
    """Shapes in longitude and latitude; empty where the file is not shipped."""

    land: NDArray[np.object_]
    lakes: NDArray[np.object_]
    countries: NDArray[np.object_]  # border lines
    states: NDArray[np.object_]  # border lines


def read_context(fit: Fit) -> Context:
    """Return what lies in or near a map."""
    return Context(
        land=_read("land", fit),
        lakes=_read("lakes", fit),
        countries=_read("admin0-lines", fit),
        states=_read("admin1-lines", fit) if not fit.frame.is_world else np.empty(0, dtype=object),
    )


def _read(name: str, fit: Fit) -> NDArray[np.object_]:
    try:
        path = shipped("maps", "context", f"{name}.fgb")
    except FileNotFoundError:
        return np.empty(0, dtype=object)
    is_world = fit.frame.is_world
    where = f"min_zoom <= {WORLD_MIN_ZOOM}" if is_world and name in ("land", "lakes") else None
    shapes = []
    for box in lonlat_boxes(fit):
        _, _, wkb, _ = pyogrio.raw.read(path, columns=[], bbox=box, where=where)
        # Cut to the box: the far side of a continent would fold over in a local projection.
        shapes.append(shapely.clip_by_rect(shapely.from_wkb(wkb), *box))
    found = np.concatenate(shapes)
    return np.asarray(found[~shapely.is_empty(found)], dtype=object)


def lonlat_boxes(fit: Fit) -> list[tuple[float, float, float, float]]:
    """Return west, south, east, north of what the map shows; two where it crosses 180 degrees."""
    if fit.frame.is_world:
        return fit.frame.lonlat_boxes(MARGIN)
    south, north, half = fit.lonlat_reach
    south, north = max(south - MARGIN, -90.0), min(north + MARGIN, 90.0)
    if half + MARGIN >= 180:
        return [(-180.0, south, 180.0, north)]
    west, east = fit.frame.center_lon - half - MARGIN, fit.frame.center_lon + half + MARGIN
    if west < -180:
        return [(west + 360, south, 180.0, north), (-180.0, south, east, north)]
    if east > 180:
        return [(west, south, 180.0, north), (-180.0, south, east - 360, north)]
    return [(west, south, east, north)]
