"""Pictures of a unit layer, drawn from its geometry: the whole, or what a view sees.

Owns the drawing, fit for a thread: QImage only, no widgets; not the map of the window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from territorymap.geo.layer import UnitLayer
from territorymap.ui.theme import Tokens

_MAX_LAT = 78.0
_MIN_LAT = -57.0
_CELL = 5.0  # degrees
_DOMINANT = 0.8  # share of the units
_MIN_SCALE, _MAX_SCALE = 20.0, 4e9  # pixels a radian: the whole world, and a centimetre
_FAR = 10_000.0  # pixels


@dataclass(frozen=True)
class View:
    """Which piece of ground is seen: Mercator in radians, east of a middle meridian."""

    middle: float  # degrees; opposite to where the world is cut
    x: float  # of the centre
    y: float
    scale: float  # pixels a radian

    @classmethod
    def of_layer(cls, layer: UnitLayer, width: float, height: float) -> View:
        """Return the view that shows most of a layer; far islands may lie outside."""
        middle = _middle_lon(layer.lon)
        west, east, south, north = _extent(layer, middle)
        scale = min((width - 12) / max(east - west, 1e-9), (height - 12) / max(north - south, 1e-9))
        return cls(middle, (west + east) / 2, (south + north) / 2, max(scale, 1e-6))

    def around(self, lon: float, lat: float, width_deg: float, height_deg: float, size: QSizeF) -> View:
        """Return the view with a box of degrees in the middle of a picture of some size."""
        y = float(_mercator(np.array([lat]))[0])
        wide = math.radians(max(width_deg, 1e-9))
        high = math.radians(max(height_deg, 1e-9)) / max(math.cos(math.radians(lat)), 0.1)
        scale = min(size.width() / wide, size.height() / high)
        return View(self.middle, math.radians(float(_shift(np.array([lon]), self.middle)[0])), y, scale)

    def zoomed(self, factor: float, dx: float = 0.0, dy: float = 0.0) -> View:
        """Return the view with another scale; the point dx, dy pixels from the centre stays where it is."""
        scale = min(max(self.scale * factor, _MIN_SCALE), _MAX_SCALE)
        keep = 1 / self.scale - 1 / scale
        return View(self.middle, self.x + dx * keep, self.y - dy * keep, scale)

    def moved(self, dx: float, dy: float) -> View:
        """Return the view after the ground was pulled by some pixels."""
        return View(self.middle, self.x - dx / self.scale, self.y + dy / self.scale, self.scale)

    def pixels(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], near: NDArray[np.float64], width: float, height: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where points lie in a picture; ``near``: a longitude of the same shape, told for each point."""
        shifted = np.radians(_near(lon - self.middle, _shift(near, self.middle)))
        return width / 2 + self.scale * (shifted - self.x), height / 2 - self.scale * (_mercator(lat) - self.y)

    def degrees(self, px: float, py: float, width: float, height: float) -> tuple[float, float]:
        """Return longitude and latitude under a pixel."""
        x = self.x + (px - width / 2) / self.scale
        y = self.y - (py - height / 2) / self.scale
        lon = (math.degrees(x) + self.middle + 180.0) % 360.0 - 180.0
        return lon, math.degrees(2 * math.atan(math.exp(y)) - math.pi / 2)


def draw_layer(layer: UnitLayer, width: int, height: int, ratio: float, tokens: Tokens) -> QImage:
    """Return the units as a picture on a clear ground."""
    if not len(layer):
        return _blank(width, height, ratio)
    return draw_view(layer, View.of_layer(layer, width, height), width, height, ratio, tokens)


