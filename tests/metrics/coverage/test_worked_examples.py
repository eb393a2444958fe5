"""The worked examples of metrics.coverage, as their docstrings compute them by hand."""

from __future__ import annotations

import doctest
from dataclasses import replace

import numpy as np
import pytest

from territorymap.metrics.coverage.clashes import find_clashes
from territorymap.metrics.coverage.findings import Finding
from territorymap.metrics.coverage.gaps import find_gaps
from territorymap.metrics.coverage.handover import find_handovers
from territorymap.metrics.coverage.judging import Sum, judge
from territorymap.metrics.coverage.registrations import find_deal_conflicts
from territorymap.metrics.coverage.situation import Deals, Situation
from territorymap.model import role_matrix
from territorymap.model.role_matrix import EXCLUSIVE, HANDOVER, SHARE, RoleMatrix
from tests.metrics.coverage.builders import NAN, TODAY, deals, side, situation


def told(findings: list[Finding]) -> list[tuple[str, list[int], float]]:
    return [(f"{f.kind}.{f.cause}", f.accounts.tolist(), f.revenue) for f in findings]


def test_gaps_have_three_causes() -> None:
    unit_ix = [0, 0, 1, 2, -1]
    field = side("field", "PQ.", {"P": (), "Q": (1,)}, unit_ix, scope="10111")
    found = list(find_gaps(situation([field], unit_ix, [10, 20, 30, 40, 50])))
    assert sorted(told(found)) == [
        ("gap.scope", [1], 20.0),
        ("gap.unassigned", [3], 40.0),
        ("gap.unassigned", [4], 50.0),
        ("gap.vacant", [0], 10.0),
    ]
    by_cause = {f.accounts[0]: f for f in found}
    assert by_cause[3].units.tolist() == [2]
    assert by_cause[4].units.tolist() == []
    assert by_cause[0].holders == ((0, 0),)
    assert [f.uncovered for f in found] == [1, 1, 1, 1]
    more = side("account_management", "RRR", {"R": (2,)}, [0, 0, 1, 2, 0])
    now = situation([field, more], unit_ix, [10, 20, 30, 40, 50])
    assert {(f.cause, f.accounts[0], f.uncovered) for f in find_gaps(now)} == {
        ("unassigned", 3, 0),
        ("unassigned", 4, 0),
        ("vacant", 0, 0),
    }
    channel = replace(field, role="partner")
    assert [f.cause for f in find_gaps(replace(now, sides=[channel, more]))] == ["vacant"]


def test_an_account_given_by_name_is_no_gap() -> None:
    unit_ix = [0, 0]
    field = side("field", ".", {"P": (1,)}, unit_ix, scope="00", by_name={0: "P"})
    assert told(list(find_gaps(situation([field], unit_ix, [1, 2])))) == [("gap.scope", [1], 2.0)]


def test_a_vacancy_without_accounts_is_told_by_its_ground() -> None:
    field = side("field", "PPQ", {"P": (), "Q": (1,)}, [])
    (found,) = find_gaps(situation([field], [], []))
    assert (found.cause, found.units.tolist(), found.count) == ("vacant", [0, 1], 2)


@pytest.fixture
def channels() -> Situation:
    unit_ix = [0, 1, 2, 3]
    partners = (7, 8)
    return situation(
        [
            side("field", "NNNN", {"N": (1,)}, unit_ix),
            side("partner", "AA.B", {"A": (7,), "B": (8,)}, unit_ix, partners=partners),
            side("partner", ".CCC", {"C": (8,)}, unit_ix, partners=partners),
        ],
        unit_ix,
        [10, 20, 30, 40],
        deals=deals((0, 7, "2026-06-01", "", 5, "proposal")),
        partners=partners,
    )


def test_clashes_fall_into_one_kind_each(channels: Situation) -> None:
    found = list(find_clashes(channels))
    assert [(*one, f.holders) for one, f in zip(told(found), found, strict=True)] == [
        ("vertical.rep", [0], 10.0, ((0, 0), (1, 0))),
        ("multichannel.indirect", [1], 20.0, ((0, 0), (1, 0))),
        ("multichannel.indirect", [3], 40.0, ((0, 0), (1, 1))),
        ("multichannel.indirect", [1, 2, 3], 90.0, ((0, 0), (2, 0))),
        ("horizontal.account", [1], 20.0, ((1, 0), (2, 0))),
    ]


