"""SVG of the map with title and legend, for designers and slides.

Owns what can be chosen; not the drawing (picture).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.picture.paper_choices import ORIENTATION, PAPER
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

_LETTERS = Choice(
    "letters",
    lambda: tr("Letters"),
    "choice",
    values=(
        ("text", lambda: tr("Text that can be searched and edited")),
        ("outlines", lambda: tr("Outlines that look the same everywhere")),
    ),
)


def _labels() -> dict[str, str]:
    return {
        "territories": tr("Territories"),
        "units": tr("Territories and unit borders"),
        "accounts": tr("Territories and accounts"),
    }


@exporter(
    "svg",
    label=lambda: tr("Picture of the map that can be edited (SVG)"),
    what=("territories", "units", "accounts"),
    choices=(PAPER, ORIENTATION, _LETTERS),
    labels=_labels,
    group="print",
)
def write_svg(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the picture; "units" adds all unit borders, "accounts" a dot for each account."""
    from territorymap.exporters.picture.facts import facts_of
    from territorymap.exporters.picture.ground import Drawing
    from territorymap.exporters.picture.page import draw_page, is_wide, plan_frames
    from territorymap.exporters.picture.paper import choose_paper
    from territorymap.exporters.picture.sheet import Sheet
    from territorymap.exporters.picture.svg_file import save_svg

    options.progress(0, 3)
    now, check = datetime.now(), check_of(options.is_cancelled)
    drawing = Drawing(view, has_unit_borders=what == "units", has_accounts=what == "accounts", check=check)
    frames = plan_frames(drawing)
    options.progress(1, 3)
    paper = choose_paper(options.text("paper"), options.text("orientation"), is_wide(drawing, frames))
    sheet = Sheet.of_paper(paper)
    draw_page(sheet, drawing, facts_of(view, now.date()), frames)
    options.progress(2, 3)
    save_svg(sheet, path, view.plan.info.title, now, has_outlines=options.text("letters") == "outlines")
    check()
    options.progress(3, 3)
