"""The plan's own shared arcs as TopoJSON holds them: whole numbers on a grid, each arc in steps from its first point.

Owns rounding, what becomes of corners that fall together, and which arcs make up units and territories; not the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.shapes import territory_shapes, within_180
from territorymap.exporters.view import ExportView
from territorymap.geo.arc_outline import chain_arcs, chain_outlines
from territorymap.geo.layer import rings_of
from territorymap.geo.topology import Topology, build_topology

Polygons = list[list[list[int]]]  # polygons of rings of signed arcs


@dataclass(frozen=True)
class Grid:
    """Whole numbers for degrees: degree = number * step + origin."""

    step: float
    west: float
    south: float

    def snap(self, lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the (n, 2) whole numbers of places."""
        return np.rint((lonlat - [self.west, self.south]) / self.step).astype(np.int64)


def make_grid(topology: Topology, lonlat: NDArray[np.float64], decimals: int) -> Grid:
    """Return a grid of so many decimals that begins south-west of all arcs and places."""
    all_points = np.concatenate([topology.arc_coords, lonlat[np.isfinite(lonlat).all(axis=1)]])
    scale = 10.0**decimals
    corner = np.floor(all_points.min(axis=0) * scale) / scale if len(all_points) else np.zeros(2)
    return Grid(1 / scale, float(corner[0]), float(corner[1]))


def topology_within_180(view: ExportView) -> Topology:
    """Return the arcs of the units as they lie between -180 and 180 degrees: the plan's own, or those after a cut."""
    topology = view.topology
    x = topology.arc_coords[:, 0]
    if not len(x) or (x.min() >= -180 and x.max() <= 180):
        return topology
    return build_topology(within_180(view.geometry))


def unit_polygons(topology: Topology) -> list[Polygons]:
    """Return the polygons of each unit."""
    out: list[Polygons] = [[] for _ in range(topology.n_units)]
    last = -1
    for ring in range(topology.n_rings):
        arcs = topology.ring_arcs[topology.ring_start[ring] : topology.ring_start[ring + 1]].tolist()
        polygon, own = int(topology.ring_polygon[ring]), out[int(topology.ring_unit[ring])]
        if polygon == last and own:
            own[-1].append(arcs)
        else:
            own.append([arcs])
        last = polygon
    return out


def territory_polygons(view: ExportView, topology: Topology) -> tuple[list[Polygons], Topology]:
    """Return the polygons of each territory out of the units' arcs, and the topology they count in.

    Where the units' borders do not close into valid rings, outlines are unions with arcs of their own, put behind.
    """
    report = topology.report
    is_clean = not (report.n_overlapping_segments or report.n_degenerate_rings or report.n_folded_segments)
    wanted = list(range(view.plan.n_territories))
    chained = chain_arcs(topology, view.plan.unit_territory, wanted) if is_clean else None
    if chained is None or not _are_valid(topology, view, wanted):
        return _own_arcs(view, topology)
    return chained, topology


def _are_valid(topology: Topology, view: ExportView, wanted: list[int]) -> bool:
    """Tell whether the arcs make polygons; where units overlap without sharing a border, they do not."""
    found = chain_outlines(topology, view.plan.unit_territory, wanted)
    return found is not None and bool(shapely.is_valid(found).all())


def _own_arcs(view: ExportView, topology: Topology) -> tuple[list[Polygons], Topology]:
    shapes = within_180(territory_shapes(view))
    shapes = np.array([None if s is None else shapely.orient_polygons(s) for s in shapes] + [None], dtype=object)[:-1]
    coords, ring_start, ring_polygon, _, polygon_owner = rings_of(shapes)
    out: list[Polygons] = [[] for _ in shapes]
    last = -1
    for ring, polygon in enumerate(ring_polygon.tolist()):
        own, arcs = out[int(polygon_owner[polygon])], [topology.n_arcs + ring]
        if polygon == last:
            own[-1].append(arcs)
        else:
            own.append([arcs])
        last = polygon
    longer = replace(
        topology,
        arc_coords=np.concatenate([topology.arc_coords, coords]),
        arc_start=np.concatenate([topology.arc_start, topology.arc_start[-1] + ring_start[1:]]),
    )
    return out, longer


def arc_steps(topology: Topology, grid: Grid, polygons: list[list[Polygons]]) -> Iterator[list[list[int]]]:
    """Yield each arc on the grid: its first point, then the steps; points that fall together are one.

    Not in rings that would have fewer than four points left: these keep all, for no reader takes less. Two points of
    each arc always stay.
    """
    start = topology.arc_start
    points = grid.snap(topology.arc_coords)
    n = len(points)
    is_first, is_last = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    is_first[start[:-1]] = True
    is_last[start[1:] - 1] = True
    keep = np.ones(n, dtype=bool)
    keep[1:] = (points[1:] != points[:-1]).any(axis=1)
    keep |= is_first
    n_arcs = len(start) - 1
    arc = np.repeat(np.arange(n_arcs), np.diff(start))
    n_kept = np.bincount(arc[keep], minlength=n_arcs)
    keep |= (n_kept < 2)[arc] & is_last
    n_kept = np.maximum(n_kept, 2)
    short = _arcs_of_short_rings(n_kept, polygons)
    keep |= short[arc]
    kept, arc = points[keep], arc[keep]
    steps = np.diff(kept, axis=0, prepend=kept[:1] * 0)
    begins = np.flatnonzero(np.diff(arc, prepend=-1))
    steps[begins] = kept[begins]
    ends = np.append(begins[1:], len(kept))
    for a, b in zip(begins.tolist(), ends.tolist(), strict=True):
        yield steps[a:b].tolist()


def _arcs_of_short_rings(n_kept: NDArray[np.int64], polygons: list[list[Polygons]]) -> NDArray[np.bool_]:
    is_short = np.zeros(len(n_kept), dtype=bool)
    n_steps = (n_kept - 1).tolist()
    for layer in polygons:
        for own in layer:
            for polygon in own:
                for ring in polygon:
                    at = [~a if a < 0 else a for a in ring]
                    if sum(n_steps[a] for a in at) < 3:
                        is_short[at] = True
    return is_short


def turned(ring: list[int]) -> list[int]:
    """Return the ring run the other way round."""
    return [~arc for arc in reversed(ring)]
