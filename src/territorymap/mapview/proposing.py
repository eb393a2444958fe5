"""A plan that is only proposed as the page takes it: territories, who would have what, of which units that is said.

Owns the container "proposal" and the messages about it; drawing is the page's (resources/web/proposal.js).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.container import pack
from territorymap.mapview.replies import territory_facts
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.targets import capacity_shares, equal_shares
from territorymap.metrics.team import territory_capacity_h
from territorymap.model.plan import Plan
from territorymap.model.variant import Variant

WAYS = ("fill", "outline", "swipe")


def pack_proposal(plan: Plan, variant: Variant, decides: NDArray[np.bool_] | None = None) -> bytes:
    """Return the container of a proposal: arrays unit_territory (U,) and decides (U,); territories in its head.

    ``decides``: units of which the proposal says who has them; all others are shown as they are in the plan by now.
    None = those that move.

    Raises
    ------
    ValueError
        if the plan has other units than the proposal by now.
    """
    if len(variant.unit_territory) != len(plan.units):
        raise ValueError("the proposal is of other units")
    if decides is None:
        now = np.array([t.territory_id for t in plan.territories] + [-1], dtype=np.int64)[plan.unit_territory]
        decides = variant.territory_ids()[variant.unit_territory] != now
    arrays = {
        "unit_territory": variant.unit_territory.astype(np.int32, copy=False),
        "decides": decides.astype(np.uint8),
    }
    return pack("proposal", arrays, {"territories": _rows(plan, variant)})


def _rows(plan: Plan, variant: Variant) -> list[dict[str, Any]]:
    """Territories of a proposal, with the names of mapview.replies.territory_row; totals are the page's to add up."""
    proposed = plan_as(plan, variant)
    if plan.info.target_kind == "capacity":
        share = capacity_shares(territory_capacity_h(proposed))
    else:
        share = equal_shares(proposed.n_territories)
    reps = {rep.rep_id: rep for rep in plan.reps}
    rows = []
    for territory, part in zip(proposed.territories, share.tolist(), strict=True):
        rep = reps.get(territory.rep_id) if territory.rep_id is not None else None
        rows.append({**territory_facts(territory, rep), "share": part})
    return rows


def proposal(url: str, title: str, way: str, measure: str = "") -> dict[str, Any]:
    """Show a proposal in one of WAYS; ``url`` is its container.

    ``measure``: whose index stands under the names, "" = the one that is chosen for the plan.
    """
    return {"kind": "proposal", "url": url, "title": title, "way": way, "measure": measure}


def no_proposal() -> dict[str, Any]:
    """Show the plan again."""
    return {"kind": "proposal", "url": "", "title": "", "way": "", "measure": ""}


def pack_solving(scope: NDArray[np.bool_]) -> bytes:
    """Return the container of the units that stand still: array busy (U,)."""
    return pack("solving", {"busy": scope.astype(np.uint8)}, {})


def solving(url: str) -> dict[str, Any]:
    """Leave these units alone in strokes; no ``url`` = all may be edited."""
    return {"kind": "solving", "url": url}
