"""XLSX, XLS and ODS as tables."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.errors import Cancelled, UserError
from territorymap.importers import sheet_guard
from territorymap.importers.table import read_table
from territorymap.importers.table_options import TableOptions
from tests.hostile.protected import ciphered_xls, ciphered_xlsx
from tests.importers.files import ods_row, write_ods, write_xlsx

XLS = Path(__file__).parent / "data" / "kunden.xls"  # written by xlwt 1.3.0


def test_numbers_dates_and_truths_become_text(tmp_path: Path) -> None:
    row = ["Müller", 2139, 12.5, datetime.date(2024, 5, 1), datetime.datetime(2024, 5, 1, 12, 30), True, 0.1 + 0.2]
    path = write_xlsx(tmp_path / "t.xlsx", {"S": [["Name", "Zip", "Rate", "Day", "Time", "Key account", "Sum"], row]})
    table = read_table(path)
    assert table.rows == [["Müller", "2139", "12.5", "2024-05-01", "2024-05-01 12:30:00", "TRUE", "0.3"]]
    assert table.decimal_of("Rate") == "."


def test_an_xls_of_another_program_is_read(tmp_path: Path) -> None:
    table = read_table(XLS)
    assert table.headers == ["Kundennummer", "Firma", "PLZ", "Ort", "Umsatz", "Seit"]
    assert table.rows[0] == ["1001", "Müller & Söhne", "1067", "Dresden", "1234.5", "2020-05-01"]
    assert table.row_numbers == [2, 3]


def test_an_ods_is_read_without_its_endless_blank_rest(tmp_path: Path) -> None:
    rest = '<table:table-cell table:number-columns-repeated="16384"/>'
    blank = f'<table:table-row table:number-rows-repeated="1048570">{rest}</table:table-row>'
    path = write_ods(tmp_path / "t.ods", ods_row("Firma", "PLZ") + ods_row("Groß", 1067.0) + blank)
    table = read_table(path)
    assert (table.headers, table.rows) == (["Firma", "PLZ"], [["Groß", "1067"]])


def test_row_numbers_are_those_of_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for address, value in {"B3": "Name", "C3": "City", "B4": "A", "C4": "Boston", "B6": "B", "C6": "Rome"}.items():
        sheet[address] = value
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert table.headers[1:] == ["Name", "City"]
    assert table.row_numbers == [4, 6]
    assert [r.row for r in table.broken] == [5]


def test_the_first_visible_sheet_with_a_table_is_taken_and_another_can_be_asked_for(tmp_path: Path) -> None:
    sheets = {"Hidden": [[5, 6], [1, 2]], "Cover": [["Report"]], "Data": [["Name", "City"], ["A", "Boston"]]}
    path = write_xlsx(tmp_path / "t.xlsx", sheets, hidden=["Hidden"])
    table = read_table(path)
    assert (table.options.sheet, table.options.sheets) == ("Data", ("Hidden", "Cover", "Data"))
    assert read_table(path, TableOptions(sheet="hidden")).rows == [["5", "6"], ["1", "2"]]
    with pytest.raises(UserError, match="no sheet named Nope") as caught:
        read_table(path, TableOptions(sheet="Nope"))
    assert "Hidden, Cover, Data" in caught.value.hint


def test_a_stray_cell_in_the_last_corner_is_a_sentence_and_no_crash(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Name"
    book.active["XFD1048576"] = " "
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(UserError, match="too large to read"):
        read_table(tmp_path / "t.xlsx")


def test_more_rows_than_a_sheet_can_have_are_refused_before_they_are_all_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that do not say their place follow one another; no spreadsheet program has written so many."""
    read: list[int] = []
    split = sheet_guard._blocks

    def counted(path: Path, member: str, end: bytes) -> Iterator[bytes]:
        for block in split(path, member, end):
            read.append(len(block))
            yield block

    plain = write_xlsx(tmp_path / "plain.xlsx", {"S": [["Name"]]})
    path, rows = tmp_path / "t.xlsx", b"<row><c><v>1</v></c></row>" * 20_000
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                head, _, _ = content.partition(b"<sheetData>")
                content = head + b"<sheetData>" + rows * 20 + b"</sheetData></worksheet>"
            target.writestr(name, content)
    monkeypatch.setattr(sheet_guard, "MAX_ROW", 100_000)
    monkeypatch.setattr(sheet_guard, "_blocks", counted)
    with pytest.raises(UserError, match="too large to read"):
        read_table(path)
    assert sum(read) < len(rows) * 15


