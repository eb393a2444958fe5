"""The frame of a page: its head with a colour, its foot with page number and sources, and what room is left.

Owns margins and the split into map and columns; not what is written there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from territorymap.exporters.picture.facts import SEPARATOR, Facts
from territorymap.exporters.picture.fonts import width_em, wrapped
from territorymap.exporters.picture.paper import Paper
from territorymap.exporters.picture.sheet import EDGE, INK, PX_OF_POINT, QUIET, Box, Sheet
from territorymap.exporters.picture.text_rows import TextRows
from territorymap.i18n import number, tr

MARGIN = EDGE + 6.0
FOOT = 50.0
HEAD_LINE = 20.0
GAP = 22.0
MAP_SHARE_WIDE = 0.6
MAP_SHARE_HIGH = 0.54
TITLE_SIZES = (21.0, 17.0, 14.0)


@dataclass
class Page:
    """A sheet being filled; ``number`` is its page number."""

    sheet: Sheet
    texts: TextRows
    facts: Facts
    number: int

    @staticmethod
    def on(paper: Paper, facts: Facts, page_number: int) -> Page:
        """Return an empty page."""
        sheet = Sheet.of_paper(paper)
        return Page(sheet, TextRows(sheet), facts, page_number)

    @property
    def is_wide(self) -> bool:
        return self.sheet.width >= self.sheet.height

    @property
    def room(self) -> Box:
        """What lies between the margins, over the foot."""
        return Box(MARGIN, FOOT, self.sheet.width - 2 * MARGIN, self.sheet.height - FOOT - MARGIN)

    def draw_head(self, title: str, line: str, colors: Sequence[str] = (), figure: str = "", word: str = "") -> Box:
        """Draw title, the line under it, a strip of colours, and a figure on the right; returns the room below."""
        room = self.room
        right = room.right
        if figure:
            right -= max(width_em(figure, "bold") * 24, width_em(word) * 8.4) * PX_OF_POINT + GAP
        left = room.left
        if colors:
            left += 20
        lines, size = _title_lines(title, right - left)
        y = room.top - size * PX_OF_POINT / 2
        for part in lines:
            self.texts.write(left, y, part, size, INK, "bold")
            y -= size * PX_OF_POINT * 1.15
        y += size * PX_OF_POINT * 0.15 - 4
        self.texts.write(left, y, line, 10.0, QUIET, room=right - left)
        self.texts.write(room.right, room.top - 13, figure, 24.0, INK, "bold", ha="right")
        self.texts.write(room.right, room.top - 40, word, 8.4, QUIET, ha="right")
        bottom = y - 12
        for n, color in enumerate(colors):
            height = (room.top - bottom) / len(colors)
            self.sheet.box(Box(room.left, room.top - (n + 1) * height, 9, height), color)
        return Box(room.left, room.bottom, room.width, bottom - GAP * 0.6 - room.bottom)

    def split(self, room: Box) -> tuple[Box, list[Box]]:
        """Return the box of the map and the columns: one beside it, or two under it where the page stands upright."""
        if self.is_wide:
            width = room.width * MAP_SHARE_WIDE
            column = Box(room.left + width + GAP, room.bottom, room.width - width - GAP, room.height)
            return Box(room.left, room.bottom, width, room.height), [column]
        height = room.height * MAP_SHARE_HIGH
        width = (room.width - GAP) / 2
        low = Box(room.left, room.bottom, width, room.height - height - GAP)
        side = Box(room.left + width + GAP, room.bottom, width, low.height)
        return Box(room.left, room.top - height, room.width, height), [low, side]

    def finish(self) -> Sheet:
        """Return the sheet, complete with its foot: last, so that who listens to the page hears its title first."""
        self._draw_foot()
        self.texts.finish()
        return self.sheet

    def _draw_foot(self) -> None:
        sheet, facts = self.sheet, self.facts
        left, right = MARGIN, sheet.width - MARGIN
        sheet.rule(left, 38, right, 38)
        shown = tr("Page {n}", n=number(self.number))
        used = self.texts.write(right, 27, shown, 8.4, INK, ha="right")
        line = SEPARATOR.join(part for part in (facts.title, facts.state) if part)
        self.texts.write(left, 27, line, 8.0, QUIET, room=right - left - used - GAP)
        self.texts.write(left, 14, facts.sources, 6.4, QUIET, room=right - left)


def take(box: Box, used: float, gap: float) -> Box:
    """Return what is left of a column under what was used of it and a gap."""
    return Box(box.left, box.bottom, box.width, max(box.height - used - gap, 0.0))


def _title_lines(title: str, room: float) -> tuple[list[str], float]:
    """Return a title in one line as large as fits, or in two of the smallest size."""
    for size in TITLE_SIZES:
        if width_em(title, "bold") * size * PX_OF_POINT <= room:
            return [title], size
    size = TITLE_SIZES[-1]
    return wrapped(title, room / (size * PX_OF_POINT), 2, "bold"), size
