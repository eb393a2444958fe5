"""A table over many pages: heads repeated, rows shaded in pairs, sections with a title.

Owns rows and columns; not the page around them (layout).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.picture.fonts import list_width_em
from territorymap.exporters.picture.sheet import INK, PX_OF_POINT, QUIET, RULE, Box, Sheet
from territorymap.exporters.picture.text_rows import TextRows

ROW = 17.5  # design pixels, as all that follow
HEAD = 24.0
SECTION = 30.0
SHADE = "#f5f7f9"
CELL_GAP = 10.0
SIZE, HEAD_SIZE = 8.4, 7.8
SWATCH = 14.0
NARROW = 20.0  # design pixels
SLACK = 1.5  # so that what fits exactly is not cut
SAMPLE = 400  # rows that are measured


@dataclass(frozen=True)
class Column:
    """One column; ``share`` of the width that is not taken by others."""

    head: str
    share: float
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """One row: its cells as they are to be written."""

    cells: tuple[str, ...]
    swatch: str = ""  # a colour before the first cell
    bold: frozenset[int] = frozenset()  # columns in bold
    colors: dict[int, str] = field(default_factory=dict)  # by column
    place: str = ""  # where a click on the row leads to


@dataclass(frozen=True)
class Title:
    """A line over the rows of a section."""

    text: str
    aside: str = ""
    color: str = INK


Line = Row | Title


def pages_of(lines: Sequence[Line], heights: Sequence[float]) -> list[list[Line]]:
    """Return the lines of each page; the last of ``heights`` holds for all further pages.

    A section goes on under its title, repeated on the next page; no title stands alone at the foot.
    """
    pages: list[list[Line]] = [[]]
    title: Title | None = None
    used = HEAD
    for n, line in enumerate(lines):
        height = heights[min(len(pages), len(heights)) - 1]
        need = SECTION if isinstance(line, Title) else ROW
        keep = need + ROW if isinstance(line, Title) and n + 1 < len(lines) else need
        if used + keep > height and (pages[-1] or len(pages) < len(heights)):
            pages.append([])
            used = HEAD
            if title is not None and isinstance(line, Row):
                pages[-1].append(title)
                used += SECTION
        if isinstance(line, Title):
            title = line
        pages[-1].append(line)
        used += need
    return pages


def draw_table(
    sheet: Sheet, texts: TextRows, box: Box, columns: Sequence[Column], lines: Sequence[Line]
) -> list[tuple[Box, str]]:
    """Draw heads and lines from the top of the box; returns the links of rows that lead somewhere."""
    edges = _edges(columns, box)
    for column, (left, right) in zip(columns, edges, strict=True):
        x, ha = (right, "right") if column.is_number else (left, "left")
        texts.write(x, box.top - HEAD / 2, column.head, HEAD_SIZE, QUIET, room=right - left, ha=ha)
    sheet.rule(box.left, box.top - HEAD + 2, box.right, box.top - HEAD + 2, RULE, 0.8)
    y = box.top - HEAD
    links: list[tuple[Box, str]] = []
    n = 0
    for line in lines:
        if isinstance(line, Title):
            width = texts.write(box.left, y - SECTION * 0.62, line.text, 10.0, line.color, "bold")
            texts.write(box.left + width + 10, y - SECTION * 0.62, line.aside, 8.4, QUIET, room=box.width - width - 10)
            y -= SECTION
            n = 0
            continue
        if n % 2 == 0:
            sheet.box(Box(box.left - 3, y - ROW, box.width + 6, ROW), SHADE, "none", order=0.5)
        _row(sheet, texts, line, columns, edges, y - ROW / 2)
        if line.place:
            links.append((Box(box.left, y - ROW, box.width, ROW), line.place))
        y -= ROW
        n += 1
    return links


def _row(
    sheet: Sheet, texts: TextRows, row: Row, columns: Sequence[Column], edges: Sequence[tuple[float, float]],
    middle: float,
) -> None:  # fmt: skip
    for at, (column, (left, right), cell) in enumerate(zip(columns, edges, row.cells, strict=True)):
        if at == 0 and row.swatch:
            sheet.box(Box(left, middle - SWATCH * 0.32, SWATCH, SWATCH * 0.64), row.swatch)
            left += SWATCH + 6
        x, ha = (right, "right") if column.is_number else (left, "left")
        weight = "bold" if at in row.bold else "normal"
        texts.write(x, middle, cell, SIZE, row.colors.get(at, INK), weight, room=right - left, ha=ha)


def _edges(columns: Sequence[Column], box: Box) -> list[tuple[float, float]]:
    shares = sum(column.share for column in columns)
    room = box.width - CELL_GAP * (len(columns) - 1)
    edges, left = [], box.left
    for column in columns:
        width = room * column.share / shares
        edges.append((left, left + width))
        left += width + CELL_GAP
    return edges


def fitted(columns: Sequence[Column], lines: Sequence[Line], width: float) -> list[Column]:
    """Return the columns with shares by what is written in them, for a table of that width.

    Numbers and short texts get what they need; what is left over, or wanting, falls to the columns of text.
    """
    rows = [line for line in lines if isinstance(line, Row)]
    sample = rows[:: max(len(rows) // SAMPLE, 1)]
    needs = np.array([_need(column, [row.cells[at] for row in sample]) for at, column in enumerate(columns)])
    is_text = np.array([not column.is_number for column in columns])
    room = width - CELL_GAP * (len(columns) - 1) - needs[~is_text].sum()
    wanted = needs[is_text]
    if wanted.sum() > room:
        needs[is_text] = np.minimum(wanted, _level(wanted, room))
    elif is_text.any():
        # What is left over goes to text, but a column of marks stays narrow.
        grows = is_text & (needs > NARROW)
        needs[grows] += (room - wanted.sum()) * needs[grows] / max(needs[grows].sum(), 1.0)
    return [replace(column, share=float(max(need, 1.0))) for column, need in zip(columns, needs, strict=True)]


def _level(wanted: NDArray[np.float64], room: float) -> float:
    """Return the width at which wide columns are cut, so that all together take the room: narrow ones stay whole."""
    ascending = np.sort(wanted)
    before = np.concatenate([[0.0], np.cumsum(ascending)[:-1]])
    levels = (room - before) / np.arange(len(ascending), 0, -1)
    enough = np.flatnonzero(ascending >= levels)
    return float(max(levels[enough[0]] if len(enough) else ascending[-1], 1.0))


def _need(column: Column, cells: Sequence[str]) -> float:
    """Return the width that nearly all cells of a column and its head need, in design pixels."""
    widths = np.array([list_width_em(cell) for cell in cells] or [0.0]) * SIZE
    head = list_width_em(column.head) * HEAD_SIZE
    return float(max(np.quantile(widths, 1.0 if column.is_number else 0.95), head)) * PX_OF_POINT + SLACK
