"""Who takes what of one territory.

Owns the choice of neighbours and what each gets; the division is metrics.turnover's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.turnover import divide_among
from territorymap.model.records import Rep
from territorymap.session.turnover.cover import Covered, Heir
from territorymap.session.turnover.ground import LOOKED_AT, Floats, Ground, Workloads

HAIR_H = 1e-6


def heirs_of(
    place: Ground, t: int, loads: Workloads, load: dict[int, float], rep: Rep, most: int
) -> tuple[list[int], NDArray[np.int32], Floats]:
    """Return the territories whose reps cover, the one that gets most first, who gets each unit, and (H, n) hours.

    Another neighbour is taken in only where that makes less hours too much, or, with none, the fullest less full.
    """
    units = np.flatnonzero(place.coverage.unit_territory == t)
    able = place.candidates(t, rep.rep_id, loads.reps)

    def room(ix: int) -> tuple[float, float]:
        rep_id = place.territories[ix].rep_id
        assert rep_id is not None
        return load[rep_id], loads.capacity(rep_id)

    able = sorted(able, key=lambda ix: room(ix)[0] / room(ix)[1])[:LOOKED_AT]
    if not able:
        return [], np.full(len(units), -1, dtype=np.int32), np.empty((0, len(units)))
    hours_of = {ix: place.hours_for(t, units, loads.reps[place.territories[ix].rep_id or 0]) for ix in able}

    def divided(heirs: list[int]) -> tuple[tuple[float, float], NDArray[np.int32]]:
        rooms = np.array([room(ix) for ix in heirs])
        hours = np.array([hours_of[ix] for ix in heirs])
        given = divide_among(
            units, place.adjacency, place.coverage.unit_territory, heirs, hours, rooms[:, 0], rooms[:, 1]
        )
        taken = np.array([hours[h, given == h].sum() for h in range(len(heirs))])
        then = rooms[:, 0] + taken
        over_h = float(np.maximum(then - rooms[:, 1], 0.0).sum() - np.maximum(rooms[:, 0] - rooms[:, 1], 0.0).sum())
        return (over_h, float((then / rooms[:, 1]).max())), given

    best, given = (float("inf"), float("inf")), np.empty(0, dtype=np.int32)
    heirs: list[int] = []
    for _ in range(min(most, len(able) if len(units) else 1)):
        tried = [([*heirs, ix], *divided([*heirs, ix])) for ix in able if ix not in heirs]
        if not tried:
            break
        found, worst, parts = min(tried, key=lambda one: one[1])
        if worst[0] > best[0] - 1e-9 and (worst[0] > HAIR_H or worst[1] > best[1] - 1e-9):
            break
        best, heirs, given = worst, found, parts
    return _most_first(heirs, given, np.array([hours_of[ix] for ix in heirs]))


def _most_first(
    heirs: list[int], given: NDArray[np.int32], hours: Floats
) -> tuple[list[int], NDArray[np.int32], Floats]:
    """Return the heirs with the one that gets most first; those that get nothing are left out."""
    if len(heirs) < 2:
        return heirs, given, hours
    n_units = np.bincount(given, minlength=len(heirs))
    taken = [float(hours[h, given == h].sum()) for h in range(len(heirs))]
    order = [h for h in sorted(range(len(heirs)), key=lambda h: (-taken[h], -n_units[h], h)) if n_units[h]]
    at = np.full(len(heirs), -1, dtype=np.int32)
    at[order] = np.arange(len(order))
    return [heirs[h] for h in order], at[given], hours[order]


def covered_by(place: Ground, t: int, heirs: Sequence[int], given: NDArray[np.int32], loads: Workloads) -> Covered:
    """Return who takes what of a territory, the main heir first."""
    units = np.flatnonzero(place.coverage.unit_territory == t)
    # What is locked stays in its territory, and with that goes to the main heir.
    given = np.where(place.plan.units.locked[units], 0, given) if len(heirs) else given
    owned = place.coverage.owner == t
    by_name = place.plan.account_override == t
    of_unit = np.full(len(place.plan.units) + 1, -1, dtype=np.int32)
    of_unit[units] = given
    heir_of_account = np.where(by_name, 0, of_unit[place.plan.accounts.unit_ix])
    found = []
    for h, ix in enumerate(heirs):
        rep_id = place.territories[ix].rep_id
        assert rep_id is not None
        found.append(
            Heir(
                loads.reps[rep_id],
                place.territories[t if h == 0 else ix],
                units[given == h],
                int((owned & (heir_of_account == h)).sum()),
                h == 0,
            )
        )
    return Covered(place.coverage.alignment, place.territories[t], tuple(found))
