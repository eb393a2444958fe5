"""Territory outlines in the file: right or missing, never old.

Owns territory.geom; how an outline is computed belongs to geo.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from territorymap.document.effective import Place
from territorymap.document.geopackage import encode_polygons, refresh_extents
from territorymap.document.images import RowEvent
from territorymap.document.scenarios import owners


def forget_outlines(connection: sqlite3.Connection, events: Iterable[RowEvent]) -> None:
    """Empty the outlines of territories whose ground the events change."""
    touched: set[object] = set()
    reshaped: list[int] = []
    for event in events:
        if event.table == "assignment":
            touched.update(row["territory_id"] for row in (event.old, event.new) if row)
        elif event.table == "unit" and event.new is not None and "geom" in event.new:
            # A unit that went took its assignments with it: they are events of their own.
            reshaped.append(event.row_id)
    if reshaped:
        sql = "SELECT DISTINCT territory_id FROM assignment WHERE unit_id IN (SELECT value FROM json_each(?))"
        touched.update(t for (t,) in connection.execute(sql, (json.dumps(reshaped),)))
    connection.executemany(
        "UPDATE territory SET geom = NULL WHERE territory_id = ? AND geom IS NOT NULL", [(t,) for t in touched]
    )


def forget_all_outlines(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE territory SET geom = NULL WHERE geom IS NOT NULL")


def write_outlines(connection: sqlite3.Connection, outlines: Sequence[tuple[int, shapely.Geometry | None]]) -> None:
    """Write outlines by territory_id; the caller holds the transaction."""
    shapes = np.empty(len(outlines), dtype=object)
    shapes[:] = [shape for _, shape in outlines]
    rows = [(blob, row_id) for blob, (row_id, _) in zip(encode_polygons(shapes), outlines, strict=True)]
    connection.executemany("UPDATE territory SET geom = ? WHERE territory_id = ?", rows)
    refresh_extents(connection, ["territory"])


def missing_outlines(connection: sqlite3.Connection, place: Place) -> list[int]:
    """Return territory_id of those that have ground in a scenario, in any alignment, but no outline."""
    empty = {row_id for (row_id,) in connection.execute("SELECT territory_id FROM territory WHERE geom IS NULL")}
    if not empty:
        return []
    if place.is_root:
        sql = "SELECT DISTINCT territory_id FROM assignment WHERE scenario_id = ?"
        holding = {row_id for (row_id,) in connection.execute(sql, (place.scenario_id,))}
    else:
        alignments = [row_id for (row_id,) in connection.execute("SELECT alignment_id FROM alignment")]
        found = [owners(connection, "assignment", place.chain, row_id).values() for row_id in alignments]
        holding = {row_id for of_alignment in found for row_id in of_alignment if row_id is not None}
    return sorted(empty & holding)


def empty_outlines(connection: sqlite3.Connection, territory_ids: Iterable[int]) -> None:
    """Empty the outlines of these territories."""
    connection.executemany(
        "UPDATE territory SET geom = NULL WHERE territory_id = ? AND geom IS NOT NULL", [(t,) for t in territory_ids]
    )
