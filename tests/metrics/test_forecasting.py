"""What a period brings: won, weighted open deals, run rate."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.metrics.forecasting import (
    NOT_IN,
    OPEN,
    WON,
    Span,
    attainment,
    kinds_of_deals,
    probabilities,
    run_rate_of_pace,
    run_rate_of_year,
    weighted_by,
)

SPRING = Span(date(2026, 4, 1), date(2026, 6, 30), date(2026, 5, 15))


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() if text else 0


def kinds(*deals: tuple[str, str, str, str], span: Span = SPRING) -> list[int]:
    """stage, closed, expected, expires"""
    stage = np.array([d[0] for d in deals], dtype=object)
    closed, expected, expires = (np.array([day(d[i]) for d in deals]) for i in (1, 2, 3))
    return kinds_of_deals(stage, closed, expected, expires, np.zeros(len(deals), dtype=np.int64), span).tolist()


def test_deals_of_a_quarter_as_worked_out_by_hand() -> None:
    assert kinds(
        ("won", "2026-04-03", "", ""),
        ("proposal", "", "2026-06-20", ""),
        ("proposal", "", "2026-03-01", ""),  # late: counts now
        ("proposal", "", "2026-07-05", ""),
        ("registered", "", "2026-06-20", "2026-04-30"),  # registration expired
        ("lost", "2026-04-03", "2026-04-03", ""),
        ("won", "2026-03-31", "2026-05-05", ""),
        ("qualified", "", "", ""),
    ) == [WON, OPEN, OPEN, NOT_IN, NOT_IN, NOT_IN, NOT_IN, OPEN]


def test_days_of_a_period() -> None:
    assert (SPRING.n_days, SPRING.n_elapsed, SPRING.n_left) == (91, 44, 47)
    before = Span(SPRING.start, SPRING.end, date(2026, 1, 1))
    assert (before.n_elapsed, before.n_left) == (0, 91)
    after = Span(SPRING.start, SPRING.end, date(2027, 1, 1))
    assert (after.n_elapsed, after.n_left) == (91, 0)


def test_a_probability_of_its_own_goes_before_that_of_the_stage() -> None:
    stage = np.array(["proposal", "proposal", "won", "lost", "unheard"], dtype=object)
    own = np.array([np.nan, 0.9, 0.2, 0.9, np.nan])
    assert probabilities(stage, own).tolist() == [0.5, 0.9, 1.0, 0.0, 0.0]
    assert probabilities(stage, own, {"proposal": 0.4, "won": 0.1}).tolist() == [0.4, 0.9, 1.0, 0.0, 0.0]


def test_open_deals_are_weighted_and_nobodys_are_told() -> None:
    """100,000 x 0.5 + 40,000 x 0.25 = 60,000; nobody's is the last."""
    owner = np.array([0, 0, -1, 1])
    found = weighted_by(owner, np.array([1e5, 4e4, 8.0, np.nan]), np.array([0.5, 0.25, 0.5, 1.0]), 2)
    assert found.tolist() == [60_000, 0, 4]
    assert weighted_by(np.empty(0, dtype=int), np.empty(0), np.empty(0), 2).tolist() == [0, 0, 0]


def test_run_rates() -> None:
    """365,000 a year, 60 % of it, 92 days: 55,200. 90,000 in 45 days, 47 left: 94,000."""
    assert run_rate_of_year(np.array([365_000.0, np.nan]), 0.6, 92) == pytest.approx([55_200, 0])
    assert run_rate_of_pace(np.array([90_000.0]), 45, 47).tolist() == [94_000]
    assert run_rate_of_pace(np.array([90_000.0]), 0, 47).tolist() == [0]


def test_attainment() -> None:
    found = attainment(np.array([450_000.0, 1, 1]), np.array([500_000.0, 0, np.nan]))
    assert found[0] == 0.9
    assert np.isnan(found[1:]).all()


@given(
    st.lists(st.tuples(st.sampled_from(["registered", "won", "lost"]), *[st.integers(0, 1100)] * 3), max_size=20),
    st.integers(0, 1100),
)
def test_each_open_or_won_deal_counts_in_one_period_only(rows: list[tuple[str, int, int, int]], today: int) -> None:
    """Over all quarters of the years that the days lie in, no deal counts twice."""
    first = date(2025, 1, 1).toordinal()
    now = date.fromordinal(first + today)
    stage = np.array([r[0] for r in rows], dtype=object)
    closed, expected, expires = (np.array([r[i] and first + r[i] for r in rows], dtype=np.int64) for i in (1, 2, 3))
    count = np.zeros(len(rows), dtype=int)
    for year in range(2025, 2029):
        for month in (1, 4, 7, 10):
            end = date(year + month // 10, (month + 3) % 12 or 12, 1).toordinal() - 1
            span = Span(date(year, month, 1), date.fromordinal(end), now)
            count += kinds_of_deals(stage, closed, expected, expires, np.zeros_like(closed), span) > 0
    lost_or_gone = (stage == "lost") | ((stage != "won") & (expires > 0) & (expires < now.toordinal()))
    dated = (stage != "won") | (closed > 0) | (expected > 0)
    assert (count == np.where(~lost_or_gone & dated, 1, 0)).all()