def draw_view(
    layer: UnitLayer,
    view: View,
    width: int,
    height: int,
    ratio: float,
    tokens: Tokens,
    ground: NDArray[np.object_] | None = None,
) -> QImage:
    """Return what is seen of a layer; ``ground``: land that is drawn under it."""
    image = _blank(width, height, ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(QRectF(0, 0, width, height))
    if ground is not None:
        painter.setPen(QPen(QColor(tokens.border), 0.8))
        painter.setBrush(QColor(tokens.alternate if tokens.is_dark else tokens.window))
        painter.drawPath(_path(ground, _middles(ground), view, width, height, ratio))
    fill = QColor(tokens.accent)
    fill.setAlphaF(0.22 if tokens.is_dark else 0.16)
    line = QColor(tokens.accent)
    line.setAlphaF(0.9 if len(layer) < 600 else 0.5)
    painter.setBrush(fill)
    painter.setPen(QPen(line, 0.8 if len(layer) < 600 else 0.35))
    painter.drawPath(_path(layer.geometry, layer.lon, view, width, height, ratio))
    painter.end()
    return image


def shape_path(shape: shapely.Geometry, view: View, width: float, height: float) -> QPainterPath:
    """Return one shape as a path in pixels, every corner of it."""
    own = np.array([shape], dtype=object)
    return _path(own, _middles(own), view, width, height, 0.0)


def _blank(width: int, height: int, ratio: float) -> QImage:
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _middles(geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    box = shapely.bounds(geometry)
    return np.asarray((box[:, 0] + box[:, 2]) / 2)


def _path(
    geometry: NDArray[np.object_],
    lon: NDArray[np.float64],
    view: View,
    width: float,
    height: float,
    ratio: float,
) -> QPainterPath:
    """Return the shapes that are seen, as one path; ``ratio`` 0 = with every corner."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    box = shapely.bounds(geometry)
    west, north = view.pixels(box[:, 0], box[:, 3], lon, width, height)
    east, south = view.pixels(box[:, 2], box[:, 1], lon, width, height)
    is_wide = box[:, 2] - box[:, 0] > 180  # crosses 180 degrees: its box says nothing
    seen = is_wide | ((east > 0) & (west < width) & (south > 0) & (north < height))
    geometry, lon = geometry[seen], lon[seen]
    if ratio:
        # Half a pixel in degrees of longitude: finer detail is not seen.
        geometry = shapely.simplify(geometry, math.degrees(0.5 / (view.scale * ratio)), preserve_topology=False)
    parts, unit = shapely.get_parts(geometry, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    lengths = shapely.get_num_coordinates(rings)
    coords = shapely.get_coordinates(rings)
    ring_of = np.repeat(np.arange(len(rings)), lengths)
    x, y = view.pixels(coords[:, 0], coords[:, 1], lon[unit[part_of[ring_of]]], width, height)
    # Qt counts in 16.16 fixed point: what lies far outside must not wrap around.
    x, y = np.clip(x, -_FAR, width + _FAR), np.clip(y, -_FAR, height + _FAR)
    ends = np.cumsum(lengths)
    for start, end in zip(ends - lengths, ends, strict=True):
        if end - start > 3:
            path.addPolygon(QPolygonF([QPointF(px, py) for px, py in zip(x[start:end], y[start:end], strict=True)]))
    return path


def _middle_lon(lon: NDArray[np.float64]) -> float:
    """Return the longitude opposite the widest empty span, so that no layer is torn at 180 degrees."""
    ring = np.sort(np.mod(lon, 360.0))
    gaps = np.diff(np.append(ring, ring[0] + 360.0))
    widest = int(np.argmax(gaps))
    if gaps[widest] < 45:
        return 0.0
    return float(np.mod(ring[widest] + gaps[widest] / 2 + 180.0 + 180.0, 360.0) - 180.0)


def _extent(layer: UnitLayer, middle: float) -> tuple[float, float, float, float]:
    """Return west, east in radians and south, north in Mercator of where most units are."""
    lon = _shift(layer.lon, middle)
    inside = _is_in_main_cluster(lon, layer.lat)
    bounds = shapely.bounds(layer.geometry[inside])
    whole = bounds[:, 2] - bounds[:, 0] < 180
    bounds, lon = (bounds[whole], lon[inside][whole]) if whole.any() else (bounds, lon[inside])
    west, east = (_near(bounds[:, i] - middle, lon) for i in (0, 2))
    south, north = np.nanmin(bounds[:, 1]), np.nanmax(bounds[:, 3])
    low, high = _mercator(np.array([max(south, _MIN_LAT), north]))
    return math.radians(float(np.nanmin(west))), math.radians(float(np.nanmax(east))), float(low), float(high)


def _is_in_main_cluster(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which units lie with most others, so that far islands do not shrink the rest; all, if none dominates."""
    cell = np.column_stack([np.floor(lon / _CELL), np.floor(lat / _CELL)]).astype(int)
    cells, which, count = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    position = {(int(x), int(y)): i for i, (x, y) in enumerate(cells)}
    found = {int(np.argmax(count))}
    waiting = list(found)
    while waiting:
        x, y = cells[waiting.pop()]
        for step_x in (-1, 0, 1):
            for step_y in (-1, 0, 1):
                near = position.get((int(x) + step_x, int(y) + step_y))
                if near is not None and near not in found:
                    found.add(near)
                    waiting.append(near)
    inside = np.isin(which.reshape(-1), list(found))
    return inside if inside.mean() >= _DOMINANT else np.ones(len(lon), dtype=bool)


def _near(lon: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitudes on the same side of 180 degrees as a point of their unit."""
    return np.asarray(lon - 360.0 * np.round((lon - point) / 360.0))


def _shift(lon: NDArray[np.float64], middle: float) -> NDArray[np.float64]:
    return np.asarray(np.mod(lon - middle + 180.0, 360.0) - 180.0)


def _mercator(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    phi = np.radians(np.clip(lat, -_MAX_LAT, _MAX_LAT))
    return np.asarray(np.log(np.tan(math.pi / 4 + phi / 2)))
