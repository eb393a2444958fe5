"""What changes rep: by hand on small drawings, against the definitions, and the law: delta equals full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from territorymap.geo.distance import great_circle_km
from territorymap.metrics.balance import compute_balance
from territorymap.metrics.disruption import Disruption, holders_of
from territorymap.metrics.explain import explain
from territorymap.metrics.rep_changes import gained_by_rep, kept_by_rep, lost_by_rep, share_changed
from territorymap.metrics.workload import account_hop_km, account_workload_h, filled_constants
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from tests.geo.coverages import Geometries, coverages

from .builders import NAN, Workshop, make_accounts, note_override, row_of_four
from .test_totals import ANN, BOB, PEOPLE, REVENUE, random_edit, random_shop


def frozen(plan: Plan) -> Plan:
    """Return the plan's alignment as it is now, to be the baseline."""
    return replace(
        plan,
        territories=list(plan.territories),
        unit_territory=plan.unit_territory.copy(),
        account_override=plan.account_override.copy(),
    )


class Studio:
    """A workshop whose every edit reaches the disruption too."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self.baseline = frozen(shop.plan)
        self.disruption = Disruption(shop.plan, shop.totals, self.baseline)
        apply = shop.apply

        def follow(**delta: object) -> list[int]:
            touched = apply(**delta)
            self.disruption.apply(shop.plan, shop.totals, PlanDelta(**delta))  # type: ignore[arg-type]
            return touched

        shop.apply = follow  # type: ignore[method-assign]

    def fresh(self) -> Disruption:
        return Disruption(self.shop.plan, self.shop.totals, self.baseline)


def example() -> Studio:
    """
    A B C D    T1 (Ann, home in A) = A, B; T2 (Bob, home in D) = C, D. People 1, 2, 4, nan.
    0 1 2 3    accounts 0..3 one a unit, account 4 in no unit; revenue 10, 20, 40, nan, 80
    """
    accounts = make_accounts([0, 1, 2, 3, -1], revenue=[10, 20, 40, NAN, 80])
    return Studio(
        row_of_four(
            accounts,
            measures=[REVENUE, PEOPLE],
            unit_values={"people": [1, 2, 4, NAN]},
            reps=[ANN, BOB],
            rep_ids=[1, 2],
        )
    )


def test_the_baseline_itself_changes_nothing():
    d = example().disruption
    assert d.is_none
    assert not d.is_repless
    assert d.base[[0, 1, 3, 4]].tolist() == [[2, 2, 1], [2, 2, 0], [30, 40, 80], [3, 4, 0]]
    assert d.share[[0, 1, 3, 4]].tolist() == [0, 0, 0, 0]
    assert d.kept.tolist() == d.base.tolist()


def test_a_unit_that_moves_by_hand():
    """B goes from Ann to Bob: 1 of 4 accounts, 1 of 4 units, 20 of 70 revenue, 2 of 7 people change rep."""
    studio = example()
    studio.shop.assign([1], 1)
    d = studio.disruption
    assert d.lost[[0, 1, 3, 4]].tolist() == [[1, 0, 0], [1, 0, 0], [20, 0, 0], [2, 0, 0]]
    assert d.gained[[0, 1, 3, 4]].tolist() == [[0, 1, 0], [0, 1, 0], [0, 20, 0], [0, 2, 0]]
    assert d.kept[[0, 1, 3, 4]].tolist() == [[1, 2, 1], [1, 2, 0], [10, 40, 80], [1, 4, 0]]
    assert_allclose(d.share[[0, 1, 3, 4]], [1 / 4, 1 / 4, 20 / 70, 2 / 7])
    assert (d.n_lost.tolist(), d.n_gained.tolist()) == ([[1, 0, 0], [1, 0, 0]], [[0, 1, 0], [0, 1, 0]])
    assert d.accounts_lost(0).tolist() == d.accounts_gained(1).tolist() == d.accounts_changed().tolist() == [1]
    assert (d.units_changed().tolist(), d.units_changed(0).tolist(), d.units_changed(2).tolist()) == ([1], [1], [])


def test_hours_are_lost_as_they_were_and_gained_as_they_are():
    """Account 1 lies one degree from Ann's home and two from Bob's: 12 visits x 1.3 x 2 / 4 stops / 60 km/h a km."""
    studio = example()
    studio.shop.assign([1], 1)
    d, plan = studio.disruption, studio.shop.plan
    near = great_circle_km(ANN.lon, ANN.lat, plan.units.lon[1], plan.units.lat[1])
    far = great_circle_km(BOB.lon, BOB.lat, plan.units.lon[1], plan.units.lat[1])
    assert far > 1.9 * near
    assert_allclose(d.gained[2, 1] - d.lost[2, 0], 12 * 1.3 * 2 / 4 / 60 * (far - near), rtol=1e-9)
    assert_allclose(d.base[2, :2] - d.lost[2, :2] + d.gained[2, :2], studio.shop.totals.territory_total[2])


def test_going_back_leaves_nothing_at_all():
    studio = example()
    studio.shop.assign([1, 2], 1)
    studio.shop.assign([1], 0)
    d = studio.disruption
    assert d.is_none
    assert not d.lost.any()
    assert not d.gained.any()


def test_another_name_is_no_change_and_another_rep_is():
    studio = example()
    plan = studio.shop.plan
    plan.territories[0] = replace(plan.territories[0], name="West and more")
    studio.shop.apply(changed_territory_ix=(0,))
    assert studio.disruption.is_none
    studio.shop.set_rep(0, 2)
    d = studio.disruption
    assert d.n_lost.tolist() == [[2, 0, 0], [2, 0, 0]]
    assert d.gained[3].tolist() == [0, 30, 0]
    assert_allclose(d.share[3], 30 / 70)


def test_swapped_territories_of_one_rep_change_nothing():
    """Both territories are Ann's: who moves between them keeps the rep."""
    studio = example()
    studio.shop.set_rep(1, 1)
    studio.baseline = frozen(studio.shop.plan)
    d = studio.fresh()
    studio.shop.plan.unit_territory[:] = [1, 1, 0, 0]
    d.rebuild(studio.shop.plan, studio.shop.fresh())
    assert d.is_none


