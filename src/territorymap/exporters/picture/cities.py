"""Cities on a map: dots and names for those who look for their way, where the territories' names leave room.

Owns which and where; the list of places is maps/context.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.picture.context import lonlat_boxes
from territorymap.exporters.picture.fonts import drawable, width_em
from territorymap.exporters.picture.labels import Place
from territorymap.exporters.picture.lettering import write_line
from territorymap.exporters.picture.painter import Map
from territorymap.exporters.picture.sheet import PX_OF_POINT
from territorymap.geo.gdal import pyogrio
from territorymap.resources import shipped

COLOR = "#3c434d"
SIZE = 6.8  # points
DOT = 2.2
TRIED = 400  # the largest in sight
ROOM = 105.0  # design pixels: one name in a square of this side, about
ORDER = 7.7


def write_cities(this: Map, taken: list[Place]) -> int:
    """Write the largest cities that find a free place beside their dot; returns how many."""
    if this.fit.frame.is_world:
        return 0
    names, lonlat = _largest(this)
    if not len(names):
        return 0
    at, which = this.seen(lonlat)
    west, south, east, north = this.fit.view
    point = PX_OF_POINT * this.sheet.unit
    most = int((east - west) * (north - south) / (ROOM * this.sheet.unit) ** 2)
    height, gap = SIZE * point * 1.25, 3.2 * point
    found: list[tuple[float, float]] = []
    for (x, y), ix in zip(at, which, strict=True):
        if len(found) >= most:
            break
        name = drawable(names[ix])
        width = width_em(name) * SIZE * point
        for left, middle in _places(x, y, width, height, gap):
            place = Place(left + width / 2, middle, width + 2 * gap, height)
            if left < west or left + width > east or middle - height < south or middle + height > north:
                continue
            if not _is_free(place, taken):
                continue
            taken.append(place)
            taken.append(Place(x, y, gap, gap))
            _write(this, left, middle, name)
            found.append((x, y))
            break
    if found:
        this.window.dots(np.array(found), DOT, COLOR, ORDER, edge="#ffffff", edge_width=0.4)
    return len(found)


def _places(x: float, y: float, width: float, height: float, gap: float) -> list[tuple[float, float]]:
    """Return left end and middle of the name in the places around its dot, the best first."""
    beside = [(x + gap, y), (x - gap - width, y)]
    wide = [(x + 3 * gap, y), (x - 3 * gap - width, y)]  # past the star of a home
    return beside + [(left, y + up * height) for up in (0.75, -0.75) for left, _ in beside] + wide


def _is_free(place: Place, taken: list[Place]) -> bool:
    west, south, east, north = place.box
    for other in taken:
        left, low, right, high = other.box
        if left < east and right > west and low < north and high > south:
            return False
    return True


def _write(this: Map, x: float, y: float, name: str) -> None:
    size = SIZE * this.sheet.scale
    unit = PX_OF_POINT * this.sheet.unit / this.sheet.scale
    window = this.window
    write_line(this.sheet.figure, x, y, name, size, unit, COLOR, window.frame, window.order(ORDER), ha="left", rim=0.25)


def _largest(this: Map) -> tuple[list[str], NDArray[np.float64]]:
    """Return the largest places around the map, the largest first."""
    try:
        path = shipped("maps", "context", "places.fgb")
    except FileNotFoundError:
        return [], np.empty((0, 2))
    names: list[str] = []
    points, people = [], []
    for box in lonlat_boxes(this.fit):
        meta, _, wkb, columns = pyogrio.raw.read(path, columns=["name", "population"], bbox=box)
        column = dict(zip(meta["fields"], columns, strict=True))
        names += [str(name) for name in column["name"]]
        points.append(shapely.get_coordinates(shapely.from_wkb(wkb)))
        people.append(np.asarray(column["population"], dtype=np.float64))
    order = np.argsort(-np.concatenate(people), kind="stable")[:TRIED]
    return [names[ix] for ix in order], np.concatenate(points)[order]
