"""Totals by hand on small drawings, and the law: delta equals full."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from territorymap.geo.adjacency import adjacency_with_bridges
from territorymap.geo.distance import great_circle_km
from territorymap.metrics.totals import Totals
from territorymap.metrics.workload import account_hop_km, account_workload_h, filled_constants
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.model.records import Measure, Rep, WorkloadConstants
from tests.geo.coverages import Geometries, coverages, drawn

from .builders import NAN, Workshop, make_accounts, make_plan, row_of_four

REVENUE = Measure(4, "m4", "revenue", "account", "revenue", sort_order=4)
PEOPLE = Measure(5, "m5", "people", "unit", "people", sort_order=5)
ANN = Rep(1, "r1", "Ann", lon=0.5, lat=0.5)
BOB = Rep(2, "r2", "Bob", lon=3.5, lat=0.5)


def example() -> Workshop:
    """
    A B C D    T1 (Ann, home in A) = A, B; T2 (no rep) = C, D. People 1, 2, 4, nan.
    0 1 2 3    accounts 0..3 one a unit, account 4 in no unit; revenue 10, 20, 40, nan, 80
    """
    accounts = make_accounts([0, 1, 2, 3, -1], revenue=[10, 20, 40, NAN, 80])
    return row_of_four(
        accounts,
        measures=[REVENUE, PEOPLE],
        unit_values={"people": [1, 2, 4, NAN]},
        reps=[ANN, BOB],
        rep_ids=[1, None],
    )


def test_totals_by_hand():
    """
    accounts 2, 2; units 2, 2; revenue 30, 40; people 3, 4. Not assigned: account 4 with revenue 80.
    Workload of T2, without home: two accounts of 12 x (45 + 1.3 x 0.7124 x sqrt(12308.8)) / 60 = 29.550 h.
    """
    shop = example()
    totals = shop.totals
    assert totals.territory_total[[0, 1, 3, 4]].tolist() == [[2, 2], [2, 2], [30, 40], [3, 4]]
    assert totals.unassigned_total[[0, 1, 3, 4]].tolist() == [1, 0, 80, 0]
    assert_allclose(totals.territory_total[2, 1], 2 * 12 * (45 + 1.3 * 0.7124 * np.sqrt(12308.778)) / 60, rtol=1e-6)
    assert totals.n_units.tolist() == [2, 2]
    assert totals.n_accounts.tolist() == [2, 2]
    assert (totals.n_unassigned_units, totals.n_unassigned_accounts) == (0, 1)
    assert totals.pieces.tolist() == [1, 1]
    assert totals.cut_edges.tolist() == [1, 1]


def test_stems_start_at_the_reps_home():
    """Ann lives at A's point, 0 km from account 0 and one degree, 111.19 km, from account 1.

    12 visits x 1.3 / 60 km/h x 2 x 111.19 km / 4 stops.
    """
    shop = example()
    without = shop.totals.territory_total[2, 1]
    assert_allclose(shop.totals.territory_total[2, 0] - without, 12 * 1.3 * 2 * 111.1909 / 4 / 60, rtol=1e-3)


def test_moving_a_unit_takes_its_numbers_along_and_changes_the_stem():
    """B goes from Ann to T2, which has no home: B's stem is gone from the plan."""
    shop = example()
    before = shop.totals.territory_total.copy()
    assert shop.assign([1], 1) == [0, 1]
    after = shop.totals.territory_total
    assert after[[0, 1, 3, 4]].tolist() == [[1, 3], [1, 3], [10, 60], [1, 6]]
    km = great_circle_km(0.5, 0.5, shop.plan.units.lon[1], shop.plan.units.lat[1])
    assert_allclose(before[2].sum() - after[2].sum(), 12 * 1.3 / 60 * 2 * km / 4)


