"""Where postal codes and cities lie, with a tiny table of our own."""

from __future__ import annotations

import numpy as np
import pytest

from territorymap.importers.geocode import CITY, NONE, POSTAL_CODE, Geocoder, only_country
from tests.importers.files import write_geocoder


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> Geocoder:
    return Geocoder(write_geocoder(tmp_path_factory.mktemp("geocoder")))


def at(geocoder: Geocoder, **address: str) -> tuple[float, float, int]:
    place = geocoder.locate(**address)
    return place.lon, place.lat, place.level


@pytest.mark.parametrize("code", ["02139", "2139", "2139.0", "02139-4307"])
def test_a_zip_is_found_however_it_is_written(geocoder: Geocoder, code: str) -> None:
    assert at(geocoder, postal_code=code, default="US") == (-71.0, 42.5, POSTAL_CODE)


def test_the_country_of_the_row_goes_before_the_default(geocoder: Geocoder) -> None:
    assert at(geocoder, postal_code="1067", country="Deutschland", default="US") == (13.5, 51.0, POSTAL_CODE)
    assert at(geocoder, postal_code="SW1A 1AA", default="US") == (0.5, 51.5, POSTAL_CODE)
    assert at(geocoder, postal_code="SW1A 9XX", default="US") == (0.0, 51.5, POSTAL_CODE)
    assert at(geocoder, postal_code="K1A 0B1", default="US") == (-75.5, 45.5, POSTAL_CODE)


def test_a_country_that_is_not_understood_is_not_replaced(geocoder: Geocoder) -> None:
    place = geocoder.locate("02139", country="Freedonia", default="US")
    assert (place.level, place.country, place.is_country_unknown) == (NONE, "Freedonia", True)


def test_a_code_without_a_point_of_its_own_is_a_city(geocoder: Geocoder) -> None:
    assert at(geocoder, postal_code="1000", country="France") == (5.0, 46.0, CITY)


@pytest.mark.parametrize(
    ("city", "state", "lon"),
    [
        ("Springfield", "", -93.5),  # the largest
        ("Springfield", "MA", -72.5),
        ("Springfield", "Massachusetts", -72.5),
        ("springfield, ma", "", -72.5),
        ("SPRINGFIELD", "Illinois", -89.5),  # only the postal table has it
        ("Saint Louis", "MO", -90.0),
        ("St. Louis", "", -90.0),
    ],
)
def test_american_cities_are_found_by_state(geocoder: Geocoder, city: str, state: str, lon: float) -> None:
    found = at(geocoder, city=city, state=state, default="US")
    assert (found[0], found[2]) == (lon, CITY)


def test_a_state_that_is_not_understood_does_not_let_us_guess(geocoder: Geocoder) -> None:
    assert at(geocoder, city="Springfield", state="ZZ", default="US")[2] == NONE
    assert at(geocoder, city="St. Louis", state="ZZ", default="US")[2] == CITY
    assert at(geocoder, city="Springfield", state="TX", default="US")[2] == NONE


@pytest.mark.parametrize(
    ("city", "lon"),
    [
        ("München", 11.5), ("MUENCHEN", 11.5), ("Munchen", 11.5), ("Munich", 11.5), ("Frankfurt", 8.5),
        ("Frankfurt a.M.", 8.5), ("Frankfurt/Main", 8.5), ("Frankfurt (Oder)", 14.5),
    ],
)  # fmt: skip
def test_german_cities_are_found_as_people_write_them(geocoder: Geocoder, city: str, lon: float) -> None:
    assert at(geocoder, city=city, default="DE")[::2] == (lon, CITY)


def test_accents_and_hyphens_do_not_matter(geocoder: Geocoder) -> None:
    assert at(geocoder, city="st etienne", country="FR")[0] == 4.5
    assert at(geocoder, city="SAINT-ETIENNE", country="FR")[0] == 4.5


def test_what_is_nowhere_has_no_position(geocoder: Geocoder) -> None:
    place = geocoder.locate("99999", "Nowhere", "MA", "US")
    assert place.level == NONE
    assert np.isnan(place.lon)
    assert geocoder.locate().level == NONE


def test_many_addresses_are_located_like_single_ones(geocoder: Geocoder) -> None:
    rows = [("2139", "", "", ""), ("", "Munich", "", "DE"), ("x", "", "", "Atlantis"), ("2139", "", "", "")]
    places = geocoder.locate_all(*[list(column) for column in zip(*rows, strict=True)], default="US")
    assert places.level.tolist() == [POSTAL_CODE, CITY, NONE, POSTAL_CODE]
    assert places.postal_code.tolist() == ["02139", "", "X", "02139"]
    assert places.country.tolist() == ["US", "DE", "Atlantis", "US"]
    assert places.unknown_countries == ["Atlantis"]


def test_a_code_in_another_state_is_followed_and_counted(geocoder: Geocoder) -> None:
    places = geocoder.locate_all(["02139", "02139"], ["", ""], ["MA", "TX"], ["", ""], default="US")
    assert places.level.tolist() == [POSTAL_CODE, POSTAL_CODE]
    assert places.n_state_doubtful == 1


def test_the_country_of_a_list_is_inferred_from_codes_and_towns(geocoder: Geocoder) -> None:
    assert geocoder.infer_country(["2139", "10001"], ["Cambridge", "New York"], ["MA", "NY"]) == "US"
    assert geocoder.infer_country(["1067", "80331"], ["Dresden", "München"], ["", ""]) == "DE"
    assert geocoder.infer_country(["", ""], ["", ""], ["", ""]) == ""


def test_the_country_of_a_layer_is_the_one_all_units_lie_in() -> None:
    assert only_country(["US", "US", "PR"]) == "US"
    assert only_country(["DE", "DE"]) == "DE"
    assert only_country(["DE", "FR"]) == ""
    assert only_country([""]) == ""


def test_the_shipped_tables_find_well_known_places() -> None:
    geocoder = Geocoder()
    boston = geocoder.locate("2139", default="US")
    assert (boston.lon, boston.lat) == pytest.approx((-71.1, 42.36), abs=0.05)
    dresden = geocoder.locate("1067", country="D")
    assert (dresden.lon, dresden.lat) == pytest.approx((13.72, 51.06), abs=0.05)
    munich = geocoder.locate(city="München", country="DE")
    assert (munich.lon, munich.lat) == pytest.approx((11.58, 48.14), abs=0.1)
    westminster = geocoder.locate("SW1A 1AA")
    assert (westminster.lon, westminster.lat) == pytest.approx((-0.14, 51.50), abs=0.02)
