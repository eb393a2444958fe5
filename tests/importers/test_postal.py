"""Postal codes and countries as they should be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.importers.countries import parse_country, postal_country
from territorymap.importers.postal import country_of_shape, looks_postal, lookup_key, mend_postal_code


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("2139", "US", "02139"),
        ("501", "US", "00501"),
        ("02139-1234", "US", "02139"),
        ("2139-1234", "US", "02139"),
        ("021391234", "US", "02139"),
        ("21391234", "US", "02139"),
        ("2139.0", "US", "02139"),
        ('="02139"', "US", "02139"),
        ("1067", "DE", "01067"),
        ("D-01067", "DE", "01067"),
        ("DE 1067", "DE", "01067"),
        ("sw1a1aa", "GB", "SW1A 1AA"),
        ("SW1A", "GB", "SW1A"),
        ("k1a0b1", "CA", "K1A 0B1"),
        ("1234ab", "NL", "1234 AB"),
        ("A-1010", "AT", "1010"),
        ("950", "PL", "00-950"),
        ("ABC", "US", "ABC"),
        ("12", "US", "12"),
        ("123456", "US", "123456"),
        ("", "US", ""),
        ("n/a", "US", ""),
        ("2139", "", "2139"),
    ],
)
def test_codes_are_mended_by_country(text: str, country: str, code: str) -> None:
    assert mend_postal_code(text, country) == code


@given(st.integers(501, 99950), st.sampled_from(["{:d}", "{:d}.0", "{:05d}", "{:05d}-0001", " {:d} "]))
def test_every_way_a_spreadsheet_writes_a_zip_is_the_same_zip(number: int, form: str) -> None:
    assert mend_postal_code(form.format(number), "US") == f"{number:05d}"


@given(st.text(max_size=12), st.sampled_from(["US", "DE", "GB", "CA", "NL", "PL", "FR", "XX", ""]))
def test_mending_twice_changes_nothing_more(text: str, country: str) -> None:
    once = mend_postal_code(text, country)
    assert mend_postal_code(once, country) == once
    lookup_key(once, country)
    country_of_shape(text)
    looks_postal(text)


def test_british_codes_are_looked_up_by_sector_then_district() -> None:
    assert lookup_key("SW1A 1AA", "GB") == ("SW1A 1", "SW1A")
    assert lookup_key("SW1A", "GB") == ("SW1A",)
    assert lookup_key("K1A 0B1", "CA") == ("K1A",)


def test_some_codes_are_of_one_country_only() -> None:
    assert [country_of_shape(t) for t in ("SW1A 1AA", "K1A 0B1", "1234 AB", "K1A", "02139", "M5V")] == [
        "GB", "CA", "NL", "CA", "", "",
    ]  # fmt: skip


def test_countries_are_understood_in_several_languages() -> None:
    texts = ["USA", "U.S.A.", "united states", "Deutschland", "GERMANY", "D", "UK", "Österreich", "DEU", "Suisse", "PR"]
    assert [parse_country(t) for t in texts] == ["US", "US", "US", "DE", "DE", "DE", "GB", "AT", "DE", "CH", "PR"]
    assert [parse_country(t) for t in ("", "Atlantis", "x", "123", "EU")] == [""] * 5
    assert postal_country("PR") == "US"
