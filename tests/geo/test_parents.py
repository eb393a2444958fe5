"""Which larger areas units belong to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.geo.parents import Level, parent_levels
from territorymap.geo.shipped import layer_info, load_layer
from territorymap.model.units import Units


def make_units(
    codes: Sequence[str], parents: Sequence[tuple[str, str]] | None = None, countries: Sequence[str] | None = None
) -> Units:
    n = len(codes)
    parents = parents or [("", "")] * n
    texts = [
        np.array(column, dtype=object)
        for column in (codes, codes, [p[0] for p in parents], [p[1] for p in parents], countries or ["US"] * n)
    ]
    return Units(np.arange(n), *texts, np.zeros(n), np.zeros(n), np.ones(n), np.zeros(n, dtype=bool))


def areas(level: Level) -> dict[str, list[int]]:
    return {name: np.flatnonzero(level.group == g).tolist() for g, name in enumerate(level.names)}


def test_zip_codes_have_their_state_and_their_first_three_digits() -> None:
    units = make_units(["10001", "10002", "10101", "89001", "89002"], [("36", "New York")] * 3 + [("32", "Nevada")] * 2)
    by_zip3, by_state = parent_levels(units, "ZIP code", "state")
    assert (by_zip3.key, by_state.word) == ("prefix3", "state")
    assert areas(by_zip3) == {"100": [0, 1], "101": [2], "890": [3, 4]}
    assert areas(by_state) == {"New York": [0, 1, 2], "Nevada": [3, 4]}


def test_codes_that_are_no_postal_codes_have_no_prefix_level() -> None:
    """Five digits too, but FIPS codes of counties: 48001 lies in state 48."""
    units = make_units(["48001", "48003", "22001"], [("48", "Texas")] * 2 + [("22", "Louisiana")])
    assert [level.key for level in parent_levels(units, "county", "state")] == ["parent"]


def test_a_file_of_zip_codes_without_any_word_is_known_by_its_codes() -> None:
    units = make_units(["85001", "85002", "90210", "90211"])
    assert [areas(level) for level in parent_levels(units)] == [{"850": [0, 1], "902": [2, 3]}]


def test_the_same_prefix_in_two_countries_is_two_areas() -> None:
    units = make_units(["10115", "10117", "10115", "10118"], countries=["DE", "DE", "FR", "FR"])
    (level,) = parent_levels(units, "postal code area")
    assert level.names == ("101", "101")
    assert level.group.tolist() == [0, 0, 1, 1]


def test_no_level_where_it_would_divide_nothing() -> None:
    """All in one parent; each unit its own parent; no parent told."""
    assert parent_levels(make_units(["A", "B"], [("1", "One")] * 2)) == []
    assert parent_levels(make_units(["A", "B"], [("1", "One"), ("2", "Two")])) == []
    assert parent_levels(make_units(["A", "B"])) == []
    assert parent_levels(make_units([])) == []


def test_british_districts_have_their_postcode_area() -> None:
    units = make_units(["AB10", "AB11", "B1", "EC1A"], countries=["GB"] * 4)
    (level,) = parent_levels(units, "postcode district")
    assert areas(level) == {"AB": [0, 1], "B": [2], "EC": [3]}


@pytest.mark.parametrize(
    ("layer", "keys"),
    [
        ("us-counties", ["parent"]),
        ("de-plz5", ["parent"]),
        ("uk-districts", ["letters", "parent"]),
        ("us-zip3", ["parent"]),
    ],
)
def test_the_shipped_layers(layer: str, keys: list[str]) -> None:
    """de-plz5 has the 3-digit areas as its parents already: one level, not two of the same."""
    loaded = load_layer(layer)
    n = len(loaded.code)
    units = Units(
        np.arange(n), loaded.code, loaded.name, loaded.parent_code, loaded.parent_name, loaded.country,
        loaded.lon, loaded.lat, loaded.area_km2, np.zeros(n, dtype=bool),
    )  # fmt: skip
    info = layer_info(layer)
    levels = parent_levels(units, f"{info.unit_word} {info.title}", info.parent_word)
    assert [level.key for level in levels] == keys
    assert all((level.group >= 0).all() for level in levels)


@given(st.lists(st.tuples(st.integers(0, 99999), st.sampled_from(["", "a", "b"])), max_size=30))
def test_every_unit_is_in_one_area_or_none_and_no_area_is_empty(rows: list[tuple[int, str]]) -> None:
    units = make_units([f"{code:05d}" for code, _ in rows], [(parent, "") for _, parent in rows])
    for level in parent_levels(units, "zip"):
        used = level.group[level.group >= 0]
        assert sorted(set(used.tolist())) == list(range(level.n_groups))
        for ix, (code, parent) in enumerate(rows):
            named = level.names[level.group[ix]] if level.group[ix] >= 0 else ""
            assert named == (parent if level.key == "parent" else f"{code:05d}"[:3])
