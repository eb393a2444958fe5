"""The packed unit layer of a plan, kept in the cache folder. Owns the file and its life; not the packing (mapview)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from territorymap.document.half_made import kept_file
from territorymap.geo.topology import Topology
from territorymap.mapview.container import VERSION
from territorymap.mapview.levels import KnownLevels
from territorymap.mapview.packing import pack_geometry, plain_levels
from territorymap.model.plan import Plan
from territorymap.sealing import sealed, unsealed

_MAX_KEPT = 12
MOST_PLAIN = 500_000  # vertices that the page can draw at any zoom


def load_packed(topology: Topology, plan: Plan, folder: Path, known: KnownLevels | None = None) -> bytes:
    """Return the container "geometry" of the plan's units, packed once for each unit layer.

    ``known``: levels of detail of the layer before units of it were cut or joined.
    """
    path = _path(topology, plan, folder)
    data = _read(path)
    if data is None:
        data = _pack(topology, plan, known)
        _keep(path, data)
    return data


def load_packed_soon(topology: Topology, plan: Plan, folder: Path) -> tuple[bytes, bool]:
    """Return the same, and whether it has its levels of detail.

    Finding those takes longer than all the rest of an opening. A layer that is seen for the first time and can be drawn
    without them is packed with every vertex at every level: exact, and a little slower to draw.
    """
    data = _read(_path(topology, plan, folder))
    if data is not None:
        return data, True
    if len(topology.arc_coords) > MOST_PLAIN:
        return load_packed(topology, plan, folder), True
    return _pack(topology, plan, plain_levels(topology)), False


def _path(topology: Topology, plan: Plan, folder: Path) -> Path:
    return folder / f"units-{_key(topology, plan)}.bin"


def _read(path: Path) -> bytes | None:
    try:
        data = unsealed(path.read_bytes())
        os.utime(path)
    except OSError:
        return None
    return data


def _pack(topology: Topology, plan: Plan, known: KnownLevels | None) -> bytes:
    info = plan.info
    return pack_geometry(
        topology,
        plan.units,
        title=info.unit_layer_title,
        unit_word=info.unit_word,
        attribution=info.attribution,
        known=known,
    )


def _key(topology: Topology, plan: Plan) -> str:
    digest = hashlib.sha256(f"units {VERSION} with lengths, levels by coverage_simplify, sealed".encode())
    for array in (topology.arc_coords, topology.arc_start, topology.arc_left, topology.arc_right):
        digest.update(np.ascontiguousarray(array).tobytes())
    units, info = plan.units, plan.info
    for texts in (units.code, units.name, units.parent_name):
        digest.update("\0".join(map(str, texts)).encode())
    digest.update("\0".join([info.unit_layer_title, info.unit_word, info.attribution]).encode())
    return digest.hexdigest()[:32]


def _keep(path: Path, data: bytes) -> None:
    """Write the file and drop the oldest; a full or read-only disk costs time at the next start, nothing else."""
    try:
        with kept_file(path) as partial:
            partial.write_bytes(sealed(data))
        kept = sorted(path.parent.glob("units-*.bin"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_MAX_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
