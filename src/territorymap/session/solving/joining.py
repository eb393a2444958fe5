"""Which units may be joined when territories are built: borders, bridges, barriers, borders of larger areas.

Owns the neighbours of a task; what they mean for the count of territories is reasons'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.adjacency import Adjacency, adjacency_of_pairs, adjacency_with_bridges
from territorymap.geo.bridges import bridges_between
from territorymap.geo.parents import Level, parent_levels
from territorymap.geo.shipped import layer_info
from territorymap.i18n import clauses, listed, number, tr
from territorymap.model.plan import Plan
from territorymap.session.solving.aims import GroundWishes
from territorymap.session.solving.still import Still

_PREFERRED = 0.3  # what a border of a larger area counts, where it is preferred
_AGAINST = 1.5  # and any other border then


@dataclass(frozen=True)
class Joined:
    """Neighbours of a task, by positions in its units."""

    adjacency: Adjacency
    border_factor: NDArray[np.float64]  # (E,) see optimise.problem
    level: Level | None  # whose borders are kept or preferred


def joined_units(still: Still, unit_ix: NDArray[np.int64], wishes: GroundWishes) -> Joined:
    """Return the neighbours among some units as the wishes have them.

    Islands are joined to the nearest ground first, and barriers taken out afterwards: what a barrier parts is not
    joined again around it.
    """
    units = still.plan.units
    place = np.full(len(units), -1, dtype=np.int64)
    place[unit_ix] = np.arange(len(unit_ix))
    ends = place[still.adjacency.pair]
    kept = (ends >= 0).all(axis=1)
    inner = adjacency_of_pairs(
        np.sort(ends[kept], axis=1).astype(np.int32), still.adjacency.border_km[kept], len(unit_ix)
    )
    inner = adjacency_with_bridges(inner, [(a, b) for a, b in _placed(place, wishes.bridges)])
    borders = wishes.borders
    level = None if borders is None else find_level(still.plan, borders.level)
    group = None if level is None else level.group[unit_ix]
    lon, lat = units.lon[unit_ix], units.lat[unit_ix]
    if borders is not None and borders.is_kept and group is not None:
        inner = _without(inner, group[inner.pair[:, 0]] != group[inner.pair[:, 1]])
        if wishes.joins_islands:
            inner = _joined_within(inner, group, lon, lat)
    elif wishes.joins_islands:
        inner = adjacency_with_bridges(inner, bridges_between(inner, lon, lat))
    forbidden = {(min(a, b), max(a, b)) for a, b in _placed(place, wishes.barriers)}
    if forbidden:
        inner = _without(inner, np.array([(a, b) in forbidden for a, b in inner.pair.tolist()], dtype=np.bool_))
    factor = np.ones(len(inner.pair))
    if borders is not None and not borders.is_kept and group is not None:
        factor = np.where(group[inner.pair[:, 0]] != group[inner.pair[:, 1]], _PREFERRED, _AGAINST)
    return Joined(inner, factor, level)


def levels_of_plan(plan: Plan) -> list[Level]:
    """Return the larger areas that the plan's units lie in, the finer ones first."""
    word = ""
    if plan.info.unit_layer:
        try:
            word = layer_info(plan.info.unit_layer).parent_word
        except UserError:  # a layer of another version of the program
            word = ""
    return parent_levels(plan.units, f"{plan.info.unit_word} {plan.info.unit_layer_title}", word)


def find_level(plan: Plan, name: str) -> Level:
    """Return the level of that key or word, letter case aside.

    Raises
    ------
    UserError
        if the units lie in no such areas.
    """
    levels = levels_of_plan(plan)
    wanted = name.strip().casefold()
    for level in levels:
        if wanted in (level.key, level.word.casefold()):
            return level
    if not levels:
        raise UserError(
            tr("The units of this plan lie in no larger areas."),
            tr("A plan has them where its unit layer has a column for them: see new --parent."),
        )
    known = [
        tr("{key} ({n} areas such as {names})", key=level.word or level.key, n=number(level.n_groups), names=names)
        for level in levels
        for names in [listed(level.names[:2])]
    ]
    raise UserError(
        tr("Units lie in no areas called {name}.", name=repr(name)), tr("There is: {names}.", names=clauses(known))
    )


def _placed(place: NDArray[np.int64], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pairs of which both units take part, as positions in the task."""
    both = ((int(place[a]), int(place[b])) for a, b in pairs)
    return [(a, b) for a, b in both if a >= 0 and b >= 0]


def _without(adjacency: Adjacency, gone: NDArray[np.bool_]) -> Adjacency:
    return adjacency_of_pairs(adjacency.pair[~gone], adjacency.border_km[~gone], adjacency.n_units)


def _joined_within(
    adjacency: Adjacency, group: NDArray[np.int32], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> Adjacency:
    """Join the islands of each group to the nearest ground of the group."""
    bridges: list[tuple[int, int]] = []
    place = np.full(adjacency.n_units, -1, dtype=np.int64)
    of_pair = group[adjacency.pair[:, 0]]
    for g in np.unique(group).tolist():
        units, pairs = np.flatnonzero(group == g), np.flatnonzero(of_pair == g)
        place[units] = np.arange(len(units))
        own = adjacency_of_pairs(place[adjacency.pair[pairs]].astype(np.int32), adjacency.border_km[pairs], len(units))
        bridges += [(int(units[a]), int(units[b])) for a, b in bridges_between(own, lon[units], lat[units])]
    return adjacency_with_bridges(adjacency, bridges)