def test_override_moves_the_account_but_not_the_people():
    """Account 0 is given to T2: revenue 20, 50; people stay; unit A brings nothing of it any more."""
    shop = example()
    assert shop.override([0], 1) == [0, 1]
    totals = shop.totals
    assert totals.territory_total[[0, 3, 4]].tolist() == [[1, 3], [20, 50], [3, 4]]
    assert totals.unit_measure[[0, 3], 0].tolist() == [0, 0]
    shop.assign([0], -1)  # the override holds whatever happens to the unit
    assert totals.territory_total[[0, 3, 4]].tolist() == [[1, 3], [20, 50], [2, 4]]
    shop.override([0], -1)
    assert totals.territory_total[0].tolist() == [1, 2]
    assert totals.unassigned_total[[0, 3]].tolist() == [2, 90]


def test_account_in_no_unit_counts_where_it_is_given():
    shop = example()
    shop.override([4], 0)
    assert shop.totals.territory_total[3].tolist() == [110, 40]
    assert shop.totals.n_unassigned_accounts == 0
    assert shop.totals.unassigned_total.tolist() == [0, 0, 0, 0, 0]


def test_out_of_scope_an_account_has_nobody_unless_it_is_given_by_name():
    """Accounts 0, 3 and 4 are not of this alignment: T1 has account 1 (20), T2 account 2 (40), none is left over.

    The people of the units stay. Given to T2 by name, account 0 counts there (10 more), whatever becomes of its unit;
    the override gone, nobody has it again, and it is not among the unassigned.
    """
    shop = example()
    shop.scope([False, True, True, False, False])
    totals = shop.totals
    assert totals.territory_total[[0, 1, 3, 4]].tolist() == [[1, 1], [2, 2], [20, 40], [3, 4]]
    assert totals.unassigned_total[[0, 3]].tolist() == [0, 0]
    assert (totals.n_out_of_scope, totals.n_unassigned_accounts, totals.n_accounts.tolist()) == (3, 0, [1, 1])
    assert shop.override([0], 1) == [1]
    assert totals.territory_total[[0, 3]].tolist() == [[1, 2], [20, 50]]
    shop.assign([0, 1], -1)
    assert totals.territory_total[[0, 3]].tolist() == [[0, 2], [0, 50]]
    assert totals.unassigned_total[[0, 3]].tolist() == [1, 20]
    shop.override([0], -1)
    assert (totals.n_out_of_scope, totals.n_unassigned_accounts) == (3, 1)


def test_hops_are_between_the_accounts_that_the_alignment_covers():
    """Two accounts in A, one of them covered: its hop is 0.7124 x sqrt(area of A), not of half of it."""
    shop = row_of_four(make_accounts([0, 0]))
    shop.scope([True, False])
    area = shop.plan.units.area_km2[0]
    assert_allclose(account_hop_km(shop.plan), 0.7124 * np.sqrt(area))
    shop.scope([False, False])
    shop.override([1], 1)  # a stop of its own
    assert_allclose(shop.totals.territory_total[2, 1], 12 * (45 + 1.3 * 0.7124 * np.sqrt(area)) / 60)


def test_stem_of_an_overridden_account_starts_at_the_home_of_who_has_it():
    """Account 3 in D, given to Ann: three degrees, 333.6 km, from her home."""
    shop = example()
    before = shop.totals.territory_total[2].sum()
    shop.override([3], 0)
    assert_allclose(shop.totals.territory_total[2].sum() - before, 12 * 1.3 / 60 * 2 * 333.57 / 4, rtol=1e-3)


def test_new_home_changes_the_workload_of_its_territory_only():
    shop = example()
    other = shop.totals.territory_total[:, 1].copy()
    assert shop.move_home(1, 1.5, 0.5) == [0]
    assert_array_equal(shop.totals.territory_total[:, 1], other)
    assert shop.set_rep(1, 2) == [1]


def test_new_constants_change_every_workload():
    shop = example()
    before = shop.totals.territory_total[2].copy()
    assert shop.set_constants(WorkloadConstants(visits=24)) == [0, 1]
    assert_allclose(shop.totals.territory_total[2], 2 * before)


def test_settings_without_influence_touch_nothing():
    assert example().apply(is_settings_changed=True) == []


