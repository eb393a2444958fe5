"""Small pictures of scenes, kept in the cache folder of this computer, not in the plan.

Owns the files and the drawing that stands in for a picture not taken yet, such as of a scene a colleague made.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QPolygonF

from territorymap.document.state_folder import cache_folder
from territorymap.mapview.palette import dark_variant
from territorymap.model.plan import Plan
from territorymap.model.records import Scene
from territorymap.model.scene_view import read_scene_view
from territorymap.ui.theme import tokens

SIZE = QSize(320, 200)
_MOST_KEPT = 400
_MOST_DOTS = 12_000


class Thumbnails:
    """Pictures by scene; one is void when its scene's content is another."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or cache_folder() / "scenes"
        self._kept: dict[str, QPixmap] = {}

    def keep(self, scene: Scene, picture: QPixmap, *, name: str = "") -> None:
        """Keep a picture of the map as the scene's; a disk that is full costs the picture, nothing else."""
        small = fitted(picture)
        path = self._path(scene, name)
        self._kept[path.name] = small
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            files = sorted(self._folder.glob("*.png"), key=lambda file: file.stat().st_mtime, reverse=True)
            for old in files[_MOST_KEPT:]:
                old.unlink(missing_ok=True)
        except OSError:
            return
        small.save(str(path), "PNG")

    def has(self, scene: Scene, *, name: str = "") -> bool:
        return self._path(scene, name).name in self._kept or self._path(scene, name).exists()

    def picture(self, scene: Scene, plan: Plan, *, name: str = "") -> QPixmap:
        """Return the scene's picture, or a drawing of its units.

        ``name`` tells apart pictures that may be seen by others: of a plan whose names are hidden.
        """
        path = self._path(scene, name)
        found = self._kept.get(path.name)
        if found is None and path.exists():
            found = QPixmap(str(path))
            if not found.isNull():
                self._kept[path.name] = found
        return found if found is not None and not found.isNull() else sketch(scene, plan)

    def _path(self, scene: Scene, name: str) -> Path:
        key = hashlib.sha256(f"{scene.uuid} {scene.content} {name}".encode()).hexdigest()[:24]
        return self._folder / f"{key}.png"


def fitted(picture: QPixmap) -> QPixmap:
    """Return a picture as large as a thumbnail, its middle part where it has another shape."""
    grown = picture.scaled(
        SIZE, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    x, y = (grown.width() - SIZE.width()) // 2, (grown.height() - SIZE.height()) // 2
    small = grown.copy(x, y, SIZE.width(), SIZE.height())
    small.setDevicePixelRatio(1.0)
    return small


def sketch(scene: Scene, plan: Plan) -> QPixmap:
    """Return the units of the plan as dots in their territories' colours, as far as the scene's place goes."""
    t = tokens()
    out = QPixmap(SIZE)
    out.fill(QColor(t.alternate))
    lon, lat = plan.units.lon, plan.units.lat
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(known):
        return out
    x, y = lon, np.arcsinh(np.tan(np.radians(np.clip(lat, -85, 85)))) * 180 / np.pi
    bounds = read_scene_view(scene.content).bounds
    if bounds is None:
        west, east = np.quantile(x[known], [0.02, 0.98])
        south, north = np.quantile(y[known], [0.02, 0.98])
    else:
        west, east = bounds[0], bounds[2]
        south, north = np.degrees(np.arcsinh(np.tan(np.radians(np.array([bounds[1], bounds[3]])))))
    scale = min(SIZE.width() / max(east - west, 1e-9), SIZE.height() / max(north - south, 1e-9)) * 0.96
    px = SIZE.width() / 2 + (x - (west + east) / 2) * scale
    py = SIZE.height() / 2 - (y - (south + north) / 2) * scale
    inside = known[
        (px[known] > -8) & (px[known] < SIZE.width() + 8) & (py[known] > -8) & (py[known] < SIZE.height() + 8)
    ]
    inside = inside[:: max(1, len(inside) // _MOST_DOTS)]
    radius = max(1.0, min(14.0, 0.55 * np.sqrt(SIZE.width() * SIZE.height() / max(len(inside), 1))))
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for ix, territory in [(-1, None), *enumerate(plan.territories)]:
        color = t.border if territory is None else dark_variant(territory.color) if t.is_dark else territory.color
        painter.setBrush(QColor(color))
        for unit in inside[plan.unit_territory[inside] == ix]:
            painter.drawEllipse(QPointF(float(px[unit]), float(py[unit])), radius, radius)
    painter.end()
    return out


def paint_comparison(painter: QPainter, box: QRectF) -> None:
    """Mark a thumbnail as one of before and after: a corner turned over."""
    side = box.height() * 0.22
    corner = QPolygonF([box.topRight(), box.topRight() - QPointF(side, 0), box.topRight() + QPointF(0, side)])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().accent))
    painter.drawPolygon(corner)
