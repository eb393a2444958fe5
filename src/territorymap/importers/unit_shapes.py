"""Geometry of a boundary file made ready: degrees, areas only, one shape a code. Owns these steps; repair is geo's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyproj
import pyproj.exceptions
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.layer import Geometries
from territorymap.geo.repair import as_multipolygons
from territorymap.i18n import number, tr
from territorymap.importers.progress import Ticker
from territorymap.importers.rejects import Reject

_POINTS = (0, 4)
_LINES = (1, 2, 5)
_BATCH = 2000


@dataclass
class Shapes:
    """Areas of the rows that have one."""

    geometry: Geometries  # (k,) MultiPolygons
    row: NDArray[np.int64]  # (k,) position among the features
    rejects: list[Reject] = field(default_factory=list)
    n_mixed: int = 0  # collections of which only the areas were kept


def read_shapes(wkb: NDArray[np.object_], ticker: Ticker) -> Shapes:
    """Return the areas of the features; points, lines, empty and broken ones are rejected with their number."""
    geometry = np.empty(len(wkb), dtype=object)
    for start in range(0, len(wkb), _BATCH):
        ticker.tell(start / len(wkb))
        # Rings that are not closed are closed; what cannot be read becomes None.
        geometry[start : start + _BATCH] = shapely.from_wkb(wkb[start : start + _BATCH], on_invalid="fix")
    areas = as_multipolygons(geometry)
    kind = shapely.get_type_id(geometry)
    has_area = ~shapely.is_empty(areas)
    coords, owner = shapely.get_coordinates(areas, return_index=True)
    has_area[np.unique(owner[~np.isfinite(coords).all(axis=1)])] = False
    rejects = [Reject(i + 1, _why(wkb[i], int(kind[i]))) for i in np.flatnonzero(~has_area).tolist()]
    row = np.flatnonzero(has_area)
    return Shapes(areas[row], row, rejects, int((kind[row] == 7).sum()))


def _why(wkb: bytes | None, kind: int) -> str:
    if wkb is None:
        return tr("The feature has no geometry.")
    if kind in _POINTS:
        return tr("The feature is a point, not an area.")
    if kind in _LINES:
        return tr("The feature is a line, not an area.")
    return tr("The geometry of the feature is empty or broken.")


def to_degrees(geometry: Geometries, crs: str, asked_crs: str, name: str) -> tuple[Geometries, list[str]]:
    """Return the geometry in EPSG:4326, and notes.

    Parameters
    ----------
    crs : as the file tells it, "" = not at all. ``asked_crs`` goes before it.

    Raises
    ------
    UserError
        if the CRS is unknown, or the file tells none and its numbers are no degrees.
    """
    notes: list[str] = []
    bounds = shapely.total_bounds(geometry)
    looks_degrees = bool(np.abs(bounds[[0, 2]]).max() <= 360.001 and np.abs(bounds[[1, 3]]).max() <= 90.001)
    looks_swapped = bool(np.abs(bounds[[0, 2]]).max() <= 90.001 and 90.001 < np.abs(bounds[[1, 3]]).max() <= 180.001)
    source = _parse_crs(asked_crs or crs)
    if source is None:
        if not (looks_degrees or looks_swapped):
            raise _ask_crs(name, bounds, tr("{name} does not say which coordinate system it is in.", name=name))
        notes.append(tr("The file names no coordinate system; its numbers look like degrees and were taken as such."))
        source = pyproj.CRS.from_epsg(4326)
    if source.is_geographic:
        if looks_swapped:
            notes.append(tr("Latitude and longitude were the other way round and were exchanged."))
            geometry = shapely.transform(geometry, lambda xy: xy[:, ::-1])
        elif not looks_degrees:
            raise _ask_crs(name, bounds, tr("The coordinates of {name} are no degrees, though it says so.", name=name))
    if source.equals("EPSG:4326", ignore_axis_order=True):
        return geometry, notes
    transformer = pyproj.Transformer.from_crs(source, "EPSG:4326", always_xy=True)

    def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved = shapely.transform(geometry, project)
    ends = shapely.total_bounds(moved)
    if not np.isfinite(ends).all() or np.abs(ends[[1, 3]]).max() > 90.001:
        raise _ask_crs(name, bounds, tr("The coordinates of {name} do not fit its coordinate system.", name=name))
    return moved, notes


def _parse_crs(text: str) -> pyproj.CRS | None:
    if not text:
        return None
    try:
        return pyproj.CRS.from_user_input(int(text) if text.strip().isdecimal() else text)
    except pyproj.exceptions.CRSError as error:
        raise UserError(
            tr("There is no coordinate system {crs}.", crs=text[:80]), tr("Name it by its EPSG code, e.g. EPSG:25832.")
        ) from error


def _ask_crs(name: str, bounds: NDArray[np.float64], message: str) -> UserError:
    x, y = number(float(bounds[0])), number(float(bounds[1]))
    return UserError(
        message,
        tr("Name its coordinate system by its EPSG code, e.g. EPSG:25832; its corner is at {x}, {y}.", x=x, y=y),
    )


def dissolve(geometry: Geometries, codes: Sequence[str]) -> tuple[Geometries, list[list[int]]]:
    """Return one shape a code in the order of first appearance, and the positions that went into each."""
    members: dict[str, list[int]] = {}
    for position, code in enumerate(codes):
        members.setdefault(code, []).append(position)
    groups = list(members.values())
    out = np.empty(len(groups), dtype=object)
    for at, group in enumerate(groups):
        if len(group) == 1:
            out[at] = geometry[group[0]]
        else:
            solid = shapely.make_valid(geometry[group], method="structure", keep_collapsed=False)
            out[at] = shapely.union_all(solid)
    several = np.array([len(group) > 1 for group in groups], dtype=bool)
    out[several] = as_multipolygons(out[several])
    return out, groups


def same_shapes(geometry: Geometries, group: Sequence[int]) -> bool:
    """Return True where rows of one code repeat the very same area: their numbers count once."""
    first = shapely.normalize(geometry[group[0]])
    return bool(shapely.equals_exact(shapely.normalize(geometry[list(group[1:])]), first, tolerance=1e-9).all())
