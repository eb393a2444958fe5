"""A table as a sheet: headings that stay, filters, widths, print titles; over several sheets where one is full.

Owns the cells of plain tables; not which tables there are, nor the conditions on their cells (conditions).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from territorymap.exporters.office.book import (
    INK,
    MAX_ROWS,
    Book,
    Sheet,
    Style,
    write_text,
)
from territorymap.exporters.office.headings import Field
from territorymap.exporters.tables import plain_number
from territorymap.i18n import tr

_BLOCK = 1_000
_PAGE_WIDTH = 300.0  # letters side by side on a page that can still be read
_HEADING_HEIGHT = 32
_MOST_COLUMNS = 16_384
_LONGEST_AS_TEXT = 255  # letters; of a longer text in the format Text, older Excel shows ##### only
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Placed:
    """Where a table came to stand: rows are counted from 0, the headings are in row ``top``."""

    sheet: Sheet
    name: str
    top: int
    n_rows: int
    fields: list[Field]

    def column(self, heading_of: str) -> int:
        """Return the position of a column by the name that it has in exporters.tables."""
        return next(at for at, field in enumerate(self.fields) if field.column.name == heading_of)

    @property
    def last_row(self) -> int:
        return self.top + max(self.n_rows, 1)


def write_grid(book: Book, name: str, fields: list[Field], n_frozen: int = 1, color: str = "") -> list[Placed]:
    """Write a table; returns the sheets that it took, one unless it has over a million rows."""
    fields = fields[:_MOST_COLUMNS]
    n_rows = len(fields[0].column.values)
    placed: list[Placed] = []
    for start in range(0, max(n_rows, 1), MAX_ROWS - 1):
        wanted = name if not placed else tr("{name} {n}", name=name, n=len(placed) + 1)
        sheet, shown = book.sheet(wanted, color=color)
        here = min(n_rows - start, MAX_ROWS - 1)
        _set_up(book, sheet, fields, n_frozen, here)
        write_rows(book, sheet, fields, 1, slice(start, start + here))
        placed.append(Placed(sheet, shown, 0, here, fields))
    return placed


def write_headings(book: Book, sheet: Sheet, fields: list[Field], row: int) -> None:
    """Write the headings of a table."""
    sheet.set_row(row, _HEADING_HEIGHT)
    for at, field in enumerate(fields):
        style = book.head_style("left" if field.is_text else "right")
        write_text(sheet, row, at, field.heading, style, style)


def write_rows(book: Book, sheet: Sheet, fields: list[Field], top: int, rows: slice) -> None:
    """Write rows of a table under its headings, a block at a time."""
    styles = [styles_of(book, field) for field in fields]
    row = top
    for start in range(rows.start, rows.stop, _BLOCK):
        block = slice(start, min(start + _BLOCK, rows.stop))
        columns = [_cells(field, block) for field in fields]
        for values in zip(*columns, strict=True):
            for at, value in enumerate(values):
                if value is None:
                    continue
                if isinstance(value, str):
                    style = _swatch(book, value) if fields[at].column.kind == "color" else None
                    if len(value) > _LONGEST_AS_TEXT:
                        style = book.style(valign="top", quote_prefix=True)
                    write_text(sheet, row, at, value, *((style, style) if style else styles[at]))
                else:
                    sheet.write_number(row, at, value, styles[at][0])
            row += 1
        book.tick(block.stop - block.start)


def styles_of(book: Book, field: Field) -> tuple[Style, Style]:
    """Return the style of a column's cells, and of those that would become a formula when edited."""
    if not field.is_text:
        style = book.style(num_format=field.number_format, valign="top")
        return style, style
    return book.text_styles()


def _cells(field: Field, rows: slice) -> list[str | float | int | None]:
    """Return the values of a block; None is an empty cell."""
    values = field.column.values[rows]
    if field.is_text:
        return [str(value) if value else None for value in values]
    if values.dtype.kind != "f":
        return list(map(int, values))
    return [plain_number(value) for value in np.asarray(values, dtype=np.float64).tolist()]


def _swatch(book: Book, value: str) -> Style | None:
    """Return a style with the colour that the cell names."""
    if not _COLOR.fullmatch(value):
        return None
    return book.style(num_format="@", valign="top", bg_color=value, font_color=ink_on(value))


def ink_on(color: str) -> str:
    """Return black or white, whichever can be read on a colour "#rrggbb"."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"


def _set_up(book: Book, sheet: Sheet, fields: list[Field], n_frozen: int, n_rows: int) -> None:
    write_headings(book, sheet, fields, 0)
    for at, field in enumerate(fields):
        # What is typed below the table is taken as the column's kind too: 02139 stays 02139.
        sheet.set_column(at, at, field.width, styles_of(book, field)[0])
    sheet.freeze_panes(1, n_frozen)
    last = max(n_rows, 1)
    sheet.autofilter(0, 0, last, len(fields) - 1)
    sheet.repeat_rows(0)
    n_pages = math.ceil(sum(field.width for field in fields) / _PAGE_WIDTH)
    if n_pages > 1:
        sheet.fit_to_pages(n_pages, 0)
        sheet.repeat_columns(0, n_frozen - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
