"""Line icons in the colours of the theme, sharp at every device pixel ratio.

Owns how resources/icons/*.svg become QIcons; not which action has which.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QBrush, QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from territorymap.mapview.palette import dark_variant
from territorymap.resources import shipped
from territorymap.ui.theme import tokens

_SIZES = (16, 20, 24, 32)
_PROPERTY = "iconName"


def icon(name: str, color: str | None = None) -> QIcon:
    """Return the icon ``resources/icons/{name}.svg`` in the text colour of the theme, or in ``color``."""
    t = tokens()
    ratios = tuple(sorted({1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}))
    return _build(name, color or t.text, t.disabled, ratios)


def pixmap(name: str, size: int, color: str | None = None, ratio: float = 1.0) -> QPixmap:
    """Return the icon drawn at one size."""
    return _draw(_source(name), color or tokens().text, size, ratio)


def set_icon(target: QAction | QAbstractButton, name: str) -> None:
    """Give an action or button the icon; :func:`refresh` draws it again after a change of theme."""
    target.setProperty(_PROPERTY, name)
    target.setIcon(icon(name))


def refresh(root: QObject) -> None:
    """Draw the icons of all actions and buttons below ``root`` again."""
    children: list[Any] = [*root.findChildren(QAction), *root.findChildren(QAbstractButton)]
    for child in children:
        name = child.property(_PROPERTY)
        if name:
            child.setIcon(icon(str(name)))


def swatch(color: str | None, size: int = 14, ratio: float = 2.0) -> QPixmap:
    """Return a rounded square of a territory's colour as the map shows it; None is "unassigned"."""
    picture = _blank(size, ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    t = tokens()
    painter.setPen(QColor(t.muted))
    if color is None:
        painter.setBrush(QColor(t.base))
    else:
        painter.setBrush(QColor(dark_variant(color) if t.is_dark else color))
    painter.drawRoundedRect(QRectF(0.5, 0.5, size - 1, size - 1), 3, 3)
    if color is None:
        painter.drawLine(3, size - 3, size - 3, 3)
    painter.end()
    return picture


def swatch_icon(color: str | None) -> QIcon:
    """Return the swatch as an icon."""
    return QIcon(swatch(color, 16))


def app_icon() -> QIcon:
    """Return the icon of the program itself, in its own colours."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_round_corners(_draw(_source("app"), "#000000", size, 1.0)))
    return result


@lru_cache(maxsize=512)
def _build(name: str, color: str, disabled: str, ratios: tuple[float, ...]) -> QIcon:
    result = QIcon()
    source = _source(name)
    for size in _SIZES:
        for ratio in ratios:
            result.addPixmap(_draw(source, color, size, ratio), QIcon.Mode.Normal)
            result.addPixmap(_draw(source, disabled, size, ratio), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=256)
def _source(name: str) -> bytes:
    return shipped("resources", "icons", f"{name}.svg").read_bytes()


def _draw(source: bytes, color: str, size: int, ratio: float) -> QPixmap:
    picture = _blank(size, ratio)
    painter = QPainter(picture)
    renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", color.encode())))
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def _round_corners(picture: QPixmap) -> QPixmap:
    # Qt's SVG reader does not know clip paths.
    result = _blank(picture.width(), 1.0)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(picture))
    radius = picture.width() * 0.22
    painter.drawRoundedRect(QRectF(0, 0, picture.width(), picture.width()), radius, radius)
    painter.end()
    return result


def _blank(size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
