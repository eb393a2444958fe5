"""What commands print: one JSON object, or aligned tables.

Owns the shape of the text on stdout; not its content.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import click
import numpy as np

from territorymap.i18n import tr

GAP = "  "


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object and nothing else; what is not a number is null."""
    click.echo(json.dumps(_plain(value), allow_nan=False, indent=2))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> None:
    """Print columns side by side, those in ``numeric`` to the right; wide letters count as two."""
    cells = [[printable(text) for text in row] for row in (headers, *rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(headers))]
    for n, row in enumerate(cells):
        padded = [_padded(text, widths[i], i in numeric) for i, text in enumerate(row)]
        click.echo(GAP.join(padded).rstrip())
        if n == 0:
            click.echo(GAP.join("-" * width for width in widths))


def print_facts(facts: Mapping[str, str]) -> None:
    """Print names and values in two columns."""
    width = max((_width(name) for name in facts), default=0)
    for name, value in facts.items():
        click.echo(f"{_padded(name, width, False)}{GAP}{printable(value)}".rstrip())


def print_notes(notes: Sequence[str]) -> None:
    """Print what the person should know, on stderr: stdout may be read by a program."""
    for note in notes:
        click.echo(tr("note: {text}", text=printable(note)), err=True)


def printable(text: str) -> str:
    """Return the text in one line without control codes: a name in a plan must not steer the terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _padded(text: str, width: int, is_right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if is_right else text + blanks


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else int(not unicodedata.combining(c)) for c in text)
