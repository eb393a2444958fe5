"""A list of unit codes and territories."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.geo.locate import UnitLocator
from territorymap.geo.shipped import load_layer
from territorymap.importers.alignment import AlignmentImport, build_alignment
from territorymap.importers.columns import ColumnMap, guess_columns
from territorymap.importers.finer_codes import PostalGround, decide
from territorymap.importers.geocode import Geocoder
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


# -- postal codes finer than the units ---------------------------------------------------------------------------------


def read_finer(path: Path, layer_name: str, rows: list[list[str]], country: str = "US") -> AlignmentImport:
    layer = load_layer(layer_name)
    table = read_table(write_csv(path / "t.csv", [["ZIP", "Territory", "Rep"], *rows]))
    fields = {"unit_code": "ZIP", "territory": "Territory", "rep": "Rep"}
    postal = PostalGround(Geocoder(), UnitLocator(layer.geometry), country)
    return build_alignment(table, ColumnMap("alignment", fields), layer.code, layer.name, postal=postal)


def test_a_list_of_postal_codes_gives_larger_units_to_the_territory_of_most(tmp_path: Path) -> None:
    rows = [
        ["63101", "West", "Ann"], ["63102", "East", "Bob"], ["63103-1234", "east", "Bob"], ["2139", "North", "Cy"],
        ["02138", "", ""], ["02140", "North", "Cy"], ["60601", "Lakes", ""], ["60602", "Plains", ""],
        ["nowhere", "X", ""], ["63104", "East", "Bob"], ["60603", "Lakes", ""],
    ]  # fmt: skip
    imported = read_finer(tmp_path, "us-zip3", rows)
    code = load_layer("us-zip3").code
    told = {str(code[ix]): str(t) for ix, t in zip(imported.unit_ix, imported.territory, strict=True)}
    assert told == {"631": "East", "021": "North", "606": "Lakes"}
    assert [str(rep) for rep in imported.rep] == ["Bob", "Cy", ""]
    assert [r.row for r in imported.rejects] == [2, 6, 9, 10]
    assert imported.rejects[0].reason == "Unit 631 Saint Louis goes to East, which has 3 of its 4 codes in the list."
    assert imported.rejects[3].reason == "The plan has no unit nowhere."
    assert imported.notes == [
        (
            "The list names 10 postal codes, and the plan's units are larger: each of 3 units goes to the territory "
            "that most of its codes belong to."
        ),
        "3 units have codes of more than one territory; the rows that lost are listed.",
    ]
    assert imported.read == len(rows)


def test_of_two_territories_with_as_many_codes_the_first_in_the_list_has_the_unit(tmp_path: Path) -> None:
    rows = [["63102", "East", ""], ["63101", "West", ""]]
    assert list(read_finer(tmp_path, "us-zip3", rows).territory) == ["East"]
    assert list(read_finer(tmp_path, "us-zip3", rows[::-1]).territory) == ["West"]


def test_zip_codes_that_are_county_numbers_too_are_taken_by_where_they_lie(tmp_path: Path) -> None:
    """01001 is Autauga County, Alabama, and Agawam, Massachusetts: that most codes are no county decides."""
    imported = read_finer(
        tmp_path, "us-counties", [["01001", "East", ""], ["02139", "East", ""], ["60601", "Lakes", ""]]
    )
    code = load_layer("us-counties").code
    assert {str(code[ix]) for ix in imported.unit_ix} == {"25013", "25017", "17031"}  # Hampden, Middlesex, Cook


def test_a_list_of_units_with_a_few_strangers_stays_one_of_units(tmp_path: Path) -> None:
    imported = read_finer(tmp_path, "us-zip3", [["631", "East", ""], ["606", "Lakes", ""], ["63101", "West", ""]])
    assert [str(t) for t in imported.territory] == ["East", "Lakes"]
    assert [r.reason for r in imported.rejects] == ["The plan has no unit 63101."]


def test_codes_of_nowhere_are_refused_one_by_one(tmp_path: Path) -> None:
    imported = read_finer(tmp_path, "us-zip3", [["A-1", "East", ""], ["B-2", "West", ""]])
    assert len(imported) == 0
    assert [r.reason for r in imported.rejects] == ["The plan has no unit A-1.", "The plan has no unit B-2."]


@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1, 2]), st.sampled_from(["a", "b", ""])), min_size=1, max_size=40))
def test_every_row_is_used_or_refused_and_no_territory_has_more_codes_than_the_one_chosen(
    rows: list[tuple[int, str]],
) -> None:
    units = np.array([unit for unit, _ in rows], dtype=np.int32)
    names = [name for _, name in rows]
    decided = decide(units, names, list(range(2, len(rows) + 2)), str, lambda i: "unknown")
    if decided is None:
        assert (units >= 0).mean() < 0.8
        return
    assert decided.n_used + len(decided.rejects) == len(rows)
    for unit, first in decided.owner.items():
        has = [name for at, name in rows if at == unit]
        assert has.count(names[first]) == max(map(has.count, has))
        assert rows.index((unit, names[first])) == first
    assert set(decided.owner) == {unit for unit, _ in rows if unit >= 0}
