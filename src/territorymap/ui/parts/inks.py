"""Colours drawn on top of the palette's grounds, readable in light and dark and by colour-blind people.

Owns the meaning of colours (over, under, inside the tolerance); not the palette itself (ui.theme).
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

# After Okabe & Ito 2008 (vermillion, blue, bluish green), lightened on dark grounds.
_LIGHT = {"over": "#c44e00", "under": "#0068ad", "inside": "#55796a", "band": "#00805c"}
_DARK = {"over": "#ff8c42", "under": "#5db4f0", "inside": "#8fb3a3", "band": "#4fc3a1"}


def is_dark(palette: QPalette) -> bool:
    """Return whether text is lighter than its ground."""
    return palette.color(QPalette.ColorRole.Text).lightness() > palette.color(QPalette.ColorRole.Base).lightness()


def ink(palette: QPalette, meaning: str) -> QColor:
    """Return the colour of a meaning: over, under, inside, band."""
    return QColor((_DARK if is_dark(palette) else _LIGHT)[meaning])


def blend(over: QColor, ground: QColor, share: float) -> QColor:
    """Return ``ground`` with ``share`` (0..1) of ``over`` mixed in."""
    return QColor.fromRgbF(
        over.redF() * share + ground.redF() * (1 - share),
        over.greenF() * share + ground.greenF() * (1 - share),
        over.blueF() * share + ground.blueF() * (1 - share),
    )


def hairline(palette: QPalette) -> QColor:
    """Return the colour of thin lines between things."""
    return blend(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), 0.18)


def faint(palette: QPalette) -> QColor:
    """Return the colour of text that stands back, e.g. labels under numbers (contrast at least 4.5)."""
    return blend(palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window), 0.72)
