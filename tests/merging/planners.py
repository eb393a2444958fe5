"""Two planners with copies of one plan: what they do, and what their plans say in outside keys. Not a test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from territorymap.document.merging.snapshot import SMALL, Snapshot, Universe
from territorymap.document.merging.states import State, Tables
from territorymap.errors import UserError
from territorymap.model.merging import MergeReport
from territorymap.session.merging import merge_file
from territorymap.session.session import Session
from tests.document.plans import plan_with_content

Facts = dict[str, dict[str, Any]]


def two_copies(folder: Path, columns: int = 4, rows: int = 4) -> tuple[Path, Path]:
    """Return a plan with content and a copy of it: 4 x 4 squares, West and East, a rep, two accounts."""
    plan_with_content(folder, columns, rows).close()
    mine, theirs = folder / "mine.gpkg", folder / "theirs.gpkg"
    (folder / "plan.gpkg").rename(mine)
    shutil.copy(mine, theirs)
    return mine, theirs


@contextmanager
def planner(path: Path, author: str) -> Iterator[Session]:
    with Session.open(path, author=author) as session:
        yield session


def merged(mine: Path, theirs: Path, prefer: str = "mine") -> MergeReport:
    """Merge and look whether the file is sound."""
    with planner(mine, "Merger") as session:
        report = merge_file(session, theirs, prefer=prefer)
        assert session.document.check() == []
        assert session.plan.unit_territory.max(initial=-1) < session.plan.n_territories
        return report


def facts_of(path: Path) -> Facts:
    """Return all that a plan says, by outside keys, each scenario's effective choices included."""
    with Session.open(path, read_only=True) as session:
        return facts_in(session.document.connection)


def facts_in(connection: sqlite3.Connection) -> Facts:
    state = State(Tables(connection), {})
    snapshot = Snapshot(state, {})
    universe = Universe()
    for table, pairs in (("assignment", universe.unit_pairs), ("override", universe.account_pairs)):
        pairs |= snapshot.touched_pairs(table, state.rows(table))
    snapshot.build(universe, state.rows("account"), state.rows("unit"))
    facts = {kind: dict(snapshot.items[kind]) for kind in (*SMALL, "plan", "account", "unit", "territory")}
    for kind in ("assignment", "override"):
        facts[kind] = {k: {n: v for n, v in row.items() if n != "by"} for k, row in snapshot.items[kind].items()}
    for unit in facts["unit"].values():
        unit["ground"] = tuple(np.round(shapely.bounds(_shape(unit["ground"][0])), 6)), round(unit["ground"][1], 3)
    for row in facts["account"].values():  # a column whose measure is gone stays in the table, and says nothing
        for name in [name for name in row if name.startswith(("m_", "s_"))]:
            del row[name]
    for row in [row for kind in ("rep", "scenario") for row in facts[kind].values()]:
        row.pop("created_at", None)
        row.pop("author", None)
    facts["conflict"] = {
        "|".join((row["kind"], row["key"], row.get("field") or "")): frozenset((row["mine"], row["theirs"]))
        for row in snapshot.items["conflict"].values()
        if row["state"] == "open"
    }
    return facts


def _shape(blob: bytes) -> shapely.Geometry:
    from territorymap.document.geopackage import decode_shapes

    return decode_shapes([blob])[0]


def rows_in_file(path: Path) -> dict[str, list[Any]]:
    """Return the rows of every journaled table, byte by byte."""
    from tests.document.plans import raw, rows_of

    connection = raw(path)
    try:
        return rows_of(connection)
    finally:
        connection.close()


def do(session: Session, command: Any) -> bool:
    """Do what can be done; False where the plan refuses it."""
    try:
        session.do(command())
    except UserError:
        return False
    return True
