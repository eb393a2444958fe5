"""Small plans solved to the optimum by HiGHS: what no search can beat, and what a good one should reach.

Whole territories are asked for by flows to a root in each. Source: Shirabe 2005, A model of contiguity for spatial unit
allocation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from territorymap.optimise.problem import Problem

SECONDS = 60.0


@dataclass(frozen=True)
class Optimum:
    """What HiGHS proved."""

    value: float
    label: NDArray[np.int32]  # (U,)


class _Model:
    """Columns and rows of one plan: x of unit and territory, roots, flows, and the worst deviation at the end."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.n_units, self.n_territories = problem.n_units, problem.n_territories
        pair = problem.adjacency.pair
        self.arcs = np.concatenate([pair, pair[:, ::-1]])
        size = self.n_units * self.n_territories
        self.x = np.arange(size).reshape(self.n_units, self.n_territories)
        self.root = self.x + size
        self.flow = 2 * size + np.arange(len(self.arcs) * self.n_territories).reshape(-1, self.n_territories)
        self.worst = 2 * size + self.flow.size
        self.rows: list[tuple[list[int], list[float], float, float]] = []

    def add(self, columns: list[int], values: list[float], low: float, high: float) -> None:
        self.rows.append((columns, values, low, high))

    def ask_for_whole_territories(self) -> None:
        n = self.n_units
        for u in range(n):
            self.add(self.x[u].tolist(), [1.0] * self.n_territories, 1, 1)
        for t in range(self.n_territories):
            self.add(self.root[:, t].tolist(), [1.0] * n, 1, 1)
            for u in range(n):
                leaves = self.flow[np.flatnonzero(self.arcs[:, 0] == u), t].tolist()
                comes = self.flow[np.flatnonzero(self.arcs[:, 1] == u), t].tolist()
                here, root = int(self.x[u, t]), int(self.root[u, t])
                self.add([here, root], [1, -1], 0, np.inf)  # a root is in its territory
                # Each unit sends one more than it gets, but for the root; nothing runs through other ground.
                self.add([*leaves, *comes, here, root], [1.0] * len(leaves) + [-1.0] * len(comes) + [-1, n], 0, np.inf)
                self.add([*comes, here], [1.0] * len(comes) + [1.0 - n], -np.inf, 0)
                if self.problem.stays[u] == t:
                    self.add([here], [1.0], 1, 1)

    def keep_within(self, tolerance: float | None) -> None:
        """Bound what territories have by a tolerance; None = by the worst deviation, a column of its own."""
        for m in range(self.problem.n_measures):
            weight = self.problem.weight[m].tolist()
            for t in range(self.n_territories):
                target, columns = float(self.problem.target[m, t]), self.x[:, t].tolist()
                if tolerance is None:
                    self.add([*columns, self.worst], [*weight, -target], -np.inf, target)
                    self.add([*columns, self.worst], [*weight, target], target, np.inf)
                else:
                    self.add(columns, weight, target * (1 - tolerance), target * (1 + tolerance))

    def solve(self, cost: NDArray[np.float64]) -> Optimum | None:
        entries = [(row, column, value) for row, (columns, values, _, _) in enumerate(self.rows)
                   for column, value in zip(columns, values, strict=True)]  # fmt: skip
        row, column, value = (np.array(part) for part in zip(*entries, strict=True))
        n = self.worst + 1
        matrix = coo_matrix((value.astype(float), (row, column)), shape=(len(self.rows), n)).tocsr()
        integrality = np.zeros(n)
        integrality[: 2 * self.x.size] = 1
        high = np.full(n, np.inf)
        high[: 2 * self.x.size] = 1
        low_rows, high_rows = (np.array([r[i] for r in self.rows]) for i in (2, 3))
        found = milp(
            cost,
            constraints=LinearConstraint(matrix, low_rows, high_rows),
            bounds=Bounds(np.zeros(n), high),
            integrality=integrality,
            options={"time_limit": SECONDS},
        )
        if found.status == 2:
            return None
        assert found.status == 0, found.message
        label = found.x[self.x].argmax(axis=1).astype(np.int32)
        return Optimum(float(found.fun), label)


def least_worst_deviation(problem: Problem) -> Optimum | None:
    """Return the smallest worst deviation of whole territories; None if they cannot all be whole."""
    model = _Model(problem)
    model.ask_for_whole_territories()
    model.keep_within(None)
    cost = np.zeros(model.worst + 1)
    cost[model.worst] = 1
    return model.solve(cost)


def least_moved(problem: Problem, tolerance: float) -> Optimum | None:
    """Return the least that must move for whole territories within a tolerance; None if there are none."""
    model = _Model(problem)
    model.ask_for_whole_territories()
    model.keep_within(tolerance)
    cost = np.zeros(model.worst + 1)
    moves = np.repeat(problem.churn[:, None], problem.n_territories, axis=1)
    has_base = problem.base >= 0
    moves[np.flatnonzero(has_base), problem.base[has_base]] = 0
    moves[~has_base] = 0
    cost[model.x.ravel()] = moves.ravel()
    return model.solve(cost)
