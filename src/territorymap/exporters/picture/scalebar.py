"""The scale of a map: a bar that is true at the map's centre, and the ratio on paper.

Owns the bar; the true length is fit's.
"""

from __future__ import annotations

from territorymap.exporters.picture.fit import Fit, round_length
from territorymap.exporters.picture.sheet import QUIET, VECTOR_DPI, Box, Sheet
from territorymap.i18n import number, tr

STATE_LINE = "#5d6470"
LENGTH = 150.0  # design pixels, at most
HEIGHT = 4.5
M_PER_POINT = 0.0254 / VECTOR_DPI


def draw_scale_bar(
    sheet: Sheet, fit: Fit, right: float, y: float, *, says_where: bool = True, order: float = 0.0
) -> float:
    """Draw the bar with its right end at a place in design pixels; returns the width used, 0 for a map of the earth.

    ``order`` lifts it over a map that is drawn there.

    No single scale holds for the whole earth, so such a map has none.
    """
    if fit.frame.is_world:
        return 0.0
    length = LENGTH if says_where else min(LENGTH, fit.width / sheet.unit * 0.45)
    metres_per_px = fit.ground_metres_per_unit * sheet.unit
    length_m = round_length(metres_per_px * length)
    width = length_m / metres_per_px
    x = right - width
    shown = tr("{n} km", n=number(length_m / 1000, 1 if length_m < 1000 else 0))
    note = tr("true at the map's centre") if says_where else ""
    size, gap = (8.0, 8.0) if says_where else (6.4, 5.0)
    used = max(width + gap + sheet.text_width(shown, size), sheet.text_width(note, 6.2))
    if order:
        low, air = (17.0, 8.0) if says_where else (3.5, 4.0)
        sheet.box(Box(right - used - air, y - low, used + 2 * air, low + 11), "#ffffffd8", "none", order=order)
    for n in range(2):
        sheet.box(
            Box(x + n * width / 2, y, width / 2, HEIGHT), STATE_LINE if n % 2 == 0 else "#ffffff", order=order + 1
        )
    sheet.text(x - gap, y + 2.2, shown, size, QUIET, va="center", ha="right", zorder=order + 3)
    sheet.text(right, y - 4, note, 6.2, QUIET, va="top", ha="right", zorder=order + 3)
    return used


def ratio_on_paper(fit: Fit) -> str:
    """Return the scale as 1 : n, rounded to two figures, for a map that is printed at its own size."""
    denominator = fit.ground_metres_per_unit / M_PER_POINT
    digits = len(str(round(denominator))) - 2
    return tr("1 : {n}", n=number(round(denominator, -digits)))
