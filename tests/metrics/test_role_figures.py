"""Figures over periods: worked examples by hand, and laws."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.metrics.role_figures import Owner, change_to_last, combined, kind_of, series_of, together, trend
from territorymap.model.coverage import Figure
from territorymap.model.role_metrics import MEAN, SUM, metric_key, metrics_in

ANNA, BERT, EAST = 1, 2, 11


def figure(metric: str, period: str, amount: float, rep: int | None = None, territory: int | None = None) -> Figure:
    return Figure(0, "", metric, period, rep, territory, amount)


FIGURES = [
    figure("calls", "2026-01", 40, ANNA),
    figure("calls", "2026-02", 50, ANNA),
    figure("calls", "2026-02", 10, BERT),
    figure("retention", "2026-02", 0.9, ANNA),
    figure("retention", "2026-02", 0.8, BERT),
]


def test_the_people_of_a_territory_add_up() -> None:
    """As in the docstring of series_of."""
    found = series_of(FIGURES, "calls", [Owner(EAST, (ANNA, BERT)), Owner(None, (BERT,)), Owner(None, (9,))])
    assert [p.text for p in found.periods] == ["2026-01", "2026-02"]
    assert np.array_equal(found.values, [[40, 60], [np.nan, 10], [np.nan, np.nan]], equal_nan=True)
    quarter = series_of(FIGURES, "calls", [Owner(EAST, (ANNA, BERT))], "quarter")
    assert [p.text for p in quarter.periods] == ["2026-Q1"]
    assert quarter.values.tolist() == [[100]]


def test_ratios_are_averaged_and_own_figures_count_first() -> None:
    owners = [Owner(EAST, (ANNA, BERT))]
    assert series_of(FIGURES, "retention", owners).last.tolist() == pytest.approx([0.85])
    own = [*FIGURES, figure("retention", "2026-02", 0.7, territory=EAST)]
    assert series_of(own, "retention", owners).last.tolist() == [0.7]


def test_gaps_are_periods_that_nobody_told_of() -> None:
    found = series_of(
        [figure("calls", "2026-W52", 4, ANNA), figure("calls", "2027-W02", 6, ANNA)], "calls", [Owner(None, (ANNA,))]
    )
    assert [p.text for p in found.periods] == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert np.array_equal(found.values, [[4, np.nan, np.nan, 6]], equal_nan=True)


def test_a_week_counts_in_the_month_of_its_thursday() -> None:
    """2026-W40 runs from 28 September to 4 October; its Thursday is 1 October."""
    found = series_of([figure("calls", "2026-W40", 4, ANNA)], "calls", [Owner(None, (ANNA,))], "month")
    assert [p.text for p in found.periods] == ["2026-10"]


def test_no_figures_are_no_periods() -> None:
    found = series_of([], "calls", [Owner(EAST, (ANNA,))])
    assert found.periods == ()
    assert np.isnan(found.last).all()
    assert np.isnan(trend(found.values)).all()
    assert np.isnan(change_to_last(found.values)).all()
    assert kind_of([], "calls") == ""


def test_changes_by_hand() -> None:
    """As in the docstring of change_to_last."""
    values = np.array([[40, 50], [50, 40], [0, 5], [-10, -5], [np.nan, 3]])
    assert np.allclose(change_to_last(values), [0.25, -0.2, np.nan, 0.5, np.nan], equal_nan=True)


def test_trends_by_hand() -> None:
    """As in the docstring of trend."""
    values = np.array([[10, 20, 30, np.nan], [8, 8, 8, np.nan], [5, np.nan, 7, 9], [1, np.nan, np.nan, 2]])
    assert np.allclose(trend(values), [0.5, 0.0, 9 / 49, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Calls", "calls"),
        ("LTV", "lifetime_value"),
        ("Deals closed", "deals"),
        ("retention rate", "retention"),
        ("  Site   audits ", "Site audits"),
        ("客户留存率", "retention"),
        ("", ""),
    ],
)
def test_known_names_have_one_key(written: str, key: str) -> None:
    assert metric_key(written) == key


def test_known_metrics_stand_before_others() -> None:
    told = [figure(name, "2026", 1, ANNA) for name in ("zeal", "growth", "Audits", "calls")]
    assert metrics_in(told) == ["calls", "growth", "Audits", "zeal"]


amounts = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 12), amounts), max_size=30))
def test_quarters_are_the_sums_of_months_and_groups_of_their_members(told: list[tuple[int, int, float]]) -> None:
    last = {(rep, month): amount for rep, month, amount in told}
    figures = [figure("calls", f"2026-{month:02d}", amount, rep) for (rep, month), amount in last.items()]
    each = series_of(figures, "calls", [Owner(None, (rep,)) for rep in range(3)], "quarter")
    whole = series_of(figures, "calls", [Owner(EAST, (0, 1, 2))], "quarter")
    assert np.allclose(combined(each.values, SUM), whole.values[0], equal_nan=True) if len(each.periods) else not told
    for rep, at in product(range(3), range(len(each.periods))):
        months = [v for (r, m), v in last.items() if r == rep and (m + 2) // 3 == int(each.periods[at].text[-1])]
        assert np.isclose(each.values[rep, at], sum(months)) if months else np.isnan(each.values[rep, at])


@given(st.lists(amounts, min_size=1, max_size=8))
def test_a_mean_lies_between_least_and_most(values: list[float]) -> None:
    found = together(np.array([*values, np.nan]), MEAN)
    assert min(values) - 1e-6 <= found <= max(values) + 1e-6
    assert np.isclose(together(np.array(values), SUM), sum(values))
