"""What a plan is before a territory of it is split, dissolved or added: who has what, and who may give and take.

Owns this, and the bands that are fair by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.problem import Floats, Labels, Problem

EXACT = 1e-3  # less beyond the bands is nothing


@dataclass(frozen=True)
class Standing:
    """What a plan is before it is altered, beside its problem."""

    label: Labels  # (U,) who has what; -1 = whose territory is dissolved
    may_move: NDArray[np.bool_]  # (U,)
    may_share: NDArray[np.bool_]  # (P,) territories that may give and take
    is_loose: NDArray[np.bool_]  # (P,) ground that nobody has

    def loads(self, problem: Problem) -> Floats:
        """(P, M) what each territory has."""
        load = problem.besides.T.copy()
        has = self.label >= 0
        np.add.at(load, self.label[has], problem.brought(self.label).T[has])
        return load


def fair_bands(problem: Problem, standing: Standing) -> tuple[Floats, Floats]:
    """(P, M) least and most that is even, or at least not further from it than before."""
    load, target = standing.loads(problem), problem.target.T
    low = np.minimum(target * (1 - problem.tolerance), load)
    high = np.maximum(target * (1 + problem.tolerance), load)
    return np.where(standing.is_loose[:, None], 0.0, low), np.where(standing.is_loose[:, None], np.inf, high)
