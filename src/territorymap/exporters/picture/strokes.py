"""Paths on the sheet in canvas units: filled, drawn, dotted; each can be stopped before it is drawn.

Owns the artists; not what they show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from territorymap.exporters.picture.fit import Fit
from territorymap.exporters.picture.sheet import RULE, WATER, Sheet

Check = Callable[[], None]


class _Stroke(PathPatch):
    """A path that asks whether it is still wanted before it is drawn."""

    def __init__(self, path: Path, check: Check, **options: Any) -> None:
        super().__init__(path, **options)
        self._check = check

    def draw(self, renderer: RendererBase) -> None:
        self._check()
        super().draw(renderer)


class MapWindow:
    """The box of a map on its sheet; what is drawn through it is cut at its edge."""

    def __init__(self, sheet: Sheet, fit: Fit, check: Check, order: float = 0.0) -> None:
        self.sheet = sheet
        self.fit = fit
        self._check = check
        self._order = order
        corner = (fit.left, fit.bottom)
        self.frame = Rectangle(corner, fit.width, fit.height, facecolor=WATER, edgecolor="none", zorder=order)
        self.rim = Rectangle(
            corner, fit.width, fit.height, facecolor="none", edgecolor=RULE, linewidth=0.8 * sheet.scale,
            zorder=order + 9,
        )  # fmt: skip
        for patch in (self.frame, self.rim):
            patch.set_transform(IdentityTransform())
            sheet.figure.add_artist(patch)

    def order(self, level: float) -> float:
        """Return the drawing order of a level 0..9 of this map among all maps of the sheet."""
        return self._order + level

    def fill(self, path: Path | None, color: str, level: float) -> None:
        if path is not None:
            self._add(path, level, facecolor=color, edgecolor="none", linewidth=0.0)

    def line(
        self, path: Path | None, color: str, width: float, level: float, alpha: float = 1.0, dashes: Any = "solid"
    ) -> None:
        if path is not None:
            self._add(
                path, level, facecolor="none", edgecolor=color, linewidth=width * self.sheet.scale, alpha=alpha,
                joinstyle="round", capstyle="butt" if dashes != "solid" else "round", linestyle=dashes,
            )  # fmt: skip

    def dots(
        self, at: NDArray[Any], size: float, color: str, level: float, *, alpha: float = 1.0, edge: str = "none",
        edge_width: float = 0.0, marker: Any = "o",
    ) -> None:  # fmt: skip
        """Draw the same mark at (n, 2) places in canvas units; ``size`` is its diameter in points."""
        scale = self.sheet.scale
        line = Line2D(
            at[:, 0], at[:, 1], linestyle="none", marker=marker, markersize=size * scale, markerfacecolor=color,
            markeredgecolor=edge, markeredgewidth=edge_width * scale, alpha=alpha, transform=IdentityTransform(),
            zorder=self.order(level),
        )  # fmt: skip
        self.sheet.figure.add_artist(line)
        line.set_clip_path(self.frame)

    def _add(self, path: Path, level: float, **look: Any) -> None:
        patch = _Stroke(path, self._check, transform=IdentityTransform(), zorder=self.order(level), **look)
        self.sheet.figure.add_artist(patch)
        patch.set_clip_path(self.frame)
