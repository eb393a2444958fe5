"""The sheet that a picture is drawn on: places in design pixels, text that is measured and shortened.

Owns sizes and type; not what is written where (page, legend). A design pixel is a hundredth of an inch of a page as
large as A4; on larger paper, and in pictures of more pixels, it grows. Canvas units are what the renderer counts in:
pixels of a PNG, points of a PDF or SVG.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from territorymap.exporters.picture.fonts import font, shortened, width_em
from territorymap.exporters.picture.paper import Paper

DESIGN_PX = 1_600_000  # area of a picture in pixels, 1600 x 1000
VECTOR_DPI = 72  # PDF and SVG count in points
EDGE = 26.0  # design pixels, as all that follow
HEAD = 74.0
FOOT = 44.0
GAP = 14.0
INK = "#1d2127"
QUIET = "#5b626d"
RULE = "#b9c2ca"
WATER = "#e3ecf2"
BEFORE = "#b3261e"  # borders as they were
PX_OF_POINT = 100 / 72


@dataclass(frozen=True)
class Box:
    """A place on the sheet in design pixels, from the lower left."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def top(self) -> float:
        return self.bottom + self.height


@dataclass(frozen=True)
class Sheet:
    """The figure and its size in design pixels."""

    figure: Figure
    width: float
    height: float
    scale: float  # of type and lines, which are told in points
    grain: float  # canvas units; what is smaller cannot be seen

    @staticmethod
    def of_pixels(width_px: int, height_px: int, zoom: float = 1.0) -> Sheet:
        """Return the sheet of a picture in pixels; a ``zoom`` of 2 makes type and lines twice as large."""
        dpi = 100 * math.sqrt(width_px * height_px / DESIGN_PX) * zoom
        figure = Figure(figsize=(width_px / dpi, height_px / dpi), dpi=dpi, facecolor="white")
        return Sheet(figure, width_px * 100 / dpi, height_px * 100 / dpi, 1.0, 0.25)

    @staticmethod
    def of_paper(paper: Paper, scale: float | None = None) -> Sheet:
        """Return a sheet of paper, in whole points; type is as large as its area asks for, or ``scale`` says."""
        width, height = (round(inches * VECTOR_DPI) / VECTOR_DPI for inches in (paper.width_in, paper.height_in))
        figure = Figure(figsize=(width, height), dpi=VECTOR_DPI, facecolor="white")
        scale = scale or paper.scale
        return Sheet(figure, width * 100 / scale, height * 100 / scale, scale, 0.14)

    @property
    def unit(self) -> float:
        """Canvas units in a design pixel."""
        return float(self.figure.dpi * self.figure.get_figwidth() / self.width)

    @property
    def whole(self) -> Box:
        return Box(0.0, 0.0, self.width, self.height)

    def canvas(self, box: Box) -> tuple[float, float, float, float]:
        """Return left, bottom, width, height in canvas units."""
        return box.left * self.unit, box.bottom * self.unit, box.width * self.unit, box.height * self.unit

    def text(
        self, x: float, y: float, text: str, size: float, color: str = INK, weight: str = "normal", **options: Any
    ) -> None:
        """Write one line at a place in design pixels; ``size`` in points, ``ha`` and ``va`` as matplotlib has them."""
        if text:
            self.figure.text(
                x / self.width, y / self.height, text, fontproperties=font(size * self.scale, weight), color=color,
                parse_math=False, **options,
            )  # fmt: skip

    def box(self, box: Box, color: str, edge: str = "#00000055", line: float = 0.5, order: float = 1.0) -> None:
        """Draw a filled rectangle with a thin edge; "none" for no edge."""
        left, bottom, width, height = self.canvas(box)
        self.figure.add_artist(
            Rectangle(
                (left, bottom), width, height, facecolor=color, edgecolor=edge,
                linewidth=line * self.scale if edge != "none" else 0.0, transform=IdentityTransform(),
                zorder=order,
            )
        )  # fmt: skip

    def rule(self, x0: float, y0: float, x1: float, y1: float, color: str = RULE, line: float = 0.6) -> None:
        """Draw a straight line."""
        u = self.unit
        self.figure.add_artist(
            Line2D([x0 * u, x1 * u], [y0 * u, y1 * u], color=color, linewidth=line * self.scale,
                   transform=IdentityTransform(), solid_capstyle="butt")
        )  # fmt: skip

    def mark(self, kind: str, x: float, y: float) -> None:
        """Draw a mark of the maps, to tell what it means: "circle", "star" or "dashes"."""
        u, scale = self.unit, self.scale
        look: dict[str, Any] = {
            "circle": {"marker": "o", "markersize": 6 * scale, "color": INK, "alpha": 0.75, "markeredgewidth": 0},
            "star": {"marker": (5, 1, 0), "markersize": 8.5 * scale, "color": "white", "markeredgecolor": INK,
                     "markeredgewidth": 0.9 * scale},
            "dashes": {"color": BEFORE, "linewidth": 1.3 * scale, "linestyle": (0, (3.0, 2.2))},
        }[kind]  # fmt: skip
        xs = [(x - 6) * u, (x + 7) * u] if kind == "dashes" else [x * u]
        self.figure.add_artist(Line2D(xs, [y * u] * len(xs), transform=IdentityTransform(), **look))

    def text_width(self, text: str, size: float, weight: str = "normal") -> float:
        """Return how wide a text would be, in design pixels."""
        return width_em(text, weight) * size * PX_OF_POINT

    def shortened(self, text: str, size: float, room: float, weight: str = "normal") -> str:
        """Return the text, its end cut off with an ellipsis where it is wider than the room in design pixels."""
        return shortened(text, room / (size * PX_OF_POINT), weight)