def test_who_gets_a_first_rep_is_gained_and_lost_by_nobody():
    """D is unassigned in the baseline; Ann gets it: gained, but nothing changes rep."""
    studio = example()
    studio.shop.assign([3], -1)
    studio.baseline = frozen(studio.shop.plan)
    studio.disruption = studio.fresh()
    studio.shop.assign([3], 0)
    d = studio.disruption
    assert d.n_gained.tolist() == [[1, 0, 0], [1, 0, 0]]
    assert d.n_lost.tolist() == [[0, 0, 1], [0, 0, 1]]
    assert d.moved[[0, 1]].tolist() == [0, 0]
    assert d.share[[0, 1]].tolist() == [0, 0]
    assert not d.is_none
    assert d.accounts_changed().tolist() == []
    assert d.accounts_gained(0).tolist() == d.accounts_lost(2).tolist() == d.accounts_lost(-1).tolist() == [3]


def test_a_vacancy_takes_accounts_off_their_rep():
    studio = example()
    studio.shop.set_rep(0, None)
    d = studio.disruption
    assert_allclose(d.share[3], 30 / 70)
    assert d.gained[3].tolist() == [0, 0, 30]
    assert d.name_of(2) == d.name_of(-1) == "No rep"


def test_an_override_moves_the_account_and_not_the_unit():
    studio = example()
    studio.shop.override([4, 0], 1)
    d = studio.disruption
    assert d.n_lost.tolist() == [[0, 0, 0], [1, 0, 1]]
    assert d.gained[3].tolist() == [0, 90, 0]
    assert d.gained[4].tolist() == [0, 0, 0]


def test_a_territory_that_goes_leaves_its_accounts_without_rep():
    studio = example()
    studio.shop.remove_territory(0)
    d = studio.disruption
    assert d.n_lost.tolist() == [[2, 0, 0], [2, 0, 0]]
    assert d.n_gained.tolist() == [[0, 0, 2], [0, 0, 2]]


