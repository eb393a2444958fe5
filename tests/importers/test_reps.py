"""Rows become reps."""

from __future__ import annotations

from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.importers.columns import ColumnMap, guess_columns
from territorymap.importers.geocode import Geocoder
from territorymap.importers.reps import RepImport, build_reps
from territorymap.importers.table import read_table
from tests.importers.files import write_csv, write_geocoder, write_text


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> Geocoder:
    return Geocoder(write_geocoder(tmp_path_factory.mktemp("geocoder")))


def read(path: Path, geocoder: Geocoder | None, text: str, country: str = "US") -> RepImport:
    table = read_table(write_text(path / "reps.csv", text))
    return build_reps(table, guess_columns(table, "reps"), geocoder, default_country=country)


def test_homes_are_found_by_code_else_city(tmp_path: Path, geocoder: Geocoder) -> None:
    text = "Rep,Zip,City,State,Capacity,FTE,Territory\nAnna,2139,,,1600,1,East\n"
    text += "Bert,,Springfield,MO,1.200,80%,\nCleo,,,,,,West\n"
    imported = read(tmp_path, geocoder, text)
    assert imported.records[0] == {
        "rep_name": "Anna", "home_postal_code": "02139", "home_city": "", "home_state": "", "lon": -71.0, "lat": 42.5,
        "location_level": "postal_code", "capacity_h": 1600.0, "fte": 1.0, "territory": "East",
        "home_country": "US",  # inferred; without it the home would not be found again when it is edited
    }  # fmt: skip
    assert imported.records[2]["home_country"] == ""
    assert [(r["location_level"], r["lon"], r["fte"]) for r in imported.records[1:]] == [
        ("city", -93.5, 0.8),
        ("none", None, 1.0),
    ]
    assert imported.records[2]["capacity_h"] is None
    assert imported.located == {"coordinates": 0, "postal_code": 1, "city": 1, "none": 1}
    assert imported.notes == ["The home of one rep was not found."]


def test_a_record_holds_only_what_the_file_has(tmp_path: Path, geocoder: Geocoder) -> None:
    imported = read(tmp_path, geocoder, "Rep,Capacity\nAnna,1600\nBert,800\n")
    assert imported.records == [{"rep_name": "Anna", "capacity_h": 1600.0}, {"rep_name": "Bert", "capacity_h": 800.0}]
    assert imported.present_columns == {"rep_name", "capacity_h"}


def test_rows_that_cannot_be_used_are_listed(tmp_path: Path, geocoder: Geocoder) -> None:
    text = "Rep,Capacity hours,FTE\nAnna,1600,1\n,1600,1\nANNA,1,1\nBert,lots,1\n"
    text += "Cleo,9999,1\nDora,1600,many\nEve,1600 h,0.5\n"
    imported = read(tmp_path, geocoder, text)
    assert [r["rep_name"] for r in imported.records] == ["Anna", "Eve"]
    assert imported.row_numbers.tolist() == [2, 8]
    assert [(r.row, r.reason) for r in imported.rejects] == [
        (3, "The row has no name."),
        (4, "The rep ANNA stands in row 2 already."),
        (5, "Capacity hours: “lots” is not a number."),
        (6, "Capacity hours: 9999 is not between 0 and 8,784."),
        (7, "FTE: “many” is not a full-time share."),
    ]
    assert imported.to_json()["read"] == 7


@pytest.mark.parametrize(
    ("header", "cells", "shares"),
    [
        ("FTE", ["1", "0.5", "1.2"], [1.0, 0.5, 1.2]),
        ("VZÄ", ["1,0", "0,75", "0,5"], [1.0, 0.75, 0.5]),
        ("FTE", ["100", "50", "80"], [1.0, 0.5, 0.8]),
        ("FTE %", ["2", "5", "8"], [0.02, 0.05, 0.08]),
        ("FTE", ["100 %", "50%", ""], [1.0, 0.5, 1.0]),
    ],
)
def test_full_time_shares_are_read_as_ratio_or_percent(
    tmp_path: Path, header: str, cells: list[str], shares: list[float]
) -> None:
    rows = [["Rep", header], *([f"R{i}", cell] for i, cell in enumerate(cells))]
    table = read_table(write_csv(tmp_path / "t.csv", rows, delimiter=";"))
    imported = build_reps(table, ColumnMap("reps", {"rep_name": "Rep", "fte": header}))
    assert [r["fte"] for r in imported.records] == pytest.approx(shares)


def test_first_and_last_name_make_a_name(tmp_path: Path, geocoder: Geocoder) -> None:
    imported = read(tmp_path, geocoder, "Vorname;Nachname;PLZ\nAnna;Groß;1067\nBert;Klein;80331\n", "DE")
    assert [r["rep_name"] for r in imported.records] == ["Anna Groß", "Bert Klein"]
    assert [r["lon"] for r in imported.records] == [13.5, 11.5]


def test_reps_without_a_column_of_names_are_refused(tmp_path: Path) -> None:
    table = read_table(write_text(tmp_path / "t.csv", "a,b\n1,2\n"))
    with pytest.raises(UserError, match="names of the reps"):
        build_reps(table, ColumnMap("reps", {}))


def test_the_sample_reps_all_have_a_home() -> None:
    table = read_table(Path(__file__).parents[2] / "resources" / "sample" / "reps.csv")
    imported = build_reps(table, guess_columns(table, "reps"), Geocoder(), default_country="US")
    assert len(imported) == len(table) > 5
    assert imported.located["none"] == 0
    assert not imported.rejects


def test_traits_are_read_by_their_usual_words(tmp_path: Path, geocoder: Geocoder) -> None:
    text = "Rep,Sales Role,Seniority,Languages,Industries\n"
    text += 'Anna,Outside Sales,Senior,"German, en-GB; Français/de",Retail; Banking;retail\n'
    text += "Bo,Samurai,,Klingon?,\n王伟,外勤,,中文,零售\n"
    imported = read(tmp_path, geocoder, text)
    traits = ("role", "seniority", "languages", "verticals")
    assert [tuple(r[name] for name in traits) for r in imported.records] == [
        ("field", "Senior", "de; en; fr", "Retail; Banking"),
        ("Samurai", "", "klingon?", ""),
        ("field", "", "zh", "零售"),
    ]
    assert set(traits) <= imported.present_columns


def test_career_level_and_first_day_are_read(tmp_path: Path) -> None:
    text = "Rep,Career level,Start date\nAnna,Senior II,2019-03-01\nBert,Junior,2024\nCleo,,soon\nDora,,\n"
    imported = read(tmp_path, None, text)
    assert [(r["career_level"], r["started_on"]) for r in imported.records] == [
        ("Senior II", "2019-03-01"),
        ("Junior", "2024-01-01"),
        ("", ""),
    ]
    assert [(r.row, r.reason) for r in imported.rejects] == [(4, "Start date: “soon” is not a date.")]
