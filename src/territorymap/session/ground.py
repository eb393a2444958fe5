"""Topology and neighbours of a plan's units, kept in the user's cache folder.

Owns the cache and its key (a hash of the polygons); not how topology is built (geo).
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.document.half_made import kept_file
from territorymap.document.state_folder import cache_folder
from territorymap.geo.adjacency import Adjacency, build_adjacency
from territorymap.geo.retopology import rebuild_topology
from territorymap.geo.topology import Topology, build_topology

CACHE_VERSION = 1
MAX_CACHED = 30
MAX_NOTED = 200


@dataclass(frozen=True)
class Ground:
    """What the units' polygons give: shared arcs and rook neighbours."""

    topology: Topology
    adjacency: Adjacency
    perimeter_km: NDArray[np.float64]  # (U,)


def renewed_ground(before: Ground, geometry: NDArray[np.object_], former_ix: NDArray[np.integer]) -> Ground:
    """Return topology and adjacency after some units changed; ``former_ix`` as for rebuild_topology."""
    return _ground_of(rebuild_topology(before.topology, geometry, former_ix), len(geometry))


def load_ground(
    geometry: Callable[[], NDArray[np.object_]], n_units: int, state: str = "", folder: Path | None = None
) -> Ground:
    """Return topology and adjacency of the units, from the cache where it holds them.

    ``state`` names the state of the plan's units, "" = not known: where that was seen before, the polygons themselves
    need not be read.
    """
    folder = folder or cache_folder()
    note = folder / f"ground-{hashlib.sha256(f'{CACHE_VERSION} {state}'.encode()).hexdigest()[:24]}.txt"
    topology = _read(folder / f"{key}.npz") if state and (key := _noted(note)) else None
    if topology is None or topology.n_units != n_units:
        shapes = geometry()
        path = folder / f"{_key(shapes)}.npz"
        topology = _read(path)
        if topology is None:
            topology = build_topology(shapes)
            _write(path, topology)
        if state:
            _note(note, path.stem)
    return _ground_of(topology, n_units)


def _noted(note: Path) -> str:
    """Return the name of the topology of a state; "" where none was noted."""
    try:
        text = note.read_text("ascii")
    except (OSError, ValueError):
        return ""
    return text if re.fullmatch("[0-9a-f]{32}", text) else ""


def _note(note: Path, key: str) -> None:
    """Note which topology a state has; a full or read-only disk costs time at the next start, nothing else."""
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(key, "ascii")
        for old in sorted(note.parent.glob("ground-*.txt"), key=lambda p: p.stat().st_mtime)[:-MAX_NOTED]:
            old.unlink(missing_ok=True)
    except OSError:
        return


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
        digest.update(part or b"")  # a unit may have no boundary
    return digest.hexdigest()[:32]


def _read(path: Path) -> Topology | None:
    """Return the cached topology; None where there is none or it is damaged (it is then built anew)."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return Topology(**{f.name: stored[f.name] for f in fields(Topology)})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, topology: Topology) -> None:
    """Write the cache file; a full or read-only disk costs time at the next start, nothing else."""
    try:
        with kept_file(path) as partial, partial.open("wb") as out:
            np.savez(out, **{f.name: getattr(topology, f.name) for f in fields(Topology)})
        kept = sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime)
        for old in kept[:-MAX_CACHED]:
            old.unlink(missing_ok=True)
    except OSError:
        return