def test_a_stray_cell_far_below_costs_a_note(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "City"])
    book.active.append(["A", "Boston"])
    book.active["A90000"] = "x"
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert table.row_numbers == [2, 90000]
    assert table.notes == ["89,997 blank rows in long runs were passed over."]


def test_an_ods_that_repeats_cells_without_end_is_refused(tmp_path: Path) -> None:
    bomb = ods_row("x", repeated=1_000_000).replace(
        "<table:table-cell ", '<table:table-cell table:number-columns-repeated="1000" '
    )
    path = write_ods(tmp_path / "t.ods", ods_row("a", "b") + bomb)
    with pytest.raises(UserError, match="too large to read"):
        read_table(path)


def test_an_xls_with_an_impossible_column_is_refused(tmp_path: Path) -> None:
    data = bytearray(XLS.read_bytes())
    # A LABELSST record (0x00FD, ten bytes) of row 1, column 1: put it in column 65,535.
    at = data.find(b"\xfd\x00\x0a\x00\x01\x00\x01\x00")
    assert at > 0
    data[at + 6 : at + 8] = b"\xff\xff"
    path = tmp_path / "t.xls"
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged"):
        read_table(path)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_truncated_workbook_is_refused_in_words(tmp_path: Path, keep: float) -> None:
    whole = write_xlsx(tmp_path / "w.xlsx", {"S": [["Name", "City"], ["A", "Boston"]]}).read_bytes()
    for name, data in (("t.xlsx", whole), ("t.xls", XLS.read_bytes())):
        path = tmp_path / name
        path.write_bytes(data[: int(len(data) * keep)])
        with pytest.raises(UserError):
            read_table(path)


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    with pytest.raises(UserError, match="too large to open"):
        read_table(path)


def test_error_cells_are_blank_and_noted(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", {"S": [["Name", "Sales"], ["A", 5], ["B", "#DIV/0!"]]})
    table = read_table(path)
    assert table.rows == [["A", "5"], ["B", ""]]
    assert table.notes == ["One cell holds an error such as #DIV/0! and was read as blank."]


def test_a_binary_workbook_and_a_zip_of_something_else_are_refused(tmp_path: Path) -> None:
    for member, message in (("xl/workbook.bin", "XLSB"), ("readme.txt", "cannot be read as a spreadsheet")):
        path = tmp_path / "t.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, "x")
        with pytest.raises(UserError, match=message):
            read_table(path)


def test_cancel_stops_a_long_sheet(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", {"S": [["Name", "City"], *([f"N{i}", "Boston"] for i in range(3000))]})
    answers = iter([False, False])
    with pytest.raises(Cancelled):
        read_table(path, is_cancelled=lambda: next(answers, True))


_CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=8).filter(
        lambda t: not t.startswith("=")
    ),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9).map(lambda x: round(x, 3)),
    st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)),
    st.none(),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(_CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_openpyxl_writes_is_read_back(tmp_path: Path, rows: list[list[object]]) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", {"S": [["Name", "City", "Sales"], *rows, ["end", "end", 1]]})
    table = read_table(path, TableOptions(header_row=1))
    read = dict(zip(table.row_numbers, table.rows, strict=True))
    for number, row in enumerate(rows, start=2):
        expected = ["" if cell is None else cell.strip() if isinstance(cell, str) else cell for cell in row]
        if number not in read:
            assert not any(cell != "" for cell in expected)
            continue
        for text, cell in zip(read[number], expected, strict=True):
            if isinstance(cell, (int, float)):
                assert float(text) == pytest.approx(cell, rel=1e-12)
            else:
                assert text == (cell.isoformat() if isinstance(cell, datetime.date) else cell)


@pytest.mark.parametrize("content", [ciphered_xls(), ciphered_xlsx()], ids=["xls", "xlsx"])
def test_a_workbook_with_a_password_is_not_called_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(UserError, match="protected by a password"):
        read_table(tmp_path / "t.xlsx")
