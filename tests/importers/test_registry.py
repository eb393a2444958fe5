"""The list of table formats, and the list of rejects."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.importers.registry import table_extensions, table_formats
from territorymap.importers.rejects import Reject, defuse_formula, write_rejects
from territorymap.importers.table import read_table
from tests.importers.files import write_text


def test_the_formats_of_the_issue_are_registered() -> None:
    assert {".csv", ".tsv", ".xlsx", ".xls", ".ods", ".geojson", ".gpkg"} <= set(table_extensions())
    assert all(fmt.label() for fmt in table_formats())


def test_rejects_are_written_with_row_reason_and_cells(tmp_path: Path) -> None:
    path = write_text(tmp_path / "t.csv", "Name,Sales\nA,1\n=cmd(),x\nB,2,3\n")
    table = read_table(path)
    out = tmp_path / "rejects.csv"
    assert write_rejects(out, table, [*table.broken, Reject(3, "Sales: “x” is not a number.")]) == 2
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["Row", "Reason", "Name", "Sales"],
        ["3", "Sales: “x” is not a number.", "'=cmd()", "x"],
        ["4", "The row has 3 cells, the headers have 2.", "B", "2", "3"],
    ]


def test_only_formulas_are_defused() -> None:
    assert [defuse_formula(t) for t in ("=1+1", "+49 30 1", "@x", "-5.5", "-x", "Anna")] == [
        "'=1+1",
        "'+49 30 1",
        "'@x",
        "-5.5",
        "'-x",
        "Anna",
    ]


def test_rejects_that_cannot_be_written_are_a_sentence(tmp_path: Path) -> None:
    table = read_table(write_text(tmp_path / "t.csv", "Name,Sales\nA,1\n"))
    with pytest.raises(UserError, match="cannot be written"):
        write_rejects(tmp_path / "no" / "r.csv", table, [])
