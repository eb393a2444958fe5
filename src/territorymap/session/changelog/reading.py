"""The change log of a plan file as a table, read by a look of its own into the file. Owns that look."""

from __future__ import annotations

from pathlib import Path

from territorymap.document import Document
from territorymap.model.cells import Cell
from territorymap.session.changelog.log import ChangeLog
from territorymap.session.changelog.table import headers, table_rows

MOST_THINGS = 500  # of one step, told one by one; an import of more is told in sentences


def read_log(path: Path) -> tuple[list[str], list[list[Cell]]]:
    """Return headings and rows of the whole log; steps that changed very many things have a row a sentence."""
    with Document.open(path, author="", read_only=True) as document:
        log = ChangeLog(document)
        return headers(), list(table_rows(log, log.entries(), most_things=MOST_THINGS))
