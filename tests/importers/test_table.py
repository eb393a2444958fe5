"""Files as tables of text."""

from __future__ import annotations

import codecs
import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.errors import Cancelled, UserError
from territorymap.importers.table import guess_options, preview, read_table
from territorymap.importers.table_options import TableOptions
from tests.importers.files import write_csv, write_text

_ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_LETTERS = st.characters(categories=["L", "N"], max_codepoint=0x24F)


@st.composite
def _tables(draw: st.DrawFn, letters: st.SearchStrategy[str], most: int = 12) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    cell = st.text(letters, max_size=most)
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))
    return [row for row in rows if any(c.strip() for c in row)] or [["x"] * width]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    _tables(_ANY),
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-8-sig", "gb18030"]),
    st.sampled_from(",;\t|"),
)
def test_any_table_is_read_back_when_its_form_is_told(
    tmp_path: Path, rows: list[list[str]], encoding: str, delimiter: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    path = write_text(tmp_path / "t.csv", out.getvalue(), encoding)
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    table = read_table(path, TableOptions(encoding=codec, delimiter=delimiter, header_row=0))
    width = len(table.headers)
    assert table.rows == [[cell.strip() for cell in row][:width] for row in rows]
    assert table.row_numbers == list(range(1, len(rows) + 1))
    assert not table.broken


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.text(_LETTERS, min_size=1), st.text(_LETTERS, min_size=1)), min_size=3, max_size=10),
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "cp1252"]),
    st.booleans(),
    st.sampled_from(",;\t|"),
)
def test_form_and_content_of_a_customer_list_are_guessed(
    tmp_path: Path, names: list[tuple[str, str]], encoding: str, has_mark: bool, delimiter: str
) -> None:
    def fit(text: str) -> str:
        return text.encode(encoding, "ignore").decode(encoding) or "x"

    rows = [["Account Name", "City", "Zip"], *([fit(a), fit(b), f"{10000 + i}"] for i, (a, b) in enumerate(names))]
    marks = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    path = write_csv(tmp_path / "t.csv", rows, delimiter, encoding)
    if has_mark:
        path.write_bytes(marks.get(encoding, b"") + path.read_bytes())
    table = read_table(path)
    assert table.options.delimiter == delimiter
    assert table.headers == rows[0]
    assert table.rows == [[cell.strip() for cell in row] for row in rows[1:]]
    assert guess_options(path) == table.options


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["x.csv", "x.xlsx", "x.xls", "x.geojson", "x.gpkg", "x.ods", "x"]))
def test_any_bytes_are_a_table_or_a_sentence(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    try:
        table = read_table(path)
    except UserError:
        return
    assert all(len(row) == len(table.headers) for row in table.rows)


def test_row_numbers_count_blank_lines_and_quoted_newlines_as_spreadsheets_do(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", 'Name,City\n"A\nB",Boston\n\nC,Rome\n,\nD,Bonn\n')
    table = read_table(path)
    assert table.row_numbers == [2, 4, 6]
    assert [(r.row, r.reason) for r in table.broken] == [(5, "The row is empty.")]


def test_a_row_with_too_many_cells_is_listed_with_its_cells(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "Name,City\nA,Boston\nB,Rome,Italy\nC,Bonn,,\nD\n")
    table = read_table(path)
    assert table.rows == [["A", "Boston"], ["C", "Bonn"], ["D", ""]]
    assert [(r.row, r.reason) for r in table.broken] == [(3, "The row has 3 cells, the headers have 2.")]
    assert table.broken_cells == {3: ["B", "Rome", "Italy"]}


def test_title_lines_are_left_out_and_noted(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "My report\n\nName;PLZ;Umsatz\nA;01067;1,5\nB;80331;2,5\n")
    table = read_table(path)
    assert table.headers == ["Name", "PLZ", "Umsatz"]
    assert table.row_numbers == [4, 5]
    assert table.options.header_row == 3
    assert table.options.decimal == ","
    assert table.notes == ["One row above the headers was left out."]


def test_every_guess_can_be_corrected(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "a;b|c\n1;2|3\n", "cp1252")
    table = read_table(path, TableOptions("cp1252", "|", ".", 0))
    assert table.rows == [["a;b", "c"], ["1;2", "3"]]
    assert table.headers == ["Column 1", "Column 2"]


def test_duplicate_and_empty_headers_are_told_apart(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "Name,Name,,City\nA,B,C,D\n")
    assert read_table(path).headers == ["Name", "Name (2)", "Column 3", "City"]


def test_ten_thousand_columns_are_refused_with_a_hint(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", ",".join(f"c{i}" for i in range(10_000)) + "\n" + "1," * 9_999 + "1\n")
    with pytest.raises(UserError, match="10,000 columns") as caught:
        read_table(path)
    assert "delimiter" in caught.value.hint


def test_the_sep_line_of_excel_is_no_row(tmp_path: Path) -> None:
    table = read_table(write_text(tmp_path / "t.csv", "sep=|\nName|City\nA|Boston\n"))
    assert (table.headers, table.rows, table.row_numbers) == (["Name", "City"], [["A", "Boston"]], [3])


def test_each_column_may_have_its_own_decimal_mark(tmp_path: Path) -> None:
    table = read_table(
        write_text(tmp_path / "t.csv", "Kunde;lat;Umsatz;Menge\nA;52.5;1.234,50;1.000\nB;48.25;99,5;2.000\n")
    )
    assert [table.decimal_of(h) for h in ("lat", "Umsatz", "Menge")] == [".", ",", ","]


def test_a_text_table_called_xls_is_read_as_text(tmp_path: Path) -> None:
    table = read_table(write_text(tmp_path / "report.xls", "Name\tCity\nA\tBoston\n"))
    assert table.rows == [["A", "Boston"]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"", "t.csv is empty."),
        ("t.csv", b"\xef\xbb\xbf\n\n", "t.csv is empty."),
        ("t.csv", b"Name,City\n", "t.csv has headers but no rows."),
        (
            "t.xls",
            b"<html><table><tr><td>a</td></tr></table>",
            "t.xls is a web page or XML, not a table, whatever its extension says.",
        ),
        ("t.csv", b"%PDF-1.4 ...", "t.csv is not a table that can be imported."),
        ("t.xlsx", b"Name,City\nA,Boston\n", "t.xlsx is not a table that can be imported."),
        ("t.csv", bytes(range(256)) * 4, "t.csv is not a table that can be imported."),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert caught.value.message == message


def test_a_missing_file_and_a_folder_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.csv cannot be opened"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(UserError, match="is a folder"):
        read_table(tmp_path)


def test_wrong_options_are_refused_in_words(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "Name,City\nA,Boston\n")
    with pytest.raises(UserError, match="no encoding named klingon"):
        read_table(path, TableOptions(encoding="klingon"))
    with pytest.raises(UserError, match="decimal mark"):
        read_table(path, TableOptions(decimal=";"))
    with pytest.raises(UserError, match="Row 99"):
        read_table(path, TableOptions(header_row=99))


def test_progress_rises_to_the_end_and_cancel_stops(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", [["Name", "City"], *([f"N{i}", "Boston"] for i in range(20_000))])
    told: list[float] = []
    assert len(read_table(path, progress=told.append)) == 20_000
    assert told == sorted(told)
    assert 0.5 < told[-1] <= 1
    with pytest.raises(Cancelled):
        read_table(path, is_cancelled=lambda: True)


def test_a_preview_reads_only_the_first_rows(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", [["Name", "City"], *([f"N{i}", "Boston"] for i in range(500))])
    table = preview(path, n=7)
    assert [row[0] for row in table.rows] == [f"N{i}" for i in range(7)]


def test_zeros_and_a_broken_end_do_not_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("Name,City\nM\0üller,Köln\nGroß,Gieß".encode()[:-1])
    table = read_table(path)
    assert table.rows[0] == ["Müller", "Köln"]
    assert table.notes == ["One byte does not fit the encoding and is shown as a replacement character."]


def test_a_file_of_which_no_row_can_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text('key,name,lon,lat\nq1,"' + "a line of a letter\n" * 2000 + '",1,1\n')
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert caught.value.message == "letters.csv has no rows that can be read."
    assert caught.value.hint == (
        "Look at row 2 of the file: A cell goes over 2,001 lines; up to 500 lines and 120,000 letters are read."
    )


_LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from territorymap.errors import UserError
from territorymap.importers.table import preview, read_table
preview(sys.argv[1], n=1)  # so that all that is needed is there
used = next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith("VmSize"))
resource.setrlimit(resource.RLIMIT_AS, (used * 1024 + 30_000_000,) * 2)
try:
    read_table(sys.argv[1])
except UserError as error:
    print(error.message, error.hint, sep="\\n")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what a process may take is bounded on Linux")
def test_a_file_that_the_memory_cannot_take_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("key,name\n" + "".join(f"key {i},name {i}\n" for i in range(300_000)))
    done = subprocess.run(
        [sys.executable, "-c", _LITTLE_MEMORY, str(path)], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.splitlines() == [
        "large.csv holds more than the memory of this computer can take.",
        "Split it, or leave out the rows that the plan does not need.",
    ]
