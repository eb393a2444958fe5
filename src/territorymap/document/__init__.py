"""The plan file: GeoPackage, journal, undo, migrations. The only place with SQL.

How to use it::

    document = Document.open(path, author="Ada")            # or Document.create(path, layer, title=..., author=...)
    plan = document.load()                                  # model.Plan; document.geometry() -> (U,) shapely
    with document.step(tr("Assign units")) as writer:       # BEGIN ... COMMIT with journal; an exception rolls back
        (territory_id,) = writer.insert("territory", [{"territory_name": "West", "color": "#112233"}])
        writer.assign(unit_ids, territory_id)               # None = unassign
    writer.changes                                          # list[RowChange], net: one per row
    writer.step                                             # the recorded Step; None if nothing changed
    step, changes = document.undo()                         # the step taken back, and rows as they changed now
    document.close()                                        # one file at rest

``Document``
    ``path``, ``is_open``, ``is_read_only``, ``notices``, ``author``, ``scenario_id``, ``alignment_id``, ``size_bytes``,
    ``backup_dir``; ``load()``, ``geometry()``; ``step()``, ``undo()``, ``redo()``, ``can_undo``, ``can_redo``,
    ``undo_label``, ``redo_label``, ``history()`` (every step, oldest first), ``timeline()`` (the steps that undo and
    redo walk along; the first is the creation), ``changes_of(step_id)``; ``save_copy(path)``, ``backups()``,
    ``territories_without_outline()``, ``refresh_outlines([(territory_id, shape)])``, ``check()``, ``close()``.
    An edit of a territory's ground empties its outline in the file, so an outline is right or missing.
``Writer``
    ``insert(table, rows) -> ids``, ``update(table, {row_id: {column: value}})``, ``delete(table, row_ids)``,
    ``assign(unit_ids, territory_id)``, ``set_override(account_ids, territory_id, reason)``,
    ``add_measure(name, source, tolerance)``, ``add_segment(name)``. uuid, author, time, sort_order, geom (from lon and
    lat), scenario and alignment are put in where a row does not say them.

While a plan is open, no other code of this process may open its file (not even to read it, not through GDAL): closing
any handle drops the locks that SQLite holds for the process. Read it through the Document, or save a copy.

Everything a person can act on is a ``UserError``; the file is then as it was. One thread at a time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from territorymap.document.document import Document
    from territorymap.document.writer import Writer

__all__ = ["Document", "Writer"]


def __getattr__(name: str) -> Any:
    """Import a class when it is first wanted: ``--help`` asks this package for the state folder and no more."""
    if name in __all__:
        return getattr(import_module(f"{__name__}.{name.lower()}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