def test_polsby_popper_of_a_row_of_two_squares():
    """Two squares in a row: area 2, perimeter 6: 4 pi 2 / 36 = 0.698 on the plane; the equator bends it little."""
    assert_allclose(example().totals.polsby_popper, 4 * np.pi * 2 / 36, rtol=3e-3)


def test_perimeter_of_a_territory_leaves_out_its_inner_borders():
    """
    A A A    T1 = A, T2 = B. Once B joins T1 there is the rim only; T2 has no unit and no compactness.
    A B A
    A A A
    """
    geometry = drawn("A A A\nA B A\nA A A")
    shop = Workshop(make_plan(geometry, [0, 1], 2), geometry)
    ring, inner = shop.perimeter_km
    assert_allclose(shop.totals.perimeter_km, [ring, inner])
    shop.assign([1], 0)
    assert_allclose(shop.totals.perimeter_km, [ring - inner, 0], atol=1e-9)
    assert np.isnan(shop.totals.polsby_popper[1])


def test_cut_edges_count_borders_with_other_territories_not_with_unassigned_units():
    """
    A B    T1 = A, T2 = B, C unassigned, D = T2: cut pairs A|B; A|C, C|D none; B|D inside.
    C D
    """
    geometry = drawn("A B\nC D")
    shop = Workshop(make_plan(geometry, [0, 1, -1, 1], 2), geometry)
    assert shop.totals.cut_edges.tolist() == [1, 1]
    assert shop.assign([2], 0) == [0, 1]  # T2 is touched by the new pair C|D
    assert shop.totals.cut_edges.tolist() == [2, 2]
    assert shop.totals.cut_edges_by_other(0) == {1: 2}


def test_neighbour_that_only_gets_another_neighbour_is_not_touched():
    """
    A B C    Three territories; B goes to A's: the pair B|C is cut before and after.
    """
    geometry = drawn("A B C")
    shop = Workshop(make_plan(geometry, [0, 1, 2], 3), geometry)
    assert shop.assign([1], 0) == [0, 1]
    assert shop.totals.cut_edges.tolist() == [1, 0, 1]


def test_pieces_follow_the_move():
    """
    A B C D    B leaves T1 = ABCD: A alone and CD remain.
    """
    geometry = drawn("A B C D")
    shop = Workshop(make_plan(geometry, [0, 0, 0, 0], 2), geometry)
    shop.assign([1], 1)
    assert shop.totals.pieces.tolist() == [2, 1]
    assert sorted(np.bincount(shop.totals.piece_labels(0)).tolist()) == [1, 2]


def test_bridge_joins_pieces_but_is_no_cut_edge_and_has_no_length():
    """
    A . B C    T1 = A, B; T2 = C. With the bridge A-B T1 is one piece; once B goes to T2, A-B is still no cut edge.
    """
    geometry = drawn("A . B C")
    shop = Workshop(make_plan(geometry, [0, 0, 1], 2), geometry)
    shop.adjacency = adjacency_with_bridges(shop.adjacency, [(0, 1)])
    shop.totals = shop.fresh()
    assert shop.totals.pieces.tolist() == [1, 1]
    shop.assign([1], 1)
    assert shop.totals.cut_edges.tolist() == [0, 0]
    assert_allclose(shop.totals.perimeter_km[0], shop.perimeter_km[0])
    assert_same(shop.totals, shop.fresh(), shop.plan)


def test_removed_territory_leaves_its_units_and_overrides_to_nobody():
    shop = example()
    shop.override([0], 1)
    assert shop.remove_territory(1) == [0]  # T1 has no cut edge any more
    assert shop.totals.territory_total[[0, 3]].tolist() == [[2], [30]]
    assert shop.totals.n_unassigned_units == 2


def test_merged_territories_add_up():
    shop = example()
    assert shop.remove_territory(0, units_go_to=1) == [0]
    assert shop.totals.territory_total[[0, 3]].tolist() == [[4], [70]]


def test_territory_put_in_front_shifts_the_others():
    shop = example()
    assert shop.add_territory(0, [3]) == [0, 2]
    assert shop.totals.n_units.tolist() == [1, 2, 1]
    assert [t.name for t in shop.plan.territories] == ["T3", "T1", "T2"]
    assert shop.totals.cut_edges.tolist() == [1, 1, 2]


