"""Geometry of boundary files made ready: areas, valid, one shape a code. Owns these steps; degrees are unit_crs'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.repair import as_multipolygons
from territorymap.i18n import tr
from territorymap.importers.progress import Ticker

_POINTS = (0, 4)
_LINES = (1, 2, 5)
_BATCH = 2000


@dataclass
class Shapes:
    """Areas of the rows that have one, and why the others have none."""

    geometry: Geometries  # (k,) MultiPolygons, not yet valid
    at: NDArray[np.int64]  # (k,) position among the rows
    why_not: dict[int, str] = field(default_factory=dict)  # position -> reason
    n_mixed: int = 0  # collections of which only the areas were kept


def read_shapes(wkb: NDArray[np.object_], ticker: Ticker) -> Shapes:
    """Return the areas of the rows; what is no area, is broken or not closed gets a reason."""
    geometry = np.empty(len(wkb), dtype=object)
    for start in range(0, len(wkb), _BATCH):
        ticker.tell(start / len(wkb))
        with np.errstate(all="ignore"):  # numbers that are none are found below
            geometry[start : start + _BATCH] = shapely.from_wkb(wkb[start : start + _BATCH], on_invalid="ignore")
    areas = as_multipolygons(geometry)
    coords, owner = shapely.get_coordinates(areas, return_index=True)
    is_lost = np.zeros(len(wkb), dtype=bool)
    is_lost[np.unique(owner[~np.isfinite(coords).all(axis=1)])] = True
    has_area = ~shapely.is_empty(areas) & ~is_lost
    kind = shapely.get_type_id(geometry)
    why_not = {
        i: tr("A corner of the area has no coordinates.") if is_lost[i] else _why(wkb[i], int(kind[i]))
        for i in np.flatnonzero(~has_area).tolist()
    }
    at = np.flatnonzero(has_area)
    return Shapes(areas[at], at, why_not, int((kind[at] == shapely.GeometryType.GEOMETRYCOLLECTION).sum()))


def _why(wkb: bytes | None, kind: int) -> str:
    if wkb is None:
        return tr("The feature has no geometry.")
    if kind in _POINTS:
        return tr("The feature is a point, not an area.")
    if kind in _LINES:
        return tr("The feature is a line, not an area.")
    if kind >= 0:
        return tr("The geometry of the feature is empty.")
    # What cannot be read as it is, but can with its rings closed, was not closed.
    with np.errstate(all="ignore"):
        closed = as_multipolygons(np.array([shapely.from_wkb(wkb, on_invalid="fix")], dtype=object))
        has_area = shapely.area(closed)[0] > 0
    if has_area:
        return tr("The border of the area is not closed: it does not end where it begins.")
    return tr("The border of the area has fewer than four corners or is broken.")


def made_valid(geometry: Geometries, ticker: Ticker) -> Geometries:
    """Return the areas, valid, as MultiPolygons; empty where nothing has any extent."""
    out = geometry.copy()
    bad = np.flatnonzero(~shapely.is_valid(out))
    for start in range(0, len(bad), _BATCH):
        ticker.tell(start / len(bad))
        some = bad[start : start + _BATCH]
        out[some] = as_multipolygons(shapely.make_valid(out[some], method="structure", keep_collapsed=False))
    # A ring that runs back on itself can be valid and cover nothing.
    out[shapely.area(out) == 0] = shapely.MultiPolygon()
    return out


def wrapped(geometry: Geometries) -> Geometries:
    """Return valid areas with all longitudes from -180 to 180; what reaches beyond is cut there, as maps have it.

    Files of the Pacific count from 0 to 360, or go on beyond 180 so that an island stays whole.
    """
    box = shapely.bounds(geometry)
    beyond = np.flatnonzero((box[:, 0] < -180) | (box[:, 2] > 180))
    if not len(beyond):
        return geometry
    out = geometry.copy()
    worlds = []
    for turn in (-360.0, 0.0, 360.0):
        part = shapely.intersection(geometry[beyond], shapely.box(-180 - turn, -90, 180 - turn, 90))
        worlds.append(shapely.transform(part, lambda xy, turn=turn: xy + np.array([turn, 0.0])))
    together = [shapely.GeometryCollection(list(parts)) for parts in zip(*worlds, strict=True)]
    areas = as_multipolygons(np.array(together, dtype=object))
    out[beyond] = as_multipolygons(shapely.make_valid(areas, method="structure", keep_collapsed=False))
    return out


def dissolve(geometry: Geometries, keys: Sequence[str], ticker: Ticker) -> tuple[Geometries, list[list[int]]]:
    """Return one shape a key in the order of first appearance, and the positions that went into each.

    ``geometry`` must be valid.
    """
    members: dict[str, list[int]] = {}
    for position, key in enumerate(keys):
        members.setdefault(key, []).append(position)
    groups = list(members.values())
    out = np.empty(len(groups), dtype=object)
    is_union = np.zeros(len(groups), dtype=bool)
    for at, group in enumerate(groups):
        if len(group) == 1:
            out[at] = geometry[group[0]]
        else:
            ticker.tell(at / len(groups))
            out[at] = shapely.union_all(geometry[group])
            is_union[at] = True
    out[is_union] = as_multipolygons(out[is_union])
    return out, groups


def same_shapes(geometry: Geometries, group: Sequence[int]) -> bool:
    """Return True where rows of one code repeat the very same area: their numbers count once."""
    first = shapely.normalize(geometry[group[0]])
    return bool(shapely.equals_exact(shapely.normalize(geometry[list(group[1:])]), first, tolerance=1e-9).all())
