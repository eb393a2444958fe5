"""The mark of a file at rest tells whole, changed and damaged apart."""

from __future__ import annotations

import hashlib
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.document.connection import connected
from territorymap.document.resting import Header, digest_of, read_header, read_mark, rest_state
from tests.document.plans import new_plan, plan_with_content, raw


def mark_of(path):
    with connected(path, is_read_only=True) as connection:
        return read_mark(connection)


def test_a_closed_plan_is_at_rest(tmp_path):
    document = plan_with_content(tmp_path)
    document.close()
    assert rest_state(document.path, mark_of(document.path)) == "at rest"


def test_an_open_plan_has_no_mark(tmp_path):
    with plan_with_content(tmp_path) as document:
        assert mark_of(document.path) is None


def test_a_write_of_any_program_is_a_change(tmp_path):
    document = plan_with_content(tmp_path)
    document.close()
    mark = mark_of(document.path)
    connection = raw(document.path)
    connection.execute("UPDATE plan SET note = 'x'")
    connection.close()
    assert rest_state(document.path, mark) == "changed"
    assert rest_state(document.path, None) == "changed"


@pytest.mark.parametrize("columns", [4, 60])
def test_a_flipped_bit_anywhere_but_in_the_mark_is_damage(tmp_path, columns):
    document = new_plan(tmp_path, columns, columns)
    document.close()
    path, mark = document.path, mark_of(document.path)
    whole = path.read_bytes()
    size = read_header(path).page_size
    for at in (100, size - 1, size * (mark.page - 1) - 1, size * mark.page, len(whole) // 2, len(whole) - 1):
        content = bytearray(whole)
        content[at] ^= 4
        path.write_bytes(content)
        assert rest_state(path, mark) == "damaged"
    path.write_bytes(whole + bytes(size))
    assert rest_state(path, mark) == "damaged"


@given(st.integers(2, 2500), st.integers(2, 2500))
def test_the_digest_is_of_all_bytes_but_the_marks(tmp_path_factory, n_pages, mark_page):
    size = 512
    content = b"".join(hashlib.blake2b(b"%d" % page).digest() * 8 for page in range(n_pages))
    path = tmp_path_factory.mktemp("digest") / "file"
    path.write_bytes(content)
    at = (mark_page - 1) * size
    rest = content[:24] + content[28:92] + content[100:at] + content[at + size :] if at < len(content) else None
    rest = rest or content[:24] + content[28:92] + content[100:]
    header = Header(size, False, 0, n_pages, True, 0)
    assert digest_of(path, header, mark_page) == hashlib.blake2b(rest, digest_size=16).digest()


def test_what_is_no_header_is_refused():
    for data in (b"", b"SQLite format 3\0", b"x" * 100):
        with pytest.raises(ValueError, match="not an SQLite file"):
            Header.of(data)


def test_the_header_is_read_as_sqlite_wrote_it(tmp_path):
    connection = sqlite3.connect(tmp_path / "a")
    connection.execute("PRAGMA page_size = 65536")
    connection.execute("PRAGMA application_id = 77")
    connection.execute("CREATE TABLE t (a)")
    (n_pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    header = read_header(tmp_path / "a")
    assert (header.page_size, header.n_pages, header.application_id, header.is_wal) == (65536, n_pages, 77, False)
