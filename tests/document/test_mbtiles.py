"""Raster tiles of an MBTiles file, and files that are not what they say."""

from __future__ import annotations

import gzip
import sqlite3
import time
from pathlib import Path

import pytest

from territorymap.document.mbtiles import MbTiles
from territorymap.errors import UserError
from territorymap.model.tiles import TileInfo
from tests.support.tiles import make_mbtiles, picture, tile_color, whole_levels


def test_rows_are_counted_from_the_south_and_told_from_the_north(tmp_path: Path) -> None:
    """Zoom 1 has four tiles: the north-west one is row 1 in the file."""
    tiles = MbTiles(make_mbtiles(tmp_path / "t.mbtiles", whole_levels(0, 1, 2)))
    for z, x, y in whole_levels(0, 1, 2):
        assert tiles.tile(z, x, y) == picture(tile_color(z, x, y))
    assert tiles.tile(3, 0, 0) is None
    tiles.close()


def test_what_the_file_says_of_itself(tmp_path: Path) -> None:
    said = {"name": "Streets", "attribution": "<a href='x'>&copy; me</a>", "bounds": "-10.5,40,2,50", "minzoom": "9"}
    tiles = MbTiles(make_mbtiles(tmp_path / "t.mbtiles", whole_levels(1, 2), **said))
    assert tiles.info == TileInfo("Streets", "© me", 1, 2, (-10.5, 40.0, 2.0, 50.0))
    tiles.close()


@pytest.mark.parametrize("bounds", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "5,5,5,5"])
def test_a_file_with_little_or_wrong_metadata_is_shown(tmp_path: Path, bounds: str) -> None:
    path = make_mbtiles(tmp_path / "t.mbtiles", whole_levels(1), bounds=bounds)
    tiles = MbTiles(path)
    assert tiles.info == TileInfo("t", "", 1, 1, None)
    tiles.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE metadata")
    connection.close()
    tiles = MbTiles(path)
    assert tiles.tile(1, 1, 0) is not None
    tiles.close()


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_each_kind_of_picture_comes_as_it_is_and_zipped_ones_unzipped(tmp_path: Path, kind: str) -> None:
    data = picture((9, 99, 200), kind)
    tiles = MbTiles(make_mbtiles(tmp_path / "a.mbtiles", [(0, 0, 0)], kind))
    assert tiles.tile(0, 0, 0) == picture(tile_color(0, 0, 0), kind)
    tiles.close()
    tiles = MbTiles(make_mbtiles(tmp_path / "b.mbtiles", [(0, 0, 0)], kind, data=gzip.compress(data)))
    assert tiles.tile(0, 0, 0) == data
    tiles.close()


def test_the_view_of_a_usual_file_is_read(tmp_path: Path) -> None:
    """Most programs write "tiles" as a view over a table of places and one of pictures, so that seas are kept once."""
    path = tmp_path / "t.mbtiles"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id TEXT);"
            "CREATE TABLE images (tile_data BLOB, tile_id TEXT);"
            "CREATE UNIQUE INDEX a ON map (zoom_level, tile_column, tile_row);"
            "CREATE UNIQUE INDEX b ON images (tile_id);"
            "CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column,"
            " map.tile_row AS tile_row, images.tile_data AS tile_data FROM map JOIN images USING (tile_id);"
        )
        connection.execute("INSERT INTO map VALUES (0, 0, 0, 'x')")
        connection.execute("INSERT INTO images VALUES (?, 'x')", (picture((1, 2, 3)),))
    connection.close()
    tiles = MbTiles(path)
    assert tiles.tile(0, 0, 0) == picture((1, 2, 3))
    tiles.close()


def test_vector_tiles_are_refused_with_a_clear_sentence(tmp_path: Path) -> None:
    told = make_mbtiles(tmp_path / "a.mbtiles", [(0, 0, 0)], "pbf", data=gzip.compress(b"\x1a\x05hello"))
    untold = make_mbtiles(tmp_path / "b.mbtiles", [(0, 0, 0)], "png", data=gzip.compress(b"\x1a\x05hello"))
    for path in (told, untold):
        with pytest.raises(UserError, match="vector tiles"):
            MbTiles(path)


def test_what_is_no_file_of_tiles_is_refused_with_its_name(tmp_path: Path) -> None:
    other = tmp_path / "other.mbtiles"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE plan (x)")
    connection.close()
    broken = tmp_path / "broken.mbtiles"
    broken.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    empty = make_mbtiles(tmp_path / "empty.mbtiles", [])
    page = make_mbtiles(tmp_path / "page.mbtiles", [(0, 0, 0)], data=b"<html><script>alert(1)</script>")
    for path, words in (
        (other, "no map tiles"), (broken, "cannot be read"), (empty, "no tile"), (page, "no pictures"),
        (tmp_path / "gone.mbtiles", "cannot be read"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=words) as told:
            MbTiles(path)
        assert path.name in told.value.message
        assert told.value.hint


def test_a_view_that_never_ends_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "t.mbtiles"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)"
            " SELECT i AS zoom_level, i AS tile_column, i AS tile_row, NULL AS tile_data FROM n WHERE i < 0"
        )
    connection.close()
    begin = time.monotonic()
    with pytest.raises(UserError, match="cannot be read"):
        MbTiles(path)
    assert time.monotonic() - begin < 60


@pytest.mark.parametrize("call", ["load_extension('x')", "hex(randomblob(100000000))", "readfile('/etc/passwd')"])
def test_a_view_may_not_call_what_it_likes(tmp_path: Path, call: str) -> None:
    path = make_mbtiles(tmp_path / "t.mbtiles", [(0, 0, 0)])
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE tiles RENAME TO real_tiles")
        connection.execute(
            f"CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, {call} AS tile_data FROM real_tiles"
        )
    connection.close()
    with pytest.raises(UserError, match="cannot be read"):
        MbTiles(path)


def test_a_giant_tile_is_left_out(tmp_path: Path) -> None:
    path = make_mbtiles(tmp_path / "t.mbtiles", [(0, 0, 0)])
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO tiles VALUES (1, 0, 1, zeroblob(20000000))")
    connection.close()
    tiles = MbTiles(path)
    assert tiles.tile(1, 0, 0) is None
    assert tiles.tile(0, 0, 0) is not None
    tiles.close()


def test_the_file_is_not_written(tmp_path: Path) -> None:
    path = make_mbtiles(tmp_path / "t.mbtiles", whole_levels(0, 1))
    before = path.read_bytes()
    path.chmod(0o444)
    tiles = MbTiles(path)
    tiles.tile(1, 0, 0)
    tiles.close()
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t.mbtiles"]
