"""The balance of a plan, and its JSON as the command line promises it."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.errors import UserError
from territorymap.metrics.balance import balance_json, compute_balance
from territorymap.metrics.team import territory_capacity_h
from territorymap.model.records import Measure, Rep
from tests.geo.coverages import Geometries, coverages, drawn

from .builders import Workshop, make_accounts, make_plan, row_of_four
from .test_totals import example, random_shop

REVENUE = Measure(4, "m4", "revenue", "account", "revenue", tolerance=0.1, sort_order=4)


def shop_of_revenue(unit_territory: list[int], n_territories: int, **options: object) -> Workshop:
    """
    A B C D    one account a unit with revenue 10, 20, 30, 40
    """
    geometry = drawn("A B C D")
    accounts = make_accounts([0, 1, 2, 3], revenue=[10, 20, 30, 40])
    plan = make_plan(geometry, unit_territory, n_territories, accounts, measures=[REVENUE], **options)  # type: ignore[arg-type]
    return Workshop(plan, geometry)


def test_balance_by_hand():
    """T1 = A, B, C (60), T2 empty, D unassigned: target 30 each; index 2 and 0; deviation 1, CV 1, both outside."""
    shop = shop_of_revenue([0, 0, 0, -1], 2)
    balance = compute_balance(shop.plan, shop.totals)
    assert balance.measures == ["accounts", "units", "workload_h", "revenue"]
    assert balance.target[3].tolist() == [30, 30]
    assert balance.index[3].tolist() == [2, 0]
    assert (balance.max_deviation[3], balance.cv[3], balance.outside[3]) == (1, 1, 2)
    assert balance.tolerance.tolist() == [0.05, 0.05, 0.05, 0.1]
    assert (balance.unassigned_units, balance.unassigned_accounts, balance.noncontiguous) == (1, 1, 0)


def test_capacity_of_a_rep_is_divided_among_the_territories():
    """Ann has 1600 h for T1 and T2, Bob 800 h for T3, T4 is vacant: 800, 800, 800, 0."""
    reps = [Rep(1, "r1", "Ann", capacity_h=1600.0), Rep(2, "r2", "Bob", capacity_h=800.0), Rep(3, "r3", "Cy")]
    shop = shop_of_revenue([0, 1, 2, 3], 5, reps=reps, rep_ids=[1, 1, 2, None, 3])
    assert territory_capacity_h(shop.plan).tolist() == [800, 800, 800, 0, 0]
    balance = compute_balance(shop.plan, shop.totals, target_kind="capacity")
    assert_allclose(balance.target[3], [100 / 3, 100 / 3, 100 / 3, 0, 0])
    assert np.isnan(balance.index[3, 3:]).all()
    assert balance.outside[3] == 2  # 10 and 20 of 33.3; 30 is exactly 10 % short: within


def test_plans_own_target_holds_unless_another_is_asked_for():
    shop = shop_of_revenue([0, 0, 1, 1], 2, reps=[Rep(1, "r", "Ann", capacity_h=100.0)], rep_ids=[1, None])
    shop.plan.info = replace(shop.plan.info, target_kind="capacity")
    assert compute_balance(shop.plan, shop.totals).target[3].tolist() == [100, 0]
    assert compute_balance(shop.plan, shop.totals, target_kind="equal").target[3].tolist() == [50, 50]


def test_measures_asked_for_come_with_the_builtin_ones():
    other = Measure(5, "m5", "potential", "account", "revenue", sort_order=5)
    shop = shop_of_revenue([0, 0, 1, 1], 2)
    shop.plan.measures.append(other)
    shop.apply(is_settings_changed=True)
    balance = compute_balance(shop.plan, shop.totals, measures=["Potential"], tolerance=0.5)
    assert balance.measures == ["accounts", "units", "workload_h", "potential"]
    assert balance.tolerance.tolist() == [0.5] * 4
    assert balance.target[3].tolist() == [50, 50]
    with pytest.raises(UserError, match="profit"):
        compute_balance(shop.plan, shop.totals, measures=["profit"])


def test_json_has_the_promised_shape():
    """T1 = A, B (Ann), T2 = D with C unassigned between them, T3 empty."""
    shop = shop_of_revenue([0, 0, -1, 1], 3, reps=[Rep(1, "r1", "Ann")], rep_ids=[1, None, None])
    found = balance_json(shop.plan, shop.totals, compute_balance(shop.plan, shop.totals, measures=[]))
    names = ["accounts", "units", "workload_h"]
    assert list(found) == ["measures", "tolerance", "plan", "territories"]
    assert found["measures"] == names
    assert found["tolerance"] == dict.fromkeys(names, 0.05)
    assert list(found["plan"]) == [
        "max_deviation", "cv", "outside_tolerance", "unassigned_units", "unassigned_accounts", "noncontiguous",
    ]  # fmt: skip
    assert found["plan"]["max_deviation"]["units"] == 1
    assert found["plan"]["outside_tolerance"] == {"accounts": 2, "units": 2, "workload_h": 2}
    first, second, third = found["territories"]
    assert list(first) == [
        "name", "rep", "n_units", "n_accounts", "totals", "target", "index", "pieces", "cut_edges", "polsby_popper",
    ]  # fmt: skip
    assert (first["name"], first["rep"], first["n_units"], first["n_accounts"]) == ("T1", "Ann", 2, 2)
    assert (first["totals"]["units"], first["target"]["units"], first["index"]["units"]) == (2, 1, 2)
    assert (second["rep"], second["pieces"], second["cut_edges"]) == (None, 1, 0)
    assert third["polsby_popper"] is None


def test_json_has_null_where_there_is_no_target():
    shop = shop_of_revenue([0, 0, 1, 1], 2)
    found = balance_json(shop.plan, shop.totals, compute_balance(shop.plan, shop.totals, target_kind="capacity"))
    assert found["territories"][0]["index"]["revenue"] is None
    assert found["plan"]["max_deviation"]["revenue"] is None
    assert found["plan"]["cv"]["revenue"] is None
    assert found["plan"]["outside_tolerance"]["revenue"] == 0


def test_json_of_a_plan_without_territories():
    shop = shop_of_revenue([-1] * 4, 0)
    found = balance_json(shop.plan, shop.totals, compute_balance(shop.plan, shop.totals))
    assert found["territories"] == []
    assert found["plan"]["unassigned_units"] == 4
    assert found["plan"]["unassigned_accounts"] == 4


def test_account_in_no_unit_is_unassigned_until_it_is_given():
    shop = example()
    assert compute_balance(shop.plan, shop.totals).unassigned_accounts == 1
    shop.override([4], 1)
    assert compute_balance(shop.plan, shop.totals).unassigned_accounts == 0


def test_noncontiguous_counts_territories_in_pieces():
    """A and C in T1, B and D in T2: both in two pieces."""
    shop = row_of_four()
    shop.assign([0, 2], 0)
    shop.assign([1, 3], 1)
    assert compute_balance(shop.plan, shop.totals).noncontiguous == 2


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(0, 2**30), st.sampled_from(["equal", "capacity"]))
def test_json_is_strict_and_indices_are_total_by_target(geometry: Geometries, seed: int, kind: str):
    rng = np.random.default_rng(seed)
    shop = random_shop(geometry, rng)
    shop.plan.reps = [replace(r, capacity_h=[None, 0.0, 1600.0][int(rng.integers(3))]) for r in shop.plan.reps]
    found = balance_json(shop.plan, shop.totals, compute_balance(shop.plan, shop.totals, target_kind=kind))
    text = json.dumps(found, allow_nan=False)
    for territory in json.loads(text)["territories"]:
        for name, index in territory["index"].items():
            target = territory["target"][name]
            assert (index is None) == (target == 0)
            if index is not None:
                assert math.isclose(index, territory["totals"][name] / target, rel_tol=1e-12)
