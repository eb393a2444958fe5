"""From whatever coordinates a boundary file has to degrees. Owns the question which system they are in; never guesses.

A suggestion is one: the person confirms it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import pyproj.exceptions
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.layer import Geometries
from territorymap.i18n import listed, number, tr

DEGREES = "EPSG:4326"
_LON, _LAT = 360.001, 90.001
# Systems that planners' files come in, the more frequent first.
_USUAL = (
    "EPSG:3857", "EPSG:25832", "EPSG:25833", "EPSG:25831", "EPSG:31466", "EPSG:31467", "EPSG:31468", "EPSG:31469",
    "EPSG:31287", "EPSG:2056", "EPSG:21781", "EPSG:2154", "EPSG:28992", "EPSG:31370", "EPSG:27700", "EPSG:2157",
    "EPSG:29903", "EPSG:2180", "EPSG:5514", "EPSG:3006", "EPSG:3067", "EPSG:25830", "EPSG:25829", "EPSG:3763",
    "EPSG:3035", "EPSG:5070", "ESRI:102003", "EPSG:26910", "EPSG:26911", "EPSG:26912", "EPSG:26913", "EPSG:26914",
    "EPSG:26915", "EPSG:26916", "EPSG:26917", "EPSG:26918", "EPSG:26919", "EPSG:2263", "EPSG:2249", "EPSG:2229",
    "EPSG:3435", "EPSG:2277", "EPSG:3338", "EPSG:3347", "EPSG:3978", "EPSG:3577", "EPSG:2193", "EPSG:5880",
    "EPSG:31983", "EPSG:6372", "EPSG:32632", "EPSG:32633", "EPSG:32634", "EPSG:32635", "EPSG:32636", "EPSG:32637",
)  # fmt: skip
_MOST_SUGGESTED = 6
_ROOM = 8.0  # degrees
_SMALL_M = 20_000.0


@dataclass(frozen=True)
class CrsSuggestion:
    """A coordinate system that the numbers of a file would fit."""

    code: str  # e.g. "EPSG:25832"
    name: str


class CrsQuestion(UserError):  # noqa: N818 - the person is asked
    """Nobody can know which coordinate system a file is in; the person has to say it."""

    def __init__(self, message: str, bounds: NDArray[np.float64]) -> None:
        self.suggestions = suggest_crs(bounds)
        self.bounds = bounds
        x, y = number(float(bounds[0]), 3), number(float(bounds[1]), 3)
        if self.suggestions:
            hint = tr(
                "Name it by its EPSG code; its corner is at {x}, {y}, which would fit {codes}.",
                x=x,
                y=y,
                codes=listed(s.code for s in self.suggestions),
            )
        else:
            hint = tr("Name it by its EPSG code, e.g. EPSG:25832; its corner is at {x}, {y}.", x=x, y=y)
        super().__init__(message, hint)


@dataclass(frozen=True)
class Placed:
    """Geometry in degrees, and how it came there."""

    geometry: Geometries
    crs: str  # code of the system it was in
    is_swapped: bool  # latitude stood before longitude
    is_swap_doubtful: bool = False  # both orders are possible, and the other one lies on land


def place(
    geometry: Geometries,
    told: str,
    asked: str,
    name: str,
    is_swapped: bool | None = None,
    on_land: Callable[[NDArray[np.float64], NDArray[np.float64]], float] | None = None,
) -> Placed:
    """Return the geometry in EPSG:4326.

    Parameters
    ----------
    told : what the file says, "" = nothing. ``asked`` goes before it.
    is_swapped : exchange latitude and longitude; None = only where the numbers allow nothing else.
    on_land : share of points (lon, lat) that lie on land; tells whether the other order is likelier.

    Raises
    ------
    CrsQuestion
        if the file tells none, or one that its numbers do not fit.
    UserError
        if there is no such system.
    """
    bounds = shapely.total_bounds(geometry)
    reach = np.abs(bounds).reshape(2, 2).max(axis=0)
    looks_degrees = bool(reach[0] <= _LON and reach[1] <= _LAT)
    looks_swapped = bool(reach[0] <= _LAT < reach[1] <= 180.001)
    if not (asked or told):
        raise CrsQuestion(tr("{name} does not say which coordinate system it is in.", name=name), bounds)
    source = parse_crs(asked or told)
    if source.is_geographic:
        if not (looks_degrees or looks_swapped):
            raise CrsQuestion(
                tr(
                    "The coordinates of {name} are no degrees, though it is said to be in {crs}.",
                    name=name,
                    crs=crs_code(source),
                ),
                bounds,
            )
        swap = looks_swapped if is_swapped is None else is_swapped
        out = _exchanged(geometry) if swap else geometry
        doubtful = not looks_swapped and is_swapped is None and on_land is not None and _is_doubtful(out, on_land)
        if np.abs(shapely.total_bounds(out)[[1, 3]]).max() > _LAT:
            raise UserError(
                tr("With latitude and longitude as they are, {name} would lie beyond the poles.", name=name),
                tr("Exchange them."),
            )
        return Placed(_to_wgs84(out, source, name, bounds), crs_code(source), swap, doubtful)
    if looks_degrees and not asked and _is_in_metres(source):
        raise CrsQuestion(
            tr("{name} says it is in {crs}, but its numbers are degrees.", name=name, crs=crs_code(source)), bounds
        )
    out = _exchanged(geometry) if is_swapped else geometry
    return Placed(_to_wgs84(out, source, name, bounds), crs_code(source), bool(is_swapped))


def parse_crs(text: str) -> pyproj.CRS:
    """Return a coordinate system by its code, its number or its WKT."""
    try:
        return pyproj.CRS.from_user_input(int(text) if text.strip().isdecimal() else text.strip())
    except pyproj.exceptions.CRSError as error:
        raise UserError(
            tr("There is no coordinate system {crs}.", crs=text[:80]), tr("Name it by its EPSG code, e.g. EPSG:25832.")
        ) from error


def crs_code(crs: pyproj.CRS) -> str:
    """Return "EPSG:25832" or, where a system has no number, its name."""
    found = crs.to_authority(min_confidence=70)
    return ":".join(found) if found else crs.name


def crs_title(text: str) -> str:
    """Return code and name of a system, for a person; the text as it is where nobody knows it."""
    try:
        crs = parse_crs(text)
    except UserError:
        return text[:80]
    code = crs_code(crs)
    return code if code == crs.name else tr("{code}: {name}", code=code, name=crs.name)


def suggest_crs(bounds: NDArray[np.float64]) -> tuple[CrsSuggestion, ...]:
    """Return systems in whose own area the numbers would lie, the likelier first; degrees if they are."""
    reach = np.abs(bounds).reshape(2, 2).max(axis=0)
    if not np.isfinite(reach).all():
        return ()
    if reach[0] <= 180.001 and reach[1] <= 180.001:
        return (CrsSuggestion(DEGREES, crs_title(DEGREES)),)
    if reach.max() < _SMALL_M:
        return ()  # a drawing, not a map: anything would fit
    fitting = []
    for code in _USUAL:
        crs, to_degrees = _usual(code)
        x = np.array([bounds[0], bounds[2], bounds[0], bounds[2], (bounds[0] + bounds[2]) / 2])
        y = np.array([bounds[1], bounds[1], bounds[3], bounds[3], (bounds[1] + bounds[3]) / 2])
        lon, lat = to_degrees.transform(x, y)
        area = crs.area_of_use
        if area is None or not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            continue
        # Corners of a box may lie outside, and a country reaches into the next zone; its middle less so.
        room = np.array([_ROOM, _ROOM, _ROOM, _ROOM, _ROOM / 2])
        is_in = (lon > area.west - room) & (lon < area.east + room)
        is_in &= (lat > area.south - room) & (lat < area.north + room)
        if is_in.all():
            # The smaller the land that holds all of it, the likelier it is meant.
            is_whole = bool(((lon >= area.west) & (lon <= area.east) & (lat >= area.south) & (lat <= area.north)).all())
            size = (area.east - area.west) * (area.north - area.south)
            is_world = area.east - area.west > 180
            rank = (is_world, not is_whole, size if is_whole else 0.0)
            fitting.append((rank, CrsSuggestion(code, crs_title(code))))
    return tuple(suggestion for _, suggestion in sorted(fitting, key=lambda entry: entry[0])[:_MOST_SUGGESTED])


@lru_cache(maxsize=len(_USUAL))
def _usual(code: str) -> tuple[pyproj.CRS, pyproj.Transformer]:
    crs = pyproj.CRS.from_user_input(code)
    return crs, pyproj.Transformer.from_crs(crs, DEGREES, always_xy=True)


def _is_in_metres(crs: pyproj.CRS) -> bool:
    return bool(crs.is_projected and crs.axis_info and crs.axis_info[0].unit_name not in ("degree", "kilometre"))


def _exchanged(geometry: Geometries) -> Geometries:
    return np.asarray(shapely.transform(geometry, lambda xy: xy[:, ::-1]))


def _is_doubtful(geometry: Geometries, on_land: Callable[[NDArray[np.float64], NDArray[np.float64]], float]) -> bool:
    """Return True where the units lie at sea as they are, and on land the other way round."""
    box = shapely.bounds(geometry[:: max(1, len(geometry) // 200)])
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    good = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 90)
    if not good.any():
        return False
    as_is, other = on_land(x[good], y[good]), on_land(y[good], x[good])
    return as_is < 0.7 and other > as_is + 0.25


def _to_wgs84(geometry: Geometries, source: pyproj.CRS, name: str, bounds: NDArray[np.float64]) -> Geometries:
    if source.equals(DEGREES, ignore_axis_order=True):
        return geometry
    try:
        transformer = pyproj.Transformer.from_crs(source, DEGREES, always_xy=True)
    except pyproj.exceptions.ProjError as error:  # there is no way: one of another planet, or not of this world
        raise UserError(
            tr(
                "The coordinates of {name} cannot be converted to degrees: there is no way from {crs}.",
                name=name,
                crs=crs_code(source)[:80],
            ),
            tr("Name its coordinate system by its EPSG code, e.g. EPSG:25832."),
        ) from error

    def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved = np.asarray(shapely.transform(geometry, project))
    ends = shapely.total_bounds(moved)
    if not np.isfinite(shapely.get_coordinates(moved)).all() or np.abs(ends[[1, 3]]).max() > _LAT:
        raise CrsQuestion(tr("The coordinates of {name} do not fit {crs}.", name=name, crs=crs_code(source)), bounds)
    return moved
