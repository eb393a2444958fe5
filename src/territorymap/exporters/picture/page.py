"""The page around the map: title, legend, insets, scale bar, attribution.

Owns what stands where; not how the map is drawn (painter) nor the list of territories (legend).
"""

from __future__ import annotations

import math
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.frames import Frame, choose_frames
from territorymap.exporters.picture.legend import draw_legend
from territorymap.exporters.picture.painter import (
    LABEL_POINTS,
    STATE_LINE,
    Drawing,
    extent,
    fit_limits,
    paint,
    paint_names,
)
from territorymap.exporters.picture.sheet import DESIGN_PX, EDGE, FOOT, GAP, HEAD, QUIET, Sheet
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, number, tr

LEGEND = 318.0  # width in design pixels
INSET = 118.0  # height


def draw_page(view: ExportView, width_px: int, height_px: int, drawing: Drawing) -> Any:
    """Return a FigureCanvasAgg with the whole picture."""
    dpi = 100 * math.sqrt(width_px * height_px / DESIGN_PX)
    figure = Figure(figsize=(width_px / dpi, height_px / dpi), dpi=dpi, facecolor="white")
    canvas: Any = FigureCanvasAgg(figure)  # matplotlib leaves its methods untyped
    sheet = Sheet(figure, canvas.get_renderer(), width_px * 100 / dpi, height_px * 100 / dpi)
    legend = min(LEGEND, sheet.width * 0.28)
    main, insets = choose_frames(view.geometry, view.plan.unit_territory >= 0)
    map_width = sheet.width - 2 * EDGE - legend - GAP
    strip = INSET + GAP if insets else 0.0
    axes = sheet.axes(EDGE, FOOT + strip, map_width, sheet.height - HEAD - FOOT - strip)
    metres_per_px = fit_limits(axes, drawing, main)
    paint(axes, drawing, main, metres_per_px)
    largest_pt = _largest_label(view.plan.n_territories)
    paint_names(axes, drawing, main, sheet.renderer, metres_per_px, largest_pt)
    _insets(sheet, drawing, insets, map_width)
    _head(sheet, view)
    draw_legend(sheet, view, sheet.width - EDGE - legend, legend)
    _foot(sheet, view, main, metres_per_px * dpi / 100, EDGE + map_width)
    return canvas


def _largest_label(n_territories: int) -> float:
    if n_territories <= 30:
        return LABEL_POINTS[0]
    return LABEL_POINTS[2] if n_territories <= 80 else LABEL_POINTS[4]


def _insets(sheet: Sheet, drawing: Drawing, frames: list[Frame], width: float) -> None:
    """Draw the far lands in a row under the main frame, each at its own scale."""
    left = EDGE
    room = (width - GAP * (len(frames) - 1)) / max(len(frames), 1)
    for frame in frames:
        low, high = extent(drawing, frame)
        aspect = float((high[0] - low[0]) / max(high[1] - low[1], 1.0))
        box = min(INSET * min(max(aspect, 0.8), 2.0), room)
        axes = sheet.axes(left, FOOT, box, INSET)
        metres_per_px = fit_limits(axes, drawing, frame)
        paint(axes, drawing, frame, metres_per_px)
        paint_names(axes, drawing, frame, sheet.renderer, metres_per_px, LABEL_POINTS[3])
        left += box + GAP


def _head(sheet: Sheet, view: ExportView) -> None:
    info = view.plan.info
    room = sheet.width - 2 * EDGE
    title = sheet.shortened(drawable(info.title), 21.0, room, "bold")
    sheet.text(EDGE, sheet.height - 40, title, 21.0, weight="bold", va="baseline")
    facts = [ntr("{n} territory", "{n} territories", view.plan.n_territories)]
    facts.append(ntr("{n} unit", "{n} units", len(view.plan.units)))
    if len(view.plan.accounts):
        facts.append(ntr("{n} account", "{n} accounts", len(view.plan.accounts)))
    if view.balance.unassigned_units:
        facts.append(ntr("{n} unit unassigned", "{n} units unassigned", int(view.balance.unassigned_units)))
    if info.effective_date:
        facts.append(tr("effective {date}", date=info.effective_date))
    line = sheet.shortened(drawable(" · ".join(facts)), 10.5, room)
    sheet.text(EDGE, sheet.height - 61, line, 10.5, QUIET, va="baseline")


def _foot(sheet: Sheet, view: ExportView, frame: Frame, metres_per_px: float, right: float) -> None:
    info = view.plan.info
    parts = [tr("Territory Map"), *([info.unit_layer_title] if info.unit_layer_title else [])]
    parts += [info.attribution] if info.attribution else []
    if "Natural Earth" not in info.attribution:
        parts.append(tr("land and borders: Natural Earth"))
    line = sheet.shortened(drawable(" · ".join(parts)), 7.2, right - EDGE - 260)
    sheet.text(EDGE, 22, line, 7.2, QUIET, va="center")
    if frame.is_world:
        return  # no single scale holds for the whole earth
    length_m = round_length(metres_per_px * 150)
    width = length_m / metres_per_px
    x, y = right - width, 17.0
    for n in range(2):
        sheet.box(x + n * width / 2, y, width / 2, 4.5, STATE_LINE if n % 2 == 0 else "#ffffff")
    shown = tr("{n} km", n=number(length_m / 1000, 1 if length_m < 1000 else 0))
    sheet.text(x - 8, y + 2.2, shown, 8.0, QUIET, va="center", ha="right")


def round_length(metres: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres * (1 + 1e-9))
