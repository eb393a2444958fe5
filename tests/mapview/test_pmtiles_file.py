"""Raster tiles of a PMTiles file, and files that are not what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType

from territorymap.errors import UserError
from territorymap.mapview.pmtiles_file import PmTilesFile
from territorymap.model.tiles import TileInfo
from tests.support.tiles import make_pmtiles, picture, tile_color, whole_levels


def test_each_tile_is_found(tmp_path: Path) -> None:
    tiles = PmTilesFile(make_pmtiles(tmp_path / "t.pmtiles", whole_levels(0, 1, 2)))
    for z, x, y in whole_levels(0, 1, 2):
        assert tiles.tile(z, x, y) == picture(tile_color(z, x, y))
    assert tiles.tile(3, 0, 0) is None
    tiles.close()


def test_what_the_file_says_of_itself(tmp_path: Path) -> None:
    path = make_pmtiles(
        tmp_path / "t.pmtiles", whole_levels(1, 2), "webp", {"name": "Air", "attribution": "<b>&copy;</b> me"},
        min_lon_e7=-105_000_000, min_lat_e7=400_000_000, max_lon_e7=20_000_000, max_lat_e7=500_000_000,
    )  # fmt: skip
    tiles = PmTilesFile(path)
    assert tiles.info == TileInfo("Air", "© me", 1, 2, (-10.5, 40.0, 2.0, 50.0))
    tiles.close()


def test_vector_tiles_and_unknown_packing_are_refused(tmp_path: Path) -> None:
    vector = make_pmtiles(tmp_path / "a.pmtiles", [(0, 0, 0)], "pbf")
    with pytest.raises(UserError, match="vector tiles"):
        PmTilesFile(vector)
    avif = make_pmtiles(tmp_path / "b.pmtiles", [(0, 0, 0)], tile_type=TileType.AVIF)
    with pytest.raises(UserError, match="no pictures"):
        PmTilesFile(avif)
    packed = make_pmtiles(tmp_path / "c.pmtiles", [(0, 0, 0)], tile_compression=Compression.ZSTD)
    with pytest.raises(UserError, match="compressed"):
        PmTilesFile(packed)
    old = make_pmtiles(tmp_path / "d.pmtiles", [(0, 0, 0)])
    old.write_bytes(old.read_bytes()[:7] + b"\x02" + old.read_bytes()[8:])
    with pytest.raises(UserError, match="old version"):
        PmTilesFile(old)
    with pytest.raises(UserError, match=r"gone\.pmtiles"):
        PmTilesFile(tmp_path / "gone.pmtiles")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=6), st.integers(0, 800))
def test_a_damaged_file_is_refused_or_shows_what_it_can(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    """Bytes changed anywhere in header, directory and metadata, the end cut off: a UserError or no tile, no fault."""
    path = tmp_path / "t.pmtiles"
    whole = bytearray(make_pmtiles(path, whole_levels(0, 1)).read_bytes())
    for at, value in changes:
        whole[at % len(whole)] = value
    path.write_bytes(bytes(whole[: len(whole) - cut]))
    try:
        tiles = PmTilesFile(path)
    except UserError:
        return
    for z, x, y in whole_levels(0, 1):
        try:
            tiles.tile(z, x, y)
        except UserError:
            break
    tiles.close()
