"""PNG of the map with title and legend, drawn by matplotlib without a window.

Owns the file's pixels' size and what each content adds; not the drawing (picture).
"""

from __future__ import annotations

from pathlib import Path

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

SMALLEST_PX, LARGEST_PX = 200, 12_000


@exporter("png", label=lambda: tr("Picture of the map (PNG)"), what=("territories", "units", "accounts"))
def write_png(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the picture; "units" adds all unit borders, "accounts" a dot for each account."""
    from territorymap.exporters.picture.page import draw_page
    from territorymap.exporters.picture.painter import Drawing

    size = (options.width_px, options.height_px)
    if not all(SMALLEST_PX <= px <= LARGEST_PX for px in size):
        raise UserError(
            tr("A picture of {width} x {height} pixels cannot be drawn.", width=size[0], height=size[1]),
            tr("Width and height may be from {low} to {high}.", low=SMALLEST_PX, high=LARGEST_PX),
        )
    options.progress(0, 2)
    drawing = Drawing(view, has_unit_borders=what == "units", has_accounts=what == "accounts")
    canvas = draw_page(view, *size, drawing)
    if options.is_cancelled():
        raise Cancelled
    options.progress(1, 2)
    title = {"Title": view.plan.info.title, "Software": "Territory Map"}
    canvas.print_png(path, metadata=title)
    options.progress(2, 2)
