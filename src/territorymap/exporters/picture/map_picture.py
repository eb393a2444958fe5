"""The map alone as a PNG, for documents that have a page around it already: decks, workbooks.

Owns size and framing; not the drawing (painter).
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.ground import Choices, Drawing
from territorymap.exporters.picture.page import MapFrames, draw_maps, plan_frames
from territorymap.exporters.picture.raster import save_png
from territorymap.exporters.picture.scalebar import draw_scale_bar
from territorymap.exporters.picture.sheet import Sheet
from territorymap.exporters.picture.territory import draw_territories
from territorymap.exporters.view import ExportView

TOP = 200.0  # over all maps of a sheet


def _go_on() -> None:
    """Nobody cancels."""


def map_picture(
    view: ExportView,
    territory_ix: int | None = None,
    width_px: int = 3840,
    height_px: int = 2160,
    *,
    shown: Choices | None = None,
    before: Choices | None = None,
    has_unit_borders: bool = False,
    has_accounts: bool = False,
    zoom: float = 1.0,
    check: Callable[[], None] = _go_on,
    drawing: Drawing | None = None,
    frames: MapFrames | None = None,
) -> bytes:
    """Return a PNG of the whole plan, or of one territory with its neighbours pale, without title and legend.

    Parameters
    ----------
    territory_ix : position of the territory that the map is zoomed to; None = all. One without units gives the whole.
    shown : another scenario to draw (``session.baseline``, say) instead of the view's own
    before : a scenario whose borders are drawn as a dashed line where they differ
    zoom : 1.5 makes type and lines half as large again, for a picture that is shown small
    check : raises Cancelled to stop
    drawing : one made before for the same plan, when many pictures are drawn; ``shown`` and the rest are its own then
    frames : where the maps look; None = at the whole plan
    """
    if drawing is None:
        drawing = Drawing(view, has_unit_borders, has_accounts, shown, before, check)
    sheet = Sheet.of_pixels(width_px, height_px, zoom)
    if territory_ix is not None and len(drawing.units_of(territory_ix)):
        this = draw_territories(sheet, drawing, [territory_ix], sheet.whole)
    else:
        this = draw_maps(sheet, drawing, frames or plan_frames(drawing), sheet.whole)
    fit = this.fit  # the insets under the main map have bars of their own
    draw_scale_bar(sheet, fit, (fit.left + fit.width) / sheet.unit - 18, fit.bottom / sheet.unit + 24, order=TOP)
    target = BytesIO()
    save_png(sheet, target, drawable(view.plan.info.title))
    return target.getvalue()