def test_plan_without_reps_says_so():
    shop = row_of_four(make_accounts([0, 1, 2, 3]))
    studio = Studio(shop)
    shop.assign([0], 1)
    assert studio.disruption.is_none
    assert studio.disruption.is_repless
    assert np.isnan(studio.disruption.share).all()


def test_the_definitions_by_hand():
    """Rep 0 has 5 and 7 and loses 7 to nobody; rep 1 gains 2 that had none."""
    before, now = np.array([0, 0, -1], dtype=np.int32), np.array([0, -1, 1], dtype=np.int32)
    amount = np.array([5.0, 7.0, 2.0])
    assert lost_by_rep(before, now, amount, 2).tolist() == [7, 0, 2]
    assert gained_by_rep(before, now, amount, 2).tolist() == [0, 2, 7]
    assert kept_by_rep(np.array([[12.0, 0]]), np.array([[7.0, 0]])).tolist() == [[5, 0]]
    assert_allclose(share_changed(np.array([[12.0, 0], [0, 0]]), np.array([[7.0, 0], [0, 0]])), [7 / 12, NAN])


def test_figures_are_explained():
    studio = example()
    studio.shop.assign([1], 1)
    shop = studio.shop
    balance = compute_balance(shop.plan, shop.totals)
    found = explain(shop.plan, shop.totals, balance, -1, "rep_lost:revenue", disruption=studio.disruption, rep_at=0)
    assert found.title == "Lost of revenue: Ann"
    lines = dict(found.lines)
    assert lines["In the baseline"] == "30.00"
    assert lines["Lost, as the baseline has it"] == "20.00"
    assert lines["Lost ÷ in the baseline"] == "66.7 %"
    assert lines["Accounts lost and gained"] == "1, 0"
    whole = explain(shop.plan, shop.totals, balance, -1, "disruption:accounts", disruption=studio.disruption)
    assert whole.title == "Changes rep of Accounts"
    assert dict(whole.lines)["Lost ÷ in the baseline"] == "25.0 %"
    none = explain(shop.plan, shop.totals, balance, -1, "disruption:accounts")
    assert "nothing to compare" in none.lines[0][1]


# -- laws --------------------------------------------------------------------------------------------------------------


