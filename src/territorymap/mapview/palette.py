"""Colours of territories: told apart by colour-blind people, never the same on both sides of a border.

Owns the palette and who gets which colour; not colour arithmetic (vision).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.vision import distances, hex_of_oklab, oklab_of_hex

# Twelve soft hues, names readable on each; found by annealing the least distance under normal
# vision, protanopia, deuteranopia and tritanopia; in an order in which each differs much from the ones before.
PALETTE = (
    "#93c0ff",
    "#ffd579",
    "#81b367",
    "#c094e2",
    "#ddb68e",
    "#5ad9d3",
    "#b7808e",
    "#a8eea7",
    "#c77f3d",
    "#e4d1ff",
    "#7a93bf",
    "#2fb0ab",
)
_FAR_ENOUGH = 0.09  # beyond this, two neighbours look unrelated and a rarer colour is the better choice
_USE_COST = 0.005


def choose_color(used: Sequence[str], neighbours: Sequence[str] = ()) -> str:
    """Return a colour for one more territory.

    Parameters
    ----------
    used
        colours of all territories of the plan.
    neighbours
        colours of the territories that it touches; the choice is far from these, then rare among ``used``.
    """
    n_used = Counter(color.lower() for color in used)
    return _best(n_used, [n.lower() for n in neighbours])


def assign_colors(
    territory_pairs: Iterable[tuple[int, int]], n_territories: int, fixed: dict[int, str] | None = None
) -> list[str]:
    """Return a colour for each territory; those that touch never share one.

    Parameters
    ----------
    territory_pairs
        territories that share a border, as positions.
    fixed
        colours that a person has chosen, by position; they stay as they are.
    """
    touching: list[set[int]] = [set() for _ in range(n_territories)]
    for a, b in territory_pairs:
        if a != b:
            touching[a].add(b)
            touching[b].add(a)
    colors: dict[int, str] = {ix: color.lower() for ix, color in (fixed or {}).items()}
    n_used = Counter(colors.values())
    waiting = [ix for ix in range(n_territories) if ix not in colors]
    while waiting:
        # DSATUR (Brélaz 1979): the one whose neighbours show most colours is the hardest to place, so it goes first.
        ix = max(waiting, key=lambda i: (len({colors[n] for n in touching[i] if n in colors}), len(touching[i]), -i))
        waiting.remove(ix)
        colors[ix] = _best(n_used, [colors[n] for n in touching[ix] if n in colors])
        n_used[colors[ix]] += 1
    return [colors[ix] for ix in range(n_territories)]


def territory_pairs(
    pair: NDArray[np.int32], unit_territory: NDArray[np.int32], n_territories: int
) -> list[tuple[int, int]]:
    """Return the pairs of territories that share a border, from neighbouring unit pairs (E, 2)."""
    sides = unit_territory[pair].astype(np.int64)
    sides = np.sort(sides[(sides[:, 0] != sides[:, 1]) & (sides >= 0).all(axis=1)], axis=1)
    keys = np.unique(sides[:, 0] * n_territories + sides[:, 1])
    return [(int(k // n_territories), int(k % n_territories)) for k in keys]


def dark_variant(color: str) -> str:
    """Return the colour for a dark map: the same hue, less light, a little more chroma."""
    lab = oklab_of_hex([color])[0]
    lightness = 0.30 + (lab[0] - 0.30) * 0.62 if lab[0] > 0.30 else lab[0]
    return hex_of_oklab(np.array([[lightness, lab[1] * 0.95, lab[2] * 0.95]]))[0]


def _best(n_used: Counter[str], neighbours: Sequence[str]) -> str:
    for candidates in _candidates():
        free = [color for color in candidates if color not in neighbours]
        if not free:
            continue
        nearest = distances(free, neighbours).min(axis=1) if neighbours else np.zeros(len(free))
        rarity = np.array([n_used[color] for color in free], dtype=float)
        score = np.minimum(nearest, _FAR_ENOUGH) - _USE_COST * np.minimum(rarity - rarity.min(), 8)
        return free[int(np.argmax(score))]
    raise AssertionError("the colour ring is endless")


def _candidates() -> Iterable[Sequence[str]]:
    """The palette, then lighter and darker ones of it, then ever new hues."""
    yield PALETTE
    lab = oklab_of_hex(PALETTE)
    yield hex_of_oklab(lab + np.array([-0.13, 0, 0])) + hex_of_oklab(np.minimum(lab + np.array([0.1, 0, 0]), 0.95))
    step = 0
    while True:
        angle = np.deg2rad((np.arange(64) + step * 64) * 137.507764)
        light = 0.55 + 0.35 * ((np.arange(64) * 0.618034 + step * 0.37) % 1)
        yield hex_of_oklab(np.column_stack([light, 0.1 * np.cos(angle), 0.1 * np.sin(angle)]))
        step += 1
