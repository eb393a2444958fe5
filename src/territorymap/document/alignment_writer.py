"""Writing whole alignments: one that begins with the territories of another, and one that goes with all it has.

Owns that no scenario is left out; the caller holds the step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from territorymap.document.coverage_tables import dependent_statements
from territorymap.document.scenarios import TERRITORY_FIELDS

_LIFT_REGIONS = (
    "UPDATE region SET parent_region_id = (SELECT above.parent_region_id FROM region AS above"
    " WHERE above.region_id = ?1) WHERE parent_region_id = ?1"
)
_PEOPLE = ("rep_id", "team", "vacant_since")  # what a copied territory lacks where they stay behind


def copy_territories(
    connection: sqlite3.Connection, source: int, target: int, new_uuid: Callable[[], str], *, with_reps: bool
) -> dict[int, int]:
    """Give an alignment the territories and units that another one has, in every scenario.

    Nothing is locked, no account is given by name, and regions of the other alignment stay with it. Without reps every
    territory is vacant. Returns the key of each copy by that of its original.
    """
    of_any = {i for (i,) in connection.execute("SELECT region_id FROM region WHERE alignment_id IS NULL")}
    names = ", ".join(TERRITORY_FIELDS)

    def fields(values: tuple[object, ...]) -> list[object]:
        row = dict(zip(TERRITORY_FIELDS, values, strict=True))
        row["locked"] = None if row["locked"] is None else 0
        row["region_id"] = row["region_id"] if row["region_id"] in of_any else None
        if not with_reps:
            row |= dict.fromkeys(_PEOPLE)
        return list(row.values())

    copies: dict[int, int] = {}
    marks = ", ".join("?" * len(TERRITORY_FIELDS))
    for row_id, *values in connection.execute(
        f"SELECT territory_id, {names} FROM territory WHERE alignment_id = ? ORDER BY territory_id",  # noqa: S608
        (source,),
    ).fetchall():
        cursor = connection.execute(
            f"INSERT INTO territory (uuid, alignment_id, {names}) VALUES (?, ?, {marks})",  # noqa: S608
            (new_uuid(), target, *fields(tuple(values))),
        )
        copies[row_id] = int(cursor.lastrowid or 0)
    variants = connection.execute(
        f"SELECT v.scenario_id, v.territory_id, v.is_absent, {', '.join(f'v.{n}' for n in TERRITORY_FIELDS)}"  # noqa: S608
        " FROM territory_variant AS v JOIN territory AS t USING (territory_id) WHERE t.alignment_id = ?",
        (source,),
    ).fetchall()
    connection.executemany(
        f"INSERT INTO territory_variant (scenario_id, territory_id, is_absent, {names}) VALUES (?, ?, ?, {marks})",  # noqa: S608
        [(scenario, copies[row_id], absent, *fields(tuple(values))) for scenario, row_id, absent, *values in variants],
    )
    rows = connection.execute(
        "SELECT scenario_id, unit_id, territory_id FROM assignment WHERE alignment_id = ? ORDER BY assignment_id",
        (source,),
    ).fetchall()
    connection.executemany(
        "INSERT INTO assignment (scenario_id, alignment_id, unit_id, territory_id) VALUES (?, ?, ?, ?)",
        [(scenario, target, unit, None if owner is None else copies[owner]) for scenario, unit, owner in rows],
    )
    return copies


def delete_alignment(connection: sqlite3.Connection, alignment_id: int) -> None:
    """Delete an alignment with its territories, assignments, overrides, regions and quotas, in every scenario.

    Raises
    ------
    ValueError
        if it is the last one.
    """
    (count,) = connection.execute("SELECT count(*) FROM alignment").fetchone()
    if count < 2:
        raise ValueError("the last alignment cannot be deleted")
    here = (alignment_id,)
    territories = connection.execute("SELECT territory_id FROM territory WHERE alignment_id = ?", here).fetchall()
    regions = connection.execute("SELECT region_id FROM region WHERE alignment_id = ?", here).fetchall()
    connection.execute("DELETE FROM assignment WHERE alignment_id = ?", here)
    connection.execute("DELETE FROM override WHERE alignment_id = ?", here)
    connection.executemany("DELETE FROM territory_variant WHERE territory_id = ?", territories)
    for sql in dependent_statements("territory"):
        connection.executemany(sql, territories)
    connection.executemany("DELETE FROM territory WHERE territory_id = ?", territories)
    for sql in (
        "UPDATE territory SET region_id = NULL WHERE region_id = ?",
        "UPDATE territory_variant SET region_id = NULL WHERE region_id = ?",
        # What lay in it lies where it lay.
        _LIFT_REGIONS,
        "DELETE FROM region WHERE region_id = ?",
    ):
        connection.executemany(sql, regions)
    for sql in dependent_statements("alignment"):
        connection.execute(sql, here)
    connection.execute("DELETE FROM alignment WHERE alignment_id = ?", here)
