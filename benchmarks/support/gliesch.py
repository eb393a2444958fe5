"""Instances with three measures: random points, their Delaunay graph, three activities.

Source: Gliesch, Ritt & Moreira 2018, A multistart alternating tabu search for commercial districting (EvoCOP), after
Rios-Mercado & Fernandez 2009: points uniform in a 1,000 x 1,000 square, activities uniform whole numbers.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import ConvexHull, Delaunay
from scipy.spatial.distance import pdist

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.optimise.problem import Labels, Problem, even_targets

SIDE = 1_000.0
ACTIVITIES = ((4, 20), (15, 400), (15, 100))


def gliesch_problem(n_units: int, n_territories: int, seed: int, tolerance: float = 0.05) -> Problem:
    """Return a problem of three measures."""
    rng = np.random.default_rng([seed, n_units, n_territories])
    xy = rng.uniform(0.0, SIDE, (n_units, 2))
    weight = np.array([rng.integers(low, high + 1, n_units) for low, high in ACTIVITIES], dtype=np.float64)
    corners = Delaunay(xy).simplices
    pair = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    pair = np.unique(np.sort(pair, axis=1), axis=0).astype(np.int32)
    # Every border counts the same: points have no borders of their own.
    border = np.full(len(pair), SIDE / np.sqrt(n_units))
    tolerances = np.full(len(ACTIVITIES), tolerance)
    return Problem(
        adjacency_of_pairs(pair, border, n_units), weight, even_targets(weight, n_territories), tolerances, xy
    )


def diameter_ratio(problem: Problem, label: Labels) -> float:
    """Return the largest distance between two units of one territory over the diameter of the equal-area circle.

    Worked out with scipy, apart from the program.
    """
    largest = 0.0
    for t in range(problem.n_territories):
        at = problem.xy_km[label == t]
        if len(at) > 3:
            at = at[ConvexHull(at).vertices]
        if len(at) > 1:
            largest = max(largest, float(pdist(at).max()))
    return largest / (2 * np.sqrt(SIDE**2 / problem.n_territories / np.pi))
