"""How much ground the units of two layers have in common. Owns the overlaps; not what is carried over (session)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.plane import plane_km2

_CHUNK = 500
Progress = Callable[[float], None]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Overlaps:
    """Pairs of units with ground in common, each once, by ascending new_ix and then old_ix."""

    old_ix: NDArray[np.int64]  # (P,)
    new_ix: NDArray[np.int64]  # (P,)
    km2: NDArray[np.float64]  # (P,) > 0
    old_km2: NDArray[np.float64]  # (O,) of each old unit, measured the same way
    new_km2: NDArray[np.float64]  # (N,)

    def covered_share(self) -> NDArray[np.float64]:
        """Return (O,) how much of each old unit lies in new ones, 0..1."""
        covered = np.bincount(self.old_ix, self.km2, minlength=len(self.old_km2))
        return np.asarray(np.minimum(covered / np.maximum(self.old_km2, 1e-12), 1.0))

    def by_label(self, label: NDArray[np.integer], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Return (new_ix, label, km2) of the ground of each new unit by the label -1..n-1 of the old ones."""
        key = self.new_ix * (n + 1) + label[self.old_ix] + 1
        found, at = np.unique(key, return_inverse=True)
        km2 = np.asarray(np.bincount(at, self.km2, minlength=len(found)), dtype=np.float64)
        return found // (n + 1), found % (n + 1) - 1, km2


def overlaps_of(old: Geometries, new: Geometries, progress: Progress = lambda fraction: None) -> Overlaps:
    """Return the common ground of two layers, each a coverage; ``progress`` may raise to stop.

    A unit that has the very same polygon in both layers is met by no other, so it costs nothing.
    """
    old_km2, new_km2 = plane_km2(old), plane_km2(new)
    same_old, same_new = _identical(old, new)
    is_open = np.ones(len(new), dtype=np.bool_)
    is_open[same_new] = False
    asked = np.flatnonzero(is_open)
    tree = shapely.STRtree(old)
    shapely.prepare(old)
    shapely.prepare(new)
    parts = [(same_old, same_new, old_km2[same_old])]
    for start in range(0, len(asked), _CHUNK):
        progress(start / len(asked))
        chunk = asked[start : start + _CHUNK]
        at, old_ix = tree.query(new[chunk], predicate="intersects")
        parts.append(_common(old, new, old_ix.astype(np.int64), chunk[at], old_km2, new_km2))
    progress(1.0)
    old_ix, new_ix, km2 = (np.concatenate([part[i] for part in parts]) for i in range(3))
    order = np.lexsort((old_ix, new_ix))
    order = order[km2[order] > 0]
    return Overlaps(old_ix[order], new_ix[order], km2[order], old_km2, new_km2)


def _common(
    old: Geometries,
    new: Geometries,
    old_ix: NDArray[np.int64],
    new_ix: NDArray[np.int64],
    old_km2: Floats,
    new_km2: Floats,
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return the pairs and the ground that they have in common."""
    km2 = np.zeros(len(old_ix))
    is_within = shapely.covers(old[old_ix], new[new_ix])
    km2[is_within] = new_km2[new_ix[is_within]]
    rest = np.flatnonzero(~is_within)
    is_around = shapely.covers(new[new_ix[rest]], old[old_ix[rest]])
    km2[rest[is_around]] = old_km2[old_ix[rest[is_around]]]
    crosses = rest[~is_around]
    km2[crosses] = plane_km2(shapely.intersection(old[old_ix[crosses]], new[new_ix[crosses]]))
    return old_ix, new_ix, km2


def _identical(old: Geometries, new: Geometries) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of units that have the same polygon in both layers."""
    place = {wkb: ix for ix, wkb in enumerate(shapely.to_wkb(shapely.normalize(old)))}
    pairs = [
        (place[wkb], ix)
        for ix, wkb in enumerate(shapely.to_wkb(shapely.normalize(new)))
        if wkb in place and not shapely.is_empty(new[ix])
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def shared_by_ground(values: Floats, overlaps: Overlaps) -> Floats:
    """Return (N,) numbers of the old units shared out to the new ones by common ground.

    What an old unit has goes to its new ones in proportion, all of it, even where they do not cover it wholly (a
    generalised coast). nan = not known: a new unit is nan where no known old one has ground in it.
    """
    covered = np.bincount(overlaps.old_ix, overlaps.km2, minlength=len(overlaps.old_km2))
    share = overlaps.km2 / covered[overlaps.old_ix]
    value = values[overlaps.old_ix]
    is_known = np.isfinite(value)
    n = len(overlaps.new_km2)
    total = np.bincount(overlaps.new_ix[is_known], (value * share)[is_known], minlength=n)
    n_known = np.bincount(overlaps.new_ix[is_known], minlength=n)
    return np.where(n_known > 0, total, np.nan)
