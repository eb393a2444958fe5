"""Units that were cut or joined: which pieces of ground a plan has after a merge, and what a new piece descends from.

Owns families (a unit of the layer and the parts cut from it); not borders with neighbours (writing) nor choices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely

from territorymap.document.geopackage import decode_shapes
from territorymap.document.merging.snapshot import Fields, Snapshot
from territorymap.document.merging.threeway import CONFLICT, MINE, SAME, THEIRS, outcome

_SAME_AREA = 1e-6  # relative: noding moves no border
CARRIED = ("locked", "parent_code", "parent_name", "country")  # what a part has from its unit


class Ground(NamedTuple):
    """The field "ground" of a unit."""

    geom: object
    area_km2: float
    perimeter_km: float
    lon: float
    lat: float


def ground_of(unit: Fields) -> Ground:
    return Ground(*unit["ground"])  # type: ignore[misc]


def family_code(unit: Fields) -> str:
    """Return the code of the unit that this is, or was cut from."""
    return str(unit.get("part_of") or unit["code"])


class Shapes:
    """Polygons of units, each decoded once."""

    def __init__(self) -> None:
        self._known: dict[object, shapely.Geometry | None] = {}

    def of(self, unit: Fields) -> shapely.Geometry | None:
        blob = ground_of(unit).geom
        if blob not in self._known:
            try:
                (self._known[blob],) = decode_shapes([blob])
            except ValueError:
                self._known[blob] = None
        return self._known[blob]

    def is_same_place(self, one: Fields, other: Fields) -> bool:
        """Tell whether two polygons cover the same ground: a border may have got vertices of a neighbour's cut."""
        a, b = self.of(one), self.of(other)
        if a is None or b is None:
            return a is b
        if abs(a.area - b.area) > _SAME_AREA * max(a.area, b.area):
            return False
        return bool(shapely.area(shapely.symmetric_difference(a, b)) <= _SAME_AREA * a.area)


@dataclass
class Family:
    """A unit of the layer with the parts that each side has of it."""

    code: str
    base: frozenset[str]  # keys of the units
    mine: frozenset[str]
    theirs: frozenset[str]
    take: str  # mine | theirs | same | conflict | "both": each changed another part
    both: frozenset[str] = frozenset()

    def members(self, prefer: str) -> frozenset[str]:
        """Return the units that there are after the merge."""
        if self.take == "both":
            return self.both
        take = {SAME: MINE, CONFLICT: prefer}.get(self.take, self.take)
        return self.mine if take == MINE else self.theirs


