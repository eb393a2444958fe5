"""Numbers in classes."""

from __future__ import annotations

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.mapview.shading.classes import NO_CLASS, ZERO_CLASS, classify, raw_limits, round_limits, roundest
from territorymap.mapview.shading.registry import METHODS, Classing

NAN = float("nan")
numbers = st.lists(
    st.one_of(st.floats(-1e9, 1e9), st.integers(-20, 20).map(float), st.sampled_from([0.0, NAN, float("inf")])),
    max_size=60,
)
classings = st.builds(Classing, st.sampled_from(METHODS), st.integers(3, 9), st.booleans())


def test_quantiles_of_1_to_12_in_four_classes_worked_out_by_hand() -> None:
    """Three numbers in each class: limits lie in 3 <= x < 4, 6 <= x < 7, 9 <= x < 10; the roundest are 3, 6 and 9."""
    classes = classify(np.arange(1.0, 13.0), Classing("quantiles", 4))
    assert classes.limits == (3.0, 6.0, 9.0)
    assert np.bincount(classes.of).tolist() == [3, 3, 3, 3]


def test_natural_breaks_fall_into_the_gaps() -> None:
    """1, 2, 3 | 50, 51 | 200, 201, 202: the limits lie between the heaps, at the roundest numbers there."""
    classes = classify(np.array([1.0, 2, 3, 50, 51, 200, 201, 202]), Classing("natural_breaks", 3))
    assert np.bincount(classes.of).tolist() == [3, 2, 3]
    assert 3 <= classes.limits[0] < 50
    assert 51 <= classes.limits[1] < 200


@pytest.mark.parametrize("n_classes", [3, 5, 9])
def test_classes_are_those_of_mapclassify(n_classes: int) -> None:
    """With fewer than 100 numbers no limit may step over one, so rounding changes nothing."""
    values = np.random.default_rng(4).lognormal(6, 1.3, 90)
    theirs = mapclassify.Quantiles(values, k=n_classes)
    assert classify(values, Classing("quantiles", n_classes)).of.tolist() == theirs.yb.tolist()


def test_natural_breaks_are_as_good_as_mapclassify_s_best_of_many() -> None:
    """The sum of squared distances from the class means, against Fisher and Jenks's exact optimum."""
    values = np.sort(np.random.default_rng(9).gamma(2.0, 100.0, 80))
    best = mapclassify.FisherJenks(values, k=4)
    ours = classify(values, Classing("natural_breaks", 4))

    def spread(of: np.ndarray) -> float:
        return sum(float(((values[of == c] - values[of == c].mean()) ** 2).sum()) for c in np.unique(of))

    assert spread(ours.of) <= 1.02 * spread(best.yb)


def test_natural_breaks_are_the_same_every_time_and_leave_the_random_numbers_alone() -> None:
    values = np.random.default_rng(2).lognormal(6, 1.3, 500)
    np.random.seed(7)
    expected = np.random.random()
    np.random.seed(7)
    first = classify(values, Classing("natural_breaks", 6)).limits
    assert np.random.random() == expected
    assert classify(values, Classing("natural_breaks", 6)).limits == first


@settings(max_examples=60, deadline=None)
@given(numbers, classings)
def test_every_number_is_in_the_class_that_the_limits_say(values: list[float], classing: Classing) -> None:
    array = np.array(values, dtype=float)
    classes = classify(array, classing)
    assert list(classes.limits) == sorted(set(classes.limits))
    assert classes.n <= classing.n_classes
    for value, of in zip(array, classes.of, strict=True):
        if not np.isfinite(value):
            assert of == NO_CLASS
        elif value == 0:
            assert of == ZERO_CLASS
        else:
            assert of == sum(limit < value for limit in classes.limits)
    used = set(classes.of.tolist()) - {NO_CLASS, ZERO_CLASS}
    assert used == set(range(classes.n))  # none is empty


def test_a_limit_becomes_round_and_steps_over_few_numbers() -> None:
    values = np.sort(np.random.default_rng(1).lognormal(8, 1.2, 20_000))
    raw = raw_limits(values, "quantiles", 5)
    assert len(raw) == 4
    rounded = round_limits(values, raw)
    for before, after in zip(raw, rounded, strict=True):
        between = abs(int(np.searchsorted(values, before)) - int(np.searchsorted(values, after)))
        assert between <= 0.01 * len(values)
        assert len(f"{after:g}".replace(".", "").rstrip("0")) <= 2


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (1237.4, 1200.0, 1300.0, 1200.0),
        (1237.4, 1236.0, 1238.0, 1236.0),
        (1237.4, 1237.0, 1238.0, 1237.0),
        (0.0137, 0.013, 0.0145, 0.014),
        (-37.0, -40.0, -31.0, -40.0),
        (3.0, -1.0, 8.0, 0.0),
        (5.0, 5.0, 5.0, 5.0),
        (99.7, 99.2, 104.0, 100.0),
    ],
)
def test_the_roundest_number_of_an_interval(value: float, low: float, high: float, expected: float) -> None:
    assert roundest(value, low, high) == expected


def test_nothing_has_no_class() -> None:
    assert classify(np.array([NAN, 0.0]), Classing()).n == 0
    assert classify(np.array([]), Classing()).limits == ()
