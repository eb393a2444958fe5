"""PNG of the map with title and legend, drawn by matplotlib without a window.

Owns the file's pixels' size and what each content adds; not the drawing (picture).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

SMALLEST_PX, LARGEST_PX = 200, 12_000


def _pixels(name: str, label: Callable[[], str], default: int) -> Choice:
    return Choice(name, label, "number", default, minimum=SMALLEST_PX, maximum=LARGEST_PX, unit=lambda: tr("px"))


_CHOICES = (_pixels("width", lambda: tr("Width"), 1600), _pixels("height", lambda: tr("Height"), 1000))


def _labels() -> dict[str, str]:
    return {
        "territories": tr("Territories"),
        "units": tr("Territories and unit borders"),
        "accounts": tr("Territories and accounts"),
    }


@exporter(
    "png",
    label=lambda: tr("Picture of the map (PNG)"),
    what=("territories", "units", "accounts"),
    choices=_CHOICES,
    labels=_labels,
    group="print",
)
def write_png(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the picture; "units" adds all unit borders, "accounts" a dot for each account."""
    from territorymap.exporters.picture.facts import facts_of
    from territorymap.exporters.picture.fonts import drawable
    from territorymap.exporters.picture.ground import Drawing
    from territorymap.exporters.picture.page import draw_page
    from territorymap.exporters.picture.raster import save_png
    from territorymap.exporters.picture.sheet import Sheet

    size = (options.number("width"), options.number("height"))
    options.progress(0, 2)
    drawing = Drawing(
        view, has_unit_borders=what == "units", has_accounts=what == "accounts", check=check_of(options.is_cancelled)
    )
    sheet = Sheet.of_pixels(*size)
    draw_page(sheet, drawing, facts_of(view, date.today()))
    options.progress(1, 2)
    save_png(sheet, path, drawable(view.plan.info.title))
    options.progress(2, 2)
