"""How far the accounts of a rep lie from home: figures, and lines to draw. Owns the sample; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.mercator import project
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan

MAX_LINES = 2000
_FINEST = 20  # halvings of the box around the accounts


@dataclass(frozen=True)
class Reach:
    """The way from home to the accounts of one territory."""

    territory_ix: int
    n_accounts: int  # with a place
    mean_km: float  # nan where there is none
    max_km: float
    stem_h: float  # hours a year of driving from home and back


@dataclass(frozen=True)
class HomeLines:
    """Figures by territory of the rep, and the ends of the lines."""

    reaches: tuple[Reach, ...]
    n_accounts: int
    ends: NDArray[np.int32]  # (n, 2) map steps, at most MAX_LINES; all accounts, or one a cell


def home_lines(plan: Plan, totals: Totals, rep_id: int, most: int = MAX_LINES) -> HomeLines:
    """Return figures and lines of a rep with a home; of many accounts one in each cell of a grid gets a line."""
    rep = plan.rep(rep_id)
    own = [ix for ix, t in enumerate(plan.territories) if t.rep_id == rep_id]
    nothing = np.empty((0, 2), dtype=np.int32)
    if rep is None or rep.lon is None or rep.lat is None:
        return HomeLines((), 0, nothing)
    holder, parts = plan.territory_of_accounts(), totals.ledger.parts
    reaches, lons, lats = [], [nothing[:, 0].astype(float)], [nothing[:, 0].astype(float)]
    for ix in own:
        held = np.flatnonzero(holder == ix)
        km = parts.stem_km(held, rep.lon, rep.lat)
        lon, lat = parts.lon[held], parts.lat[held]
        known = np.isfinite(lon) & np.isfinite(lat)
        hours = float(parts.stem_h(held, rep.lon, rep.lat).sum())
        mean, far = (float(km[known].mean()), float(km[known].max())) if known.any() else (float("nan"),) * 2
        reaches.append(Reach(ix, int(known.sum()), mean, far, hours))
        lons.append(lon[known])
        lats.append(lat[known])
    ends = project(np.concatenate(lons), np.concatenate(lats))
    return HomeLines(tuple(reaches), len(ends), sample(ends, most))


def sample(points: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    """Return the points, or one of each cell of the finest grid that has at most ``most`` occupied cells.

    The first point of a cell stands for it. Points on one spot are one.
    """
    if len(points) <= most:
        return points
    best = points[:1]
    low = points.min(axis=0).astype(np.int64)
    side = int((points.max(axis=0) - low).max()) + 1
    for halvings in range(_FINEST):
        cell = ((points - low) << halvings) // side
        first = np.unique(cell[:, 0] * (1 << 32) + cell[:, 1], return_index=True)[1]
        if len(first) > most:
            break
        best = points[np.sort(first)]
    return best
