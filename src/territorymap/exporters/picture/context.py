"""Land, lakes and border lines under and over the territories, from maps/context.

Owns which files are read for a frame; not how they look.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from territorymap.exporters.picture.frames import Frame
from territorymap.resources import shipped

MARGIN = 4.0  # degrees beyond the frame, so that nothing ends inside the picture
WORLD_MIN_ZOOM = 3  # a picture of the earth has no room for smaller pieces


@dataclass(frozen=True)
class Context:
    """Shapes in longitude and latitude; empty where the file is not shipped."""

    land: NDArray[np.object_]
    lakes: NDArray[np.object_]
    countries: NDArray[np.object_]  # border lines
    states: NDArray[np.object_]  # border lines


def read_context(frame: Frame) -> Context:
    """Return what lies in or near the frame."""
    return Context(
        land=_read("land", frame),
        lakes=_read("lakes", frame),
        countries=_read("admin0-lines", frame),
        states=_read("admin1-lines", frame) if not frame.is_world else np.empty(0, dtype=object),
    )


def _read(name: str, frame: Frame) -> NDArray[np.object_]:
    try:
        path = shipped("maps", "context", f"{name}.fgb")
    except FileNotFoundError:
        return np.empty(0, dtype=object)
    where = f"min_zoom <= {WORLD_MIN_ZOOM}" if frame.is_world and name in ("land", "lakes") else None
    shapes = []
    for box in frame.lonlat_boxes(MARGIN):
        _, _, wkb, _ = pyogrio.raw.read(path, columns=[], bbox=box, where=where)
        # Cut to the box: the far side of a continent would fold over in a local projection.
        shapes.append(shapely.clip_by_rect(shapely.from_wkb(wkb), *box))
    found = np.concatenate(shapes)
    return np.asarray(found[~shapely.is_empty(found)], dtype=object)
