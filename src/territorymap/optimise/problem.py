"""What is asked of the optimiser, frozen: units, neighbours, targets, tolerances, what must stay.

Owns the shapes and their checks; not where the numbers come from (session) nor how an answer is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from territorymap.geo.adjacency import Adjacency

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]  # (U,) territory of each unit, -1 = none


@dataclass(frozen=True)
class Way:
    """A measure that grows with the distance to the home of who covers the territory."""

    measure: int  # row of the problem's measures
    per_km: Floats  # (U,) what each kilometre adds
    from_km: Floats  # (U, 2) where the unit's accounts lie, in the problem's plane
    home_km: Floats  # (P, 2) nan = no home: the way counts nothing


@dataclass(frozen=True)
class Problem:
    """P territories are to share U units evenly in M measures. Territories are 0 .. P - 1.

    Raises
    ------
    ValueError
        if arrays do not fit each other, a weight is negative or not finite, or a tolerance is not above 0.
    """

    adjacency: Adjacency  # of the U units, in one piece per group of units that can be joined; bridges have no length
    weight: Floats  # (M, U) what each unit brings, >= 0
    target: Floats  # (M, P) what each territory should have, > 0
    tolerance: Floats  # (M,) share of the target
    xy_km: Floats  # (U, 2) in a plane in which distances are right
    importance: Floats = field(
        default_factory=lambda: np.empty(0)
    )  # (M,) of being off target; empty = 1 each, 0 = only limited
    stays: Labels = field(default_factory=lambda: np.empty(0, dtype=np.int32))  # (U,) where it must be, -1 = free
    base: Labels = field(default_factory=lambda: np.empty(0, dtype=np.int32))  # (U,) the plan as it is, -1 = none
    way: Way | None = None
    churn: Floats = field(default_factory=lambda: np.empty(0))  # (U,) what it costs to move a unit from its base
    besides: Floats = field(default_factory=lambda: np.empty((0, 0)))  # (M, P) what each has that lies in no unit of it
    least: Floats = field(default_factory=lambda: np.empty((0, 0)))  # (M, P) hard limits of what each has; 0 = none
    most: Floats = field(default_factory=lambda: np.empty((0, 0)))  # (M, P) inf = none
    anchor_km: Floats = field(default_factory=lambda: np.empty((0, 2)))  # (P, 2) nan = none: the radius is its centre's
    radius_km: Floats = field(default_factory=lambda: np.empty(0))  # (P,) how far from there a unit may be; inf = any
    seed_unit: Labels = field(
        default_factory=lambda: np.empty(0, dtype=np.int32)
    )  # (P,) grows from there; ``stays`` keeps it
    border_factor: Floats = field(default_factory=lambda: np.empty(0))  # (E,) below 1: a border to be had, above: not

    def __post_init__(self) -> None:
        """Check the shapes, and spread what was left out."""
        m, u = self.weight.shape
        p, e = self.n_territories, len(self.adjacency.pair)
        for name, value in (
            ("importance", np.ones(m)),
            ("stays", np.full(u, -1, dtype=np.int32)),
            ("base", np.full(u, -1, dtype=np.int32)),
            ("churn", np.zeros(u)),
            ("besides", np.zeros((m, p))),
            ("least", np.zeros((m, p))),
            ("most", np.full((m, p), np.inf)),
            ("anchor_km", np.full((p, 2), np.nan)),
            ("radius_km", np.full(p, np.inf)),
            ("seed_unit", np.full(p, -1, dtype=np.int32)),
            ("border_factor", np.ones(e)),
        ):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, value)
        sizes = {
            "target": self.target.shape == (m, self.n_territories),
            "tolerance": self.tolerance.shape == (m,),
            "importance": self.importance.shape == (m,),
            "xy_km": self.xy_km.shape == (u, 2),
            "stays": self.stays.shape == (u,),
            "base": self.base.shape == (u,),
            "churn": self.churn.shape == (u,),
            "adjacency": self.adjacency.n_units == u,
            "besides": self.besides.shape == (m, p),
            "least": self.least.shape == (m, p),
            "most": self.most.shape == (m, p),
            "anchor_km": self.anchor_km.shape == (p, 2),
            "radius_km": self.radius_km.shape == (p,),
            "seed_unit": self.seed_unit.shape == (p,),
            "border_factor": self.border_factor.shape == (e,),
        }
        if wrong := [name for name, fits in sizes.items() if not fits]:
            raise ValueError(f"{', '.join(wrong)}: of another size than the weights")
        if not (np.isfinite(self.weight).all() and (self.weight >= 0).all() and np.isfinite(self.xy_km).all()):
            raise ValueError("weight, xy_km: below 0 or not finite")
        if not ((self.target > 0).all() and (self.tolerance > 0).all()):
            raise ValueError("target, tolerance: not above 0")
        if not ((self.importance >= 0).all() and self.importance.sum() > 0):
            raise ValueError("importance: below 0, or 0 for all")
        if self.stays.max(initial=-1) >= self.n_territories or self.base.max(initial=-1) >= self.n_territories:
            raise ValueError("stays, base: no such territory")
        self._check_wishes()

    def _check_wishes(self) -> None:
        if not ((self.least >= 0).all() and (self.most >= self.least).all()):
            raise ValueError("least, most: below 0, or the wrong way round")
        if not ((self.radius_km > 0).all() and (self.border_factor >= 0).all() and np.isfinite(self.besides).all()):
            raise ValueError("radius_km, border_factor, besides: below 0 or not finite")
        units = self.seed_unit[self.seed_unit >= 0]
        if units.max(initial=-1) >= self.n_units or len(np.unique(units)) < len(units):
            raise ValueError("seed_unit: no such unit, or one for two territories")

    @property
    def n_units(self) -> int:
        return int(self.weight.shape[1])

    @property
    def n_measures(self) -> int:
        return int(self.weight.shape[0])

    @property
    def n_territories(self) -> int:
        return int(self.target.shape[1])

    def least_brought(self) -> Floats:
        """(M, U) what each unit brings at least, whoever has it: the way from the nearest home included."""
        way = self.way
        if way is None or not np.isfinite(way.home_km).all():
            return self.weight  # who has no home has no way
        km, _ = cKDTree(way.home_km).query(way.from_km)
        least = self.weight.copy()
        least[way.measure] += way.per_km * km
        return least

    def brought(self, label: Labels) -> Floats:
        """(M, U) what each unit brings to the territory that a plan gives it to, the way included."""
        if self.way is None:
            return self.weight
        gap = self.way.from_km - self.way.home_km[label]
        km = np.where(label >= 0, np.hypot(gap[:, 0], gap[:, 1]), np.nan)
        brought = self.weight.copy()
        brought[self.way.measure] += np.nan_to_num(self.way.per_km * km)
        return brought

    @property
    def has_limits(self) -> bool:
        """Whether some territory must have so much at least, or at most."""
        return bool((self.least > 0).any() or np.isfinite(self.most).any())

    @property
    def has_radius(self) -> bool:
        return bool(np.isfinite(self.radius_km).any())

    @property
    def wish_km(self) -> Floats:
        """(2E,) ``slot_km`` as it counts: shorter where a border is to be had."""
        return np.asarray((self.adjacency.border_km * self.border_factor)[self.adjacency.pair_ix])

    @property
    def slot_km(self) -> Floats:
        """(2E,) length of the border to each entry of ``adjacency.neighbour``."""
        return self.adjacency.border_km[self.adjacency.pair_ix]


def even_targets(weight: Floats, n_territories: int) -> Floats:
    """(M, P) equal shares of each measure's sum."""
    return np.repeat(weight.sum(axis=1, keepdims=True) / n_territories, n_territories, axis=1)


def pieces_of_ground(pair: NDArray[np.integer], n_units: int) -> tuple[int, NDArray[np.int32]]:
    """Return how many pieces neighbouring pairs make of the units, and (U,) the piece of each."""
    ends = np.asarray(pair).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(n_units, n_units))
    n, piece = connected_components(graph, directed=False)
    return int(n), piece.astype(np.int32)