def naive(plan: Plan, baseline: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(M, R + 1) base, lost, gained straight from the definitions, one unit and one account at a time."""
    n = len(plan.reps)
    base, lost, gained = (np.zeros((len(plan.measures), n + 1)) for _ in range(3))
    constants = filled_constants(plan.accounts.constants, plan.info.constants)
    hops = account_hop_km(plan)
    column = {rep.rep_id: i for i, rep in enumerate(plan.reps)}

    def rep_of(holding: Plan, territory: int) -> int:
        return column.get(holding.territories[territory].rep_id, n) if territory >= 0 else n

    def hours(account: int, at: int) -> float:
        unit, lon, lat = plan.accounts.unit_ix[account], plan.accounts.lon[account], plan.accounts.lat[account]
        if np.isnan(lon) and unit >= 0:
            lon, lat = plan.units.lon[unit], plan.units.lat[unit]
        stem = 0.0
        if at < n and plan.reps[at].has_home and np.isfinite(lon):
            stem = float(great_circle_km(plan.reps[at].lon, plan.reps[at].lat, lon, lat))
        return float(account_workload_h(constants[:, account], hops[account], stem))

    def put(before: int, now: int, rows: list[int], amount_before: list[float], amount_now: list[float]) -> None:
        base[rows, before] += amount_before
        if before != now:
            lost[rows, before] += amount_before
            gained[rows, now] += amount_now

    for u in range(len(plan.units)):
        amount = [1.0, float(np.nan_to_num(plan.units.values["people"][u]))]
        before, now = rep_of(baseline, baseline.unit_territory[u]), rep_of(plan, plan.unit_territory[u])
        put(before, now, [1, 4], amount, amount)
    # A scope is the alignment's, in every scenario the same.
    held = replace(baseline, in_scope=plan.in_scope).territory_of_accounts(), plan.territory_of_accounts()
    for a, (had, has) in enumerate(zip(*held, strict=True)):
        before, now = rep_of(baseline, had), rep_of(plan, has)
        revenue = float(np.nan_to_num(plan.accounts.values["revenue"][a]))
        put(before, now, [0, 2, 3], [1.0, hours(a, before), revenue], [1.0, hours(a, now), revenue])
    return base, lost, gained


def assert_same(found: Disruption, expected: Disruption) -> None:
    """Equal; sums within 1e-9 of what the rep has, or had."""
    scale = np.abs(expected.base) + np.abs(expected.gained) + 1e-9
    for name in ("base", "lost", "gained", "kept"):
        difference = np.abs(getattr(found, name) - getattr(expected, name))
        assert (difference <= 1e-9 * np.maximum(scale, scale.max(axis=1, keepdims=True))).all(), name
    for name in ("n_base", "n_lost", "n_gained", "before_unit", "before_account", "now_unit", "now_account"):
        assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


@settings(max_examples=100, deadline=None)
@given(coverages(), st.integers(0, 2**30), st.integers(1, 12))
def test_deltas_equal_the_full_computation(geometry: Geometries, seed: int, n_edits: int):
    rng = np.random.default_rng(seed)
    studio = Studio(random_shop(geometry, rng))
    for _ in range(n_edits):
        random_edit(studio.shop, rng)
        assert_same(studio.disruption, studio.fresh())


@settings(max_examples=40, deadline=None)
@given(coverages(), st.integers(0, 2**30), st.integers(1, 6))
def test_full_computation_equals_the_definitions(geometry: Geometries, seed: int, n_edits: int):
    rng = np.random.default_rng(seed)
    studio = Studio(random_shop(geometry, rng))
    for _ in range(n_edits):
        random_edit(studio.shop, rng)
    base, lost, gained = naive(studio.shop.plan, studio.baseline)
    d = studio.fresh()
    for found, expected in ((d.base, base), (d.lost, lost), (d.gained, gained)):
        assert_allclose(found, expected, rtol=1e-9, atol=1e-7)


def test_digits_stay_when_almost_all_comes_back():
    """A has 1e9, B 1e-3: when A is back with Ann, what she lost is B's, not what rounding left."""
    accounts = make_accounts([0, 1, 2], revenue=[1e9 / 3, 1e-3 / 3, 1.0])
    shop = row_of_four(accounts, measures=[REVENUE], reps=[ANN, BOB], rep_ids=[1, 2])
    studio = Studio(shop)
    shop.assign([0, 1], 1)
    shop.assign([0], 0)
    assert_allclose(studio.disruption.lost[3, 0], 1e-3 / 3, rtol=1e-12)


def test_an_edit_looks_at_what_it_touches_only(monkeypatch):
    """Of 3,000 accounts the edit sums the one in its unit; no other account's hours are asked for."""
    accounts = make_accounts([0] * 1000 + [1] + [2] * 2000)
    shop = row_of_four(accounts, reps=[ANN, BOB], rep_ids=[1, 2])
    studio = Studio(shop)
    assert studio.disruption.is_none
    parts = shop.totals.ledger.parts
    asked: list[int] = []
    original = type(parts).stem_h

    def counted(self, account_ix, lon, lat):
        asked.append(len(account_ix))
        return original(self, account_ix, lon, lat)

    monkeypatch.setattr(type(parts), "stem_h", counted)
    shop.assign([1], 1)
    assert max(asked) == 1
    shop.assign([1], 0)
    assert max(asked) == 1


def test_an_account_keeps_its_rep_through_overrides_of_the_baseline():
    """Account 0 was Bob's by name in the baseline; without the override it is Ann's."""
    studio = example()
    note_override(studio.shop.plan, 0, 1)
    studio.shop.totals = studio.shop.fresh()
    studio.baseline = frozen(studio.shop.plan)
    studio.disruption = studio.fresh()
    studio.shop.override([0], -1)
    d = studio.disruption
    assert d.n_lost.tolist() == [[0, 0, 0], [0, 1, 0]]
    assert d.gained[3].tolist() == [10, 0, 0]
    assert holders_of(studio.shop.plan, studio.baseline)[1].tolist() == [1, 0, 1, 1, -1]
