"""A spliced topology is the one that is built in full, whatever changed."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.geo import retopology
from territorymap.geo.adjacency import build_adjacency
from territorymap.geo.cut import CutFailedError, cut_geometry
from territorymap.geo.layer import Geometries
from territorymap.geo.retopology import rebuild_topology
from territorymap.geo.topology import Topology, build_topology
from tests.geo.coverages import coverages, voronoi
from tests.geo.test_cut import hand, on_grid


def arcs_of(topology: Topology) -> dict[tuple[object, ...], float]:
    """Every arc by its sides and vertices, with its length; a closed arc may begin anywhere."""
    found = {}
    for k in range(topology.n_arcs):
        line = topology.arc(k).round(7)
        points = [tuple(point) for point in line.tolist()]
        if points[0] == points[-1]:
            at = points.index(min(points))
            points = [*points[at:-1], *points[:at], points[at]]
        found[(int(topology.arc_left[k]), int(topology.arc_right[k]), tuple(points))] = topology.arc_length_km[k]
    return found


def rings_of_unit(topology: Topology, unit: int) -> list[tuple[bool, frozenset[tuple[float, ...]], int]]:
    """The rings of a unit: whether it is a hole, its vertices, and how many rings its polygon has."""
    lo, hi = topology.unit_ring_start[unit], topology.unit_ring_start[unit + 1]
    polygon = topology.ring_polygon
    return sorted(
        (
            bool(topology.ring_is_hole[r]),
            frozenset(tuple(p) for p in topology.ring(r).round(7).tolist()),
            int((polygon == polygon[r]).sum()),
        )
        for r in range(lo, hi)
    )


def assert_same(spliced: Topology, full: Topology) -> None:
    ours, theirs = arcs_of(spliced), arcs_of(full)
    assert ours.keys() == theirs.keys()
    for key, km in theirs.items():
        assert np.isclose(ours[key], km)
    for unit in range(full.n_units):
        assert sorted(map(str, rings_of_unit(spliced, unit))) == sorted(map(str, rings_of_unit(full, unit)))
    assert spliced.ring_unit.tolist() == full.ring_unit.tolist()
    assert spliced.unit_ring_start.tolist() == full.unit_ring_start.tolist()
    assert (np.diff(spliced.ring_polygon) >= 0).all()
    one, other = build_adjacency(spliced, full.n_units), build_adjacency(full, full.n_units)
    assert one.pair.tolist() == other.pair.tolist()
    np.testing.assert_allclose(one.border_km, other.border_km)


def after_cut(geometry: Geometries, shape: shapely.Geometry) -> tuple[Geometries, np.ndarray]:
    cut = cut_geometry(geometry, shape)
    stay = [ix for ix in range(len(geometry)) if ix not in cut.wholes]
    shapes = [cut.revised.get(ix, geometry[ix]) for ix in stay] + [part.geometry for part in cut.parts]
    former = [-1 if ix in cut.revised else ix for ix in stay] + [-1] * len(cut.parts)
    return np.array(shapes, dtype=object), np.array(former, dtype=np.int64)


@settings(max_examples=120, deadline=None)
@given(coverages(), st.lists(hand | on_grid, min_size=2, max_size=6))
def test_after_any_cut_and_back(geometry: Geometries, line: list[tuple[float, float]]) -> None:
    if not len(geometry):
        return
    try:
        new, former = after_cut(geometry, shapely.LineString(line))
    except CutFailedError:
        return
    whole = build_topology(geometry)
    spliced = spliced_always(whole, new, former)
    assert_same(spliced, build_topology(new))
    back = np.full(len(geometry), -1, dtype=np.int64)
    stays = np.flatnonzero(former >= 0)
    back[former[stays]] = stays
    assert_same(spliced_always(spliced, geometry, back), whole)


def spliced_always(before: Topology, geometry: Geometries, former: np.ndarray) -> Topology:
    most, retopology.MOST_LOCAL = retopology.MOST_LOCAL, 1.0
    try:
        return rebuild_topology(before, geometry, former)
    finally:
        retopology.MOST_LOCAL = most


def test_far_arcs_are_kept_and_nothing_is_built_in_full(monkeypatch) -> None:
    geometry = voronoi(400, 5)
    before = build_topology(geometry)
    new, former = after_cut(geometry, shapely.LineString([(4.1, 4.2), (5.3, 4.9)]))
    built: list[int] = []

    def counted(shapes: Geometries) -> Topology:
        built.append(len(shapes))
        return build_topology(shapes)

    monkeypatch.setattr(retopology, "build_topology", counted)
    spliced = rebuild_topology(before, new, former)
    assert len(built) == 1
    assert built[0] < 120
    assert_same(spliced, build_topology(new))


def test_units_that_come_and_go_without_a_cut() -> None:
    geometry = voronoi(300, 8)
    before = build_topology(geometry)
    stays = np.array([ix for ix in range(300) if ix not in (7, 100, 101)])
    assert_same(rebuild_topology(before, geometry[stays], stays), build_topology(geometry[stays]))
    again = np.full(300, -1)
    again[stays] = np.arange(297)
    assert_same(rebuild_topology(build_topology(geometry[stays]), geometry, again), before)


def test_units_without_ground_come_and_go() -> None:
    """One of them among many is nobody's neighbour; so many that they are most units cost no search for any."""
    geometry = voronoi(300, 8)
    before = build_topology(geometry)
    for n_new in (1, 1000):
        more = np.append(geometry, np.full(n_new, None))
        former = np.append(np.arange(300), np.full(n_new, -1))
        after = rebuild_topology(before, more, former)
        assert_same(after, build_topology(more))
        assert_same(rebuild_topology(after, geometry, np.arange(300)), before)
