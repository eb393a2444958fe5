from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.mapview.account_packing import (
    MAX_CATEGORIES,
    order_accounts,
    pack_account_color,
    pack_account_size,
    pack_accounts,
    pack_no_accounts,
    segment_categories,
)
from territorymap.mapview.account_sets import decode_set, encode_set
from territorymap.mapview.account_style import (
    DARK_KIND_COLORS,
    DARK_LEVEL_COLORS,
    DARK_OTHER_COLOR,
    KIND_COLORS,
    LEVEL_COLORS,
    OTHER_COLOR,
)
from territorymap.mapview.container import unpack
from territorymap.mapview.mercator import WORLD, project
from territorymap.mapview.palette import PALETTE, dark_variant
from territorymap.mapview.vision import distances
from territorymap.model.accounts import Accounts


def accounts_at(lon: list[float], lat: list[float]) -> Accounts:
    n = len(lon)
    text = np.array([""] * n, dtype=object)
    return Accounts(
        account_id=np.arange(1, n + 1),
        key=text,
        name=text,
        postal_code=text,
        city=text,
        state=text,
        country=text,
        lon=np.array(lon, dtype=float),
        lat=np.array(lat, dtype=float),
        level=np.zeros(n, dtype=np.int8),
        unit_ix=np.arange(n, dtype=np.int32),
        constants=np.full((5, n), np.nan),
    )


def cells_at(xy: NDArray[np.int32], depth: int) -> list[tuple[int, int]]:
    """Cell of each place, worked out by whole-number division."""
    return [((int(x) + WORLD) // 2 ** (30 - depth), (int(y) + WORLD) // 2 ** (30 - depth)) for x, y in xy]


place = st.tuples(st.floats(-359, 359), st.floats(-84, 84))
near = st.tuples(st.floats(10, 10.0001), st.floats(50, 50.0001))


@given(st.lists(st.one_of(place, near, st.just((10.0, 50.0)), st.just((np.nan, 3.0))), max_size=60))
def test_each_cell_of_every_depth_is_one_run_of_the_order(places: list[tuple[float, float]]) -> None:
    accounts = accounts_at([p[0] for p in places], [p[1] for p in places])
    order = order_accounts(accounts)
    known = [i for i, p in enumerate(places) if np.isfinite(p).all()]
    assert sorted(order.account_ix.tolist()) == known
    for depth in (0, 1, 4, 9, 14, 18, 22, 30):
        cells = cells_at(order.xy, depth)
        begins = [p for p in range(len(cells)) if p == 0 or order.split[p] <= depth]
        assert begins == [p for p in range(len(cells)) if p == 0 or cells[p] != cells[p - 1]]
        assert len(begins) == len(set(cells)), "a cell's accounts stand apart"


def test_accounts_stand_where_they_are_and_those_without_a_place_are_left_out() -> None:
    accounts = accounts_at([np.nan, 10.0, -75.0], [np.nan, 50.0, 40.0])
    packed = unpack(pack_accounts(accounts))
    assert packed.meta == {"n_accounts": 3}
    by_account = dict(zip(packed.arrays["account_ix"].tolist(), packed.arrays["account_xy"].tolist(), strict=True))
    assert by_account == {
        1: project(np.array([10.0]), np.array([50.0]))[0].tolist(),
        2: project(np.array([-75.0]), np.array([40.0]))[0].tolist(),
    }
    assert packed.arrays["account_unit"].tolist() == packed.arrays["account_ix"].tolist()
    assert unpack(pack_no_accounts()).arrays.keys() == packed.arrays.keys()


@given(st.lists(st.sampled_from([f"kind {i}" for i in range(14)] + ["", " kind 1 "]), max_size=80))
def test_the_most_frequent_kinds_keep_their_names_and_no_account_is_lost(texts: list[str]) -> None:
    found = segment_categories(np.array(texts, dtype=object), no_text="(empty)", other="Others")
    wanted = Counter(text.strip() or "(empty)" for text in texts)
    counted = Counter(found.labels[kind] for kind in found.of_account)
    if len(wanted) <= MAX_CATEGORIES:
        assert counted == wanted
        assert found.n_other == 0
        return
    assert len(found.labels) == MAX_CATEGORIES + 1
    kept = set(found.labels[:MAX_CATEGORIES])
    assert {k: n for k, n in counted.items() if k != "Others"} == {k: n for k, n in wanted.items() if k in kept}
    assert sum(counted.values()) == len(texts)
    assert min(wanted[k] for k in kept) >= max(n for k, n in wanted.items() if k not in kept)
    assert found.n_other == len(wanted) - MAX_CATEGORIES


def test_kinds_and_numbers_follow_the_order_of_the_page() -> None:
    accounts = accounts_at([10.0, -75.0, np.nan, 10.1], [50.0, 40.0, 1.0, 50.0])
    order = order_accounts(accounts)
    kinds = segment_categories(np.array(["a", "b", "b", "c"], dtype=object), "-", "o")
    color = unpack(pack_account_color(order, kinds, {"key": "segment:s"}))
    names = [color.meta["labels"][k] for k in color.arrays["account_kind"]]
    assert names == [["a", "b", "b", "c"][a] for a in order.account_ix]
    assert dict(zip(color.meta["labels"], color.meta["n"], strict=True)) == {"a": 1, "b": 1, "c": 1}
    size = unpack(pack_account_size(order, np.array([1.0, 2.0, 3.0, np.nan]), {}))
    np.testing.assert_array_equal(size.arrays["account_value"], np.array([1.0, 2.0, 3.0, np.nan])[order.account_ix])


@given(st.integers(0, 300).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, max(0, n - 1)), max_size=n))))
def test_a_set_of_accounts_crosses_unchanged(case: tuple[int, set[int]]) -> None:
    n, chosen = case
    ix = np.array(sorted(a for a in chosen if a < n), dtype=np.int32)
    assert decode_set(encode_set(ix, n), n).tolist() == ix.tolist()


