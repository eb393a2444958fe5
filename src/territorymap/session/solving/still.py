"""A plan that stands still: what a job works on while the planner edits on. Owns the copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol, TypeVar

from territorymap.geo.adjacency import Adjacency
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.totals import Totals
from territorymap.model.accounts import Accounts
from territorymap.model.plan import Plan
from territorymap.model.units import Units
from territorymap.model.variant import Variant, variant_of

Arrays = TypeVar("Arrays", Units, Accounts)


class SolvedSession(Protocol):
    """What is read of a session when a job is made."""

    @property
    def plan(self) -> Plan: ...

    @property
    def adjacency(self) -> Adjacency: ...

    @property
    def baseline(self) -> Variant | None: ...

    def totals_for(self, plan: Plan) -> Totals: ...


@dataclass(frozen=True)
class Still:
    """The plan and its totals at one moment; may be read in any thread."""

    plan: Plan
    totals: Totals
    adjacency: Adjacency
    baseline: Variant | None  # what disruption is measured against; None = nothing is chosen

    def totals_of(self, variant: Variant) -> Totals:
        """Return the totals that a variant would have; a full pass over units and accounts."""
        return self.totals.of_other(plan_as(self.plan, variant))

    @property
    def protected(self) -> frozenset[int]:
        """account_id of the accounts that were protected at that moment."""
        accounts = self.plan.accounts
        return frozenset(accounts.account_id[accounts.is_protected].tolist())

    @property
    def variant(self) -> Variant:
        """Who had what at that moment."""
        return variant_of(self.plan)


def still_of(session: SolvedSession) -> Still:
    """Return the session's plan as it is now."""
    plan = session.plan
    still = replace(
        plan,
        # Edits write into these arrays in place: imports, and accounts that are protected while a search runs.
        units=copied(plan.units),
        accounts=copied(plan.accounts),
        territories=list(plan.territories),
        reps=list(plan.reps),
        measures=list(plan.measures),
        regions=list(plan.regions),
        caps=list(plan.caps),
        unit_territory=plan.unit_territory.copy(),
        account_override=plan.account_override.copy(),
        overrides=dict(plan.overrides),
    )
    baseline = session.baseline
    if baseline is not None:
        baseline = replace(
            baseline,
            territories=list(baseline.territories),
            unit_territory=baseline.unit_territory.copy(),
            account_override=baseline.account_override.copy(),
            overrides=dict(baseline.overrides),
        )
    return Still(still, session.totals_for(still), session.adjacency, baseline)


def copied(arrays: Arrays) -> Arrays:
    """Return units or accounts of which no array is shared with what they were."""
    mine: dict[str, Any] = {}
    for field in fields(arrays):
        value = getattr(arrays, field.name)
        mine[field.name] = {key: one.copy() for key, one in value.items()} if isinstance(value, dict) else value.copy()
    return replace(arrays, **mine)


def row_of_measure(plan: Plan, name: str) -> int:
    """Return the row of a measure in ``plan.measures``; KeyError if there is none."""
    measure = plan.measure_named(name)
    if measure is None:
        raise KeyError(name)
    return next(i for i, m in enumerate(plan.measures) if m is measure)


def names_of(plan: Plan, unit_ix: Sequence[int]) -> list[str]:
    """Return what units are called: their names, their codes where they have none."""
    return [str(plan.units.name[u] or plan.units.code[u]) for u in unit_ix]