def test_reordered_territories_keep_their_numbers():
    shop = example()
    before = shop.totals.territory_total.copy()
    shop.plan.territories.reverse()
    shop.plan.unit_territory[:] = 1 - shop.plan.unit_territory
    assert shop.apply(changed_territory_ix=(0, 1)) == []
    assert_allclose(shop.totals.territory_total, before[:, ::-1])
    assert_same(shop.totals, shop.fresh(), shop.plan)


def test_selection_is_what_would_go_with_the_units():
    """A and B without the account given away: accounts 1, revenue 20, people 3, and B's account's workload."""
    shop = example()
    shop.override([0], 1)
    found = shop.totals.selection(shop.plan, np.array([0, 1, 1]))
    before = shop.totals.territory_total[:, 0].copy()
    shop.assign([0, 1], 1)
    assert list(found) == ["accounts", "units", "workload_h", "revenue", "people"]
    assert_allclose(list(found.values()), before - shop.totals.territory_total[:, 0])


def test_full_delta_rebuilds_and_touches_all():
    shop = example()
    shop.plan.accounts.values["revenue"][0] = 1000
    assert shop.apply(is_full=True) == [0, 1]
    assert shop.totals.territory_total[3, 0] == 1020


def test_plan_without_territories_units_or_accounts():
    empty = np.array([], dtype=object)
    shop = Workshop(make_plan(empty, [], 0), empty)
    assert shop.totals.territory_total.shape == (3, 0)
    geometry = drawn("A B")
    shop = Workshop(make_plan(geometry, [-1, -1], 0), geometry)
    assert shop.add_territory(0, [0]) == [0]
    assert shop.totals.n_units.tolist() == [1]
    assert shop.remove_territory(0) == []
    assert shop.totals.n_unassigned_units == 2


def test_sums_do_not_lose_digits_when_almost_everything_leaves():
    """A has 1e9, B 1e-3: after A has gone, B's sum must be 1e-3, not what rounding left."""
    accounts = make_accounts([0, 1, 2], revenue=[1e9 / 3, 1e9 / 7, 1e-3 / 3])
    geometry = drawn("A B C")
    shop = Workshop(make_plan(geometry, [0, 0, 0], 2, accounts, measures=[REVENUE]), geometry)
    shop.assign([0], 1)
    shop.assign([1], 1)
    assert_allclose(shop.totals.territory_total[3, 0], 1e-3 / 3, rtol=1e-12)


# -- laws --------------------------------------------------------------------------------------------------------------


def assert_same(found: Totals, expected: Totals, plan: Plan) -> None:
    """Everything equal, sums within 1e-9 of what was summed."""
    n = plan.n_territories
    holder = plan.territory_of_accounts()
    for row, measure in enumerate(plan.measures):
        scale = np.abs(expected.territory_total[row])
        if measure.source == "account":
            value = np.abs(np.nan_to_num(plan.accounts.values[measure.column_name]))
            scale = np.bincount(holder % (n + 1), value, minlength=n + 1)[:n]
        assert (np.abs(found.territory_total[row] - expected.territory_total[row]) <= 1e-9 * scale).all(), measure.name
    assert_allclose(found.unassigned_total, expected.unassigned_total, rtol=1e-9, atol=1e-9)
    assert_allclose(found.unit_measure, expected.unit_measure, rtol=1e-12, atol=0)
    counts = ("n_units", "n_accounts", "pieces", "cut_edges", "n_unassigned_units", "n_unassigned_accounts")
    for name in (*counts, "n_out_of_scope"):
        assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)
    for name in ("area_km2", "perimeter_km", "polsby_popper", "cut_km"):
        assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-9, err_msg=name)
    assert_array_equal(found.home, expected.home)
    for t in range(n):
        assert_array_equal(np.sort(found.members(t)), plan.units_of(t))


