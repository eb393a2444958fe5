"""The ground that an open plan stands on: polygons, shared arcs, neighbours, and the unit layer as the map wants it.

Owns what is read once, kept, and renewed when units are cut; not which units there are (plan).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Document
from territorymap.document.state_folder import cache_folder
from territorymap.geo.adjacency import Adjacency
from territorymap.geo.topology import Topology
from territorymap.mapview.levels import KnownLevels
from territorymap.mapview.packing import levels_in
from territorymap.model.change import RowChange
from territorymap.model.plan import Plan
from territorymap.session.ground import Ground, load_ground, renewed_ground
from territorymap.session.packed import load_packed, load_packed_soon
from territorymap.session.reshape import former_positions, renewed_geometry

MOST_CARRIED = 0.2  # share of the units that may change in a step before the map's levels of detail are made anew


class Standing:
    """Read when it is first asked for."""

    def __init__(self, document: Document, n_units: int) -> None:
        self._document, self._n_units = document, n_units
        self._packed_ahead: bytes | None = None
        self._are_levels_missing = False
        self._is_packed = False  # the unit layer was asked for by a map
        self._known_levels: KnownLevels | None = None  # levels of detail, to be carried over when units are cut

    @cached_property
    def geometry(self) -> NDArray[np.object_]:
        """Polygons of the units, (U,) shapely, EPSG:4326."""
        return self._document.geometry()

    @cached_property
    def _ground(self) -> Ground:
        return load_ground(lambda: self.geometry, self._n_units, self._document.state_of("unit"))

    @property
    def topology(self) -> Topology:
        return self._ground.topology

    @property
    def adjacency(self) -> Adjacency:
        return self._ground.adjacency

    @property
    def perimeter_km(self) -> NDArray[np.float64]:
        """(U,)"""
        return self._ground.perimeter_km

    # -- for the map ---------------------------------------------------------------------------------------------------

    def pack_ahead(self, plan: Plan) -> None:
        """Make the unit layer ready, to be taken once; one seen for the first time may lack its levels of detail."""
        self._packed_ahead, has_levels = load_packed_soon(self.topology, plan, cache_folder())
        self._is_packed, self._are_levels_missing = True, not has_levels

    def levels_to_find(self, plan: Plan) -> Callable[[], object] | None:
        """Return what finds the levels of detail that were left out; None if none were."""
        if not self._are_levels_missing:
            return None
        self._are_levels_missing = False
        topology = self.topology
        return lambda: load_packed(topology, plan, cache_folder())

    def take_packed(self, plan: Plan) -> bytes:
        """Return the unit layer as the map page wants it; it is not kept here."""
        packed, self._packed_ahead = self._packed_ahead, None
        if packed is not None:
            return packed
        self._is_packed = True
        return load_packed(self.topology, plan, cache_folder(), self._known_levels)

    # -- after a step --------------------------------------------------------------------------------------------------

    def renew(self, before: Plan, unit_id: NDArray[np.int64], plan: Plan, changes: Sequence[RowChange]) -> None:
        """Follow a step in which units came, went or got other borders; ``unit_id``: those before it."""
        self._carry_levels(before, changes)
        if "geometry" in self.__dict__:  # else it is read from the file when it is asked for
            self.geometry = renewed_geometry(self.geometry, unit_id, plan.units.unit_id, changes)
        former_ix = former_positions(unit_id, plan.units.unit_id, changes)
        self._ground, self._packed_ahead = renewed_ground(self._ground, self.geometry, former_ix), None

    def _carry_levels(self, before: Plan, changes: Sequence[RowChange]) -> None:
        """Keep the levels of detail of the units before, so that a cut does not make all of them anew.

        Nobody asked for them without a map; another unit layer has levels of its own.
        """
        n_changed = sum(change.table == "unit" for change in changes)
        if n_changed > MOST_CARRIED * len(before.units):
            self._known_levels = None
        elif self._known_levels is None and self._is_packed:
            self._known_levels = levels_in(load_packed(self.topology, before, cache_folder()))
