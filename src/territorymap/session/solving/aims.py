"""What a planner asks the optimiser for. Owns the words; not what they mean on a plan (task)."""

from __future__ import annotations

from dataclasses import dataclass

from territorymap.i18n import tr
from territorymap.model.plan import Plan

Pairs = tuple[tuple[int, int], ...]  # of unit_ix

DEFAULT_SECONDS = 10.0
NO_TOLERANCE = 1e9  # of a measure that is only limited


@dataclass(frozen=True)
class Aim:
    """A measure that is to be even."""

    measure: str
    tolerance: float  # share of the target
    importance: float = 1.0  # 0 = only limited, not to be even
    least: float | None = None  # that every territory must have, in the measure's unit
    most: float | None = None  # that none may exceed

    @property
    def is_limited(self) -> bool:
        return self.least is not None or self.most is not None


@dataclass(frozen=True)
class Borders:
    """Borders of larger areas that territories are to follow."""

    level: str  # key of a level of geo.parents: "parent", "prefix3" ...
    is_kept: bool  # no territory reaches over one; False = preferred, where that costs little


@dataclass(frozen=True)
class GroundWishes:
    """What may be joined with what. Units are positions in the plan, pairs need not be neighbours."""

    barriers: Pairs = ()  # never joined across
    nobody: tuple[int, ...] = ()  # units that no territory may have
    bridges: Pairs = ()  # count as neighbours though no border joins them
    joins_islands: bool = True  # to the nearest ground, beside the bridges
    borders: Borders | None = None

    @property
    def is_plain(self) -> bool:
        return self == GroundWishes()


@dataclass(frozen=True)
class Goal:
    """How much each territory should have, or may have, instead of how many there are to be."""

    measure: str
    value: float | None  # None = what a full job has by the capacities of the reps
    is_cap: bool  # as few territories as have no more than that; else as many as have about that


@dataclass(frozen=True)
class Wishes:
    """What territories are to be like."""

    aims: tuple[Aim, ...]
    n_territories: int | None = None  # locked ones included; None = as the goal says, else as many as there are
    goal: Goal | None = None
    by_capacity: bool = False  # targets in proportion to the reps' capacity
    seeds: tuple[int, ...] = ()  # unit_ix; from each a territory grows, and keeps it
    seed_names: tuple[str, ...] = ()  # of their territories; "" or left out = none
    from_reps: bool = False  # a territory grows from the home of each rep, and is the rep's
    ground: GroundWishes = GroundWishes()
    max_radius_km: float | None = None  # from the home or the seed, else from the territory's centre
    shape: str = "inertia"  # what compact means: one of optimise.shapes.SHAPES

    @property
    def is_bound(self) -> bool:
        """Whether it is known from the beginning which territory is whose."""
        return self.from_reps or self.by_capacity


@dataclass(frozen=True)
class Limits:
    """How long a run may take: seconds, steps of the search, or both; neither = the usual time."""

    seconds: float | None = DEFAULT_SECONDS
    steps: int | None = None
    seed: int = 1


def aim_word(plan: Plan, aim: Aim) -> str:
    """Return what the measure of an aim is called within a sentence: "by workload", "its accounts"."""
    measure = plan.measure_named(aim.measure)
    if measure is None or measure.source != "builtin":
        return aim.measure
    words = {"accounts": tr("accounts"), "units": tr("units"), "workload_h": tr("workload")}
    return words.get(measure.column_name, measure.name)