def holder_by_the_rule(plan: Plan, account: int) -> int:
    """Override, else scope and the unit's territory, else nobody."""
    if plan.account_override[account] >= 0:
        return int(plan.account_override[account])
    unit = int(plan.accounts.unit_ix[account])
    return int(plan.unit_territory[unit]) if plan.in_scope[account] and unit >= 0 else -1


def naive_totals(plan: Plan) -> np.ndarray:
    """(M, T) sums straight from the definitions, one account at a time."""
    total = np.zeros((len(plan.measures), plan.n_territories))
    holder = [holder_by_the_rule(plan, a) for a in range(len(plan.accounts))]
    constants = filled_constants(plan.accounts.constants, plan.info.constants)
    hops = account_hop_km(plan)
    for a, t in enumerate(holder):
        if t < 0:
            continue
        lon, lat, unit = plan.accounts.lon[a], plan.accounts.lat[a], plan.accounts.unit_ix[a]
        if np.isnan(lon) and unit >= 0:
            lon, lat = plan.units.lon[unit], plan.units.lat[unit]
        rep = plan.rep_of(int(t))
        stem = 0.0
        if rep is not None and rep.has_home and np.isfinite(lon):
            stem = float(great_circle_km(rep.lon, rep.lat, lon, lat))
        revenue = float(np.nan_to_num(plan.accounts.values["revenue"][a]))
        hours = float(account_workload_h(constants[:, a], hops[a], stem))
        for row, amount in ((0, 1.0), (2, hours), (3, revenue)):
            total[row, t] += amount
    for u, t in enumerate(plan.unit_territory):
        if t >= 0:
            total[1, t] += 1
            total[4, t] += float(np.nan_to_num(plan.units.values["people"][u]))
    return total


def random_shop(geometry: Geometries, rng: np.random.Generator) -> Workshop:
    """A plan with accounts nowhere, overrides, vacancies, reps without home, constants of their own."""
    n_units, n_territories, n_accounts = len(geometry), int(rng.integers(0, 5)), int(rng.integers(0, 40))
    constants = rng.uniform(0.5, 60, (5, n_accounts))
    constants[rng.random((5, n_accounts)) < 0.7] = NAN
    revenue = np.where(rng.random(n_accounts) < 0.2, NAN, rng.normal(100, 200, n_accounts))
    unit_ix = rng.integers(-1, n_units, n_accounts) if n_units else np.full(n_accounts, -1)
    accounts = make_accounts(unit_ix.tolist(), constants=constants, revenue=revenue.tolist())
    placed = rng.random(n_accounts) < 0.5
    accounts.lon[placed], accounts.lat[placed] = rng.uniform(-1, 9, (2, int(placed.sum())))
    reps = [ANN, BOB, Rep(3, "r3", "Cy")]
    plan = make_plan(
        geometry,
        rng.integers(-1, n_territories, n_units).tolist(),
        n_territories,
        accounts,
        measures=[REVENUE, PEOPLE],
        unit_values={"people": np.where(rng.random(n_units) < 0.2, NAN, rng.uniform(0, 1e6, n_units)).tolist()},
        reps=reps,
        rep_ids=[[1, 2, 3, None][int(rng.integers(4))] for _ in range(n_territories)],
    )
    given_away = rng.random(n_accounts) < 0.3
    plan.account_override[given_away] = rng.integers(-1, n_territories, int(given_away.sum()))
    plan.in_scope = rng.random(n_accounts) < rng.choice([1.0, 0.6])
    return Workshop(plan, geometry)


