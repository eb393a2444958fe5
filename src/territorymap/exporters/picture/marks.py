"""Marks on a map: accounts as dots, the homes of reps.

Owns their look; not which map they are on (painter).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.picture.labels import Place
from territorymap.exporters.picture.painter import ACCOUNT, Map
from territorymap.exporters.picture.sheet import PX_OF_POINT

N_SIZES = 12  # classes of circles by size
SMALLEST, LARGEST = 1.4, 13.0  # points, diameter
CLEAR_FROM = 4.0  # points; a smaller circle may lie under a name
HOME_SIZE = 9.0
HOME_COLOR = "#ffffff"


def mark_accounts(this: Map) -> None:
    """Draw every account as a dot; many dots are small and pale, so that crowds show as crowds."""
    accounts = this.drawing.view.plan.accounts
    at, _ = this.seen(np.column_stack([accounts.lon, accounts.lat]))
    if len(at):
        size = float(np.clip(40.0 / np.sqrt(len(at)), 0.35, 3.0))
        this.window.dots(at, size * 1.6, ACCOUNT, 7.8, alpha=0.55)


def mark_by_size(
    this: Map, lonlat: NDArray[np.float64], value: NDArray[np.float64], color: str = ACCOUNT, edge: str = "#ffffff"
) -> list[Place]:
    """Draw circles whose area follows a value, the largest first; without a value above 0 they are the smallest.

    Accounts at one place, as those placed by their postal code are, share a circle. Returns the places of the larger
    circles, for names to keep clear of.
    """
    lonlat, value = _at_one_place(lonlat, value)
    at, which = this.seen(lonlat)
    if not len(at):
        return []
    largest = float(value.max(initial=0.0))
    share = np.sqrt(np.clip(value[which] / largest, 0.0, 1.0)) if largest > 0 else np.zeros(len(at))
    # Where there are many, the smallest are specks: the large ones must be told apart.
    crowd = float(np.clip(12.0 / np.sqrt(len(at)), 0.45, 1.0))
    grade = np.rint(share * (N_SIZES - 1)).astype(np.int64)
    places: list[Place] = []
    for n in range(N_SIZES - 1, -1, -1):
        chosen = grade == n
        if chosen.any():
            size = max(LARGEST * crowd * n / (N_SIZES - 1), SMALLEST)
            if size >= CLEAR_FROM:
                side = size * PX_OF_POINT * this.sheet.unit
                places += [Place(float(x), float(y), side, side) for x, y in at[chosen]]
            this.window.dots(at[chosen], size, color, 7.6, alpha=0.75, edge=edge, edge_width=0.35)
    return places


def _at_one_place(
    lonlat: NDArray[np.float64], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each place once, with the sum of its values that are above 0."""
    known = np.isfinite(lonlat).all(axis=1)
    places, at = np.unique(np.round(lonlat[known], 6), axis=0, return_inverse=True)
    above = np.clip(np.nan_to_num(value[known]), 0.0, None)
    return np.asarray(places), np.bincount(at.ravel(), above, minlength=len(places)).astype(np.float64)


def mark_homes(this: Map, lonlat: NDArray[np.float64]) -> int:
    """Draw the homes of reps as stars; returns how many of them are on the map."""
    at, _ = this.seen(lonlat)
    if len(at):
        this.window.dots(
            at, HOME_SIZE, HOME_COLOR, 7.9, edge="#1d2127", edge_width=0.9, marker=(5, 1, 0)
        )  # fmt: skip
    return len(at)
