"""The smallest span of longitudes around boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.geo.span import longitude_span


@pytest.mark.parametrize(
    ("boxes", "span"),
    [
        ([(-100, -90)], (-100, -90)),
        ([(-100, -90), (10, 20)], (-100, 20)),
        ([(177, 180), (-180, -178)], (177, 182)),  # Fiji
        ([(-170, -130), (172, 180), (179, 182)], (172, 230)),  # Alaska with the Aleutians
        ([(-180, 0), (0, 180)], (-180, 180)),
        ([(170, 190)], (170, 190)),
    ],
)
def test_spans(boxes: list[tuple[float, float]], span: tuple[float, float]) -> None:
    west, east = np.array(boxes, dtype=float).T
    assert longitude_span(west, east) == span


boxes = st.lists(st.tuples(st.integers(-180, 179), st.integers(0, 200)), min_size=1, max_size=8)


@given(boxes)
def test_every_box_is_in_the_span_and_none_is_smaller(rows: list[tuple[int, int]]) -> None:
    """Against trying each degree as the beginning."""
    west = np.array([float(w) for w, _ in rows])
    east = west + [float(n) for _, n in rows]
    found_west, found_east = longitude_span(west, east)
    assert -180 <= found_west < 180
    assert found_east - found_west <= 360

    def width_from(begin: float) -> float:
        shifted = west + 360 * np.ceil((begin - west) / 360)
        return float((shifted + (east - west)).max() - begin)

    for w, n in zip(west, east - west, strict=True):
        if found_east - found_west < 360:
            shift = w + 360 * np.ceil((found_west - w) / 360)
            assert shift + n <= found_east
    best = min(width_from(float(begin)) for begin in range(-180, 180))
    assert found_east - found_west == min(best, 360)
