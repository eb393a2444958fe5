"""The sheet that a picture is drawn on: places in design pixels, text that is measured and shortened.

Owns sizes and type; not what is written where (page, legend).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from territorymap.exporters.picture.fonts import font

DESIGN_PX = 1_600_000  # area of the sheet at 100 dots an inch, 1600 x 1000
EDGE = 26.0  # design pixels, as all that follow
HEAD = 74.0
FOOT = 44.0
GAP = 14.0
INK = "#1d2127"
QUIET = "#5b626d"
WATER = "#e3ecf2"


@dataclass(frozen=True)
class Sheet:
    """The figure and its size in design pixels."""

    figure: Figure
    renderer: RendererBase
    width: float
    height: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return bare axes at a place in design pixels from the lower left."""
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_facecolor(WATER)
        for spine in axes.spines.values():
            spine.set_color("#b9c2ca")
            spine.set_linewidth(0.8)
        return axes

    def text(
        self, x: float, y: float, text: str, size: float, color: str = INK, weight: str = "normal", **options: Any
    ) -> None:
        """Write one line at a place in design pixels."""
        self.figure.text(
            x / self.width, y / self.height, text, fontproperties=font(size, weight), color=color,
            parse_math=False, **options,
        )  # fmt: skip

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Draw a filled rectangle with a thin edge."""
        self.figure.add_artist(
            Rectangle(
                (x / self.width, y / self.height), width / self.width, height / self.height, facecolor=color,
                edgecolor="#00000055", linewidth=0.5, transform=self.figure.transFigure,
            )
        )  # fmt: skip

    @property
    def px(self) -> float:
        """Canvas pixels in a design pixel."""
        return float(np.asarray(self.renderer.points_to_pixels(72.0))) / 100

    def text_width(self, text: str, size: float, weight: str = "normal") -> float:
        """Return how wide a text would be, in design pixels."""
        measured = self.renderer.get_text_width_height_descent(text, font(size, weight), ismath=False)
        return float(measured[0]) / self.px

    def shortened(self, text: str, size: float, room: float, weight: str = "normal") -> str:
        """Return the text, its end cut off with an ellipsis where it is wider than the room in design pixels."""
        if self.text_width(text, size, weight) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.text_width(text[:middle] + "…", size, weight) <= room:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"
