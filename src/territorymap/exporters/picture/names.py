"""Names on a map: each territory's inside it, where it fits.

Owns sizes and order; not the search for a place (labels).
"""

from __future__ import annotations

import math

import shapely

from territorymap.exporters.picture.fonts import drawable, width_em
from territorymap.exporters.picture.labels import Place, find_place
from territorymap.exporters.picture.lettering import write_line
from territorymap.exporters.picture.painter import Map
from territorymap.exporters.picture.sheet import INK, PX_OF_POINT, QUIET, Box

LABEL_POINTS = (20.0, 17.0, 15.0, 13.0, 11.5, 10.0, 9.0, 8.0, 7.0)
SMALL, NORMAL, LARGE = 9.0, 11.5, 13.0
SIDE_BY_POINTS = 11.0  # design pixels of a territory's side for a point of its name
LINE_SPACING = 1.2
MAX_LETTERS = 60  # a name of a hundred letters fits nowhere; its beginning may
SHORT_LETTERS = 22  # and a short beginning, in the smallest type, before none at all
ORDER = 8.0


def write_names(this: Map, largest_pt: float, taken: list[Place] | None = None, *, has_pale: bool = True) -> set[int]:
    """Write each territory's name inside it, the largest first; return those that found no place.

    On a map that is about some territories, theirs come first and are dark; the neighbours' are small and quiet, or
    left out where not ``has_pale``.
    """
    territories = this.drawing.territories
    named = [ix for ix in range(len(territories)) if has_pale or not this.is_pale(ix)]
    homes = {ix: this.arcs.home(ix) for ix in named}
    taken = [] if taken is None else taken
    left_out: set[int] = set()
    for ix in sorted(named, key=lambda ix: (this.is_pale(ix), -float(homes[ix].area))):
        if homes[ix].is_empty:
            continue
        this.drawing.check()
        is_pale = this.is_pale(ix)
        settings = _settings(drawable(territories[ix].name), SMALL if is_pale else largest_pt)
        if not _write(this, homes[ix], settings, taken, QUIET if is_pale else INK, "normal" if is_pale else "bold"):
            left_out.add(ix)
    return left_out


def largest_label(n_territories: int, box: Box) -> float:
    """Return the size in points of the largest name on a map of so many territories in a box of that size."""
    side = math.sqrt(box.width * box.height / max(n_territories, 1))
    return min(max(side / SIDE_BY_POINTS, LABEL_POINTS[-1]), LABEL_POINTS[0])


def _write(
    this: Map, home: shapely.Geometry, settings: list[tuple[str, float]], taken: list[Place], color: str, weight: str
) -> bool:
    point = PX_OF_POINT * this.sheet.unit
    sizes = [_size(text, points, point, weight) for text, points in settings]
    found = find_place(home, sizes, taken)
    if found is None:
        return False
    number, place = found
    taken.append(place)
    text, points = settings[number]
    window, size = this.window, points * this.sheet.scale
    lines = text.split("\n")
    for n, line in enumerate(lines):
        middle = place.y + ((len(lines) - 1) / 2 - n) * points * point
        write_line(
            this.sheet.figure, place.x, middle, line, size, point / this.sheet.scale, color, window.frame,
            window.order(ORDER), weight=weight,
        )  # fmt: skip
    return True


def _settings(name: str, largest_pt: float) -> list[tuple[str, float]]:
    """Return how a name may be set, the best first: large before small, one line before two."""
    if len(name) > MAX_LETTERS:
        name = name[: MAX_LETTERS - 1].rstrip() + "…"
    variants = [name]
    words = name.split(" ")
    if len(words) > 1:
        cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
        variants.append("\n".join(min(cuts, key=lambda cut: max(map(len, cut)))))
    settings = [(text, points) for points in LABEL_POINTS if points <= largest_pt for text in variants]
    if len(name) > SHORT_LETTERS:
        settings.append((name[: SHORT_LETTERS - 1].rstrip() + "…", LABEL_POINTS[-1]))
    return settings


def _size(text: str, points: float, unit: float, weight: str) -> tuple[float, float]:
    """Return width and height of a name with some air around it, in canvas units."""
    lines = text.split("\n")
    line = points * LINE_SPACING * unit
    return max(width_em(text_line, weight) for text_line in lines) * points * unit + line * 0.4, line * len(lines)
