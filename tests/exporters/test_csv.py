"""CSV as other programs read it: Python's own reader and GDAL."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.exporters.registry import ExportOptions, export
from territorymap.model.cells import defused, unfused
from tests.exporters.small_plan import small_view


def rows_of(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream))


def test_units_are_written_with_territory_and_rep(tmp_path: Path) -> None:
    rows = rows_of(export(small_view(), tmp_path / "out.csv"))
    assert list(rows[0])[:4] == ["unit_code", "unit_name", "territory", "rep"]
    assert len(rows) == 16
    assert [rows[0][c] for c in ("unit_code", "unit_name", "territory", "rep")] == ["A1", "Square A1", "West", "Ada"]
    assert [rows[2][c] for c in ("unit_code", "territory", "rep")] == ["A3", "East", ""]
    assert [rows[3][c] for c in ("unit_code", "territory", "rep")] == ["A4", "", ""]


def test_a_unit_brings_what_its_territory_gets_from_it(tmp_path: Path) -> None:
    """A1 holds accounts 0 and 1, but 1 is given to East by name: only 0 counts."""
    view = small_view()
    rows = rows_of(export(view, tmp_path / "out.csv"))
    assert (rows[0]["accounts"], rows[0]["revenue"], rows[0]["households"]) == ("1", "10.5", "0")
    west = sum(float(row["workload_h"]) for row in rows if row["territory"] == "West")
    assert west == pytest.approx(view.territory_total[2, 0])


def test_accounts_are_written_with_override_and_reason(tmp_path: Path) -> None:
    rows = rows_of(export(small_view(), tmp_path / "out.csv", "accounts"))
    assert [row["territory"] for row in rows] == ["West", "East", "East", "", ""]
    assert [row["override"] for row in rows] == ["", "East", "", "", ""]
    assert rows[1]["override_reason"] == "key account"
    assert rows[0]["rep"] == "Ada"
    assert rows[0]["postal_code"] == "02139"
    assert [row["unit_code"] for row in rows] == ["A1", "A1", "A3", "A4", ""]
    assert [row["revenue"] for row in rows] == ["10.5", "-2", "100", "7", ""]
    assert rows[0]["industry"] == "steel"


def test_no_cell_of_text_is_a_formula_and_numbers_stay_numbers(tmp_path: Path) -> None:
    rows = rows_of(export(small_view(), tmp_path / "out.csv", "accounts"))
    assert [row["account_key"] for row in rows] == ["k0", "'=1+1", "'-5", "'@x", ""]
    assert [row["account_name"] for row in rows][1] == "'+49 30 Ltd"
    assert rows[1]["revenue"] == "-2"
    assert [unfused(row["account_name"]) for row in rows] == list(small_view().plan.accounts.name)


def test_a_header_that_is_a_formula_is_defused(tmp_path: Path) -> None:
    path = export(small_view(west_name="=cmd|' /C calc'!A0"), tmp_path / "out.csv")
    assert {row["territory"] for row in rows_of(path)} == {"'=cmd|' /C calc'!A0", "East", ""}


@given(st.text())
def test_defusing_is_undone_exactly(text: str) -> None:
    assert unfused(defused(text)) == text
    assert not defused(text).startswith(("=", "@", "\t", "\r"))


def test_territories_are_the_balance_table(tmp_path: Path) -> None:
    """Targets are thirds of the assigned total: 12 units / 3 = 4, so West (8) has index 2, East (4) 1, Empty 0."""
    rows = rows_of(export(small_view(), tmp_path / "out.csv", "territories"))
    assert [row["territory"] for row in rows] == ["West", "East", "Empty"]
    assert [row["units"] for row in rows] == ["8", "4", "0"]
    assert [row["units_target"] for row in rows] == ["4", "4", "4"]
    assert [row["units_index"] for row in rows] == ["2", "1", "0"]
    assert [row["accounts"] for row in rows] == ["1", "2", "0"]
    assert [row["revenue"] for row in rows] == ["10.5", "98", "0"]
    assert [row["pieces"] for row in rows] == ["1", "1", "0"]
    assert rows[2]["polsby_popper"] == ""


def test_a_byte_order_mark_is_written_when_asked_for(tmp_path: Path) -> None:
    plain = export(small_view(), tmp_path / "plain.csv")
    marked = export(small_view(), tmp_path / "marked.csv", options=ExportOptions({"bom": True}))
    assert marked.read_bytes() == b"\xef\xbb\xbf" + plain.read_bytes()
    assert rows_of(marked, "utf-8-sig") == rows_of(plain)


def test_gdal_reads_the_same_table(tmp_path: Path) -> None:
    path = export(small_view(), tmp_path / "out.csv", "accounts")
    # In a process of its own: the program puts away the drivers of GDAL that it does not need, this one among them.
    script = (
        "import json, sys, pyogrio; "
        "meta, _, _, columns = pyogrio.raw.read(sys.argv[1], read_geometry=False, encoding='UTF-8', "
        "AUTODETECT_TYPE='YES'); "
        "print(json.dumps({name: list(map(str, c)) for name, c in zip(meta['fields'], columns)}))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    column = json.loads(done.stdout)
    assert list(column["account_name"]) == ["Müller & Söhne", "'+49 30 Ltd", '王"小明', "a\nb, c", "''=quoted"]
    np.testing.assert_allclose([float(text) for text in column["revenue"]], [10.5, -2, 100, 7, np.nan])
