"""A sheet as pixels. Owns the PNG; not what is on it."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg

from territorymap.exporters.picture.sheet import Sheet


def save_png(sheet: Sheet, target: Path | IO[bytes], title: str) -> None:
    """Write the sheet as a PNG."""
    canvas: Any = FigureCanvasAgg(sheet.figure)  # matplotlib leaves its methods untyped
    canvas.print_png(target, metadata={"Title": title, "Software": "Territory Map"})
