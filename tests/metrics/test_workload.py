"""workload_h worked out by hand, and its parts."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from territorymap.geo.distance import great_circle_km
from territorymap.metrics.workload import (
    account_hop_km,
    account_workload_h,
    filled_constants,
    homes,
    hop_km,
    workload_parts,
)
from territorymap.model.records import Rep, WorkloadConstants
from tests.geo.coverages import drawn

from .builders import NAN, make_accounts, make_plan

DEFAULTS = filled_constants(np.full((5, 1), NAN), WorkloadConstants())


def test_workload_of_one_account_by_hand():
    """
    12 visits of 45 min, stem 40 km, hop 5 km, 60 km/h, detour 1.3, 4 stops:
    way = 2 x 40 / 4 + 5 = 25 km; drive_min = 60 x 1.3 / 60 x 25 = 32.5; 12 x (45 + 32.5) / 60 = 15.5 h
    """
    assert_allclose(account_workload_h(DEFAULTS, 5.0, 40.0), [15.5])


def test_workload_without_home_is_visits_and_hops():
    """12 x (45 + 1.3 x 5) / 60 = 10.3 h"""
    assert_allclose(account_workload_h(DEFAULTS, 5.0, 0.0), [10.3])


def test_hop_is_by_the_root_of_area_per_account():
    """400 km2 and 4 accounts: 0.7124 x 10 km; no account: no hop."""
    assert_allclose(hop_km([400.0, 400.0], [4, 0]), [7.124, 0])


def test_account_constants_go_before_the_plans():
    """Row by row: visits 24 told, speed 0 and stops 0 are no answer, the rest is the plan's."""
    own = np.array([[24.0], [NAN], [0.0], [NAN], [0.0]])
    assert filled_constants(own, WorkloadConstants())[:, 0].tolist() == [24, 45, 60, 1.3, 4]


def test_every_account_of_the_unit_counts_for_the_hop_overridden_ones_too():
    """
    A B    A has three accounts, one of them given to B's territory; B has one; one lies nowhere.
    """
    plan = make_plan(drawn("A B"), [0, 1], 2, make_accounts([0, 0, 0, 1, -1]))
    plan.account_override[1] = 1
    area = plan.units.area_km2
    assert_allclose(account_hop_km(plan), [*[0.7124 * np.sqrt(area[0] / 3)] * 3, 0.7124 * np.sqrt(area[1]), 0])


def test_stem_leads_to_the_own_position_else_to_the_units_point():
    accounts = make_accounts([0, 0, -1, -1], lon=[0.1, NAN, 5.0, NAN], lat=[0.2, NAN, 6.0, NAN])
    parts = workload_parts(make_plan(drawn("A"), [0], 1, accounts))
    assert_allclose(parts.lon, [0.1, 0.5, 5.0, NAN])
    assert_allclose(parts.lat, [0.2, 0.5, 6.0, NAN])
    km = parts.stem_km(np.arange(4), 0.0, 0.0)
    assert_allclose(km[[1, 3]], [great_circle_km(0, 0, 0.5, 0.5), 0])
    assert_allclose(parts.stem_km(np.arange(4), NAN, NAN), 0)


def test_homes_are_those_of_the_reps_and_unassigned_has_none():
    reps = [Rep(7, "r7", "Ann", lon=3.0, lat=4.0), Rep(8, "r8", "Bob")]
    plan = make_plan(drawn("A"), [0], 3, reps=reps, rep_ids=[7, 8, None])
    assert_allclose(homes(plan), [[3, NAN, NAN, NAN], [4, NAN, NAN, NAN]])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**20))
def test_parts_add_up_to_the_full_form(seed: int):
    rng = np.random.default_rng(seed)
    n = 20
    constants = rng.uniform(0.5, 50, (5, n))
    constants[rng.random((5, n)) < 0.5] = NAN
    accounts = make_accounts(rng.integers(-1, 3, n).tolist(), constants=constants)
    accounts.lon[::2], accounts.lat[::2] = rng.uniform(0, 3, (2, n // 2))
    plan = make_plan(drawn("A B C"), [0, 0, 0], 1, accounts)
    parts = workload_parts(plan)
    stem = parts.stem_km(np.arange(n), 1.0, 2.0)
    full = account_workload_h(filled_constants(constants, plan.info.constants), account_hop_km(plan), stem)
    assert_allclose(parts.base_h + parts.hop_h + parts.stem_weight * stem, full, rtol=1e-12)
