"""Row images survive exactly."""

from __future__ import annotations

import json
import sqlite3
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.document.images import (
    RowEvent,
    decode_bulk,
    decode_image,
    encode_bulk,
    encode_image,
)

numbers = st.floats(allow_nan=False) | st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.none() | numbers | texts | st.binary()
names = texts.filter(bool)
keyed_rows = st.dictionaries(names, values, max_size=8).map(lambda row: {"unit_id": 7, **row})


def typed(row):
    return {name: (type(value), repr(value)) for name, value in row.items()}


@given(keyed_rows)
def test_an_image_comes_back_as_it_was(row):
    text = encode_image(row)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert typed(decode_image(text)) == typed(row)


@given(keyed_rows)
def test_an_image_survives_the_way_through_the_file(row):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE kept (image TEXT)")
    connection.execute("INSERT INTO kept VALUES (?)", (encode_image(row),))
    (text,) = connection.execute("SELECT image FROM kept").fetchone()
    connection.close()
    assert typed(decode_image(text)) == typed(row)


def test_no_image_is_no_image():
    assert encode_image(None) is None
    assert decode_image(None) is None


def test_an_image_that_is_no_object_is_refused():
    with pytest.raises(ValueError, match="not a row"):
        decode_image("[1]")


@st.composite
def events(draw):
    table = draw(st.sampled_from(["unit", "account"]))
    columns = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    image = st.fixed_dictionaries(dict.fromkeys(columns, values))
    old, new = draw(st.sampled_from([(None, image), (image, None), (image, image)]))
    return RowEvent(
        table,
        draw(st.integers(1, 2**40)),
        draw(texts),
        None if old is None else draw(old),
        None if new is None else draw(new),
    )


@given(st.lists(events(), max_size=30))
def test_many_rows_come_back_in_their_order(written):
    read = [event for table, _, packed in encode_bulk(written) for event in decode_bulk(table, packed)]
    assert [repr(event) for event in read] == [repr(event) for event in written]


def test_many_rows_of_one_shape_are_few_chunks():
    written = [RowEvent("unit", i, f"U{i}", {"locked": 0}, {"locked": 1}) for i in range(5000)]
    chunks = list(encode_bulk(written))
    assert [n for _, n, _ in chunks] == [2000, 2000, 1000]
    assert sum(len(packed) for *_, packed in chunks) < 50_000


def test_a_chunk_that_is_cut_off_is_refused():
    ((table, _, packed),) = encode_bulk([RowEvent("unit", 1, "A1", None, {"unit_id": 1, "unit_name": "x" * 500})])
    with pytest.raises(ValueError, match="cut off"):
        list(decode_bulk(table, packed[:-6]))
    with pytest.raises((ValueError, zlib.error)):
        list(decode_bulk(table, b"no zlib"))
