"""What the territories of a region make together: the roll-up that a regional manager sees under every table.

Owns the walk through nested regions and how figures add up; not the figures of a territory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.balance import Balance
from territorymap.metrics.role_figures import combined
from territorymap.metrics.targets import index_of, outside_tolerance
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.model.records import Region, Territory

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RegionLine:
    """A region with all that is in it; regions within it have lines of their own below it."""

    region_id: int | None  # None: territories of no region
    name: str  # "" for those
    manager: str
    depth: int  # 0 = in no other region
    territory_ix: tuple[int, ...]  # those of regions within it included


def region_lines(plan: Plan) -> list[RegionLine]:
    """Return the regions that have territories, each before those within it, by name; last the territories of none.

    Where no territory is in a region there is no line at all. A region that is its own ancestor stands as one of the
    first level.
    """
    return lines_of(plan.regions, plan.territories)


def lines_of(regions: Sequence[Region], territories: Sequence[Territory]) -> list[RegionLine]:
    """Return the lines of territories in regions, see :func:`region_lines`."""
    known = {region.region_id: region for region in regions}
    parent = {region_id: _parent(region, known) for region_id, region in known.items()}
    own: dict[int | None, list[int]] = {}
    for ix, territory in enumerate(territories):
        own.setdefault(territory.region_id if territory.region_id in known else None, []).append(ix)
    if not own.keys() - {None}:
        return []
    children: dict[int | None, list[Region]] = {}
    for region in sorted(regions, key=lambda r: (r.name.casefold(), r.region_id)):
        children.setdefault(parent[region.region_id], []).append(region)
    lines: list[RegionLine] = []

    def walk(region: Region, depth: int) -> list[int]:
        at = len(lines)
        lines.append(RegionLine(region.region_id, region.name, region.manager, depth, ()))
        members = list(own.get(region.region_id, []))
        for child in children.get(region.region_id, []):
            members += walk(child, depth + 1)
        if members:
            lines[at] = RegionLine(region.region_id, region.name, region.manager, depth, tuple(sorted(members)))
        else:
            del lines[at:]
        return members

    for region in children.get(None, []):
        walk(region, 0)
    if None in own:
        lines.append(RegionLine(None, "", "", 0, tuple(own[None])))
    return lines


def _parent(region: Region, known: dict[int, Region]) -> int | None:
    """Return the region that a region is in; None where it is in none, in a lost one, or in itself over others."""
    seen = {region.region_id}
    above = region.parent_region_id
    while above is not None and above in known:
        if above in seen:
            return None
        seen.add(above)
        above = known[above].parent_region_id
    return region.parent_region_id if region.parent_region_id in known else None


def sums(lines: Sequence[RegionLine], values: NDArray[np.generic]) -> Floats:
    """Return the sum over the territories of each line; what is not told (nan) is left out, nan where none is told.

    Parameters
    ----------
    values : (..., T)

    Returns
    -------
    (..., L)

    Examples
    --------
    East holds territories 0 and 1, and 1 lies in Coast within it; with 3, 4, 5 East has 7, Coast 4, no region 5.
    """
    return together(lines, values, "sum")


def together(lines: Sequence[RegionLine], values: NDArray[np.generic], adds: str) -> Floats:
    """Return the sums, or the means (``adds`` = "mean"), over the territories of each line: (..., T) -> (..., L)."""
    given = np.asarray(values, dtype=np.float64)
    found = np.full((*given.shape[:-1], len(lines)), np.nan)
    for at, line in enumerate(lines):
        members = np.moveaxis(given[..., list(line.territory_ix)], -1, 0)
        found[..., at] = combined(members.reshape(len(members), -1), adds).reshape(given.shape[:-1])
    return found


@dataclass(frozen=True)
class RegionBalance:
    """Figures of regions; M rows as those of the balance, L columns as ``lines``."""

    lines: list[RegionLine]
    measures: list[str]
    total: Floats  # (M, L)
    target: Floats  # (M, L)
    index: Floats  # (M, L) total / target of all its territories together; nan where the target is 0
    outside: NDArray[np.int64]  # (M, L) of its territories
    n_territories: NDArray[np.int64]  # (L,)
    n_vacant: NDArray[np.int64]  # (L,) without a rep
    n_reps: NDArray[np.int64]  # (L,) different people
    n_units: NDArray[np.int64]  # (L,)
    n_accounts: NDArray[np.int64]  # (L,)
    capacity_h: Floats  # (L,) nan where none is told


@dataclass(frozen=True)
class RegionSource:
    """What is added up of territories."""

    territory_total: Floats  # (M, T) a row for each measure of the plan
    n_units: NDArray[np.integer]  # (T,)
    n_accounts: NDArray[np.integer]  # (T,)


def region_balance(plan: Plan, totals: Totals | RegionSource, balance: Balance) -> RegionBalance:
    """Return the roll-up of the balance by region; no lines where no territory is in a region."""
    lines = region_lines(plan)
    total = sums(lines, totals.territory_total[balance.measure_ix])
    target = sums(lines, balance.target)
    members = [list(line.territory_ix) for line in lines]
    outside = np.zeros((len(balance.measures), len(lines)), dtype=np.int64)
    for at, held in enumerate(members):
        outside[:, at] = outside_tolerance(balance.index[:, held], balance.tolerance)
    reps = [[plan.territories[ix].rep_id for ix in held] for held in members]
    n_units, n_accounts = totals.n_units, totals.n_accounts  # counted anew each time they are asked for
    capacity = np.array([float(balance.capacity_h[held].sum()) for held in members], dtype=np.float64)
    return RegionBalance(
        lines=lines,
        measures=list(balance.measures),
        total=total,
        target=target,
        index=index_of(total, target),
        outside=outside,
        n_territories=_ints(len(held) for held in members),
        n_vacant=_ints(sum(rep is None for rep in held) for held in reps),
        n_reps=_ints(len(set(held) - {None}) for held in reps),
        n_units=_ints(int(n_units[held].sum()) for held in members),
        n_accounts=_ints(int(n_accounts[held].sum()) for held in members),
        capacity_h=np.where(capacity > 0, capacity, np.nan),
    )


def _ints(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def regions_json(found: RegionBalance) -> list[dict[str, object]]:
    """Return what ``balance --by region --json`` prints of each region; parents hold what is within them."""

    def plain(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    def by_measure(values: Floats, at: int) -> dict[str, float | None]:
        return {name: plain(values[m, at]) for m, name in enumerate(found.measures)}

    return [
        {
            "region": line.name or None,
            "manager": line.manager or None,
            "depth": line.depth,
            "territories": int(found.n_territories[at]),
            "reps": int(found.n_reps[at]),
            "vacant": int(found.n_vacant[at]),
            "n_units": int(found.n_units[at]),
            "n_accounts": int(found.n_accounts[at]),
            "capacity_h": plain(float(found.capacity_h[at])),
            "totals": by_measure(found.total, at),
            "target": by_measure(found.target, at),
            "index": by_measure(found.index, at),
            "outside_tolerance": {name: int(found.outside[m, at]) for m, name in enumerate(found.measures)},
        }
        for at, line in enumerate(found.lines)
    ]
