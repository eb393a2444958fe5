"""Large layers in chunks: every unit once, and the same findings as of the whole at once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from territorymap.geo import repair, survey
from territorymap.geo.chunks import chunks_of, with_neighbours
from territorymap.geo.plane import Plane
from territorymap.geo.repair import mend_borders
from territorymap.geo.survey import FaultKind, survey_borders

from .coverages import Geometries, coverages


def field(n: int, seed: int, noise: float = 0.0) -> Geometries:
    """Return a field of n x n squares at 50 degrees north, every tenth moved a little on its own."""
    dice = np.random.default_rng(seed)
    edge = np.arange(n + 1) / 10
    cells = [(i, j) for j in range(n) for i in range(n)]
    boxes = [shapely.box(edge[i], 50 + edge[j], edge[i + 1], 50 + edge[j + 1]) for i, j in cells]
    return moved_a_little(boxes, dice, noise)


def moved_a_little(boxes: list[shapely.Polygon], dice: np.random.Generator, noise: float) -> Geometries:
    is_moved = dice.random(len(boxes)) < (0.1 if noise else 0)
    shift = dice.normal(0, max(noise, 1e-12), (len(boxes), 2))
    out = np.empty(len(boxes), dtype=object)
    out[:] = [
        shapely.MultiPolygon([shapely.transform(box, lambda xy, d=d: xy + d) if moved else box])
        for box, moved, d in zip(boxes, is_moved, shift, strict=True)
    ]
    return out


@settings(max_examples=50, deadline=None)
@given(coverages(), st.integers(5, 60))
def test_every_unit_is_in_one_chunk(geometry: Geometries, most: int) -> None:
    assume(len(geometry))
    chunks = chunks_of(geometry, most)
    assert sorted(np.concatenate(chunks).tolist()) == list(range(len(geometry)))
    assert all(len(chunk) for chunk in chunks)


def test_chunks_lie_together_and_are_about_as_large_as_wished() -> None:
    geometry = field(30, 0)
    chunks = chunks_of(geometry, 500)
    assert len(chunks) >= 9
    for chunk in chunks:
        assert shapely.get_num_coordinates(geometry[chunk]).sum() <= 2 * 500
        west, south, east, north = shapely.total_bounds(geometry[chunk])
        assert max(east - west, north - south) < 2.0  # of 3.0


def test_neighbours_are_those_whose_boxes_meet() -> None:
    """
    6 7 8
    3 4 5
    0 1 2
    """
    geometry = field(3, 0)
    seen = with_neighbours(np.array([0]), geometry, shapely.STRtree(geometry))
    assert seen[0] == 0
    assert sorted(seen.tolist()) == [0, 1, 3, 4]


@pytest.mark.parametrize("noise", [0.0, 0.002])
def test_faults_are_the_same_in_chunks(monkeypatch: pytest.MonkeyPatch, noise: float) -> None:
    geometry = field(20, 3, noise)
    whole = survey_borders(geometry)
    told: list[float] = []
    monkeypatch.setattr(survey, "chunks_of", lambda g: chunks_of(g, 200))
    in_chunks = survey_borders(geometry, told.append)
    assert [(f.kind, f.units) for f in in_chunks] == [(f.kind, f.units) for f in whole]
    assert [f.area_km2 for f in in_chunks] == pytest.approx([f.area_km2 for f in whole])
    assert bool(whole) == bool(noise)
    assert len(told) > 20
    assert told == sorted(told)


@pytest.mark.parametrize("most", [50, 1000, 10**9])
def test_a_repair_in_clusters_is_a_coverage_and_leaves_the_others_untouched(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(repair, "MOST_VERTICES", most)
    geometry = field(20, 5, 0.002)
    faults = survey_borders(geometry)
    told: list[float] = []
    solid, twins = mend_borders(geometry, faults, 50.0, told.append)
    assert twins == {}
    assert shapely.coverage_is_valid(solid)
    assert {f.kind for f in survey_borders(solid)} <= {FaultKind.GAP}
    tree = shapely.STRtree(geometry)
    bad = np.unique([u for f in faults for u in f.units])
    near = np.unique(np.concatenate([bad, tree.query(geometry[bad])[1]]))
    far = np.setdiff1d(np.arange(len(geometry)), near)
    assert len(far)
    assert shapely.equals_exact(solid[far], geometry[far], 0.0).all()
    if most == 50:
        assert len(told) > 3


@settings(max_examples=50, deadline=None)
@given(coverages(), st.floats(-80, 80))
def test_degrees_survive_the_plane_to_the_last_bit(geometry: Geometries, north: float) -> None:
    assume(len(geometry))
    moved = np.array([shapely.transform(g, lambda xy: xy * (1.1, 0.1) + (3.3, north)) for g in geometry], dtype=object)
    plane = Plane.of(moved)
    back = plane.round_again(plane.flat(moved), moved)
    assert shapely.equals_exact(back, moved, 0.0).all()


@pytest.mark.parametrize("most", [50, 10**9])
def test_corners_that_differ_by_rounding_become_one(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """A grid as scripts make it: x + 0.1 is not always the x of the next square."""
    monkeypatch.setattr(repair, "MOST_VERTICES", most)
    boxes = [shapely.box(i / 10, 50 + j / 10, i / 10 + 0.1, 50 + j / 10 + 0.1) for j in range(15) for i in range(15)]
    geometry = moved_a_little(boxes, np.random.default_rng(0), 0.0)
    faults = survey_borders(geometry)
    assert {f.kind for f in faults} == {FaultKind.MISMATCH}
    solid, _ = mend_borders(geometry, faults, 1.0)
    assert shapely.coverage_is_valid(solid)
    assert shapely.area(solid).sum() == pytest.approx(2.25)
