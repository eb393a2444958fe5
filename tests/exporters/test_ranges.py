"""Unit codes as ranges: what stands in one, and that a list of ranges read back is the same alignment."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.exporters.ranges import code_ranges, list_texts
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import ExportView
from territorymap.importers.alignment import build_alignment
from territorymap.importers.columns import guess_columns
from territorymap.importers.table import read_table
from tests.exporters.small_plan import small_view


def texts(codes: str, territory: str, *, parts: str = "", bridges: bool = True) -> list[str]:
    """Return "owner text" of each range; "." is unassigned."""
    owner = [".abc".index(letter) - 1 for letter in territory]
    part_of = [part if part != "-" else "" for part in parts.split()]
    found = code_ranges(codes.split(), owner, part_of, bridges)
    assert sum(one.n_units for one in found) == len(owner)
    return [f"{'abc.'[one.territory_ix]} {one.text}" for one in found]


def test_codes_of_one_territory_are_one_range() -> None:
    assert texts("02101 02102 02103", "aaa") == ["a 02101-02103"]
    assert texts("02103 02101 02102", "aba") == ["a 02102-02103", "b 02101"]


def test_no_range_runs_over_a_code_of_another_or_of_nobody() -> None:
    assert texts("02101 02102 02103", "aba") == ["a 02101", "a 02103", "b 02102"]
    assert texts("02101 02102 02103", "a.a") == ["a 02101", "a 02103", ". 02102"]


def test_numbers_that_no_unit_bears_are_bridged_only_when_asked() -> None:
    assert texts("02101 02108 02109", "aaa") == ["a 02101-02109"]
    assert texts("02101 02108 02109", "aaa", bridges=False) == ["a 02101", "a 02108-02109"]


def test_only_digits_of_one_length_make_a_range() -> None:
    assert texts("9 10 11 AB1 AB2 ١٢ ١٣", "aaaaaaa") == ["a 9", "a 10-11", "a AB1", "a AB2", "a ١٢", "a ١٣"]


def test_a_cut_unit_counts_whole_where_one_territory_has_its_parts() -> None:
    codes, parts = "02101 02102-a 02102-b 02103", "- 02102 02102 -"
    assert texts(codes, "aaaa", parts=parts) == ["a 02101-02103"]
    assert texts(codes, "aaba", parts=parts) == ["a 02101", "a 02103", "a 02102-a", "b 02102-b"]
    assert texts(codes, "abba", parts=parts) == ["a 02101", "a 02103", "b 02102"]


def test_a_list_too_long_for_a_cell_goes_on_in_the_next() -> None:
    ranges = code_ranges(["1", "3", "5", "7"], [0, 0, 0, 0], bridges_gaps=False)
    assert [text for text, _ in list_texts(ranges, longest=7)] == ["1, 3, 5", "7"]
    assert [len(held) for _, held in list_texts(ranges, longest=7)] == [3, 1]


def with_codes(codes: list[str], territory: list[int], part_of: list[str] | None = None) -> ExportView:
    """Return the small plan with other units; only codes and owners count."""
    view = small_view()
    n = len(codes)
    none = np.array([*[""] * n, None], dtype=object)[:-1]
    units = replace(
        view.plan.units,
        unit_id=np.arange(1, n + 1),
        code=np.array([*codes, None], dtype=object)[:-1],
        name=none,
        part_of=np.array([*(part_of or [""] * n), None], dtype=object)[:-1],
    )
    return replace(view, plan=replace(view.plan, units=units, unit_territory=np.array(territory, dtype=np.int32)))


def read_back(path: Path, codes: list[str]) -> dict[str, str]:
    table = read_table(path)
    imported = build_alignment(table, guess_columns(table, "alignment", codes), codes)
    assert not imported.rejects
    return {codes[ix]: str(name) for ix, name in zip(imported.unit_ix, imported.territory, strict=True)}


def test_the_table_has_first_and_last_code_and_the_number_of_units(tmp_path: Path) -> None:
    view = with_codes(["02101", "02103", "02199", "10001"], [0, 0, 1, -1])
    path = export(view, tmp_path / "out.csv", "ranges")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["territory", "rep", "unit_codes", "first_code", "last_code", "n_units"],
        ["West", "Ada", "02101-02103", "02101", "02103", "2"],
        ["East", "", "02199", "02199", "02199", "1"],
    ]


def test_a_row_a_territory_lists_its_ranges(tmp_path: Path) -> None:
    view = with_codes(["02101", "02102", "02103", "10001"], [0, 1, 0, 0])
    chosen = ExportOptions({"rows": "territory", "bridge": False})
    path = export(view, tmp_path / "out.csv", "ranges", chosen)
    assert path.read_text("utf-8").splitlines()[1:] == ['West,Ada,"02101, 02103, 10001",3', "East,,02102,1"]


def test_a_plan_without_units_gives_a_table_of_headers(tmp_path: Path) -> None:
    path = export(with_codes([], []), tmp_path / "out.csv", "ranges")
    assert path.read_text("utf-8").splitlines() == ["territory,rep,unit_codes,first_code,last_code,n_units"]


CODES = st.one_of(
    st.integers(0, 40).map(lambda n: f"{n:05d}"), st.integers(0, 30).map(str), st.integers(1, 9).map(lambda n: f"AB{n}")
)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_ranges_read_back_are_the_same_alignment(suffix: str, data: st.DataObject) -> None:
    """Cut units included: the parts of one whole may have one owner or several."""
    whole = data.draw(st.lists(CODES, min_size=3, max_size=25, unique=True))
    cut = set(data.draw(st.lists(st.sampled_from(whole), max_size=3)))
    codes = [part for code in whole for part in ([f"{code}-a", f"{code}-b"] if code in cut else [code])]
    part_of = [code if code in cut else "" for code in whole for _ in range(2 if code in cut else 1)]
    owner = data.draw(st.lists(st.sampled_from([0, 0, 0, 1, -1]), min_size=len(codes), max_size=len(codes)))
    if max(owner) < 0:
        owner[0] = 0
    chosen = {"bridge": data.draw(st.booleans()), "rows": data.draw(st.sampled_from(["range", "territory"]))}
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"out.{suffix}"
        export(with_codes(codes, owner, part_of), path, "ranges", ExportOptions(chosen))
        names = ["West", "East"]
        assert read_back(path, codes) == {c: names[t] for c, t in zip(codes, owner, strict=True) if t >= 0}


def test_a_cut_whole_is_meant_before_a_unit_whose_code_has_zeros_in_front(tmp_path: Path) -> None:
    """Unit 0 was cut into 0-a and 0-b; 00000 is another unit."""
    codes = ["00000", "00001", "0-a", "0-b"]
    view = with_codes(codes, [0, 0, 1, 1], ["", "", "0", "0"])
    path = export(view, tmp_path / "out.csv", "ranges")
    assert read_back(path, codes) == {"00000": "West", "00001": "West", "0-a": "East", "0-b": "East"}
