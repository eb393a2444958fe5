"""Splitting units along a drawn line or polygon. Owns the parts and that all stays one coverage; not codes nor rows.

The drawn border is noded with the borders of all units that it meets, on the grid of the topology, so a part and its
neighbours get the very same vertices where the cut begins and ends: no T-junction, no gap. Vertices that were there
keep their coordinates to the last digit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.plane import plane_km2
from territorymap.geo.repair import polygons_only
from territorymap.geo.topology import GRID_DEG

# A piece smaller than this share of its unit, and than this many km2, is not cut off: the hand meant the border.
SLIVER_SHARE = 0.001
SLIVER_KM2 = 1.0


class CutFailedError(ValueError):
    """The borders here are such that no clean parts come of the cut."""


@dataclass(frozen=True)
class CutPart:
    """One part of a unit that was cut."""

    whole_ix: int  # unit_ix
    geometry: shapely.MultiPolygon
    is_inside: bool  # a polygon: inside it; a line: to its left as it was drawn


@dataclass(frozen=True)
class Cut:
    """What a line or polygon makes of the units; positions are those before the cut."""

    parts: list[CutPart] = field(default_factory=list)  # by whole_ix, the largest of each first
    revised: dict[int, shapely.MultiPolygon] = field(default_factory=dict)  # stay whole, got the cut's end points
    not_crossed: tuple[int, ...] = ()  # the line ends in them
    only_slivers: tuple[int, ...] = ()  # too little would come off

    @property
    def wholes(self) -> list[int]:
        """Return the unit_ix that were cut, ascending."""
        return sorted({part.whole_ix for part in self.parts})

    def parts_of(self, unit_ix: int) -> list[CutPart]:
        return [part for part in self.parts if part.whole_ix == unit_ix]


class _Group(NamedTuple):
    """Faces that will be one part."""

    shape: shapely.Polygon
    km2: float
    is_inside: bool


def cut_geometry(
    geometry: Geometries,
    shape: shapely.Geometry,
    *,
    keep_whole: Collection[int] = (),
    least_share: float = SLIVER_SHARE,
) -> Cut:
    """Return the parts into which a line or a polygon splits the units that it crosses.

    Each connected piece becomes a part; islands that are not crossed go with the nearest part, for a polygon with
    the nearest one on their side of it. Units of ``keep_whole`` (unit_ix) are not split.

    Raises
    ------
    CutFailedError
        if no valid parts come of it.
    """
    is_area = shape.geom_type in ("Polygon", "MultiPolygon")
    shape = _on_grid(shape, is_area)
    if shape.is_empty:
        return Cut()
    line = shapely.boundary(shape) if is_area else shape
    tree = shapely.STRtree(geometry)
    met = np.sort(tree.query(line, predicate="intersects"))
    worked = np.union1d(met, tree.query(shape, predicate="intersects")) if is_area else met
    if not len(worked):
        return Cut()
    rings, owner = shapely.get_parts(geometry[worked], return_index=True)
    faces, face_ring = _faces(rings, line)
    inside = _sides(faces, shape, line, is_area)
    plane = _Plane(geometry, worked, rings, owner, faces, face_ring, inside, line, is_area)
    cut = _assembled(plane, set(keep_whole), least_share)
    _refuse_torn(geometry, np.unique(tree.query(geometry[worked])[1]), cut)
    return cut


def _refuse_torn(geometry: Geometries, around: NDArray[np.int64], cut: Cut) -> None:
    """Refuse a cut after which borders that met do not: a line that all but follows a border can do that."""
    before = geometry[around]
    wholes = set(cut.wholes)
    stay = [cut.revised.get(ix, geometry[ix]) for ix in around.tolist() if ix not in wholes]
    after = np.array([*stay, *(part.geometry for part in cut.parts)], dtype=object)
    if shapely.coverage_is_valid(before) and not shapely.coverage_is_valid(after):
        raise CutFailedError("borders would not meet")


def _on_grid(shape: shapely.Geometry, is_area: bool) -> shapely.Geometry:
    """Return what was drawn with its vertices on the grid; empty where nothing is left of it."""
    shape = shapely.transform(shape, lambda xy: np.rint(xy / GRID_DEG) * GRID_DEG)
    if shapely.length(shape) == 0:
        return shapely.LineString()
    if is_area:
        (shape,) = polygons_only(np.array([shape], dtype=object))
    return shapely.remove_repeated_points(shape)


def _faces(rings: Geometries, line: shapely.Geometry) -> tuple[Geometries, NDArray[np.int64]]:
    """Return the faces of borders and cut, and in which of the polygons each lies."""
    work = shapely.union_all(np.append(shapely.boundary(rings), line), grid_size=GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize([work]))
    if not len(faces):
        raise CutFailedError("no faces")
    faces = shapely.transform(faces, _Vertices(rings).restored)
    at, ring = shapely.STRtree(rings).query(shapely.point_on_surface(faces), predicate="intersects")
    at, first = np.unique(at, return_index=True)
    return faces[at], ring[first]


class _Vertices:
    """The vertices that were there, found again by their place on the grid."""

    def __init__(self, shapes: Geometries) -> None:
        coords = shapely.get_coordinates(shapes)
        self._key, first = np.unique(_grid_keys(coords), return_index=True)
        self._coords = coords[first]

    def restored(self, coords: NDArray[np.float64]) -> NDArray[np.float64]:
        key = _grid_keys(coords)
        at = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        return np.where((self._key[at] == key)[:, None], self._coords[at], coords)


def _grid_keys(coords: NDArray[np.float64]) -> NDArray[np.int64]:
    grid = np.rint(coords / GRID_DEG).astype(np.int64)
    return np.asarray(grid[:, 0] * (1 << 33) + grid[:, 1])


def _sides(faces: Geometries, shape: shapely.Geometry, line: shapely.Geometry, is_area: bool) -> NDArray[np.bool_]:
    """Return which faces lie inside the polygon, or to the left of the line."""
    if is_area:
        shapely.prepare(shape)
        return np.asarray(shapely.intersects(shape, shapely.point_on_surface(faces)))
    return np.array([_is_left(face, line) for face in faces], dtype=np.bool_)


def _is_left(face: shapely.Polygon, line: shapely.Geometry) -> bool:
    """Tell whether more of the line has the face on its left than on its right."""
    ring = shapely.get_coordinates(shapely.orient_polygons(face, exterior_cw=False).exterior)
    middle, step = (ring[:-1] + ring[1:]) / 2, ring[1:] - ring[:-1]
    on_line = np.flatnonzero(shapely.dwithin(shapely.points(middle), line, 2 * GRID_DEG))
    total = 0.0
    for part in shapely.get_parts(line):
        place = shapely.line_locate_point(part, shapely.points(middle[on_line]))
        reach = np.hypot(*step[on_line].T) / 4
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(part, place + reach))
        behind = shapely.get_coordinates(shapely.line_interpolate_point(part, np.maximum(place - reach, 0)))
        total += float(((ahead - behind) * step[on_line]).sum())
    return total > 0


class _Plane(NamedTuple):
    """The ground around the drawn border, taken apart."""

    geometry: Geometries  # (U,)
    worked: NDArray[np.int64]  # (W,) unit_ix looked at
    rings: Geometries  # (R,) their polygons
    owner: NDArray[np.int64]  # (R,) position in ``worked``
    faces: Geometries  # (F,)
    face_ring: NDArray[np.int64]  # (F,) position in ``rings``
    inside: NDArray[np.bool_]  # (F,)
    line: shapely.Geometry
    is_area: bool

    def groups(self) -> list[list[list[_Group]]]:
        """Return the faces of each polygon of each unit looked at."""
        km2 = plane_km2(self.faces)
        found: list[list[_Group]] = [[] for _ in self.rings]
        for i, ring in enumerate(self.face_ring.tolist()):
            found[ring].append(_Group(self.faces[i], float(km2[i]), bool(self.inside[i])))
        # A speck that vanished on the grid stays as it is.
        whole = [groups or [_Group(self.rings[r], 0.0, False)] for r, groups in enumerate(found)]
        return [[whole[r] for r in np.flatnonzero(self.owner == place)] for place in range(len(self.worked))]


def _assembled(plane: _Plane, keep_whole: Collection[int], least_share: float) -> Cut:
    """Put the faces together to parts and to units that stay whole."""
    is_entered = shapely.relate_pattern(plane.line, plane.geometry[plane.worked], "T********")
    parts: list[CutPart] = []
    revised: dict[int, shapely.MultiPolygon] = {}
    not_crossed, only_slivers = [], []
    for unit_ix, pieces, entered in zip(plane.worked.tolist(), plane.groups(), is_entered, strict=True):
        total = sum(group.km2 for groups in pieces for group in groups)
        least_km2 = np.inf if unit_ix in keep_whole else min(least_share * total, SLIVER_KM2)
        merged = [_without_slivers(groups, least_km2) for groups in pieces]
        split = _with_islands(merged, plane.is_area, least_km2)
        if len(split) > 1:
            split.sort(key=lambda shapes: (-sum(g.km2 for g in shapes), *shapely.bounds(shapes[0].shape)))
            parts += [CutPart(unit_ix, _multi([g.shape for g in shapes]), shapes[0].is_inside) for shapes in split]
            continue
        whole = [groups[0].shape for groups in merged]
        if sum(map(shapely.get_num_coordinates, whole)) != shapely.get_num_coordinates(plane.geometry[unit_ix]):
            revised[unit_ix] = _multi(whole)
        if unit_ix in keep_whole:
            continue
        if any(len(groups) > 1 for groups in pieces):
            only_slivers.append(unit_ix)
        elif entered and not plane.is_area:
            not_crossed.append(unit_ix)
    made = [*(part.geometry for part in parts), *revised.values()]
    if not shapely.is_valid(np.array(made, dtype=object)).all():
        raise CutFailedError("the parts are not valid")
    return Cut(parts, revised, tuple(not_crossed), tuple(only_slivers))


def _without_slivers(groups: Sequence[_Group], least_km2: float) -> list[_Group]:
    """Join each piece that is too small to the one beside it with the longest common border."""
    groups = sorted(groups, key=lambda group: group.km2)
    while len(groups) > 1 and groups[0].km2 < least_km2:
        speck, rest = groups[0], groups[1:]
        common = shapely.length(shapely.intersection(speck.shape, np.array([g.shape for g in rest], dtype=object)))
        beside = rest[int(np.argmax(common))]
        joined = shapely.coverage_union(speck.shape, beside.shape)
        (shape,) = shapely.get_parts(joined) if shapely.get_num_geometries(joined) == 1 else (None,)
        if shape is None or shape.geom_type != "Polygon":
            raise CutFailedError("a sliver cannot be joined to its neighbour")
        bigger = _Group(shape, speck.km2 + beside.km2, beside.is_inside)
        groups = sorted([bigger, *(g for g in rest if g is not beside)], key=lambda group: group.km2)
    return groups


def _with_islands(polygons: Sequence[Sequence[_Group]], is_area: bool, least_km2: float) -> list[list[_Group]]:
    """Return the groups of faces and islands that make a part each; a single one = the unit stays whole."""
    parts = [[group] for groups in polygons if len(groups) > 1 for group in groups]
    islands = [groups[0] for groups in polygons if len(groups) == 1]
    if not parts and not is_area:
        return [islands]
    main = [part[0] for part in parts]
    waiting: list[_Group] = []
    for island in islands:
        beside = [i for i, group in enumerate(main) if not is_area or group.is_inside == island.is_inside]
        if beside:
            distance = shapely.distance(island.shape, np.array([main[i].shape for i in beside], dtype=object))
            parts[beside[int(np.argmin(distance))]].append(island)
        else:
            waiting.append(island)
    for side in (True, False):
        group = sorted((g for g in waiting if g.is_inside == side), key=lambda g: -g.km2)
        if not group:
            continue
        if sum(g.km2 for g in group) >= least_km2 or not parts:
            parts.append(group)
        else:
            parts[0] += group
    if len(parts) == 2 and sum(g.km2 for g in parts[0]) < least_km2:
        return [[*parts[1], *parts[0]]]
    return parts


def _multi(shapes: Sequence[shapely.Polygon]) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(list(shapes))


def node_borders(geometry: Geometries, units: NDArray[np.integer]) -> dict[int, shapely.MultiPolygon]:
    """Return those of the units that lack vertices which others of them have on a common border, with these put in.

    For a merge: two planners cut neighbouring units, each put its end points into the other's whole unit; together
    the parts of one lack the end points of the other.
    """
    rings, owner = shapely.get_parts(geometry[units], return_index=True)
    faces, face_ring = _faces(rings, shapely.LineString())
    noded = rings.copy()
    for ring in np.unique(face_ring):
        noded[ring] = join_geometry(faces[face_ring == ring])
    found = {}
    for place, unit_ix in enumerate(np.asarray(units).tolist()):
        shape = _multi(list(shapely.get_parts(noded[owner == place])))
        if not shapely.equals_exact(shapely.normalize(shape), shapely.normalize(geometry[unit_ix])):
            found[unit_ix] = shape
    return found


def join_geometry(shapes: Geometries) -> shapely.MultiPolygon:
    """Return parts of a coverage as one geometry; vertices on the borders with others stay."""
    union = shapely.coverage_union_all(shapes)
    if not shapely.is_valid(union):
        union = shapely.union_all(shapes)
    (joined,) = polygons_only(np.array([union], dtype=object))
    return joined
