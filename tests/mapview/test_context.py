"""The land around the units."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from territorymap.mapview.container import unpack
from territorymap.mapview.context import LINES, kept_context, load_context, pack_context
from territorymap.mapview.mercator import WORLD, project
from territorymap.resources import shipped
from territorymap.sealing import unsealed


def test_all_layers_lie_within_the_world_and_are_sorted_by_line() -> None:
    packed = unpack(pack_context(shipped("maps", "context"), (-10.0, 35.0, 25.0, 60.0), 7))
    for name in LINES:
        start, xy = packed.arrays[f"{name}_start"], packed.arrays[f"{name}_xy"]
        assert start[0] == 0
        assert start[-1] == len(xy)
        assert (np.diff(start) >= 0).all()
        assert len(packed.arrays[f"{name}_zoom"]) == len(start) - 1
        assert ((xy >= 0) & (xy <= WORLD)).all()
        assert (packed.arrays[f"{name}_level"] <= 7).all()


def test_places_are_the_largest_first_and_paris_stands_where_it_is() -> None:
    packed = unpack(pack_context(shipped("maps", "context"), (-10.0, 35.0, 25.0, 60.0), 7))
    population = packed.arrays["place_population"]
    assert (np.diff(population.astype(np.int64)) <= 0).all()
    at = packed.arrays["place_xy"][packed.meta["place_name"].index("Paris")]
    np.testing.assert_allclose(at, project(np.array([2.3488]), np.array([48.8534]))[0], atol=WORLD * 2e-5)


def test_a_missing_folder_gives_an_empty_context(tmp_path: Path) -> None:
    packed = unpack(pack_context(tmp_path))
    assert packed.meta["place_name"] == []
    assert all(len(packed.arrays[f"{name}_xy"]) == 0 for name in LINES)


def test_the_cache_holds_what_was_packed_and_a_damaged_disk_does_no_harm(tmp_path: Path) -> None:
    source, cache = tmp_path / "context", tmp_path / "cache"
    source.mkdir()
    first = load_context(source, cache)
    (kept,) = cache.iterdir()
    assert kept_context(source, cache) == unsealed(kept.read_bytes()) == first
    kept.write_bytes(kept.read_bytes()[:-1])
    assert kept_context(source, cache) is None
    assert load_context(source, cache) == first
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert load_context(source, blocked / "cache") == first
