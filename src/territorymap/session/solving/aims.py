"""What a planner asks the optimiser for. Owns the words; not what they mean on a plan (task)."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_SECONDS = 10.0


@dataclass(frozen=True)
class Aim:
    """A measure that is to be even."""

    measure: str
    tolerance: float  # share of the target
    importance: float = 1.0
    least: float | None = None  # that every territory must have, in the measure's unit
    most: float | None = None  # that none may exceed


@dataclass(frozen=True)
class Wishes:
    """What territories are to be like."""

    aims: tuple[Aim, ...]
    n_territories: int | None = None  # locked ones included; None = as many as there are
    by_capacity: bool = False  # targets in proportion to the reps' capacity


@dataclass(frozen=True)
class Limits:
    """How long a run may take: seconds, steps of the search, or both; neither = the usual time."""

    seconds: float | None = DEFAULT_SECONDS
    steps: int | None = None
    seed: int = 1
