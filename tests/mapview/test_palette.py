"""Colours of territories."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.mapview.palette import PALETTE, assign_colors, choose_color, dark_variant, territory_pairs
from territorymap.mapview.vision import distances, hex_of_oklab, oklab_of_hex, rgb_of_hex

graphs = st.integers(1, 30).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=120))
)


def test_oklab_of_white_and_red_is_as_published() -> None:
    """Values of Ottosson's page and of CSS Color 4: white (1, 0, 0), red (0.62796, 0.22486, 0.12585)."""
    np.testing.assert_allclose(oklab_of_hex(["#ffffff", "#ff0000"])[0], [1, 0, 0], atol=1e-4)
    np.testing.assert_allclose(oklab_of_hex(["#ff0000"])[0], [0.62796, 0.22486, 0.12585], atol=1e-4)


@given(st.lists(st.integers(0, 0xFFFFFF), min_size=1, max_size=5))
def test_oklab_and_back_is_the_same_colour(values: list[int]) -> None:
    colors = [f"#{v:06x}" for v in values]
    np.testing.assert_allclose(rgb_of_hex(hex_of_oklab(oklab_of_hex(colors))), rgb_of_hex(colors), atol=2 / 255)


def test_palette_is_told_apart_by_colour_blind_people() -> None:
    apart = distances(PALETTE, PALETTE) + np.eye(len(PALETTE))
    assert apart.min() > 0.04
    assert len(set(PALETTE)) == len(PALETTE)


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_territories_that_touch_never_share_a_colour(graph: tuple[int, list[tuple[int, int]]]) -> None:
    n, pairs = graph
    colors = assign_colors(pairs, n)
    assert len(colors) == n
    assert all(colors[a] != colors[b] for a, b in pairs if a != b)


def test_a_grid_of_territories_has_well_separated_neighbours() -> None:
    """10 x 10 squares, rook and bishop neighbours: each pair is told apart at a glance by everybody."""
    ix = np.arange(100).reshape(10, 10)
    pairs = [
        (int(ix[r, c]), int(ix[r + dr, c + dc]))
        for r in range(10)
        for c in range(10)
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1))
        if r + dr < 10 and 0 <= c + dc < 10
    ]
    colors = assign_colors(pairs, 100)
    gaps = [distances([colors[a]], [colors[b]])[0, 0] for a, b in pairs]
    assert min(gaps) > 0.07
    assert len(set(colors)) >= 10


def test_a_chosen_colour_stays_and_its_neighbours_avoid_it() -> None:
    colors = assign_colors([(0, 1), (1, 2)], 3, fixed={1: "#93C0FF"})
    assert colors[1] == "#93c0ff"
    assert "#93c0ff" not in (colors[0], colors[2])


def test_a_new_territory_takes_a_colour_far_from_its_neighbours() -> None:
    color = choose_color(list(PALETTE), neighbours=["#93c0ff", "#5ad9d3"])
    assert distances([color], ["#93c0ff", "#5ad9d3"]).min() > 0.1


def test_new_territories_without_neighbours_take_unused_colours_first() -> None:
    used: list[str] = []
    for _ in PALETTE:
        used.append(choose_color(used))
    assert set(used) == set(PALETTE)
    assert choose_color(used) in PALETTE


@pytest.mark.parametrize("color", [*PALETTE, "#000000", "#ffffff", "#123456"])
def test_dark_variant_is_no_lighter(color: str) -> None:
    assert oklab_of_hex([dark_variant(color)])[0, 0] <= oklab_of_hex([color])[0, 0] + 0.01


def test_territory_pairs_come_from_neighbouring_units() -> None:
    """a a b / a - b: units 0 1 2 / 3 4 5, unit 4 unassigned."""
    pair = np.array([[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5]], dtype=np.int32)
    territory = np.array([0, 0, 1, 0, -1, 1], dtype=np.int32)
    assert territory_pairs(pair, territory, 2) == [(0, 1)]
