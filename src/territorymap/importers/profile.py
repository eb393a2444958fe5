"""What stands in a column, counted on a sample. Owns the counts; what follows from them is columns'."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from territorymap.importers.numbers import is_blank, parse_degrees, parse_number
from territorymap.importers.postal import looks_postal

_SAMPLE = 2000
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T].*)?$")
_CODE = re.compile(r"0\d+$")


@dataclass(frozen=True)
class Profile:
    """A sample of a column: every n-th cell, blank ones left out."""

    values: list[str]  # that are not blank
    n_seen: int  # cells looked at
    decimal: str
    is_number_column: bool  # the file itself says that these are numbers

    @classmethod
    def of(cls, cells: list[str], decimal: str, is_number_column: bool) -> Profile:
        sample = cells[:: max(1, -(-len(cells) // _SAMPLE))]
        return cls([cell for cell in sample if not is_blank(cell)], len(sample), decimal, is_number_column)

    def share(self, test: Callable[[str], object]) -> float:
        """Return the share of filled cells that pass; 0 if none is filled."""
        return sum(1 for value in self.values if test(value)) / len(self.values) if self.values else 0.0

    @property
    def filled(self) -> float:
        return len(self.values) / self.n_seen if self.n_seen else 0.0

    @cached_property
    def n_distinct(self) -> int:
        return len(set(self.values))

    @cached_property
    def numbers(self) -> list[float]:
        """The values that are numbers."""
        parsed = (parse_number(value, self.decimal) for value in self.values)
        return [number for number in parsed if number is not None and not math.isnan(number)]

    @property
    def numeric(self) -> float:
        return len(self.numbers) / len(self.values) if self.values else 0.0

    @cached_property
    def postal(self) -> float:
        return self.share(looks_postal)

    @cached_property
    def dates(self) -> float:
        return self.share(_DATE.match)

    def degrees(self, limit: float) -> float:
        """Return the share of values that are degrees within ±limit."""
        return self.share(lambda text: (d := parse_degrees(text)) is not None and abs(d) <= limit)

    @property
    def is_unique(self) -> bool:
        """Nearly every filled cell differs: what keys do."""
        return bool(self.values) and self.n_distinct >= 0.9 * len(self.values)

    @cached_property
    def is_whole(self) -> bool:
        return bool(self.numbers) and all(number.is_integer() for number in self.numbers)

    @cached_property
    def is_counter(self) -> bool:
        """1, 2, 3 ... or 0, 1, 2 ...: the number of the row."""
        numbers = self.numbers
        if len(numbers) < 3 or len(numbers) < len(self.values) or numbers[0] not in (0, 1):
            return False
        steps = {b - a for a, b in pairwise(numbers)}
        return len(steps) == 1 and min(steps) >= 1

    @cached_property
    def is_year(self) -> bool:
        return self.is_whole and all(1900 <= number <= 2100 for number in self.numbers) and len(set(self.numbers)) <= 60

    @cached_property
    def is_code(self) -> bool:
        """Numbers that only name: zeros in front, or long ones, all different and of one length."""
        if self.is_number_column and not self.is_whole:
            return False
        if self.share(_CODE.match) > 0.02:
            return True
        lengths = {len(value) for value in self.values}
        return self.is_whole and len(self.values) > 3 and len(lengths) == 1 and min(lengths) >= 6 and self.is_unique
