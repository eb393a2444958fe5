"""Which bytes a text file is written in."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.importers.encoding import guess_encoding, is_text, mark_length

GERMAN = "Name;Ort\nMüller & Söhne;Gießen\nÄrztehaus;Köln\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
def test_german_text_is_recognised_without_a_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(GERMAN.encode(encoding))
    assert guess_encoding(path).encoding == encoding


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_decides_and_is_skipped(tmp_path: Path, mark: bytes, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(mark + GERMAN.encode(encoding))
    assert guess_encoding(path).encoding == encoding
    assert mark_length(path, encoding) == len(mark)
    assert mark_length(path, "cp1252") == 0


def test_bytes_that_windows_does_not_have_mean_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Ort\nKöln\x81\n".encode("latin-1"))
    assert guess_encoding(path).encoding == "latin-1"


def test_one_umlaut_far_down_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Name\n" + b"plain ascii line\n" * 200_000 + "Müller\n".encode("cp1252"))
    assert guess_encoding(path).encoding == "cp1252"


def test_utf_8_with_a_stray_byte_stays_utf_8_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("Straße;Köln\n" * 50).encode() + b"M\xfcller\n")
    guess = guess_encoding(path)
    assert (guess.encoding, guess.n_bad) == ("utf-8", 1)


def test_chinese_utf_16_without_a_mark_is_recognised_by_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("客户,城市\n北京公司,北京\n上海公司,上海\n".encode("utf-16-le"))
    assert guess_encoding(path).encoding == "utf-16-le"


def test_some_zeros_do_not_make_a_file_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,city\n" + b"abc\0,Boston\n" * 3 + b"plain,Boston\n" * 100)
    assert guess_encoding(path).encoding == "utf-8"


def test_binary_bytes_are_no_text() -> None:
    assert not is_text(bytes(range(256)))
    assert not is_text(b"PK\x03\x04" + b"abc" * 100)
    assert is_text(GERMAN.encode("cp1252"))
    assert is_text("Имя;Город\n".encode("utf-16-le") * 10)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_have_an_encoding_that_python_knows(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    codecs.lookup(guess_encoding(path).encoding)
    is_text(data)
