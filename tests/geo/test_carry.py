"""The common ground of two layers, against areas worked out by hand and by shapely."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.geo.carry import overlaps_of, shared_by_ground
from territorymap.geo.plane import plane_km2
from tests.geo.coverages import drawn, voronoi

NAN = float("nan")


def test_squares_and_a_layer_of_halves() -> None:
    """
    ::

        old: A A B B        new: C D D E   (a letter a square)
    """
    old, new = drawn("A A B B"), drawn("C D D E")
    found = overlaps_of(old, new)
    assert list(zip(found.old_ix.tolist(), found.new_ix.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1), (1, 2)]
    assert found.km2 == pytest.approx([found.new_km2[0]] * 4, rel=1e-6)
    assert found.covered_share().tolist() == [1.0, 1.0]
    new_ix, label, km2 = found.by_label(np.array([3, -1]), 4)
    assert list(zip(new_ix.tolist(), label.tolist(), strict=True)) == [(0, 3), (1, -1), (1, 3), (2, -1)]
    assert km2.sum() == pytest.approx(found.old_km2.sum())


def test_a_unit_without_a_successor_is_not_covered() -> None:
    assert overlaps_of(drawn("A B"), drawn("A .")).covered_share().tolist() == [1.0, 0.0]


def test_numbers_of_the_ground_are_shared_and_what_is_not_known_stays_so() -> None:
    old, new = drawn("A A B B F"), drawn("C D D E G")
    found = overlaps_of(old, new)
    assert shared_by_ground(np.array([10.0, 20.0, NAN]), found).tolist()[:3] == pytest.approx([5, 15, 10])
    assert np.isnan(shared_by_ground(np.array([10.0, 20.0, NAN]), found)[3])


def test_progress_can_stop_the_work() -> None:
    def stop(_fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        overlaps_of(voronoi(5, 1), voronoi(6, 2), stop)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.integers(0, 99), st.integers(1, 20), st.integers(1, 20))
def test_overlaps_are_the_intersections_and_numbers_are_kept(a: int, b: int, n: int, m: int) -> None:
    old, new = voronoi(n, a), voronoi(m, b)
    found = overlaps_of(old, new)
    expected = plane_km2(shapely.intersection(old[found.old_ix], new[found.new_ix]))
    assert found.km2 == pytest.approx(expected, rel=1e-6, abs=1e-6)
    full = plane_km2(shapely.intersection(old[:, None], new[None, :]).ravel()).sum()
    assert found.km2.sum() == pytest.approx(full, rel=1e-9)
    values = np.arange(1.0, len(old) + 1)
    met = np.bincount(found.old_ix, minlength=len(old)) > 0
    assert np.nansum(shared_by_ground(values, found)) == pytest.approx(values[met].sum())
    same = overlaps_of(old, old)
    assert same.old_ix.tolist() == same.new_ix.tolist() == list(range(len(old)))
