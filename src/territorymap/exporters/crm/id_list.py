"""A report or export of a CRM system, to look up Ids. Owns the reading of that file; not what it is for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from territorymap.errors import UserError
from territorymap.given import read_given_text
from territorymap.i18n import listed, tr
from territorymap.model.cells import unfused

_DELIMITERS = ",;\t"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by their folded headers ("Territory2 Name" -> "territory2name").

    Raises
    ------
    UserError
        if it cannot be read as CSV.
    """
    text = read_given_text(path)
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        table = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UserError(
            tr("{name} is no CSV file: {reason}.", name=path.name, reason=str(error)), tr("Export it as CSV, UTF-8.")
        ) from error
    headers = [folded(header) for header in table[0]] if table else []
    return [dict(zip(headers, (unfused(cell.strip()) for cell in row), strict=False)) for row in table[1:]]


def read_ids(path: Path | None, what: Sequence[str], ids: Sequence[str] = ("id",)) -> dict[str, str]:
    """Return name -> Id out of a file, by any of the columns ``what``; nothing where no file is given.

    Raises
    ------
    UserError
        if the file has no such columns.
    """
    if path is None:
        return {}
    rows = read_rows(path)
    found: dict[str, str] = {}
    has_columns = False
    for row in rows:
        key = next((row[name] for name in ids if row.get(name)), "")
        for name in what:
            has_columns |= name in row and any(i in row for i in ids)
            if key and row.get(name):
                found.setdefault(same_name(row[name]), key)
    if not has_columns:
        raise UserError(
            tr("{name} has no columns that tell an Id and a name.", name=path.name),
            tr("It needs one of {ids} and one of {names}.", ids=listed(ids), names=listed(what)),
        )
    return found


def same_name(text: str) -> str:
    """Return a name as it is compared."""
    return " ".join(text.split()).casefold()


def folded(header: str) -> str:
    """Return a header without case, blanks and marks: "Territory2.Name" and "territory2 name" are the same."""
    return re.sub(r"[^a-z0-9]", "", header.casefold())
