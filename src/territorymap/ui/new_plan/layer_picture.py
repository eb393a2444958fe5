"""A small picture of a unit layer, drawn from its geometry.

Owns the drawing, fit for a thread: QImage only, no widgets; not the map of the window.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from territorymap.geo.layer import UnitLayer
from territorymap.ui.theme import Tokens

_MAX_LAT = 78.0
_MIN_LAT = -57.0
_CELL = 5.0  # degrees
_DOMINANT = 0.8  # share of the units


def draw_layer(layer: UnitLayer, width: int, height: int, ratio: float, tokens: Tokens) -> QImage:
    """Return the units as a picture on a clear ground."""
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    if not len(layer):
        return image
    middle = _middle_lon(layer.lon)
    west, east, south, north = _extent(layer, middle)
    scale = min((width - 12) / max(east - west, 1e-9), (height - 12) / max(north - south, 1e-9))
    left = (width - scale * (east - west)) / 2
    top = (height - scale * (north - south)) / 2
    # Half a pixel in degrees of longitude: finer detail is not seen.
    rough = shapely.simplify(layer.geometry, math.degrees(0.5 / (scale * ratio)), preserve_topology=False)
    polygons, unit = shapely.get_parts(rough, return_index=True)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    lengths = shapely.get_num_coordinates(rings)
    coords = shapely.get_coordinates(rings)
    ring_of = np.repeat(np.arange(len(rings)), lengths)
    point = _shift(layer.lon, middle)[unit[polygon_of[ring_of]]]
    x = left + scale * (np.radians(_near(coords[:, 0] - middle, point)) - west)
    y = top + scale * (north - _mercator(coords[:, 1]))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(QRectF(0, 0, width, height))
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    ends = np.cumsum(lengths)
    for start, end in zip(ends - lengths, ends, strict=True):
        if end - start > 3:
            path.addPolygon(QPolygonF([QPointF(px, py) for px, py in zip(x[start:end], y[start:end], strict=True)]))
    fill = QColor(tokens.accent)
    fill.setAlphaF(0.22 if tokens.is_dark else 0.16)
    line = QColor(tokens.accent)
    line.setAlphaF(0.9 if len(layer) < 600 else 0.5)
    painter.setBrush(fill)
    painter.setPen(QPen(line, 0.8 if len(layer) < 600 else 0.35))
    painter.drawPath(path)
    painter.end()
    return image


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
