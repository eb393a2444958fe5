"""What columns mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.importers.columns import (
    ColumnMap,
    apply_choices,
    find_column,
    guess_columns,
    segment_candidates,
)
from territorymap.importers.fields import KINDS, field_named, fields_of
from territorymap.importers.table import RawTable, read_table
from tests.importers.files import write_csv

NAMES = ["Acme", "Bolt", "Core", "Dyna", "Echo", "Flux"]
CITIES = ["Boston", "Albany", "Chicago", "Dallas", "Denver", "Miami"]
STATES = ["MA", "NY", "IL", "TX", "CO", "FL"]
ZIPS = ["02139", "12201", "60601", "75201", "80202", "33101"]


Make = Callable[..., RawTable]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def table(headers: Sequence[str], *columns: Sequence[object]) -> RawTable:
        rows = [headers, *zip(*columns, strict=True)]
        return read_table(write_csv(tmp_path / "t.csv", rows))

    return table


def test_a_salesforce_report_is_understood(make: Make) -> None:
    headers = ["Account ID", "Account Name", "Billing Street", "Billing City", "Billing State/Province"]
    headers += ["Billing Zip/Postal Code", "Billing Country", "Annual Revenue", "Employees", "Industry", "Phone"]
    headers += ["Last Activity Date"]
    table = make(
        headers,
        [f"001{i}" for i in range(6)], NAMES, ["1 Main St"] * 6, CITIES, STATES, ZIPS, ["United States"] * 6,
        ["$1,200.50", "$900.00", "", "$12.00", "$3,000,000.00", "$7.00"], [10, 20, 30, 5, 7, 9],
        ["Retail", "Health", "Retail", "IT", "IT", "IT"], ["617 555 0101"] * 6, ["2024-05-01"] * 6,
    )  # fmt: skip
    columns = guess_columns(table, "accounts")
    assert columns.fields == {
        "account_key": "Account ID",
        "account_name": "Account Name",
        "street": "Billing Street",
        "city": "Billing City",
        "state": "Billing State/Province",
        "postal_code": "Billing Zip/Postal Code",
        "country": "Billing Country",
    }
    assert columns.measures == ("Annual Revenue", "Employees")
    assert columns.segments == ("Industry",)


def test_the_salesforce_api_and_the_better_filled_address_are_understood(make: Make) -> None:
    headers = [
        "Id",
        "Name",
        "BillingCity",
        "BillingPostalCode",
        "ShippingCity",
        "ShippingPostalCode",
        "ShippingLatitude",
    ]
    headers += ["ShippingLongitude", "Potential__c", "Tier__c"]
    table = make(
        headers, [f"0015{i}AA" for i in range(6)], NAMES, CITIES, ["02139", "", "", "", "", ""], CITIES, ZIPS,
        [42.36, 42.65, 41.88, 32.78, 39.74, 25.77], [-71.1, -73.75, -87.63, -96.8, -104.99, -80.19],
        [1.5, 2, 3, 4, 5, 6], [1, 2, 1, 2, 3, 1],
    )  # fmt: skip
    columns = guess_columns(table, "accounts")
    assert columns.fields["postal_code"] == "ShippingPostalCode"
    assert columns.fields["city"] == "ShippingCity"
    assert (columns.fields["lon"], columns.fields["lat"]) == ("ShippingLongitude", "ShippingLatitude")
    assert columns.fields["account_key"] == "Id"
    assert columns.measures == ("Potential__c",)
    assert columns.segments == ("Tier__c",)


def test_hubspot_and_dynamics_exports_are_understood(make: Make) -> None:
    hubspot = make(
        ["Record ID", "Company name", "City", "State/Region", "Postal Code", "Country/Region", "Annual Revenue"],
        [981, 17, 530, 44, 902, 63], NAMES, CITIES, STATES, ZIPS, ["United States"] * 6, [1, 2, 3, 4, 5, 6],
    )  # fmt: skip
    fields = guess_columns(hubspot, "accounts").fields
    assert [fields[f] for f in ("account_key", "account_name", "city", "state", "postal_code", "country")] == [
        "Record ID", "Company name", "City", "State/Region", "Postal Code", "Country/Region",
    ]  # fmt: skip
    headers = ["(Do Not Modify) Account", "Account Name", "Address 1: City", "Address 1: State/Province"]
    headers += ["Address 1: ZIP/Postal Code", "Address 1: Country/Region"]
    dynamics = make(
        headers,
        [f"a-{i}" for i in range(6)], NAMES, CITIES, STATES, ZIPS, ["USA"] * 6,
    )  # fmt: skip
    fields = guess_columns(dynamics, "accounts").fields
    assert fields["account_key"] == "(Do Not Modify) Account"
    assert fields["postal_code"] == "Address 1: ZIP/Postal Code"
    assert fields["state"] == "Address 1: State/Province"


def test_a_german_customer_list_is_understood(make: Make) -> None:
    headers = ["Kunden-Nr.", "Firma", "Straße", "PLZ", "Ort", "Bundesland", "Land", "Umsatz 2024", "Branche"]
    headers += ["Besuche/Jahr", "Längengrad", "Breitengrad"]
    table = make(
        headers,
        [101, 102, 103, 104], ["A GmbH", "B AG", "C KG", "D oHG"], ["Weg 1"] * 4, [1067, 80331, 10115, 20095],
        ["Dresden", "München", "Berlin", "Hamburg"], ["SN", "BY", "BE", "HH"], ["D"] * 4,
        ["1.234,50", "99,5", "", "7"], ["Bau", "Bau", "IT", "IT"], [12, 4, 4, 26],
        ["13,74", "11,57", "13,38", "10,0"], ["51,05", "48,14", "52,53", "53,55"],
    )  # fmt: skip
    columns = guess_columns(table, "accounts")
    assert columns.fields == {
        "account_key": "Kunden-Nr.", "account_name": "Firma", "street": "Straße", "postal_code": "PLZ", "city": "Ort",
        "state": "Bundesland", "country": "Land", "visits": "Besuche/Jahr", "lon": "Längengrad", "lat": "Breitengrad",
    }  # fmt: skip
    assert columns.measures == ("Umsatz 2024",)
    assert columns.segments == ("Branche",)


def test_a_key_that_repeats_is_no_key(make: Make) -> None:
    table = make(["Customer ID", "Customer Name", "Postal Code"], ["C1", "C1", "C2", "C2", "C2", "C3"], NAMES, ZIPS)
    assert "account_key" not in guess_columns(table, "accounts").fields


def test_numbers_that_only_name_something_are_no_measures(make: Make) -> None:
    table = make(
        ["Name", "Row", "Order Number", "Founded", "SIC code", "Fax", "Number of beds", "Sales", "Code2"],
        NAMES, [1, 2, 3, 4, 5, 6], [910, 911, 915, 920, 925, 999], [1990, 2001, 1985, 1990, 2010, 1999],
        [5411, 5412, 5413, 5411, 5411, 5412], [6175550101 + i for i in range(6)], [10, 20, 30, 40, 5, 6],
        [5, "x", "y", 2, 3, 4], ["007", "012", "100", "200", "300", "400"],
    )  # fmt: skip
    columns = guess_columns(table, "accounts")
    assert columns.measures == ("Number of beds", "Sales")


def test_a_list_without_headers_is_understood_by_its_looks(make: Make) -> None:
    lat, lon = [42.65, 41.88, 32.78, 39.74, 25.77], [-73.75, -87.63, -96.8, -104.99, -80.19]
    first = [NAMES[0], ZIPS[0], STATES[0], "42.36", "-71.11", "12.5"]
    table = make(first, NAMES[1:], ZIPS[1:], STATES[1:], lat, lon, [1.5, 2, 3, 4, 250])
    assert table.options.header_row == 0
    fields = guess_columns(table, "accounts").fields
    assert fields == {
        "account_name": "Column 1", "postal_code": "Column 2", "state": "Column 3", "lat": "Column 4",
        "lon": "Column 5",
    }  # fmt: skip


def test_reps_are_understood_with_name_in_one_or_two_columns(make: Make) -> None:
    headers = ["Rep", "Home Postal Code", "Home City", "Home State", "Capacity Hours", "FTE", "Territory"]
    places = (["10024", "02139"], ["New York", "Cambridge"], ["NY", "MA"])
    one = make(headers, ["Dana", "Priya"], *places, [1700, 1600], [1, 0.8], ["E", "N"])
    assert guess_columns(one, "reps").fields == {
        "rep_name": "Rep", "home_postal_code": "Home Postal Code", "home_city": "Home City", "home_state": "Home State",
        "capacity_h": "Capacity Hours", "fte": "FTE", "territory": "Territory",
    }  # fmt: skip
    headers = ["Vorname", "Nachname", "PLZ", "Wohnort", "Kapazität (h)", "VZÄ"]
    names = (["Anna", "Bert"], ["Groß", "Klein"])
    two = make(headers, *names, [1067, 80331], ["Dresden", "München"], [1600, 800], ["1,0", "0,5"])
    assert guess_columns(two, "reps").fields == {
        "first_name": "Vorname", "last_name": "Nachname", "home_postal_code": "PLZ", "home_city": "Wohnort",
        "capacity_h": "Kapazität (h)", "fte": "VZÄ",
    }  # fmt: skip


def test_an_alignment_is_understood_by_headers_or_by_the_codes_of_the_plan(make: Make) -> None:
    named = make(
        ["PLZ", "Gebiet", "Vertreter"], ["01067", "80331", "10115"], ["Ost", "Süd", "Ost"], ["Anna", "Bert", "Anna"]
    )
    assert guess_columns(named, "alignment").fields == {"unit_code": "PLZ", "territory": "Gebiet", "rep": "Vertreter"}
    bare = make(["Foo", "Bar"], ["East", "East", "West"], ["1001", "1003", "1005"])
    assert guess_columns(bare, "alignment", ["01001", "01003", "01005"]).fields == {
        "unit_code": "Bar",
        "territory": "Foo",
    }


def test_a_column_of_unit_codes_is_known_by_the_plan(make: Make) -> None:
    codes = [f"{i:05d}" for i in range(1001, 1100, 2)]
    table = make(
        ["Name", "Ground", "Sales"], [f"N{i}" for i in range(30)], [int(c) for c in codes[:30]], list(range(5, 35))
    )
    columns = guess_columns(table, "accounts", codes)
    assert columns.fields["unit_code"] == "Ground"
    assert columns.measures == ("Sales",)


def test_small_amounts_that_happen_to_be_unit_codes_stay_a_measure(make: Make) -> None:
    states = [f"{i:02d}" for i in range(1, 57)]
    columns = guess_columns(make(["Name", "Zip", "Sales"], NAMES, ZIPS, [5, 6, 7, 8, 9, 1]), "accounts", states)
    assert "unit_code" not in columns.fields
    assert columns.measures == ("Sales",)
    padded = guess_columns(make(["Name", "Ground"], NAMES, ["05", "06", "08", "09", "10", "01"]), "accounts", states)
    assert padded.fields["unit_code"] == "Ground"


def test_choices_of_the_command_line_go_before_guesses(make: Make) -> None:
    table = make(["Name", "Zip", "Alt", "Sales", "Kind", "Note"], NAMES, ZIPS, ZIPS, [1, 2, 3, 4, 5, 7], STATES, CITIES)
    columns = guess_columns(table, "accounts")
    chosen = apply_choices(table, columns, ["zip=alt", "key=Name", "measure=#2", "segment=Note", "skip=Sales", "city="])
    assert chosen.fields["postal_code"] == "Alt"
    assert chosen.fields["account_key"] == chosen.fields["account_name"] == "Name"
    assert chosen.measures == ("Zip",)
    assert "Note" in chosen.segments
    for choice, message in (
        ("zip", "does not say"),
        ("foo=Zip", "no field named foo"),
        ("zip=Nope", "no column named Nope"),
    ):
        with pytest.raises(UserError, match=message):
            apply_choices(table, columns, [choice])


def test_a_column_has_one_role_and_gives_up_the_one_before(make: Make) -> None:
    columns = ColumnMap("accounts", {"city": "A", "state": "B"}, ("C",), ("D",))
    assert columns.with_field("state", "A").fields == {"state": "A"}
    assert columns.with_role("C", "segment") == ColumnMap("accounts", {"city": "A", "state": "B"}, (), ("D", "C"))
    assert columns.with_role("A", "") == ColumnMap("accounts", {"state": "B"}, ("C",), ("D",))
    assert columns.with_role("D", "visits").role_of("D") == "visits"
    assert [columns.role_of(h) for h in "ABCDE"] == ["city", "state", "measure", "segment", ""]


def test_columns_are_found_by_name_case_and_number(make: Make) -> None:
    table = make(["Name", "Postal  Code"], ["A"], ["02139"])
    assert [find_column(table, t) for t in ("Name", "POSTAL code", "#2")] == ["Name", "Postal Code", "Postal Code"]


def test_every_text_column_can_be_a_segment(make: Make) -> None:
    table = make(["Name", "Zip", "Remark", "Tier"], NAMES, ZIPS, [f"remark {i}" for i in range(6)], [1, 2, 3, 1, 2, 3])
    columns = guess_columns(table, "accounts")
    assert columns.segments == ("Tier",)
    assert segment_candidates(table, columns) == ["Remark", "Tier"]


def test_every_field_has_a_label_and_short_names_find_it() -> None:
    for kind in KINDS:
        assert all(f.label() and field_named(kind, f.name) == f for f in fields_of(kind))
    assert [getattr(field_named("accounts", n), "name", None) for n in ("ZIP", "key", "longitude", "nope")] == [
        "postal_code", "account_key", "lon", None,
    ]  # fmt: skip
    assert [getattr(field_named("reps", n), "name", None) for n in ("name", "zip", "capacity")] == [
        "rep_name", "home_postal_code", "capacity_h",
    ]  # fmt: skip
