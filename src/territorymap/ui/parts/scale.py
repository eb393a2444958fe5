"""Sizes in font units, so that the window fits any font, screen and pixel ratio.

Owns the units; not the layouts that use them.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget


def ems(widget: QWidget, n: float) -> int:
    """Return the width of ``n`` digits in the widget's font, in pixels."""
    return round(QFontMetrics(widget.font()).horizontalAdvance("0") * n)


def lines(widget: QWidget, n: float) -> int:
    """Return the height of ``n`` lines of text in the widget's font, in pixels."""
    return round(QFontMetrics(widget.font()).height() * n)


def tabular(font: QFont) -> QFont:
    """Return the font with digits of one width, so that numbers stand under each other."""
    font = QFont(font)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """Return the font larger or smaller by a factor."""
    font = QFont(font)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(max(1, round(font.pixelSize() * factor)))
    font.setBold(bold)
    return font
