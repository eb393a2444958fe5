"""Levels of detail of a unit layer: nested, and a valid coverage at each of them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.ops
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.geo.shipped import load_layer
from territorymap.geo.topology import Topology, build_topology
from territorymap.mapview.levels import begin_of_loops, coverage_levels, known_levels
from territorymap.mapview.mercator import MAX_LEVEL, project, steps_per_px

LEVELS = (0, 2, 4, 5, 6, 7, 8, 10, MAX_LEVEL)


def wavy_layer(columns: int, rows: int, seed: int, n_per_side: int) -> NDArray[np.object_]:
    """Return a grid of 2 degree squares with wavy sides, and an island that belongs to the last."""
    rng = np.random.default_rng(seed)
    corner = {(i, j): (-100 + 2.0 * i, 36 + 2.0 * j) for i in range(columns + 1) for j in range(rows + 1)}
    side: dict[tuple[int, int, bool], list[tuple[float, float]]] = {}
    for i in range(columns + 1):
        for j in range(rows + 1):
            for is_across in (True, False):
                x, y = corner[i, j]
                along = np.sort(rng.uniform(0.02, 1.98, n_per_side))
                off = rng.uniform(-0.4, 0.4, n_per_side) * np.minimum(along, 2 - along)
                line = [(x + a, y + o) if is_across else (x + o, y + a) for a, o in zip(along, off, strict=True)]
                side[i, j, is_across] = line
    cells = []
    for i in range(columns):
        for j in range(rows):
            ring = [corner[i, j], *side[i, j, True], corner[i + 1, j], *side[i + 1, j, False], corner[i + 1, j + 1]]
            ring += [*side[i, j + 1, True][::-1], corner[i, j + 1], *side[i, j, False][::-1]]
            cells.append(shapely.Polygon(ring))
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = rng.uniform(0.3, 0.6, 40)
    island = shapely.Polygon(
        np.column_stack([-98 + 2.0 * columns + radius * np.cos(angle), 37 + radius * np.sin(angle)])
    )
    cells[-1] = shapely.MultiPolygon([cells[-1], island])
    return np.array(cells, dtype=object)


def drawn(topology: Topology, xy: NDArray[np.int32], level: NDArray[np.uint8], at: int) -> NDArray[np.object_]:
    """Return the units as the page draws them at a level: rings of arcs, arcs of the vertices of that level."""
    units: list[list[shapely.Polygon]] = [[] for _ in range(topology.n_units)]
    start = topology.arc_start
    lines = []
    for k in range(topology.n_arcs):
        part = slice(start[k], start[k + 1])
        lines.append(xy[part][level[part] <= at])
    shells: dict[int, list[NDArray[np.int32]]] = {}
    for r in range(topology.n_rings):
        signed = topology.ring_arcs[topology.ring_start[r] : topology.ring_start[r + 1]]
        parts = [lines[~s][::-1] if s < 0 else lines[s] for s in signed]
        ring = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
        shells.setdefault(int(topology.ring_polygon[r]), []).append(ring)
    for r in range(topology.n_rings):
        if not topology.ring_is_hole[r]:
            shell, *holes = shells[int(topology.ring_polygon[r])]
            units[topology.ring_unit[r]].append(shapely.Polygon(shell, holes))
    return np.array([shapely.MultiPolygon(parts) for parts in units], dtype=object)


def levels_of(geometry: NDArray[np.object_]) -> tuple[Topology, NDArray[np.int32], NDArray[np.uint8]]:
    topology = build_topology(geometry)
    xy = project(topology.arc_coords[:, 0], topology.arc_coords[:, 1])
    level = coverage_levels(topology, xy)
    order = begin_of_loops(topology, level)
    return topology, xy[order], level[order]


@settings(max_examples=25)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 10_000), st.integers(0, 60))
def test_units_neither_cross_nor_gape_at_any_level(columns: int, rows: int, seed: int, n: int) -> None:
    topology, xy, level = levels_of(wavy_layer(columns, rows, seed, n))
    for at in LEVELS:
        units = drawn(topology, xy, level, at)
        assert shapely.is_valid(units).all()
        assert shapely.coverage_is_valid(units)
    whole = drawn(topology, xy, level, MAX_LEVEL)
    assert shapely.area(whole) == pytest.approx(shapely.area(drawn(topology, xy, np.zeros_like(level), 0)))


@settings(max_examples=25)
@given(st.integers(1, 3), st.integers(0, 10_000), st.integers(3, 60))
def test_a_level_changes_less_than_an_eye_sees(columns: int, seed: int, n: int) -> None:
    """What a unit gains and loses is less than a stripe of 0.7 pixels along its border."""
    topology, xy, level = levels_of(wavy_layer(columns, 2, seed, n))
    full = drawn(topology, xy, level, MAX_LEVEL)
    for at in (4, 6, 8):
        coarse = drawn(topology, xy, level, at)
        moved = shapely.area(shapely.symmetric_difference(full, coarse))
        assert (moved <= 0.7 * steps_per_px(at) * shapely.length(full)).all()


def test_ends_of_arcs_are_always_drawn_and_loops_begin_where_every_level_does() -> None:
    topology, _, level = levels_of(wavy_layer(3, 2, 7, 40))
    assert (level[topology.arc_start[:-1]] == 0).all()
    assert (level[topology.arc_start[1:] - 1] == 0).all()
    assert level.max() > 3


def test_levels_are_carried_over_by_place_and_new_vertices_are_always_drawn() -> None:
    geometry = wavy_layer(3, 2, 3, 50)
    _, xy, level = levels_of(geometry)
    known = known_levels(xy, level)
    cut = geometry.copy()
    blade = shapely.LineString([(-99, 30), (-98.9, 50)])
    halves = shapely.ops.split(cut[0], blade)
    cut = np.append(cut[1:], np.array(list(halves.geoms), dtype=object))
    after = build_topology(cut)
    xy_after = project(after.arc_coords[:, 0], after.arc_coords[:, 1])
    carried = coverage_levels(after, xy_after, known)
    by_place = {tuple(p): int(rank) for p, rank in zip(xy.tolist(), level.tolist(), strict=True)}
    ends = {tuple(p) for p in xy_after[np.concatenate([after.arc_start[:-1], after.arc_start[1:] - 1])].tolist()}
    for place, rank in zip(map(tuple, xy_after.tolist()), carried.tolist(), strict=True):
        if place not in ends:
            assert rank == by_place.get(place, 0)
    assert (carried > 0).sum() > 100


def test_levels_of_another_layer_are_not_carried_over() -> None:
    topology, xy, level = levels_of(wavy_layer(2, 2, 1, 30))
    _, other_xy, other_level = levels_of(wavy_layer(2, 2, 2, 30))
    known = known_levels(other_xy, other_level)
    np.testing.assert_array_equal(coverage_levels(topology, xy, known), coverage_levels(topology, xy))
    assert (level > 0).any()


def test_a_layer_without_geometry_has_no_levels() -> None:
    topology = build_topology(np.array([shapely.MultiPolygon(), None], dtype=object))
    assert len(coverage_levels(topology, np.empty((0, 2), dtype=np.int32))) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["us-counties", "us-states"])
def test_real_layers_are_valid_at_every_level(name: str) -> None:
    topology, xy, level = levels_of(load_layer(name).geometry)
    full = shapely.area(drawn(topology, xy, level, MAX_LEVEL))
    for at in (0, 3, 5, 7):
        units = drawn(topology, xy, level, at)
        assert shapely.is_valid(units).all()
        assert shapely.coverage_is_valid(units)
        moved = np.abs(shapely.area(units) - full).sum()
        assert moved < 0.02 * full.sum() or at < 3
    n_drawn = [(level <= at).sum() for at in range(MAX_LEVEL + 1)]
    assert n_drawn == sorted(n_drawn)
    assert n_drawn[3] < 0.4 * n_drawn[-1]
