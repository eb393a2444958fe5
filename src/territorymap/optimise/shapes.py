"""What compact means, by name. Owns the choice; the searches are build's and narrow's."""

from __future__ import annotations

from typing import Final

from territorymap.optimise.build import Builder
from territorymap.optimise.narrow import NarrowBuilder
from territorymap.optimise.problem import Labels, Problem

INERTIA: Final = "inertia"  # near the middle, with short borders: what travel wants
DIAMETER: Final = "diameter"  # no two units of a territory far apart
SHAPES: Final = (INERTIA, DIAMETER)

AnyBuilder = Builder | NarrowBuilder


def builder_for(problem: Problem, seed: int = 1, begin: Labels | None = None, shape: str = INERTIA) -> AnyBuilder:
    """Return what builds a problem with this idea of compactness.

    Raises
    ------
    ValueError
        if there is no such shape.
    """
    if shape not in SHAPES:
        raise ValueError(f"{shape!r}: not one of {', '.join(SHAPES)}")
    return Builder(problem, seed, begin) if shape == INERTIA else NarrowBuilder(problem, seed, begin)
