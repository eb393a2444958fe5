"""What all maps of a plan draw, prepared once: whose ground each arc bounds, and the rings of every territory.

Owns the preparation; not the thinning to a picture (thin) nor colours (painter).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.view import ExportView
from territorymap.geo.arc_outline import ArcChains
from territorymap.model.records import Territory

UNIT_BORDER, TERRITORY_BORDER, COAST = range(3)
CUT_DEG = 1e-6  # an edge along 180 degrees is a cut of the layer, not a coast


class Choices(Protocol):
    """Territories and which units are theirs: the plan's, or those of another scenario (model.variant)."""

    @property
    def territories(self) -> Sequence[Territory]: ...

    @property
    def unit_territory(self) -> NDArray[np.int32]: ...


def _go_on() -> None:
    """Nobody cancels."""


@dataclass(frozen=True)
class Drawing:
    """A plan, or another scenario of it, ready to be drawn in any frame.

    ``check`` is called before each piece of work that takes long; it raises Cancelled to stop it.
    """

    view: ExportView
    has_unit_borders: bool = False
    has_accounts: bool = False
    shown: Choices | None = None  # None = the scenario that the view is of
    before: Choices | None = None  # borders as they were, drawn as a dashed line
    check: Callable[[], None] = field(default=_go_on, compare=False)
    has_cities: bool = False

    @property
    def choices(self) -> Choices:
        return self.shown or self.view.plan

    @property
    def territories(self) -> Sequence[Territory]:
        return self.choices.territories

    @property
    def loose(self) -> int:
        """The owner, beside the territories, of units that belong to none."""
        return len(self.territories)

    @cached_property
    def owner(self) -> NDArray[np.int32]:
        """(U,) territory_ix of each unit, ``loose`` for none."""
        return np.where(self.choices.unit_territory < 0, self.loose, self.choices.unit_territory).astype(np.int32)

    @cached_property
    def arc_kind(self) -> NDArray[np.int8]:
        """(K,) UNIT_BORDER, TERRITORY_BORDER or COAST (nothing on the other side)."""
        topology = self.view.topology
        owner = np.append(self.owner, -1)
        kind = np.where(owner[topology.arc_left] != owner[topology.arc_right], TERRITORY_BORDER, UNIT_BORDER)
        return np.where(topology.arc_right < 0, COAST, kind).astype(np.int8)

    @cached_property
    def touches_cut(self) -> NDArray[np.bool_]:
        """(K,) coasts of which a part may run along 180 degrees."""
        west, _, east, _ = self.arc_box.T
        near = (np.abs(np.abs(west) - 180) < CUT_DEG) | (np.abs(np.abs(east) - 180) < CUT_DEG)
        return np.asarray(near & (self.view.topology.arc_right < 0))

    @cached_property
    def was_border(self) -> NDArray[np.bool_]:
        """(K,) arcs that parted territories ``before``."""
        topology = self.view.topology
        if self.before is None:
            return np.zeros(topology.n_arcs, dtype=bool)
        owner = np.append(self.before.unit_territory, -1)
        ids = np.array([*(t.territory_id for t in self.before.territories), -1])
        left, right = ids[owner[topology.arc_left]], ids[owner[topology.arc_right]]
        return np.asarray((left != right) & (topology.arc_right >= 0))

    @cached_property
    def arc_box(self) -> NDArray[np.float64]:
        """(K, 4) west, south, east, north of each arc in degrees."""
        topology = self.view.topology
        if not topology.n_arcs:
            return np.empty((0, 4))
        start = topology.arc_start[:-1]
        low = np.minimum.reduceat(topology.arc_coords, start, axis=0)
        return np.concatenate([low, np.maximum.reduceat(topology.arc_coords, start, axis=0)], axis=1)

    @cached_property
    def rings(self) -> list[list[NDArray[np.int64]]] | None:
        """(T + 1) signed arcs of the rings of each owner, the loose units last; None where the layer is no coverage."""
        self.check()
        report = self.view.topology.report
        if report.n_overlapping_segments or report.n_degenerate_rings or report.n_folded_segments:
            return None
        owners = np.arange(self.loose + 1)
        found = ArcChains(self.view.topology, self.owner, owners).rings()
        if found is None:
            return None
        rings: list[list[NDArray[np.int64]]] = [[] for _ in owners]
        for owner, arcs in found:
            rings[owner].append(np.array(arcs, dtype=np.int64))
        return rings

    def units_of(self, territory_ix: int) -> NDArray[np.int64]:
        return np.flatnonzero(self.owner == territory_ix)
