"""A list of unit codes and territories."""

from __future__ import annotations

from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.geo.shipped import load_layer
from territorymap.importers.alignment import AlignmentImport, build_alignment
from territorymap.importers.columns import ColumnMap, guess_columns
from territorymap.importers.table import read_table
from tests.importers.files import write_csv, write_text

CODES = ["02138", "02139", "02140", "10001", "10002", "AB1"]
NAMES = ["Harvard", "Central", "Porter", "Chelsea", "Chelsea", "Aberdeen"]


def read(path: Path, rows: list[list[str]], headers: tuple[str, ...] = ("Zip", "Territory")) -> AlignmentImport:
    table = read_table(write_csv(path / "t.csv", [list(headers), *rows]))
    fields = dict(zip(("unit_code", "territory", "rep", "region"), headers, strict=False))
    return build_alignment(table, ColumnMap("alignment", fields), CODES, NAMES)


def as_dict(imported: AlignmentImport) -> dict[str, str]:
    return {CODES[ix]: str(name) for ix, name in zip(imported.unit_ix, imported.territory, strict=True)}


def test_codes_match_as_written_with_lost_zeros_and_case_aside(tmp_path: Path) -> None:
    imported = read(tmp_path, [["02138", "East"], ["2139", "East"], ["2140.0", "West"], ["ab1", "North"]])
    assert as_dict(imported) == {"02138": "East", "02139": "East", "02140": "West", "AB1": "North"}
    assert imported.territories == ["East", "West", "North"]
    assert not imported.rejects


def test_unknown_codes_and_conflicts_are_listed_and_repeats_noted(tmp_path: Path) -> None:
    rows = [["02138", "East"], ["99999", "East"], ["", "East"], ["2138", "east"], ["02138", "West"], ["02138", ""]]
    imported = read(tmp_path, rows)
    assert as_dict(imported) == {"02138": "East"}
    assert [(r.row, r.reason) for r in imported.rejects] == [
        (3, "The plan has no unit 99999."),
        (4, "The row has no unit code."),
        (6, "Unit 02138 is in East by row 2, and in West by this one."),
        (7, "Unit 02138 is in East by row 2, and in no territory by this one."),
    ]
    assert imported.notes == ["One unit stands twice in the list, with the same territory."]
    assert imported.to_json()["read"] == 6
    assert imported.to_json()["imported"] == 2


def test_an_empty_territory_unassigns(tmp_path: Path) -> None:
    assert as_dict(read(tmp_path, [["02138", ""], ["02139", "East"]])) == {"02138": "", "02139": "East"}


def test_a_range_means_the_units_between(tmp_path: Path) -> None:
    imported = read(tmp_path, [["02101-02139", "East"], ["10000 – 10999", "West"], ["02140-1234", "X"], ["3-1", "X"]])
    assert as_dict(imported) == {"02138": "East", "02139": "East", "10001": "West", "10002": "West"}
    assert [r.row for r in imported.rejects] == [4, 5]


def test_a_name_matches_where_one_unit_bears_it(tmp_path: Path) -> None:
    imported = read(tmp_path, [["harvard", "East"], ["Chelsea", "West"]])
    assert as_dict(imported) == {"02138": "East"}
    assert [r.row for r in imported.rejects] == [3]
    assert imported.notes == ["One row was matched by the name of its unit."]


def test_reps_and_regions_come_along_and_two_reps_are_noted(tmp_path: Path) -> None:
    rows = [["02138", "East", "Anna", "Coast"], ["02139", "East", "Bert", "Coast"], ["10001", "West", "", ""]]
    imported = read(tmp_path, rows, ("Zip", "Territory", "Rep", "Region"))
    assert imported.rep.tolist() == ["Anna", "Bert", ""]
    assert imported.region.tolist() == ["Coast", "Coast", ""]
    assert imported.notes == ["East has two reps in the list, Anna and Bert; Anna was taken."]


def test_a_list_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    table = read_table(write_text(tmp_path / "t.csv", "a,b\n1,2\n"))
    with pytest.raises(UserError, match="unit codes"):
        build_alignment(table, ColumnMap("alignment", {"territory": "a"}), CODES)


def test_the_sample_alignment_fits_the_counties() -> None:
    layer = load_layer("us-counties")
    table = read_table(Path(__file__).parents[2] / "resources" / "sample" / "alignment.csv")
    imported = build_alignment(table, guess_columns(table, "alignment", list(layer.code)), layer.code, layer.name)
    assert len(imported) == len(table)
    assert not imported.rejects
    assert len(imported.territories) > 5


def test_first_and_last_code_in_two_columns_are_a_range(tmp_path: Path) -> None:
    headers = ["Zip from", "Zip to", "Territory"]
    rows = [["02138", "02139", "East"], ["2140", "2140", "West"], ["10001", "", "West"], ["10002", "AB1", "X"]]
    table = read_table(write_csv(tmp_path / "t.csv", [headers, *rows]))
    columns = guess_columns(table, "alignment", CODES)
    assert dict(columns.fields) == {"unit_code": "Zip from", "unit_code_to": "Zip to", "territory": "Territory"}
    imported = build_alignment(table, columns, CODES, NAMES)
    assert as_dict(imported) == {"02138": "East", "02139": "East", "02140": "West", "10001": "West"}
    assert [(r.row, r.reason) for r in imported.rejects] == [(5, "The plan has no unit 10002 – AB1.")]


def test_zeros_that_both_ends_of_a_range_lost_are_put_back(tmp_path: Path) -> None:
    assert as_dict(read(tmp_path, [["2138-2139", "East"]])) == {"02138": "East", "02139": "East"}


def test_a_cell_may_list_codes_and_ranges_and_what_is_unknown_is_noted(tmp_path: Path) -> None:
    imported = read(tmp_path, [["02138, 10000-10999; ab1, 99999", "East"], ["99998; 99999", "West"]])
    assert as_dict(imported) == {"02138": "East", "10001": "East", "10002": "East", "AB1": "East"}
    assert [r.row for r in imported.rejects] == [3]
    assert imported.notes == ["One code of a list is no unit of the plan: 99999."]


def test_a_range_takes_the_parts_of_a_unit_that_was_cut(tmp_path: Path) -> None:
    codes = ["02138", "02139-a", "02139-b", "02140"]
    table = read_table(write_csv(tmp_path / "t.csv", [["Zip", "Territory"], ["02138-02139", "East"]]))
    imported = build_alignment(table, guess_columns(table, "alignment", codes), codes)
    assert [codes[ix] for ix in imported.unit_ix] == ["02138", "02139-a", "02139-b"]
