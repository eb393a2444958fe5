"""The borders of a plan in canvas units, with no more points than the picture can show.

Owns the thinning. Each arc is thinned once and its ends stay, so both sides of a border keep one line, and a ring of
arcs stays closed; what lies outside the box is two points an arc.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray

from territorymap.exporters.picture.fit import Fit
from territorymap.exporters.picture.ground import CUT_DEG, Drawing
from territorymap.exporters.picture.paths import STEP, line_path, polygon_path, projected

REACH = 1.0  # degrees around the box: what lies further is not drawn in detail
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class ThinArcs:
    """The arcs that a map needs."""

    drawing: Drawing
    fit: Fit
    coords: Floats  # (N, 2) canvas units
    start: Ints  # (K + 1,) arc k is coords[start[k] : start[k + 1]]; empty where it is not needed
    is_seen: NDArray[np.bool_]  # (K,) meets the box
    grain: float
    _rings: dict[int, list[Floats]] = field(default_factory=dict, compare=False)  # asked for twice: ground and name

    def arc(self, signed: int) -> Floats:
        k = ~signed if signed < 0 else signed
        line = self.coords[self.start[k] : self.start[k + 1]]
        return line[::-1] if signed < 0 else line

    def lines(self, wanted: NDArray[np.bool_]) -> Path | None:
        """Return one path of the arcs wanted (K,) that can be seen."""
        is_cut = self.drawing.touches_cut & (not self.fit.frame.is_world)
        lines = [
            self.coords[self.start[k] : self.start[k + 1]] for k in np.flatnonzero(wanted & self.is_seen & ~is_cut)
        ]
        for k in np.flatnonzero(wanted & self.is_seen & is_cut):
            lines += self._off_cut(int(k))
        return line_path(lines)

    def _off_cut(self, k: int) -> list[Floats]:
        """Return an arc without the parts of it that run along 180 degrees: there the layer is cut, not the land."""
        topology = self.drawing.view.topology
        points = topology.arc_coords[topology.arc_start[k] : topology.arc_start[k + 1]]
        on_cut = np.abs(np.abs(points[:, 0]) - 180) < CUT_DEG
        along = on_cut[1:] & on_cut[:-1]
        placed = self.fit.place_lonlat(points)
        pieces = [piece for piece in np.split(placed, np.flatnonzero(along) + 1) if len(piece) > 1]
        lines = [shapely.linestrings(piece) for piece in pieces if np.isfinite(piece).all()]
        return [shapely.get_coordinates(shapely.simplify(line, self.grain)) for line in lines]

    def rings(self, owner: int) -> list[Floats]:
        """Return the (n, 2) closed rings of an owner that can be seen; ground lies to their left."""
        if owner not in self._rings:
            self._rings[owner] = self._seen_rings(owner)
        return self._rings[owner]

    def _seen_rings(self, owner: int) -> list[Floats]:
        if self.drawing.rings is None:
            return []
        found = []
        for arcs in self.drawing.rings[owner]:
            index = np.where(arcs < 0, ~arcs, arcs)
            if not (self.start[index + 1] > self.start[index]).any():
                continue
            lines = [self.arc(int(a)) for a in arcs]
            ring = np.concatenate([lines[0], *(line[1:] for line in lines[1:])])
            if len(ring) >= 4 and np.isfinite(ring).all() and self._meets(ring):
                found.append(ring)
        return found

    def ground(self, owner: int) -> Path | None:
        """Return the ground of an owner as one path, holes left open; None where there is nothing to see."""
        if self.drawing.rings is None:
            return polygon_path(self._shapes(owner))
        rings = self.rings(owner)
        if not rings:
            return None
        codes = np.full(sum(map(len, rings)), Path.LINETO, dtype=np.uint8)
        ends = np.cumsum([len(ring) for ring in rings])
        codes[np.concatenate([[0], ends[:-1]])] = Path.MOVETO
        codes[ends - 1] = Path.CLOSEPOLY
        return Path(np.concatenate(rings), codes)

    def home(self, owner: int) -> shapely.Geometry:
        """Return the largest piece of an owner's ground within the box, for its name; empty where there is none."""
        if self.drawing.rings is None:
            shapes = self._shapes(owner)
        else:
            rings = self.rings(owner)
            shells = [ring for ring in rings if _twice_area(ring) > 0]
            if not shells:
                return shapely.Polygon()
            shell = shapely.polygons(max(shells, key=_twice_area))
            shell = shapely.make_valid(shell)
            holes = [shapely.make_valid(shapely.polygons(ring)) for ring in rings if _twice_area(ring) < 0]
            holes = [hole for hole in holes if hole.intersects(shell)]
            shapes = np.array([shell.difference(shapely.union_all(holes)) if holes else shell])
        seen = shapely.intersection(shapely.make_valid(shapes), shapely.box(*self.fit.view))
        polygons = [p for p in shapely.get_parts(shapely.get_parts(seen)) if p.geom_type == "Polygon"]
        return max(polygons, key=lambda p: float(p.area), default=shapely.Polygon())

    def _shapes(self, owner: int) -> NDArray[np.object_]:
        """Return the owner's units as polygons in canvas units: for layers whose borders do not meet."""
        drawing = self.drawing
        units = drawing.view.geometry[drawing.owner == owner]
        moved = projected(units, self.fit.frame)
        moved = moved[moved != np.array(None)]
        placed = shapely.simplify(shapely.transform(moved, self.fit.place), self.grain)
        parts = shapely.get_parts(placed)
        parts = parts[shapely.intersects(shapely.box(*shapely.bounds(parts).T), shapely.box(*self.fit.view))]
        return np.array([shapely.union_all(shapely.make_valid(parts))], dtype=object) if len(parts) else parts

    def _meets(self, ring: Floats) -> bool:
        west, south, east, north = self.fit.view
        low, high = ring.min(axis=0), ring.max(axis=0)
        return bool(low[0] <= east and high[0] >= west and low[1] <= north and high[1] >= south)


