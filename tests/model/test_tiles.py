"""What is a picture, what is a text, what bounds the world."""

from __future__ import annotations

import gzip
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.model.tiles import checked_bounds, checked_zooms, is_vector, picture_kind, plain_text, unzipped
from tests.support.tiles import picture

PNG = picture((1, 2, 3), "png", 64)


@pytest.mark.parametrize(("kind", "told"), [("png", "png"), ("jpg", "jpeg"), ("webp", "webp")])
@pytest.mark.parametrize("size", [64, 256, 512])
def test_pictures_are_known_by_their_bytes(kind: str, told: str, size: int) -> None:
    assert picture_kind(picture((200, 10, 30), kind, size)) == told


def test_giants_and_other_things_are_no_pictures() -> None:
    giant = PNG[:16] + struct.pack(">II", 60_000, 60_000) + PNG[24:]
    for data in (giant, b"", b"<svg onload=alert(1)>", b"GIF89a" + bytes(40), PNG[:20], PNG + bytes(9_000_000)):
        assert picture_kind(data) == ""


@given(st.binary(max_size=64), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8X"]))
def test_any_bytes_are_looked_at_without_a_fault(data: bytes, begin: bytes) -> None:
    assert picture_kind(begin + data) in ("", "png", "jpeg", "webp")
    is_vector(begin + data)


def test_vector_tiles_are_known_zipped_or_not() -> None:
    assert is_vector(b"\x1a\x05hello")
    assert is_vector(gzip.compress(b"\x1a\x05hello"))
    assert not is_vector(PNG)
    assert not is_vector(gzip.compress(PNG))


def test_a_bomb_is_not_unzipped() -> None:
    assert unzipped(gzip.compress(bytes(1000)), 1000) == bytes(1000)
    assert unzipped(gzip.compress(bytes(1001)), 1000) is None
    assert unzipped(gzip.compress(bytes(1000))[:-4], 1000) is None
    assert unzipped(b"\x1f\x8bnonsense") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a href="https://x.y/">&copy; OpenStreetMap</a> contributors', "© OpenStreetMap contributors"),
        ("a<script>alert(1)</script>b", "ab"),
        ("<img src=x onerror=alert(1)>  plain\n\ttext", "plain text"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("x" * 1000, "x" * 399 + "…"),
        ("", ""),
    ],
)
def test_an_attribution_is_plain_text(text: str, expected: str) -> None:
    assert plain_text(text) == expected


@given(st.text(max_size=200))
def test_any_attribution_is_one_line(text: str) -> None:
    assert "\n" not in plain_text(text)


def test_bounds_and_zooms_that_make_no_sense_are_dropped() -> None:
    assert checked_bounds([-10, -5, 10, 5]) == (-10, -5, 10, 5)
    assert checked_bounds([10, -5, -10, 5]) is None
    assert checked_bounds([0, 0, 1]) is None
    assert checked_bounds([-999, 0, 1, 1]) is None
    assert checked_zooms(3, 9) == (3, 9)
    assert checked_zooms(-4, 99) == (0, 30)
    assert checked_zooms(9, 3) == (9, 9)
