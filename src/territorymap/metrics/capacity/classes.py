"""Classes of accounts by size, and which rule says who looks after each. Owns the grouping; not hours (buildup)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territorymap.i18n import tr
from territorymap.metrics.registry import metric

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FIELD, INSIDE = 0, 1
EARTH_KM = 6371.0088


@metric(
    "account_class",
    scope="assumed",
    label=lambda: tr("Class of an account"),
    formula=lambda: tr(
        "Accounts by amount, the largest first; an account is in the first class whose limit is above the share of the "
        "total that lies before it"
    ),
    meaning=lambda: tr(
        "A few accounts bring most of the amount: the first class holds those, the last one the many small ones."
    ),
    lines=lambda case: [],
)
def abc_class(amount: ArrayLike, limits: Sequence[float]) -> NDArray[np.int64]:
    """Class of each account by the share of the total that larger accounts make up.

    Worked by hand: amounts 50, 30, 10, 6, 4 (total 100), limits 0.8 and 0.95. Before them lie 0, 0.5, 0.8, 0.9, 0.96:
    the first two are below 0.8 (class 0), the next two below 0.95 (class 1), the last is class 2.

    Parameters
    ----------
    amount : (A,) float; what is not above 0, or nan, counts as 0
    limits : (K - 1,) ascending shares of the total, e.g. 0.8 and 0.95

    Returns
    -------
    (A,) int in 0..K-1. Equal amounts are in one class. An amount of 0 is in the last class, and so are all where the
    total is 0.

    Source
    ------
    ABC analysis after Dickie 1951, "ABC inventory analysis shoots for dollars, not pennies".
    """
    value = _amounts(amount)
    out = np.full(len(value), len(limits), dtype=np.int64)
    total = float(value.sum())
    if not total > 0:
        return out
    distinct, back = np.unique(value, return_inverse=True)
    per_amount = distinct * np.bincount(back, minlength=len(distinct))
    before = (total - np.cumsum(per_amount)) / total  # of each distinct amount: what all larger ones make up
    # A share that is reached exactly is reached, whatever the sum lost in rounding.
    found = np.searchsorted(np.asarray(limits, dtype=np.float64), before + 1e-12, side="right")[back]
    return np.where(value > 0, found, out)


def band_class(amount: ArrayLike, lower: Sequence[float]) -> NDArray[np.int64]:
    """Return (A,) the class of each account by size bands: the first whose lower limit the amount reaches.

    Worked by hand: lower limits 100 and 10: 250 -> 0, 100 -> 0, 99 -> 1, 10 -> 1, 9.9 -> 2, nan -> 2.
    """
    value = np.asarray(amount, dtype=np.float64)
    out = np.full(len(value), len(lower), dtype=np.int64)
    for at in reversed(range(len(lower))):
        out[value >= lower[at]] = at  # nan reaches nothing
    return out


def first_rule(masks: Sequence[Bools], n_accounts: int) -> NDArray[np.int64]:
    """Return (A,) the position of the first rule that holds for each account; -1 where none does.

    Worked by hand: masks [T, F, F] and [T, T, F] -> 0, 1, -1.
    """
    out = np.full(n_accounts, -1, dtype=np.int64)
    for at in reversed(range(len(masks))):
        out[masks[at]] = at
    return out


def nearest_home_km(lon: Floats, lat: Floats, home_lon: Floats, home_lat: Floats) -> Floats:
    """Return (A,) the great circle from each account to the nearest of the homes, km; nan where either is not known."""
    out = np.full(len(lon), np.nan)
    is_placed = np.isfinite(lon) & np.isfinite(lat)
    is_home = np.isfinite(home_lon) & np.isfinite(home_lat)
    if not is_placed.any() or not is_home.any():
        return out
    from scipy.spatial import cKDTree  # slow to import

    tree = cKDTree(_on_sphere(home_lon[is_home], home_lat[is_home]))
    chord, _ = tree.query(_on_sphere(lon[is_placed], lat[is_placed]))
    out[is_placed] = 2 * EARTH_KM * np.arcsin(np.minimum(np.asarray(chord) / 2, 1.0))
    return out


def _on_sphere(lon: Floats, lat: Floats) -> Floats:
    """Return (n, 3) points on the unit sphere."""
    x, y = np.deg2rad(lon), np.deg2rad(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def _amounts(amount: ArrayLike) -> Floats:
    value = np.asarray(amount, dtype=np.float64)
    return np.where(np.isfinite(value) & (value > 0), value, 0.0)
