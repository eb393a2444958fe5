"""Two scenarios side by side: worked out by hand on a row of four, and laws on random ones."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.geo.distance import great_circle_km
from territorymap.metrics.comparison import (
    REP,
    SAME,
    TERRITORY,
    Comparison,
    kinds_of_moves,
    plan_as,
    side_of,
)
from territorymap.metrics.comparison_json import comparison_json
from territorymap.metrics.move_figures import Ages, kind_word, moved_amounts
from territorymap.model.plan import Plan
from territorymap.model.records import Scenario, Territory
from territorymap.model.variant import Variant

from .builders import Workshop, make_accounts, row_of_four
from .test_totals import ANN, BOB, REVENUE

TODAY, NEXT = Scenario(1, "s1", "Today", is_baseline=True), Scenario(2, "s2", "Next", 1)


def example() -> tuple[Workshop, Variant]:
    """The plan as it is, and the scenario before it.

    ::

        now     A B C D    T1 (Ann, home in A) = A, B;  T2 (Bob, home in D) = C, D
        before  A B C D    T1 (Ann) = A;  T2 (Ann!) = B, C, D;  T9, deleted since, has nothing but account 3 by name
        0 1 2 3            accounts 0..3 one a unit; revenue 10, 20, 40, 80
    """
    accounts = make_accounts([0, 1, 2, 3], revenue=[10, 20, 40, 80])
    shop = row_of_four(accounts, measures=[REVENUE], reps=[ANN, BOB], rep_ids=[ANN.rep_id, BOB.rep_id])
    shop.plan = replace(shop.plan, scenario=NEXT, scenarios=[TODAY, NEXT])
    t1, t2 = shop.plan.territories
    territories = [t1, replace(t2, rep_id=ANN.rep_id, name="East"), Territory(9, "t9", "T9", "#123456", BOB.rep_id)]
    before = Variant(
        TODAY,
        territories,
        np.array([0, 1, 1, 1], dtype=np.int32),
        np.array([-1, -1, -1, 2], dtype=np.int32),
    )
    return shop, before


def compared(shop: Workshop, before: Variant) -> Comparison:
    former = plan_as(shop.plan, before)
    return Comparison(side_of(former, shop.totals.of_other(former)), side_of(shop.plan, shop.totals))


def test_what_moves_and_who_only_gets_another_rep() -> None:
    """B goes from East to T1 and stays with Ann; C and D stay in East, which goes from Ann to Bob."""
    comparison = compared(*example())
    assert comparison.unit_kind.tolist() == [SAME, TERRITORY, REP, REP]
    assert comparison.account_kind.tolist() == [SAME, TERRITORY, REP, TERRITORY]  # 3 was T9's by name, of Bob too
    assert comparison.units.tolist() == [1, 2, 3]
    assert [kind_word(int(k), 0, 0) for k in (SAME, REP, TERRITORY)] == ["kept", "rep", "moved"]


def test_territories_are_matched_by_uuid_and_tell_what_they_keep() -> None:
    comparison = compared(*example())
    assert [(p.before, p.after) for p in comparison.pairs] == [(0, 0), (1, 1), (2, -1)]
    t1, east, t9 = comparison.pairs
    assert (t1.n_units_kept, t1.n_accounts_kept, t1.kept) == (1, 1, 1.0)
    # Had B, C, D with accounts 1 and 2, for 3 was given to T9; it keeps C, D and account 2.
    assert (east.n_units_kept, east.n_accounts_kept, east.kept) == (2, 1, 0.5)
    assert (t9.n_units_kept, t9.n_accounts_kept, t9.kept) == (0, 0, 0.0)


def test_totals_and_indexes_of_both_sides() -> None:
    """Before, revenue is 10 | 60 | 80 of 150: indexes against 50 each. Now 30 | 120 of 150: against 75 each."""
    comparison = compared(*example())
    row = next(i for i, m in enumerate(comparison.after.plan.measures) if m.name == REVENUE.name)
    assert comparison.before.total[row].tolist() == [10, 60, 80]
    assert comparison.after.total[row].tolist() == [30, 120]
    assert comparison.before.balance.index[row].tolist() == [0.2, 1.2, 1.6]
    assert comparison.after.balance.index[row].tolist() == [0.4, 1.6]


def test_a_created_territory_stands_where_it_is_now() -> None:
    shop, before = example()
    backwards = Comparison(compared(shop, before).after, compared(shop, before).before)
    assert [(p.before, p.after) for p in backwards.pairs] == [(0, 0), (1, 1), (-1, 2)]
    assert np.isnan(backwards.pairs[2].kept)


def test_workload_counts_the_way_from_who_has_it_on_each_side() -> None:
    """Account 2 lies in C: before it is Ann's, whose home is in A; now it is Bob's, whose home is in D."""
    accounts = make_accounts([0, 1, 2, 3], [0.5, 1.5, 2.5, 3.5], [0.5] * 4, revenue=[10, 20, 40, 80])
    shop, before = example()
    shop = row_of_four(accounts, measures=[REVENUE], reps=[ANN, BOB], rep_ids=[ANN.rep_id, BOB.rep_id])
    comparison = compared(shop, before)
    constants = shop.plan.info.constants
    assert ANN.lon is not None and ANN.lat is not None and BOB.lon is not None and BOB.lat is not None  # noqa: PT018
    ways = [float(great_circle_km(rep.lon, rep.lat, 2.5, 0.5)) for rep in (ANN, BOB)]
    per_km = constants.visits * constants.detour / constants.speed_kmh * 2 / constants.stops_per_trip
    gained = comparison.after.account_workload_h[2] - comparison.before.account_workload_h[2]
    assert gained == pytest.approx(per_km * (ways[1] - ways[0]), rel=1e-9)


def test_json_says_who_moves_from_whom_to_whom() -> None:
    comparison = compared(*example())
    ages = Ages(np.array([np.nan, 2.5, 1.0, 1.0]), np.array([np.nan, 2.5, 1.0, 7.0]))
    told = json.loads(json.dumps(comparison_json(comparison, ages), allow_nan=False))
    assert (told["before"], told["after"]) == ("Today", "Next")
    assert told["moves"]["units"] == 3
    assert told["moves"]["units_to_another_territory"] == 1
    assert told["moves"]["accounts_to_another_rep"] == 1  # account 2: Ann's before, Bob's now
    assert told["moves"][REVENUE.name] == 20 + 40 + 80
    first = told["units"][0]
    assert {k: first[k] for k in ("code", "change", "from", "to", "rep_from", "rep_to", "days_since_change")} == {
        "code": "B",
        "change": "moved",
        "from": "East",
        "to": "T1",
        "rep_from": ANN.name,
        "rep_to": ANN.name,
        "days_since_change": 2.5,
    }
    assert [t["state"] for t in told["territories"]] == ["kept", "kept", "deleted"]
    assert told["territories"][2]["after"] is None
    assert told["accounts"][-1]["measures"][REVENUE.name] == 80


@st.composite
def two_sides(draw: st.DrawFn) -> tuple[list[Territory], list[Territory], np.ndarray, np.ndarray]:
    def side() -> tuple[list[Territory], np.ndarray]:
        ids = draw(st.lists(st.integers(1, 6), unique=True, max_size=6))
        territories = [Territory(i, f"t{i}", f"T{i}", "#000000", draw(st.sampled_from([None, 1, 2]))) for i in ids]
        holder = draw(st.lists(st.integers(-1, len(ids) - 1), min_size=12, max_size=12))
        return territories, np.array(holder, dtype=np.int32)

    (before, origin), (after, target) = side(), side()
    return before, after, origin, target


@settings(max_examples=150, deadline=None)
@given(two_sides())
def test_kinds_are_what_uuids_and_reps_say(
    sides: tuple[list[Territory], list[Territory], np.ndarray, np.ndarray],
) -> None:
    """Looked up one by one; and seen from the other side the same things move."""
    before, after, origin, target = sides
    kinds = kinds_of_moves(before, after, origin, target).tolist()
    for kind, a, b in zip(kinds, origin.tolist(), target.tolist(), strict=True):
        was, now = (before[a] if a >= 0 else None), (after[b] if b >= 0 else None)
        uuids = (was.uuid if was else None, now.uuid if now else None)
        reps = (was.rep_id if was else None, now.rep_id if now else None)
        assert kind == (TERRITORY if uuids[0] != uuids[1] else REP if reps[0] != reps[1] else SAME)
    assert kinds_of_moves(after, before, target, origin).tolist() == kinds


def test_nothing_moves_against_itself() -> None:
    shop, _ = example()
    side = side_of(shop.plan, shop.totals)
    comparison = Comparison(side, side)
    assert comparison.is_empty
    assert [pair.kept for pair in comparison.pairs] == [1.0, 1.0]
    assert moved_amounts(comparison).tolist() == [0.0] * len(shop.plan.measures)


def test_a_side_stands_still_while_the_plan_is_edited() -> None:
    shop, _ = example()
    side = side_of(shop.plan, shop.totals)
    total, holders = side.total.copy(), side.plan.unit_territory.copy()
    shop.assign([0], 1)
    assert (side.total == total).all()
    assert (side.plan.unit_territory == holders).all()


def test_a_plan_with_no_account_keeps_by_units() -> None:
    shop = row_of_four(make_accounts([]), rep_ids=[None, None])
    plan: Plan = shop.plan
    before = Variant(TODAY, plan.territories, np.array([0, 0, 0, 1], dtype=np.int32), np.empty(0, dtype=np.int32))
    comparison = compared(shop, before)
    assert [pair.kept for pair in comparison.pairs] == [pytest.approx(2 / 3), 1.0]
