"""A sheet as SVG. Owns the file; not what is on it.

Text is text (the default): it can be searched, edited and translated, and a viewer without DejaVu Sans takes another
sans-serif; lines that end at a margin are anchored there, so they still end there. "outlines" draws the letters as
shapes: the same everywhere, at the price of a file twice as large in which nothing can be found.
"""

from __future__ import annotations

import re
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import RendererSVG

from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.sheet import VECTOR_DPI, Sheet

_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>\s*")
_FAMILY = re.compile(r"(<text style=\"[^\"]*?font-family: [^;\"]*)")  # the sign < of a name is escaped


def svg_text(sheet: Sheet, title: str, now: datetime, *, has_outlines: bool = False, salt: str = "") -> str:
    """Return the sheet as SVG; ``salt`` keeps the ids of several in one document apart."""
    settings: Any = {"svg.fonttype": "path" if has_outlines else "none", "svg.hashsalt": salt or title}
    told = {"Title": drawable(title), "Creator": "Territory Map", "Date": now.isoformat(timespec="seconds")}
    width, height = (float(inches) * VECTOR_DPI for inches in sheet.figure.get_size_inches())
    target = StringIO()
    with matplotlib.rc_context(settings):
        renderer: Any = RendererSVG(width, height, target, image_dpi=VECTOR_DPI, metadata=told)  # type: ignore[no-untyped-call]
        sheet.figure.draw(renderer)
        renderer.finalize()
    # The document type names a file on a server, which no viewer needs; the generic family lets any viewer substitute.
    text = _DOCTYPE.sub("", target.getvalue(), count=1)
    return _FAMILY.sub(r"\1, sans-serif", text)


def save_svg(sheet: Sheet, path: Path, title: str, now: datetime, *, has_outlines: bool = False) -> None:
    """Write the sheet as an SVG."""
    path.write_text(svg_text(sheet, title, now, has_outlines=has_outlines), encoding="utf-8", newline="\n")
