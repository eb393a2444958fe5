"""Arrays in one block of bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from territorymap.mapview.container import DTYPES, pack, unpack

any_arrays = st.dictionaries(
    st.text(min_size=1, max_size=8),
    st.sampled_from(sorted(DTYPES.values(), key=str)).flatmap(
        lambda d: arrays(d, array_shapes(max_dims=2, min_side=0, max_side=9))
    ),
    max_size=5,
)


@given(any_arrays, st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9), max_size=3))
def test_what_is_packed_comes_out_the_same(named: dict[str, NDArray[Any]], meta: dict[str, Any]) -> None:
    data = pack("test", named, meta)
    packed = unpack(data)
    assert (packed.kind, packed.meta) == ("test", meta)
    assert list(packed.arrays) == list(named)
    for name, array in named.items():
        np.testing.assert_array_equal(packed.arrays[name], array)
        assert packed.arrays[name].dtype == array.dtype


def test_arrays_begin_at_multiples_of_eight() -> None:
    """Typed arrays of the page need it."""
    data = pack("test", {"a": np.zeros(3, np.uint8), "b": np.ones(2, np.float64)}, {"name": "é"})
    assert data.find(np.ones(2).tobytes()) % 8 == 0


@pytest.mark.parametrize(
    "data", [b"", b"TMAP", b"nope" * 8, pack("x", {"a": np.arange(9)[:, None].astype("i4")}, {})[:40]]
)
def test_what_is_no_container_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(data)
