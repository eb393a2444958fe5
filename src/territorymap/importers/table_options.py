"""How a table file is to be read. Owns the options a person can correct; each empty one is guessed."""

from __future__ import annotations

from dataclasses import dataclass

NO_HEADER = 0


@dataclass(frozen=True)
class TableOptions:
    """``""`` and None mean: guess. After reading, every option that matters for the format is filled in."""

    encoding: str = ""  # a Python codec name
    delimiter: str = ""
    decimal: str = ""  # "." or ","; decides the values that could be read both ways
    header_row: int | None = None  # row number in the file from 1; 0 = the file has none
    sheet: str = ""  # sheet of a workbook, layer of a GeoPackage
    has_areas: bool = False  # map layers: areas are rows too, without a point; a list of units needs none
    sheets: tuple[str, ...] = ()  # what there is to choose from; filled in by the guess