def families_of(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """Return the keys of the units looked at, by family."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, unit in snapshot.items["unit"].items():
        found[family_code(unit)].add(key)
    return {code: frozenset(keys) for code, keys in found.items()}


def merge_families(bases: Sequence[Snapshot], mine: Snapshot, theirs: Snapshot) -> dict[str, Family]:
    """Return the families whose units differ somewhere, by code."""
    before = [families_of(base) for base in bases]
    ours, others = families_of(mine), families_of(theirs)
    none: frozenset[str] = frozenset()
    found = {}
    for code in sorted({*ours, *others, *(code for families in before for code in families)}):
        was = [families.get(code, none) for families in before] or [none]
        family = Family(code, was[0], ours.get(code, none), others.get(code, none), "")
        family.take = outcome(was, family.mine, family.theirs)
        if family.take == CONFLICT and len(set(was)) == 1:
            _try_both(family, _areas(*bases, mine, theirs))
        if family.take:
            found[code] = family
    return found


def _areas(*snapshots: Snapshot) -> Mapping[str, float]:
    return {key: ground_of(unit).area_km2 for snapshot in snapshots for key, unit in snapshot.items["unit"].items()}


def _try_both(family: Family, area: Mapping[str, float]) -> None:
    """Take both sides' cuts where they fell on different parts, or were the same in part."""
    went = family.base - family.mine, family.base - family.theirs
    came = family.mine - family.base, family.theirs - family.base
    lost, won = (sum(area[key] for key in keys) for keys in (went[0] & went[1], came[0] & came[1]))
    if abs(lost - won) <= _SAME_AREA * max(lost, won):
        family.take = "both"
        family.both = (family.base - went[0] - went[1]) | came[0] | came[1]


class Descent:
    """Finds what a unit was part of in another state, where that state has not the unit itself."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._members: dict[int, dict[str, list[str]]] = {}

    def ancestor(self, unit: Fields, snapshot: Snapshot) -> str | None:
        """Return the key of the unit that covers it there; None if there is none."""
        for key in self._family(snapshot, family_code(unit)):
            if self.is_part(unit, snapshot.items["unit"][key]):
                return key
        return None

    def is_part(self, unit: Fields, whole: Fields) -> bool:
        """Tell whether a unit lies in another."""
        small, large = ground_of(unit), ground_of(whole)
        if not small.area_km2 <= large.area_km2 * (1 + _SAME_AREA):
            return False
        shape = self._shapes.of(whole)
        return shape is not None and bool(shapely.intersects_xy(shape, small.lon, small.lat))

    def _family(self, snapshot: Snapshot, code: str) -> list[str]:
        if id(snapshot) not in self._members:
            self._members[id(snapshot)] = {c: sorted(keys) for c, keys in families_of(snapshot).items()}
        return self._members[id(snapshot)].get(code, [])

    def place(self, position: tuple[object, ...], among: Iterable[tuple[str, Fields]]) -> str | None:
        """Return the key of the unit where a point lies, or is nearest to; of the largest where there is no point."""
        units = list(among)
        if not units:
            return None
        lon, lat = position[0], position[1]
        largest = max(units, key=lambda pair: (ground_of(pair[1]).area_km2, pair[0]))[0]
        if not isinstance(lon, int | float) or not isinstance(lat, int | float):
            return largest
        units.sort(key=lambda pair: pair[0])
        shapes = np.array([self._shapes.of(unit) for _, unit in units], dtype=object)
        distance = shapely.distance(shapes, shapely.points(lon, lat))
        if np.isnan(distance).all():
            return largest
        return units[int(np.nanargmin(distance))][0]


def link_overlapping(families: Mapping[str, Family], mine: Snapshot, theirs: Snapshot, shapes: Shapes) -> None:
    """Make conflicts of families that lie where one is kept which the other side has replaced: no ground counts twice.

    Another unit layer on one side does that: its units have codes of their own.
    """
    if not any(family.take == CONFLICT for family in families.values()):
        return
    pieces = [
        (family, side, shapes.of(snapshot.items["unit"][key]))
        for family in families.values()
        for side, snapshot, keys in (
            (MINE, mine, family.mine - family.theirs),
            (THEIRS, theirs, family.theirs - family.mine),
        )
        for key in sorted(keys)
    ]
    waiting = [family for family in families.values() if family.take == CONFLICT]
    for linked in _overlaps(pieces, waiting):
        if linked.take != CONFLICT:
            linked.take = CONFLICT
            waiting.append(linked)


Piece = tuple[Family, str, "shapely.Geometry | None"]


def _overlaps(pieces: Sequence[Piece], waiting: list[Family]) -> Iterator[Family]:
    """Yield the families whose ground on one side is that of a waiting one on the other; ``waiting`` may grow."""
    geometry = np.array([shape for _, _, shape in pieces], dtype=object)
    tree = shapely.STRtree(geometry)
    own: dict[str, list[int]] = defaultdict(list)
    for at, (family, _, _) in enumerate(pieces):
        own[family.code].append(at)
    for family in waiting:
        for at in own[family.code]:
            if geometry[at] is None:
                continue
            for other in tree.query(geometry[at], predicate="intersects").tolist():
                if pieces[other][1] != pieces[at][1] and _share_ground(geometry[at], geometry[other]):
                    yield pieces[other][0]


def _share_ground(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return bool(shapely.area(shapely.intersection(one, other)) > _SAME_AREA * min(one.area, other.area))


def linked_by_ground(grounds: Mapping[str, Sequence[Sequence[Fields]]], start: Iterable[str]) -> set[str]:
    """Return which of some families, each with its units on either side, share ground with some of them, in turn."""
    shapes = Shapes()
    families = {code: Family(code, frozenset(), frozenset(), frozenset(), "") for code in grounds}
    pieces: list[Piece] = [
        (families[code], side, shapes.of(unit))
        for code, sides in grounds.items()
        for side, units in zip((MINE, THEIRS), sides, strict=True)
        for unit in units
    ]
    found = set(start)
    waiting = [families[code] for code in sorted(found)]
    for linked in _overlaps(pieces, waiting):
        if linked.code not in found:
            found.add(linked.code)
            waiting.append(linked)
    return found
