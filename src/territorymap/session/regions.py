"""Which territories belong to a region, those of regions within it included. Owns the walk; changes nothing."""

from __future__ import annotations

from territorymap.model.plan import Plan


def territories_of_region(plan: Plan, region_id: int) -> list[int]:
    """Return territory_id of the territories in a region and in the regions under it."""
    inside = {region_id}
    grows = True
    while grows:
        more = {r.region_id for r in plan.regions if r.parent_region_id in inside} - inside
        inside |= more
        grows = bool(more)
    return [t.territory_id for t in plan.territories if t.region_id in inside]
