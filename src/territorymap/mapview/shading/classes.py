"""Numbers in classes: limits by mapclassify, made round, and counts. Owns limits; not colours (ramps)."""

from __future__ import annotations

import importlib
import math
import warnings
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.shading.registry import Classing

Floats = NDArray[np.float64]

ROUNDING = 0.01  # share of the numbers that a limit may step over to become round
_SEED = 1  # natural breaks begin at random: the same plan must look the same every day
CLASSIFIER = "mapclassify"
NO_CLASS, ZERO_CLASS = -1, -2


@dataclass(frozen=True)
class Classes:
    """Numbers in classes 0 .. n - 1, ascending; class c holds limit[c - 1] < number <= limit[c]."""

    limits: tuple[float, ...]  # (n - 1,) between the classes
    low: float  # least and greatest number that is in a class
    high: float
    of: NDArray[np.int16]  # class of each number, NO_CLASS where there is none, ZERO_CLASS for 0
    is_whole: bool = False  # whether all numbers are counts

    @property
    def n(self) -> int:
        return len(self.limits) + 1 if (self.of >= 0).any() else 0


def classify(values: Floats, classing: Classing) -> Classes:
    """Return classes of the numbers; 0 is a class of its own, for most units of most plans have nothing."""
    values = np.asarray(values, dtype=np.float64)
    of = np.full(len(values), NO_CLASS, dtype=np.int16)
    of[values == 0] = ZERO_CLASS
    is_number = np.isfinite(values) & (values != 0)
    numbers = np.sort(values[is_number])
    if not len(numbers):
        return Classes((), math.nan, math.nan, of)
    limits = round_limits(numbers, raw_limits(numbers, classing.method, classing.n_classes))
    of[is_number] = np.searchsorted(limits, values[is_number], side="left")
    is_whole = bool((numbers == np.floor(numbers)).all()) and numbers[0] > 0
    return Classes(tuple(limits), float(numbers[0]), float(numbers[-1]), of, is_whole)


def raw_limits(numbers: Floats, method: str, n_classes: int) -> list[float]:
    """Return the limits between classes by mapclassify, ascending: the last number of each class but the greatest.

    Parameters
    ----------
    numbers : ascending; where fewer of them differ, there are fewer classes
    """
    # Between 0 and 1, and what differs less is the same: scikit-learn squares the distances.
    scaled = numbers / max(abs(numbers[0]), abs(numbers[-1]))
    scaled = scaled - scaled[0]
    if method == "natural_breaks":
        scaled = np.round(scaled / (scaled[-1] or 1.0), 6)
    k = min(n_classes, len(np.unique(scaled)))
    if k < 2:
        return []
    mapclassify = load_classifier()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that equal numbers leave fewer classes is seen in the legend
        if method == "natural_breaks":
            with _Seeded():
                bins = mapclassify.NaturalBreaks(scaled, k=k).bins
        else:
            bins = mapclassify.Quantiles(scaled, k=k).bins
    after = np.searchsorted(scaled, np.unique(bins), side="right")
    return [float(limit) for limit in np.unique(numbers[after[after > 0] - 1]) if limit < numbers[-1]]


def load_classifier() -> ModuleType:
    """Return the module mapclassify; it brings scikit-learn, networkx and pandas: a second, once, for who needs it."""
    return importlib.import_module(CLASSIFIER)


def round_limits(numbers: Floats, limits: list[float]) -> list[float]:
    """Return the limits made round. Each steps over few numbers at most (ROUNDING), so classes stay what they are.

    Parameters
    ----------
    numbers : ascending
    """
    n = len(numbers)
    after = np.searchsorted(numbers, limits, side="right")  # how many are in the classes up to each limit
    size = np.diff(np.concatenate([[0], after, [n]]))
    out: list[float] = []
    for ix, limit in enumerate(limits):
        # Less than half of the smaller neighbour, so that no class is left empty.
        slack = max(0, min(int(n * ROUNDING), (int(min(size[ix], size[ix + 1])) - 1) // 2))
        out.append(roundest(limit, float(numbers[after[ix] - 1 - slack]), float(numbers[after[ix] + slack])))
    return out


def roundest(value: float, low: float, high: float) -> float:
    """Return the number in low <= x < high that is a multiple of the largest 1, 0.5 or 0.2 times a power of ten.

    Of several the nearest to the value.
    """
    if not low < high:
        return value
    exponent = math.ceil(math.log10(max(abs(low), abs(high)))) + 1
    for power in range(exponent, exponent - 18, -1):
        for factor in (1.0, 0.5, 0.2):
            step = factor * 10.0**power
            nearest = round(value / step) * step
            for candidate in (nearest, math.ceil(low / step) * step, (math.ceil(high / step) - 1) * step):
                exact = float(f"{candidate:.15g}")
                if low <= exact < high:
                    return exact + 0.0
    return value


class _Seeded:
    """numpy's global random numbers begin anew inside and go on as before afterwards (scikit-learn takes them)."""

    def __enter__(self) -> None:
        self._before = np.random.get_state()
        np.random.seed(_SEED)

    def __exit__(self, *_: object) -> None:
        np.random.set_state(self._before)
