"""Letters on a map: with a pale rim, so that they can be read over borders; text stays text.

Owns the two artists; not where names stand (names, cities).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from matplotlib import rcParams
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from territorymap.exporters.picture.fonts import font, width_em
from territorymap.exporters.picture.paths import line_path

RIM = "#ffffff"
RIM_ALPHA = 0.85
ROUGH = 0.012  # of the size: a rim needs no finer curves
BASE = 0.36  # from the middle of a line to its baseline, as a share of the size


class Rim(Text):
    """The stroke around one line of text, drawn under it: as outlines, in an SVG whose text is text as text."""

    def __init__(
        self, x: float, y: float, text: str, *, rim: float, size: float, weight: str, ha: str, **options: Any
    ) -> None:
        super().__init__(x, y, text, ha=ha, **options)
        self._is_centered = ha == "center"
        self._rim = rim
        self._size = size
        self._weight = weight

    def draw(self, renderer: RendererBase, *arguments: Any, **options: Any) -> None:
        writer = getattr(renderer, "writer", None)  # of an SVG
        if writer is not None and rcParams["svg.fonttype"] == "none":
            style = f"stroke: {RIM}; stroke-width: {self._rim:.2f}; stroke-linejoin: round"
            writer.start("g", style=style, opacity=str(RIM_ALPHA))
            super().draw(renderer, *arguments, **options)
            writer.end("g")
            return
        unit = float(np.asarray(renderer.points_to_pixels(1.0)))
        x, y = self.get_position()
        if self._is_centered:
            x -= width_em(self.get_text(), self._weight) * self._size * unit / 2
        lines = [line * self._size * unit + (x, y) for line in _outlines(self.get_text(), self._weight)]
        path = line_path([np.round(line, 1) for line in lines])
        if path is None:
            return
        graphics = renderer.new_gc()
        self._set_gc_clip(graphics)  # type: ignore[attr-defined]
        graphics.set_foreground(RIM)
        graphics.set_alpha(RIM_ALPHA)
        graphics.set_linewidth(self._rim)  # points, as every renderer takes it
        graphics.set_joinstyle("round")
        graphics.set_capstyle("round")
        renderer.draw_path(graphics, path, IdentityTransform(), None)
        graphics.restore()


@lru_cache(maxsize=2048)
def _outlines(text: str, weight: str) -> list[NDArray[np.float64]]:
    """Return the outlines of a text of size 1 as lines, its pen starting at 0."""
    size = 100.0
    # Curves of letters come in this size's units.
    found, codes = text_to_path.get_text_path(font(size, weight), text, ismath=False)
    vertices = np.asarray(found, dtype=np.float64)
    if not len(vertices):
        return []
    scale = 1.0 / text_to_path.FONT_SCALE
    rings = [np.asarray(ring) * scale for ring in Path(vertices, codes).to_polygons(closed_only=False)]
    lines = [shapely.simplify(shapely.linestrings(ring), ROUGH) for ring in rings if len(ring) > 1]
    return [shapely.get_coordinates(line) for line in lines]


def write_line(
    figure: Figure, x: float, middle: float, text: str, size: float, unit: float, color: str, clip: Patch, order: float,
    *, weight: str = "normal", ha: str = "center", rim: float = 0.22,
) -> None:  # fmt: skip
    """Write one line with its rim.

    Parameters
    ----------
    x, middle : canvas units; ``middle`` of the line's height
    size : points; ``unit``: canvas units in a point
    rim : width of the rim as a share of the size
    """
    options: dict[str, Any] = {
        "fontproperties": font(size, weight), "ha": ha, "va": "baseline", "parse_math": False,
        "transform": IdentityTransform(),
    }  # fmt: skip
    y = middle - BASE * size * unit
    under = Rim(x, y, text, rim=size * rim, size=size, weight=weight, color=RIM, zorder=order, **options)
    name = Text(x, y, text, color=color, zorder=order + 0.01, **options)
    for artist in (under, name):
        figure.add_artist(artist)
        artist.set_clip_path(clip)
