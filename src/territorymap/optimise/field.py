"""What a rebalancing is played on, as the compiled loop wants it: bands, costs of moving, what may be given and taken.

Owns the record and the sums that go with it, in numpy; few_moves works the same out by differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.energy import Ground, centres, deviations
from territorymap.optimise.problem import Floats, Labels, Problem

_HAIR = 1e-7  # bands are so much narrower than the tolerances, for sums are good to less
_LEAST_SIZE = 1e-6  # of a target, where giants leave nothing for the others
LOST, GAINED, CHANGED = 0, 1, 2


@dataclass(frozen=True)
class Cap:
    """How much of an amount may change holder; a holder is a rep, or what else is counted together.

    What is beyond the limit in the plan as it is may stay so; it may not grow.
    """

    kind: int  # LOST, GAINED or CHANGED (both together, except in all: there what is lost)
    amount: Floats  # (U,) what each unit counts, >= 0
    origin: Labels  # (U,) whom it counts as lost by, -1 = nobody
    holder: Labels  # (P,) who has each territory, -1 = nobody
    limit: Floats  # (H,) for each holder
    limit_in_all: float = np.inf


class Caps(NamedTuple):
    """All caps in arrays; the last column is for all holders together."""

    kind: NDArray[np.int64]  # (K,)
    amount: Floats  # (K, U)
    origin: NDArray[np.int32]  # (K, U)
    holder: NDArray[np.int32]  # (K, P)
    limit: Floats  # (K, H + 1)


class Field(NamedTuple):
    """One problem of rebalancing; rows of units where the loop walks units, of territories where it walks those."""

    start: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    border: Floats  # (2E,)
    weight: Floats  # (U, M)
    mass: Floats  # (U,) for the moment of inertia
    xy: Floats  # (U, 2)
    is_open: NDArray[np.bool_]  # (2E,) whether a unit may go over this border
    base: NDArray[np.int32]  # (U,)
    holder: NDArray[np.int32]  # (P,) whose a territory is: what goes to another one of the same has not moved
    origin: NDArray[np.int32]  # (U,) whose a unit is in the base, -1 = nobody's
    cost: Floats  # (U,) of being another's than in the base, in territories: all units together cost P
    lower: Floats  # (P, M) what a territory's units should bring at least
    upper: Floats  # (P, M) and at most
    floor: Floats  # (P, M) as far off as the worst territory of the measure is as it is
    ceiling: Floats  # (P, M)
    size: Floats  # (P, M) what counts as one territory
    importance: Floats  # (M,)
    way_measure: int  # -1 = none grows with the way
    per_km: Floats  # (U,)
    place: Floats  # (U, 2)
    home: Floats  # (P, 2) nan = none
    anchor: Floats  # (P, 2) as xy
    reach: Floats  # (P,) no unit farther than this from the anchor comes new; inf = no matter how far
    caps: Caps


def pack_caps(caps: tuple[Cap, ...], base: Labels, n_territories: int) -> Caps:
    """Return caps as arrays, none of them broken by the plan as it is: what is beyond a limit becomes the limit."""
    n_holders = max((len(cap.limit) for cap in caps), default=0)
    limit = np.full((len(caps), n_holders + 1), np.inf)
    for k, cap in enumerate(caps):
        limit[k, : len(cap.limit)] = cap.limit
        limit[k, -1] = cap.limit_in_all
    packed = Caps(
        np.array([cap.kind for cap in caps], dtype=np.int64),
        np.array([cap.amount for cap in caps], dtype=np.float64).reshape(len(caps), len(base)),
        np.array([cap.origin for cap in caps], dtype=np.int32).reshape(len(caps), len(base)),
        np.array([cap.holder for cap in caps], dtype=np.int32).reshape(len(caps), n_territories),
        limit,
    )
    used = caps_used(packed, base)
    return packed._replace(limit=np.maximum(limit, used) + 1e-9 * np.maximum(np.where(used > 0, used, 1.0), 1.0))


def caps_used(caps: Caps, label: Labels) -> Floats:
    """(K, H + 1) how much of each cap a plan uses."""
    used = np.zeros(caps.limit.shape)
    for k, kind in enumerate(caps.kind.tolist()):
        held = np.append(caps.holder[k], -1)[label]
        origin, amount = caps.origin[k], caps.amount[k]
        differs = held != origin
        lost, gained = differs & (origin >= 0), differs & (held >= 0)
        if kind != GAINED:
            np.add.at(used[k], origin[lost], amount[lost])
        if kind != LOST:
            np.add.at(used[k], held[gained], amount[gained])
        used[k, -1] = amount[gained if kind == GAINED else lost].sum()
    return used


def field_of(
    problem: Problem,
    ground: Ground,
    cost: Floats,
    caps: tuple[Cap, ...],
    tightness: float,
    holder: Labels,
    is_open: NDArray[np.bool_],
) -> Field:
    """Return the field of a problem; bands are the tolerances times ``tightness``, within the hard limits."""
    base, n = problem.base, problem.n_territories
    room = ground.tolerance * tightness * (1 - _HAIR) * ground.target
    lower = np.where(ground.has_giant[:, None], ground.aim, np.maximum(ground.aim - room, 0.0))
    upper = ground.aim + room
    counts = ground.importance > 0
    lower = np.where(counts, np.maximum(lower, ground.least), ground.least)
    upper = np.where(counts, np.minimum(upper, ground.most), ground.most)
    worst = np.abs(deviations(ground, base)).max(axis=0, initial=0.0)
    place = ground.anchor.copy()
    middle = np.isnan(place)
    place[middle] = centres(ground, base)[middle]
    return Field(
        start=ground.start,
        neighbour=ground.neighbour,
        border=relative_border(ground, base),
        weight=ground.weight,
        mass=ground.mass,
        xy=ground.xy,
        is_open=np.ascontiguousarray(is_open[problem.adjacency.pair_ix]),
        base=ground.base,
        holder=np.ascontiguousarray(holder, dtype=np.int32),
        origin=np.append(holder, -1)[base].astype(np.int32),
        cost=np.ascontiguousarray(cost, dtype=np.float64),
        lower=np.ascontiguousarray(np.minimum(lower, upper)),
        upper=np.ascontiguousarray(upper),
        floor=np.ascontiguousarray(ground.aim - worst * ground.target),
        ceiling=np.ascontiguousarray(ground.aim + worst * ground.target),
        size=np.ascontiguousarray(np.maximum(ground.target, _LEAST_SIZE * problem.target.T)),
        importance=np.where(counts, ground.importance, 1.0),
        way_measure=ground.way_measure,
        per_km=ground.per_km,
        place=ground.place,
        home=ground.home,
        anchor=np.ascontiguousarray(place),
        reach=ground.radius,
        caps=pack_caps(caps, base, n),
    )


def relative_border(ground: Ground, label: Labels) -> Floats:
    """(2E,) lengths of borders as shares of the border of the territories on both sides, added up.

    So a kilometre counts more for a small territory than for a large one, as it does in compactness; all borders
    between territories together make as many as there are territories.
    """
    own, other = label[ground.unit], label[ground.neighbour]
    cut = (own != other) & (own >= 0) & (other >= 0)
    length = np.bincount(own[cut], ground.border[cut], minlength=len(ground.target))
    usual = float(length[length > 0].mean()) if (length > 0).any() else 1.0
    rate = np.append(1.0 / np.where(length > 0, length, usual), 1.0 / usual)
    return np.ascontiguousarray(ground.border * (rate[own] + rate[other]))