def test_a_deal_that_lapsed_is_no_work(channels: Situation) -> None:
    lapsed = deals((0, 7, "2026-06-01", "2026-06-14", 5, "proposal"))
    kinds = {f"{f.kind}.{f.cause}" for f in find_clashes(replace(channels, deals=lapsed))}
    assert kinds == {"multichannel.indirect", "horizontal.account"}


def test_rules_of_the_planner_count(channels: Situation) -> None:
    shared = replace(channels, matrix=RoleMatrix.of([("Partner", "Field", SHARE), ("partner", "partner", SHARE)]))
    assert list(find_clashes(shared)) == []


def test_two_partners_on_ground_without_accounts() -> None:
    partners = (7, 8)
    sides = [
        side("partner", "AAA", {"A": (7,)}, [0], partners=partners),
        side("partner", "CC.", {"C": (8,)}, [0], partners=partners),
    ]
    account, ground = find_clashes(situation(sides, [0], [10], partners=partners))
    assert (account.cause, account.accounts.tolist()) == ("account", [0])
    assert (ground.cause, ground.units.tolist(), ground.count) == ("ground", [1], 1)
    apart = [
        side("partner", "AAA", {"A": (7,)}, [0, 0], scope="10", partners=partners),
        side("partner", "CC.", {"C": (8,)}, [0, 0], scope="01", partners=partners),
    ]
    assert list(find_clashes(situation(apart, [0, 0], [1, 1], partners=partners))) == []


def test_inside_against_outside_and_other_roles() -> None:
    unit_ix = [0, 1]
    sides = [
        side("field", "AA", {"A": (1,)}, unit_ix),
        side("inside", "B.", {"B": (2,)}, unit_ix),
        side("Hybrid", ".C", {"C": (3,)}, unit_ix),
    ]
    assert told(list(find_clashes(situation(sides, unit_ix, [1, 2])))) == [
        ("multichannel.inside", [0], 1.0),
        ("overlap.exclusive", [1], 2.0),
    ]


def test_one_rep_in_both_teams_is_no_conflict() -> None:
    sides = [side("field", "A", {"A": (1,)}, [0]), side("inside", "B", {"B": (2, 1)}, [0])]
    assert list(find_clashes(situation(sides, [0], [1]))) == []


def test_a_partner_outside_its_territory_terms() -> None:
    unit_ix, partners = [0, 1, 0], (7, 8)
    partner = side(
        "partner",
        "AB",
        {"A": (7,), "B": (8,)},
        unit_ix,
        scope="110",
        by_name={1: "A", 2: "A"},
        partners=partners,
    )
    assert told(list(find_clashes(situation([partner], unit_ix, [1, 2, 4], partners=partners)))) == [
        ("vertical.territory", [1, 2], 6.0)
    ]


def test_deals_by_first_come_and_territory() -> None:
    field = side("field", "N.", {"N": (1,)}, [0, 1])
    book = deals(
        (0, 1, "2026-03-01", "", 90, "registered"),
        (0, 7, "2026-02-01", "2026-06-14", 100, "registered"),
        (0, 7, "2026-04-01", TODAY, 100, "proposal"),
        (1, 1, "2026-05-01", "", 10, "registered"),
    )
    found = list(find_deal_conflicts(situation([field], [0, 1], [1000, 1], deals=book, partners=(7,))))
    assert [(f.kind, f.cause, f.deals, f.amount, f.revenue) for f in found] == [
        ("deal", "second", (0, 2), 100.0, 1000.0),
        ("deal", "outside", (2,), 100.0, 1000.0),
        ("deal", "outside", (3,), 10.0, 1.0),
        ("deal", "expired", (1,), 100.0, 1000.0),
        ("vertical", "price", (0, 2), 190.0, 1000.0),
    ]


def test_bids_against_each_other_are_vertical_or_horizontal() -> None:
    """Rep 1 (field) and partners 7, 8 on account 0, lowest prices 97 and 100; 8 came first, then 1, then 7 twice."""
    field = side("field", "N", {"N": (1,)}, [0])
    book = deals(
        (0, 1, "2026-03-01", "", 97, "registered"),
        (0, 7, "2026-04-01", "", 100, "registered"),
        (0, 8, "2026-02-01", "", 101, "registered"),
        (0, 7, "2026-05-01", "", 102, "registered"),
    )
    now = situation([field], [0], [10], deals=book, partners=(7, 8))
    bids = [f for f in find_deal_conflicts(now) if f.cause == "bid"]
    assert [(f.kind, f.deals, f.amount, f.revenue) for f in bids] == [
        ("vertical", (2, 0), 198.0, 10.0),
        ("horizontal", (2, 1), 201.0, 10.0),
    ]
    shared = replace(now, matrix=RoleMatrix.of([("field", "partner", SHARE), ("partner", "partner", SHARE)]))
    assert [f for f in find_deal_conflicts(shared) if f.cause == "bid"] == []


