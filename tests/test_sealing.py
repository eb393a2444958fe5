"""What was kept comes back as it was, or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from territorymap.sealing import sealed, unsealed


@given(st.binary(max_size=200))
def test_what_was_sealed_comes_back(data: bytes) -> None:
    assert unsealed(sealed(data)) == data


@given(st.binary(max_size=200), st.data())
def test_any_flipped_bit_is_seen(data: bytes, draw: st.DataObject) -> None:
    content = bytearray(sealed(data))
    at, bit = draw.draw(st.integers(0, len(content) - 1)), draw.draw(st.integers(0, 7))
    content[at] ^= 1 << bit
    assert unsealed(bytes(content)) is None


@given(st.binary(min_size=1, max_size=200), st.data())
def test_what_was_cut_off_or_never_sealed_is_seen(data: bytes, draw: st.DataObject) -> None:
    content = sealed(data)
    assert unsealed(content[: draw.draw(st.integers(0, len(content) - 1))]) is None
    assert unsealed(content + b"\0") is None
    assert unsealed(data) is None