def thin_arcs(drawing: Drawing, fit: Fit, grain: float) -> ThinArcs:
    """Return the arcs in and around the box, thinned to ``grain`` canvas units."""
    topology = drawing.view.topology
    n = topology.n_arcs
    is_near = _near(drawing, fit)
    is_needed = is_near.copy()
    for rings in drawing.rings or []:
        for arcs in rings:
            index = np.where(arcs < 0, ~arcs, arcs)
            if is_near[index].any():
                is_needed[index] = True
    needed = np.flatnonzero(is_needed)
    if not len(needed):
        return ThinArcs(drawing, fit, np.empty((0, 2)), np.zeros(n + 1, dtype=np.int64), np.zeros(n, bool), grain)
    drawing.check()
    lonlat, line = _points(topology.arc_coords, topology.arc_start, needed, is_near[needed])
    placed = fit.place_lonlat(lonlat)
    # What the projection cannot show is left out: a ring with such a point is not drawn.
    lost = np.asarray(~np.isfinite(placed).all(axis=1))
    lines = np.asarray(shapely.linestrings(np.where(lost[:, None], 0.0, placed), indices=line))
    drawing.check()
    thin = shapely.simplify(lines, grain, preserve_topology=False)
    west, south, east, north = fit.view
    box = shapely.bounds(lines)
    is_seen = np.asarray((box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south))
    has_lost = np.zeros(len(needed), dtype=bool)
    has_lost[line[lost]] = True
    coords, at = _gathered(lines, thin, is_seen & ~has_lost)
    coords[has_lost[at]] = np.nan
    start = np.zeros(n + 1, dtype=np.int64)
    start[needed + 1] = np.bincount(at, minlength=len(needed))
    seen = np.zeros(n, dtype=bool)
    seen[needed] = is_seen & ~has_lost
    return ThinArcs(drawing, fit, coords, np.cumsum(start), seen, grain)


