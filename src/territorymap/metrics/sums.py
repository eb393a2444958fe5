"""Sums that are changed by deltas without losing digits. Owns when a sum must be taken anew; not what is summed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A sum is taken anew after so many deltas, or when little is left of it: rounding stays below 1e-10 of the total.
MAX_DELTAS = 500
MIN_LEFT = 1e-3


class Sums:
    """(R, T + 1) sums, the last column for what is unassigned, so that -1 addresses it."""

    def __init__(self, value: Floats) -> None:
        self.value = value
        self._peak = np.abs(value)
        self._n_deltas = np.zeros(value.shape[1], dtype=np.int64)

    def add(self, label: NDArray[np.integer], gained: Floats) -> list[int]:
        """Add (R, k) to these distinct columns; returns the columns that are worn and must be :meth:`put` anew."""
        total = self.value[:, label] + gained
        self.value[:, label] = total
        size = np.abs(total)
        peak = np.maximum(self._peak[:, label], size)
        self._peak[:, label] = peak
        self._n_deltas[label] += 1
        is_worn = (size < MIN_LEFT * peak).any(axis=0) | (self._n_deltas[label] > MAX_DELTAS)
        return [int(column) for column in label[is_worn]]

    def put(self, column: int, total: Floats) -> None:
        """Set a column to a sum just taken."""
        self.value[:, column] = total
        self._peak[:, column] = np.abs(total)
        self._n_deltas[column] = 0

    def take(self, source: Ints, is_new: NDArray[np.bool_]) -> None:
        """Make the columns those of ``source``; new ones start at 0."""
        self.value = np.where(is_new, 0.0, self.value[:, source])
        self._peak = np.where(is_new, 0.0, self._peak[:, source])
        self._n_deltas = np.where(is_new, 0, self._n_deltas[source])


def sum_by(label: NDArray[np.integer], values: Floats, n: int) -> Floats:
    """Return (R, n) sums of (R, k) values by label 0..n-1."""
    n_rows = len(values)
    if n_rows == 0 or n == 0 or not len(label):
        return np.zeros((n_rows, n))
    slot = (label + np.arange(n_rows)[:, None] * n).ravel()
    return np.bincount(slot, values.ravel(), minlength=n_rows * n).reshape(n_rows, n).astype(np.float64)


def gain_by(origin: NDArray[np.integer], target: NDArray[np.integer], before: Floats, after: Floats, n: int) -> Floats:
    """Return (R, n) what each label gains when (R, k) values go from origin to target and change on the way."""
    return np.asarray(sum_by(target, after, n) - sum_by(origin, before, n))


def count_gain_by(origin: NDArray[np.integer], target: NDArray[np.integer], n: int) -> Ints:
    """Return (n,) how many more there are of each label."""
    return np.asarray(np.bincount(target, minlength=n) - np.bincount(origin, minlength=n))
