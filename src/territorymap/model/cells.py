"""Text cells that no spreadsheet may run. Owns the defusing of formulas and its inverse; not files."""

from __future__ import annotations

import re
from datetime import datetime

Cell = str | int | float | datetime | None  # of a list that is shown or written

# What spreadsheets read as a formula, also behind apostrophes that are already there: so one can be taken off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def defused(text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet would run it as a formula.

    ``unfused`` takes it off again, so nothing is lost on the way out and back.
    """
    return "'" + text if _FORMULA.match(text) else text


def unfused(text: str) -> str:
    """Return the text that ``defused`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
