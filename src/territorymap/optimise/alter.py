"""One territory split, dissolved or added with as little else disturbed as can be: the loops of these made ready.

Owns this alone; the searches are splitting's, dissolving's and adding's, with widening's after the last two.
"""

from __future__ import annotations

import numpy as np

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.optimise.build import Budget
from territorymap.optimise.dissolving import dissolving
from territorymap.optimise.problem import Problem, even_targets
from territorymap.optimise.splitting import spare_unit
from territorymap.optimise.standing import Standing


def warm_up() -> None:
    """Compile the loops, or read them from the cache of an earlier start."""
    pair = np.array([[0, 1], [1, 2]], dtype=np.int32)
    weight, xy = np.ones((1, 3)), np.column_stack([np.arange(3.0), np.zeros(3)])
    label = np.array([0, -1, 1], dtype=np.int32)
    adjacency = adjacency_of_pairs(pair, np.ones(2), 3)
    problem = Problem(adjacency, weight, even_targets(weight, 2), np.array([0.05]), xy, base=label)
    everybody = np.ones(2, dtype=np.bool_)
    standing = Standing(label, np.ones(3, dtype=np.bool_), everybody, ~everybody)
    for _ in dissolving(problem, standing).run(Budget(10)):
        pass
    spare_unit(problem, np.zeros(3, dtype=np.int32), np.zeros(3, dtype=np.bool_))
