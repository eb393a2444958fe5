"""The page's preview, done here as the page does it, against the totals after the edit."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.geo.distance import great_circle_km
from territorymap.metrics.preview import PreviewArrays, preview_arrays, unit_stem_h, unit_values
from tests.geo.coverages import Geometries, coverages

from .test_totals import example, random_shop


def stem_h(arrays: PreviewArrays, unit: int, territory: int) -> float:
    """The stem part of a unit for a territory, as the page adds it up."""
    if territory < 0 or np.isnan(arrays.home_lon[territory]):
        return 0.0
    total = 0.0
    for i in range(arrays.account_start[unit], arrays.account_start[unit + 1]):
        km = great_circle_km(
            arrays.home_lon[territory], arrays.home_lat[territory], arrays.account_lon[i], arrays.account_lat[i]
        )
        total += arrays.account_weight[i] * float(km)
    return total


@settings(max_examples=80, deadline=None)
@given(coverages(), st.integers(0, 2**30))
def test_preview_of_a_stroke_is_what_the_edit_gives(geometry: Geometries, seed: int):
    rng = np.random.default_rng(seed)
    shop = random_shop(geometry, rng)
    n, n_units = shop.plan.n_territories, len(geometry)
    if not n_units:
        return
    arrays = preview_arrays(shop.plan, shop.totals)
    stroke = np.unique(rng.integers(0, n_units, 5))
    goal = int(rng.integers(-1, n))
    total = np.column_stack([arrays.territory_total, arrays.unassigned_total])
    for unit in stroke:
        origin = int(shop.plan.unit_territory[unit])
        for territory, sign in ((origin, -1), (goal, 1)):
            total[:, territory] += sign * arrays.unit_measure[:, unit]
            total[arrays.workload_row, territory] += sign * stem_h(arrays, int(unit), territory)
    shop.assign(stroke.tolist(), goal)
    after = np.column_stack([shop.totals.territory_total, shop.totals.unassigned_total])
    assert_allclose(total, after, rtol=1e-9, atol=1e-6)


def test_stem_part_of_units_for_a_territory_is_what_the_page_adds_up():
    shop = example()
    arrays = preview_arrays(shop.plan, shop.totals)
    assert_allclose(unit_stem_h(shop.plan, shop.totals, 0), [stem_h(arrays, u, 0) for u in range(4)])
    assert unit_stem_h(shop.plan, shop.totals, 1).tolist() == [0, 0, 0, 0]


def test_arrays_are_copies():
    shop = example()
    arrays = preview_arrays(shop.plan, shop.totals)
    before = arrays.territory_total.copy()
    shop.assign([1], 1)
    assert_allclose(arrays.territory_total, before)


@settings(max_examples=80, deadline=None)
@given(coverages(), st.integers(0, 2**30))
def test_values_of_the_units_of_an_override_bring_the_arrays_up_to_date(geometry: Geometries, seed: int):
    rng = np.random.default_rng(seed)
    shop = random_shop(geometry, rng)
    n_accounts = len(shop.plan.accounts)
    if not len(geometry) or not n_accounts:
        return
    arrays = preview_arrays(shop.plan, shop.totals)
    accounts = np.unique(rng.integers(0, n_accounts, 4))
    shop.override(accounts.tolist(), int(rng.integers(-1, shop.plan.n_territories)))
    unit = shop.plan.accounts.unit_ix[accounts]
    changed = unit_values(shop.plan, shop.totals, unit[unit >= 0])
    arrays.unit_measure[:, changed.unit] = changed.measure
    for u, weight in zip(changed.unit, changed.weight, strict=True):
        assert len(weight) == arrays.account_start[u + 1] - arrays.account_start[u]
        arrays.account_weight[arrays.account_start[u] : arrays.account_start[u + 1]] = weight
    after = preview_arrays(shop.plan, shop.totals)
    assert_allclose(arrays.unit_measure, after.unit_measure, rtol=1e-12)
    assert_allclose(arrays.account_weight, after.account_weight)
