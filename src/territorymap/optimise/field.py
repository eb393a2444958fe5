"""What a rebalancing is played on, as the compiled loop wants it: bands, what a move costs, what a rep may give and take.

Owns the record and the sums that go with it, in numpy; few_moves works the same out by differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.problem import Floats, Labels, Problem

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
    base: NDArray[np.int32]  # (U,)
    cost: Floats  # (U,) of lying elsewhere than in the base, in territories: all units together cost P
    offset: Floats  # (P, M) what territories have whatever units they have
    lower: Floats  # (P, M)
    upper: Floats  # (P, M)
    size: Floats  # (P, M) what counts as one territory
    importance: Floats  # (M,)
    way_measure: int  # -1 = none grows with the way
    per_km: Floats  # (U,)
    place: Floats  # (U, 2)
    home: Floats  # (P, 2) nan = none
    spot: Floats  # (U, 2) km
    anchor: Floats  # (P, 2) km
    reach_km: Floats  # (P,) no unit farther than this from the anchor comes new; inf = no matter how far
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


def loads(problem: Problem, offset: Floats, label: Labels) -> Floats:
    """(P, M) what each territory has in a plan, what it has besides its units included."""
    load = offset.copy()
    is_in = label >= 0
    np.add.at(load, label[is_in], problem.brought(label).T[is_in])
    return load
