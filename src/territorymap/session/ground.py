"""Topology and neighbours of a plan's units, kept in the user's cache folder.

Owns the cache and its key (a hash of the polygons); not how topology is built (geo).
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.document.state_folder import cache_folder
from territorymap.geo.adjacency import Adjacency, build_adjacency
from territorymap.geo.retopology import rebuild_topology
from territorymap.geo.topology import Topology, build_topology

CACHE_VERSION = 1
MAX_CACHED = 30


@dataclass(frozen=True)
class Ground:
    """What the units' polygons give: shared arcs and rook neighbours."""

    topology: Topology
    adjacency: Adjacency
    perimeter_km: NDArray[np.float64]  # (U,)


def renewed_ground(before: Ground, geometry: NDArray[np.object_], former_ix: NDArray[np.integer]) -> Ground:
    """Return topology and adjacency after some units changed; ``former_ix`` as for rebuild_topology."""
    return _ground_of(rebuild_topology(before.topology, geometry, former_ix), len(geometry))


def load_ground(geometry: NDArray[np.object_], folder: Path | None = None) -> Ground:
    """Return topology and adjacency of the units, from the cache where it holds them."""
    folder = folder or cache_folder()
    path = folder / f"{_key(geometry)}.npz"
    topology = _read(path)
    if topology is None:
        topology = build_topology(geometry)
        _write(path, topology)
    return _ground_of(topology, len(geometry))


def _ground_of(topology: Topology, n_units: int) -> Ground:
    return Ground(topology, build_adjacency(topology, n_units), perimeters(topology, n_units))


def perimeters(topology: Topology, n_units: int) -> NDArray[np.float64]:
    """Return the geodesic perimeter of each unit, (U,) km: the sum of its arcs."""
    total = np.zeros(n_units + 1)
    np.add.at(total, topology.arc_left, topology.arc_length_km)
    np.add.at(total, topology.arc_right, topology.arc_length_km)
    return total[:-1]


def _key(geometry: NDArray[np.object_]) -> str:
    digest = hashlib.sha256(f"topology {CACHE_VERSION}".encode())
    for part in shapely.to_wkb(geometry):
        digest.update(part)
    return digest.hexdigest()[:32]


def _read(path: Path) -> Topology | None:
    """Return the cached topology; None where there is none or it is damaged (it is then built anew)."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return Topology(**{f.name: stored[f.name] for f in fields(Topology)})
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _write(path: Path, topology: Topology) -> None:
    """Write the cache file; a full or read-only disk costs time at the next start, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as out:
            np.savez(out, **{f.name: getattr(topology, f.name) for f in fields(Topology)})
        Path(out.name).replace(path)
        kept = sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime)
        for old in kept[:-MAX_CACHED]:
            old.unlink(missing_ok=True)
    except OSError:
        return