def random_edit(shop: Workshop, rng: np.random.Generator) -> list[int]:
    plan = shop.plan
    n_units, n_accounts, n = len(plan.units), len(plan.accounts), plan.n_territories
    some = rng.integers(0, n_units, int(rng.integers(1, 6))).tolist() if n_units else []
    kinds = ["assign", "assign", "assign", "override", "add", "remove", "merge", "rep", "home", "constants", "scope"]
    kind = rng.choice(kinds)
    if kind == "scope" and rng.random() < 0.5:
        return shop.scope((rng.random(n_accounts) < 0.6).tolist())
    if kind == "override" and n_accounts:
        return shop.override(np.unique(rng.integers(0, n_accounts, 4)).tolist(), int(rng.integers(-1, n)))
    if kind == "add" and n < 6:
        return shop.add_territory(int(rng.integers(0, n + 1)), some, [1, 2, 3, None][int(rng.integers(4))])
    if kind == "remove" and n:
        return shop.remove_territory(int(rng.integers(n)))
    if kind == "merge" and n > 1:
        gone, into = rng.permutation(n)[:2].tolist()
        return shop.remove_territory(gone, into)
    if kind == "rep" and n:
        return shop.set_rep(int(rng.integers(n)), [1, 2, 3, None][int(rng.integers(4))])
    if kind == "home":
        lon, lat = rng.uniform(-1, 9, 2).tolist()
        return shop.move_home(int(rng.integers(1, 4)), *((lon, lat) if rng.random() < 0.8 else (None, None)))
    if kind == "constants" and rng.random() < 0.3:
        return shop.set_constants(WorkloadConstants(visits=float(rng.integers(1, 30))))
    return shop.assign(some, int(rng.integers(-1, n)))


@settings(max_examples=150, deadline=None)
@given(coverages(), st.integers(0, 2**30), st.integers(1, 15))
def test_deltas_equal_the_full_computation(geometry: Geometries, seed: int, n_edits: int):
    rng = np.random.default_rng(seed)
    shop = random_shop(geometry, rng)
    for _ in range(n_edits):
        random_edit(shop, rng)
        assert_same(shop.totals, shop.fresh(), shop.plan)


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(0, 2**30))
def test_full_computation_equals_the_definitions(geometry: Geometries, seed: int):
    shop = random_shop(geometry, np.random.default_rng(seed))
    expected = naive_totals(shop.plan)
    assert_allclose(shop.totals.territory_total, expected, rtol=1e-9, atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(coverages(), st.integers(0, 2**30))
def test_territories_that_are_not_touched_have_the_same_numbers(geometry: Geometries, seed: int):
    rng = np.random.default_rng(seed)
    shop = random_shop(geometry, rng)

    def numbers() -> dict[int, tuple[float, ...]]:
        totals = shop.totals
        return {
            t.territory_id: (*totals.territory_total[:, ix], totals.pieces[ix], totals.cut_edges[ix],
                             totals.perimeter_km[ix], totals.n_accounts[ix])
            for ix, t in enumerate(shop.plan.territories)
        }  # fmt: skip

    for _ in range(6):
        before = numbers()
        touched = {shop.plan.territories[ix].territory_id for ix in random_edit(shop, rng)}
        for territory_id, values in numbers().items():
            if territory_id not in touched:
                assert values == before[territory_id]


def test_a_thousand_strokes_later_the_sums_are_still_right():
    rng = np.random.default_rng(5)
    geometry = drawn("A B C D E F\nG H I J K L\nM N O P Q R")
    n = 300
    accounts = make_accounts(rng.integers(0, 18, n).tolist(), revenue=rng.lognormal(5, 4, n).tolist())
    plan = make_plan(geometry, [0] * 18, 3, accounts, measures=[REVENUE], reps=[ANN], rep_ids=[1, None, None])
    shop = Workshop(plan, geometry)
    for _ in range(2000):
        shop.assign(rng.integers(0, 18, 2).tolist(), int(rng.integers(-1, 3)))
    fresh = shop.fresh()
    assert_allclose(shop.totals.territory_total, fresh.territory_total, rtol=1e-10)
    assert_allclose(shop.totals.perimeter_km, fresh.perimeter_km, rtol=1e-10)


def test_apply_believes_the_plan_not_where_the_delta_says_units_came_from():
    shop = example()
    shop.plan.unit_territory[0] = 1
    ix, wrong = np.array([0], dtype=np.int32), np.array([-1], dtype=np.int32)
    shop.totals.apply(shop.plan, PlanDelta(unit_ix=ix, unit_from=wrong, unit_to=np.array([1], dtype=np.int32)))
    assert_same(shop.totals, shop.fresh(), shop.plan)