def _near(drawing: Drawing, fit: Fit) -> NDArray[np.bool_]:
    """Return (K,) arcs whose box meets the map's, by latitude and by degrees from the middle meridian."""
    box = drawing.arc_box
    if fit.frame.is_world:
        return np.ones(len(box), dtype=bool)
    south, north, half = fit.lonlat_reach
    middle = (box[:, 0] + box[:, 2]) / 2
    offset = np.abs((middle - fit.frame.center_lon + 180) % 360 - 180)
    is_near = offset - (box[:, 2] - box[:, 0]) / 2 <= half + REACH
    return np.asarray(is_near & (box[:, 3] >= south - REACH) & (box[:, 1] <= north + REACH))


def _points(coords: Floats, start: Ints, arcs: Ints, in_full: NDArray[np.bool_]) -> tuple[Floats, Ints]:
    """Return the points of the arcs and whose they are; two where not ``in_full``, more on long straight edges."""
    first, last = start[arcs], start[arcs + 1] - 1
    n = np.where(in_full, last - first + 1, 2)
    line = np.repeat(np.arange(len(arcs)), n)
    step = np.arange(n.sum()) - np.repeat(np.concatenate([[0], np.cumsum(n)[:-1]]), n)
    at = np.where(in_full[line], first[line] + step, np.where(step == 0, first[line], last[line]))
    points = coords[at]
    jump = np.abs(np.diff(points, axis=0)).max(axis=1, initial=0.0)
    is_long = (jump > STEP) & (line[1:] == line[:-1]) & in_full[line[1:]]
    if not is_long.any():
        return points, line
    # A long straight edge, such as the 49th parallel, is a curve in most projections.
    gap = np.flatnonzero(is_long)
    extra = np.minimum(np.ceil(jump[gap] / STEP).astype(np.int64) - 1, 1000)
    of = np.repeat(np.arange(len(gap)), extra)
    share = (np.arange(extra.sum()) - np.repeat(np.concatenate([[0], np.cumsum(extra)[:-1]]), extra) + 1) / (
        extra[of] + 1
    )
    low, high = points[gap[of]], points[gap[of] + 1]
    where = gap[of] + 1
    return np.insert(points, where, low + (high - low) * share[:, None], axis=0), np.insert(line, where, line[gap[of]])


def _gathered(lines: NDArray[np.object_], thin: NDArray[np.object_], is_seen: NDArray[np.bool_]) -> tuple[Floats, Ints]:
    """Return the coordinates and the line of each: thin ones, only the two ends of those that are not seen."""
    is_ring = np.asarray(shapely.is_closed(lines))
    ends = shapely.get_num_coordinates(lines)
    chosen = thin.copy()
    # An island thinned to a line would be no ring: it keeps four of its points.
    small = is_ring & is_seen & (shapely.get_num_coordinates(thin) < 4)
    for ix in np.flatnonzero(small):
        points = shapely.get_coordinates(lines[ix])
        third = max((len(points) - 1) // 3, 1)
        chosen[ix] = shapely.linestrings(points[[0, third, min(2 * third, len(points) - 1), len(points) - 1]])
    hidden = np.flatnonzero(~is_seen)
    if len(hidden):
        coordinates, at = shapely.get_coordinates(lines[hidden], return_index=True)
        last = np.cumsum(ends[hidden]) - 1
        first = np.concatenate([[0], last[:-1] + 1])
        pairs = np.stack([coordinates[first], coordinates[last]], axis=1).reshape(-1, 2)
        chosen[hidden] = shapely.linestrings(pairs, indices=np.repeat(np.arange(len(hidden)), 2))
    coords, at = shapely.get_coordinates(chosen, return_index=True)
    return coords, at


def _twice_area(ring: Floats) -> float:
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())
