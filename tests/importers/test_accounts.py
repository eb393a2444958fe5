"""Rows become accounts: located, or rejected with a reason."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.errors import Cancelled, UserError
from territorymap.geo.locate import UnitLocator
from territorymap.importers.accounts import AccountImport, build_accounts
from territorymap.importers.columns import ColumnMap, guess_columns
from territorymap.importers.geocode import Geocoder
from territorymap.importers.table import RawTable, read_table
from territorymap.importers.table_options import TableOptions
from tests.importers.files import write_csv, write_geocoder, write_text

# Squares around the places of the tiny geocoder: Cambridge, Illinois' Springfield, Missouri's Springfield, New York.
CODES = ["25", "17", "29", "36"]
SQUARES = [(-72, 42, -70, 43), (-91, 39, -88, 41), (-95, 36, -92, 38), (-75, 40, -73.5, 41)]
LOCATOR = UnitLocator(np.array([shapely.box(*square) for square in SQUARES], dtype=object))


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> Geocoder:
    return Geocoder(write_geocoder(tmp_path_factory.mktemp("geocoder")))


def table_of(path: Path, rows: Sequence[Sequence[object]]) -> RawTable:
    return read_table(write_csv(path / "t.csv", rows))


def build(table: RawTable, geocoder: Geocoder, columns: ColumnMap | None = None, **more: Any) -> AccountImport:
    columns = columns or guess_columns(table, "accounts")
    more.setdefault("default_country", "US")
    return build_accounts(table, columns, LOCATOR, geocoder, CODES, **more)


def reasons(imported: AccountImport) -> list[tuple[int, str]]:
    return [(reject.row, reject.reason) for reject in imported.rejects]


def test_accounts_are_located_by_coordinates_else_code_else_city(tmp_path: Path, geocoder: Geocoder) -> None:
    table = table_of(
        tmp_path,
        [
            ["Name", "Lat", "Lon", "Zip", "City", "State"],
            ["by point", "40.25", "-89.5", "02139", "Cambridge", "MA"],
            ["by code", "", "", "2139", "Springfield", "MO"],
            ["by city", "", "", "", "Springfield", "MO"],
            ["nowhere", "", "", "99999", "Atlantis", ""],
        ],
    )
    imported = build(table, geocoder)
    assert imported.location_level.tolist() == ["coordinates", "postal_code", "city", "none"]
    assert [CODES[ix] if ix >= 0 else "" for ix in imported.unit_ix] == ["17", "25", "29", ""]
    assert imported.postal_code.tolist() == ["02139", "02139", "", "99999"]
    assert imported.lon.tolist()[:3] == [-89.5, -71.0, -93.5]
    assert np.isnan(imported.lon[3])
    assert imported.to_json() == {
        "read": 4,
        "imported": 4,
        "rejected": [],
        "located": {"coordinates": 1, "postal_code": 1, "city": 1, "none": 1},
    }


def test_a_broken_number_rejects_its_row_and_a_blank_one_does_not(tmp_path: Path, geocoder: Geocoder) -> None:
    rows = [["Name", "Zip", "Sales"], ["A", "02139", "1,200.50"], ["B", "02139", "abc"], ["C", "02139", ""]]
    imported = build(table_of(tmp_path, [*rows, ["D", "02139", "n/a"], ["E", "02139", "7"]]), geocoder)
    assert reasons(imported) == [(3, "Sales: “abc” is not a number.")]
    assert imported.account_name.tolist() == ["A", "C", "D", "E"]
    assert imported.row_numbers.tolist() == [2, 4, 5, 6]
    assert imported.measures["Sales"][[0, 3]].tolist() == [1200.5, 7.0]
    assert np.isnan(imported.measures["Sales"][[1, 2]]).all()


def test_all_reasons_of_a_row_are_told(tmp_path: Path, geocoder: Geocoder) -> None:
    rows = [
        ["Name", "Zip", "Sales", "Visits"],
        *([f"N{i}", "02139", "5", "4"] for i in range(3)),
        ["B", "02139", "x", "-1"],
    ]
    imported = build(table_of(tmp_path, rows), geocoder)
    assert reasons(imported) == [(5, "Visits: -1 is not between 0 and 10,000. Sales: “x” is not a number.")]


def test_the_first_row_of_a_key_wins_and_later_ones_are_listed(tmp_path: Path, geocoder: Geocoder) -> None:
    rows = [
        ["Account ID", "Zip", "Sales"],
        ["A1", "02139", "x"],
        ["A1", "02139", "2"],
        ["A1", "02139", "3"],
        ["", "02139", "4"],
    ]
    columns = ColumnMap("accounts", {"account_key": "Account ID", "postal_code": "Zip"}, ("Sales",))
    table = table_of(tmp_path, rows)
    imported = build(table, geocoder, columns)
    assert reasons(imported) == [(2, "Sales: “x” is not a number."), (4, "The key A1 stands in row 3 already.")]
    assert imported.account_key.tolist() == ["A1", ""]
    assert imported.account_name.tolist() == ["A1", ""]
    needed = build(table, geocoder, columns, is_key_needed=True)
    assert reasons(needed)[-1] == (5, "The row has no key.")


def test_broken_rows_of_the_file_are_counted_and_listed(tmp_path: Path, geocoder: Geocoder) -> None:
    path = write_text(tmp_path / "t.csv", 'Name,Zip\nA,02139\n,\nB,02139,extra\n"C,02139\n')
    imported = build(read_table(path), geocoder)
    assert [row for row, _ in reasons(imported)] == [3, 4, 5]
    assert imported.read == 4
    assert imported.read == len(imported) + len(imported.rejects)


def test_totals_under_a_report_are_no_accounts(tmp_path: Path, geocoder: Geocoder) -> None:
    rows = [
        ["Name", "Zip", "Sales"],
        ["A", "02139", "5"],
        ["Total Wine Inc.", "", "6"],
        ["Grand Totals (2 records)", "", "11"],
    ]
    imported = build(table_of(tmp_path, rows), geocoder)
    assert imported.account_name.tolist() == ["A", "Total Wine Inc."]
    assert reasons(imported) == [(4, "The row is a total, not an account.")]


def test_unusable_coordinates_are_fatal_only_without_another_place(tmp_path: Path, geocoder: Geocoder) -> None:
    rows = [["Name", "Lat", "Lon", "Zip"], ["A", "42.5", "-71.0", ""], ["B", "999", "-71.0", "02139"]]
    rows += [
        ["C", "999", "-71.0", ""],
        ["D", "abc", "-71", ""],
        ["E", "0", "0", ""],
        ["F", "40.5", "-74.0", ""],
        ["G", "", "", ""],
    ]
    imported = build(table_of(tmp_path, rows), geocoder)
    assert imported.account_name.tolist() == ["A", "B", "E", "F", "G"]
    assert imported.location_level.tolist() == ["coordinates", "postal_code", "none", "coordinates", "none"]
    assert reasons(imported) == [
        (4, "Lat: “999” is out of range, −90 to 90."),
        (5, "Lat: “abc” is not in degrees."),
    ]
    assert "One row has unusable coordinates and was located by its postal code or city." in imported.notes


def test_an_address_in_the_sea_near_the_coast_belongs_to_the_coast(tmp_path: Path, geocoder: Geocoder) -> None:
    # One degree of longitude is 82 km at 42.5 N: 0.05 degrees are 4.1 km, 0.1 are 8.2 km.
    rows = [
        ["Name", "Lat", "Lon"],
        ["near", "42.5", "-69.95"],
        ["far", "42.5", "-69.9"],
        ["in", "42.5", "-71"],
        ["in", "42.4", "-71"],
    ]
    imported = build(table_of(tmp_path, rows), geocoder)
    assert imported.unit_ix.tolist() == [0, -1, 0, 0]
    assert imported.location_level.tolist() == ["coordinates"] * 4
    assert "One account lies in no unit of the plan." in imported.notes


def test_a_unit_code_places_an_account_that_has_no_point_of_its_own(tmp_path: Path, geocoder: Geocoder) -> None:
    rows = [["Name", "Unit", "Zip", "Lat", "Lon"]]
    rows += [
        ["A", "17", "", "", ""],
        ["B", "17", "02139", "", ""],
        ["C", "17", "", "42.5", "-71"],
        ["D", "xx", "02139", "", ""],
    ]
    columns = ColumnMap("accounts", {"unit_code": "Unit", "postal_code": "Zip", "lat": "Lat", "lon": "Lon"})
    imported = build(table_of(tmp_path, rows), geocoder, columns)
    assert [CODES[ix] for ix in imported.unit_ix] == ["17", "17", "25", "25"]
    assert imported.location_level.tolist() == ["none", "postal_code", "coordinates", "postal_code"]
    assert "One unit code is not in the plan and was not used: xx." in imported.notes


def test_in_a_layer_of_postal_areas_the_code_decides_and_not_its_point(tmp_path: Path) -> None:
    """Ten ZIP areas of one degree; the points of two of them lie in the neighbour, one ZIP has no point at all."""
    folder = write_geocoder(tmp_path / "geocoder")
    codes = [f"{i:05d}" for i in range(20001, 20012)]
    lines = ["code,place,admin1,lon,lat"]
    for i, code in enumerate(codes[:10]):
        lon = i + 0.5 + (1 if i in (2, 3) else 0)
        lines.append(f"{code},Town,MA,{lon},0.5")

    (folder / "us-postal.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    locator = UnitLocator(np.array([shapely.box(i, 0, i + 1, 1) for i in range(11)], dtype=object))
    table = table_of(tmp_path, [["Name", "Zip"], *([f"N{i}", code] for i, code in enumerate(codes))])
    columns = ColumnMap("accounts", {"account_name": "Name", "postal_code": "Zip"})
    imported = build_accounts(table, columns, locator, Geocoder(folder), codes, default_country="US")
    assert imported.unit_ix.tolist() == list(range(11))
    assert imported.located == {"coordinates": 0, "postal_code": 11, "city": 0, "none": 0}
    # Counties have five digits too; here no code lies where the postal code of that name does.
    shifted = build_accounts(table, columns, locator, Geocoder(folder), codes[5:] + codes[:5], default_country="US")
    assert shifted.unit_ix.tolist()[0] == 0


def test_constants_measures_and_segments_are_taken_along(tmp_path: Path, geocoder: Geocoder) -> None:
    rows = [["Name", "Zip", "Visits", "Minutes", "Speed", "Industry", "Sales"]]
    rows += [["A", "02139", "12", "30", "", "IT", "5"], ["B", "02139", "", "45", "80", "", "6.5"]]
    fields = {
        "account_name": "Name",
        "postal_code": "Zip",
        "visits": "Visits",
        "visit_min": "Minutes",
        "speed_kmh": "Speed",
    }
    imported = build(table_of(tmp_path, rows), geocoder, ColumnMap("accounts", fields, ("Sales",), ("Industry",)))
    np.testing.assert_array_equal(imported.visits, [12, np.nan])
    np.testing.assert_array_equal(imported.visit_min, [30, 45])
    np.testing.assert_array_equal(imported.speed_kmh, [np.nan, 80])
    assert np.isnan(imported.detour).all()
    assert np.isnan(imported.stops_per_trip).all()
    assert imported.segments["Industry"].tolist() == ["IT", ""]
    assert imported.measures["Sales"].tolist() == [5, 6.5]
    assert imported.present_columns == {
        "account_name", "postal_code", "visits", "visit_min", "speed_kmh", "lon", "lat", "location_level", "unit_id",
    }  # fmt: skip


def test_decimal_commas_are_read_by_column(tmp_path: Path, geocoder: Geocoder) -> None:
    path = write_text(tmp_path / "t.csv", "Kunde;PLZ;Umsatz;Menge\nA;02139;1.234,50;1.000\nB;02139;0,5;2\n")
    columns = ColumnMap("accounts", {"account_name": "Kunde", "postal_code": "PLZ"}, ("Umsatz", "Menge"))
    imported = build(read_table(path), geocoder, columns)
    assert imported.measures["Umsatz"].tolist() == [1234.5, 0.5]
    assert imported.measures["Menge"].tolist() == [1000, 2]


def test_a_column_that_is_not_there_is_a_sentence(tmp_path: Path, geocoder: Geocoder) -> None:
    table = table_of(tmp_path, [["Name", "Zip"], ["A", "02139"]])
    with pytest.raises(UserError, match="no column named Nope"):
        build(table, geocoder, ColumnMap("accounts", {"city": "Nope"}))


def test_progress_rises_to_one_and_cancel_stops(tmp_path: Path, geocoder: Geocoder) -> None:
    table = table_of(tmp_path, [["Name", "Zip"], *([f"N{i}", "02139"] for i in range(100))])
    told: list[float] = []
    build(table, geocoder, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        build(table, geocoder, is_cancelled=lambda: len(told) > 0)


_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=6)
_CELLS = (
    st.sampled_from(
        ["", "02139", "2139", "MA", "-71", "42.5", "abc", "1,5", "0", "999", "Springfield", "US", "=1+1", "K1"]
    )
    | _TEXT
)
_HEADERS = ["Key", "Zip", "City", "State", "Country", "Lon", "Lat"]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=7, max_size=7), min_size=1, max_size=12), st.booleans())
def test_every_row_is_imported_or_rejected_whatever_it_holds(
    tmp_path: Path, geocoder: Geocoder, rows: list[list[str]], is_key_needed: bool
) -> None:
    names = ("account_key", "postal_code", "city", "state", "country", "lon", "lat")
    last = ["k", "02139", "", "", "", "", "", "5"]
    write_csv(tmp_path / "t.csv", [[*_HEADERS, "Sales"], *([*row, row[0]] for row in rows), last])
    table = read_table(tmp_path / "t.csv", TableOptions(header_row=1, delimiter=","))
    columns = ColumnMap("accounts", dict(zip(names, _HEADERS, strict=True)), ("Sales",))
    imported = build(table, geocoder, columns, is_key_needed=is_key_needed)
    assert imported.read == len(table) + len(table.broken)
    assert sum(imported.located.values()) == len(imported)
    listed = [reject.row for reject in imported.rejects]
    all_rows = sorted([*table.row_numbers, *(reject.row for reject in table.broken)])
    assert sorted([*listed, *imported.row_numbers.tolist()]) == all_rows
    keys = [key for key in imported.account_key if key]
    assert len(keys) == len(set(keys))
    assert all(reject.reason for reject in imported.rejects)
    has_place = np.isfinite(imported.lon)
    assert (np.abs(imported.lat[has_place]) <= 90).all()


def test_the_sample_accounts_with_lost_zeros_are_all_found() -> None:
    sample = Path(__file__).parents[2] / "resources" / "sample" / "accounts.csv"
    table = read_table(sample)
    imported = build_accounts(table, guess_columns(table, "accounts"), None, Geocoder(), default_country="US")
    raw = table.column("Postal Code")
    lost = [i for i, code in enumerate(raw) if len(code) == 4]
    assert len(lost) > 100
    assert all(imported.postal_code[i] == "0" + raw[i] for i in lost)
    assert imported.located["postal_code"] == len(table) > 1000
    assert not imported.rejects


def test_satisfaction_and_marks_are_read_and_broken_ones_listed(tmp_path: Path) -> None:
    text = "Account Key,Name,Satisfaction,Mark\n1,One,85,protect\n2,Two,40,Change rep\n3,Three,,\n"
    text += "4,Four,120,\n5,Five,10 %,no\n6,Six,7,perhaps\n7,Seven,70,Keep\n8,Eight,70,\n9,Nine,70,\n"
    text += "".join(f"{i},N{i},70,\n" for i in range(10, 20))
    text += "".join(f"{i},N{i},70,protect\n" for i in range(20, 30))
    table = read_table(write_text(tmp_path / "accounts.csv", text))
    columns = guess_columns(table, "accounts")
    assert (columns.fields["satisfaction"], columns.fields["mark"]) == ("Satisfaction", "Mark")
    imported = build_accounts(table, columns)
    assert [(r.row, r.reason) for r in imported.rejects] == [
        (5, "Satisfaction: “120” is no satisfaction from 0 to 10."),
        (7, "Mark: “perhaps” is no mark; write “protect” or “change rep”."),
    ]
    assert imported.satisfaction is not None
    assert imported.mark is not None
    assert imported.mark[:5].tolist() == ["protect", "change rep", "", "", "protect"]
    assert imported.satisfaction[[0, 1, 3]].tolist() == [8.5, 4.0, 1.0]
    assert np.isnan(imported.satisfaction[2])
    assert imported.notes[-1] == "Satisfaction is read as points of a hundred."
