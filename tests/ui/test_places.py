"""Towns for Find: those of the plan's countries, largest first."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from territorymap.ui import places
from territorymap.ui.places import Places

ROWS = """name,ascii_name,admin1_name,country,population,lon,lat
Springfield,Springfield,Illinois,US,114394,-89.64,39.8
Köln,Koln,Nordrhein-Westfalen,DE,963395,6.95,50.93
Springfield,Springfield,Missouri,US,166810,-93.29,37.21
Hamlet,Hamlet,,US,,-79.69,34.88
Springfield,Springfield,Oregon,US,60870,-123.02,44.05
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "places.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    monkeypatch.setattr(places, "shipped", lambda *_parts: path)
    return path


def test_only_places_of_the_countries_are_found_the_largest_first(table: Path) -> None:
    found = Places.load(frozenset({"US"}))
    hits = found.search("springfield", 9)
    assert [found.where(at) for at in hits] == ["Missouri, US", "Illinois, US", "Oregon, US"]
    assert found.position(hits[0]) == (-93.29, 37.21)
    assert found.search("koln", 9) == []
    (hamlet,) = found.search("hamlet", 9)
    assert found.where(hamlet) == "US"


@pytest.mark.parametrize("countries", [frozenset(), frozenset({"QQ"})])
def test_all_places_are_found_where_no_country_is_known(table: Path, countries: frozenset[str]) -> None:
    found = Places.load(countries)
    assert [found.name(at) for at in found.search("koln", 9)] == ["Köln"]
    assert len(found.search("springfield", 9)) == 3


def test_without_the_table_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_parts: str) -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(places, "shipped", missing)
    assert Places.load(frozenset({"US"})).search("springfield", 9) == []
