"""Two maps on one picture: the scenario before and the one after, with what moves in numbers. PNG.

Owns the page; not the drawing of a map (picture) nor what moves (metrics.comparison).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.move_tables import comparison_of
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, tr
from territorymap.metrics.comparison import Comparison

SMALLEST_PX, LARGEST_PX = 400, 12_000
NAME_PX = 26.0  # of the page, over each map
NAME_PT = 12.0


def _pixels(name: str, label: Callable[[], str], default: int) -> Choice:
    return Choice(name, label, "number", default, minimum=SMALLEST_PX, maximum=LARGEST_PX, unit=lambda: tr("px"))


@exporter(
    "before_after",
    label=lambda: tr("Maps before and after (PNG)"),
    what=("maps",),
    extension="png",
    group="print",
    choices=(_pixels("width", lambda: tr("Width"), 2400), _pixels("height", lambda: tr("Height"), 1200)),
    labels=lambda: {"maps": tr("The baseline and the scenario in use, beside each other")},
)
def write_before_after(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write both maps at one scale; on the second a dashed line tells where borders were."""
    from territorymap.exporters.picture.facts import facts_of
    from territorymap.exporters.picture.fonts import drawable
    from territorymap.exporters.picture.ground import Drawing
    from territorymap.exporters.picture.page import draw_foot, draw_head, draw_maps, plan_frames
    from territorymap.exporters.picture.raster import save_png
    from territorymap.exporters.picture.sheet import EDGE, FOOT, GAP, HEAD, Box, Sheet

    comparison, check = comparison_of(view), check_of(options.is_cancelled)
    sides = (comparison.before, comparison.after)
    options.progress(0, 3)
    sheet = Sheet.of_pixels(options.number("width"), options.number("height"))
    room = Box(EDGE, FOOT, sheet.width - 2 * EDGE, sheet.height - HEAD - FOOT)
    if room.width >= room.height:
        half = (room.width - GAP) / 2
        boxes = [Box(room.left + at * (half + GAP), room.bottom, half, room.height) for at in (0, 1)]
    else:
        half = (room.height - GAP) / 2
        boxes = [Box(room.left, room.bottom + (1 - at) * (half + GAP), room.width, half) for at in (0, 1)]
    drawings = [
        Drawing(view, shown=side.plan, before=comparison.before.plan if at else None, check=check)
        for at, side in enumerate(sides)
    ]
    frames = plan_frames(drawings[1])
    for at, (side, drawing, box) in enumerate(zip(sides, drawings, boxes, strict=True)):
        name = drawable(side.name)
        sheet.text(
            box.left, box.top - 7, sheet.shortened(name, NAME_PT, box.width, "bold"), NAME_PT, weight="bold", va="top"
        )
        this = draw_maps(sheet, drawing, frames, Box(box.left, box.bottom, box.width, box.height - NAME_PX))
        options.progress(at + 1, 3)
    facts = facts_of(view, date.today())
    draw_head(sheet, facts.title, drawable(_sentence(comparison)))
    draw_foot(sheet, facts, this.fit, room.right)
    save_png(sheet, path, drawable(view.plan.info.title))
    options.progress(3, 3)


def _sentence(comparison: Comparison) -> str:
    """Return what moves, in one line."""
    parts = [
        tr("{before} → {after}", before=comparison.before.name, after=comparison.after.name),
        ntr("{n} unit moves", "{n} units move", len(comparison.units)),
    ]
    if len(comparison.after.plan.accounts):
        parts.append(ntr("{n} account moves", "{n} accounts move", len(comparison.accounts)))
    parts.append(tr("dashed: borders as they were"))
    return " · ".join(parts)
