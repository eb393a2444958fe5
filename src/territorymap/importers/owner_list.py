"""What every list "something -> territory" has: columns it cannot do without, names that differ in case only.

Owns what such lists share; matching keys and what two rows of one thing mean are each list's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.table import RawTable


def needed_texts(table: RawTable, columns: ColumnMap, name: str, what: str) -> list[str]:
    """Return the cells of a field; UserError where no column holds it. ``what``: what it holds, as people say."""
    if name not in columns.fields:
        raise UserError(
            tr("No column of {name} holds {what}.", name=table.name, what=what),
            tr("Say which one does: {field}=COLUMN.", field=name),
        )
    return columns.texts_in(table, name)


def territory_names(table: RawTable, columns: ColumnMap) -> list[str]:
    """Return the territory of each row, "" = none; names that differ in case only as where they stand first."""
    cells = needed_texts(table, columns, "territory", tr("territories"))
    return _one_spelling([" ".join(name.split()) for name in cells])


def _one_spelling(names: Sequence[str]) -> list[str]:
    first: dict[str, str] = {}
    return [first.setdefault(name.casefold(), name) for name in names]