def test_a_million_accounts_cross_in_few_bytes() -> None:
    n = 1_000_000
    assert len(encode_set(np.arange(0, n, 2), n)["bits"]) < 170_000
    assert encode_set(np.array([5]), n) == {"n": n, "list": [5]}


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"n": 9, "list": [1]},
        {"n": 10, "list": [1, 1]},
        {"n": 10, "list": [10]},
        {"n": 10, "list": [True]},
        {"n": 10, "bits": "AAAA"},
        {"n": 10, "bits": "AP8="},  # bits beyond the last account
        {"n": 10, "bits": "?"},
        {"n": 10, "bits": "AAA=", "list": []},
        {"n": 10},
    ],
)
def test_what_is_no_set_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"set|list|bits|positions"):
        decode_set(data, 10)


@pytest.mark.parametrize(
    ("colors", "fills"), [(KIND_COLORS, PALETTE), (DARK_KIND_COLORS, [dark_variant(c) for c in PALETTE])]
)
def test_colour_blind_people_tell_the_kinds_apart_and_see_them_on_every_fill(
    colors: tuple[str, ...], fills: list[str]
) -> None:
    apart = distances(colors, colors) + 9 * np.eye(len(colors))
    assert apart.min() > 0.05  # 0.02 is just noticeable
    assert apart[:6, :6].min() > 0.06
    assert distances(colors, fills).min() > 0.04


def test_levels_and_other_kinds_are_told_apart_too() -> None:
    for colors in (LEVEL_COLORS[:3], DARK_LEVEL_COLORS[:3]):
        assert (distances(colors, colors) + 9 * np.eye(3)).min() > 0.14
    assert distances(KIND_COLORS, [OTHER_COLOR]).min() > 0.08
    assert distances(DARK_KIND_COLORS, [DARK_OTHER_COLOR]).min() > 0.08
