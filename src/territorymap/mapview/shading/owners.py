"""Colour by rep and by region: territories of one owner look alike. Owns which owner gets which colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from territorymap.i18n import tr
from territorymap.mapview.palette import assign_colors, dark_variant, territory_pairs
from territorymap.mapview.shading.ramps import NOBODY
from territorymap.mapview.shading.registry import Case, Choice, Classing, Group, Shades, family, is_owners_change
from territorymap.model.change import PlanDelta


@family("rep", order=1)
class ByRep:
    """All territories of a rep in one colour; vacancies in grey."""

    def heading(self) -> str:
        return ""

    def choices(self, case: Case) -> list[Choice]:
        return [Choice("rep", tr("Rep"), tr("Rep"))] if case.plan.reps else []

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        name = {rep.rep_id: rep.name for rep in case.plan.reps}
        owners = [t.rep_id if t.rep_id in name else None for t in case.plan.territories]
        return owner_shades(case, owners, name, tr("Vacant"))

    def is_changed_by(self, delta: PlanDelta) -> bool:
        return is_owners_change(delta)


@family("region", order=2)
class ByRegion:
    """All territories of a region in one colour; the rest in grey."""

    def heading(self) -> str:
        return ""

    def choices(self, case: Case) -> list[Choice]:
        is_any = any(t.region_id is not None for t in case.plan.territories)
        return [Choice("region", tr("Region"), tr("Region"))] if case.plan.regions and is_any else []

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        name = {region.region_id: region.name for region in case.plan.regions}
        owners = [t.region_id if t.region_id in name else None for t in case.plan.territories]
        return owner_shades(case, owners, name, tr("No region"))

    def is_changed_by(self, delta: PlanDelta) -> bool:
        return is_owners_change(delta)


def owner_shades(case: Case, owners: Sequence[int | None], names: Mapping[int, str], nobody: str) -> Shades:
    """Return one group an owner that has a territory, by name, and one for territories without.

    An owner keeps the colour of its first territory where no owner beside it has that one already, so that the picture
    stays the familiar one.
    """
    used = sorted({o for o in owners if o is not None}, key=lambda o: (names[o].casefold(), o))
    place = {owner: ix for ix, owner in enumerate(used)}
    of = np.array([place[o] if o is not None else len(used) for o in owners], dtype=np.int16)
    pairs = _touching(case, of, len(used))
    beside: list[set[int]] = [set() for _ in used]
    for a, b in pairs:
        beside[a].add(b)
        beside[b].add(a)
    fixed: dict[int, str] = {}
    for ix, group in enumerate(of):
        color = case.plan.territories[ix].color
        if group < len(used) and int(group) not in fixed and color not in {fixed.get(n) for n in beside[group]}:
            fixed[int(group)] = color
    colors = assign_colors(pairs, len(used), fixed)
    count = np.bincount(of, minlength=len(used) + 1)
    groups = [
        Group(names[owner], color, dark_variant(color), int(count[ix]))
        for ix, (owner, color) in enumerate(zip(used, colors, strict=True))
    ]
    if count[len(used)]:
        groups.append(Group(nobody, NOBODY[False], NOBODY[True], int(count[len(used)]), "none"))
    return Shades("owner", groups, of)


def _touching(case: Case, of: np.ndarray[tuple[int], np.dtype[np.int16]], n_owners: int) -> list[tuple[int, int]]:
    """Return pairs of owners that share a border."""
    n = case.plan.n_territories
    pairs = territory_pairs(case.totals.adjacency.pair, case.plan.unit_territory, n) if n else []
    touching = {tuple(sorted((int(of[a]), int(of[b])))) for a, b in pairs}
    return sorted((a, b) for a, b in touching if a != b and b < n_owners)
