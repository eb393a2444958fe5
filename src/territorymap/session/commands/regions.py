"""Regions: made, named, nested, given a manager, deleted; territories put into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Region
from territorymap.session.commands.checks import MAX_NAME, clean_name, enumerate_names, find_territory, refuse_outside
from territorymap.session.session import Command

MOST_NESTED = 12
_KEEP: Any = object()


def find_region(plan: Plan, region_id: int) -> Region:
    """Return the region; UserError if it is gone."""
    for region in plan.regions:
        if region.region_id == region_id:
            return region
    raise UserError(tr("This region is no longer in the plan."), tr("Choose another one."))


def add_region(
    plan: Plan,
    name: str,
    *,
    manager: str = "",
    parent_id: int | None = None,
    alignment_id: int | None = None,
    territory_ids: Sequence[int] = (),
) -> Command:
    """Make a region, within another one or not, of these territories; of one alignment, or None = of any."""
    row = {
        "region_name": clean_name(name, _names_beside(plan, alignment_id), tr("region")),
        "manager": _manager(manager),
        "parent_region_id": parent_id,
        "alignment_id": alignment_id,
    }
    if parent_id is not None:
        _refuse_deep(plan, [find_region(plan, parent_id), *ancestors(plan, parent_id)])
    territories = [find_territory(plan, territory_id) for territory_id in territory_ids]
    refuse_outside(territories, plan)

    def run(writer: Writer, plan: Plan) -> None:
        (region_id,) = writer.insert("region", [row])
        writer.update("territory", {t.territory_id: {"region_id": region_id} for t in territories})

    return Command(tr("New region {name}", name=row["region_name"]), run)


def edit_region(
    plan: Plan, region_id: int, *, name: str | None = None, manager: str | None = None, parent_id: int | None = _KEEP
) -> Command:
    """Set name, manager or the region around a region; what is not given stays.

    Raises
    ------
    UserError
        if a region would lie within itself.
    """
    region = find_region(plan, region_id)
    row: dict[str, Any] = {}
    if name is not None:
        row["region_name"] = clean_name(name, _names_beside(plan, region.alignment_id, region), tr("region"))
    if manager is not None:
        row["manager"] = _manager(manager)
    if parent_id is not _KEEP:
        _refuse_around(plan, region, parent_id)
        row["parent_region_id"] = parent_id
    if set(row) == {"manager"}:
        label = tr("Manager of {name}: {manager}", name=region.name, manager=row["manager"] or tr("nobody"))
    else:
        label = tr("Edit region {name}", name=region.name)
    return Command(label, lambda writer, plan: writer.update("region", {region_id: row}))


def delete_regions(plan: Plan, region_ids: Sequence[int]) -> Command:
    """Delete regions; the regions and territories in them go to the region around."""
    gone = {region_id: find_region(plan, region_id) for region_id in region_ids}

    def around(region_id: int | None) -> int | None:
        while region_id in gone:
            region_id = gone[region_id].parent_region_id
        return region_id

    def run(writer: Writer, plan: Plan) -> None:
        inner = [r for r in plan.regions if r.region_id not in gone and r.parent_region_id in gone]
        writer.update("region", {r.region_id: {"parent_region_id": around(r.parent_region_id)} for r in inner})
        held = [t for t in plan.territories if t.region_id in gone]
        refuse_outside(held, plan)
        writer.update("territory", {t.territory_id: {"region_id": around(t.region_id)} for t in held})
        writer.update("region", {region_id: {"parent_region_id": None} for region_id in gone})
        writer.delete("region", list(gone))

    names = enumerate_names([region.name for region in gone.values()])
    return Command(ntr("Delete region {names}", "Delete regions {names}", len(gone), names=names), run)


def assign_region(
    plan: Plan, territory_ids: Sequence[int], region_id: int | None, *, region_ids: Sequence[int] = ()
) -> Command:
    """Put territories, and regions with all that is in them, into a region; None = into none.

    Raises
    ------
    UserError
        if a region would lie within itself.
    """
    territories = [find_territory(plan, territory_id) for territory_id in territory_ids]
    refuse_outside(territories, plan)
    regions = [find_region(plan, inner) for inner in region_ids if inner != region_id]
    for region in regions:
        _refuse_around(plan, region, region_id)
    names = enumerate_names([*(r.name for r in regions), *(t.name for t in territories)])
    if region_id is None:
        label = tr("Take {names} out of the regions", names=names)
    else:
        label = tr("Put {names} into {region}", names=names, region=find_region(plan, region_id).name)

    def run(writer: Writer, plan: Plan) -> None:
        moved = {t.territory_id: {"region_id": region_id} for t in territories if t.region_id != region_id}
        writer.update("territory", moved)
        nested = {r.region_id: {"parent_region_id": region_id} for r in regions if r.parent_region_id != region_id}
        writer.update("region", nested)

    return Command(label, run)


def ancestors(plan: Plan, region_id: int) -> list[Region]:
    """Return the regions around a region, the nearest first; a ring in a damaged file ends where it closes."""
    by_id = {region.region_id: region for region in plan.regions}
    found: list[Region] = []
    at = by_id.get(region_id)
    while at is not None and at.parent_region_id is not None:
        at = by_id.get(at.parent_region_id)
        if at is None or at in found or at.region_id == region_id:
            break
        found.append(at)
    return found


def _refuse_around(plan: Plan, region: Region, parent_id: int | None) -> None:
    """UserError where a region cannot lie in another one."""
    if parent_id is None:
        return
    around = [find_region(plan, parent_id), *ancestors(plan, parent_id)]
    if region in around:
        raise UserError(
            tr("{name} cannot lie within itself.", name=region.name),
            tr("Choose a region that is not one of those under it."),
        )
    _refuse_deep(plan, around, under=region)


def _depth_under(plan: Plan, region: Region) -> int:
    """Number of levels in a region, itself included."""
    level, n = {region.region_id}, 0
    seen: set[int] = set()
    while level:
        n += 1
        seen |= level
        level = {r.region_id for r in plan.regions if r.parent_region_id in level} - seen
    return n


def _refuse_deep(plan: Plan, around: Sequence[Region], under: Region | None = None) -> None:
    n = len(around) + (1 if under is None else _depth_under(plan, under))
    if n > MOST_NESTED:
        raise UserError(tr("Regions would be nested {n} deep.", n=n), tr("Nest them at most {n} deep.", n=MOST_NESTED))


def _names_beside(plan: Plan, alignment_id: int | None, region: Region | None = None) -> Iterable[str]:
    """Names that are taken: those of the regions of the same alignment and of those of any."""
    return [
        other.name
        for other in plan.regions
        if other is not region
        and (alignment_id is None or other.alignment_id is None or other.alignment_id == alignment_id)
    ]


def _manager(text: str) -> str:
    cleaned = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(cleaned) > MAX_NAME:
        raise UserError(tr("This name is too long."), tr("Use at most {n} letters.", n=MAX_NAME))
    return cleaned
