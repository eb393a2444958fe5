"""Letters on a map: with a pale rim, so that they can be read over borders; text stays text.

Owns the two artists; not where names stand (names).
"""

from __future__ import annotations

from typing import Any

from matplotlib import rcParams
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

RIM = "#ffffff"
RIM_ALPHA = 0.85


class Rim(Text):
    """The stroke around a text, drawn under it: as outlines, in an SVG whose text is text as text."""

    def __init__(self, *arguments: Any, rim: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._rim = rim

    def draw(self, renderer: RendererBase, *arguments: Any, **options: Any) -> None:
        writer = getattr(renderer, "writer", None)  # of an SVG
        if writer is None or rcParams["svg.fonttype"] != "none":
            self.set_path_effects([Stroke(linewidth=self._rim, foreground=RIM, alpha=RIM_ALPHA)])
            super().draw(renderer, *arguments, **options)
            self.set_path_effects([])
            return
        writer.start("g", style=f"stroke: {RIM}; stroke-width: {self._rim:.2f}; stroke-linejoin: round", opacity="0.85")
        super().draw(renderer, *arguments, **options)
        writer.end("g")


def write_name(
    figure: Figure, x: float, y: float, text: str, properties: FontProperties, color: str, clip: Patch, order: float
) -> None:
    """Write a name of one or more lines, its middle at a place in canvas units."""
    options: dict[str, Any] = {
        "fontproperties": properties, "ha": "center", "va": "center", "linespacing": 1.0, "parse_math": False,
        "transform": IdentityTransform(),
    }  # fmt: skip
    rim = Rim(x, y, text, rim=float(properties.get_size_in_points()) / 4.5, color=RIM, zorder=order, **options)
    name = Text(x, y, text, color=color, zorder=order + 0.01, **options)
    for artist in (rim, name):
        figure.add_artist(artist)
        artist.set_clip_path(clip)
