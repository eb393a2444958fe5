"""Marks of faults on a map of boundaries: a dot each from far, their shape from near.

Owns the painting and what lies under the pointer; the view is unit_map's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from territorymap.geo.survey import Fault, FaultKind
from territorymap.ui.new_plan.layer_picture import View, shape_path
from territorymap.ui.theme import tokens

_RADIUS = 4.5  # pixels, of a dot; of thousands smaller, or they would hide the map
_MANY, _RADIUS_OF_MANY = 1000, 2.5
_SHAPE_FROM = 9.0  # pixels: what is larger is drawn as it is
_DOT_UP_TO = 27.0  # pixels: what is larger is seen without a dot
_MOST_SHAPES = 1500  # drawn at one time, the largest


class FaultMarks:
    """The faults that are shown, and which of them was chosen."""

    def __init__(self) -> None:
        self.faults: Sequence[Fault] = ()
        self.chosen = -1
        self._colours: list[QColor] = []
        self.show((), ())

    def show(self, faults: Sequence[Fault], is_mended: Sequence[bool]) -> None:
        """Mark these faults; mended ones in green and hollow."""
        self.faults, self.chosen = faults, -1
        self._is_mended = np.array(is_mended, dtype=bool)
        places = np.array([fault.place for fault in faults], dtype=object)
        box = shapely.bounds(places).reshape(-1, 4)
        inside = shapely.point_on_surface(places)
        self._lon, self._lat = shapely.get_x(inside).reshape(-1), shapely.get_y(inside).reshape(-1)
        self._size = np.radians(np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]))
        # Nothing is wrong with codes in several rows, and there may be thousands: only the chosen one is marked.
        self._is_quiet = np.array([fault.kind is FaultKind.SAME_CODE for fault in faults], dtype=bool)
        self._colours = [
            QColor(tokens().good) if mended else fault_colour(fault.kind)
            for fault, mended in zip(faults, is_mended, strict=True)
        ]

    def pixels(self, view: View, width: float, height: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where each fault is marked."""
        return view.pixels(self._lon, self._lat, self._lon, width, height)

    def at(self, position: QPointF, view: View, width: float, height: float) -> int:
        """Return the fault whose dot is under a position, -1 = none."""
        if not len(self.faults):
            return -1
        x, y = self.pixels(view, width, height)
        distance = np.where(self._is_quiet, np.inf, np.hypot(x - position.x(), y - position.y()))
        nearest = int(np.argmin(distance))
        return nearest if distance[nearest] <= 2 * _RADIUS else -1

    def paint(self, painter: QPainter, view: View, width: float, height: float) -> None:
        """Draw shapes, then dots, then a ring around the chosen one."""
        if not len(self.faults):
            return
        x, y = self.pixels(view, width, height)
        extent = self._size * view.scale
        reach = extent + 20
        is_seen = (x > -reach) & (x < width + reach) & (y > -reach) & (y < height + reach) & ~self._is_quiet
        large = np.flatnonzero(is_seen & (extent > _SHAPE_FROM))
        for i in large[np.argsort(-extent[large], kind="stable")][:_MOST_SHAPES].tolist():
            self._paint_shape(painter, i, view, width, height)
        dots = np.flatnonzero(is_seen & (extent <= _DOT_UP_TO))
        self._paint_dots(painter, dots, x, y)
        if self.chosen >= 0:
            self._paint_dots(painter, np.array([self.chosen]), x, y)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens().text), 2.0))
            painter.drawEllipse(QPointF(x[self.chosen], y[self.chosen]), 3.2 * _RADIUS, 3.2 * _RADIUS)

    def _paint_shape(self, painter: QPainter, i: int, view: View, width: float, height: float) -> None:
        fill = QColor(self._colours[i])
        fill.setAlphaF(0.15 if self._is_mended[i] else 0.45)
        painter.setBrush(fill)
        painter.setPen(QPen(self._colours[i], 1.2))
        painter.drawPath(shape_path(self.faults[i].place, view, width, height))

    def _paint_dots(
        self, painter: QPainter, dots: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> None:
        radius = _RADIUS if len(dots) < _MANY else _RADIUS_OF_MANY
        names = np.array([self._colours[i].name() for i in dots.tolist()])
        for name in np.unique(names):
            some = dots[names == name]
            points = QPolygonF([QPointF(px, py) for px, py in zip(x[some], y[some], strict=True)])
            is_hollow = bool(self._is_mended[some[0]])  # all of a colour are, or none
            rings = ((1.0, name), (0.55, tokens().base)) if is_hollow else ((1.25, tokens().base), (1.0, name))
            for share, colour in rings:
                painter.setPen(QPen(QColor(colour), 2 * radius * share, c=Qt.PenCapStyle.RoundCap))
                painter.drawPoints(points)


def fault_colour(kind: FaultKind) -> QColor:
    """Return the colour of the marks of a kind; mended ones are green."""
    if kind is FaultKind.SAME_CODE:
        return QColor(tokens().muted)
    return QColor(tokens().warning if kind in (FaultKind.GAP, FaultKind.MISMATCH) else tokens().danger)