def test_deals_that_are_closed_or_unplaced_or_strange() -> None:
    field = side("field", "N", {"N": (1,)}, [0])
    book = deals(
        (0, 1, "2026-03-01", "", NAN, "won"),
        (0, 7, "2026-04-01", "", -5, "lost"),
        (-1, 7, "2026-04-01", "", 5, "registered"),
        (0, -1, "", "", 0, "registered"),
        (0, 1, "2027-01-01", "", float("inf"), "registered"),
    )
    found = list(find_deal_conflicts(situation([field], [0], [NAN], deals=book, partners=(7,))))
    # The one without a day comes after the one with a day, even in the future.
    assert [(f.cause, f.deals, f.amount, f.revenue) for f in found] == [("second", (4, 3), 0.0, 0.0)]


def test_a_second_registration_after_the_first_lapsed_is_none() -> None:
    field = side("field", "N", {"N": (1, 2)}, [0])
    book = deals((0, 1, "2026-01-01", "2026-07-01", 1, "registered"), (0, 2, "2026-07-02", "", 1, "registered"))
    assert list(find_deal_conflicts(situation([field], [0], [1], deals=book))) == []


def test_handovers_have_both_sides_and_a_day() -> None:
    unit_ix = [0, 1, 0, 1]
    now = situation(
        [
            side("account_management", "MM", {"M": (2,)}, unit_ix, scope="0010"),
            side("new_business", "NN", {"N": (1,)}, unit_ix, scope="1101"),
        ],
        unit_ix,
        [10, 20, 30, 40],
        deals=deals(
            (0, 1, "2026-01-01", "", 5, "won"),
            (1, 1, "2026-01-01", "", 6, "proposal"),
            (2, 1, "2025-01-01", "", 7, "won"),
            (0, 1, "2026-05-01", "", 8, "proposal"),
            (3, 1, "2026-01-01", "", 9, "won"),
            expected=("", "2026-09-30", "", "2026-12-31", ""),
            closed=("2026-03-01", "", "2026-01-15", "", "2026-02-01"),
        ),
    )
    now = replace(now, covered_after={(1, 0): np.array([True, True, True, False])})
    found = find_handovers(now)
    assert [(h.account, h.state, h.giver, h.taker, h.day) for h in found] == [
        (0, "due", (1, 0), (0, 0), "2026-03-01"),
        (1, "coming", (1, 0), (0, 0), "2026-09-30"),
        (2, "done", (1, 0), (0, 0), "2026-01-15"),
        (3, "stays", (1, 0), (0, -1), "2026-02-01"),
    ]
    judged = judge(now)
    assert [(f.cause, f.day, f.revenue, f.amount) for f in judged.of_kind("handover")] == [
        ("due", "2026-03-01", 10.0, 5.0),
        ("coming", "2026-09-30", 20.0, 6.0),
    ]


def test_the_role_that_is_said_first_gives_where_neither_is_known() -> None:
    matrix = RoleMatrix.of([("hunter", "farmer", HANDOVER)])
    assert matrix.rule("Farmer", "hunter") == HANDOVER
    assert matrix.handover("Farmer", "hunter") == ("hunter", "Farmer")
    assert RoleMatrix().rule("hunter", "farmer") == SHARE
    assert RoleMatrix().rule("hunter", "Hunter") == EXCLUSIVE
    assert doctest.testmod(role_matrix).failed == 0


def test_sums_count_an_account_once(channels: Situation) -> None:
    judged = judge(channels)
    total = judged.total(judged.of_kind("multichannel"))
    assert (total.findings, total.accounts, total.revenue) == (3, 3, 90.0)
    assert judged.total([]) == Sum(0, 0, 0, 0, 0.0, 0.0)
    assert judged.of_kind("gap") == []


def test_no_alignment_no_account_no_deal() -> None:
    nothing = Situation([], np.empty(0, dtype=np.int32), np.empty(0), TODAY)
    assert judge(nothing).findings == []
    assert judge(replace(nothing, sides=[side("field", "A", {"A": (1,)}, [])], deals=Deals())).findings == []
