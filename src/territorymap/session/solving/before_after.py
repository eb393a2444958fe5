"""Territories before and after a proposal, side by side. Owns which are told and their numbers; not how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.balance import compute_balance
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.session.solving.figures import plain
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import Still

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """A territory at one time; M are the measures asked for."""

    units: int
    accounts: int
    total: tuple[float, ...]  # (M,)
    index: tuple[float, ...]  # (M,) nan where the target is 0


@dataclass(frozen=True)
class Change:
    """A territory that a proposal changes; None where it is not there."""

    territory: Territory
    before: Standing | None
    after: Standing | None


def changes_of(still: Still, proposal: Proposal, measures: Sequence[str]) -> list[Change]:
    """Return the territories that a proposal changes: those that come and go, give and take; in the plan's order."""
    plan = still.plan
    variant, totals = proposal.variant, still.totals_of(proposal.variant)
    was = _standings(plan, still.totals, measures)
    will = _standings(plan_as(plan, variant), totals, measures)
    known = {t.territory_id: t for t in [*plan.territories, *variant.territories]}
    moved = proposal.moved_units
    ids_before, ids_after = proposal.before.territory_ids(), variant.territory_ids()
    touched = {int(i) for i in ids_before[proposal.before.unit_territory[moved]]}
    touched |= {int(i) for i in ids_after[variant.unit_territory[moved]]}
    touched |= set(was) ^ set(will)
    touched |= {i for i in set(was) & set(will) if was[i].accounts != will[i].accounts}
    return [Change(t, was.get(i), will.get(i)) for i, t in known.items() if i in touched]


def _standings(plan: Plan, totals: Totals, measures: Sequence[str]) -> dict[int, Standing]:
    balance = compute_balance(plan, totals)
    rows = [balance.measures.index(name) for name in measures]
    found = {}
    for ix, territory in enumerate(plan.territories):
        found[territory.territory_id] = Standing(
            int(totals.n_units[ix]),
            int(totals.n_accounts[ix]),
            tuple(float(totals.territory_total[balance.measure_ix[row], ix]) for row in rows),
            tuple(float(balance.index[row, ix]) for row in rows),
        )
    return found


def changes_json(changes: Sequence[Change], measures: Sequence[str]) -> list[dict[str, Any]]:
    """Return what ``--json`` prints of them."""

    def told(standing: Standing | None) -> dict[str, Any] | None:
        if standing is None:
            return None
        return {
            "units": standing.units,
            "accounts": standing.accounts,
            "total": {name: plain(value) for name, value in zip(measures, standing.total, strict=True)},
            "index": {name: plain(value) for name, value in zip(measures, standing.index, strict=True)},
        }

    return [{"territory": c.territory.name, "before": told(c.before), "after": told(c.after)} for c in changes]
