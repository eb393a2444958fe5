"""Filter and order of accounts; Python's own sorted() and loops are the second opinion."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.panels.account_rows import (
    OVERRIDDEN,
    POINTLESS,
    SELECTED,
    UNASSIGNED,
    UNPLACED,
    AccountFilter,
    AccountRows,
    rank_texts,
    runs,
)
from tests.ui.panels.plans import territory_id

NONE = np.empty(0, dtype=np.int64)


@given(st.lists(st.text(max_size=6), max_size=40))
def test_ranks_order_texts_as_sorted_does(texts: list[str]) -> None:
    ranks = rank_texts(texts)
    order = [texts[i].casefold() for i in np.argsort(ranks, kind="stable")]
    assert order == sorted(text.casefold() for text in texts)
    assert [rank == -1 for rank in ranks] == [text == "" for text in texts]


@given(st.sets(st.integers(0, 60)))
def test_runs_cover_exactly_the_rows(rows: set[int]) -> None:
    pieces = runs(np.array(sorted(rows), dtype=np.int64))
    assert [row for first, last in pieces for row in range(first, last + 1)] == sorted(rows)
    assert all(b[0] - a[1] > 1 for a, b in pairwise(pieces))


def shown(session: Session, wanted: AccountFilter, selected: np.ndarray = NONE) -> list[int]:
    rows = AccountRows(session.plan)
    rows.show(wanted, selected)
    return [int(ix) for ix in rows.shown]


def test_every_word_must_be_found_somewhere(session: Session) -> None:
    assert shown(session, AccountFilter(text="springfield")) == [0, 5, 10, 15, 20]
    assert shown(session, AccountFilter(text="K00005 SPRING")) == [5]
    assert shown(session, AccountFilter(text="60007")) == [7]
    assert shown(session, AccountFilter(text="nowhere")) == []


def test_filters_narrow_each_other(session: Session) -> None:
    north = territory_id(session, "North")
    # North: columns 1 and 2 of six; account 19 lies there but has no place.
    assert shown(session, AccountFilter(territory_id=north)) == [0, 1, 6, 7, 12, 13, 18]
    assert shown(session, AccountFilter(territory_id=UNASSIGNED)) == [5, 9, 11, 17, 19, 23]
    assert shown(session, AccountFilter(territory_id=north, level=0)) == [0, 6, 12, 18]
    assert shown(session, AccountFilter(kind=UNPLACED)) == [9, 19]
    assert shown(session, AccountFilter(kind=SELECTED, text="account 1"), np.array([3, 10, 11])) == [10, 11]


def test_overridden_and_pointless_ones_are_told_apart(session: Session) -> None:
    plan = session.plan
    session.do(commands.set_override(plan, np.array([0, 2]), territory_id(session, "North"), "key account"))
    assert shown(session, AccountFilter(kind=OVERRIDDEN)) == [0, 2]
    assert shown(session, AccountFilter(kind=POINTLESS)) == [0]
    assert shown(session, AccountFilter(territory_id=territory_id(session, "North"))) == [0, 1, 2, 6, 7, 12, 13, 18]


@pytest.mark.parametrize("is_descending", [False, True])
def test_sorting_is_stable_and_puts_what_is_missing_last(session: Session, is_descending: bool) -> None:
    rows = AccountRows(session.plan)
    rows.sort("city", is_descending)
    cities = session.plan.accounts.city
    # sorted(reverse=True) keeps equal ones in their order, as we do.
    assert list(rows.shown) == sorted(range(24), key=lambda i: cities[i].casefold(), reverse=is_descending)
    rows.sort("territory", is_descending)
    names = ["North", "South", "West", None]
    of = session.plan.territory_of_accounts()
    seen = [names[of[ix]] for ix in rows.shown]
    assert seen[-6:] == [None] * 6
    assert seen[:18] == sorted(seen[:18], reverse=is_descending)


def test_numbers_sort_as_numbers_with_missing_ones_last(session: Session) -> None:
    column = session.plan.measures[-1].column_name
    session.plan.accounts.values[column][[4, 5]] = np.nan
    rows = AccountRows(session.plan)
    rows.sort(f"measure:{column}", True)
    assert list(rows.shown) == [*range(23, 5, -1), 3, 2, 1, 0, 4, 5]


def test_rows_are_found_back(session: Session) -> None:
    rows = AccountRows(session.plan)
    rows.sort("name", True)
    rows.show(AccountFilter(text="springfield"), NONE)
    accounts = np.array([0, 1, 5, 20])
    assert [int(rows.shown[row]) for row in rows.rows_of(accounts)] == [
        5,
        20,
        0,
    ]  # "account 5" > "account 20" > "account 0"


def test_a_large_plan_filters_like_a_loop(session: Session) -> None:
    rng = np.random.default_rng(7)
    accounts = session.plan.accounts
    accounts.level[:] = rng.integers(0, 4, len(accounts))
    expected = [i for i in range(24) if accounts.level[i] == 2 and "haver" in accounts.city[i].casefold()]
    assert shown(session, AccountFilter(text="haver", level=2)) == expected
