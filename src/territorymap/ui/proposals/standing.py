"""How the plan stands to the proposals that were made of it. Owns the comparison; the words are the panel's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.model.plan import Plan
from territorymap.model.variant import Variant, variant_of

if TYPE_CHECKING:
    from territorymap.session.solving.proposal import Proposal


def is_of_plan(plan: Plan, proposal: Proposal) -> bool:
    """Whether the plan still has the units that a proposal was made of."""
    return np.array_equal(plan.units.unit_id, proposal.unit_id)


def is_of_scenario(plan: Plan, proposal: Proposal) -> bool:
    """Whether the scenario and alignment in use are those that a proposal was made of."""
    return proposal.before.is_in_use(plan)


def is_as_proposed(plan: Plan, proposal: Proposal) -> bool:
    """Whether the plan gives the units of a proposal's scope as it says; what it calls new may bear any name."""
    wanted, now = (_ids(variant)[proposal.scope] for variant in (proposal.variant, variant_of(plan)))
    is_new = wanted < -1
    if not np.array_equal(wanted[~is_new], now[~is_new]):
        return False
    known = {t.territory_id for t in proposal.before.territories}
    pairs = np.unique(np.column_stack([wanted[is_new], now[is_new]]), axis=0)
    is_one_to_one = len(np.unique(pairs[:, 0])) == len(pairs) == len(np.unique(pairs[:, 1]))
    return is_one_to_one and not known & set(pairs[:, 1].tolist()) and not (pairs[:, 1] < 0).any()


def n_edited(plan: Plan, proposal: Proposal) -> int:
    """Return how many units of the scope have another territory than when the proposal was made."""
    before, now = _ids(proposal.before), _ids(variant_of(plan))
    return int(((before != now) & proposal.scope).sum())


def _ids(variant: Variant) -> NDArray[np.int64]:
    """(U,) territory_id of each unit, -1 = nobody's."""
    return variant.territory_ids()[variant.unit_territory]
