"""Many short texts drawn as one artist: lists of hundreds of rows cost hardly more than their letters.

Owns the drawing; not what is in a list. For one line here and there, ``Sheet.text`` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgb

from territorymap.exporters.picture.fonts import font, is_plain, list_width_em, shortened
from territorymap.exporters.picture.sheet import INK, PX_OF_POINT, Sheet

# From the middle of a line to its baseline, as a share of the size: capitals of DejaVu Sans are 0.73 high.
MIDDLE_TO_BASE = 0.36


@dataclass(frozen=True)
class _Entry:
    x: float  # canvas units, of the left end
    y: float  # of the baseline
    text: str
    size: float
    color: str
    weight: str


class _Writing(Artist):
    """Draws the entries in order."""

    def __init__(self, entries: list[_Entry]) -> None:
        super().__init__()
        self._entries = entries
        self.set_zorder(3)

    def draw(self, renderer: RendererBase) -> None:
        draw_plain = getattr(renderer, "draw_plain", None)  # of a PDF
        flips = renderer.flipy()
        height = renderer.get_canvas_width_height()[1]
        graphics = renderer.new_gc()
        fonts = {key: font(*key) for key in {(e.size, e.weight) for e in self._entries}}
        for entry in self._entries:
            graphics.set_foreground(to_rgb(entry.color))
            if draw_plain is not None and is_plain(entry.text):
                draw_plain(graphics, entry.x, entry.y, entry.text, entry.size, entry.weight)
                continue
            y = height - entry.y if flips else entry.y
            renderer.draw_text(graphics, entry.x, y, entry.text, fonts[entry.size, entry.weight], 0.0, ismath=False)
        graphics.restore()


@dataclass
class TextRows:
    """Collects texts for a sheet; ``finish`` puts them on it."""

    sheet: Sheet
    _entries: list[_Entry] = field(default_factory=list)

    def write(
        self, x: float, middle: float, text: str, size: float, color: str = INK, weight: str = "normal", *,
        room: float | None = None, ha: str = "left",
    ) -> float:  # fmt: skip
        """Write one line; ``x`` and ``middle`` of its height in design pixels; returns how wide it is.

        ``room``: what is wider is shortened; ``ha``: which end stands at ``x``.
        """
        if room is not None:
            text = shortened(text, max(room, 0.0) / (size * PX_OF_POINT), weight)
        if not text:
            return 0.0
        width = list_width_em(text, weight) * size * PX_OF_POINT
        left = x - {"left": 0.0, "center": width / 2, "right": width}[ha]
        unit, scale = self.sheet.unit, self.sheet.scale
        base = middle - MIDDLE_TO_BASE * size * PX_OF_POINT
        self._entries.append(_Entry(left * unit, base * unit, text, size * scale, color, weight))
        return width

    def finish(self) -> None:
        """Put what was written on the sheet."""
        if self._entries:
            self.sheet.figure.add_artist(_Writing(list(self._entries)))
            self._entries.clear()
