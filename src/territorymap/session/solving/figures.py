"""What a proposal is worth, by the program's own metrics on the plan as it would be. Owns the gathering and the JSON.

Nothing here is taken from the search but which units were found too heavy for any territory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from territorymap.metrics.balance import Balance, compute_balance
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.totals import Totals
from territorymap.model.variant import Variant
from territorymap.optimise.energy import Ground, deviations
from territorymap.optimise.problem import Labels
from territorymap.session.solving.aims import NO_TOLERANCE
from territorymap.session.solving.still import Still
from territorymap.session.solving.task import Task

_HAIR = 1e-9  # a deviation that is this little beyond its tolerance is within


@dataclass(frozen=True)
class MeasureFigures:
    """How even one measure would be."""

    measure: str
    tolerance: float
    max_deviation: float  # nan where nothing is assigned
    max_deviation_apart: float  # what oversize units bring set apart
    cv: float
    outside_tolerance: int  # territories
    outside_apart: int = 0  # of these, with what oversize units bring set apart

    @property
    def is_to_be_even(self) -> bool:
        """Whether it has a tolerance; a measure that is only limited has none."""
        return self.tolerance < NO_TOLERANCE


@dataclass(frozen=True)
class Moved:
    """What would be in another territory than before; shares are of the whole plan."""

    units: int
    accounts: int
    share: dict[str, float]  # by measure


@dataclass(frozen=True)
class Figures:
    """A proposal in numbers."""

    n_territories: int
    measures: tuple[MeasureFigures, ...]
    n_outside: int  # territories beyond the tolerance of any measure, oversize units set apart
    noncontiguous: int  # islands count as joined where the search joined them
    cut_edges: int
    polsby_popper_mean: float
    rms_km: float  # root of the mean squared distance to the territory's centre, weighed by the first measure
    moved: Moved
    oversize: tuple[str, ...]  # names of units heavier than a territory's target
    lower_bound: float | None  # share that any plan within the tolerances must move; None where that makes no sense
    balance: Balance  # of every territory of the variant, all measures of the plan

    @property
    def worst(self) -> float:
        """The largest deviation relative to its tolerance, oversize units set apart; 1 = just within."""
        return max((m.max_deviation_apart / m.tolerance for m in self.measures), default=0.0)

    def as_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints of it."""
        return {
            "territories": self.n_territories,
            "measures": [
                {
                    "measure": m.measure,
                    "tolerance": m.tolerance if m.is_to_be_even else None,
                    "max_deviation": plain(m.max_deviation),
                    "max_deviation_oversize_apart": plain(m.max_deviation_apart),
                    "cv": plain(m.cv),
                    "outside_tolerance": m.outside_tolerance,
                    "outside_tolerance_oversize_apart": m.outside_apart,
                }
                for m in self.measures
            ],
            "noncontiguous": self.noncontiguous,
            "cut_edges": self.cut_edges,
            "polsby_popper_mean": plain(self.polsby_popper_mean),
            "rms_km": plain(self.rms_km),
            "oversize_units": list(self.oversize),
            "moved": {"units": self.moved.units, "accounts": self.moved.accounts}
            | {name: plain(share) for name, share in self.moved.share.items()},
            "lower_bound": plain(self.lower_bound),
        }


