"""Rings drawn on the globe become polygons of the flat map (maps/recipes/geometry.py)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from maps.recipes.geometry import cut_at_antimeridian

# A square of 20 degrees that crosses 180 degrees, as d3 and geostitch write it.
CROSSING = [(170, 0), (-170, 0), (-170, 20), (170, 20)]


def cut(shape: shapely.Geometry) -> shapely.Geometry:
    """Return one shape, cut."""
    return cut_at_antimeridian(np.array([shape], dtype=object))[0]


def same(found: shapely.Geometry, *boxes: Sequence[float]) -> bool:
    """Return whether a shape is valid and covers exactly these boxes (west, south, east, north)."""
    return bool(found.is_valid and found.equals(shapely.union_all([shapely.box(*box) for box in boxes])))


def ring_round_the_globe(latitude: float, start: float = 10.0) -> list[tuple[float, float]]:
    """Return a ring eastward along a parallel, with longitudes from -180 to 180."""
    return [((start + east + 180) % 360 - 180, latitude) for east in range(0, 360, 40)]


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("turn", [1, -1])
def test_ring_that_crosses_is_cut_wherever_it_begins_and_whichever_way_it_turns(first: int, turn: int) -> None:
    corners = (CROSSING[first:] + CROSSING[:first])[::turn]
    assert same(cut(shapely.Polygon(corners)), (170, 0, 180, 20), (-180, 0, -170, 20))


def test_vertices_on_the_antimeridian_may_have_either_sign() -> None:
    """A half of a country cut at 180 degrees, its vertices there written as -180."""
    assert same(cut(shapely.Polygon([(170, 0), (-180, 0), (-180, 20), (170, 20)])), (170, 0, 180, 20))
    assert same(cut(shapely.Polygon([(-180, 0), (180, 0), (170, 0), (170, 20), (180, 20)])), (170, 0, 180, 20))


@pytest.mark.parametrize(
    "hole", [[(174, 5), (176, 5), (176, 9), (174, 9)], [(-176, 5), (-174, 5), (-174, 9), (-176, 9)]]
)
def test_hole_on_either_side_is_taken_out(hole: list[tuple[float, float]]) -> None:
    found = cut(shapely.Polygon(CROSSING, [hole]))
    assert found.is_valid
    assert found.area == pytest.approx(400 - 8)
    assert not found.intersects(shapely.Polygon(hole).centroid)


def test_hole_that_crosses_is_taken_out_on_both_sides() -> None:
    found = cut(shapely.Polygon(CROSSING, [[(178, 5), (-178, 5), (-178, 9), (178, 9)]]))
    assert found.is_valid
    assert found.area == pytest.approx(400 - 16)
    assert not found.intersects(shapely.MultiPoint([(179.5, 7), (-179.5, 7)]))


@pytest.mark.parametrize("start", [10.0, 180.0, -180.0, 179.0])
@pytest.mark.parametrize("turn", [1, -1])
def test_ring_round_a_pole_is_closed_along_it(start: float, turn: int) -> None:
    assert same(cut(shapely.Polygon(ring_round_the_globe(-70, start)[::turn])), (-180, -90, 180, -70))
    assert same(cut(shapely.Polygon(ring_round_the_globe(80, start)[::turn])), (-180, 80, 180, 90))


def test_polar_cap_with_a_hole_that_crosses() -> None:
    hole = [(178, -80), (-178, -80), (-178, -76), (178, -76)]
    found = cut(shapely.Polygon(ring_round_the_globe(-70), [hole]))
    assert found.is_valid
    assert found.area == pytest.approx(360 * 20 - 16)


def test_band_between_two_parallels_is_a_ring_round_the_pole_in_another() -> None:
    found = cut(shapely.Polygon(ring_round_the_globe(-60), [ring_round_the_globe(-70, 50.0)]))
    assert same(found, (-180, -70, 180, -60))


def test_what_does_not_cross_stays_as_it_is() -> None:
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    globe = shapely.box(-180, -90, 180, 90).segmentize(90)
    assert cut(bow_tie) is bow_tie
    assert cut(globe) is globe

    islands = cut(shapely.MultiPolygon([shapely.Polygon(CROSSING), shapely.box(150, 0, 160, 10)]))
    assert same(islands, (170, 0, 180, 20), (-180, 0, -170, 20), (150, 0, 160, 10))


def test_ring_twice_round_the_globe_is_refused() -> None:
    twice = ring_round_the_globe(-70) + ring_round_the_globe(-60)
    with pytest.raises(ValueError, match="more than once"):
        cut(shapely.Polygon(twice))
