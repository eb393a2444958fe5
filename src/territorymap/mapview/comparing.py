"""The other scenario of a comparison as the page takes it: its territories with their figures, and who has what.

Owns the container "compare" and the messages about it; drawing is the page's (resources/web/compare.js).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from territorymap.mapview.container import pack
from territorymap.mapview.replies import territory_facts
from territorymap.mapview.shading.registry import Shades
from territorymap.metrics.comparison import Side

WAYS = ("swipe", "side", "outline")


def pack_side(side: Side) -> bytes:
    """Return the container of a scenario: array unit_territory (U,); territories and overrides in its head."""
    plan = side.plan
    given = np.flatnonzero(plan.account_override >= 0)
    meta = {
        "territories": [_row(side, ix) for ix in range(plan.n_territories)],
        "overrides": [[int(a), int(plan.account_override[a])] for a in given],
    }
    return pack("compare", {"unit_territory": plan.unit_territory.astype(np.int32)}, meta)


def _row(side: Side, ix: int) -> dict[str, Any]:
    """One territory, with the names of mapview.replies.territory_row."""
    return {
        **territory_facts(side.plan.territories[ix], side.reps[ix]),
        "share": float(side.balance.share[ix]),
        "total": [float(x) for x in side.total[:, ix]],
        "n_units": int(side.n_units[ix]),
        "n_accounts": int(side.n_accounts[ix]),
        "pieces": 0,  # not shown of the other scenario
        "area_km2": 0.0,
        "perimeter_km": 0.0,
    }


def compare(way: str, url: str, before: str, now: str) -> dict[str, Any]:
    """Compare with another scenario in one of WAYS; ``url`` is its container, the names are of the scenarios."""
    return {"kind": "compare", "way": way, "url": url, "before": before, "now": now}


def compare_no_more() -> dict[str, Any]:
    """Show one scenario again."""
    return {"kind": "compare", "way": "", "url": "", "before": "", "now": ""}


def matched_shades(other: Shades, shown: Shades) -> Shades:
    """Return the colours of the other scenario with those of the scenario in use where groups bear the same name.

    A rep must look alike on both sides, whichever territories he has there.
    """
    known = {(g.label, g.kind): g for g in shown.groups}
    groups = [
        replace(g, light=known[key].light, dark=known[key].dark) if (key := (g.label, g.kind)) in known else g
        for g in other.groups
    ]
    return replace(other, groups=groups)