def figures_of(
    still: Still,
    task: Task,
    label: Labels,
    variant: Variant,
    *,
    ground: Ground | None = None,
    oversize: tuple[str, ...] = (),
    lower_bound: float | None = None,
    target_kind: str = "equal",
    totals: Totals | None = None,
) -> Figures:
    """Return the figures of a variant.

    Parameters
    ----------
    label : (U',) the answer that the variant was made of
    ground : of the search, for what oversize units bring; None = nothing is set apart
    totals : of the variant, where they are known
    """
    plan, totals = plan_as(still.plan, variant), still.totals_of(variant) if totals is None else totals
    balance = compute_balance(plan, totals, target_kind)
    apart = None if ground is None else np.abs(deviations(ground, label))  # (P, M)
    measures = []
    is_outside = np.zeros(len(variant.territories) if apart is None else len(apart), dtype=np.bool_)
    for m, (aim, row) in enumerate(zip(task.aims, task.rows, strict=True)):
        at = balance.measure_ix.index(row)
        off = np.abs(balance.index[at] - 1)
        off_apart = off if apart is None else apart[:, m]
        is_outside |= off_apart > aim.tolerance + _HAIR
        measures.append(
            MeasureFigures(
                aim.measure,
                aim.tolerance,
                float(balance.max_deviation[at]),
                float(balance.max_deviation[at] if apart is None else apart[:, m].max()),
                float(balance.cv[at]),
                int((off > aim.tolerance + _HAIR).sum()),
                int((off_apart > aim.tolerance + _HAIR).sum()),
            )
        )
    compactness = totals.polsby_popper
    return Figures(
        n_territories=len(variant.territories),
        measures=tuple(measures),
        n_outside=int(is_outside.sum()),
        noncontiguous=int((pieces_with_bridges(task, label) > 1).sum()),
        cut_edges=int(totals.cut_edges.sum()) // 2,
        polsby_popper_mean=float(np.nanmean(compactness)) if np.isfinite(compactness).any() else float("nan"),
        rms_km=rms_km(task, label),
        moved=moved(still, variant),
        oversize=oversize,
        lower_bound=lower_bound,
        balance=balance,
    )


def moved(still: Still, variant: Variant) -> Moved:
    """Return how much lies in another territory than before; of a territory that was made or went, all."""
    plan, before = still.plan, still.variant
    units = variant.territory_ids()[variant.unit_territory] != before.territory_ids()[before.unit_territory]
    was, is_ = before.territory_of_accounts(plan.accounts), variant.territory_of_accounts(plan.accounts)
    accounts = variant.territory_ids()[is_] != before.territory_ids()[was]
    share = {}
    for i, measure in enumerate(plan.measures):
        amount = np.nan_to_num(still.totals.unit_measure[i])
        if measure.name not in ("units", "accounts") and (total := float(amount.sum())) > 0:
            share[measure.name] = float(amount[units].sum()) / total
    return Moved(int(units.sum()), int(accounts.sum()), share)


def pieces_with_bridges(task: Task, label: Labels) -> NDArray[np.int64]:
    """(P,) pieces of each territory of an answer, islands joined as in the search, but counted apart."""
    pair = task.problem.adjacency.pair
    same = (label[pair[:, 0]] == label[pair[:, 1]]) & (label[pair[:, 0]] >= 0)
    n = task.problem.n_units
    graph = coo_matrix((np.ones(int(same.sum())), (pair[same, 0], pair[same, 1])), shape=(n, n))
    _, piece = connected_components(graph, directed=False)
    _, first = np.unique(piece, return_index=True)
    first = first[label[first] >= 0]
    return np.bincount(label[first], minlength=task.problem.n_territories)


def rms_km(task: Task, label: Labels) -> float:
    """Return the root of the mean squared distance to the territory's centre, weighed by the first measure, km."""
    held = label >= 0
    mass, xy, n = task.problem.weight[0][held], task.problem.xy_km[held], task.problem.n_territories
    label = label[held]
    total = np.maximum(np.bincount(label, mass, minlength=n), np.finfo(float).tiny)
    centre = np.column_stack([np.bincount(label, mass * xy[:, i], minlength=n) / total for i in (0, 1)])
    squares = float((mass * ((xy - centre[label]) ** 2).sum(axis=1)).sum())
    return float(np.sqrt(squares / max(float(mass.sum()), np.finfo(float).tiny)))


def plain(value: float | None) -> float | None:
    """Return a number as JSON has it: None for what is not a number."""
    return None if value is None or not np.isfinite(value) else round(float(value), 6)
