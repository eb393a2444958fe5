"""Cells that show what they mean: an index coloured by its tolerance, a bar behind a total.

Owns the conditions; not the cells (grid).
"""

from __future__ import annotations

from territorymap.exporters.office.book import (
    BAR,
    OVER,
    OVER_FILL,
    UNDER,
    UNDER_FILL,
    WITHIN,
    WITHIN_FILL,
    Book,
    Sheet,
)

_SLACK = 1e-9  # an index of 1.10 is inside a tolerance of 0.10, which plain floats would deny


def color_by_tolerance(book: Book, sheet: Sheet, rows: tuple[int, int], column: int, tolerance: float) -> None:
    """Colour the indices of a column: too much, too little, within the tolerance; a bar shows how large each is."""
    area = (rows[0], column, rows[1], column)
    # Blanks come first and end the matter: a blank would count as 0, too little.
    sheet.conditional_format(*area, {"type": "blanks", "stop_if_true": True})
    rules = (
        (">", 1 + tolerance + _SLACK, OVER, OVER_FILL),
        ("<", 1 - tolerance - _SLACK, UNDER, UNDER_FILL),
        ("between", 0, WITHIN, WITHIN_FILL),
    )
    for criteria, value, color, fill in rules:
        look = book.style(font_color=color, bg_color=fill, bold=criteria != "between")
        rule: dict[str, object] = {"type": "cell", "criteria": criteria, "value": value, "format": look}
        if criteria == "between":
            del rule["value"]
            rule |= {"minimum": 1 - tolerance - _SLACK, "maximum": 1 + tolerance + _SLACK}
        sheet.conditional_format(*area, rule)


def add_bars(sheet: Sheet, rows: tuple[int, int], column: int) -> None:
    """Show a bar behind each number of a column, as long as the number is large; negative ones go left."""
    sheet.conditional_format(
        rows[0], column, rows[1], column,
        {
            "type": "data_bar", "bar_solid": True, "bar_color": BAR, "bar_border_color": BAR, "data_bar_2010": True,
            "bar_negative_color": OVER_FILL, "bar_negative_border_color": OVER_FILL,
        },
    )  # fmt: skip


def add_deviation_bars(sheet: Sheet, rows: tuple[int, int], column: int, largest: float) -> None:
    """Show deviations as bars from the middle of the cell: too much to the right, too little to the left."""
    sheet.conditional_format(
        rows[0], column, rows[1], column,
        {
            "type": "data_bar", "bar_solid": True, "data_bar_2010": True, "bar_color": "#f0a8a2",
            "bar_negative_color": "#9fc0e4", "bar_border_color": "#f0a8a2", "bar_negative_border_color": "#9fc0e4",
            "bar_axis_position": "middle", "min_type": "num", "max_type": "num",
            "min_value": -largest, "max_value": largest,
        },
    )  # fmt: skip
