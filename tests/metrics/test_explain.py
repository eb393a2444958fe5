"""Explanations name formula and this territory's own numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.metrics.balance import compute_balance
from territorymap.metrics.explain import Explanation, explain
from territorymap.metrics.registry import metrics
from tests.geo.coverages import Geometries, coverages

from .builders import Workshop
from .test_totals import example, random_shop


def explained(shop: Workshop, territory_ix: int, column: str) -> Explanation:
    return explain(shop.plan, shop.totals, compute_balance(shop.plan, shop.totals), territory_ix, column)


def test_workload_is_broken_down_into_parts_that_add_up():
    """
    T2 of the example: two accounts, no home. Visits 24; service 18 h; hops 24 x 1.3 / 60 x 79.0 km = 41.1 h; stem 0.
    """
    lines = dict(explained(example(), 1, "workload_h").lines)
    assert lines["Accounts"] == "2"
    assert lines["Visits a year"] == "24.0"
    assert lines["Service time at the accounts"] == "18.0 h"
    assert lines["Driving between stops"] == "41.1 h"
    assert lines["Driving from home and back"] == "0.0 h"
    assert lines["Workload a year"] == "59.1 h"
    assert lines["Home"] == "The territory has no rep, so stems count as 0."


def test_workload_with_a_home_has_stems():
    """T1 of the example: Ann, 111.2 km from the second account: 12 x 1.3 / 60 x 2 x 111.2 / 4 = 14.5 h."""
    lines = dict(explained(example(), 0, "workload_h").lines)
    assert lines["Driving from home and back"] == "14.5 h"
    assert lines["Mean stem from home"] == "55.6 km"


def test_index_shows_total_target_and_verdict():
    """Revenue 30 of a target of 35: index 0.857, 14.3 % below."""
    shop = example()
    found = explained(shop, 0, "index:revenue")
    lines = dict(found.lines)
    assert (lines["Total"], lines["Target"], lines["Index"]) == ("30", "35", "85.7 %")
    assert lines["Deviation from 100 %"] == "-14.3 %"
    assert lines["Within tolerance"] == "no"
    assert found.title == "Index of revenue: T1"
    assert found.formula == "Total ÷ target"
    assert "Zoltners" in found.source


def test_columns_go_by_measure_id_too():
    shop = example()
    assert explained(shop, 0, "index:4") == explained(shop, 0, "index:revenue")
    assert explained(shop, 0, "total:4") == explained(shop, 0, "revenue")
    assert explained(shop, 0, "total:3") == explained(shop, 0, "workload_h")
    assert explained(shop, 0, "area") == explained(shop, 0, "area_km2")


def test_index_without_target_says_so():
    shop = example()
    balance = compute_balance(shop.plan, shop.totals, target_kind="capacity")
    lines = dict(explain(shop.plan, shop.totals, balance, 0, "index:revenue").lines)
    assert lines["Index"] == "none: the target is 0"


def test_accounts_tell_overrides_apart():
    shop = example()
    shop.override([0], 1)
    assert [value for _, value in explained(shop, 0, "accounts").lines] == ["1", "0", "1", "1"]
    assert [value for _, value in explained(shop, 1, "accounts").lines] == ["2", "1", "0", "3"]


def test_cut_edges_name_the_neighbours():
    assert explained(example(), 0, "cut_edges").lines == [("With T2", "1"), ("Cut edges", "1")]


def test_pieces_tell_their_sizes():
    shop = example()
    shop.assign([3], 0)  # T1 = A, B, D
    assert explained(shop, 0, "pieces").lines[-1] == ("Units in each piece, the largest first", "2, 1")


def test_plan_figures_are_explained_too():
    shop = example()
    assert explained(shop, -1, "max_deviation:revenue").title == "Max deviation of revenue"
    # Indices 30 / 35 and 40 / 35, each 1 / 7 off their mean: shares of a target are percent wherever a person reads.
    assert explained(shop, -1, "cv:revenue").lines == [
        ("Territories with an index", "2"),
        ("Mean index", "100.0 %"),
        ("Smallest and largest index", "85.7 % – 114.3 %"),
        ("Standard deviation of the index", "14.3 %"),
    ]
    assert explained(shop, -1, "noncontiguous").lines == []


def test_column_without_numbers_is_refused():
    with pytest.raises(UserError):
        explained(example(), 0, "rep")


@settings(max_examples=40, deadline=None)
@given(coverages(), st.integers(0, 2**30))
def test_every_column_of_every_territory_can_be_explained(geometry: Geometries, seed: int):
    shop = random_shop(geometry, np.random.default_rng(seed))
    for kind in ("equal", "capacity"):
        balance = compute_balance(shop.plan, shop.totals, target_kind=kind)
        for name, one in metrics().items():
            columns = [f"{name}:{m.name}" for m in shop.plan.measures] if "measure" in one.scope else [name]
            for territory in range(shop.plan.n_territories) if "territory" in one.scope else [-1]:
                for column in columns:
                    found = explain(shop.plan, shop.totals, balance, territory, column)
                    assert found.title
                    assert all("nan" not in value for _, value in found.lines)
